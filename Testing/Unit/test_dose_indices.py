"""Indices of plan quality against closed forms of spheres in a dose linear in the radius."""

from __future__ import annotations

import math

import numpy as np
import pytest
from shapes import (
    INDEX_ORDERS,
    centred_affine,
    cylinder,
    ellipsoid_contours,
    reordered,
    voxel_centres,
)

from spine_radiosurgery.dose import DoseGrid, DoseSamples, dose_indices, sample_dose
from spine_radiosurgery.geometry import InputError, Structure

RADIUS_MM = 12.0
PRESCRIPTION_GY = 16.0
SLOPE_GY_PER_MM = 0.5


def dose_falling_from(
    prescribed_at_mm: float,
    *,
    half_width_mm: float = 45.0,
    spacing_mm: float = 2.0,
    tilt_gy_per_mm: float = 0.0,
    interpolation: str = "trilinear",
) -> DoseGrid:
    """A dose linear in the distance from the middle: 16 Gy at a radius, hotter toward right."""
    n = int(2 * half_width_mm / spacing_mm)
    matrix = centred_affine((n, n, n), [spacing_mm] * 3)
    matrix[:3, 3] += 0.37
    points = voxel_centres((n, n, n), matrix)
    radius = np.linalg.norm(points, axis=-1)
    values = PRESCRIPTION_GY - SLOPE_GY_PER_MM * (radius - prescribed_at_mm)
    values += tilt_gy_per_mm * points[..., 0]
    return DoseGrid(np.maximum(values, 0.0), matrix, interpolation)


def sphere(radius_mm: float = RADIUS_MM) -> Structure:
    return Structure.from_contours("CTV", ellipsoid_contours((radius_mm,) * 3, 1.0))


def ball_cc(radius_mm: float) -> float:
    return 4 / 3 * math.pi * radius_mm**3 / 1000


def indices(dose: DoseGrid, target: Structure, prescription_gy: float = PRESCRIPTION_GY):
    samples = sample_dose(target, dose)
    return dose_indices(samples, dose, prescription_gy=prescription_gy, target=target)


def test_indices_of_a_sphere_in_a_larger_isodose() -> None:
    found = indices(dose_falling_from(14.0, interpolation="cubic"), sphere())
    full, half, target = ball_cc(14), ball_cc(14 + 16), ball_cc(RADIUS_MM)
    assert found.prescription_isodose_cc == pytest.approx(full, rel=2e-3)
    assert found.half_prescription_isodose_cc == pytest.approx(half, rel=1e-3)
    assert found.coverage_percent == pytest.approx(100, abs=1e-6)
    assert found.rtog_conformity == pytest.approx(full / target, rel=6e-3)
    assert found.paddick == pytest.approx(target / full, rel=6e-3)
    assert found.gradient == pytest.approx(half / full, rel=3e-3)
    assert found.r50 == pytest.approx(half / target, rel=6e-3)
    assert found.gradient_distance_mm == pytest.approx(16.0, abs=0.02)
    assert found.rtog_quality == pytest.approx((16 + 0.5 * 2) / 16, rel=0.02)
    assert found.rtog_homogeneity == pytest.approx((16 + 0.5 * 14) / 16, rel=0.02)
    assert not found.reasons and not found.notes


def test_indices_of_a_sphere_that_is_not_covered() -> None:
    found = indices(dose_falling_from(9.0, interpolation="cubic"), sphere())
    covered = 100 * (9 / RADIUS_MM) ** 3
    assert found.coverage_percent == pytest.approx(covered, rel=0.01)
    assert found.paddick == pytest.approx(covered / 100, rel=0.015)
    assert found.paddick_inverse == pytest.approx(1 / found.paddick)
    assert found.rtog_quality < 1


def test_isodoses_err_by_no_more_than_said() -> None:
    found = indices(dose_falling_from(14.0), sphere())
    off = abs(found.prescription_isodose_cc - ball_cc(14))
    assert off <= 1.05 * found.uncertainties["prescription_isodose_cc"]
    true_gradient = ball_cc(30) / ball_cc(14)
    assert abs(found.gradient - true_gradient) <= found.uncertainties["gradient"]
    assert abs(found.gradient_distance_mm - 16) <= found.uncertainties["gradient_distance_mm"]


def test_paddick_of_trilinear_and_cubic_dose_differ_by_no_more_than_said() -> None:
    for prescribed_at_mm in (9.0, 12.0, 14.0):
        plain = indices(dose_falling_from(prescribed_at_mm, spacing_mm=3.0), sphere())
        dose = dose_falling_from(prescribed_at_mm, spacing_mm=3.0, interpolation="cubic")
        difference = abs(plain.paddick - indices(dose, sphere()).paddick)
        assert difference <= plain.uncertainties["paddick"]


@pytest.mark.parametrize("spacing_mm", [1.25, 2.0, 3.0])
def test_the_largest_dose_2_cm_away_is_found_between_voxels(spacing_mm: float) -> None:
    dose = dose_falling_from(14.0, spacing_mm=spacing_mm, tilt_gy_per_mm=0.03)
    found = indices(dose, sphere())
    expected = 16 - 0.5 * (RADIUS_MM + 20 - 14) + 0.03 * (RADIUS_MM + 20)
    assert found.d2cm_gy == pytest.approx(expected, abs=0.06)
    assert found.d2cm_percent == pytest.approx(100 * found.d2cm_gy / 16)


