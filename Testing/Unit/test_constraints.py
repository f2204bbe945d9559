"""Constraints against doses: each rule that may change a row's status."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spine_radiosurgery.case import InputError
from spine_radiosurgery.dose import DoseSamples
from spine_radiosurgery.tolerance import (
    Constraint,
    ConstraintResult,
    EvaluatedStructure,
    Protocol,
    evaluate_constraint,
    evaluate_protocol,
)

PARTIAL = "SpinalCord_Partial"


def constraint(metric: str = "V10Gy[%]", limit: float = 10, **fields: object) -> Constraint:
    values: dict[str, object] = {
        "fractions": (1,),
        "structure": PARTIAL,
        "role": "decides",
        "metric": metric,
        "comparator": "<=",
        "limit": limit,
        "unit": metric[metric.index("[") + 1 : -1],
        "citation": "A paper",
        "verified": True,
        **fields,
    }
    return Constraint(**values)  # type: ignore[arg-type]


def cord(
    hot_cc: float,
    *,
    total_cc: float = 10.0,
    outside_cc: float = 0.0,
    coarse_cc: float | None = None,
) -> DoseSamples:
    """A cord of which `hot_cc` receive 12 Gy and the rest 5 Gy."""
    coarse = None if coarse_cc is None else cord(coarse_cc, total_cc=total_cc)
    return DoseSamples.from_arrays(
        [5.0, 12.0], [total_cc - hot_cc, hot_cc], outside_dose_cc=outside_cc, coarse=coarse
    )


def row(
    rule: Constraint, samples: DoseSamples | None, *, maximum_gy: float = 20.0, **fields: object
) -> ConstraintResult:
    structure = EvaluatedStructure("Cord", samples, **fields)  # type: ignore[arg-type]
    return evaluate_constraint(rule, structure, plan_maximum_gy=maximum_gy)


def test_a_value_below_its_limit_passes_and_is_reported_unrounded() -> None:
    result = row(constraint(), cord(0.123456))
    assert result.status == "pass"
    assert result.value == pytest.approx(1.23456, rel=1e-12)


def test_a_value_that_only_rounds_to_the_limit_fails() -> None:
    assert row(constraint(), cord(1.0000001)).status == "fail"


def test_a_value_on_the_limit_holds_at_most_but_not_below() -> None:
    rule = constraint("V10Gy[cc]", 0.5)
    assert row(rule, cord(0.5)).status == "pass"
    assert row(constraint("V10Gy[cc]", 0.5, comparator="<"), cord(0.5)).status == "fail"


@pytest.mark.parametrize(("hot_cc", "coarse_cc"), [(0.98, 1.01), (1.02, 0.99)])
def test_a_limit_within_the_uncertainty_is_a_caution_on_both_sides(
    hot_cc: float, coarse_cc: float
) -> None:
    result = row(constraint(), cord(hot_cc, coarse_cc=coarse_cc))
    assert result.status == "caution"
    assert "uncertainty" in result.reason


def test_a_limit_beyond_the_uncertainty_is_no_caution() -> None:
    assert row(constraint(), cord(0.98, coarse_cc=0.989)).status == "pass"


@pytest.mark.parametrize(
    ("dose_gy", "status"), [(12.4, "pass"), (12.5, "caution"), (14.0, "caution"), (14.1, "fail")]
)
def test_between_caution_limit_and_limit_is_a_caution(dose_gy: float, status: str) -> None:
    rule = constraint("D0.035cc[Gy]", 14.0, caution_limit=12.4)
    assert row(rule, DoseSamples.from_arrays([dose_gy], [1.0])).status == status


def test_a_row_that_is_switched_off_is_not_evaluated() -> None:
    result = row(constraint(enabled=False, verified=False), cord(0.1))
    assert result.status == "not_evaluable"
    assert math.isnan(result.value)


def test_an_unverified_row_that_someone_switched_on_says_so() -> None:
    assert "primary source" in row(constraint(verified=False), cord(0.1)).reason


def test_a_structure_without_dose_is_not_evaluable_with_its_reason() -> None:
    result = row(constraint(), None, missing_reason="Cord is off every slice")
    assert (result.status, result.reason) == ("not_evaluable", "Cord is off every slice")
    assert math.isnan(result.value)


def test_a_metric_without_a_value_is_not_evaluable_with_its_reason() -> None:
    result = row(constraint("D1.2cc[Gy]", 7), cord(0.1, total_cc=1.0))
    assert result.status == "not_evaluable"
    assert "1.2 cc" in result.reason


def test_a_structure_wholly_outside_the_dose_is_not_evaluable() -> None:
    samples = DoseSamples.from_arrays([], [], outside_dose_cc=3.0)
    assert row(constraint("V10Gy[cc]", 0.35), samples).status == "not_evaluable"


@pytest.mark.parametrize(
    ("metric", "limit", "comparator", "status"),
    [
        ("CV7Gy[cc]", 5, ">=", "not_evaluable"),
        ("V10Gy[%]", 66.7, "<", "not_evaluable"),
        ("V10Gy[cc]", 5, "<=", "pass"),
    ],
)
def test_a_truncated_organ_stops_only_limits_on_its_whole_volume(
    metric: str, limit: float, comparator: str, status: str
) -> None:
    rule = constraint(metric, limit, comparator=comparator, structure="Liver", role="organ")
    assert row(rule, cord(0.1), truncated_organ=True).status == status


def test_a_parallel_organ_passes_when_enough_of_it_stays_below_the_dose() -> None:
    def spare(limit_cc: float) -> str:
        return row(constraint("CV7Gy[cc]", limit_cc, comparator=">="), cord(4.0)).status

    assert (spare(5.9), spare(6.1)) == ("pass", "fail")


@pytest.mark.parametrize(
    ("hot_cc", "outside_cc", "status"),
    [
        (0.1, 0.2, "pass"),
        (0.1, 0.3, "not_evaluable"),
        (0.4, 5.0, "fail"),
    ],
)
def test_the_uncovered_part_decides_only_where_its_dose_could(
    hot_cc: float, outside_cc: float, status: str
) -> None:
    result = row(constraint("V10Gy[cc]", 0.35), cord(hot_cc, outside_cc=outside_cc))
    assert result.status == status
    assert result.value == pytest.approx(hot_cc)
    assert ("outside the dose grid" in result.reason) == (status == "not_evaluable")


def test_an_uncovered_part_cannot_exceed_the_plans_maximum() -> None:
    samples = cord(0.1, outside_cc=3.0)
    assert row(constraint("V10Gy[cc]", 0.35), samples, maximum_gy=9.0).status == "pass"


def test_percent_values_refer_to_the_covered_part_but_their_verdict_to_the_whole() -> None:
    # 11 % of 10 cc covered; of the whole 12 cc it would be 9 % if the rest received nothing.
    result = row(constraint(), cord(1.1, outside_cc=2.0))
    assert result.value == pytest.approx(11.0)
    assert result.status == "not_evaluable"


@given(
    hot_cc=st.floats(0, 9),
    outside_cc=st.floats(0.001, 5),
    uncovered_gy=st.floats(0, 20),
    metric=st.sampled_from(["V10Gy[%]", "V10Gy[cc]", "D10%[Gy]", "Mean[Gy]", "CV10Gy[cc]"]),
    limit=st.floats(0.1, 20),
)
def test_a_verdict_stands_whatever_the_uncovered_part_received(
    hot_cc: float, outside_cc: float, uncovered_gy: float, metric: str, limit: float
) -> None:
    rule = constraint(metric, limit, comparator=">=" if metric.startswith("CV") else "<=")
    given_part = row(rule, cord(hot_cc, outside_cc=outside_cc))
    whole = DoseSamples.from_arrays([5.0, 12.0, uncovered_gy], [10.0 - hot_cc, hot_cc, outside_cc])
    assert given_part.status in ("not_evaluable", row(rule, whole).status)


def test_cautions_of_a_structure_turn_a_pass_into_a_caution_but_not_a_fail() -> None:
    cautions = ("the cord volume ends 3.0 mm short",)
    passing = row(constraint(), cord(0.1), cautions=cautions)
    failing = row(constraint(), cord(2.0), cautions=cautions)
    assert (passing.status, failing.status) == ("caution", "fail")
    assert "3.0 mm short" in passing.reason
    assert "3.0 mm short" in failing.reason


PROTOCOL = Protocol(
    "mine",
    "Mine",
    "1",
    "A paper",
    "decisive_rows",
    (
        constraint(),
        constraint("V10Gy[cc]", 0.35, structure="SpinalCord", role="whole_cord"),
        constraint("V10Gy[cc]", 5, structure="Esophagus", role="organ"),
        constraint("V12Gy[cc]", 5, structure="Esophagus", role="organ", enabled=False),
        constraint(fractions=(5,), metric="V23Gy[%]"),
    ),
)
STRUCTURES = {
    PARTIAL: EvaluatedStructure(PARTIAL, cord(0.1)),
    "SpinalCord": EvaluatedStructure("Myelon", cord(0.1, total_cc=30)),
}


def rows(fractions: int = 1, **fields: object) -> tuple[ConstraintResult, ...]:
    arguments: dict[str, object] = {"structures": STRUCTURES, "plan_maximum_gy": 20.0, **fields}
    return evaluate_protocol(PROTOCOL, fractions=fractions, **arguments)  # type: ignore[arg-type]


def test_rows_come_in_order_with_the_rois_own_name_and_without_those_switched_off() -> None:
    assert [(r.constraint_structure, r.structure) for r in rows()] == [
        (PARTIAL, PARTIAL),
        ("SpinalCord", "Myelon"),
        ("Esophagus", "Esophagus"),
    ]


def test_a_structure_that_is_not_contoured_is_not_evaluable_and_named() -> None:
    organ = rows()[2]
    assert (organ.status, organ.reason) == ("not_evaluable", "Esophagus is not contoured")


def test_the_wrong_fractionation_stops_every_row_and_is_told() -> None:
    found = rows(fractions=2)
    assert len(found) == 3
    assert {r.status for r in found} == {"not_evaluable"}
    assert found[0].reason == "mine holds for 1 or 5 fractions; this plan has 2 fractions"


def test_earlier_irradiation_stops_every_row() -> None:
    found = rows(previous_radiation="yes")
    assert {r.status for r in found} == {"not_evaluable"}
    assert "irradiated earlier" in found[0].reason
    assert rows(previous_radiation="unknown")[0].status == "pass"


def test_an_answer_about_earlier_irradiation_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="maybe"):
        rows(previous_radiation="maybe")


def test_sums_of_different_fractionation_stop_every_row() -> None:
    found = rows(mixed_fractionation=True)
    assert {r.status for r in found} == {"not_evaluable"}
    assert "different fractionation" in found[0].reason


def test_cautions_of_the_gate_fall_on_cord_rows_only() -> None:
    structures = {**STRUCTURES, "Esophagus": EvaluatedStructure("Esophagus", cord(0.1))}
    found = rows(structures=structures, cautions=["is this the canal?"])
    assert [r.status for r in found] == ["caution", "caution", "pass"]


def test_separate_sites_have_a_row_each_from_head_to_foot() -> None:
    structures = {
        f"{PARTIAL}_{site}": EvaluatedStructure(f"{PARTIAL}_{site}", cord(0.1))
        for site in (10, 2, 1)
    }
    found = rows(structures=structures)
    assert [r.structure for r in found[:3]] == [f"{PARTIAL}_{n}" for n in (1, 2, 10)]
    assert {r.constraint_structure for r in found[:3]} == {PARTIAL}


def test_metrics_in_percent_of_the_prescription_need_one() -> None:
    rule = constraint("V100%[cc]", 1)
    structure = EvaluatedStructure("Cord", cord(0.5))
    without = evaluate_constraint(rule, structure, plan_maximum_gy=20)
    with_one = evaluate_constraint(rule, structure, plan_maximum_gy=20, prescription_gy=12)
    assert (without.status, with_one.status) == ("not_evaluable", "pass")
