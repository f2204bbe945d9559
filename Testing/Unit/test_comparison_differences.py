"""Differences of two plans: what is better, what is noise, what must not be subtracted."""

from __future__ import annotations

import pytest
from two_plans import biology, constraint, document, falloff, metric, robustness, structure

from spine_radiosurgery.report.comparison.comparable import (
    better_of_metric,
    comparability,
    roles_of,
)
from spine_radiosurgery.report.comparison.difference import (
    Difference,
    Measured,
    difference_of,
    format_judged_difference,
)
from spine_radiosurgery.report.comparison.pairing import paired
from spine_radiosurgery.report.comparison.plan_tables import (
    biology_groups,
    falloff_groups,
    index_rows,
)
from spine_radiosurgery.report.comparison.setup_tables import robustness_rows
from spine_radiosurgery.report.comparison.tables import (
    Plans,
    constraint_groups,
    cord_tables,
    metric_groups,
)


def plans(first=None, second=None) -> Plans:
    a, b = first or document(), second or document()
    return Plans(a, b, comparability(a, b, str), roles_of((a, b)), str)


def rows_of(groups) -> dict:
    return {(g["structure"], row["name"]): row for g in groups for row in g["rows"]}


@pytest.mark.parametrize(
    ("first", "second", "pairs"),
    [
        ("", "", []),
        ("ab", "ba", [("a", "a"), ("b", "b")]),
        ("ab", "c", [("a", None), ("b", None), (None, "c")]),
        ("aab", "ad", [("a", "a"), ("a", None), ("b", None), (None, "d")]),
        ("a", "aa", [("a", "a"), (None, "a")]),
    ],
)
def test_items_of_one_key_stand_together_and_the_others_alone(first, second, pairs):
    assert paired(first, second, lambda item: item) == pairs


@pytest.mark.parametrize(
    ("first", "second", "better", "why_not", "meaning"),
    [
        ((8.0, 0.1), (9.0, 0.1), "lower", "", "worse"),
        ((9.0, 0.1), (8.0, 0.1), "lower", "", "better"),
        ((9.0, 0.1), (8.0, 0.1), "higher", "", "worse"),
        ((8.0, 0.1), (9.0, 0.1), "higher", "", "better"),
        ((8.0, 0.1), (9.0, 0.1), "neither", "", "different"),
        ((8.0, 0.5), (9.0, 0.5), "lower", "", "within"),
        ((8.0, 0.5), (9.0, 0.4), "lower", "", "worse"),
        ((8.0, None), (8.1, None), "lower", "", "worse"),
        ((8.0, 0.5), (8.0, 0.5), "lower", "", "equal"),
        ((1234567.0, 0.0), (1234567.1, 0.0), "lower", "", "equal"),
        ((0.0, 0.0), (0.0, 0.0), "lower", "", "equal"),
        ((8.0, 0.1), (9.0, 0.1), "lower", "other contours", "not_comparable"),
        ((None, None), (9.0, 0.1), "lower", "", "open"),
        ((None, None), (9.0, 0.1), "lower", "other contours", "open"),
        (None, (9.0, 0.1), "lower", "", "open"),
    ],
)
def test_difference_has_its_meaning(first, second, better, why_not, meaning):
    sides = [None if s is None else Measured(*s) for s in (first, second)]
    found = difference_of(*sides, better, why_not)
    assert (found.meaning, found.reason) == (
        meaning,
        why_not if meaning == "not_comparable" else "",
    )
    assert (found.value is None) == (meaning in ("open", "not_comparable"))


@pytest.mark.parametrize(
    ("value", "unit", "uncertainty", "text"),
    [
        (None, "Gy", 0.0, "–"),
        (0.0, "Gy", 0.0, "0 Gy"),
        (0.0, "", 0.0, "0"),
        (1.234, "Gy", 0.0, "+1.23 Gy"),
        (-1.234, "Gy", 0.02, "−1.23 Gy"),
        (-1.234, "Gy", 0.4, "−1.2 Gy"),
        (26.2, "%", 7.0, "+26 %"),
        (0.0004, "Gy", 0.0, "+0.0004 Gy"),
        (-0.12345, "cc", 0.0, "−0.123 cc"),
        (0.4, "cc", 900.0, "+0.4 cc"),
    ],
)
def test_difference_is_written_with_its_sign_and_no_idle_digits(value, unit, uncertainty, text):
    found = Difference(value, "different", uncertainty=uncertainty)
    assert format_judged_difference(found, unit) == text


