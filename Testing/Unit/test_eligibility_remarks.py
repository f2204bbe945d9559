"""Scenario with other lesions, and the remarks beside the checklist."""

from __future__ import annotations

import pytest

from spine_radiosurgery.assessment.selection import (
    CordGap,
    Selection,
    SelectionMeasurement,
    decided_scenario,
    proposed_scenario,
    remarks,
    scenario_doubt,
    scenario_of,
    selection_remarks,
)
from spine_radiosurgery.geometry import InputError
from spine_radiosurgery.targets import remarks as target_remarks


def with_lesions(percent, scenario=""):
    return Selection(scenario=scenario, other_lesions_percent=percent)


@pytest.mark.parametrize(
    ("levels", "percent", "code"),
    [
        ("T8", None, "a"),
        ("T8", 0, "a"),
        ("T8", 0.1, "d"),
        ("T8", 19.9, "d"),
        ("T8", 20, ""),
        ("T8", 60, ""),
        ("T8 T9", None, "b"),
        ("T8 T9", 10, "d"),
        ("C3 T8 L4", 0, "c"),
        ("C3 T8 L4", 10, "d"),
        ("C3 T1 T8 L4", 10, ""),
        ("T8 T9 T10", 10, ""),
    ],
)
def test_small_other_lesions_hint_at_scenario_d(levels, percent, code):
    assert proposed_scenario(levels.split(), with_lesions(percent)).code == code


def test_scenario_d_is_for_a_person_to_confirm():
    found = proposed_scenario(["T8"], with_lesions(12))
    assert "takes 12 % of a vertebral body" in found.reason
    assert found.reason.endswith("A person confirms this.")


@pytest.mark.parametrize(("levels", "is_said"), [("T8 T9 L3", False), ("T8 T9 L3 L4", True)])
def test_how_the_paper_counts_gross_metastases_is_left_to_a_person(levels, is_said):
    found = proposed_scenario(levels.split(), with_lesions(12))
    assert ("by vertebra or by site, it does not say" in found.reason) == is_said


def test_without_other_lesions_the_levels_tell_it():
    assert proposed_scenario(["T8", "T9"], Selection()) == scenario_of(["T8", "T9"])


@pytest.mark.parametrize(
    ("chosen", "percent", "code", "reason"),
    [
        ("", None, "a", "T8 is the only level"),
        ("a", None, "a", "T8 is the only level"),
        ("c", None, "c", "Chosen by a person."),
        ("d", 5, "d", "small lesions beside"),
        ("a", 5, "a", "Chosen by a person."),
    ],
)
def test_the_person_decides(chosen, percent, code, reason):
    found = decided_scenario(["T8"], with_lesions(percent, chosen))
    assert found.code == code
    assert reason in found.reason


@pytest.mark.parametrize(
    ("chosen", "percent", "doubt"),
    [
        ("", 5, ""),
        ("a", None, ""),
        ("a", 0, ""),
        ("a", 5, "Scenario a was chosen, although the record tells d"),
        ("d", None, ""),
        ("d", 5, ""),
        ("d", 0, "Scenario d was chosen, although no other, small lesion is recorded."),
        ("b", None, "Scenario b was chosen, although the levels tell a"),
    ],
)
def test_a_choice_against_the_record_is_doubted(chosen, percent, doubt):
    found = scenario_doubt(["T8"], with_lesions(percent, chosen))
    assert found.startswith(doubt)
    assert bool(found) == bool(doubt)


def keys_of(levels, selection):
    return [remark.key for remark in selection_remarks(levels.split(), selection)]


def of_length(length_mm):
    return Selection(measured=SelectionMeasurement(target_length_mm=length_mm))


def of_gap(gap_mm):
    return Selection(measured=SelectionMeasurement(cord_gap=CordGap("GTV", "Cord", gap_mm)))


def test_an_ordinary_selection_has_no_remark():
    assert keys_of("T8", Selection()) == []
    assert keys_of("", Selection()) == []


@pytest.mark.parametrize(
    ("length_mm", "expected"), [(None, 0), (20, 0), (59.9, 0), (60.0, 0), (60.04, 1), (90, 1)]
)
def test_a_target_longer_than_6_cm_warns(length_mm, expected):
    assert keys_of("T8", of_length(length_mm)).count("target_length") == expected


def test_the_warning_gives_the_papers_reason():
    (found,) = selection_remarks(["T8"], of_length(60.04))
    assert "60.04 mm long: above 6 cm" in found.text
    assert "dose to the cord tends to be higher" in found.text
    assert "Ryu et al. 2015" in found.citation


def test_the_limit_is_that_of_the_targets():
    assert remarks.LONGEST_MM == target_remarks.LONGEST_MM


@pytest.mark.parametrize(("gap_mm", "expected"), [(0.0, 1), (1.99, 1), (2.0, 0), (4.0, 0)])
def test_a_gap_under_2_mm_mentions_separation_surgery(gap_mm, expected):
    assert keys_of("T8", of_gap(gap_mm)).count("separation_surgery") == expected


@pytest.mark.parametrize(
    ("levels", "expected"),
    [("T8", 0), ("T8 T9", 0), ("T8 T9 T10", 1), ("C3 C4 C5 T8 T9 T10 T11", 2)],
)
def test_three_or_more_contiguous_levels_are_said(levels, expected):
    assert keys_of(levels, Selection()).count("contiguous_levels") == expected


@pytest.mark.parametrize(
    ("levels", "chosen", "expected"),
    [
        ("T8", "", 0),
        ("T8", "a", 0),
        ("T8", "b", 1),
        ("T8 T9 T10", "", 1),
        ("C3 T1 T8 L4", "", 1),
        ("C3 T1 T8 L4", "d", 1),
    ],
)
def test_an_open_or_doubtful_scenario_is_said(levels, chosen, expected):
    assert keys_of(levels, Selection(scenario=chosen)).count("scenario") == expected


def test_what_is_no_level_is_refused():
    with pytest.raises(InputError, match="'X3' is no vertebral level"):
        selection_remarks(["X3"], Selection())
