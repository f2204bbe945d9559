"""What must hold for any structure and dose."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation
from shapes import (
    INDEX_ORDERS,
    affine,
    at,
    centred_affine,
    ellipse,
    linear_dose,
    occupancy_of,
    planes,
    reordered,
    turned,
    voxel_centres,
)

from spine_radiosurgery.dose import DoseGrid, DoseSamples, sample_dose
from spine_radiosurgery.geometry import ContourStack, Structure

FEW = settings(max_examples=8, deadline=None, derandomize=True, phases=[Phase.generate])
"""The same examples every time; not made smaller when they fail, which takes minutes."""
STEP_MM = 0.8
"""Cells of one size, so that two samplings differ by nothing but what the test is about."""
METRICS = ("Mean[Gy]", "D2%[Gy]", "D10%[Gy]", "D50%[Gy]", "D0.035cc[Gy]", "V15Gy[%]", "V15Gy[cc]")
DOSE_METRICS = ("Mean[Gy]", "Max[Gy]", "Min[Gy]", "D95%[Gy]", "D10%[Gy]", "D0.035cc[Gy]")
SHAPE, SPACING = (24, 16, 18), (2.0, 2.0, 2.5)
OUTLINES = [at(ellipse((6.0, 4.5), vertices=60), h) for h in planes(30, 2.5)]
MASK_SHAPE, MASK_SPACING = (16, 12, 14), (1.2, 1.1, 2.5)

angles = st.tuples(*[st.floats(-180, 180)] * 3)
gradients = st.tuples(*[st.floats(-1, 1)] * 3)
offsets = st.tuples(*[st.floats(-1, 1)] * 3)
hills = st.tuples(st.floats(-8, 8), st.floats(-8, 8), st.floats(-10, 10), st.floats(6, 20))


def hill(
    matrix: np.ndarray, shape: tuple[int, int, int], top: tuple[float, ...] = (6, 4, 0, 12)
) -> DoseGrid:
    """A dose with a smooth top, given in the grid's own millimetres so that it turns with it."""
    spacing = np.linalg.norm(matrix[:3, :3], axis=0)
    k, j, i = np.meshgrid(*[np.arange(n) - (n - 1) / 2 for n in shape], indexing="ij")
    right, anterior, superior, width = top
    square = (
        (i * spacing[0] - right) ** 2
        + (j * spacing[1] - anterior) ** 2
        + (k * spacing[2] - superior) ** 2 / 4
    )
    return DoseGrid(20 * np.exp(-square / width**2), matrix)


def bodies() -> list[Structure]:
    """The same body as contours, cut by an oblique plane, and as an oblique mask."""
    contoured = Structure.from_contours("Cord", OUTLINES)
    matrix = centred_affine(MASK_SHAPE, MASK_SPACING, Rotation.from_euler("z", 30, degrees=True))
    mask = contoured.mask_on(MASK_SHAPE, matrix)
    tilted = Rotation.from_euler("x", 20, degrees=True).apply([0.0, 0.0, 1.0])
    return [
        contoured,
        contoured.between(-8.0, 9.0, tilted),
        Structure.from_mask("Cord", mask, matrix),
    ]


BODIES = bodies()
any_body = st.sampled_from(range(len(BODIES)))


@FEW
@given(gradient=gradients, factor=st.floats(0.2, 5), body=any_body)
def test_scaling_the_dose_scales_every_dose_metric(
    gradient: tuple[float, ...], factor: float, body: int
) -> None:
    dose = linear_dose(gradient, 60.0, half_width=(10, 10, 20))
    plain = sample_dose(BODIES[body], dose, step_mm=STEP_MM)
    more = DoseGrid(dose.values_gy * factor, dose.ijk_to_ras)
    scaled = sample_dose(BODIES[body], more, step_mm=STEP_MM)
    for name in DOSE_METRICS:
        expected = plain.metric(name).value * factor
        assert scaled.metric(name).value == pytest.approx(expected, rel=1e-6)
    assert scaled.volume_at_dose(61 * factor) == pytest.approx(plain.volume_at_dose(61), abs=1e-3)


