"""Fall-off in doses that depend on the distance from an axis or a point: every answer is known."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import numpy as np
import pytest
import shapes
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation
from shapes import INDEX_ORDERS, at, centred_affine, circle, cylinder, planes, reordered

import spine_radiosurgery as sr
from spine_radiosurgery.dose import DoseGrid, FallOff, fall_off
from spine_radiosurgery.geometry import InputError, Structure

FloatArray = NDArray[np.float64]

PRESCRIPTION = 16.0
UPPER_MM, LOWER_MM = 7.0, 10.5
"""Radius of the 90 % and the 50 % isodose where the dose falls outward."""


def ring(
    inner: float, outer: float, length: float = 20.0, name: str = "Ring", spacing: float = 2.0
) -> Structure:
    contours = [at(circle(r), h) for h in planes(length, spacing) for r in (inner, outer)]
    return Structure.from_contours(name, contours, slice_spacing_mm=spacing)


def falling(radius: FloatArray) -> FloatArray:
    """Outward: 90 % at `UPPER_MM`, 50 % at `LOWER_MM`."""
    share = 0.9 - 0.4 * (radius - UPPER_MM) / (LOWER_MM - UPPER_MM)
    return PRESCRIPTION * np.maximum(share, 0.0)


def rising(radius: FloatArray) -> FloatArray:
    """Inward: 90 % at 9 mm, 50 % at 5 mm from the axis."""
    return PRESCRIPTION * np.clip(0.5 + 0.1 * (radius - 5.0), 0.0, 1.0)


def dose_about(
    profile: Callable[[FloatArray], FloatArray],
    *,
    axis: Sequence[float] | None = (0.0, 0.0, 1.0),
    spacing: float = 1.0,
    half: float = 24.0,
    turn: Rotation | None = None,
) -> DoseGrid:
    """A dose that depends on the distance from an axis, or from the origin without one."""
    count = int(2 * half / spacing) + 1
    matrix = centred_affine((count,) * 3, (spacing,) * 3, turn)
    points = shapes.voxel_centres((count,) * 3, matrix)
    if axis is not None:
        points = points - (points @ np.array(axis))[..., np.newaxis] * np.array(axis)
    return DoseGrid(profile(np.linalg.norm(points, axis=-1)), matrix)


def measure(target: Structure, cord: Structure, dose: DoseGrid, **options) -> FallOff:
    return fall_off(target, cord, dose, **{"prescription_gy": PRESCRIPTION, **options})


def ball_shell(inner: float, outer: float, spacing: float, name: str) -> Structure:
    contours = []
    for height in planes(2 * outer, spacing):
        for radius in (inner, outer):
            if abs(height) < radius:
                contours.append(at(circle(np.sqrt(radius**2 - height**2)), height))
    return Structure.from_contours(name, contours)


@pytest.mark.parametrize("plane", ["axial", "3d"])
@pytest.mark.parametrize("interpolation", ["trilinear", "cubic"])
def test_every_ray_between_coaxial_cylinders_has_the_known_length(plane, interpolation):
    # A ring about the target in place of the cord: rays leave in every direction.
    target, around = cylinder(6.0, 20.0), ring(12.0, 14.0, name="Around")
    dose = dose_about(falling).with_interpolation(interpolation)
    found = measure(target, around, dose, plane=plane)
    assert found.rays > 500
    assert (found.not_reached_90, found.not_reached_50, found.lower_bound) == (0, 0, False)
    expected = pytest.approx(LOWER_MM - UPPER_MM, abs=0.03)
    assert found.min_mm == expected
    assert found.median_mm == expected
    assert found.max_mm == expected


@pytest.mark.parametrize("plane", ["axial", "3d"])
def test_target_that_wraps_round_the_cord(plane):
    cord, target = cylinder(4.0, 60.0), ring(8.0, 16.0)
    found = measure(target, cord, dose_about(rising), plane=plane)
    inner = 10 * round(2 * np.pi * 8.0 / 0.5)
    assert found.rays == pytest.approx(inner, rel=0.02)  # none from the ring's outer outline
    assert found.min_mm == pytest.approx(4.0, abs=0.03)
    assert found.max_mm == pytest.approx(4.0, abs=0.03)
    np.testing.assert_allclose(np.hypot(*found.start_ras[:, :2].T), 8.0, atol=0.01)
    np.testing.assert_allclose(np.hypot(*found.cord_ras[:, :2].T), 4.0, atol=0.01)


@pytest.mark.parametrize(("cord_radius", "gap_mm"), [(4.0, 1.0), (5.0, 0.0), (6.5, -1.5)])
@pytest.mark.parametrize("plane", ["axial", "3d"])
def test_distance_from_the_lower_isodose_to_the_cord_is_signed(cord_radius, gap_mm, plane):
    cord = cylinder(cord_radius, 60.0)
    found = measure(ring(8.0, 16.0), cord, dose_about(rising), plane=plane)
    assert found.isodose_to_cord_mm == pytest.approx(gap_mm, abs=0.08)
    assert found.isodose_to_cord_median_mm == pytest.approx(gap_mm, abs=0.08)


def test_lengths_of_slanting_rays_are_those_of_the_circles_they_cross():
    cord = cylinder(5.0, 60.0, centre=(2.0, -14.0, 0.0))
    found = measure(cylinder(6.0, 20.0), cord, dose_about(falling))
    start, way = found.start_ras[:, :2], (found.cord_ras - found.start_ras)[:, :2]
    way /= np.linalg.norm(way, axis=1)[:, np.newaxis]
    along = (start * way).sum(axis=1)
    aside = (start**2).sum(axis=1) - along**2
    expected = np.sqrt(LOWER_MM**2 - aside) - np.sqrt(UPPER_MM**2 - aside)
    np.testing.assert_allclose(found.distance_mm, expected, atol=0.05)
    assert found.median_mm == pytest.approx(np.median(expected), abs=0.02)
    assert found.min_mm == pytest.approx(LOWER_MM - UPPER_MM, abs=0.03)


def test_steepest_and_shallowest_ray_are_found_where_they_are():
    cord = cylinder(5.0, 60.0, centre=(0.0, -16.0, 0.0))
    found = measure(cylinder(6.0, 20.0), cord, dose_about(falling))
    # Along the line of centres the ray is radial, hence the shortest; at the sides the longest.
    right, anterior, _ = found.min_at_ras
    assert (right, anterior) == pytest.approx((0.0, -(UPPER_MM + LOWER_MM) / 2), abs=0.6)
    assert abs(found.max_at_ras[0]) > 3.0
    longest = int(np.argmax(found.distance_mm))
    middle = 0.5 * (found.upper_ras[longest] + found.lower_ras[longest])
    np.testing.assert_allclose(found.max_at_ras, middle)


def test_sphere_falls_off_alike_in_3d_and_slower_in_axial_planes_off_its_centre():
    target = ball_shell(0.0, 5.0, 0.5, "Ball")
    around = ball_shell(15.0, 17.0, 0.5, "Around")
    dose = dose_about(falling, axis=None)
    gap = LOWER_MM - UPPER_MM
    everywhere = measure(target, around, dose, plane="3d")
    assert everywhere.median_mm == pytest.approx(gap, abs=0.05)
    assert everywhere.max_mm == pytest.approx(gap, abs=0.1)
    axial = measure(target, around, dose)
    height = axial.start_ras[:, 2]
    expected = np.sqrt(LOWER_MM**2 - height**2) - np.sqrt(UPPER_MM**2 - height**2)
    np.testing.assert_allclose(axial.distance_mm, expected, atol=0.05)


@settings(max_examples=8, deadline=None)
@given(angles=st.tuples(*[st.floats(-60.0, 60.0)] * 3))
def test_in_3d_a_turned_patient_has_the_same_fall_off(angles):
    turn = Rotation.from_euler("xyz", angles, degrees=True)
    target = Structure.from_contours("T", shapes.turned(cylinder(6.0, 12.0).contours(), turn))
    around = Structure.from_contours("Around", shapes.turned(ring(12.0, 14.0).contours(), turn))
    dose = dose_about(falling, axis=turn.apply([0.0, 0.0, 1.0]))
    found = measure(target, around, dose, plane="3d")
    assert found.median_mm == pytest.approx(LOWER_MM - UPPER_MM, abs=0.03)
    assert found.max_mm == pytest.approx(LOWER_MM - UPPER_MM, abs=0.06)


def test_axial_plane_cuts_a_tilted_patient_slantwise():
    tilt = np.radians(25.0)
    turn = Rotation.from_rotvec([tilt, 0.0, 0.0])
    target = Structure.from_contours("T", shapes.turned(cylinder(6.0, 20.0).contours(), turn))
    around = ring(12.0, 14.0, length=40.0)
    around = Structure.from_contours("Around", shapes.turned(around.contours(), turn))
    dose = dose_about(falling, axis=turn.apply([0.0, 0.0, 1.0]))
    found = measure(target, around, dose)
    # The isodoses are ellipses, stretched along anterior by the tilt.
    assert found.min_mm == pytest.approx(LOWER_MM - UPPER_MM, abs=0.05)
    assert found.max_mm == pytest.approx((LOWER_MM - UPPER_MM) / np.cos(tilt), abs=0.1)
    np.testing.assert_allclose(found.upper_ras[:, 2], found.lower_ras[:, 2], atol=1e-9)


@pytest.mark.parametrize("plane", ["axial", "3d"])
def test_mask_and_contours_of_one_body_agree(plane):
    matrix = centred_affine((24, 40, 40), (1.0, 1.0, 1.0))
    drawn = cylinder(6.0, 20.0), cylinder(4.0, 24.0, centre=(0.0, -15.0, 0.0))
    masks = [Structure.from_mask(s.name, s.mask_on((24, 40, 40), matrix), matrix) for s in drawn]
    expected = measure(*drawn, dose_about(falling), plane=plane)
    found = measure(*masks, dose_about(falling), plane=plane)
    assert found.median_mm == pytest.approx(expected.median_mm, abs=0.15)
    assert found.min_mm == pytest.approx(expected.min_mm, abs=0.03)
    assert found.isodose_to_cord_mm == pytest.approx(expected.isodose_to_cord_mm, abs=0.1)


@pytest.mark.parametrize("order", INDEX_ORDERS[::5])
def test_index_order_of_the_dose_changes_nothing(order):
    target, cord = cylinder(6.0, 20.0), cylinder(5.0, 60.0, centre=(1.0, -15.0, 0.0))
    dose = dose_about(falling)
    expected = measure(target, cord, dose)
    found = measure(target, cord, DoseGrid(*reordered(dose.values_gy, dose.ijk_to_ras, order)))
    np.testing.assert_allclose(found.distance_mm, expected.distance_mm, atol=1e-9)
    assert found.median_mm == pytest.approx(expected.median_mm, abs=1e-9)


def test_on_a_cylinder_3d_and_axial_agree():
    target, cord = cylinder(6.0, 20.0), cylinder(5.0, 60.0, centre=(1.0, -15.0, 0.0))
    axial, everywhere = (
        measure(target, cord, dose_about(falling), plane=p) for p in ("axial", "3d")
    )
    assert everywhere.rays == axial.rays
    assert everywhere.median_mm == pytest.approx(axial.median_mm, abs=0.01)
    assert everywhere.max_mm == pytest.approx(axial.max_mm, abs=0.02)


@pytest.mark.parametrize(("upper", "lower"), [(90.0, 50.0), (80.0, 20.0), (100.0, 62.5)])
def test_percentages_and_direction_are_parameters(upper, lower):
    slope = 0.8
    dose = shapes.linear_dose((0.0, slope, 0.0), 10.0, half_width=(30.0, 40.0, 20.0))
    target = cylinder(5.0, 10.0, centre=(0.0, 6.0, 0.0))
    cord = cylinder(4.0, 30.0, centre=(0.0, -15.0, 0.0))
    found = measure(
        target, cord, dose, from_percent=upper, to_percent=lower, toward=(0.0, -2.0, 0.0)
    )
    expected = (upper - lower) / 100.0 * PRESCRIPTION / slope
    assert found.min_mm == pytest.approx(expected, abs=1e-3)
    assert found.max_mm == pytest.approx(expected, abs=1e-3)
    assert found.toward == "direction R 0, A -1, S 0"
    # Parallel rays leave from the half of the outline that faces the direction.
    assert (found.start_ras[:, 1] < 6.3).all()


def test_in_3d_the_direction_may_leave_the_axial_plane():
    dose = shapes.linear_dose((0.0, 0.8, 0.0), 10.0, half_width=(30.0, 50.0, 50.0))
    target, cord = cylinder(5.0, 10.0), cylinder(4.0, 30.0, centre=(0.0, -15.0, 0.0))
    direction = (0.0, -np.cos(0.5), np.sin(0.5))
    found = measure(target, cord, dose, plane="3d", toward=direction)
    assert found.median_mm == pytest.approx(0.4 * PRESCRIPTION / 0.8 / np.cos(0.5), abs=1e-3)


def test_dose_that_never_falls_is_counted_and_has_no_distance():
    found = measure(
        cylinder(6.0, 20.0), cylinder(5.0, 60.0, centre=(0.0, -15.0, 0.0)),
        dose_about(lambda r: np.full_like(r, PRESCRIPTION)),
    )  # fmt: skip
    assert found.not_reached_50 == found.rays == len(found.failed_ras) > 0
    assert found.not_reached_90 == 0
    assert found.lower_bound
    assert np.isnan([found.median_mm, found.min_mm, found.max_mm, *found.min_at_ras]).all()
    assert np.isnan([found.isodose_to_cord_mm, found.isodose_to_cord_median_mm]).all()
    assert "falls from 90 % to 50 %" in found.reason


def test_target_without_the_upper_isodose_is_counted():
    found = measure(
        cylinder(6.0, 20.0), cylinder(5.0, 60.0, centre=(0.0, -15.0, 0.0)),
        dose_about(lambda r: np.minimum(falling(r), 0.89 * PRESCRIPTION)),
    )  # fmt: skip
    assert found.not_reached_90 == found.rays > 0
    assert found.not_reached_50 == 0
    assert "reaches 90 %" in found.reason


def half_cold(share_of_rays: float) -> FallOff:
    """Cold above a height that cuts off this share of the target's planes."""
    dose = dose_about(falling)
    values = dose.values_gy.copy()
    height = shapes.voxel_centres(values.shape, dose.ijk_to_ras)[..., 2]
    values[height > 20.0 * (0.5 - share_of_rays)] = 0.0
    return measure(
        cylinder(6.0, 20.0, spacing=1.0),
        ring(12.0, 14.0, spacing=1.0),
        DoseGrid(values, dose.ijk_to_ras),
    )


