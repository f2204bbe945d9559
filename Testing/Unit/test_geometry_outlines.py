"""Iso-lines of a few pixels, vertex by vertex, and the outlines of masks made of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from spine_radiosurgery.geometry import Grid, Structure, trace_isolines
from spine_radiosurgery.geometry.polygons import (
    even_odd_area_mm2,
    inside,
    nesting_depth,
    signed_area_mm2,
)


def corners(line: NDArray[np.float64]) -> list[tuple[float, ...]]:
    return sorted(tuple(p) for p in np.round(line, 9).tolist())


@pytest.mark.parametrize(("level", "reach"), [(0.25, 0.75), (0.5, 0.5), (0.9, 0.1)])
def test_a_line_crosses_where_the_value_between_two_pixels_is_the_level(
    level: float, reach: float
) -> None:
    plane = np.zeros((5, 4))
    plane[3, 1] = 1.0
    (line,) = trace_isolines(plane, level)
    expected = [(1 - reach, 3), (1, 3 - reach), (1, 3 + reach), (1 + reach, 3)]
    assert np.array(corners(line)) == pytest.approx(np.array(sorted(expected)))


@pytest.mark.parametrize(("value", "level"), [(1.0, 0.5), (3.0, 0.5), (1.0, -2.0), (7.0, 6.0)])
def test_at_the_border_a_line_runs_along_the_outer_sides_of_the_pixels(
    value: float, level: float
) -> None:
    (line,) = trace_isolines(np.full((2, 3), value), level)
    assert line.min(axis=0) == pytest.approx([-0.5, -0.5])
    assert line.max(axis=0) == pytest.approx([2.5, 1.5])
    assert len(line) == 10


def test_a_pixel_at_the_level_is_outside() -> None:
    plane = np.array([[0.0, 0.5, 0.0], [0.0, 0.4, 0.0]])
    assert trace_isolines(plane) == []
    assert len(trace_isolines(plane, 0.45)) == 1


def test_values_between_differ_the_line_leans() -> None:
    plane = np.array([[1.0, 1.0, 0.0, 0.0], [1.0, 1.0, 0.0, 0.0], [1.0, 1.0, 0.5, -0.5]])
    (line,) = trace_isolines(plane, 0.6)
    right = line[line[:, 0] > 1.1]
    assert corners(right) == [(1.4, 0.0), (1.4, 1.0), (1.8, 2.0)]


PATTERNS = [
    np.array([(n >> b) & 1 for b in range(4)], dtype=float).reshape(2, 2) for n in range(1, 16)
]


@pytest.mark.parametrize("plane", PATTERNS, ids=lambda plane: str(plane.ravel().astype(int)))
def test_every_pattern_of_four_pixels_is_kept_apart_from_the_empty_ones(
    plane: NDArray[np.float64],
) -> None:
    padded = np.pad(plane, 1)
    lines = trace_isolines(padded)
    row, column = np.mgrid[:4, :4]
    points = np.column_stack([column.ravel(), row.ravel()]).astype(float)
    assert inside(lines, points).tolist() == (padded > 0.5).ravel().tolist()
    assert all(signed_area_mm2(line) > 0 for line in lines)
    # Half a square for a lone pixel, one and a half for two beside each other, ...
    count = int(plane.sum())
    diagonal = count == 2 and plane[0, 0] == plane[1, 1]
    assert even_odd_area_mm2(lines) == pytest.approx(
        1.0 if diagonal else {1: 0.5, 2: 1.5, 3: 2.5, 4: 3.5}[count]
    )


@settings(max_examples=50, deadline=None, derandomize=True)
@given(
    plane=arrays(np.float64, (5, 6), elements=st.sampled_from([0.0, 0.2, 0.4, 0.7, 1.0])),
    level=st.sampled_from([0.1, 0.5, 0.65]),
)
def test_lines_hold_the_pixels_above_the_level_and_run_around_inside(
    plane: NDArray[np.float64], level: float
) -> None:
    lines = trace_isolines(plane, level)
    row, column = np.mgrid[:5, :6]
    points = np.column_stack([column.ravel(), row.ravel()]).astype(float)
    if lines:
        assert inside(lines, points).tolist() == (plane > level).ravel().tolist()
        signs = [signed_area_mm2(line) > 0 for line in lines]
        assert signs == (nesting_depth(lines) % 2 == 0).tolist()
    else:
        assert not (plane > level).any()


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_outlines_of_a_mask_lie_in_the_layers_across_the_superior_axis(axis: int) -> None:
    """The voxel axis that is nearest to the superior one is `axis`."""
    directions = np.roll(np.eye(3), axis - 2, axis=1) * (1.0, 2.0, 3.0)
    turn = Rotation.from_euler("x", 5, degrees=True).as_matrix()
    matrix = np.eye(4)
    matrix[:3, :3] = turn @ directions
    matrix[:3, 3] = (10.0, 20.0, 30.0)
    contours = Structure.from_mask("Mask", np.ones((2, 3, 4)), matrix).contours()
    size = np.array([4, 3, 2])
    ijk = [Grid((2, 3, 4), matrix).to_ijk(contour) for contour in contours]
    assert [c[:, axis].mean() for c in ijk] == pytest.approx(range(size[axis]))
    for places in ijk:
        assert np.ptp(places[:, axis]) < 1e-9
        others = [a for a in range(3) if a != axis]
        assert places[:, others].min(axis=0) == pytest.approx([-0.5, -0.5])
        assert places[:, others].max(axis=0) == pytest.approx(size[others] - 0.5)
