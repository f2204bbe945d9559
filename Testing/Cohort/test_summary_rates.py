"""Counts, reasons of failed cases, pass rates, metrics and outliers."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from summary_results import constraint, evaluated, failed, row

from spine_radiosurgery.assessment.followup.ambulation import wilson_interval
from spine_radiosurgery.cohort.summary import SummaryBuilder
from spine_radiosurgery.cohort.summary.numbers import nice_edges

TENTHS = st.integers(-40, 400).map(lambda n: n / 10)


def summary(*pairs):
    builder = SummaryBuilder(())
    for one, result in pairs:
        builder.add(one, result)
    return builder.document()


def rates(document, kind):
    return {part["name"]: part for part in document["rates"]["constraints"][0][f"by_{kind}"]}


def test_every_case_is_counted_once() -> None:
    verdicts = ["pass", "pass", "fail", "caution", "not_evaluable"]
    cases = [(row(n), evaluated(n, verdict=verdict)) for n, verdict in enumerate(verdicts)]
    counts = summary(*cases, (row(9), failed(9)))["counts"]
    assert counts == {
        "cases": 6,
        "evaluated": 5,
        "failed": 1,
        "verdicts": {"pass": 2, "caution": 1, "fail": 1, "not_evaluable": 1},
    }


def test_like_reasons_stand_together_without_names_or_paths() -> None:
    cases = [
        (
            row(n, targets=(f"CTV_{n}",)),
            failed(n, f"CTV_{n} is not among the {n + 5} structures of '/data/p{n}/rs.dcm'; Cord."),
        )
        for n in range(3)
    ]
    found = summary(*cases)["failures"]
    assert found == [
        {
            "reason": "The target is not among the … structures of ….",
            "count": 3,
            "cases": ["case-0", "case-1", "case-2"],
        }
    ]


@pytest.mark.parametrize("path", ["/data/doe jane/x", r"C:\data\doe", r"\\server\share\doe"])
def test_no_path_of_a_case_is_in_the_summary(path) -> None:
    from pathlib import PureWindowsPath

    one = row(1)
    object.__setattr__(one, "folder", PureWindowsPath(path) if "\\" in path else path)
    found = summary((one, failed(1, f"{path} holds no RTDOSE.")))
    assert found["failures"][0]["reason"] == "The folder holds no RTDOSE."
    assert "doe" not in json.dumps(found)


def test_a_vertebra_without_a_level_in_its_name_is_no_failure() -> None:
    found = summary((row(), evaluated(level="bone")))
    assert found["counts"]["evaluated"] == 1
    assert [part["name"] for part in found["rates"]["verdicts"][0]["by_level"]] == ["not known"]


def test_rates_by_level_region_and_template_with_wilson_intervals() -> None:
    cases = [
        (row(0, template="body"), evaluated(0, level="T8")),
        (row(1, template="body"), evaluated(1, level="T8", verdict="fail")),
        (row(2), evaluated(2, level="L1", verdict="caution")),
        (row(3), evaluated(3, level="T9", verdict="not_evaluable")),
        (row(4, level="T12,L1"), evaluated(4)),
    ]
    found = summary(*cases)
    low, high = wilson_interval(2, 4)
    all_cases = found["rates"]["constraints"][0]["all"]
    assert (all_cases["cases"], all_cases["evaluated"], all_cases["pass"]) == (5, 4, 2)
    assert (all_cases["low_percent"], all_cases["high_percent"]) == pytest.approx((low, high))
    assert list(rates(found, "level")) == ["T8", "T9", "L1", "several"]
    assert list(rates(found, "region")) == ["thoracic", "lumbar", "several"]
    assert rates(found, "level")["T9"]["percent"] is None
    assert rates(found, "template")["body"]["percent"] == 50.0
    assert rates(found, "template")["drawn"]["cases"] == 3


def test_two_cord_volumes_count_as_one_case_with_the_worse_status() -> None:
    rows = [constraint("pass"), constraint("fail", structure="SpinalCord_Partial_2")]
    found = summary((row(), evaluated(constraints=rows)))["rates"]["constraints"]
    assert [(one["all"]["cases"], one["all"]["fail"]) for one in found] == [(1, 1)]


def test_limits_are_apart_by_number_of_fractions() -> None:
    cases = [(row(n), evaluated(n, fractions=1 + 2 * (n % 3))) for n in range(6)]
    found = summary(*cases)["rates"]["constraints"]
    assert [(one["fractions"], one["all"]["cases"]) for one in found] == [(1, 2), (3, 2), (5, 2)]


def test_metrics_are_apart_by_number_of_fractions() -> None:
    cases = [(row(n), evaluated(n, cord_max_gy=10.0 + n)) for n in range(3)]
    cases.append((row(9), evaluated(9, dose_gy=24.0, fractions=3, cord_max_gy=20.0)))
    d10 = summary(*cases)["numbers"][0]
    assert [(g["fractions"], g["cases"]) for g in d10["groups"]] == [(1, 3), (3, 1)]
    assert d10["groups"][0]["p50"] == pytest.approx(9.9)
    assert sum(sum(g["counts"]) for g in d10["groups"]) == 4


def test_equal_values_are_one_bin_that_is_seen() -> None:
    d10 = summary((row(), evaluated()), (row(1), evaluated(1)))["numbers"][0]
    assert d10["groups"][0]["counts"] == [2]
    assert d10["edges"] == [10.8, 10.9]


@given(st.lists(TENTHS, min_size=1) | st.lists(st.floats(-1e9, 1e9), min_size=1))
@example([0.7, 0.9])
@example([math.nextafter(0.7, 0.0), 0.9])
def test_every_value_is_in_exactly_one_bar(values) -> None:
    edges = nice_edges(np.array(values))
    assert (np.diff(edges) > 0).all()
    assert np.histogram(values, edges)[0].sum() == len(values)


def test_a_value_on_an_edge_is_in_the_bar_to_its_right() -> None:
    edges = nice_edges(np.array([0.0, 0.7, 2.4]))
    assert edges.tolist() == [n / 10 for n in range(25)]
    assert np.flatnonzero(np.histogram([0.0, 0.7, 2.4], edges)[0]).tolist() == [0, 7, 23]


def test_a_falloff_that_is_a_bound_only_is_open() -> None:
    found = summary((row(), evaluated(lower_bound=True)))
    falloff = next(n for n in found["numbers"] if n["key"] == "falloff")
    assert (falloff["open"], falloff["groups"], found["falloff_lower_bounds"]) == (1, [], 1)


def test_outliers_on_the_worse_side_are_named() -> None:
    doses = [10.0 + 0.1 * n for n in range(20)] + [16.0, 2.0]
    cases = [(row(n), evaluated(n, cord_max_gy=dose)) for n, dose in enumerate(doses)]
    d10 = summary(*cases)["numbers"][0]
    assert d10["groups"][0]["outliers"] == [{"case": "case-20", "value": pytest.approx(14.4)}]


def test_the_cord_volumes_two_limits_are_crossed() -> None:
    volumes = [(2.0, 0.1), (12.0, 0.2), (8.0, 0.4), (15.0, 0.5), (10.0, 0.35)]
    cases = [
        (row(n), evaluated(n, constraints=[], numbers={"V10Gy[%]": v, "V10Gy[cc]": cc}))
        for n, (v, cc) in enumerate(volumes)
    ]
    other = {"dose_gy": 24.0, "fractions": 3, "constraints": [], "numbers": {"V10Gy[%]": 30.0}}
    found = summary(*cases, (row(9), evaluated(9, **other)))["cord"]
    assert found["single_fraction"] == {
        "cases": 5,
        "within_both": 2,
        "beyond_percent_only": 1,
        "beyond_cc_only": 1,
        "beyond_both": 1,
    }
    assert found["other_fractions"] == 1


def test_cases_that_were_evaluated_otherwise_are_said() -> None:
    other = evaluated(1)
    other.document["provenance"]["parameters"]["cord_margin_mm"] = 10.0
    assert "cord volume" in summary((row(0), evaluated(0)), (row(1), other))["notes"][0]