@pytest.mark.parametrize(("share", "bound"), [(0.05, False), (0.25, True)])
def test_median_is_a_lower_bound_when_more_than_a_tenth_of_the_rays_fail(share, bound):
    found = half_cold(share)
    assert found.not_reached_90 / found.rays == pytest.approx(share, abs=1e-9)
    assert found.lower_bound is bound
    assert found.reason == ""
    assert found.median_mm == pytest.approx(LOWER_MM - UPPER_MM, abs=0.03)


def test_rays_that_leave_the_dose_grid_before_the_lower_isodose_have_not_reached_it():
    dose = dose_about(falling, half=9.0)
    found = measure(cylinder(6.0, 10.0), cylinder(5.0, 60.0, centre=(0.0, -18.0, 0.0)), dose)
    assert found.not_reached_50 == found.rays > 0


def test_upper_isodose_is_searched_back_into_the_target():
    found = measure(cylinder(9.0, 20.0), ring(12.0, 14.0), dose_about(falling))
    assert np.hypot(*found.start_ras[:, :2].T).min() > 8.9
    np.testing.assert_allclose(np.hypot(*found.upper_ras[:, :2].T), UPPER_MM, atol=0.03)
    assert found.median_mm == pytest.approx(LOWER_MM - UPPER_MM, abs=0.03)


