"""By which factor a dose may be scaled, for every kind of limit, in a dose even from 0 to 16 Gy."""

from __future__ import annotations

import math

import numpy as np
import pytest

from spine_radiosurgery.dose import DoseSamples
from spine_radiosurgery.tolerance import (
    Constraint,
    EvaluatedStructure,
    Protocol,
    RoomToScale,
    evaluate_constraint,
)
from spine_radiosurgery.tolerance.setup.following import FollowedRow, Outcome
from spine_radiosurgery.tolerance.setup.scaling import room_to_scale

PARTIAL = "SpinalCord_Partial"
EVEN = DoseSamples(
    np.array([8.0, 0.0, 16.0]), np.array([4.0, 0, 0]), np.array([[16.0, 0], [0, 0], [0, 0]])
)
"""4 cc, 0.25 cc a Gy."""


def constraint(metric: str, limit: float, comparator: str = "<=", **fields) -> Constraint:
    given = {"structure": PARTIAL, "role": "decides"} | fields
    unit = metric[metric.index("[") + 1 : -1]
    return Constraint(
        fractions=(1,), metric=metric, comparator=comparator, limit=limit, unit=unit,
        citation="test", verified=True, **given,
    )  # fmt: skip


def followed(*rules: Constraint) -> tuple[Protocol, list[FollowedRow]]:
    groups = "any_of" if any(rule.group for rule in rules) else "decisive_rows"
    protocol = Protocol("test", "Test", "1", "test", groups, rules)
    rows = [
        FollowedRow(
            rule,
            evaluate_constraint(
                rule,
                EvaluatedStructure(rule.structure, EVEN),
                plan_maximum_gy=16.0,
                prescription_gy=20.0,
            ),
        )
        for rule in rules
    ]
    return protocol, rows


def room(*rules: Constraint, prescription_gy: float | None = 20.0) -> RoomToScale:
    protocol, rows = followed(*rules)
    samples = {rule.structure: EVEN for rule in rules}
    return room_to_scale(protocol, rows, samples, prescription_gy=prescription_gy)


@pytest.mark.parametrize(
    ("rule", "factor"),
    [
        (constraint("D10%[Gy]", 7.2), 7.2 / 14.4),
        (constraint("D10%[Gy]", 18.0, "<"), 18.0 / 14.4),
        (constraint("Max[Gy]", 20.0), 20.0 / 16.0),
        (constraint("Mean[Gy]", 12.0), 12.0 / 8.0),
        (constraint("V10Gy[%]", 10.0), 10.0 / 14.4),
        (constraint("V10Gy[cc]", 0.4), 10.0 / 14.4),
        (constraint("V50%[%]", 10.0), 10.0 / 14.4),
        (constraint("V50%[cc]", 0.4), 10.0 / 14.4),
        (constraint("CV10Gy[cc]", 3.6, ">="), 10.0 / 14.4),
        (constraint("CV10Gy[%]", 90.0, ">="), 10.0 / 14.4),
        (constraint("V10Gy[cc]", 0.0), 10.0 / 16.0),
    ],
)
def test_each_kind_of_limit_has_its_factor(rule: Constraint, factor: float) -> None:
    found = room(rule)
    assert found.factor == pytest.approx(factor)
    assert found.limit == f"{PARTIAL} {rule.metric} {rule.comparator} {rule.limit:g} {rule.unit}"
    assert found.reason == ""


@pytest.mark.parametrize(
    "rule", [constraint("V10Gy[cc]", 4.0), constraint("CV10Gy[cc]", 0.0, ">=")]
)
def test_a_limit_that_any_dose_holds_leaves_no_end(rule: Constraint) -> None:
    found = room(rule)
    assert math.isnan(found.factor)
    assert found.reason.startswith("no dose breaks the cord limit")


@pytest.mark.parametrize(
    "rule", [constraint("Mean[Gy]", 4.0, ">="), constraint("V10Gy[%]", 20.0, ">=")]
)
def test_what_grows_better_with_the_dose_does_not_scale(rule: Constraint) -> None:
    found = room(rule)
    assert math.isnan(found.factor)
    assert found.reason.endswith("does not scale with the dose")


def test_percent_of_an_unknown_prescription_has_no_factor() -> None:
    assert math.isnan(room(constraint("V50%[%]", 10.0), prescription_gy=None).factor)
    assert not math.isnan(room(constraint("V10Gy[%]", 10.0), prescription_gy=None).factor)


def test_the_first_limit_that_breaks_counts_and_all_that_break_with_it_are_named() -> None:
    found = room(constraint("D10%[Gy]", 18.0), constraint("V10Gy[%]", 10.0))
    assert found.limit == f"{PARTIAL} V10Gy[%] <= 10 %"
    both = room(constraint("D10%[Gy]", 14.4), constraint("D0.4cc[Gy]", 14.4))
    assert both.factor == pytest.approx(1.0)
    assert both.limit == f"{PARTIAL} D10%[Gy] <= 14.4 Gy, {PARTIAL} D0.4cc[Gy] <= 14.4 Gy"


def test_a_group_breaks_with_its_last_row() -> None:
    found = room(constraint("D10%[Gy]", 18.0, group="g"), constraint("V10Gy[%]", 10.0, group="g"))
    assert found.limit == f"{PARTIAL} D10%[Gy] <= 18 Gy"
    assert found.factor == pytest.approx(18.0 / 14.4)


def test_the_whole_cord_breaks_it_too_but_alone_decides_nothing() -> None:
    whole = constraint("D10%[Gy]", 7.2, structure="SpinalCord", role="whole_cord")
    found = room(constraint("V10Gy[%]", 90.0), whole)
    assert (found.factor, found.limit) == (pytest.approx(0.5), "SpinalCord D10%[Gy] <= 7.2 Gy")
    for rules in ((whole,), (constraint("D10%[Gy]", 1.0, role="advisory"),)):
        assert room(*rules).reason == "no cord limit could be evaluated"


def test_an_outcome_counts_deciding_rows_only() -> None:
    protocol, rows = followed(
        constraint("D10%[Gy]", 18.0), constraint("Max[Gy]", 9.0, role="advisory")
    )
    outcome = Outcome(protocol, rows)
    assert outcome.rows == (rows[0],)
    assert outcome.decides
    assert [outcome.status([s]) for s in ("pass", "caution", "fail", "not_evaluable")] == [
        "pass", "caution", "fail", "not_evaluable",
    ]  # fmt: skip
    assert outcome.failing(["fail"]) == (rows[0],)
    assert outcome.failing(["caution"]) == ()
    assert rows[0].with_status("fail").reason == ""


def test_a_structure_without_dose_holds_any_factor() -> None:
    none = DoseSamples.from_arrays([0.0], [4.0])
    for rule in (constraint("D10%[Gy]", 7.2), constraint("V10Gy[%]", 10.0)):
        protocol, rows = followed(rule)
        assert room_to_scale(protocol, rows, {PARTIAL: none}).reason.startswith("no dose breaks")
