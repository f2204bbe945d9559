"""The checklist of RTOG 0631, every boundary as the source words it."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spine_radiosurgery.anatomy import LEVELS
from spine_radiosurgery.assessment.selection import (
    CordGap,
    Selection,
    SelectionMeasurement,
    eligibility,
)
from spine_radiosurgery.geometry import InputError

KEYS = [
    "levels",
    "sites",
    "other_lesions",
    "cord_gap",
    "paraspinal",
    "mri_age",
    "histology",
    "age",
    "pain",
]


def item(key, levels=("T8",), selection=None, pain_score=None):
    items = eligibility(levels, selection or Selection(), pain_score=pain_score)
    return {found.key: found for found in items}[key]


def measured(**values):
    return Selection(measured=SelectionMeasurement(**values))


def test_nothing_recorded_is_not_evaluable_and_never_met():
    items = eligibility((), Selection())
    assert [found.key for found in items] == KEYS
    assert {(found.status, found.value, found.source) for found in items} == {
        ("not_evaluable", "", "open")
    }
    assert all(found.text.startswith("Not evaluable: ") for found in items)


def test_every_item_names_its_source_and_whether_it_was_verified():
    items = eligibility(("T8",), Selection())
    assert all(found.verified for found in items)
    assert {found.citation for found in items if found.key != "pain"} == {"RTOG 0631 (NCT00922974)"}
    assert "Pract Radiat Oncol 4:76" in items[-1].citation
    assert asdict(items[0])["key"] == "levels"


def test_who_meets_everything_meets_nine_items():
    selection = Selection(
        histology="other",
        age_years=60,
        mri_days_before=10,
        other_lesions_percent=0,
        measured=SelectionMeasurement(CordGap("GTV", "SpinalCord", 4.0), 20.0, "", 30.0),
    )
    items = eligibility(("T8",), selection, pain_score=6)
    assert {found.status for found in items} == {"met"}


@pytest.mark.parametrize(
    ("levels", "status"),
    [
        ("C1", "met"),
        ("L5", "met"),
        ("C1 T8 L5", "met"),
        ("T13", "met"),
        ("S1", "not_met"),
        ("L5 S1", "not_met"),
        ("L6 S1", "not_met"),
        ("L6", "not_evaluable"),
        ("T8 L6", "not_evaluable"),
    ],
)
def test_levels_run_from_c1_to_l5(levels, status):
    found = item("levels", levels.split())
    assert (found.status, found.source) == (status, "levels")


@pytest.mark.parametrize(
    ("levels", "text"),
    [
        ("T8", "Met: T8 is within C1 to L5."),
        ("T8 T9", "Met: T8, T9 are within C1 to L5."),
        ("L5 S1", "Not met: S1 is below L5."),
        ("S1 S2", "Not met: S1, S2 are below L5."),
    ],
)
def test_one_level_is_and_several_are(levels, text):
    assert item("levels", levels.split()).text == text


def test_why_a_gap_is_not_evaluable_is_said_once():
    gap = CordGap("GTV", "", None, "no cord is chosen")
    assert item("cord_gap", selection=measured(cord_gap=gap)).text == (
        "Not evaluable: no cord is chosen."
    )


@pytest.mark.parametrize(
    ("levels", "status", "words"),
    [
        ("T8", "met", "1 site of 1 level."),
        ("T8 T9", "met", "1 site of 2 levels."),
        ("T8 T10", "met", "2 sites of 1 level at most"),
        ("C3 T8 L4", "met", "3 sites"),
        ("C3 C4 T8 T9 L1 L2", "met", "3 sites of 2 levels"),
        ("T8 T9 T10", "not_met", "T8 to T10 are 3 contiguous levels"),
        ("T12 T13 L1", "not_met", "3 contiguous levels"),
        ("C3 T8 T9 T10", "not_met", "3 contiguous levels"),
        ("C3 T1 T8 L4", "not_met", "4 sites are more than 3"),
    ],
)
def test_sites_are_counted_from_the_levels(levels, status, words):
    found = item("sites", levels.split())
    assert (found.status, found.source) == (status, "levels")
    assert words in found.text


@pytest.mark.parametrize(
    ("percent", "status"),
    [
        (None, "not_evaluable"),
        (0, "met"),
        (0.1, "met"),
        (19.9, "met"),
        (20, "not_met"),
        (20.1, "not_met"),
        (100, "not_met"),
    ],
)
def test_other_lesions_take_less_than_20_percent(percent, status):
    assert (
        item("other_lesions", selection=Selection(other_lesions_percent=percent)).status == status
    )


@pytest.mark.parametrize(
    ("gap", "status", "source"),
    [
        (None, "not_evaluable", "open"),
        (CordGap("GTV", "", None, "no cord is chosen"), "not_evaluable", "open"),
        (CordGap("GTV", "Cord", 0.0), "not_met", "measured"),
        (CordGap("GTV", "Cord", 2.99), "not_met", "measured"),
        (CordGap("GTV", "Cord", 3.0), "not_evaluable", "measured"),
        (CordGap("GTV", "Cord", 3.04), "not_evaluable", "measured"),
        (CordGap("GTV", "Cord", 3.06), "met", "measured"),
        (CordGap("GTV", "Cord", 5.0, "a part has no cord"), "not_evaluable", "measured"),
    ],
)
def test_the_gap_to_the_cord_is_at_least_3_mm(gap, status, source):
    found = item("cord_gap", selection=measured(cord_gap=gap))
    assert (found.status, found.source) == (status, source)


@pytest.mark.parametrize(
    ("centimeters", "status"),
    [(0, "met"), (4.99, "met"), (5.0, "met"), (5.01, "not_met"), (12, "not_met")],
)
def test_a_person_says_how_large_the_paraspinal_mass_is(centimeters, status):
    found = item("paraspinal", selection=Selection(paraspinal_cm=centimeters))
    assert (found.status, found.source) == (status, "person")


@pytest.mark.parametrize(
    ("millimeters", "status"),
    [
        (0.0, "met"),
        (47.4, "met"),
        (47.5, "not_evaluable"),
        (50.0, "not_evaluable"),
        (52.5, "not_evaluable"),
        (52.6, "not_met"),
    ],
)
def test_a_measured_mass_near_the_limit_tells_nothing(millimeters, status):
    found = item("paraspinal", selection=measured(paraspinal_mm=millimeters))
    assert (found.status, found.source) == (status, "measured")


def test_why_the_mass_was_not_measured_is_said():
    found = item("paraspinal", selection=measured(paraspinal_reason="no spinal canal is chosen"))
    assert found.status == "not_evaluable"
    assert "not measured: no spinal canal is chosen." in found.text


@pytest.mark.parametrize(
    ("centimeters", "millimeters", "contradicts"),
    [
        (4.0, 30.0, False),
        (4.0, 51.0, False),
        (4.0, 60.0, True),
        (6.0, 60.0, False),
        (6.0, 49.0, False),
        (6.0, 0.0, True),
        (6.0, None, False),
    ],
)
def test_the_person_counts_and_a_contradiction_is_said(centimeters, millimeters, contradicts):
    selection = Selection(
        paraspinal_cm=centimeters, measured=SelectionMeasurement(paraspinal_mm=millimeters)
    )
    found = item("paraspinal", selection=selection)
    assert (found.status, found.source) == ("met" if centimeters <= 5 else "not_met", "person")
    assert ("contradict" in found.text) == contradicts


@pytest.mark.parametrize(
    ("days", "status"),
    [
        (None, "not_evaluable"),
        (0, "met"),
        (27.9, "met"),
        (28, "met"),
        (28.1, "not_met"),
        (90, "not_met"),
    ],
)
def test_the_mri_is_within_four_weeks(days, status):
    assert item("mri_age", selection=Selection(mri_days_before=days)).status == status


@pytest.mark.parametrize(
    ("histology", "status"),
    [("", "not_evaluable"), ("other", "met"), ("myeloma", "not_met"), ("lymphoma", "not_met")],
)
def test_neither_myeloma_nor_lymphoma(histology, status):
    assert item("histology", selection=Selection(histology=histology)).status == status


@pytest.mark.parametrize(
    ("years", "status"), [(None, "not_evaluable"), (17.9, "not_met"), (18, "met"), (90, "met")]
)
def test_of_age(years, status):
    assert item("age", selection=Selection(age_years=years)).status == status


@pytest.mark.parametrize(
    ("score", "status"),
    [(None, "not_evaluable"), (0, "not_met"), (4.9, "not_met"), (5, "met"), (10, "met")],
)
def test_pain_of_5_or_more(score, status):
    assert item("pain", pain_score=score).status == status


@pytest.mark.parametrize("score", [-1, 10.1, float("nan")])
def test_a_pain_score_that_is_none_is_refused(score):
    with pytest.raises(InputError, match="Pain score cannot be"):
        eligibility(("T8",), Selection(), pain_score=score)


def test_what_is_no_level_is_refused():
    with pytest.raises(InputError, match="'X3' is no vertebral level"):
        eligibility(("X3",), Selection())


@given(st.sets(st.sampled_from(LEVELS), min_size=1), st.sampled_from(LEVELS))
def test_a_further_level_outside_never_makes_the_levels_eligible(levels, further):
    before = item("levels", sorted(levels)).status
    after = item("levels", sorted({*levels, further})).status
    assert before == "met" or after == before


@given(st.floats(0, 300), st.floats(0, 300))
def test_a_larger_mass_is_never_more_eligible(first, second):
    rank = {"met": 0, "not_evaluable": 1, "not_met": 2}
    small, large = (
        rank[item("paraspinal", selection=measured(paraspinal_mm=x)).status]
        for x in sorted((first, second))
    )
    assert small <= large
