"""Rows followed through setups, and the verdict that they make, from doses written down by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from constraint_rows import PARTIAL, WHOLE, constraint, protocol, result
from hypothesis import given
from hypothesis import strategies as st

from spine_radiosurgery.dose import StructureRobustness
from spine_radiosurgery.tolerance import Constraint, decide
from spine_radiosurgery.tolerance.setup.following import FollowedRow, Outcome, followed_rows

STATUSES = ("pass", "caution", "fail", "not_evaluable")


def followed(rule: Constraint, **fields) -> FollowedRow:
    nominal = result(
        rule.metric, limit=rule.limit, comparator=rule.comparator, role=rule.role,
        structure=rule.structure, group=rule.group, **fields,
    )  # fmt: skip
    return FollowedRow(rule, nominal)


def moved(rule: Constraint, *setups: tuple[float, float, float]) -> StructureRobustness:
    """Value, and those with the part outside cold and hot, of every setup."""
    value, cold, hot = np.array(setups).T
    metric, other = rule.metric, "Min[Gy]"
    nothing = np.full(len(setups), -1.0)
    return StructureRobustness(
        rule.structure, 1.0, {metric: value, other: nothing}, {metric: cold, other: nothing},
        {metric: hot, other: nothing}, np.zeros(len(setups)), np.zeros(1),
        np.zeros((len(setups), 1)),
    )  # fmt: skip


def test_a_row_is_judged_in_every_setup_by_its_own_limits() -> None:
    rule = constraint(limit=10.0, caution_limit=8.0)
    values = [7.0, 8.0, 8.1, 10.0, 10.1]
    found = followed(rule).statuses(moved(rule, *((v, v, v) for v in values)))
    assert found == ["pass", "pass", "caution", "caution", "fail"]


@pytest.mark.parametrize(
    ("setup", "status"),
    [
        ((5.0, 4.0, 6.0), "pass"),
        ((5.0, 4.0, 11.0), "not_evaluable"),
        ((11.0, 9.0, 12.0), "not_evaluable"),
        ((11.0, 10.5, 12.0), "fail"),
        ((math.nan, 0.0, 0.0), "not_evaluable"),
        ((math.nan, math.nan, math.nan), "not_evaluable"),
    ],
)
def test_what_lies_outside_leaves_a_setup_open_where_it_could_decide(
    setup: tuple, status: str
) -> None:
    rule = constraint(limit=10.0)
    assert followed(rule).statuses(moved(rule, setup)) == [status]


def test_nearness_to_the_limit_is_no_caution_in_a_setup() -> None:
    rule = constraint(limit=10.0)
    row = followed(rule, uncertainty=5.0)
    assert row.statuses(moved(rule, (9.99, 9.99, 9.99))) == ["pass"]


def test_a_row_with_another_status_has_no_reason_and_else_all_it_had() -> None:
    row = followed(constraint(), reason="it was close", value=9.9, status="caution")
    assert row.with_status("fail") == replace(row.nominal, status="fail", reason="")


def test_rows_have_a_name_and_a_limit_in_words() -> None:
    row = followed(constraint("CV7Gy[cc]", 1500.0, comparator=">="))
    assert row.name == f"{PARTIAL} CV7Gy[cc]"
    assert row.limit_text == f"{PARTIAL} CV7Gy[cc] >= 1500 cc"


RULES = protocol(
    constraint(),
    constraint("Max[Gy]", fractions=(3,)),
    constraint("Mean[Gy]", structure=WHOLE, role="whole_cord"),
    constraint("D1cc[Gy]", structure="Liver", role="organ"),
)


def test_rows_on_the_structures_that_have_a_value_are_followed_and_others_listed() -> None:
    named = {"structure": "Myelon", "constraint_structure": WHOLE, "role": "whole_cord"}
    results = [
        result(),
        result("Mean[Gy]", **named),
        result("Mean[Gy]", status="not_evaluable", **named),
        result("Max[Gy]", status="not_evaluable"),
        result("D1cc[Gy]", structure="Liver", role="organ"),
        result(enabled=False),
        result("Max[Gy]", enabled=False, status="not_evaluable"),
        result("V9Gy[%]"),
        result("Max[Gy]"),
    ]
    rows, others = followed_rows(RULES, results, 1, {PARTIAL, "Myelon"})
    assert rows == (
        FollowedRow(RULES.constraints[0], results[0]),
        FollowedRow(RULES.constraints[2], results[1]),
    )
    assert others == (results[2], results[3])


def test_only_rows_for_these_fractions_are_followed() -> None:
    rows, _ = followed_rows(RULES, [result(), result("Max[Gy]")], 3, {PARTIAL})
    assert [row.constraint for row in rows] == [RULES.constraints[1]]


def test_sites_share_their_constraint() -> None:
    sites = [result(structure=f"{PARTIAL}_{n}", constraint_structure=PARTIAL) for n in (1, 2)]
    rows, _ = followed_rows(RULES, sites, 1, {f"{PARTIAL}_1", f"{PARTIAL}_2"})
    assert [row.name for row in rows] == [f"{PARTIAL}_1 V10Gy[%]", f"{PARTIAL}_2 V10Gy[%]"]
    assert {row.constraint for row in rows} == {RULES.constraints[0]}


ROWS = (
    followed(constraint(group="g")),
    followed(constraint("Max[Gy]", group="g")),
    followed(constraint("Mean[Gy]", structure=WHOLE, role="whole_cord")),
    followed(constraint("V9Gy[%]", role="advisory")),
    followed(constraint("D1cc[Gy]", structure="Liver", role="organ")),
)
GROUPED = protocol(*(row.constraint for row in ROWS), verdict_rule="any_of")


def test_rows_on_the_cord_that_fail_a_plan_decide() -> None:
    assert Outcome(GROUPED, ROWS).rows == ROWS[:3]
    assert Outcome(GROUPED, ROWS).decides
    assert Outcome(GROUPED, ROWS[1:]).decides
    assert not Outcome(GROUPED, ROWS[2:]).decides


@given(st.tuples(*[st.sampled_from(STATUSES)] * 3))
def test_an_outcome_is_the_verdict_of_its_rows_and_stays_so(statuses: tuple) -> None:
    outcome = Outcome(GROUPED, ROWS)
    rows = [row.with_status(s) for row, s in zip(ROWS[:3], statuses, strict=True)]
    expected = decide(GROUPED, rows).status
    assert outcome.status(statuses) == outcome.status(list(statuses)) == expected


def test_an_outcome_tells_setups_apart() -> None:
    outcome = Outcome(GROUPED, ROWS)
    asked = ["fail pass pass", "fail fail pass", "pass pass pass", "pass pass fail"]
    assert [outcome.status(s.split()) for s in asked] == ["caution", "fail", "pass", "fail"]


def test_the_failing_rows_are_named_in_their_order() -> None:
    outcome = Outcome(GROUPED, ROWS)
    assert outcome.failing(["fail", "caution", "fail"]) == (ROWS[0], ROWS[2])
    assert outcome.failing(["pass", "not_evaluable", "pass"]) == ()


def test_an_outcome_needs_a_status_for_every_row() -> None:
    for statuses in (["fail"], ["fail"] * 4):
        with pytest.raises(ValueError, match="zip"):
            Outcome(GROUPED, ROWS).status(statuses)
        with pytest.raises(ValueError, match="zip"):
            Outcome(GROUPED, ROWS).failing(statuses)