@FEW
@given(top=hills, more=st.floats(0.1, 30), body=any_body)
def test_a_dose_everywhere_in_addition_is_added_to_every_dose_metric(
    top: tuple[float, ...], more: float, body: int
) -> None:
    dose = hill(centred_affine(SHAPE, SPACING), SHAPE, top)
    plain = sample_dose(BODIES[body], dose, step_mm=STEP_MM)
    higher = DoseGrid(dose.values_gy + more, dose.ijk_to_ras)
    raised = sample_dose(BODIES[body], higher, step_mm=STEP_MM)
    for name in DOSE_METRICS:
        expected = plain.metric(name).value + more
        # Cells in which the dose changes by less than 0.00001 Gy are taken as even.
        assert raised.metric(name).value == pytest.approx(expected, abs=2e-5), name


@FEW
@given(top=hills, body=any_body)
def test_the_volume_never_rises_with_the_dose(top: tuple[float, ...], body: int) -> None:
    samples = sample_dose(BODIES[body], hill(centred_affine(SHAPE, SPACING), SHAPE, top))
    curve = samples.cumulative(np.linspace(0, 25, 500))
    assert (np.diff(curve) <= 0).all()
    assert curve[0] == pytest.approx(samples.volume_cc)
    assert curve[-1] == 0


@FEW
@given(top=hills, body=any_body)
def test_doses_at_volumes_and_volumes_at_doses_agree(top: tuple[float, ...], body: int) -> None:
    samples = sample_dose(BODIES[body], hill(centred_affine(SHAPE, SPACING), SHAPE, top))
    percents = np.array([1, 2, 5, 10, 35, 50, 90, 99])
    doses = np.array([samples.dose_at_volume(percent=float(p)) for p in percents])
    assert (np.diff(doses) <= 0).all()
    assert samples.min_gy <= doses[-1] and doses[0] <= samples.max_gy
    found = 100 * samples.cumulative(doses) / samples.covered_cc
    assert found == pytest.approx(percents, abs=1e-6)


@FEW
@given(top=hills, distance=st.floats(4, 9))
def test_disjoint_parts_add_up(top: tuple[float, ...], distance: float) -> None:
    left = [at(ellipse((3.5, 3.0), (-distance, 0)), h) for h in planes(20, 2)]
    right = [at(ellipse((2.0, 5.0), (distance, 1)), h) for h in planes(20, 2)]
    dose = hill(centred_affine(SHAPE, SPACING), SHAPE, top)
    parts = [sample_dose(Structure.from_contours("Part", c), dose) for c in (left, right)]
    whole = sample_dose(Structure.from_contours("Both", [*left, *right]), dose)
    levels = np.linspace(0, 20, 40)
    joined = DoseSamples.joined(parts)
    assert whole.volume_cc == pytest.approx(joined.volume_cc)
    assert np.allclose(
        whole.cumulative(levels), joined.cumulative(levels), atol=2e-3 * whole.volume_cc
    )
    assert whole.max_gy == pytest.approx(joined.max_gy, abs=0.02)


@FEW
@given(top=hills, cut_mm=st.floats(-12, 12), angle=st.floats(-40, 40))
def test_both_sides_of_a_cut_add_up_to_the_whole(
    top: tuple[float, ...], cut_mm: float, angle: float
) -> None:
    normal = Rotation.from_euler("x", angle, degrees=True).apply([0.0, 0.0, 1.0])
    dose = hill(centred_affine(SHAPE, SPACING), SHAPE, top)
    body = Structure.from_contours("Cord", OUTLINES)
    halves = [
        sample_dose(body.between(low, high, normal), dose)
        for low, high in ((-100.0, cut_mm), (cut_mm, 100.0))
    ]
    whole, joined = sample_dose(body, dose), DoseSamples.joined(halves)
    assert joined.volume_cc == pytest.approx(whole.volume_cc, rel=2e-3)
    levels = np.linspace(0, 20, 40)
    assert np.allclose(
        whole.cumulative(levels), joined.cumulative(levels), atol=3e-3 * whole.volume_cc
    )


@FEW
@given(top=hills, reach=st.floats(2, 12))
def test_a_part_never_holds_more_at_any_dose_than_the_whole(
    top: tuple[float, ...], reach: float
) -> None:
    dose = hill(centred_affine(SHAPE, SPACING), SHAPE, top)
    body = Structure.from_contours("Cord", OUTLINES)
    whole = sample_dose(body, dose)
    part = sample_dose(body.between(-reach, reach), dose)
    levels = np.linspace(0, 20, 60)
    assert (part.cumulative(levels) <= whole.cumulative(levels) + 1e-3 * whole.volume_cc).all()
    assert part.max_gy <= whole.max_gy + 0.02
    assert part.min_gy >= whole.min_gy - 0.02


