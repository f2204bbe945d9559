"""What must hold for any structure and dose."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation
from shapes import (
    INDEX_ORDERS,
    at,
    centred_affine,
    cylinder,
    ellipse,
    linear_dose,
    occupancy_of,
    planes,
    reordered,
    turned,
)

from spine_radiosurgery.dose import DoseGrid, DoseSamples, sample_dose
from spine_radiosurgery.geometry import Structure

FEW = settings(max_examples=5, deadline=None, derandomize=True)
STEP_MM = 0.4
"""Coarse, and yet too fine for the hot part to be cut further."""
METRICS = ("Mean[Gy]", "D2%[Gy]", "D10%[Gy]", "D50%[Gy]", "D0.035cc[Gy]", "V15Gy[%]", "V15Gy[cc]")

angles = st.tuples(*[st.floats(-180, 180)] * 3)
gradients = st.tuples(*[st.floats(-1, 1)] * 3)


def hill(matrix: np.ndarray, shape: tuple[int, int, int]) -> DoseGrid:
    """A dose with a smooth top, given in the grid's own millimetres so that it turns with it."""
    spacing = np.linalg.norm(matrix[:3, :3], axis=0)
    k, j, i = np.meshgrid(*[np.arange(n) - (n - 1) / 2 for n in shape], indexing="ij")
    x, y, z = i * spacing[0] - 6, j * spacing[1] - 4, k * spacing[2]
    return DoseGrid(20 * np.exp(-(x**2 + y**2) / 200 - z**2 / 900), matrix)


SHAPE, SPACING = (24, 16, 18), (2.0, 2.0, 2.5)
OUTLINES = [at(ellipse((6.0, 4.5), vertices=60), h) for h in planes(30, 2.5)]


@FEW
@given(gradient=gradients, factor=st.floats(0.2, 5))
def test_scaling_the_dose_scales_every_dose_metric(
    gradient: tuple[float, ...], factor: float
) -> None:
    body = cylinder(5.0, 20.0, vertices=40)
    dose = linear_dose(gradient, 60.0, half_width=(10, 10, 20))
    plain = sample_dose(body, dose, step_mm=STEP_MM)
    scaled = sample_dose(body, DoseGrid(dose.values_gy * factor, dose.ijk_to_ras), step_mm=STEP_MM)
    for name in ("Mean[Gy]", "Max[Gy]", "Min[Gy]", "D10%[Gy]", "D0.035cc[Gy]"):
        expected = plain.metric(name).value * factor
        assert scaled.metric(name).value == pytest.approx(expected, rel=1e-6)
    assert scaled.volume_at_dose(61 * factor) == pytest.approx(plain.volume_at_dose(61), abs=1e-3)


@FEW
@given(gradient=gradients)
def test_the_volume_never_rises_with_the_dose(gradient: tuple[float, ...]) -> None:
    samples = sample_dose(
        cylinder(5.0, 20.0, vertices=40), linear_dose(gradient, 60.0), step_mm=STEP_MM
    )
    curve = samples.cumulative(np.linspace(0, 120, 500))
    assert (np.diff(curve) <= 0).all()
    assert curve[0] == pytest.approx(samples.volume_cc)
    assert curve[-1] == 0


def test_disjoint_parts_add_up() -> None:
    left = [at(ellipse((4.0, 3.0), (-8, 0)), h) for h in planes(20, 2)]
    right = [at(ellipse((2.0, 5.0), (7, 1)), h) for h in planes(20, 2)]
    dose = linear_dose((0.8, 0.3, -0.2), 20.0, half_width=(20, 20, 20))
    parts = [sample_dose(Structure.from_contours("Part", c), dose) for c in (left, right)]
    whole = sample_dose(Structure.from_contours("Both", [*left, *right]), dose)
    levels = np.linspace(10, 30, 40)
    joined = DoseSamples.joined(parts)
    assert whole.volume_cc == pytest.approx(joined.volume_cc)
    assert np.allclose(whole.cumulative(levels), joined.cumulative(levels), atol=2e-4)
    assert whole.max_gy == pytest.approx(joined.max_gy)


