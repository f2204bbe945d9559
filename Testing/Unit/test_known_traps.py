"""Mistakes that other dose-volume programs made and their users reported; none may be ours.

A test a mistake. Where the mistake was in one figure, the closed form of that figure is the truth.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from shapes import (
    affine,
    at,
    centred_affine,
    circle,
    cylinder,
    linear_dose,
    planes,
    prism,
    rectangle,
    turned,
    voxel_centres,
)
from synthetic_plan import plan, tube

from spine_radiosurgery.dose import DoseGrid, sample_dose
from spine_radiosurgery.geometry import Structure
from spine_radiosurgery.report import evaluate


def ball_contours(radius: float, spacing: float, centre=(0.0, 0.0, 0.0)) -> list[np.ndarray]:
    """Contours wherever a slice at a multiple of the spacing meets the ball."""
    first, last = (centre[2] + sign * radius for sign in (-1, 1))
    heights = spacing * np.arange(np.ceil(first / spacing), np.floor(last / spacing) + 1)
    reach = np.sqrt(np.maximum(radius**2 - (heights - centre[2]) ** 2, 0))
    return [
        at(circle(r, centre[:2], 60), h) for r, h in zip(reach, heights, strict=True) if r > 0.05
    ]


def spot(place: tuple[float, float, float], radius: float = 2.0) -> DoseGrid:
    """5 Gy everywhere but for 50 Gy in a small ball, on voxels of half a millimetre."""
    shape = (48, 64, 64)
    matrix = centred_affine(shape, (0.5, 0.5, 0.5))
    distance = np.linalg.norm(voxel_centres(shape, matrix) - place, axis=-1)
    return DoseGrid(np.where(distance < radius, 50.0, 5.0), matrix)


# Figures of the curve


def test_d100_of_a_real_structure_is_its_smallest_dose_and_not_zero() -> None:
    samples = sample_dose(cylinder(5, 20), linear_dose((0, 1, 0), 20.0))
    assert samples.metric("D100%[Gy]").value == pytest.approx(15, abs=0.05)
    assert samples.metric("D100%[Gy]").value == samples.min_gy


def test_more_cc_than_the_structure_has_is_not_evaluable_and_the_whole_of_it_is_the_minimum() -> (
    None
):
    body = prism(rectangle(10, 10), 10.0, 2.0)
    samples = sample_dose(body, linear_dose((1, 0, 0), 20.0))
    assert samples.metric("D1cc[Gy]").value == pytest.approx(15, abs=0.05)
    beyond = samples.metric("D1.2cc[Gy]")
    assert np.isnan(beyond.value)
    assert "1 cc" in beyond.reason and "1.2 cc" in beyond.reason


@pytest.mark.parametrize("factor", [0.5, 1.003, 100.0])
def test_a_dose_times_a_factor_gives_metrics_times_the_factor(factor: float) -> None:
    """Bins of fixed width gave other metrics for half the dose."""
    body = cylinder(5, 20)
    dose = linear_dose((0.7, 0.4, 0.1), 20.0)
    plain, scaled = (
        sample_dose(body, DoseGrid(dose.values_gy * f, dose.ijk_to_ras), step_mm=0.8)
        for f in (1.0, factor)
    )
    for name in ("D95%[Gy]", "D10%[Gy]", "D2%[Gy]", "D0.035cc[Gy]", "Mean[Gy]"):
        value = plain.metric(name).value
        assert scaled.metric(name).value == pytest.approx(factor * value, rel=1e-6)
    v, scaled_v = plain.volume_at_dose(22.0), scaled.volume_at_dose(22.0 * factor)
    assert scaled_v == pytest.approx(v, rel=1e-6)


def test_the_curve_has_no_stairs() -> None:
    """The dose of a slab 10 mm wide is even from 15 to 25 Gy: every 0.02 Gy hold 0.2 %."""
    body = prism(rectangle(10, 16), 20.0, 2.0)
    samples = sample_dose(body, linear_dose((1, 0, 0), 20.0, spacing=2.5))
    curve = 100 * samples.cumulative(np.arange(15.2, 24.8, 0.02)) / samples.volume_cc
    assert np.abs(np.diff(curve) + 0.2).max() < 0.02


def test_the_mean_does_not_lean_with_the_gradient() -> None:
    """A sampling shifted by half a voxel reads too much one way and too little the other."""
    body = cylinder(5, 20, centre=(0.3, -0.7, 0.4))
    for axis in np.eye(3):
        for sign in (1, -1):
            rise = 1.28 * sign * axis
            dose = linear_dose(rise, 30.0, spacing=2.0, shift=(0.4, 0.9, -0.6))
            expected = 30 + rise @ [0.3, -0.7, 0.4]
            assert sample_dose(body, dose).mean_gy == pytest.approx(expected, abs=1e-3)


# Small structures


@pytest.mark.parametrize("volume_cc", [0.05, 0.2, 0.5, 2.0])
def test_small_volumes_have_the_volume_of_their_contours_wherever_they_lie(
    volume_cc: float,
) -> None:
    """Others were up to 30 % above; counting voxels, 12 % below."""
    radius = float((750 * volume_cc / np.pi) ** (1 / 3))
    random = np.random.default_rng(3)
    for _ in range(4):
        right, anterior, superior = random.uniform(-2, 2, 3)
        heights = superior + np.arange(5) * radius / 4
        outline = circle(radius, (right, anterior))
        body = Structure.from_contours("GTV", [at(outline, h) for h in heights])
        samples = sample_dose(body, linear_dose((0, 1, 0), 20.0, spacing=2.5))
        ideal_cc = np.pi * radius**2 * 5 * radius / 4 / 1000
        assert samples.volume_cc == pytest.approx(ideal_cc, rel=1e-6)


@pytest.mark.parametrize("radius", [2.3, 3.6, 7.8])
def test_a_small_ball_in_thin_slices_is_neither_swollen_nor_shrunk(radius: float) -> None:
    """0.05, 0.2 and 2 cc; slices of 0.5 mm leave at most half a slice of doubt at the poles."""
    random = np.random.default_rng(4)
    for _ in range(3):
        contours = ball_contours(radius, 0.5, random.uniform(-1, 1, 3))
        samples = sample_dose(
            Structure.from_contours("GTV", contours), linear_dose((0, 1, 0), 20.0)
        )
        ideal_cc = 4 / 3 * np.pi * radius**3 / 1000
        assert samples.volume_cc == pytest.approx(ideal_cc, rel=0.02)


def test_a_structure_smaller_than_a_dose_voxel_has_all_its_figures() -> None:
    body = cylinder(0.8, 2.0, 1.0, (0.37, -0.21, 0.9))
    samples = sample_dose(body, linear_dose((1, 0, 0), 20.0, spacing=3.0))
    assert samples.volume_cc == pytest.approx(np.pi * 0.64 * 2 / 1000, rel=1e-6)
    assert samples.mean_gy == pytest.approx(20.37, abs=1e-3)
    assert samples.metric("D2%[Gy]").value == pytest.approx(21.1, abs=0.06)


# Places of contours against voxels


@pytest.mark.parametrize("edge", ["voxel faces", "voxel centres"])
def test_a_contour_exactly_on_the_dose_voxels_is_not_empty_nor_counted_twice(edge: str) -> None:
    """A whole structure once vanished because its contour ran along voxel edges."""
    shape = (12, 12, 12)
    dose = DoseGrid(
        10 + voxel_centres(shape, affine((2, 2, 2)))[..., 0], affine((2, 2, 2), (0, 0, 0))
    )
    start = 5.0 if edge == "voxel faces" else 4.0
    outline = rectangle(8, 8, (start + 4, start + 4))
    exact, beside = (
        sample_dose(
            Structure.from_contours("Box", [at(outline + shift, z) for z in (6.0, 8.0, 10.0)]), dose
        )
        for shift in (0.0, 1e-4)
    )
    assert exact.volume_cc == pytest.approx(8 * 8 * 6 / 1000)
    for name in ("Mean[Gy]", "D95%[Gy]", "D50%[Gy]", "D5%[Gy]", "Max[Gy]"):
        assert exact.metric(name).value == pytest.approx(beside.metric(name).value, abs=2e-3)


def test_contours_between_dose_planes_are_interpolated_and_not_moved_to_the_nearest() -> None:
    """Slices 1.3 mm apart in dose planes 5 mm apart, rising by 2 Gy/mm along the body."""
    for shift in (0.0, 0.7, 2.1):
        contours = [at(circle(5), h) for h in shift + 1.3 * np.arange(-4, 5)]
        dose = linear_dose((0, 0, 2), 60.0, spacing=(2, 2, 5), half_width=(10, 10, 25))
        samples = sample_dose(Structure.from_contours("Cord", contours), dose)
        assert samples.mean_gy == pytest.approx(60 + 2 * shift, abs=2e-3)
        half = 4.5 * 1.3
        assert samples.metric("D10%[Gy]").value == pytest.approx(
            60 + 2 * shift + 2 * 0.8 * half, abs=0.01
        )


def test_the_sampling_is_not_anchored_at_the_contours_own_corner() -> None:
    """A lattice that starts at the contour's minimum lost 12 % of a cord at 1 mm."""
    for step_mm in (2.0, 1.0, 0.5):
        samples = sample_dose(
            cylinder(5, 40, vertices=360), linear_dose((1, 0, 0), 20.0), step_mm=step_mm
        )
        assert samples.volume_cc == pytest.approx(np.pi * 25 * 40 / 1000, rel=1e-6)
        assert samples.mean_gy == pytest.approx(20, abs=1e-3)