def test_distance_is_counted_from_flat_ends_too() -> None:
    # Above a cylinder's end: 20 mm from the face, not from its rim.
    target = cylinder(12.0, 20.0)
    n = 45
    matrix = centred_affine((n, n, n), [2.0] * 3)
    right, anterior, superior = np.moveaxis(voxel_centres((n, n, n), matrix), -1, 0)
    above = (superior > 0) & (np.hypot(right, anterior) < 10)
    dose = DoseGrid(np.clip(20.0 - 0.4 * (superior - 10.0), 0.0, None) * above, matrix)
    assert indices(dose, target).d2cm_gy == pytest.approx(20.0 - 0.4 * 20.0, abs=0.04)


def test_a_hot_spot_far_away_counts_wherever_it_is() -> None:
    values = dose_falling_from(14.0).values_gy.copy()
    for place in ((1, 2, 3), (43, 43, 43)):
        hot = values.copy()
        hot[place] = 30.0
        dose = DoseGrid(hot, dose_falling_from(14.0).ijk_to_ras)
        assert indices(dose, sphere()).d2cm_gy == 30.0


def test_the_search_agrees_with_all_voxels() -> None:
    rng = np.random.default_rng(3)
    matrix = centred_affine((30, 36, 33), (2.3, 2.0, 2.9))
    target = cylinder(9.0, 22.0)
    dose = DoseGrid(rng.random((30, 36, 33)), matrix)
    points = voxel_centres((30, 36, 33), matrix).reshape(-1, 3)
    outside = np.maximum(np.hypot(points[:, 0], points[:, 1]) - 9.0, 0.0)
    above = np.maximum(np.abs(points[:, 2]) - 11.0, 0.0)
    expected = dose.values_gy.ravel()[np.hypot(outside, above) >= 20.0].max()
    assert indices(dose, target, 0.5).d2cm_gy == pytest.approx(expected, abs=1e-9)


def test_the_order_of_indices_does_not_matter() -> None:
    dose = dose_falling_from(14.0, spacing_mm=3.0, tilt_gy_per_mm=0.03)
    samples = sample_dose(sphere(), dose)
    expected = dose_indices(samples, dose, prescription_gy=16, target=sphere()).values()
    for order in INDEX_ORDERS[::9]:
        turned = DoseGrid(*reordered(dose.values_gy, dose.ijk_to_ras, order))
        found = dose_indices(samples, turned, prescription_gy=16, target=sphere()).values()
        assert found == pytest.approx(expected, rel=1e-9)


def test_an_isodose_beyond_the_grid_is_a_lower_bound_and_that_is_said() -> None:
    dose = dose_falling_from(14.0, half_width_mm=22.0)
    found = indices(dose, sphere())
    assert found.half_prescription_isodose_cc < ball_cc(30)
    assert any("50 % isodose (8 Gy) leaves the dose grid" in note for note in found.notes)
    assert any("D2cm" in note and "lower bound" in note for note in found.notes)


def test_a_target_partly_outside_the_grid_has_no_coverage() -> None:
    dose = dose_falling_from(14.0, half_width_mm=10.0)
    found = indices(dose, sphere())
    for name in ("coverage_percent", "paddick", "paddick_inverse", "rtog_quality", "homogeneity"):
        assert math.isnan(found.values()[name])
        assert "outside the dose grid" in found.reasons[name]
    assert "2 cm" in found.reasons["d2cm_gy"]


def test_a_prescription_that_nothing_receives_leaves_reasons() -> None:
    found = indices(dose_falling_from(14.0), sphere(), prescription_gy=60.0)
    values = found.values()
    assert values["coverage_percent"] == 0
    for name in ("gradient", "gradient_distance_mm", "paddick", "paddick_inverse"):
        assert math.isnan(values[name])
        assert "60 Gy" in found.reasons[name]


def test_every_index_without_value_has_a_reason() -> None:
    dose = dose_falling_from(14.0)
    for prescription_gy in (16.0, 60.0):
        samples = sample_dose(sphere(), dose)
        found = dose_indices(samples, dose, prescription_gy=prescription_gy)
        missing = {name for name, value in found.values().items() if math.isnan(value)}
        assert missing == set(found.reasons)


def test_homogeneity_is_that_of_icru_83() -> None:
    samples = DoseSamples.from_arrays(np.linspace(10, 20, 1001), np.full(1001, 0.01))
    found = dose_indices(samples, dose_falling_from(14.0), prescription_gy=16.0)
    assert found.homogeneity == pytest.approx(9.6 / 15.0, rel=2e-3)


def test_a_prescription_that_is_no_dose_is_refused() -> None:
    dose = dose_falling_from(14.0, half_width_mm=10.0)
    with pytest.raises(InputError, match="must be positive"):
        dose_indices(DoseSamples.from_arrays([1.0], [1.0]), dose, prescription_gy=0.0)