def test_search_ends_at_the_cords_far_side():
    # The dose falls to 50 % at 10.5 mm; a cord from 7 to 10 mm ends before that.
    thin = shapes.prism(shapes.rectangle(60.0, 3.0, (0.0, -8.5)), 40.0, name="Cord")
    assert measure(cylinder(6.0, 20.0), thin, dose_about(falling)).not_reached_50 > 0
    thick = shapes.prism(shapes.rectangle(60.0, 5.0, (0.0, -9.5)), 40.0, name="Cord")
    assert measure(cylinder(6.0, 20.0), thick, dose_about(falling)).min_mm == pytest.approx(
        LOWER_MM - UPPER_MM, abs=0.03
    )


def test_points_behind_another_part_of_the_target_start_no_ray():
    front = [at(shapes.rectangle(20.0, 2.0, (0.0, -5.0)), h) for h in planes(10.0, 2.0)]
    behind = [at(shapes.rectangle(10.0, 2.0, (0.0, 5.0)), h) for h in planes(10.0, 2.0)]
    target = Structure.from_contours("Two", [*front, *behind])
    cord = cylinder(3.0, 30.0, centre=(0.0, -14.0, 0.0))
    dose = shapes.linear_dose((0.0, 0.8, 0.0), 14.0)
    found = measure(target, cord, dose)
    starts = np.concatenate([found.start_ras, found.failed_ras])
    assert len(starts) == found.rays > 0
    assert (starts[:, 1] < 0.0).all()


