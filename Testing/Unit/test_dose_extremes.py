"""The smallest and the largest dose in a structure: where they lie, and what is no extreme."""

from __future__ import annotations

import numpy as np
import pytest
from shapes import affine, centred_affine, circle, cylinder, linear_dose, prism, rectangle

from spine_radiosurgery.dose import DoseGrid
from spine_radiosurgery.dose.extremes import Extremes, find_extremes

SHAPE = (21, 31, 31)
MATRIX = centred_affine(SHAPE, (1.0, 1.0, 1.0))
BODY = prism(circle(12.0), 10.0, 2.0)
"""Within a grid from -15 to 15 mm, and from -10 to 10 along S."""
EVERYWHERE = np.array([[-100.0] * 3, [100.0] * 3])


def spotted(spots: dict[tuple[int, int, int], float], base_gy: float = 5.0) -> DoseGrid:
    """One dose but for voxels at whole RAS millimetres."""
    values = np.full(SHAPE, base_gy)
    for (right, anterior, superior), dose_gy in spots.items():
        values[superior + 10, anterior + 15, right + 15] = dose_gy
    return DoseGrid(values, MATRIX)


def told(found: Extremes) -> tuple[list[float], list[float]]:
    return found.dose_gy.tolist(), found.coarser_gy.tolist()


def test_peak_and_trough_inside_are_found_at_their_voxels() -> None:
    found = find_extremes(BODY, spotted({(3, -4, 1): 9.0, (-5, 2, -3): 1.0}), 1.0)
    assert told(found) == ([1.0, 9.0], [1.0, 9.0])
    assert found.points_ras == pytest.approx(np.array([[-5, 2, -3], [3, -4, 1]]))


def test_the_greatest_of_several_peaks_counts() -> None:
    spots = {(0, 0, 0): 8.0, (3, 3, 0): 9.5, (-3, 3, 2): 9.0, (4, -4, 0): 0.5, (0, 5, 3): 2.0}
    found = find_extremes(BODY, spotted(spots), 1.0)
    assert found.dose_gy.tolist() == [0.5, 9.5]
    assert found.points_ras == pytest.approx(np.array([[4, -4, 0], [3, 3, 0]]))


def test_greater_peaks_beside_the_structure_do_not_hide_its_own() -> None:
    corners = [
        (r, a, s)
        for r in range(-12, 13, 2)
        for a in range(-12, 13, 2)
        for s in range(-4, 5, 2)
        if np.hypot(r, a) > 14
    ]
    assert len(corners) > 3 * 64 / 2
    beside = {place: 30.0 + n for n, place in enumerate(corners)}
    found = find_extremes(BODY, spotted(beside | {(2, 2, 2): 7.0}), 1.0)
    assert found.dose_gy == pytest.approx([5.0, 7.0])
    assert found.points_ras[1] == pytest.approx((2, 2, 2))
    alone = find_extremes(BODY, spotted(beside), 1.0)
    assert alone.dose_gy == pytest.approx([5.0, 5.0])


def test_in_a_linear_dose_they_lie_at_the_ends_of_the_structure() -> None:
    body = prism(rectangle(8.0, 6.0), 10.0, 2.0)
    dose = linear_dose((0.5, 0.3, -0.2), 20.0)
    found = find_extremes(body, dose, 1.0)
    half = 4 * 0.5 + 3 * 0.3 + 5 * 0.2
    assert found.dose_gy == pytest.approx([20 - half, 20 + half], abs=0.03)
    assert found.points_ras == pytest.approx(np.array([[-4, -3, 5], [4, 3, -5]]), abs=0.1)
    # What was found last is at least as extreme as what was found before.
    assert found.dose_gy[0] <= found.coarser_gy[0] <= 20 - half + 0.2
    assert 20 + half - 0.2 <= found.coarser_gy[1] <= found.dose_gy[1]


def test_a_structure_beyond_the_dose_has_none_and_one_half_beyond_those_inside() -> None:
    dose = linear_dose((0.0, 0.0, 0.5), 30.0, half_width=(20.0, 20.0, 20.0))
    none = find_extremes(cylinder(4.0, 10.0, centre=(0.0, 0.0, 60.0)), dose, 1.0)
    assert told(none) == ([], [])
    assert none.points_ras.shape == (0, 3)
    half = find_extremes(cylinder(4.0, 20.0, centre=(0.0, 0.0, 22.0)), dose, 1.0)
    # Contours end at 12 mm; the grid's outermost voxel centres lie at 21 mm.
    assert half.dose_gy == pytest.approx([30 + 0.5 * 12, 30 + 0.5 * 21], abs=0.02)


def test_a_voxel_that_no_neighbour_exceeds_is_an_extreme() -> None:
    values = np.array([[[1.0, 3.0, 2.0, 2.0, 4.0], [0.0, 2.0, 2.0, 1.0, 5.0]]])
    dose = DoseGrid(values, affine((2.0, 3.0, 4.0), (10.0, 20.0, 30.0)))
    places, peaks = dose.local_extremes(EVERYWHERE, largest=True)
    assert peaks.tolist() == [3.0, 2.0, 5.0]
    assert places.tolist() == [[12.0, 20.0, 30.0], [14.0, 23.0, 30.0], [18.0, 23.0, 30.0]]
    places, troughs = dose.local_extremes(EVERYWHERE, largest=False)
    assert troughs.tolist() == [2.0, 0.0, 1.0]
    assert places.tolist() == [[14.0, 20.0, 30.0], [10.0, 23.0, 30.0], [16.0, 23.0, 30.0]]


def test_an_even_dose_is_extreme_everywhere() -> None:
    dose = DoseGrid(np.full((2, 3, 4), 7.0), np.eye(4))
    for largest in (True, False):
        places, doses = dose.local_extremes(EVERYWHERE, largest=largest)
        assert len(places) == 24
        assert set(doses.tolist()) == {7.0}


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_extremes_are_looked_for_a_voxel_around_the_bounds(axis: int) -> None:
    shape = [1, 1, 1]
    shape[2 - axis] = 12
    values = np.arange(12.0).reshape(shape)
    dose = DoseGrid(values, np.eye(4))
    bounds = np.zeros((2, 3))
    bounds[:, axis] = 4.2, 5.6
    places, _ = dose.local_extremes(bounds, largest=True)
    assert places[:, axis].tolist() == [7.0]
    places, _ = dose.local_extremes(bounds, largest=False)
    assert places[:, axis].tolist() == [3.0]
