"""What sampling may have moved a metric by, from two samplings whose difference is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from spine_radiosurgery.dose import DoseSamples, biological_rows
from spine_radiosurgery.geometry import InputError


def even(mean_gy: float, width_gy: float = 8.0, cc: float = 4.0, **fields) -> DoseSamples:
    """One cell with an even dose and its two extremes: D and V metrics are straight lines."""
    half = width_gy / 2
    return DoseSamples(
        np.array([mean_gy, mean_gy - half, mean_gy + half]),
        np.array([cc, 0.0, 0.0]),
        np.array([[width_gy, 0.0], [0.0, 0.0], [0.0, 0.0]]),
        **fields,
    )


def with_coarse(fine: DoseSamples, coarse: DoseSamples) -> DoseSamples:
    return DoseSamples(fine.dose_gy, fine.weight_cc, fine.widths_gy, coarse=coarse)


STEPS = np.arange(1.0, 17.0)
EACH_CC, SPREAD = np.full(16, 0.25), np.full(16, 0.5)
SHIFTED = DoseSamples.from_arrays(
    STEPS,
    EACH_CC,
    spread_gy=SPREAD,
    coarse=DoseSamples.from_arrays(STEPS + 0.3, EACH_CC, spread_gy=SPREAD),
)
"""From 1 to 16 Gy, 0.5 cc for 2 Gy; the coarser sampling reads 0.3 Gy more everywhere."""


@pytest.mark.parametrize(
    ("name", "value", "uncertainty"),
    [
        ("Mean[Gy]", 8.5, 0.6),
        ("Max[Gy]", 16.0, 0.6),
        ("Min[Gy]", 1.0, 0.6),
        ("D50%[Gy]", 8.5, 0.6),
        ("D10%[Gy]", 14.9, 0.6),
        ("D1cc[Gy]", 12.5, 0.6),
        ("D100%[Gy]", 1.0, 0.6),
        ("V8.5Gy[cc]", 2.0, 0.15),
        ("V8.5Gy[%]", 50.0, 3.75),
        ("CV8.5Gy[cc]", 2.0, 0.15),
        ("Volume[cc]", 4.0, 0.0),
    ],
)
def test_the_uncertainty_is_twice_the_difference_to_the_coarser_sampling(
    name: str, value: float, uncertainty: float
) -> None:
    found = SHIFTED.metric(name)
    assert found.value == pytest.approx(value)
    assert found.uncertainty == pytest.approx(uncertainty)
    assert (found.name, found.reason) == (name, "")


def test_curves_that_cross_at_the_asked_place_are_compared_beside_it_too() -> None:
    steep = with_coarse(even(10.0, 8.0), even(10.0, 4.0))
    found = steep.metric("D50%[Gy]")
    assert found.value == pytest.approx(10.0)
    # 5 % of the volume away the lines of 8 and of 4 Gy are 0.2 Gy apart.
    assert found.uncertainty == pytest.approx(2 * 0.05 * 4)
    volume = steep.metric("V10Gy[%]")
    assert volume.value == pytest.approx(50.0)
    assert volume.uncertainty == pytest.approx(2 * 0.02 * 10 * (100 / 4 - 100 / 8))
    # Near the coldest dose the window is as narrow as near the hottest.
    for percent in (90, 10):
        near = steep.metric(f"D{percent}%[Gy]").uncertainty
        assert near == pytest.approx(2 * (0.4 + 0.01) * 4)
    assert steep.metric("D0.4cc[Gy]").uncertainty == pytest.approx(2 * (0.4 + 0.01) * 4)


def test_without_a_coarser_sampling_the_uncertainty_is_not_known() -> None:
    assert math.isnan(even(10.0).metric("Mean[Gy]").uncertainty)
    smaller = with_coarse(even(10.0), even(10.0, cc=1.0))
    assert math.isnan(smaller.metric("D2cc[Gy]").uncertainty)
    assert not math.isnan(smaller.metric("D1cc[Gy]").uncertainty)


def test_a_volume_that_is_not_there_and_a_missing_prescription_are_said() -> None:
    body = even(10.0, cc=0.5)
    assert body.metric("D0.5cc[Gy]").reason == ""
    found = body.metric("D0.6cc[Gy]")
    assert math.isnan(found.value)
    assert (found.unit, found.reason) == (
        "Gy",
        "the structure has 0.5 cc inside the dose grid, less than 0.6 cc",
    )
    assert body.metric("V100%[%]").reason == "the prescription is not known"
    assert body.metric("V50%[cc]", prescription_gy=20.0).value == pytest.approx(0.25)
    outside = DoseSamples(np.empty(0), np.empty(0), np.empty((0, 2)), outside_dose_cc=2.0)
    assert outside.metric("Mean[Gy]").reason == (
        "no part of the structure lies inside the dose grid"
    )
    assert outside.metric("Volume[cc]").value == 2.0
    assert math.isnan(outside.mean_gy)
    assert math.isnan(outside.max_gy)
    assert math.isnan(outside.min_gy)
    assert outside.cumulative([0.0, 1.0]).tolist() == [0.0, 0.0]
    assert math.isnan(outside.dose_at_volume(cc=0.0))


def test_joined_samples_add_up_with_their_coarser_ones() -> None:
    first = even(10.0, cc=1.0, outside_dose_cc=0.5, hottest_point_ras=np.zeros(3))
    second = even(20.0, cc=3.0, outside_dose_cc=0.25, hottest_point_ras=np.ones(3))
    both = DoseSamples.joined([first, second])
    assert (both.covered_cc, both.volume_cc, both.outside_dose_cc) == (4.0, 4.75, 0.75)
    assert both.mean_gy == pytest.approx(17.5)
    assert both.hottest_point_ras.tolist() == [1.0, 1.0, 1.0]
    assert both.coarse is None
    assert both.widths_gy.sum(axis=0).tolist() == [16.0, 0.0]
    one = with_coarse(first, even(11.0, cc=1.0))
    assert DoseSamples.joined([one, second]).coarse is None
    joined = DoseSamples.joined([one, with_coarse(second, even(21.0, cc=3.0))])
    assert joined.coarse.mean_gy == pytest.approx(18.5)


def test_the_part_outside_may_be_given_a_dose() -> None:
    whole = even(10.0, cc=3.0, outside_dose_cc=1.0).with_outside_at(2.0)
    assert (whole.covered_cc, whole.outside_dose_cc) == (4.0, 0.0)
    assert whole.mean_gy == pytest.approx(8.0)
    assert whole.volume_at_dose(2.0) == pytest.approx(4.0)
    assert whole.volume_at_dose(2.1) == pytest.approx(3.0)


def test_a_volume_is_asked_in_one_unit_and_within_the_structure() -> None:
    body = even(10.0)
    for given in ({}, {"cc": 1.0, "percent": 10.0}):
        with pytest.raises(InputError, match="either in cc or in percent"):
            body.dose_at_volume(**given)
    assert math.isnan(body.dose_at_volume(cc=4.001))
    assert math.isnan(body.dose_at_volume(cc=-0.001))
    assert not math.isnan(body.dose_at_volume(cc=4.0 * (1 + 1e-10)))
    assert body.dose_at_volume(percent=0) == body.max_gy == 14.0


def test_biological_doses_carry_the_uncertainty_along_their_slope() -> None:
    (row,) = biological_rows({"Cord": SHIFTED}, ["D50%[Gy]", "Mean[Gy]"], 5, 2.0)
    assert (row.structure, row.metric, row.dose_gy) == ("Cord", "D50%[Gy]", pytest.approx(8.5))
    assert row.bed_gy == pytest.approx(8.5 * (1 + 1.7 / 2))
    assert row.eqd2_gy == pytest.approx(8.5 * (1.7 + 2) / 4)
    assert row.bed_uncertainty_gy == pytest.approx(0.6 * (1 + 2 * 1.7 / 2))
    assert row.eqd2_uncertainty_gy == pytest.approx(0.6 * (1 + 2 * 1.7 / 2) / 2)
    assert (row.beyond_model, row.reason) == (False, "")


def test_ten_gy_a_fraction_is_within_the_model_and_more_is_not() -> None:
    for dose, beyond in ((10.0, False), (10.01, True)):
        (row,) = biological_rows({"Cord": even(dose, 0.0)}, ["D50%[Gy]"], 1, 2.0)
        assert row.beyond_model is beyond
    (missing,) = biological_rows({"Cord": even(9.0)}, ["D9cc[Gy]"], 1, 2.0)
    assert missing.reason.startswith("the structure has 4 cc")
    assert not missing.beyond_model
    assert all(math.isnan(x) for x in (missing.dose_gy, missing.bed_gy, missing.eqd2_gy))
    assert math.isnan(missing.bed_uncertainty_gy)
    assert math.isnan(missing.eqd2_uncertainty_gy)