@pytest.mark.parametrize(
    ("role", "name", "better"),
    [
        ("cord", "Max[Gy]", "lower"),
        ("organ", "V12Gy[cc]", "lower"),
        ("organ", "CV7Gy[cc]", "higher"),
        ("cord_volume", "Volume[cc]", "neither"),
        ("target", "V100%[%]", "higher"),
        ("target", "V110%[%]", "neither"),
        ("target", "V12Gy[%]", "neither"),
        ("target", "D95%[Gy]", "higher"),
        ("target", "D2%[Gy]", "neither"),
        ("target", "Min[Gy]", "higher"),
        ("target", "Max[Gy]", "neither"),
        ("vertebra", "Mean[Gy]", "neither"),
        ("", "Mean[Gy]", "neither"),
    ],
)
def test_role_says_which_value_is_better_where_no_limit_does(role, name, better):
    assert better_of_metric(role, name) == better


def changed_case(**volumes):
    base = document()
    rows = [
        structure(r["name"], r["role"], volumes.get(r["name"], r["volume_cc"]))
        for r in base["case"]["structures"]
    ]
    return {**base, "case": {**base["case"], "structures": rows}}


def changed_cord_volume(**changes):
    base = document()
    return {**base, "cord_volumes": [{**base["cord_volumes"][0], **changes}]}


OTHER_CORD = "other cord volume"
PRESCRIBED = {"dose_gy": 18.0, "fractions": 1, "source": ""}
FRACTIONED = {"dose_gy": 16.0, "fractions": 3, "source": ""}


@pytest.mark.parametrize(
    ("second", "structure_name", "name", "reason"),
    [
        (document(), "CTV_T8", "V100%[%]", ""),
        (document(prescription=PRESCRIBED), "CTV_T8", "V100%[%]", "other prescription"),
        (document(prescription=PRESCRIBED), "CTV_T8", "Max[Gy]", ""),
        (document(prescription=FRACTIONED), "CTV_T8", "Max[Gy]", "other fractions"),
        (document(prescription=FRACTIONED), "SpinalCord", "V10Gy[cc]", "other fractions"),
        (document(prescription=FRACTIONED), "SpinalCord", "Volume[cc]", ""),
        (changed_case(Esophagus=10.05), "Esophagus", "Mean[Gy]", ""),
        (changed_case(Esophagus=10.5), "Esophagus", "Mean[Gy]", "other contours"),
        (changed_case(Esophagus=10.5), "Esophagus", "Volume[cc]", ""),
        (changed_case(Esophagus=10.5), "SpinalCord", "Max[Gy]", ""),
        (changed_case(Esophagus=None), "Esophagus", "Mean[Gy]", "other contours"),
        (changed_cord_volume(margin_mm=5.0), "SpinalCord_Partial", "V10Gy[%]", OTHER_CORD),
        (changed_cord_volume(mode="centreline"), "SpinalCord_Partial", "D10%[Gy]", OTHER_CORD),
        (changed_cord_volume(target="PTV"), "SpinalCord_Partial", "V10Gy[%]", OTHER_CORD),
        (changed_cord_volume(target="PTV"), "SpinalCord", "Max[Gy]", ""),
    ],
)  # fmt: skip
def test_what_does_not_stand_for_the_same_is_not_subtracted(second, structure_name, name, reason):
    assert comparability(document(), second, str).of_metric(structure_name, name) == reason


def test_limits_keep_their_plan_and_the_other_plan_lends_only_its_value():
    second = document(
        constraints=[
            constraint("SpinalCord_Partial", "V10Gy[%]", 12.0, 20.0, role="decides"),
            constraint("Esophagus", "Mean[Gy]", 4.0, 3.5),
        ]
    )
    groups, neither = constraint_groups(plans(document(), second))
    rows = rows_of(groups)
    own = rows["SpinalCord_Partial", "V10Gy"]
    assert own["limit"] == "A ≤ 0.35 cc; B no limit"
    both = next(r for g in groups for r in g["rows"] if r["role"] == "decides")
    assert both["limit"] == "A ≤ 10 %; B ≤ 20 %"
    assert [c["status"] for c in both["cells"]] == ["pass", "pass"]
    assert both["meaning"] == "worse"
    lent = rows["Esophagus", "Mean"]
    assert lent["limit"] == "A no limit; B ≤ 3.5 Gy"
    assert [c["status"] for c in lent["cells"]] == ["", "fail"]
    assert lent["difference"] == "+1.00 Gy"
    assert groups[0]["structure"] == "Esophagus", "fails come first"
    assert neither == [{"structure": "Heart", "metric": "V12Gy"}]


