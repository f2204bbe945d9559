"""Rows against values at the edges: on a limit, beside the fractions, beyond the dose grid."""

from __future__ import annotations

import math

import pytest
from constraint_rows import PARTIAL, WHOLE, constraint, protocol
from hypothesis import given
from hypothesis import strategies as st

from spine_radiosurgery.case import InputError, Prescription
from spine_radiosurgery.dose import DoseSamples
from spine_radiosurgery.dose.metric_names import parse_metric_name
from spine_radiosurgery.tolerance import (
    ConstraintResult,
    EvaluatedStructure,
    Protocol,
    check_prescription,
    evaluate_constraint,
    evaluate_protocol,
)
from spine_radiosurgery.tolerance.evaluation import compare, is_open, number_of_fractions

CLOSE = "the limit of {} % lies within the uncertainty of the value (± {} %)"
WITH_CAUTION = constraint(limit=10.0, caution_limit=8.0)
LEAST = constraint("CV7Gy[cc]", 10.0, comparator=">=", caution_limit=12.0)


@pytest.mark.parametrize(
    ("value", "status", "reason"),
    [
        (7.0, "pass", ""),
        (8.0, "pass", ""),
        (8.5, "caution", "beyond 8 %, where caution begins"),
        (10.0, "caution", "beyond 8 %, where caution begins"),
        (10.5, "fail", ""),
    ],
)
def test_an_exact_value_is_judged_by_both_limits(value: float, status: str, reason: str) -> None:
    assert compare(WITH_CAUTION, value, 0.0) == (status, reason)
    assert compare(WITH_CAUTION, value, math.nan) == (status, reason)


@pytest.mark.parametrize(
    ("value", "status"),
    [(9.0, "fail"), (10.0, "caution"), (11.0, "caution"), (12.0, "pass"), (13.0, "pass")],
)
def test_at_least_limits_are_judged_the_other_way(value: float, status: str) -> None:
    assert compare(LEAST, value, 0.0)[0] == status


@pytest.mark.parametrize(
    ("value", "uncertainty", "limit"),
    [(9.75, 0.25, 10), (10.25, 0.25, 10), (8.25, 0.25, 8), (7.75, 0.25, 8), (9.0, 1.0, 10)],
)
def test_a_limit_as_far_away_as_the_uncertainty_lies_within_it(
    value: float, uncertainty: float, limit: int
) -> None:
    found = compare(WITH_CAUTION, value, uncertainty)
    assert found == ("caution", CLOSE.format(limit, f"{uncertainty:.2g}"))


def test_just_beyond_the_uncertainty_the_value_stands() -> None:
    assert compare(WITH_CAUTION, 7.5, 0.25) == ("pass", "")
    assert compare(WITH_CAUTION, 10.5, 0.25) == ("fail", "")


def test_a_row_is_open_where_an_extreme_has_another_status() -> None:
    assert not is_open(WITH_CAUTION, 5.0, 0.0, (4.0, 6.0))
    assert is_open(WITH_CAUTION, 5.0, 0.0, (4.0, 9.0))
    assert is_open(WITH_CAUTION, 5.0, 0.0, (12.0, 5.0))
    assert is_open(WITH_CAUTION, 5.0, 0.0, (9.0, 9.0))


@given(st.floats(0, 100), st.floats(0, 100), st.floats(0, 100))
def test_no_value_between_two_of_a_status_has_another(a: float, b: float, share: float) -> None:
    between = a + (b - a) * share / 100
    if compare(WITH_CAUTION, a, 0.0)[0] == compare(WITH_CAUTION, b, 0.0)[0]:
        assert not is_open(WITH_CAUTION, min(max(between, min(a, b)), max(a, b)), 0.0, (a, b))


def outside(metric: str, limit: float, *, maximum_gy: float = 30.0, **fields) -> ConstraintResult:
    """9 cc with 12 Gy, 1 cc beyond the dose grid; prescribed are 24 Gy."""
    rule = constraint(metric, limit, **fields)
    body = EvaluatedStructure("Cord", DoseSamples.from_arrays([12.0], [9.0], outside_dose_cc=1.0))
    return evaluate_constraint(rule, body, plan_maximum_gy=maximum_gy, prescription_gy=24.0)


