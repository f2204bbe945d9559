"""Metrics of solids in a linear dose against closed forms.

With D = D0 + g t, where t is the distance along the gradient from the solid's middle and h half its
width along it, the share v of the volume with at least D is, for tau = t / h:

sphere and ellipsoid, h = sqrt(sum (a_i n_i)^2)      v = (2 - 3 tau + tau^3) / 4
cylinder across its axis                             v = (acos tau - tau sqrt(1 - tau^2)) / pi
any prism along its axis                             v = (1 - tau) / 2
cone along its axis, s from the apex, base hot       v = 1 - s^3

Slabs of contours are not the ideal solid; where they differ, the solid of the slabs is the truth.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.spatial.transform import Rotation
from shapes import (
    at,
    circle,
    cylinder,
    ellipsoid_contours,
    linear_dose,
    planes,
    prism,
    rectangle,
    turned,
)

from spine_radiosurgery.dose import sample_dose
from spine_radiosurgery.geometry import Structure

RADIUS, LENGTH, GRADIENT = 5.0, 40.0, 1.28


def share_of_disc(tau: float) -> float:
    return float((np.arccos(tau) - tau * np.sqrt(1 - tau**2)) / np.pi)


def share_of_ball(tau: float) -> float:
    return (2 - 3 * tau + tau**3) / 4


def tau_at(share_of, share: float) -> float:
    return float(brentq(lambda tau: share_of(tau) - share, -1, 1))


TAU_10 = tau_at(share_of_disc, 0.1)


def cord_case(spacing_mm: float, dose_spacing_mm: float, direction: np.ndarray, shift: np.ndarray):
    """A cord-like cylinder, 10 % of which receives 10 Gy or more, shifted against the dose grid."""
    length = spacing_mm * round(LENGTH / spacing_mm)
    gradient = GRADIENT * direction
    at_origin = 10.0 - GRADIENT * TAU_10 * RADIUS - float(gradient @ shift)
    dose = linear_dose(gradient, at_origin, spacing=dose_spacing_mm, half_width=(10, 10, 26))
    return cylinder(RADIUS, length, spacing_mm, shift, vertices=90), dose, length


@pytest.mark.parametrize("dose_spacing_mm", [1.0, 2.0, 2.5])
def test_a_cord_like_cylinder_is_exact_to_the_bars(dose_spacing_mm: float) -> None:
    rng = np.random.default_rng(12)
    worst = np.zeros(3)
    for n in range(12):
        angle = [0, 90, 180, 45][n % 4] if n < 4 else rng.uniform(0, 360)
        direction = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle)), 0])
        shift = rng.uniform(-0.5, 0.5, 3) * dose_spacing_mm
        cord, dose, length = cord_case((1.0, 2.0, 3.0)[n % 3], dose_spacing_mm, direction, shift)
        samples = sample_dose(cord, dose)
        ideal_cc = np.pi * RADIUS**2 * length / 1000
        errors = (
            samples.metric("V10Gy[%]").value - 10,
            samples.metric("D10%[Gy]").value - 10,
            100 * (samples.volume_cc / ideal_cc - 1),
        )
        worst = np.maximum(worst, np.abs(errors))
    assert worst[0] <= 0.1
    assert worst[1] <= 0.02
    assert worst[2] <= 0.1


DIRECTIONS = {
    "R": (1, 0, 0),
    "A": (0, 1, 0),
    "S": (0, 0, 1),
    "oblique": (0.3, 0.8, 0.52),
}


@pytest.mark.parametrize("name", DIRECTIONS)
def test_a_finely_contoured_ellipsoid_has_the_curve_of_the_ideal_one(name: str) -> None:
    direction = np.array(DIRECTIONS[name]) / np.linalg.norm(DIRECTIONS[name])
    semi_axes = np.array([8.0, 6.0, 12.0])
    half = float(np.linalg.norm(semi_axes * direction))
    body = Structure.from_contours("GTV", ellipsoid_contours(semi_axes, 0.5))
    dose = linear_dose(direction, 16.0, spacing=(1.5, 2.0, 2.5), half_width=(12, 12, 16))
    samples = sample_dose(body, dose)
    ideal_cc = 4 / 3 * np.pi * semi_axes.prod() / 1000
    assert samples.volume_cc == pytest.approx(ideal_cc, rel=1e-3)
    tau = np.linspace(-0.95, 0.95, 39)
    found = samples.cumulative(16 + tau * half) / ideal_cc
    assert np.abs(found - share_of_ball(tau)).max() < 2e-3
    assert samples.max_gy == pytest.approx(16 + half, abs=0.3)
    assert samples.mean_gy == pytest.approx(16, abs=5e-3)


def test_a_cylinder_has_the_curve_along_and_across_its_axis() -> None:
    body = cylinder(12.0, 24.0, 3.0, vertices=360)
    for direction, share in (
        ((0, 0, 1), lambda tau: (1 - tau) / 2),
        ((0.6, 0.8, 0), np.vectorize(share_of_disc)),
    ):
        dose = linear_dose(direction, 20.0, spacing=3.0, half_width=(16, 16, 16))
        samples = sample_dose(body, dose)
        tau = np.linspace(-0.98, 0.98, 50)
        found = samples.cumulative(20 + 12 * tau) / samples.volume_cc
        assert np.abs(found - share(tau)).max() < 2e-3
        assert samples.max_gy == pytest.approx(32, abs=0.02)
        assert samples.min_gy == pytest.approx(8, abs=0.02)


def test_a_cone_of_slabs_has_the_curve_of_its_slabs() -> None:
    """Along the axis the slabs' own volumes are the truth; they are not the ideal cone's."""
    height, spacing = 24.0, 2.0
    middles = (np.arange(12) + 0.5) * spacing
    areas = np.pi * (12 * middles / height) ** 2
    contours = [at(circle(12 * m / height), m) for m in middles]
    body = Structure.from_contours("GTV", contours)
    dose = linear_dose((0, 0, 1), 40.0, spacing=2.5, half_width=(16, 16, 30))
    samples = sample_dose(body, dose)
    levels = np.linspace(0.3, 23.7, 60)
    above = np.clip(middles + spacing / 2 - levels[:, np.newaxis], 0, spacing)
    assert np.allclose(samples.cumulative(40 + levels), above @ areas / 1000, atol=2e-3)
    ideal_cc = np.pi * 144 * height / 3 / 1000
    assert samples.volume_cc == pytest.approx(ideal_cc, rel=2e-3)
    ideal = ideal_cc * (1 - (levels / height) ** 3)
    assert np.abs(samples.cumulative(40 + levels) - ideal).max() < 0.01 * ideal_cc


def test_near_maximum_doses_of_a_large_body_are_read_finely() -> None:
    body = prism(rectangle(60, 60), 60.0, 5.0)
    dose = linear_dose((0, 1, 0), 60.0, spacing=5.0, half_width=(40, 40, 40))
    samples = sample_dose(body, dose)
    # 0.035 cc is a sheet of 0.0097 mm, 2 % one of 1.2 mm.
    assert samples.dose_at_volume(cc=0.035) == pytest.approx(89.99, abs=0.05)
    assert samples.dose_at_volume(percent=2) == pytest.approx(88.8, abs=0.02)


def test_the_uncertainty_covers_the_error_and_shrinks_with_the_cells() -> None:
    cord, dose, _ = cord_case(2.0, 2.0, np.array([0.8, 0.6, 0.0]), np.zeros(3))
    widths = []
    for step_mm in (1.0, 0.3):
        samples = sample_dose(cord, dose, step_mm=step_mm)
        for name, truth in (("D10%[Gy]", 10.0), ("V10Gy[%]", 10.0)):
            metric = samples.metric(name)
            assert abs(metric.value - truth) <= 3 * metric.uncertainty + 0.02
            widths.append(metric.uncertainty)
    assert np.isfinite(widths).all()
    assert widths[2] < widths[0] and widths[3] < widths[1]


def test_an_oblique_cord_in_an_oblique_dose_is_as_exact() -> None:
    turn = Rotation.from_euler("xyz", (20, 30, -40), degrees=True)
    upright = [at(circle(RADIUS), h) for h in planes(LENGTH, 2.0)]
    body = Structure.from_contours("Cord", turned(upright, turn))
    across = turn.apply([1, 0, 0])
    dose = linear_dose(
        GRADIENT * across,
        20.0,
        spacing=(1.5, 2.0, 2.5),
        half_width=(30, 30, 30),
        turn=Rotation.from_euler("z", 25, degrees=True),
    )
    samples = sample_dose(body, dose)
    level = 20 + GRADIENT * TAU_10 * RADIUS
    assert 100 * samples.volume_at_dose(level) / samples.volume_cc == pytest.approx(10, abs=0.1)


def test_volume_outside_the_dose_grid_is_counted_and_has_no_dose() -> None:
    body = cylinder(RADIUS, 40.0, 2.0)
    dose = linear_dose((0, 0, 0), 12.0, spacing=2.0, half_width=(10, 10, 9))
    covered = dose.grid.shape_kji[0] * 2.0
    samples = sample_dose(body, dose)
    assert samples.outside_dose_cc == pytest.approx(np.pi * 25 * (40 - covered) / 1000, rel=1e-2)
    assert samples.volume_cc == pytest.approx(np.pi * 25 * 40 / 1000)
    assert samples.mean_gy == pytest.approx(12)
    assert samples.metric("V10Gy[%]").value == pytest.approx(100)


def test_a_structure_outside_the_dose_has_no_figure() -> None:
    samples = sample_dose(cylinder(5, 20, 2, (500, 0, 0)), linear_dose((0, 0, 0), 12.0))
    assert samples.outside_dose_cc == pytest.approx(samples.volume_cc)
    assert np.isnan(samples.max_gy)
    assert samples.hottest_point_ras is None


def test_the_hottest_point_is_where_the_dose_is_highest() -> None:
    samples = sample_dose(
        cylinder(5, 20, 2), linear_dose((0, 1, 0.1), 20.0, half_width=(15, 15, 15))
    )
    assert np.allclose(samples.hottest_point_ras, (0, 5, 10), atol=0.35)
