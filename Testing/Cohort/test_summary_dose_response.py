"""Dose-response: the simulated truth, the closed form of a 2 by 2 table, and honest refusals."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy.special import expit
from summary_results import evaluated, row

from spine_radiosurgery.cohort.summary import SummaryBuilder, metrics_asked
from spine_radiosurgery.cohort.summary.doses_and_outcomes import read_dose_response
from spine_radiosurgery.cohort.summary.logistic import logistic_curve
from spine_radiosurgery.cohort.summary.outcome_content import outcome_content
from spine_radiosurgery.geometry import InputError

ASKED = "cord_volume D10%[Gy]:outcome_myelopathy"


def test_the_simulated_truth_lies_in_the_intervals() -> None:
    random = np.random.default_rng(1)
    dose = random.uniform(5, 20, 3000)
    outcome = random.random(3000) < expit(0.5 * (dose - 14))
    fit = logistic_curve(dose, outcome)
    assert fit["slope_low"] < 0.5 < fit["slope_high"]
    assert fit["d50_low"] < 14 < fit["d50_high"]
    assert fit["slope"] == pytest.approx(0.5, rel=0.1)
    truth = 100 * expit(0.5 * (fit["x"] - 14))
    inside = (fit["low_percent"] <= truth) & (truth <= fit["high_percent"])
    assert inside.mean() > 0.9


def test_a_two_by_two_table_has_its_closed_form() -> None:
    table = {(0.0, False): 40, (0.0, True): 10, (3.0, False): 20, (3.0, True): 30}
    dose = np.repeat([key[0] for key in table], list(table.values()))
    outcome = np.repeat([key[1] for key in table], list(table.values()))
    fit = logistic_curve(dose, outcome)
    log_odds_ratio = np.log(40 * 30 / (10 * 20))
    error = np.sqrt(sum(1 / count for count in table.values()))
    assert fit["slope"] == pytest.approx(log_odds_ratio / 3)
    assert fit["intercept"] == pytest.approx(np.log(10 / 40))
    assert fit["slope_high"] == pytest.approx((log_odds_ratio + 1.959964 * error) / 3)
    assert fit["percent"][[0, -1]] == pytest.approx([20.0, 60.0])
    at_zero = 100 * expit(np.log(10 / 40) + 1.959964 * np.sqrt(1 / 10 + 1 / 40) * np.array([-1, 1]))
    assert [fit["low_percent"][0], fit["high_percent"][0]] == pytest.approx(at_zero)
    assert fit["d50"] == pytest.approx(-fit["intercept"] / fit["slope"])


def test_the_interval_of_d50_is_where_the_band_crosses_half() -> None:
    random = np.random.default_rng(5)
    dose = random.uniform(0, 20, 400)
    fit = logistic_curve(dose, random.random(400) < expit(0.4 * (dose - 10)))
    assert np.interp(fit["d50_low"], fit["x"], fit["high_percent"]) == pytest.approx(50, abs=0.1)
    assert np.interp(fit["d50_high"], fit["x"], fit["low_percent"]) == pytest.approx(50, abs=0.1)


def test_without_a_slope_d50_has_no_interval() -> None:
    dose = np.tile(np.arange(20.0), 10)
    fit = logistic_curve(dose, np.repeat([True, False] * 5, 20))
    assert (fit["d50_low"], fit["d50_high"]) == (None, None)


def _document(fit):
    fit = {"fractions": 1, "cases": 60, "events": 20, **fit}
    return {
        "metric": "V10Gy[%]", "unit": "%", "structure": "cord_volume", "outcome": "myelopathy",
        "outcome_title": "Myelopathy", "note": "", "without_metric": 0, "without_outcome": 0,
        "unreadable": 0, "fits": [fit],
    }  # fmt: skip


def test_an_interval_that_reaches_beyond_the_data_is_said_and_not_drawn() -> None:
    random = np.random.default_rng(4)
    dose = random.uniform(0, 60, 60)
    fit = logistic_curve(dose, random.random(60) < expit((dose - 40) / 12))
    inside = {**fit, "d50_low": fit["d50"] - 5.0, "d50_high": fit["d50"] + 5.0}
    far, farther = ({**fit, "d50_high": value} for value in (5e3, 5e4))
    content = [
        outcome_content({"outcomes": [], "survival": [], "dose_responses": [_document(one)]})
        for one in (inside, far, farther)
    ]
    shown = [one["responses"][0]["fits"][0] for one in content]
    assert ["reaches beyond the data" in one["sentences"][1] for one in shown] == [
        False, True, True,
    ]  # fmt: skip
    assert shown[0]["picture"] != shown[1]["picture"] == shown[2]["picture"]


def test_bins_have_all_cases_and_wilson_intervals() -> None:
    dose = np.arange(50.0)
    observed = logistic_curve(dose, dose % 7 == 0)["observed"]
    assert [bin_["cases"] for bin_ in observed] == [10] * 5
    assert sum(bin_["events"] for bin_ in observed) == 8
    assert all(b["low_percent"] <= b["percent"] <= b["high_percent"] for b in observed)


@pytest.mark.parametrize(
    ("dose", "outcome", "words"),
    [
        (np.arange(40.0), np.arange(40) >= 36, "only 4 with"),
        (np.arange(40.0), np.arange(40) < 37, "only 3 without"),
        (np.arange(40.0), np.arange(40) >= 20, "separates"),
        (np.arange(40.0), np.arange(40) < 20, "separates"),
        (np.minimum(np.arange(40.0), 20), np.arange(40) >= 20, "separates"),
        (np.full(40, 7.0), np.arange(40) % 2 == 0, "is 7 in all cases"),
    ],
)
def test_what_has_no_curve_says_why(dose, outcome, words) -> None:
    fit = logistic_curve(dose, outcome)
    assert words in fit["reason"]
    assert "percent" not in fit
    assert sum(bin_["cases"] for bin_ in fit["observed"]) == 40


def test_metrics_far_out_are_fitted_without_a_warning() -> None:
    random = np.random.default_rng(26)
    dose, outcome = np.exp(6 * random.normal(size=53)), random.random(53) < 0.4
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "percent" in logistic_curve(dose, outcome)


def summary(asked, *pairs, columns=("outcome_myelopathy",)):
    builder = SummaryBuilder(columns, asked)
    for one, result in pairs:
        builder.add(one, result)
    return builder.document()["dose_responses"]


def answered(number, answer, **changes):
    one = row(number, columns={"outcome_myelopathy": answer})
    return one, evaluated(number, cord_max_gy=10.0 + number % 10, **changes)


def test_by_default_the_cord_volume_against_every_outcome() -> None:
    found = summary((), columns=("outcome_a", "site", "outcome_b"))
    assert [(one["metric"], one["outcome"]) for one in found] == [
        ("D0.035cc[Gy]", "outcome_a"),
        ("V10Gy[%]", "outcome_a"),
        ("D0.035cc[Gy]", "outcome_b"),
        ("V10Gy[%]", "outcome_b"),
    ]
    assert all("No case" in one["note"] for one in found)


@pytest.mark.parametrize("structure", ["cord_volume", "SpinalCord_Partial"])
def test_a_structure_by_role_or_by_name(structure) -> None:
    pairs = [answered(n, str(int(n % 3 == 0))) for n in range(30)]
    fit = summary((f"{structure} D10%[Gy]:myelopathy",), *pairs)[0]["fits"][0]
    assert (fit["cases"], fit["events"], fit["reason"]) == (30, 10, "")


def test_numbers_of_fractions_are_fitted_apart() -> None:
    pairs = [answered(n, str(int(n % 3 == 0))) for n in range(30)]
    more = {"dose_gy": 24.0, "fractions": 3}
    pairs += [answered(n, str(n % 2), **more) for n in range(30, 44)]
    found = summary((ASKED,), *pairs)[0]
    assert [(fit["fractions"], fit["cases"]) for fit in found["fits"]] == [(1, 30), (3, 14)]
    assert "not comparable" in found["note"]


def test_what_is_missing_is_counted() -> None:
    without = answered(2, "1", numbers={"D10%[Gy]": None})
    found = summary((ASKED,), answered(0, ""), answered(1, "perhaps"), without, answered(3, "0"))[0]
    assert (found["without_outcome"], found["unreadable"], found["without_metric"]) == (1, 1, 1)
    assert found["fits"][0]["cases"] == 1


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("cord_volume D10%[Gy]", "cannot be read"),
        ("D10%[Gy]:outcome_myelopathy", "cannot be read"),
        ("cord_volume D10:outcome_myelopathy", "not known"),
        ("cord_volume D10%[Gy]:fracture", "outcome_myelopathy"),
        ("cord_volume D10%[Gy]:pain_months", "holds times"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_once(asked, words) -> None:
    with pytest.raises(InputError, match=words):
        SummaryBuilder(("outcome_myelopathy", "Pain_Months"), (asked,))


@pytest.mark.parametrize(
    ("asked", "column"),
    [("MYELOPATHY", "Outcome_Myelopathy"), ("pain", "Pain"), ("PAIN", "outcome_PAIN")],
)
def test_capitals_of_an_outcome_do_not_count_unless_both_are_there(asked, column) -> None:
    columns = ("Outcome_Myelopathy", "Pain", "outcome_PAIN")
    found = read_dose_response(f"cord_volume D10%[Gy]:{asked}", columns)
    assert found.outcome == column


def test_metrics_that_cases_need_are_known_before_they_are_evaluated() -> None:
    columns = ("outcome_myelopathy",)
    asked = (ASKED, "Bowel D5cc[Gy]:myelopathy", "target D10%[Gy]:myelopathy")
    assert metrics_asked(asked, columns) == ("D10%[Gy]", "D5cc[Gy]")