@pytest.mark.parametrize("plane", ["axial", "3d"])
def test_target_that_touches_the_cord_aims_at_its_middle(plane):
    cord, target = cylinder(8.0, 60.0), ring(8.0, 16.0)
    found = measure(target, cord, dose_about(rising), plane=plane)
    assert found.rays > 900
    assert found.median_mm == pytest.approx(4.0, abs=0.03)
    assert found.isodose_to_cord_mm == pytest.approx(-3.0, abs=0.05)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"from_percent": 50.0, "to_percent": 90.0}, "not from 50 % to 90 %"),
        ({"to_percent": 0.0}, "to 0 %"),
        ({"prescription_gy": 0.0}, "0 Gy"),
        ({"plane": "sagittal"}, "axial or 3d"),
        ({"toward": (0.0, 0.0, 0.0)}, "not all 0"),
        ({"toward": (1.0, 0.0)}, "three numbers"),
        ({"toward": (0.0, -1.0, 1.0)}, "choose plane 3d"),
    ],
)
def test_unusable_questions_are_refused(options, words):
    target, cord = cylinder(6.0, 20.0), cylinder(5.0, 60.0, centre=(0.0, -15.0, 0.0))
    with pytest.raises(InputError, match=words):
        measure(target, cord, dose_about(falling), **options)


