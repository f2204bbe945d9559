"""Values and limits in words: enough digits to stay on their side, names said once."""

from __future__ import annotations

import math

import pytest

from spine_radiosurgery.dose import DoseSamples
from spine_radiosurgery.tolerance import (
    Constraint,
    ConstraintResult,
    EvaluatedStructure,
    evaluate_constraint,
)
from spine_radiosurgery.tolerance.result import worst
from spine_radiosurgery.tolerance.wording import (
    digits,
    limit_of,
    number,
    sentence_of,
    short_metric,
    value_of,
)


def result(metric: str = "V10Gy[%]", value: float = 4.0, limit: float = 10.0, **fields):
    given = {
        "protocol": "p", "group": "", "role": "decides", "structure": "SpinalCord_Partial",
        "constraint_structure": "SpinalCord_Partial", "metric": metric, "comparator": "<=",
        "limit": limit, "caution_limit": None, "value": value,
        "unit": metric[metric.index("[") + 1 : -1], "uncertainty": 0.0, "outside_dose_cc": 0.0,
        "status": "pass", "reason": "", "citation": "c", "note": "", "verified": True,
        "enabled": True,
    }  # fmt: skip
    return ConstraintResult(**(given | fields))


@pytest.mark.parametrize(
    ("value", "limits", "text"),
    [
        (9.96, (10.0,), "9.96"),
        (10.04, (10.0,), "10.04"),
        (9.94, (10.0,), "9.9"),
        (10.0, (10.0,), "10.0"),
        (9.96, (), "10.0"),
        (9.96, (None,), "10.0"),
        (9.996, (None, 10.0), "9.996"),
        (10 - 1e-12, (10.0,), "10.000000000"),
        (4.04, (10.0, 4.0), "4.04"),
    ],
)
def test_a_value_is_written_on_its_own_side_of_the_limits(value, limits, text) -> None:
    assert digits(value, 1, *limits) == text


def test_each_unit_has_its_digits() -> None:
    assert number(1.23456, "Gy") == "1.23 Gy"
    assert number(1.23456, "%") == "1.2 %"
    assert number(1.23456, "cc") == "1.235 cc"
    assert value_of(result(value=9.98, caution_limit=9.97)) == "9.98 %"
    assert value_of(result(value=8.04, caution_limit=8.0)) == "8.04 %"


def test_rows_of_one_dose_are_named_once() -> None:
    rows = [result(), result("V10Gy[cc]", 0.011, 0.35), result("D10%[Gy]", 7.5)]
    assert sentence_of(rows) == (
        "V10Gy = 4.0 % of the cord volume (limit 10 %), 0.011 cc (limit 0.35 cc), "
        "D10% = 7.50 Gy in the cord volume (limit 10 Gy)"
    )
    other = result("V10Gy[cc]", 0.5, 0.35, structure="Cord", constraint_structure="SpinalCord")
    assert sentence_of([result(), other]).endswith(
        ", V10Gy = 0.500 cc of the whole cord (limit 0.35 cc)"
    )
    assert sentence_of([]) == ""


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({}, "the cord volume"),
        ({"structure": "SpinalCord_Partial_2"}, "cord volume 2"),
        ({"structure": "Cord", "constraint_structure": "SpinalCord"}, "the whole cord"),
        ({"structure": "Oeso", "constraint_structure": "Esophagus"}, "Oeso"),
    ],
)
def test_places_are_named_as_a_clinician_does(fields: dict, place: str) -> None:
    assert sentence_of([result(**fields)]) == f"V10Gy = 4.0 % of {place} (limit 10 %)"


def test_volumes_below_a_dose_and_least_values_have_their_own_words() -> None:
    row = result("CV7Gy[cc]", 1700.0, 1500.0, comparator=">=")
    assert sentence_of([row]) == "CV7Gy = 1700.000 cc of the cord volume (limit at least 1500 cc)"
    assert limit_of(result(comparator="<")) == limit_of(result()) == "10 %"
    assert short_metric(row) == "CV7Gy"


def test_caution_limits_are_said_until_the_row_fails() -> None:
    row = result(caution_limit=8.0)
    assert sentence_of([row]).endswith("(caution from 8 %, limit 10 %)")
    failed = result(caution_limit=8.0, value=12.0, status="fail")
    assert sentence_of([failed]).endswith("= 12.0 % of the cord volume (limit 10 %)")
    unknown = result(value=math.nan, status="not_evaluable")
    assert sentence_of([unknown]) == "V10Gy = not known of the cord volume (limit 10 %)"


def test_the_worst_status_is_a_failure_then_what_is_open() -> None:
    assert worst(("pass", "caution")) == "caution"
    assert worst(("caution", "not_evaluable", "pass")) == "not_evaluable"
    assert worst(("fail", "not_evaluable")) == "fail"


RULE = Constraint(
    (1, 3), "SpinalCord", "whole_cord", "V10Gy[%]", "<=", 10.0, "%", "A paper", False,
    group="g", caution_limit=8.0, note="n",
)  # fmt: skip


def evaluated(samples: DoseSamples | None, **fields) -> ConstraintResult:
    body = EvaluatedStructure("Cord", samples, **fields)
    return evaluate_constraint(RULE, body, plan_maximum_gy=20.0, protocol="mine")


def test_a_result_repeats_its_constraint() -> None:
    found = evaluated(DoseSamples.from_arrays([5.0], [2.0], outside_dose_cc=0.0))
    assert found == ConstraintResult(
        protocol="mine", group="g", role="whole_cord", structure="Cord",
        constraint_structure="SpinalCord", metric="V10Gy[%]", comparator="<=", limit=10.0,
        caution_limit=8.0, value=0.0, unit="%", uncertainty=found.uncertainty, outside_dose_cc=0.0,
        status="pass", reason="this limit wants checking against its primary source",
        citation="A paper", note="n", verified=False, enabled=True,
    )  # fmt: skip


def test_a_refusal_repeats_it_too_and_has_no_value() -> None:
    found = evaluated(None, missing_reason="not contoured")
    assert (found.protocol, found.group, found.structure) == ("mine", "g", "Cord")
    assert (found.status, found.reason, found.unit) == ("not_evaluable", "not contoured", "%")
    assert math.isnan(found.value)
    assert math.isnan(found.outside_dose_cc)
    assert evaluated(None).reason == "Cord has no dose"
    cut = evaluated(DoseSamples.from_arrays([5.0], [2.0]), truncated_organ=True)
    assert cut.reason == ("Cord is cut off at the end of the image, its whole volume is not known")
    assert cut.outside_dose_cc == 0.0


def test_reasons_are_listed_once_without_full_stops() -> None:
    body = EvaluatedStructure(
        "Cord", DoseSamples.from_arrays([5.0], [2.0]), cautions=("Cord is cut.",)
    )
    found = evaluate_constraint(
        RULE, body, plan_maximum_gy=20.0, cautions=("Cord is cut.", "Check the dose.")
    )
    assert found.status == "caution"
    assert found.reason == (
        "Cord is cut; Check the dose; this limit wants checking against its primary source"
    )
