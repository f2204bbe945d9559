"""Iso-lines of a sampled plane."""

from __future__ import annotations

import numpy as np
import pytest

from spine_radiosurgery.geometry import trace_isolines
from spine_radiosurgery.geometry.polygons import inside, signed_area_mm2


def cone_plane(radius: float, size: int = 61) -> np.ndarray:
    """Falls linearly with the distance from the middle; 0 at `radius`."""
    row, column = np.mgrid[:size, :size] - (size - 1) / 2
    return radius - np.hypot(row, column)


def test_a_circle_has_its_area_and_runs_counter_clockwise() -> None:
    (line,) = trace_isolines(cone_plane(20.0), 0.0)
    assert signed_area_mm2(line) == pytest.approx(np.pi * 400, rel=1e-3)
    assert np.allclose(np.hypot(*(line - 30).T), 20.0, atol=0.02)


def test_a_hole_runs_clockwise() -> None:
    ring = 5.0 - np.abs(cone_plane(0.0) + 18.0)
    areas = sorted(signed_area_mm2(line) for line in trace_isolines(ring, 0.0))
    assert areas == pytest.approx([-np.pi * 13**2, np.pi * 23**2], rel=2e-3)


def test_one_pixel_gives_a_diamond_around_its_centre() -> None:
    plane = np.zeros((3, 4))
    plane[1, 2] = 1.0
    (line,) = trace_isolines(plane)
    assert signed_area_mm2(line) == pytest.approx(0.5)
    assert np.allclose(line.mean(axis=0), [2, 1])


def test_a_line_closes_where_inside_reaches_the_border() -> None:
    (line,) = trace_isolines(np.ones((4, 6)))
    assert inside([line], np.array([[0.0, 0.0], [5.0, 3.0]])).all()
    assert 4 * 6 - 1 < signed_area_mm2(line) <= 4 * 6


@pytest.mark.parametrize(("corner", "lines"), [(0.45, 1), (0.05, 2)])
def test_a_saddle_is_joined_or_apart_as_its_middle_says(corner: float, lines: int) -> None:
    plane = np.array([[0.9, corner], [corner, 0.9]])
    plane = np.pad(plane, 1)
    assert len(trace_isolines(plane)) == lines


def test_nothing_inside_gives_no_line() -> None:
    assert trace_isolines(np.zeros((3, 3))) == []


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize(("corner", "lines"), [(0.4, 1), (-0.4, 2)])
def test_a_saddle_counts_all_four_corners(turns: int, corner: float, lines: int) -> None:
    plane = np.rot90(np.array([[0.9, 0.1], [corner, 0.9]]), turns)
    assert len(trace_isolines(plane)) == lines