def test_limit_from_below_turns_better_and_worse():
    first = constraint("Kidney", "CV7Gy[cc]", 210.0, 200.0, comparator=">=", status="pass")
    second = {**first, "value": 220.0}
    groups, _ = constraint_groups(
        plans(document(constraints=[first]), document(constraints=[second]))
    )
    assert groups[0]["rows"][0]["meaning"] == "better"
    assert groups[0]["rows"][0]["limit"] == "≥ 200 cc"


def test_cord_volume_shows_both_limits_and_the_papers_where_the_protocol_has_none():
    (table,) = cord_tables(plans(document(), document(constraints=[])))
    texts = {row["cells"][0]["value"]: row["limit"] for row in table["rows"] if row["cells"][0]}
    assert texts["2.70"] == "A ≤ 10 %; B no limit"
    extra = [metric("SpinalCord_Partial", "V10Gy[%]", 3.0), *document()["metrics"]]
    bare = document(constraints=[], metrics=extra)
    (table,) = cord_tables(plans(bare, bare))
    assert table["rows"][0]["limit"] == "≤ 10 % (Ryu 2015)"


def test_metrics_of_one_plan_only_stay_without_difference():
    second = document(
        metrics=[metric("Esophagus", "Mean[Gy]", 2.0), metric("Heart", "Max[Gy]", 1.0)]
    )
    rows = rows_of(metric_groups(plans(document(), second)))
    assert rows["Heart", "Max"]["cells"][0] is None
    assert rows["Heart", "Max"]["difference"] == "–"
    assert rows["SpinalCord", "Max"]["cells"][1] is None
    assert rows["Esophagus", "Mean"]["meaning"] == "better"


def test_indices_of_another_target_are_shown_and_not_subtracted():
    same = {row["name"]: row for row in index_rows(plans())}
    assert {row["meaning"] for row in same.values()} == {"equal"}
    target = {**document()["target"], "name": "PTV_T8"}
    rows = index_rows(plans(document(), document(target=target)))
    assert {row["words"] for row in rows} == {"other target"}
    assert {row["difference"] for row in rows} == {"–"}


@pytest.mark.parametrize(
    ("second", "meaning", "words"),
    [
        (falloff(3.0), "better", "better"),
        (falloff(5.0), "worse", "worse"),
        (falloff(5.0, from_percent=80.0), "not_comparable", "other isodoses or direction"),
        (falloff(5.0, lower_bound=True), "not_comparable", "a lower bound"),
        (falloff(None, from_percent=None, toward=None, reason="No ray."), "open", ""),
        (None, "open", ""),
    ],
)
def test_falloff_is_better_where_it_is_shorter(second, meaning, words):
    (group,) = falloff_groups(plans(document(falloff=falloff(4.0)), document(falloff=second)))
    row = group["rows"][0]
    assert (row["meaning"], row["words"]) == (meaning, words)


@pytest.mark.parametrize(
    ("second", "meanings"),
    [
        (robustness(0.5, toward_mm=2.0), ["worse", "equal", "better", "equal"]),
        (robustness(0.12), ["within", "equal", "equal", "equal"]),
        (robustness(0.5, sigma_mm=1.0), ["not_comparable", "not_comparable", "equal", "equal"]),
        (robustness(0.5, not_evaluable=3), ["open", "equal", "equal", "equal"]),
        (robustness(0.1, limit="b <= 1"), ["equal", "equal", "not_comparable", "equal"]),
        (robustness(0.1, more_than=True), ["equal", "equal", "not_comparable", "equal"]),
        (None, ["open"] * 4),
    ],
)
def test_robustness_is_compared_under_the_same_setup_errors(second, meanings):
    found = robustness_rows(
        plans(document(robustness=robustness(0.1)), document(robustness=second))
    )
    assert [row["meaning"] for row in found] == meanings


def test_equivalent_doses_are_compared_across_fractions_only_where_both_plans_have_them():
    second = document(prescription=FRACTIONED, biology=biology(120.0))
    assert biology_groups(plans(document(), second)) == []
    (group,) = biology_groups(plans(document(biology=biology(42.0)), second))
    assert [row["meaning"] for row in group["rows"]] == ["worse", "worse"]
    assert group["rows"][0]["cells"][1]["value"].endswith("†")
    other = document(biology=biology(42.0, alpha_beta_gy=3.0))
    (group,) = biology_groups(plans(other, second))
    assert {row["words"] for row in group["rows"]} == {"other alpha/beta"}