def test_without_a_shared_axial_plane_only_3d_can_be_measured():
    target = cylinder(6.0, 10.0)
    cord = cylinder(5.0, 20.0, centre=(0.0, -12.0, 16.0))
    with pytest.raises(InputError, match="share no axial plane"):
        measure(target, cord, dose_about(falling))
    assert measure(target, cord, dose_about(falling), plane="3d").rays > 0


def test_real_plan_agrees_with_the_independent_measurement(real_data):
    # The reference follows one ray a plane, where the target comes nearest to the cord. Rays from
    # the outline's sides run aslant to the gradient: the median over all rays is longer.
    folder = real_data / "spine-srs-L1"
    text = (folder / "reference_metrics.json").read_text(encoding="utf-8")
    reference = json.loads(text)["own"]["plan"]["falloff_90_50_mm"]
    case = sr.read_dicom_case(folder / "dicom")
    target, cord = case.structure("CTV_L1"), case.structure("SpinalCord")
    found = measure(target, cord, case.dose)
    gap = np.linalg.norm(found.cord_ras - found.start_ras, axis=1)
    order = np.lexsort((gap, found.start_ras[:, 2]))
    nearest = order[np.unique(found.start_ras[order, 2], return_index=True)[1]]
    assert len(nearest) == reference["planes"]
    assert np.median(found.distance_mm[nearest]) == pytest.approx(reference["median"], abs=0.15)
    assert found.min_mm == pytest.approx(reference["min"], abs=0.1)
    assert reference["median"] < found.median_mm < reference["max"]
    assert (found.not_reached_90, found.not_reached_50) == (0, 0)


def test_real_plan_whose_cord_lies_within_the_lower_isodose_gives_a_lower_bound(real_data):
    # 24 Gy around both sides of the cord: in 31 of 40 planes the reference finds no 12 Gy.
    folder = real_data / "spine-srs-two-levels"
    text = (folder / "reference_metrics.json").read_text(encoding="utf-8")
    reference = json.loads(text)["own"]["plan"]["falloff_90_50_mm"]
    case = sr.read_dicom_case(folder / "dicom")
    target, cord = case.structure("CTV_L2_L3"), case.structure("SpinalCord")
    found = measure(target, cord, case.dose, prescription_gy=24.0)
    assert found.lower_bound
    missed = reference["planes_not_reaching_50"]
    share = missed / (missed + reference["planes"])
    assert found.not_reached_50 / found.rays == pytest.approx(share, abs=0.1)
    assert found.min_mm == pytest.approx(reference["min"], abs=0.1)