@FEW
@given(angles=angles, top=hills)
def test_turning_patient_and_dose_together_changes_nothing(
    angles: tuple[float, ...], top: tuple[float, ...]
) -> None:
    turn = Rotation.from_euler("xyz", angles, degrees=True)
    rotation = np.eye(4)
    rotation[:3, :3] = turn.as_matrix()
    matrix = centred_affine(SHAPE, SPACING)
    mask_matrix = centred_affine(MASK_SHAPE, MASK_SPACING)
    mask = Structure.from_contours("Cord", OUTLINES).mask_on(MASK_SHAPE, mask_matrix)
    upright = (
        Structure.from_contours("Cord", OUTLINES),
        Structure.from_mask("Cord", mask, mask_matrix),
    )
    tilted = (
        Structure.from_contours("Cord", turned(OUTLINES, turn)),
        Structure.from_mask("Cord", mask, rotation @ mask_matrix),
    )
    for before, after in zip(upright, tilted, strict=True):
        first = sample_dose(before, hill(matrix, SHAPE, top))
        second = sample_dose(after, hill(rotation @ matrix, SHAPE, top))
        assert second.volume_cc == pytest.approx(first.volume_cc, rel=1e-9)
        for name in METRICS:
            expected = first.metric(name).value
            tolerance = 0.15 if name.endswith("[%]") else 0.02
            assert second.metric(name).value == pytest.approx(expected, abs=tolerance), name


@FEW
@given(shift=offsets, top=hills)
def test_moving_patient_and_dose_together_changes_nothing(
    shift: tuple[float, ...], top: tuple[float, ...]
) -> None:
    moved = affine((1, 1, 1), 37.0 * np.array(shift))
    matrix = centred_affine(SHAPE, SPACING)
    first = sample_dose(Structure.from_contours("Cord", OUTLINES), hill(matrix, SHAPE, top))
    body = Structure.from_contours("Cord", [c + moved[:3, 3] for c in OUTLINES])
    second = sample_dose(body, hill(moved @ matrix, SHAPE, top))
    for name in (*METRICS, "Max[Gy]", "Min[Gy]"):
        # Which of equally hot cells are cut finer is decided by rounding.
        assert second.metric(name).value == pytest.approx(first.metric(name).value, rel=1e-4), name


@pytest.mark.parametrize("first", range(6))
def test_mirrored_index_orders_of_dose_and_mask_give_the_same(first: int) -> None:
    matrix = centred_affine(SHAPE, SPACING)
    dose = hill(matrix, SHAPE)
    contoured = Structure.from_contours("Cord", OUTLINES)
    mask_matrix = centred_affine(MASK_SHAPE, MASK_SPACING)
    mask = contoured.mask_on(MASK_SHAPE, mask_matrix)
    bodies = (contoured, Structure.from_mask("Cord", mask, mask_matrix))
    expected = [sample_dose(b, dose, step_mm=STEP_MM) for b in bodies]
    for order in INDEX_ORDERS[first::6]:
        turned_dose = DoseGrid(*reordered(dose.values_gy, matrix, order))
        turned_mask = Structure.from_mask("Cord", *reordered(mask, mask_matrix, order))
        for body, reference in zip((contoured, turned_mask), expected, strict=True):
            found = sample_dose(body, turned_dose, step_mm=STEP_MM)
            for name in (*METRICS, "Max[Gy]", "Min[Gy]", "Volume[cc]"):
                value = reference.metric(name).value
                assert found.metric(name).value == pytest.approx(value, rel=1e-9), name


def test_reversed_contours_give_the_same() -> None:
    dose = hill(centred_affine(SHAPE, SPACING), SHAPE)
    forward = sample_dose(Structure.from_contours("Cord", OUTLINES), dose)
    backward = sample_dose(Structure.from_contours("Cord", [c[::-1] for c in OUTLINES[::-1]]), dose)
    for name in METRICS:
        assert backward.metric(name).value == pytest.approx(forward.metric(name).value, rel=1e-9)