def test_a_contour_of_many_thousand_points_is_an_ordinary_contour() -> None:
    """Programs skip structures above some hundred thousand points."""
    dose = linear_dose((1, 0, 0), 20.0)
    plain, dense = (
        sample_dose(
            Structure.from_contours("Skin", [at(circle(5, vertices=n), z) for z in (0.0, 2.0)]),
            dose,
        )
        for n in (100, 20_000)
    )
    assert dense.volume_cc == pytest.approx(plain.volume_cc, rel=1e-6)
    assert dense.metric("D5%[Gy]").value == pytest.approx(plain.metric("D5%[Gy]").value, abs=0.01)


# Masks


def test_a_mask_finer_than_the_dose_keeps_its_own_voxels() -> None:
    """Resampling the mask to the dose's voxels turned 0.6 mm into 1.25 mm."""
    shape = (20, 20, 20)
    matrix = centred_affine(shape, (0.6, 0.6, 1.0))
    inside = np.hypot(*np.moveaxis(voxel_centres(shape, matrix)[..., :2], -1, 0)) < 4.0
    dose = linear_dose((1.28, 0, 0), 20.0, spacing=2.5, shift=(0.4, 0.7, 1.1))
    samples = sample_dose(Structure.from_mask("SpinalCord", inside, matrix), dose)
    assert samples.volume_cc == pytest.approx(inside.sum() * 0.36 / 1000, rel=1e-9)
    # Every voxel holds an even dose of its own width: the curve of the mask itself, by counting.
    fine = np.linspace(-0.3, 0.3, 601)[:-1] + 0.0005
    places = (voxel_centres(shape, matrix)[inside][:, 0][:, np.newaxis] + fine).ravel()
    expected = 20 + 1.28 * np.quantile(places, 0.9)
    assert samples.metric("D10%[Gy]").value == pytest.approx(expected, abs=0.01)