@pytest.mark.parametrize(
    ("metric", "limit", "status"),
    [
        ("Mean[Gy]", 10.79, "fail"),
        ("Mean[Gy]", 10.85, "not_evaluable"),
        ("Mean[Gy]", 13.75, "not_evaluable"),
        ("Mean[Gy]", 13.85, "pass"),
        ("V50%[cc]", 8.9, "fail"),
        ("V50%[cc]", 9.5, "not_evaluable"),
        ("V50%[cc]", 10.0, "pass"),
        ("V51%[cc]", 0.5, "not_evaluable"),
        ("V51%[cc]", 1.0, "pass"),
    ],
)
def test_what_lies_outside_had_from_nothing_to_the_plans_maximum(
    metric: str, limit: float, status: str
) -> None:
    assert outside(metric, limit).status == status


def test_an_open_row_says_how_much_lies_outside_and_keeps_its_value() -> None:
    found = outside("Mean[Gy]", 11.0, maximum_gy=30.126)
    assert found.reason == (
        "1 cc of Cord lies outside the dose grid, and the verdict depends on its dose "
        "(0 to 30.13 Gy)"
    )
    assert (found.value, found.outside_dose_cc, found.protocol) == (12.0, 1.0, "")


def body(name: str = PARTIAL, **fields) -> EvaluatedStructure:
    return EvaluatedStructure(name, DoseSamples.from_arrays([5.0], [2.0]), **fields)


def evaluated(rules: Protocol, fractions: int, **fields) -> tuple[ConstraintResult, ...]:
    given = {"structures": {PARTIAL: body()}, "plan_maximum_gy": 20.0} | fields
    return evaluate_protocol(rules, fractions=fractions, **given)


FOR_MANY = protocol(*(constraint(limit=float(n), fractions=(n,)) for n in (2, 5, 9)))


@pytest.mark.parametrize(
    ("fractions", "nearest"), [(1, 2), (3, 2), (4, 5), (7, 5), (8, 9), (30, 9)]
)
def test_without_rows_those_of_the_nearest_number_are_shown(fractions: int, nearest: int) -> None:
    (found,) = evaluated(FOR_MANY, fractions)
    assert (found.limit, found.status) == (nearest, "not_evaluable")


@pytest.mark.parametrize(
    ("numbers", "fractions", "reason"),
    [
        ((2, 5, 9), 1, "mine holds for 2, 5 or 9 fractions; this plan has 1 fraction"),
        ((2, 5), 3, "mine holds for 2 or 5 fractions; this plan has 3 fractions"),
        ((2,), 1, "mine holds for 2 fractions; this plan has 1 fraction"),
        ((1,), 2, "mine holds for 1 fraction; this plan has 2 fractions"),
    ],
)
def test_the_fractions_of_the_protocol_are_told(
    numbers: tuple, fractions: int, reason: str
) -> None:
    rules = protocol(*(constraint(fractions=(n,)) for n in numbers))
    assert {r.reason for r in evaluated(rules, fractions)} == {reason}


def test_a_protocol_whose_rows_are_all_off_has_no_results() -> None:
    off = protocol(constraint(enabled=False))
    assert evaluated(off, 1) == ()
    assert off.fractions == ()


def test_rows_carry_the_protocol_and_pass_on_what_is_asked() -> None:
    rules = protocol(constraint("V50%[cc]", 1.0), constraint("V5Gy[cc]", 1.5))
    in_percent, in_gray = evaluated(rules, 1, prescription_gy=12.0, cautions=("Look",))
    assert (in_percent.protocol, in_gray.protocol) == ("mine", "mine")
    assert (in_percent.status, in_percent.value) == ("caution", 0.0)
    assert (in_gray.status, in_gray.value) == ("fail", 2.0)
    assert (in_percent.reason, in_gray.reason) == ("Look", "Look")


def test_the_plans_maximum_is_passed_on() -> None:
    part = EvaluatedStructure(PARTIAL, DoseSamples.from_arrays([5.0], [2.0], outside_dose_cc=1.0))
    rules = protocol(constraint("V10Gy[cc]", 0.5))
    for maximum_gy, status in ((9.9, "pass"), (10.0, "not_evaluable")):
        (found,) = evaluated(rules, 1, structures={PARTIAL: part}, plan_maximum_gy=maximum_gy)
        assert found.status == status


