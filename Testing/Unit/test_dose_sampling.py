"""How finely a structure is sampled, and why."""

from __future__ import annotations

import numpy as np
import pytest
from shapes import affine, at, circle, cylinder, linear_dose, planes, voxel_centres

from spine_radiosurgery.dose import DoseGrid, SamplingTolerance, sample_dose
from spine_radiosurgery.geometry import InputError, Structure


def hill(top: tuple[float, float, float], width: float = 9.0) -> DoseGrid:
    """A smooth dose of 20 Gy at its top on 2 mm voxels."""
    matrix = affine((2, 2, 2), (-40, -40, -40))
    distance = ((voxel_centres((41, 41, 41), matrix) - top) ** 2).sum(axis=-1)
    return DoseGrid(20 * np.exp(-distance / (2 * width**2)), matrix)


def ball(radius: float) -> Structure:
    return Structure.from_contours(
        "Organ",
        [at(circle(np.sqrt(radius**2 - h**2), vertices=90), h) for h in planes(2 * radius, 2.0)],
    )


def test_a_linear_dose_needs_few_cells_and_a_rough_one_more() -> None:
    cord = cylinder(5.0, 40.0, 2.0)
    linear = linear_dose((0.0, 0.3, 0.0), 10.0, half_width=(12, 12, 24))
    plain = sample_dose(cord, linear)
    matrix = affine((2, 2, 2), (-14, -14, -30))
    rough = DoseGrid(np.random.default_rng(3).uniform(0, 20, (31, 15, 15)), matrix)
    assert len(plain.dose_gy) < 25_000 < len(sample_dose(cord, rough).dose_gy)


def test_it_is_refined_until_every_asked_metric_is_within_tolerance() -> None:
    dose, cord = hill((6, 3, 0), 3.0), cylinder(5.0, 40.0, 2.0)
    asked = ("D10%[Gy]", "D0.035cc[Gy]", "V10Gy[%]", "V10Gy[cc]")
    found = []
    for percent in (1.0, 0.05):
        tolerance = SamplingTolerance(dose_percent=percent, volume_percent=percent)
        samples = sample_dose(cord, dose, metrics=asked, tolerance=tolerance)
        found.append(len(samples.dose_gy))
        limits = tolerance.limits(dose, cord.volume_cc)
        for metric in map(samples.metric, asked):
            assert metric.uncertainty <= limits[metric.unit], metric
    assert found[1] > 2 * found[0]


def test_metrics_of_the_prescription_are_watched_when_it_is_known() -> None:
    dose, target = hill((0, 0, 0), 6.0), ball(8.0)
    loose = SamplingTolerance(dose_percent=100, volume_percent=0.01)
    fine = sample_dose(target, dose, metrics=["V60%[%]"], prescription_gy=20, tolerance=loose)
    unknown = sample_dose(target, dose, metrics=["V60%[%]"], tolerance=loose)
    assert fine.metric("V60%[%]", prescription_gy=20).uncertainty <= 0.01
    assert len(unknown.dose_gy) < len(fine.dose_gy)


def test_a_given_step_is_kept() -> None:
    samples = sample_dose(cylinder(5.0, 40.0, 2.0), hill((6, 3, 0), 4.0), step_mm=2.0)
    assert len(samples.dose_gy) < 3000


@pytest.mark.parametrize("top", [(0, 0, 29.5), (17, 17, 17), (-29, 3, 2)])
def test_a_hot_spot_at_the_edge_of_a_large_organ_is_followed_along_the_outline(
    top: tuple[float, float, float],
) -> None:
    """Cells of a quarter of the size are the truth."""
    organ, dose = ball(30.0), hill(top, 5.0)
    truth = sample_dose(organ, dose, step_mm=0.8)
    found = sample_dose(organ, dose, metrics=["D0.035cc[Gy]", "D0.35cc[Gy]"])
    for name in ("D0.035cc[Gy]", "D0.35cc[Gy]"):
        assert found.metric(name).value == pytest.approx(truth.metric(name).value, abs=0.06)


def big_mask() -> tuple[np.ndarray, np.ndarray]:
    """A ball of 40 mm in voxels of 1 x 1 x 1.5 mm, some 180,000 of them."""
    matrix = affine((1.0, 1.0, 1.5), (-40.5, -40.5, -40.5))
    return (voxel_centres((55, 82, 82), matrix) ** 2).sum(axis=-1) < 40.0**2, matrix


def test_the_voxels_of_a_large_mask_are_joined_and_its_figures_hold() -> None:
    organ = Structure.from_mask("Organ", *big_mask())
    dose = hill((25, 5, 3), 12.0)
    asked = ("Mean[Gy]", "D2%[Gy]", "D10%[Gy]", "D0.035cc[Gy]", "V10Gy[%]")
    joined = sample_dose(organ, dose, metrics=asked)
    voxels = sample_dose(organ, dose, step_mm=1.5)
    assert len(joined.dose_gy) < 0.5 * len(voxels.dose_gy)
    assert joined.volume_cc == pytest.approx(voxels.volume_cc, rel=1e-9)
    for name in asked:
        found = joined.metric(name)
        assert found.value == pytest.approx(voxels.metric(name).value, abs=0.03), name
        assert found.uncertainty < 0.15, name


def test_a_large_mask_in_mirrored_index_order_gives_the_same() -> None:
    mask, matrix = big_mask()
    dose = hill((25, 5, 3), 12.0)
    mirror = np.diag([-1.0, 1.0, 1.0, 1.0])
    mirror[0, 3] = mask.shape[2] - 1
    plain = sample_dose(Structure.from_mask("Organ", mask, matrix), dose)
    other = sample_dose(Structure.from_mask("Organ", mask[..., ::-1], matrix @ mirror), dose)
    for name in ("Mean[Gy]", "D10%[Gy]", "D0.035cc[Gy]", "Max[Gy]"):
        expected = plain.metric(name).value
        assert other.metric(name).value == pytest.approx(expected, rel=1e-9), name


def test_scaling_the_dose_changes_neither_cells_nor_figures() -> None:
    dose, cord = hill((6, 3, 0), 6.0), cylinder(5.0, 40.0, 2.0)
    plain = sample_dose(cord, dose)
    scaled = sample_dose(cord, DoseGrid(3.7 * dose.values_gy, dose.ijk_to_ras))
    for name in ("Mean[Gy]", "D10%[Gy]", "D0.035cc[Gy]", "Max[Gy]", "Min[Gy]"):
        expected = 3.7 * plain.metric(name).value
        assert scaled.metric(name).value == pytest.approx(expected, rel=1e-9), name
        assert scaled.metric(name).uncertainty == pytest.approx(
            3.7 * plain.metric(name).uncertainty, rel=1e-4, abs=1e-9
        )


def test_the_cubic_dose_is_followed_where_the_trilinear_one_cuts_the_curve() -> None:
    cord, top = cylinder(5.0, 40.0, 2.0), (6.0, 3.0, 0.0)
    points = cord.cells(0.3)
    distance = ((points.centres_ras - top) ** 2).sum(axis=1)
    truth = np.average(20 * np.exp(-distance / (2 * 6.0**2)), weights=points.volumes_mm3)
    coarse = hill(top, 6.0)
    linear, cubic = (
        sample_dose(cord, coarse.with_interpolation(kind)).mean_gy
        for kind in ("trilinear", "cubic")
    )
    assert abs(cubic - truth) < 0.003 < 0.02 < abs(linear - truth)


def test_a_tolerance_must_be_positive() -> None:
    with pytest.raises(InputError, match="must be positive"):
        SamplingTolerance(dose_percent=0.0)