@FEW
@given(angles=angles)
def test_turning_patient_and_dose_together_changes_nothing(angles: tuple[float, ...]) -> None:
    turn = Rotation.from_euler("xyz", angles, degrees=True)
    matrix = centred_affine(SHAPE, SPACING)
    rotation = np.eye(4)
    rotation[:3, :3] = turn.as_matrix()
    upright = sample_dose(
        Structure.from_contours("Cord", OUTLINES), hill(matrix, SHAPE), step_mm=STEP_MM
    )
    body = Structure.from_contours("Cord", turned(OUTLINES, turn))
    tilted = sample_dose(body, hill(rotation @ matrix, SHAPE), step_mm=STEP_MM)
    assert tilted.volume_cc == pytest.approx(upright.volume_cc, rel=1e-9)
    for name in METRICS:
        expected = upright.metric(name).value
        tolerance = 0.15 if name.endswith("[%]") else 0.02
        assert tilted.metric(name).value == pytest.approx(expected, abs=tolerance)


def test_mirrored_index_orders_of_dose_and_mask_give_the_same() -> None:
    matrix = centred_affine(SHAPE, SPACING)
    dose = hill(matrix, SHAPE)
    contoured = Structure.from_contours("Cord", OUTLINES)
    mask = contoured.mask_on((16, 12, 14), centred_affine((16, 12, 14), (1.2, 1.1, 2.5)))
    mask_matrix = centred_affine((16, 12, 14), (1.2, 1.1, 2.5))
    bodies = [contoured, Structure.from_mask("Cord", mask, mask_matrix)]
    expected = [sample_dose(b, dose, step_mm=STEP_MM) for b in bodies]
    for order in INDEX_ORDERS[1::9]:
        turned_dose = DoseGrid(*reordered(dose.values_gy, matrix, order))
        turned_mask = Structure.from_mask("Cord", *reordered(mask, mask_matrix, order))
        for body, reference in zip((contoured, turned_mask), expected, strict=True):
            found = sample_dose(body, turned_dose, step_mm=STEP_MM)
            for name in (*METRICS, "Max[Gy]", "Min[Gy]", "Volume[cc]"):
                value = reference.metric(name).value
                assert found.metric(name).value == pytest.approx(value, rel=1e-9)


def test_reversed_contours_give_the_same() -> None:
    dose = hill(centred_affine(SHAPE, SPACING), SHAPE)
    forward = sample_dose(Structure.from_contours("Cord", OUTLINES), dose)
    backward = sample_dose(Structure.from_contours("Cord", [c[::-1] for c in OUTLINES[::-1]]), dose)
    for name in METRICS:
        assert backward.metric(name).value == pytest.approx(forward.metric(name).value, rel=1e-9)


def test_mask_and_contours_of_the_same_body_agree() -> None:
    dose = hill(centred_affine(SHAPE, SPACING), SHAPE)
    contoured = Structure.from_contours("Cord", OUTLINES)
    shape = (36, 24, 28)
    matrix = centred_affine(shape, (0.5, 0.5, 1.0))
    inside = lambda p: ((p[..., 0] / 6) ** 2 + (p[..., 1] / 4.5) ** 2 < 1) & (abs(p[..., 2]) < 15)  # noqa: E731
    masked = Structure.from_mask("Cord", occupancy_of(inside, shape, matrix), matrix)
    first, second = sample_dose(contoured, dose), sample_dose(masked, dose)
    assert second.volume_cc == pytest.approx(first.volume_cc, rel=2e-3)
    for name in METRICS:
        expected = first.metric(name).value
        tolerance = 0.3 if name.endswith("[%]") else 0.05
        assert second.metric(name).value == pytest.approx(expected, abs=tolerance)