def test_sites_stand_for_the_cord_volume_only_and_only_where_it_is_not_itself_there() -> None:
    rules = protocol(constraint(), constraint("Max[Gy]", structure=WHOLE, role="whole_cord"))
    sites = {name: body(name) for name in (f"{PARTIAL}_2", f"{PARTIAL}_1", f"{PARTIAL}_1b")}
    assert [r.structure for r in evaluated(rules, 1, structures=sites)] == [
        f"{PARTIAL}_1", f"{PARTIAL}_2", WHOLE,
    ]  # fmt: skip
    own = evaluated(rules, 1, structures={**sites, PARTIAL: body("Own")})
    assert [r.structure for r in own] == ["Own", WHOLE]
    assert own[1].reason == "SpinalCord is not contoured"


def test_a_reason_against_the_plan_goes_before_one_against_the_row() -> None:
    cut = EvaluatedStructure(PARTIAL, None, missing_reason="it is cut off")
    found = evaluated(protocol(), 1, structures={PARTIAL: cut}, mixed_fractionation=True)
    assert found[0].reason == "the dose is a sum of plans with different fractionation"
    assert evaluated(protocol(), 1, structures={PARTIAL: cut})[0].reason == "it is cut off"


def test_mixed_fractionation_goes_before_the_number_and_that_before_earlier_dose() -> None:
    def reason(fractions: int, mixed: bool) -> str:
        (found,) = evaluated(
            protocol(), fractions, previous_radiation="yes", mixed_fractionation=mixed
        )
        return found.reason.split()[0]

    assert (reason(2, True), reason(2, False), reason(1, False)) == ("the", "mine", "irradiated")


def test_a_row_that_is_off_says_so() -> None:
    found = evaluate_constraint(constraint(enabled=False), body(), plan_maximum_gy=20.0)
    assert found.reason == "switched off: this limit wants checking against its primary source"


def test_one_fraction_is_one() -> None:
    assert [number_of_fractions(n) for n in (0, 1, 2)] == [
        "0 fractions", "1 fraction", "2 fractions",
    ]  # fmt: skip


@pytest.mark.parametrize(("gray", "same"), [(24.01, True), (24.02, False), (23.98, False)])
def test_prescriptions_agree_to_a_hundredth_of_a_gray(gray: float, same: bool) -> None:
    note = check_prescription(
        Prescription(24.0, 3), Prescription(gray - 1e-12, 3, "RTPLAN"), override=True
    )
    assert (note is None) is same


def test_an_overridden_prescription_is_told_beside_the_plans() -> None:
    note = check_prescription(Prescription(16, 1), Prescription(24, 3, "RTPLAN"), override=True)
    assert note is not None
    assert note.text == (
        "The prescription given, 16 Gy in 1 fraction, contradicts RTPLAN, 24 Gy in 3 fractions; "
        "the plan's was overridden."
    )
    with pytest.raises(InputError):
        check_prescription(Prescription(16, 3), Prescription(16, 1, "RTPLAN"))


def test_a_structure_has_nothing_against_it_unless_told() -> None:
    plain = EvaluatedStructure("Cord", None)
    assert (plain.truncated_organ, plain.cautions, plain.missing_reason) == (False, (), None)


@pytest.mark.parametrize(
    ("metric", "needs"),
    [
        ("Max[Gy]", False),
        ("D0%[Gy]", False),
        ("D0.03cc[Gy]", False),
        ("V10Gy[cc]", False),
        ("V90%[cc]", False),
        ("V10Gy[%]", True),
        ("CV7Gy[cc]", True),
        ("D10%[Gy]", True),
        ("Mean[Gy]", True),
        ("Min[Gy]", True),
        ("gEUD4[Gy]", True),
        ("Volume[cc]", True),
    ],
)
def test_a_cut_off_organ_is_not_judged_by_what_needs_its_whole_volume(
    metric: str, needs: bool
) -> None:
    assert parse_metric_name(metric).needs_whole_volume is needs


@pytest.mark.parametrize(("given_gy", "is_same"), [(24.01, True), (23.99, True), (24.011, False)])
def test_a_hundredth_of_a_gray_is_rounding(given_gy: float, is_same: bool) -> None:
    planned = Prescription(24.0, 3, "RTPLAN")
    if is_same:
        assert check_prescription(Prescription(given_gy, 3), planned) is None
    else:
        with pytest.raises(InputError, match="contradicts RTPLAN"):
            check_prescription(Prescription(given_gy, 3), planned)
