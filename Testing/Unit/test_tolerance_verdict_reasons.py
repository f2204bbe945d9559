"""What a verdict says, to the letter: which figures, in which order, and what is left out."""

from __future__ import annotations

import math

import pytest
from constraint_rows import PARTIAL, WHOLE, protocol, result

from spine_radiosurgery.tolerance import ConstraintResult, Verdict, decide

RULE = protocol()
GROUPS = protocol(verdict_rule="any_of")
ON_WHOLE = {"structure": WHOLE, "role": "whole_cord"}
ADVISORY = {"role": "advisory"}
ORGAN = {"structure": "Esophagus", "role": "organ"}


def judged(*rows: ConstraintResult, by=RULE, cautions: tuple[str, ...] = ()) -> Verdict:
    return decide(by, rows, gate_cautions=cautions, previous_radiation="no")


def unknown(metric: str = "V10Gy[%]", reason: str = "it is not known", **fields):
    return result(
        metric, math.nan, status="not_evaluable", reason=reason, **({"outside_dose_cc": 0} | fields)
    )


@pytest.mark.parametrize(
    ("role", "statuses"),
    [
        ("decides", "pass caution not_evaluable fail"),
        ("whole_cord", "pass caution pass fail"),
        ("advisory", "pass caution pass caution"),
        ("organ", "pass caution pass fail"),
    ],
)
def test_a_row_has_the_effect_of_its_role(role: str, statuses: str) -> None:
    found = [
        judged(result("Max[Gy]"), result(role=role, status=status)).status
        for status in ("pass", "caution", "not_evaluable", "fail")
    ]
    assert found == statuses.split()


def test_rows_that_are_switched_off_are_not_even_mentioned() -> None:
    off = result("Max[Gy]", 99.0, status="fail", enabled=False)
    assert judged(result(), off) == judged(result())


def test_earlier_irradiation_is_unknown_unless_told() -> None:
    assert decide(RULE, [result()]).reason == (
        "V10Gy = 4.0 % of the cord volume (limit 10 %); earlier irradiation unknown"
    )


def test_the_figures_of_a_failing_site_come_first_and_a_sites_figures_stay_together() -> None:
    sites = [{"structure": f"{PARTIAL}_{n}", "constraint_structure": PARTIAL} for n in (1, 2)]
    found = judged(
        result(**sites[0]),
        result("V10Gy[%]", 12.0, status="fail", **sites[1]),
        result("V10Gy[cc]", 0.1, 0.35, **ADVISORY, **sites[0]),
        result("V10Gy[cc]", 0.2, 0.35, **ADVISORY, **sites[1]),
    )
    assert found.reason == (
        "V10Gy = 12.0 % of cord volume 2 (limit 10 %), 0.200 cc (limit 0.35 cc), "
        "V10Gy = 4.0 % of cord volume 1 (limit 10 %), 0.100 cc (limit 0.35 cc)"
    )
    assert found.decided_by == f"{PARTIAL}_2 V10Gy[%]"


def test_the_whole_cord_is_news_only_where_the_cord_volume_holds_the_same_limit() -> None:
    both = judged(result(value=12.0, status="fail"), result(value=11.0, status="fail", **ON_WHOLE))
    assert both.reason == "V10Gy = 12.0 % of the cord volume (limit 10 %)"
    assert both.decided_by == f"{PARTIAL} V10Gy[%], {WHOLE} V10Gy[%]"
    alone = judged(result(), result(value=11.0, status="fail", **ON_WHOLE))
    assert alone.reason == (
        "V10Gy = 11.0 % of the whole cord (limit 10 %), "
        "V10Gy = 4.0 % of the cord volume (limit 10 %)"
    )
    other = judged(
        result("Max[Gy]", 12.0, status="fail"), result(value=11.0, status="fail", **ON_WHOLE)
    )
    assert other.reason == (
        "Max = 12.00 Gy in the cord volume (limit 10 Gy), V10Gy = 11.0 % of the whole cord "
        "(limit 10 %)"
    )


def test_an_advisory_limit_that_fails_is_held_against_the_figures() -> None:
    found = judged(result(), result("V10Gy[cc]", 0.5, 0.35, status="fail", **ADVISORY))
    assert found.reason == (
        "V10Gy = 4.0 % of the cord volume (limit 10 %), 0.500 cc (limit 0.35 cc); "
        "the advisory limit of 0.35 cc is exceeded"
    )
    assert found.decided_by == f"{PARTIAL} V10Gy[cc]"