@settings(FEW, max_examples=4)
@given(shift=offsets, angle=st.floats(-90, 90), top=hills)
def test_mask_and_contours_of_the_same_body_agree(
    shift: tuple[float, ...], angle: float, top: tuple[float, ...]
) -> None:
    """The mask's layers are those of the contours; its rows and columns lie as they like."""
    dose = hill(centred_affine(SHAPE, SPACING), SHAPE, top)
    contoured = Structure.from_contours("Cord", OUTLINES)
    shape = (12, 40, 40)
    turn = Rotation.from_euler("z", angle, degrees=True)
    matrix = centred_affine(shape, (0.5, 0.5, 2.5), turn)
    matrix[:3, 3] += 0.5 * np.array([shift[0], shift[1], 0.0])
    masked = Structure.from_mask("Cord", contoured.mask_on(shape, matrix), matrix)
    first, second = sample_dose(contoured, dose), sample_dose(masked, dose)
    assert second.volume_cc == pytest.approx(first.volume_cc, rel=1e-3)
    for name in METRICS:
        expected = first.metric(name).value
        tolerance = 0.3 if name.endswith("[%]") else 0.05
        assert second.metric(name).value == pytest.approx(expected, abs=tolerance), name


def test_a_mask_counted_by_points_agrees_with_the_contours() -> None:
    """The mask comes from counting points in an ideal body, not from this library."""
    dose = hill(centred_affine(SHAPE, SPACING), SHAPE)
    shape = (36, 24, 28)
    matrix = centred_affine(shape, (0.5, 0.5, 1.0))

    def inside(p: np.ndarray) -> np.ndarray:
        return ((p[..., 0] / 6) ** 2 + (p[..., 1] / 4.5) ** 2 < 1) & (abs(p[..., 2]) < 15)

    masked = Structure.from_mask("Cord", occupancy_of(inside, shape, matrix), matrix)
    first, second = (
        sample_dose(b, dose) for b in (Structure.from_contours("Cord", OUTLINES), masked)
    )
    assert second.volume_cc == pytest.approx(first.volume_cc, rel=2e-3)
    for name in METRICS:
        expected = first.metric(name).value
        tolerance = 0.3 if name.endswith("[%]") else 0.05
        assert second.metric(name).value == pytest.approx(expected, abs=tolerance), name


def points_and_weights(body: Structure) -> tuple[np.ndarray, np.ndarray]:
    """Points all over a body: a lattice where it contains them, or its voxels cut in 64."""
    if isinstance(body.shape, ContourStack):
        low, high = body.bounds_ras()
        shape = tuple(int(n) for n in np.ceil((high - low) / 0.4)[::-1] + 1)
        points = voxel_centres(shape, affine((0.4, 0.4, 0.4), low + 0.2)).reshape(-1, 3)
        points = points[body.contains(points)]
        return points, np.ones(len(points))
    mask, matrix = body.shape.values, body.shape.grid.ijk_to_ras
    centres = voxel_centres(mask.shape, matrix).reshape(-1, 3)
    parts = np.stack(np.meshgrid(*[np.arange(4) / 4 - 0.375] * 3), axis=-1).reshape(-1, 3)
    points = centres[:, np.newaxis] + parts @ matrix[:3, :3].T
    return points.reshape(-1, 3), np.repeat(mask.ravel(), 64)


@FEW
@given(top=hills, gradient=gradients, body=any_body)
def test_a_sampling_agrees_with_a_host_of_points(
    top: tuple[float, ...], gradient: tuple[float, ...], body: int
) -> None:
    """Within some hundredths of a Gy, which is what the points themselves are worth."""
    matrix = centred_affine(SHAPE, SPACING)
    slope = voxel_centres(SHAPE, matrix) @ np.array(gradient)
    dose = DoseGrid(np.maximum(hill(matrix, SHAPE, top).values_gy + slope + 20, 0), matrix)
    samples = sample_dose(BODIES[body], dose)
    points, weights = points_and_weights(BODIES[body])
    brute = DoseSamples.from_arrays(dose.sample(points), weights)
    for name in ("Mean[Gy]", "D10%[Gy]", "D50%[Gy]", "D90%[Gy]"):
        assert samples.metric(name).uncertainty <= 0.05
        expected = brute.metric(name).value
        assert samples.metric(name).value == pytest.approx(expected, abs=0.1), name