def test_a_mask_of_its_own_orientation_is_read_where_its_matrix_puts_it() -> None:
    """A labelmap under a transform failed, or was read without the transform."""
    turn = Rotation.from_euler("xyz", (20, -35, 50), degrees=True)
    shape = (16, 12, 10)
    matrix = centred_affine(shape, (0.8, 0.9, 1.5), turn)
    matrix[:3, 3] += (3.0, -2.0, 4.0)
    dose = linear_dose((0.5, 0.8, -0.6), 30.0, spacing=2.0, half_width=(30, 30, 30))
    samples = sample_dose(Structure.from_mask("VB", np.ones(shape), matrix), dose)
    assert samples.volume_cc == pytest.approx(np.prod(shape) * 0.8 * 0.9 * 1.5 / 1000)
    expected = 30 + np.array([0.5, 0.8, -0.6]) @ (3.0, -2.0, 4.0)
    assert samples.mean_gy == pytest.approx(expected, abs=2e-3)


def test_half_occupied_voxels_count_half() -> None:
    shape = (6, 6, 6)
    matrix = centred_affine(shape, (1, 1, 1))
    mask = np.ones(shape)
    mask[:, :, :3] = 0.5
    samples = sample_dose(Structure.from_mask("VB", mask, matrix), linear_dose((1, 0, 0), 20.0))
    assert samples.volume_cc == pytest.approx(162 / 1000)
    assert samples.volume_at_dose(20.0) == pytest.approx(108 / 1000, rel=1e-3)


# Shape of structures


