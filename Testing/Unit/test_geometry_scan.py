"""Scan lines, areas of rows and points inside polygons, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import cKDTree
from shapes import circle, rectangle

from spine_radiosurgery.geometry import nearest_neighbours
from spine_radiosurgery.geometry.distance import QUERIED_AT_ONCE
from spine_radiosurgery.geometry.polygons import (
    edges_of,
    even_odd_areas_mm2,
    inside,
    laid_apart,
    nesting_depth,
    overlap,
    row_areas_mm2,
    scan,
    scan_with_leans,
    signed_area_mm2,
)

TRIANGLE = np.array([(0.0, 0.0), (6.0, 0.0), (2.0, 4.0)])
SQUARE = rectangle(4, 4)


def test_edges_run_from_every_vertex_to_the_next_and_close() -> None:
    assert edges_of([TRIANGLE]).tolist() == [[0, 0, 6, 0], [6, 0, 2, 4], [2, 4, 0, 0]]
    assert len(edges_of([TRIANGLE, SQUARE])) == 7


def test_the_signed_area_is_that_about_any_origin() -> None:
    assert signed_area_mm2(TRIANGLE) == 12.0
    assert signed_area_mm2(np.add(TRIANGLE[::-1], (1e6, -1e6))) == -12.0


def test_a_line_cuts_a_triangle_where_its_edges_are_and_knows_how_they_lean() -> None:
    row, start, stop, leans = scan_with_leans(edges_of([TRIANGLE]), np.array([-1.0, 1.0, 3.0, 5.0]))
    assert row.tolist() == [1, 2]
    assert start == pytest.approx([0.5, 1.5])
    assert stop == pytest.approx([5.0, 3.0])
    assert leans == pytest.approx(np.array([[0.5, -1.0]] * 2))


def test_a_line_through_several_outlines_has_an_interval_for_each_from_left_to_right() -> None:
    ring = [rectangle(10, 10), rectangle(4, 4), rectangle(2, 2, (9, 0))]
    row, start, stop = scan(edges_of(ring), np.array([0.0, 3.0]))
    assert row.tolist() == [0, 0, 0, 1]
    assert start.tolist() == [-5, 2, 8, -5]
    assert stop.tolist() == [-2, 5, 10, 5]


def test_a_line_along_an_edge_belongs_to_what_lies_above_it() -> None:
    row, _, _ = scan(edges_of([SQUARE]), np.array([-2.0, 2.0]))
    assert row.tolist() in ([0], [1])


def test_rows_of_a_triangle_have_their_exact_areas() -> None:
    """Width 6 at the base and 0 at the tip, 4 mm above."""
    areas = row_areas_mm2(edges_of([TRIANGLE]), np.array([-1.0, 1.0, 2.5, 9.0]))
    below = [12 * (1 - (1 - v / 4) ** 2) for v in (1.0, 2.5)]
    assert areas == pytest.approx([below[0], below[1] - below[0], 12 - below[1]])
    inner = row_areas_mm2(edges_of([TRIANGLE]), np.array([1.0, 2.5]))
    assert inner == pytest.approx([below[1] - below[0]])


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    bounds=st.lists(st.floats(-4, 4), min_size=2, max_size=6, unique=True),
    vertices=st.integers(3, 9),
)
def test_areas_of_rows_add_up(bounds: list[float], vertices: int) -> None:
    edges = edges_of([circle(2.0, vertices=vertices)])
    whole = row_areas_mm2(edges, np.array([-4.0, *sorted(bounds), 4.0]))
    assert whole.sum() == pytest.approx(np.pi * 4)
    assert whole[1:-1] == pytest.approx(row_areas_mm2(edges, np.array(sorted(bounds))), abs=1e-9)


def test_groups_are_laid_side_by_side_a_millimeter_apart() -> None:
    laid, offsets = laid_apart([[np.add(TRIANGLE, (5, 7))], [SQUARE, rectangle(1, 9, (9, 0))]])
    assert offsets.tolist() == [-7.0, 4 + 1 + 4.5]
    assert laid[0] == pytest.approx(edges_of([np.add(TRIANGLE, (5, 0))]))
    assert laid[1] == pytest.approx(
        np.add(edges_of([SQUARE, rectangle(1, 9, (9, 0))]), (0, 9.5, 0, 9.5))
    )


def test_areas_of_groups_do_not_mix() -> None:
    groups = [[SQUARE], [SQUARE, rectangle(2, 2)], [np.add(TRIANGLE, (100, -50))], [SQUARE, SQUARE]]
    assert even_odd_areas_mm2(groups) == pytest.approx([16, 12, 12, 0], abs=1e-9)


def test_points_beside_above_and_below_are_outside() -> None:
    places = [(2, 1), (-1, 1), (6, 1), (2, -1), (2, 5), (0.4, 1), (5.1, 1), (0.6, 1), (4.9, 1)]
    found = inside([TRIANGLE], np.array(places, dtype=float))
    assert found.tolist() == [True, False, False, False, False, False, False, True, True]
    assert inside([TRIANGLE], np.empty((0, 2))).shape == (0,)


def test_a_lattice_of_points_counts_the_area_half_open() -> None:
    u, v = np.meshgrid(np.arange(-3, 4), np.arange(-3, 4))
    points = np.column_stack([u.ravel(), v.ravel()]).astype(float)
    assert np.count_nonzero(inside([SQUARE], points)) == 16
    assert np.count_nonzero(inside([SQUARE, rectangle(2, 2)], points)) == 12


def test_many_points_in_an_outline_of_many_edges_are_each_told() -> None:
    """More than are looked at together."""
    points = np.random.default_rng(1).uniform(-1.2, 1.2, (900, 2))
    radius = np.hypot(*points.T)
    points = points[np.abs(radius - 1) > 1e-3]
    found = inside([circle(1.0, vertices=5000)], points)
    assert found.tolist() == (np.hypot(*points.T) < 1).tolist()


@pytest.mark.parametrize(
    ("place", "shared"),
    [
        ((4.5, 0.5), False),
        ((-4.5, 0.5), False),
        ((0.5, 4.5), False),
        ((0.5, -4.5), False),
        ((3.5, 3.5), True),
        ((-3.5, 3.5), True),
    ],
)
def test_squares_overlap_where_they_share_area(place: tuple[float, float], shared: bool) -> None:
    assert overlap(SQUARE, SQUARE + place) is shared
    assert overlap(SQUARE + place, SQUARE) is shared


@pytest.mark.parametrize("angle", [0.0, 0.4, 1.0, 2.0])
def test_bars_that_cross_overlap_at_any_angle(angle: float) -> None:
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    first, second = rectangle(12, 1) @ turn, rectangle(1, 12) @ turn
    assert overlap(np.add(first, (3, -2)), np.add(second, (3, -2)))
    assert not overlap(first, rectangle(1, 4, (3, 4)) @ turn)


def test_depth_is_that_of_each_in_all_others() -> None:
    polygons = [rectangle(1, 1, (3, 0)), rectangle(10, 10), rectangle(2, 2, (3, 0)), SQUARE + 20]
    assert nesting_depth(polygons).tolist() == [2, 0, 1, 0]
    # Of one that pokes out, most vertices decide.
    leaning = [rectangle(10, 10), np.array([(0.0, 0.0), (4, 0), (4, 2), (6, 3), (0, 2)])]
    assert nesting_depth(leaning).tolist() == [0, 1]


@pytest.mark.parametrize("count", [0, 1, QUERIED_AT_ONCE, QUERIED_AT_ONCE + 3])
def test_neighbors_are_those_of_a_single_query(count: int) -> None:
    random = np.random.default_rng(4)
    tree = cKDTree(random.random((50, 3)))
    points = random.random((count, 3))
    for neighbors in (1, 2):
        distance, index = nearest_neighbours(tree, points, neighbors)
        expected = tree.query(points, k=neighbors)
        assert np.array_equal(distance, expected[0])
        assert np.array_equal(index, expected[1])


def test_neighbors_beyond_a_bound_are_none() -> None:
    tree = cKDTree(np.array([[0.0, 0, 0], [5, 0, 0]]))
    points = np.array([[1.0, 0, 0], [2.4, 0, 0]])
    distance, index = nearest_neighbours(tree, points, distance_upper_bound=2.0)
    assert distance.tolist() == [1.0, np.inf]
    assert index.tolist() == [0, 2]
