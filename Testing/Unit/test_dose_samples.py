"""Metrics of weighted samples against sums done by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spine_radiosurgery.dose import DoseSamples
from spine_radiosurgery.geometry import InputError

HAND = DoseSamples.from_arrays([8.0, 2.0, 4.0, 6.0], [0.1, 0.4, 0.3, 0.2])


def test_plain_figures() -> None:
    assert HAND.volume_cc == pytest.approx(1.0)
    assert HAND.mean_gy == pytest.approx(0.8 + 0.8 + 1.2 + 1.2)
    assert (HAND.min_gy, HAND.max_gy) == (2.0, 8.0)


@pytest.mark.parametrize(
    ("dose", "volume"), [(0, 1.0), (2, 1.0), (2.01, 0.6), (4, 0.6), (8, 0.1), (8.01, 0.0)]
)
def test_volume_at_dose_counts_that_dose_and_more(dose: float, volume: float) -> None:
    assert HAND.volume_at_dose(dose) == pytest.approx(volume)


@pytest.mark.parametrize(
    ("percent", "dose"), [(0, 8), (5, 8), (10, 8), (11, 6), (30, 6), (60, 4), (61, 2), (100, 2)]
)
def test_dose_at_volume_is_what_the_volume_receives_at_least(percent: float, dose: float) -> None:
    assert HAND.dose_at_volume(percent=percent) == pytest.approx(dose)
    assert HAND.dose_at_volume(cc=percent / 100) == pytest.approx(dose)


def test_d100_is_the_minimum_also_where_it_marks_no_volume() -> None:
    samples = DoseSamples.from_arrays(
        [1.5, 2.0, 4.0, 4.4], [0, 0.4, 0.3, 0], spread_gy=[0, 1, 1, 0]
    )
    assert samples.dose_at_volume(percent=100) == samples.min_gy == 1.5
    assert samples.dose_at_volume(percent=0) == samples.max_gy == 4.4


def test_a_spread_sample_passes_linearly() -> None:
    samples = DoseSamples.from_arrays([5.0, 2.0, 8.0], [1.0, 0, 0], spread_gy=[2.0, 0, 0])
    assert np.allclose(samples.cumulative([2, 3, 4, 5, 6.5, 7, 8]), [1, 1, 0.75, 0.5, 0.125, 0, 0])
    assert samples.dose_at_volume(percent=25) == pytest.approx(6.0)
    assert samples.mean_gy == 5.0


def test_a_spread_never_reaches_beyond_the_extremes_found() -> None:
    samples = DoseSamples.from_arrays([5.0, 6.0], [1.0, 1.0], spread_gy=[2.0, 2.0])
    assert samples.volume_at_dose(6.1) == 0.0
    assert samples.volume_at_dose(4.9) == 2.0
    assert samples.dose_at_volume(cc=0.01) <= 6.0


def test_more_volume_than_there_is_has_no_dose_and_says_why() -> None:
    assert np.isnan(HAND.dose_at_volume(cc=1.01))
    metric = HAND.metric("D1.2cc[Gy]")
    assert np.isnan(metric.value)
    assert metric.reason == "the structure has 1 cc inside the dose grid, less than 1.2 cc"


def test_percent_refers_to_the_volume_inside_the_dose_grid() -> None:
    samples = DoseSamples.from_arrays([10.0, 20.0], [0.5, 0.5], outside_dose_cc=1.0)
    assert samples.volume_cc == 2.0
    assert samples.metric("V15Gy[%]").value == pytest.approx(50)
    assert samples.metric("V15Gy[cc]").value == pytest.approx(0.5)
    assert samples.metric("D100%[Gy]").value == 10.0
    assert samples.metric("Volume[cc]").value == 2.0
    assert np.isnan(samples.metric("D1.5cc[Gy]").value)


def test_the_volume_below_a_dose_is_the_rest() -> None:
    assert HAND.metric("CV4Gy[cc]").value == pytest.approx(0.4)
    assert HAND.metric("CV4Gy[%]").value == pytest.approx(40)


def test_percent_of_the_prescription_needs_one() -> None:
    assert HAND.metric("V50%[cc]", prescription_gy=8.0).value == pytest.approx(0.6)
    without = HAND.metric("V50%[cc]")
    assert np.isnan(without.value) and without.reason == "the prescription is not known"


def test_nothing_inside_the_dose_grid_gives_no_figure() -> None:
    samples = DoseSamples.from_arrays([], [], outside_dose_cc=1.0)
    for name in (
        "Mean[Gy]",
        "Max[Gy]",
        "Min[Gy]",
        "D10%[Gy]",
        "V10Gy[%]",
        "V10Gy[cc]",
        "CV1Gy[cc]",
    ):
        metric = samples.metric(name)
        assert np.isnan(metric.value)
        assert "no part of the structure" in metric.reason
    assert samples.metric("Volume[cc]").value == 1.0


def test_exactly_one_of_cc_and_percent_is_given() -> None:
    for options in ({}, {"cc": 1.0, "percent": 1.0}):
        with pytest.raises(InputError, match="either in cc or in percent"):
            HAND.dose_at_volume(**options)


@pytest.mark.parametrize(
    ("dose", "weight", "options"),
    [
        ([1.0, 2.0], [1.0], {}),
        ([1.0], [-1.0], {}),
        ([1.0], [1.0], {"outside_dose_cc": -0.1}),
        ([1.0], [1.0], {"spread_gy": [-0.1]}),
    ],
)
def test_samples_that_make_no_sense_are_refused(dose: list, weight: list, options: dict) -> None:
    with pytest.raises(InputError):
        DoseSamples.from_arrays(dose, weight, **options)


def test_the_uncertainty_is_twice_what_a_coarser_sampling_differs_by() -> None:
    coarse = DoseSamples.from_arrays([7.0], [1.0])
    samples = DoseSamples.from_arrays([8.0], [1.0], coarse=coarse)
    assert samples.metric("Mean[Gy]").uncertainty == pytest.approx(2.0)
    assert np.isnan(HAND.metric("Mean[Gy]").uncertainty)


def test_two_curves_that_cross_at_the_asked_place_are_not_taken_as_equal() -> None:
    steep = DoseSamples.from_arrays([5.0, 3.0, 7.0], [1.0, 0, 0], spread_gy=[1.0, 0, 0])
    flat = DoseSamples.from_arrays(
        [5.0, 3.0, 7.0], [1.0, 0, 0], spread_gy=[2.0, 0, 0], coarse=steep
    )
    assert flat.volume_at_dose(5.0) == pytest.approx(steep.volume_at_dose(5.0))
    assert flat.metric("V5Gy[%]").uncertainty == pytest.approx(2 * 100 * 0.1 * (0.5 - 0.25))
    assert flat.metric("D50%[Gy]").uncertainty == pytest.approx(2 * 0.05 * (4.0 - 2.0))


def test_joined_parts_add_up() -> None:
    other = DoseSamples.from_arrays([5.0], [0.5], outside_dose_cc=0.2)
    both = DoseSamples.joined([HAND, other])
    assert both.volume_cc == pytest.approx(1.7)
    assert both.volume_at_dose(5.0) == pytest.approx(0.3 + 0.5)


cells = st.lists(
    st.tuples(st.floats(0, 40), st.floats(0.001, 1), st.one_of(st.just(0.0), st.floats(0.01, 3))),
    min_size=1,
    max_size=25,
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(cells=cells, volume=st.floats(0, 1))
def test_the_histogram_falls_and_both_readings_of_it_agree(
    cells: list[tuple[float, float, float]], volume: float
) -> None:
    dose, weight, spread = np.array(cells).T
    samples = DoseSamples.from_arrays(dose, weight, spread_gy=spread)
    curve = samples.cumulative(np.linspace(-1, 45, 300))
    assert (np.diff(curve) <= 1e-12).all()
    assert curve[0] == pytest.approx(weight.sum()) and curve[-1] == 0
    asked = volume * samples.covered_cc
    at = samples.dose_at_volume(cc=asked)
    # What receives at least this dose holds the volume, and nothing hotter does.
    assert samples.volume_at_dose(at) >= asked - 1e-6
    assert samples.volume_at_dose(at + 1e-9) <= asked + 1e-5


@settings(max_examples=40, deadline=None, derandomize=True)
@given(cells=cells, factor=st.floats(0.1, 10), percent=st.floats(0.1, 100))
def test_scaling_the_dose_scales_every_dose(
    cells: list[tuple[float, float, float]], factor: float, percent: float
) -> None:
    dose, weight, spread = np.array(cells).T
    samples = DoseSamples.from_arrays(dose, weight, spread_gy=spread)
    scaled = DoseSamples.from_arrays(dose * factor, weight, spread_gy=spread * factor)
    assert scaled.mean_gy == pytest.approx(samples.mean_gy * factor)
    assert scaled.dose_at_volume(percent=percent) == pytest.approx(
        samples.dose_at_volume(percent=percent) * factor, rel=1e-6, abs=2e-4
    )
