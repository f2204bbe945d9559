"""Polygons in a plane: area, the even-odd rule, crossings, containment."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapes import circle, rectangle

from spine_radiosurgery.geometry.polygons import (
    ambiguous_area_mm2,
    edges_of,
    even_odd_area_mm2,
    inside,
    nesting_depth,
    overlap,
    row_areas_mm2,
    scan,
    signed_area_mm2,
)

BOW_TIES = {
    "upright": [(0, 0), (2, 2), (2, 0), (0, 2)],
    "lying": [(0, 0), (2, 0), (0, 2), (2, 2)],
    "with one lobe larger": [(0, 0), (4, 0), (1, 2), (3, 2)],
    "with a small lobe": [(0, 0), (10, 0), (4.5, 10.5), (5.5, 10.5)],
}


def keyhole() -> np.ndarray:
    """A square of 10 mm with a hole of 4 mm, drawn as one polygon with a bridge of no width."""
    outer = [(0, 0), (10, 0), (10, 10), (0, 10), (0, 5)]
    hole = [(3, 5), (3, 7), (7, 7), (7, 3), (3, 3), (3, 5)]
    return np.array([*outer, *hole, (0, 5)], dtype=float)


def test_signed_area_tells_the_direction() -> None:
    square = rectangle(3, 2, (100, -50))
    assert signed_area_mm2(square) == pytest.approx(6)
    assert signed_area_mm2(square[::-1]) == pytest.approx(-6)


def test_a_polygon_inside_another_is_a_hole() -> None:
    assert even_odd_area_mm2([rectangle(10, 10), rectangle(4, 4)]) == pytest.approx(84)


def test_an_island_in_a_hole_counts_again() -> None:
    rings = [rectangle(w, w) for w in (10, 6, 2)]
    assert even_odd_area_mm2(rings) == pytest.approx(100 - 36 + 4)
    assert nesting_depth(rings).tolist() == [0, 1, 2]


def test_overlapping_polygons_leave_out_what_they_share() -> None:
    assert even_odd_area_mm2([rectangle(4, 4), rectangle(4, 4, (2, 0))]) == pytest.approx(16)


def test_a_keyhole_has_the_area_of_its_ring_and_is_not_ambiguous() -> None:
    assert even_odd_area_mm2([keyhole()]) == pytest.approx(84)
    assert ambiguous_area_mm2(keyhole()) == pytest.approx(0, abs=1e-9)
    assert not inside([keyhole()], np.array([[5.0, 5.0]]))[0]
    assert inside([keyhole()], np.array([[1.0, 1.0]]))[0]


@pytest.mark.parametrize("name", BOW_TIES)
def test_a_bow_tie_is_ambiguous_by_its_smaller_lobe(name: str) -> None:
    assert ambiguous_area_mm2(np.array(BOW_TIES[name], dtype=float)) > 0.1


def test_a_tiny_loop_is_ambiguous_by_no_more_than_itself() -> None:
    outline = circle(5.0)
    outline[[10, 11]] = outline[[11, 10]]
    assert 0 < ambiguous_area_mm2(outline) < 0.1


def test_a_doubly_wound_polygon_is_ambiguous() -> None:
    assert ambiguous_area_mm2(np.concatenate([circle(5.0), circle(4.0)])) > 1


def test_a_vertex_on_a_scan_line_is_counted_once() -> None:
    diamond = np.array([[0, -2], [2, 0], [0, 2], [-2, 0]], dtype=float)
    row, start, stop = scan(edges_of([diamond]), np.array([-2.0, -1.0, 0.0, 1.0, 2.0]))
    width = np.bincount(row, weights=stop - start, minlength=5)
    assert np.allclose(width[1:4], [2, 4, 2])
    assert width[[0, 4]].max() == 0


def test_rows_share_the_area_exactly() -> None:
    outline = circle(5.0, (1.3, 0.7), vertices=37)
    bounds = np.linspace(-5, 7, 14)
    areas = row_areas_mm2(edges_of([outline, circle(2.0, vertices=11)]), bounds)
    assert areas.sum() == pytest.approx(
        even_odd_area_mm2([outline]) - even_odd_area_mm2([circle(2.0, vertices=11)])
    )
    assert (areas >= 0).all()


def test_overlap_sees_crossing_edges_without_a_vertex_inside() -> None:
    assert overlap(rectangle(10, 2), rectangle(2, 10))
    assert not overlap(rectangle(2, 2), rectangle(2, 2, (5, 0)))
    assert not overlap(circle(1.0, (2.0, 2.0)), np.array([[0.0, 0], [2.5, 0], [0, 2.5]]))


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    angle=st.floats(0, 2 * np.pi),
    u=st.floats(-200, 200),
    v=st.floats(-200, 200),
    radii=st.lists(st.floats(1, 20), min_size=5, max_size=30),
)
def test_area_does_not_depend_on_place_rotation_or_start(
    angle: float, u: float, v: float, radii: list[float]
) -> None:
    direction = 2 * np.pi * np.arange(len(radii)) / len(radii)
    star = np.column_stack([np.cos(direction), np.sin(direction)]) * np.array(radii)[:, np.newaxis]
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = np.roll(star @ turn.T + (u, v), 2, axis=0)
    assert even_odd_area_mm2([moved]) == pytest.approx(abs(signed_area_mm2(star)), rel=1e-9)
    assert ambiguous_area_mm2(moved) < 1e-6
