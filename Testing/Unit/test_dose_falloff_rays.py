"""Points, planes and rays that a fall-off is measured along, each against its closed form."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapes import affine, at, cylinder, linear_dose, planes, prism, rectangle

from spine_radiosurgery.dose import FallOff, fall_off
from spine_radiosurgery.dose.falloff.rays import Rays
from spine_radiosurgery.dose.falloff.surface import (
    CORD_STEP_MM,
    CordSurface,
    axial_heights,
    holds,
    surface_points,
)
from spine_radiosurgery.geometry import HalfSpace, InputError, Structure

BOX = prism(rectangle(8.0, 4.0), 12.0, 3.0, name="Cord")
"""From -4 to 4 mm along R, -2 to 2 along A, -6 to 6 along S in four slabs."""


def test_points_lie_evenly_on_the_side_walls_and_none_on_the_ends() -> None:
    points = surface_points(BOX, 0.5, 2.0)
    # 24 mm around at steps of 0.5 mm; each slab of 3 mm holds two planes.
    assert len(points) == 48 * 8
    heights, counts = np.unique(points[:, 2], return_counts=True)
    assert heights == pytest.approx(np.arange(-5.25, 6.0, 1.5))
    assert counts.tolist() == [48] * 8
    on_wall = (abs(abs(points[:, 0]) - 4) < 1e-9) | (abs(abs(points[:, 1]) - 2) < 1e-9)
    assert on_wall.all()
    one = points[points[:, 2] == heights[0], :2]
    assert np.linalg.norm(np.diff(one, axis=0), axis=1).max() <= 0.5 + 1e-9


@pytest.mark.parametrize(("across_mm", "planes_a_slab"), [(3.0, 1), (2.9, 2), (1.5, 2), (1.0, 3)])
def test_planes_are_as_far_apart_as_they_may_be(across_mm: float, planes_a_slab: int) -> None:
    heights = np.unique(surface_points(BOX, 4.0, across_mm)[:, 2].round(9))
    assert len(heights) == 4 * planes_a_slab
    assert np.diff(heights) == pytest.approx(3.0 / planes_a_slab)


def test_a_speck_has_three_points_at_least() -> None:
    speck = prism(rectangle(0.1, 0.1), 2.0, 2.0)
    assert len(surface_points(speck, 5.0, 2.0)) == 3


def test_what_is_cut_away_has_no_points_and_holds_none() -> None:
    lower = BOX.clipped(HalfSpace(np.array([0.0, 0.0, 1.0]), 1.0))
    points = surface_points(lower, 0.5, 2.0)
    assert points[:, 2].max() == pytest.approx(0.75)
    asked = np.array([[0.0, 0.0, 0.9], [0.0, 0.0, 1.1], [3.9, 0.0, 0.0], [4.1, 0.0, 0.0]])
    assert holds(lower, asked).tolist() == [True, False, True, False]


def test_the_wall_of_a_mask_is_its_line_of_one_half() -> None:
    values = np.zeros((4, 6, 8))
    values[1:3, 1:5, 1:6] = 1.0
    values[1:3, 1:5, 6] = 0.5
    mask = Structure.from_mask("Mask", values, affine((1.0, 1.0, 2.0)))
    places = np.array([[r, 2.5, 2.0] for r in (0.49, 0.51, 5.99, 6.0, 6.01)])
    assert holds(mask, places).tolist() == [False, True, True, False, False]
    heights = np.array([[3.0, 2.5, s] for s in (0.9, 1.1, 4.9, 5.1)])
    assert holds(mask, heights).tolist() == [False, True, True, False]
    # Within a layer the wall does not taper.
    assert holds(mask, np.array([[5.75, 2.5, s] for s in (1.1, 2.0, 4.9)])).all()
    left = mask.clipped(HalfSpace(np.array([1.0, 0.0, 0.0]), 2.0))
    assert holds(left, np.array([[1.9, 2.5, 2.0], [2.1, 2.5, 2.0]])).tolist() == [True, False]
    walls = surface_points(mask, 0.25, 1.0)
    assert np.unique(walls[:, 2]) == pytest.approx([1.5, 2.5, 3.5, 4.5])
    assert walls[:, 0].min() == pytest.approx(0.5, abs=0.02)
    assert walls[:, 0].max() == pytest.approx(6.0, abs=0.02)


def heights_of(*superior: float) -> list[float]:
    return axial_heights(np.array([[0.0, 0.0, s] for s in superior])).tolist()


def test_planes_are_told_by_their_heights() -> None:
    assert heights_of(3.0, -1.0, 3.00001, -1.0) == [-1.0, 3.0]
    assert heights_of(2.0) == [2.0]
    assert heights_of(0.125, 0.375, 0.625) == [0.125, 0.375, 0.625]
    # Of a tilted outline every point has a height of its own.
    assert heights_of(0.0, 0.1, 0.2, 0.3, 0.9) == [0.0, 0.25, 1.0]
    assert heights_of(0.0, 0.1) == [0.0]


EVERYWHERE = CordSurface.everywhere(BOX)


@settings(max_examples=30)
@given(st.floats(4.5, 30.0), st.floats(-1.5, 1.5), st.floats(-5.5, 5.5))
def test_the_nearest_point_of_a_wall_is_straight_across(r: float, a: float, s: float) -> None:
    point = np.array([[r, a, s]])
    for surface in (CordSurface.in_planes(BOX, np.array([s])), EVERYWHERE):
        distance, place = surface.nearest(point)
        aside = CORD_STEP_MM / 2
        assert r - 4.0 - 1e-9 <= distance[0] <= math.hypot(r - 4.0, aside, aside) + 1e-9
        assert place[0] == pytest.approx((4.0, a, s), abs=aside + 1e-9)
    assert CordSurface.in_planes(BOX, np.array([s])).nearest(point)[1][0, 2] == s


def test_beyond_the_cords_end_only_its_planes_know_nothing() -> None:
    above = np.array([[10.0, 0.0, 8.0], [10.0, 0.0, 5.0]])
    distance, place = CordSurface.in_planes(BOX, np.array([5.0, 8.0])).nearest(above)
    assert distance.tolist() == [np.inf, pytest.approx(6.0)]
    assert np.isnan(place[0]).all()
    assert place[1] == pytest.approx((4.0, 0.0, 5.0), abs=0.13)
    free, _ = CordSurface.everywhere(BOX).nearest(above)
    assert free[0] == pytest.approx(math.hypot(6.0, 2.0), abs=0.1)
    nowhere, nothing = CordSurface.in_planes(BOX, np.array([8.0])).nearest(above)
    assert np.isinf(nowhere).all()
    assert np.isnan(nothing).all()


def test_the_wall_of_a_cut_cord_ends_at_the_cut() -> None:
    cut = BOX.clipped(HalfSpace(np.array([1.0, 0.0, 0.0]), 2.0))
    for surface in (CordSurface.in_planes(cut, np.array([0.0])), CordSurface.everywhere(cut)):
        distance, place = surface.nearest(np.array([[10.0, 1.0, 0.0]]))
        assert place[0, :2] == pytest.approx((2.0, 2.0), abs=0.26)
        assert distance[0] == pytest.approx(math.hypot(8.0, 1.0), abs=0.26)


def test_planes_of_a_cord_do_not_mix() -> None:
    """The lower half lies at the right, the upper at the left."""
    heights = planes(8.0, 2.0)
    outlines = [at(rectangle(4.0, 4.0, (10.0 if h < 0 else -10.0, 1.0)), h) for h in heights]
    cord = Structure.from_contours("Cord", outlines)
    asked = np.array([[0.0, 1.0, h] for h in heights])
    surface = CordSurface.in_planes(cord, heights)
    distance, place = surface.nearest(asked)
    assert distance == pytest.approx([8.0] * 4)
    assert place[:, 0] == pytest.approx([8.0, 8.0, -8.0, -8.0])
    middles = np.array([[10.0 if h < 0 else -10.0, 1.0, h] for h in heights])
    assert surface.middle(asked) == pytest.approx(middles, abs=1e-6)
    assert CordSurface.everywhere(cord).middle(asked) == pytest.approx(middles, abs=1e-6)
    for right, height in ((-10.0, 0.2), (10.0, -0.2)):
        (middle,) = CordSurface.everywhere(cord).middle(np.array([[0.0, 1.0, height]]))
        assert middle == pytest.approx((right, 1.0, height), abs=1e-6)


RAYS = Rays(
    np.array([[0.0, 0, 0], [1.0, 2, 3]]), np.array([[1.0, 0, 0], [0.0, 0, -1]]),
    np.array([[5.0, 0, 0], [1.0, 2, 0]]), np.array([5.0, 3.0]),
)  # fmt: skip


def test_places_along_rays_are_counted_from_their_starts() -> None:
    assert RAYS.at(np.array([2.0, -1.0])).tolist() == [[2.0, 0, 0], [1.0, 2, 4]]
    assert RAYS.at(np.array([[2.0, 0.0, 1.0], [1.0, 3.0, 0.0]])).tolist() == [
        [[2.0, 0, 0], [0.0, 0, 0], [1.0, 0, 0]], [[1.0, 2, 2], [1.0, 2, 0], [1.0, 2, 3]],
    ]  # fmt: skip
    second = RAYS.chosen(np.array([1]))
    assert second.start_ras.tolist() == [[1.0, 2, 3]]
    assert second.direction.tolist() == [[0.0, 0, -1]]
    assert second.cord_ras.tolist() == [[1.0, 2, 0]]
    assert second.end_mm.tolist() == [3.0]


TARGET = cylinder(5.0, 10.0, name="CTV")
CORD = cylinder(4.0, 30.0, centre=(0.0, -15.0, 0.0), name="Myelon")


def measured(at_origin_gy: float = 10.0, **options) -> FallOff:
    """0.8 Gy/mm toward anterior; prescribed are 16 Gy."""
    dose = linear_dose((0.0, 0.8, 0.0), at_origin_gy, half_width=(30.0, 60.0, 30.0))
    return fall_off(TARGET, CORD, dose, **({"prescription_gy": 16.0} | options))


def test_a_fall_off_says_what_was_asked() -> None:
    found = measured()
    assert (found.from_percent, found.to_percent) == (90.0, 50.0)
    assert (found.toward, found.plane, found.reason) == ("Myelon", "axial", "")
    assert found.distance_mm == pytest.approx(
        np.linalg.norm(found.upper_ras - found.lower_ras, axis=1)
    )
    straight = measured(toward=(-0.0, -2.0, 0.0), from_percent=80.0, to_percent=40.0, plane="3d")
    assert (straight.toward, straight.plane) == ("direction R 0, A -1, S 0", "3d")
    assert (straight.from_percent, straight.to_percent) == (80.0, 40.0)
    assert straight.median_mm == pytest.approx(0.4 * 16.0 / 0.8, abs=1e-3)


def test_a_ray_in_a_direction_is_followed_forty_millimetres() -> None:
    """The target ends 5 mm posterior; half the prescription lies 39 and 45.5 mm posterior."""
    down = (0.0, -1.0, 0.0)
    reached = measured(8.0 + 0.8 * 39.0, toward=down)
    assert reached.not_reached_50 == 0
    beyond = measured(8.0 + 0.8 * 45.5, toward=down)
    assert beyond.not_reached_50 == beyond.rays > 0
    assert (beyond.lower_bound, beyond.median_mm) == (True, pytest.approx(math.nan, nan_ok=True))


def test_why_there_is_no_distance_is_said_with_the_number_of_rays() -> None:
    never = measured(100.0, from_percent=90.0)
    assert never.reason == (
        f"None of {never.rays} rays toward Myelon falls from 90 % to 50 % before its end."
    )
    cold = measured(1.0, from_percent=500.0)
    assert cold.reason == f"None of {cold.rays} rays toward Myelon reaches 500 %."
    assert cold.not_reached_90 == cold.rays


@pytest.mark.parametrize(
    "toward", [(0.0, -1.0, 1e-5), (0.0, math.nan, 0.0), (0.0, 0.0, 1.0), (0.0, -1.0)]
)
def test_an_axial_direction_stays_in_its_plane(toward: tuple) -> None:
    with pytest.raises(InputError, match="direction of the fall-off"):
        measured(toward=toward)


def test_a_direction_may_leave_the_plane_by_rounding() -> None:
    assert measured(toward=(0.0, -1.0, 1e-7)).rays > 0