def test_a_hole_stays_a_hole_for_the_dose_in_it() -> None:
    """Holes were filled, and then the dose inside them counted."""
    ring = [at(circle(r), h) for h in planes(20, 2.0) for r in (10.0, 5.0)]
    samples = sample_dose(Structure.from_contours("Ring", ring), spot((0, 0, 0)))
    assert samples.max_gy == pytest.approx(5)
    assert samples.volume_cc == pytest.approx(np.pi * 75 * 20 / 1000, rel=1e-6)


@pytest.mark.parametrize("between", ["slabs", "linear"])
def test_nothing_lies_beyond_the_outlines_where_the_shape_changes(between: str) -> None:
    """Surfaces through body, pedicle and lamina overshot their contours."""
    wide, narrow = rectangle(16, 6), rectangle(4, 4)
    contours = [at(wide if h < 0 else narrow, h) for h in planes(16, 2.0)]
    body = Structure.from_contours("VB", contours, between=between)
    for place in ((0, 5.5, -1), (0, 5.5, 1), (10.5, 0, 0), (7, 0, 4)):
        assert sample_dose(body, spot(place)).max_gy == pytest.approx(5), place
    assert sample_dose(body, spot((6, 0, -4))).max_gy == pytest.approx(50)


@pytest.mark.parametrize("between", ["slabs", "linear"])
def test_the_ends_reach_half_a_slice_beyond_the_last_contour_and_no_farther(between: str) -> None:
    contours = [at(circle(5), h) for h in planes(12, 2.0)]
    body = Structure.from_contours("Cord", contours, between=between)
    assert body.volume_cc == pytest.approx(np.pi * 25 * 12 / 1000, rel=1e-3)
    assert sample_dose(body, spot((0, 0, 8.3))).max_gy == pytest.approx(5)
    assert sample_dose(body, spot((0, 0, 7.0))).max_gy == pytest.approx(50)


@pytest.mark.parametrize("plane", ["sagittal", "coronal", "oblique"])
def test_contours_need_not_be_axial(plane: str) -> None:
    angles = {"sagittal": (0, 90, 0), "coronal": (90, 0, 0), "oblique": (20, -35, 50)}[plane]
    turn = Rotation.from_euler("xyz", angles, degrees=True)
    upright = [at(circle(5), h) for h in planes(20, 2.0)]
    body = Structure.from_contours("Cord", turned(upright, turn))
    for direction, d10 in (((0, 0, 1.0), 28.0), ((1.0, 0, 0), 20 + 5 * 0.687)):
        dose = linear_dose(turn.apply(direction), 20.0, half_width=(20, 20, 20))
        samples = sample_dose(body, dose)
        assert samples.volume_cc == pytest.approx(np.pi * 25 * 20 / 1000, rel=1e-6)
        assert samples.metric("D10%[Gy]").value == pytest.approx(d10, abs=0.01)


# The edge of the dose


def test_a_structure_half_outside_has_the_figures_of_the_half_inside() -> None:
    """Neither an index error, nor 0 Gy, nor the last voxel's dose for what lies outside."""
    shape = (20, 20, 10)
    dose = DoseGrid(
        10 + voxel_centres(shape, affine((2, 2, 2)))[..., 0], affine((2, 2, 2), (0, 0, 0))
    )
    face = 19.0
    body = prism(rectangle(10, 10, (face, 20.0)), 20.0, 2.0, centre=20.0)
    samples = sample_dose(body, dose)
    assert samples.outside_dose_cc == pytest.approx(1.0, rel=0.02)
    assert samples.covered_cc == pytest.approx(1.0, rel=0.02)
    assert samples.min_gy == pytest.approx(24.0, abs=0.02)
    assert samples.max_gy == pytest.approx(28.0, abs=0.02)
    assert samples.metric("D50%[Gy]").value == pytest.approx(26.5, abs=0.1)


def test_one_structure_without_dose_does_not_stop_the_others() -> None:
    """The first segment that failed once ended the whole computation."""
    case = plan()
    away = tube("AAA_away", low=300.0, high=320.0)
    case = replace(case, structures=(away, *case.structures, tube("ZZZ", radius=2.0)))
    report = evaluate(case, target="CTV_T8", cord="SpinalCord")
    for name in ("SpinalCord", "CTV_T8", "ZZZ"):
        assert np.isfinite(report.metric(name, "Mean[Gy]").value)
    missing = report.metric("AAA_away", "Mean[Gy]")
    assert np.isnan(missing.value) and missing.reason