def test_an_advisory_limit_elsewhere_is_told_with_its_figure_unless_the_cords_own_fails() -> None:
    away = result("V10Gy[cc]", 0.5, 0.35, status="fail", structure=WHOLE, **ADVISORY)
    assert judged(result(), away).reason == (
        "V10Gy = 4.0 % of the cord volume (limit 10 %); "
        "V10Gy = 0.500 cc of the whole cord (limit 0.35 cc) is beyond the advisory limit"
    )
    own = result("V10Gy[cc]", 0.4, 0.35, status="fail", **ADVISORY)
    assert "whole cord" not in judged(result(), own, away).reason


def test_a_caution_says_why_and_of_other_structures_which_figure() -> None:
    found = judged(
        result(status="caution", reason="close"),
        result("V10Gy[cc]", 0.1, 0.35, status="caution", reason="cut", **ADVISORY),
        result("V9Gy[%]", 5.0, status="caution", reason="near", **ON_WHOLE),
        result("V11.9Gy[cc]", 4.0, 5.0, status="caution", reason="doubtful", **ORGAN),
    )
    assert found.reason == (
        "V10Gy = 4.0 % of the cord volume (limit 10 %), 0.100 cc (limit 0.35 cc); close; cut; "
        "V9Gy = 5.0 % of the whole cord (limit 10 %): near; "
        "V11.9Gy = 4.000 cc of Esophagus (limit 5 cc): doubtful"
    )


def test_a_caution_on_the_whole_cord_is_not_repeated_after_the_cord_volumes_own() -> None:
    own = result(status="caution", reason="close")
    whole = result(value=3.0, status="caution", reason="near", **ON_WHOLE)
    assert judged(own, whole).reason == judged(own).reason
    assert judged(result(), whole).reason.endswith(
        "V10Gy = 3.0 % of the whole cord (limit 10 %): near"
    )


def test_the_safety_gate_speaks_without_full_stops_and_decides_with_the_others() -> None:
    found = judged(result(status="caution", reason="close"), cautions=("Is this it.", "Or that?"))
    assert found.reason.endswith("; close; Is this it; Or that?")
    assert found.decided_by == f"{PARTIAL} V10Gy[%], safety gate"
    assert judged(result(), cautions=("Is this it.",)).decided_by == "safety gate"
    failed = judged(result(value=12.0, status="fail"), cautions=("Is this it.",))
    assert failed.decided_by == f"{PARTIAL} V10Gy[%]"


def test_a_pass_is_the_deciding_rows_own() -> None:
    found = judged(result(), result("V10Gy[cc]", 0.1, 0.35, **ADVISORY), result(**ON_WHOLE))
    assert found.decided_by == f"{PARTIAL} V10Gy[%]"


def test_a_verdict_that_cannot_be_had_gives_each_reason_once_and_no_figures() -> None:
    found = judged(
        unknown(), unknown("Max[Gy]"), unknown("V9Gy[%]", "nor this"), result("V8Gy[%]"),
        unknown("V10Gy[cc]", "it is not known", **ON_WHOLE),
    )  # fmt: skip
    assert found.status == "not_evaluable"
    assert found.reason == "it is not known; nor this"
    assert found.decided_by == f"{PARTIAL} V10Gy[%], {PARTIAL} Max[Gy], {PARTIAL} V9Gy[%]"


def test_without_rows_the_protocol_is_named() -> None:
    found = judged(result("V10Gy[cc]", 0.1, 0.35, **ADVISORY))
    assert found == Verdict(
        "not_evaluable", "mine has no switched-on row that decides for the cord", "protocol"
    )


def test_beside_a_failure_what_is_not_known_is_told_after_the_figures() -> None:
    found = judged(result(value=12.0, status="fail"), unknown("Max[Gy]", "the rest is open"))
    assert found.reason == ("V10Gy = 12.0 % of the cord volume (limit 10 %); the rest is open")
    assert found.decided_by == f"{PARTIAL} V10Gy[%]"


def test_cord_outside_the_dose_grid_is_told_once_with_its_volume() -> None:
    beyond = [
        unknown(m, "depends", outside_dose_cc=0.63, **ON_WHOLE) for m in ("V10Gy[%]", "Max[Gy]")
    ]
    assert judged(result(), *beyond).reason == (
        "V10Gy = 4.0 % of the cord volume (limit 10 %); "
        "0.63 cc of SpinalCord outside the dose grid could not be evaluated"
    )


