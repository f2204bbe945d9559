"""Neurological grade and ambulation before and after treatment."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spine_radiosurgery.assessment.followup import Visit, ambulation_remark, neurological_course
from spine_radiosurgery.assessment.followup.neurology import grade_change
from spine_radiosurgery.geometry import InputError


def visit(day, grade="", ambulatory="unknown"):
    return Visit(day, neurological=grade, ambulatory=ambulatory)


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("c", "a", "improved"),
        ("c", "b", "improved"),
        ("c", "c", "stable"),
        ("c", "d", "worse"),
        ("c", "e", "worse"),
        ("", "c", ""),
        ("c", "", ""),
    ],
)
def test_letters_tell_the_change(before, after, change):
    assert grade_change(before, after) == change


@given(*[st.sampled_from("abcde")] * 2)
def test_the_way_back_is_the_opposite_change(before, after):
    opposite = {"improved": "worse", "worse": "improved", "stable": "stable"}
    assert grade_change(after, before) == opposite[grade_change(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("yes", "yes", "kept"),
        ("yes", "no", "lost"),
        ("no", "yes", "regained"),
        ("no", "no", "not_regained"),
        ("unknown", "yes", ""),
        ("unknown", "no", ""),
    ],
)
def test_ambulation_before_and_after_tells_the_change(before, after, change):
    course = neurological_course([visit(-1, "", before), visit(30, "", after)])
    assert course.last_ambulation == change


def test_before_and_after_with_their_days():
    course = neurological_course(
        [
            visit(-10, "b", "yes"),
            visit(0, "c"),
            visit(14, "d", "no"),
            visit(61, "b", "yes"),
            visit(120, "a"),
            Visit(150, pain_score=2),
        ]
    )
    assert (course.baseline_grade, course.baseline_grade_day) == ("c", 0)
    assert (course.baseline_ambulatory, course.baseline_ambulatory_day) == ("yes", -10)
    assert [state.change for state in course.states] == ["worse", "improved", "improved"]
    assert (course.first_worse_day, course.first_improved_day) == (14, 61)
    assert (course.last_grade, course.last_change, course.last_grade_day) == ("a", "improved", 120)
    assert (course.last_ambulatory, course.last_ambulation) == ("yes", "kept")
    assert course.last_ambulatory_day == 61
    assert course.text == (
        "Before treatment: grade c, ambulatory. Last grade: a on day 120 (3.9 months) (improved). "
        "Last seen ambulatory on day 61 (2.0 months) (kept)."
    )
    assert course.remarks == ()


def test_what_is_not_recorded_is_open():
    course = neurological_course([visit(30, "b", "yes")])
    assert (course.baseline_grade, course.last_grade, course.last_change) == ("", "b", "")
    assert (course.baseline_ambulatory, course.last_ambulation) == ("unknown", "")
    assert "its change is open" in course.remarks[0]
    assert "walked before treatment is not recorded" in course.remarks[1]


def test_nothing_after_treatment_is_said():
    course = neurological_course([visit(-1, "b", "yes")])
    assert course.states == ()
    assert "No neurological state is recorded after treatment" in course.text


def test_one_of_grade_and_ambulation_is_a_state():
    assert "No neurological state" not in neurological_course([visit(30, "b")]).text
    assert "No neurological state" not in neurological_course([visit(30, "", "no")]).text


def test_ambulation_is_not_derived_from_the_grade():
    course = neurological_course([visit(-1, "a"), visit(30, "a")])
    assert (course.baseline_ambulatory, course.last_ambulatory) == ("unknown", "unknown")


def test_the_grade_at_presentation_stands_in_for_a_baseline():
    course = neurological_course([visit(30, "b")], presenting_grade="c")
    assert (course.baseline_grade, course.baseline_grade_day) == ("c", None)
    assert course.last_change == "improved"
    assert "grade at presentation is the baseline" in course.remarks[0]


def test_a_visit_before_treatment_counts_before_the_grade_at_presentation():
    course = neurological_course([visit(-1, "d", "no"), visit(30, "c")], presenting_grade="c")
    assert course.last_change == "improved"
    assert "presentation is c, that of day -1 is d" in course.remarks[0]


def test_a_presenting_grade_that_is_none_is_refused():
    with pytest.raises(InputError, match="neurological grade"):
        neurological_course([], presenting_grade="f")


@pytest.mark.parametrize(
    ("grade", "ambulatory", "part"),
    [
        ("a", "yes", ""),
        ("c", "yes", ""),
        ("c", "no", "c or better"),
        ("a", "no", "c or better"),
        ("d", "no", ""),
        ("d", "yes", "the arm"),
        ("e", "no", ""),
        ("e", "yes", "incontinence"),
        ("c", "unknown", ""),
        ("e", "unknown", ""),
        ("", "no", ""),
    ],
)
def test_grade_and_ambulation_that_do_not_fit_are_said(grade, ambulatory, part):
    remark = ambulation_remark(grade, ambulatory)
    assert part in remark
    assert bool(remark) == bool(part)


def test_remarks_name_their_day_before_and_after_treatment():
    course = neurological_course([visit(-1, "d", "yes"), visit(61, "c", "no")])
    assert course.remarks[0].startswith("Day -1: grade d with a patient who walks")
    assert course.remarks[1].startswith("Day 61 (2.0 months): grade c with a patient who does not")