def test_other_rows_that_are_not_known_give_their_reasons_and_organs_their_number() -> None:
    within = [
        unknown("Max[Gy]", "not contoured", outside_dose_cc=math.nan, **ON_WHOLE),
        unknown("V9Gy[%]", "too small", outside_dose_cc=0.0, **ON_WHOLE),
    ]
    organs = [unknown(f"V{n}Gy[cc]", outside_dose_cc=n, **ORGAN) for n in (0, 1, 2)]
    figures = "V10Gy = 4.0 % of the cord volume (limit 10 %)"
    assert judged(result(), *within, *organs).reason == (
        f"{figures}; not contoured; too small; 3 organ limits not evaluable"
    )
    assert judged(result(), organs[1]).reason == f"{figures}; 1 organ limit not evaluable"


FIRST, SECOND = {"group": "a"}, {"group": "b"}


def test_a_group_says_by_what_it_passes_and_repeats_no_figure() -> None:
    found = judged(
        result(value=12.0, status="fail", **FIRST), result("V10Gy[cc]", 0.2, 0.35, **FIRST),
        by=GROUPS,
    )  # fmt: skip
    assert found == Verdict(
        "caution",
        "passes by 0.35 cc only; V10Gy = 12.0 %",
        f"{PARTIAL} V10Gy[%], {PARTIAL} V10Gy[cc]",
    )


def test_a_group_with_a_doubtful_row_may_pass_by_it() -> None:
    found = judged(
        result(value=12.0, status="fail", **FIRST),
        result("V10Gy[cc]", 0.2, 0.35, status="caution", reason="cut", **FIRST),
        by=GROUPS,
    )
    assert (found.status, found.reason) == (
        "caution",
        "may pass by 0.35 cc only; V10Gy = 12.0 %; cut",
    )


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        ("pass pass", "pass"),
        ("pass caution", "caution"),
        ("caution fail", "caution"),
        ("fail fail", "fail"),
        ("fail not_evaluable", "not_evaluable"),
        ("pass not_evaluable", "not_evaluable"),
    ],
)
def test_rows_of_a_group_stand_in_for_each_other(statuses: str, status: str) -> None:
    first, second = statuses.split()
    rows = [result(status=first, **FIRST), result("Max[Gy]", 9.0, status=second, **FIRST)]
    assert judged(*rows, by=GROUPS).status == status


def test_a_group_of_one_mind_is_told_by_its_figures() -> None:
    figures = "V10Gy = {} % of the cord volume (limit 10 %), 0.200 cc (limit 0.1 cc)"
    for status, value in (("pass", 4.0), ("caution", 4.0), ("fail", 12.0)):
        rows = [
            result(value=value, status=status, **FIRST),
            result("V10Gy[cc]", 0.2, 0.1, status=status, **FIRST),
        ]
        assert judged(*rows, by=GROUPS).reason == figures.format(value)
    rows[0] = unknown(reason="it is open", **FIRST)
    assert judged(*rows, by=GROUPS).reason == "it is open"


def test_groups_decide_apart_and_a_row_of_none_for_itself() -> None:
    failing = [result(value=12.0, status="fail", **FIRST), result("Max[Gy]", 9.0, **FIRST)]
    assert judged(*failing, by=GROUPS).status == "caution"
    assert judged(*failing, by=RULE).status == "fail"
    second = [result(m, 12.0, status="fail", **SECOND) for m in ("V9Gy[%]", "Mean[Gy]")]
    assert judged(*failing, *second, by=GROUPS).status == "fail"
    assert judged(*failing, result("V8Gy[%]", 12.0, status="fail"), by=GROUPS).status == "fail"


def test_a_row_on_the_whole_cord_belongs_to_the_group_of_every_site() -> None:
    sites = [
        result(
            value=12.0, status="fail", group="a", structure=f"{PARTIAL}_{n}",
            constraint_structure=PARTIAL,
        )
        for n in (1, 2)
    ]  # fmt: skip
    whole = result("V10Gy[cc]", 0.2, 0.35, structure=WHOLE, **FIRST)
    assert judged(*sites, whole, by=GROUPS).reason == (
        f"{PARTIAL}_1 passes by 0.35 cc only; V10Gy = 12.0 %; "
        f"{PARTIAL}_2 passes by 0.35 cc only; V10Gy = 12.0 %"
    )
    elsewhere = [result("Max[Gy]", 9.0, structure=WHOLE, **FIRST), whole]
    assert judged(*elsewhere, by=GROUPS).status == "pass"
