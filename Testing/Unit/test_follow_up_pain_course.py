"""The course of pain: baseline, best class, time to relief, relapse."""

from __future__ import annotations

import pytest

from spine_radiosurgery.assessment.followup import Relief, Visit, pain_course
from spine_radiosurgery.assessment.followup.relief import relief_of
from spine_radiosurgery.geometry import InputError


def visit(day, score, opioids=60.0):
    return Visit(day, score, opioids, other_sites_worse="no")


COURSE = [visit(-5, 8), visit(3, 8), visit(14, 4), visit(90, 0), visit(200, 7)]


def responses(visits):
    return {response.definition: response for response in pain_course(visits).responses}


def test_both_definitions_stand_side_by_side():
    course = pain_course([visit(-5, 7), visit(30, 5)])
    (found,) = course.visits
    assert (found.rtog.classes, found.consensus.classes) == (("stable",), ("partial",))
    assert [response.best for response in course.responses] == [("stable",), ("partial",)]


def test_the_baseline_is_the_last_score_on_or_before_day_0():
    course = pain_course([visit(30, 2), Visit(0), visit(-20, 9), visit(-2, 7, 40)])
    assert (course.baseline_day, course.baseline_score, course.baseline_opioid_mg) == (-2, 7, 40)


def test_day_0_is_before_treatment():
    course = pain_course([visit(-2, 9), visit(0, 6), visit(30, 2)])
    assert course.baseline_score == 6
    assert [found.day for found in course.visits] == [30]


@pytest.mark.parametrize("definition", ["rtog_0631", "consensus"])
def test_relief_and_relapse_are_bounded_by_visits(definition):
    found = responses(COURSE)[definition]
    assert found.best == ("complete",)
    assert found.relief == Relief(
        day=14,
        after_day=3,
        relapse_day=200,
        held_until_day=90,
        at_least_days=76,
        at_most_days=197,
    )
    assert "Relief was seen on day 14; it came after day 3." in found.text
    assert "between 76 days (2.5 months) and 197 days (6.5 months)" in found.text


def test_relief_that_lasts_has_no_upper_bound():
    found = responses(COURSE[:-1])["rtog_0631"]
    assert (found.relief.relapse_day, found.relief.at_most_days) == (None, None)
    assert found.relief.at_least_days == 76
    assert "It was last certain on day 90" in found.text
    assert "open" not in found.text


def test_without_a_visit_before_relief_came_after_day_0():
    assert responses([visit(-1, 8), visit(10, 2)])["consensus"].relief.after_day == 0


YES, NO, OPEN = True, False, None
RELIEFS = [
    # visits; day, after, may be, relapse, held until, at least, at most
    ([], Relief()),
    ([(5, NO)], Relief()),
    ([(5, OPEN)], Relief(may_be_day=5)),
    ([(5, NO), (9, OPEN), (12, NO)], Relief(may_be_day=9)),
    ([(5, OPEN), (9, YES)], Relief(9, 0, None, None, 9, 0, None)),
    ([(2, NO), (5, OPEN), (9, YES)], Relief(9, 2, None, None, 9, 0, None)),
    # A response that is certain begins after the last "no", the first possible one before it.
    ([(2, OPEN), (5, NO), (9, YES), (20, NO)], Relief(9, 0, None, 20, 9, 0, 15)),
    ([(9, YES), (20, OPEN), (30, YES)], Relief(9, 0, None, None, 9, 0, None)),
    ([(9, YES), (20, OPEN), (30, NO)], Relief(9, 0, None, 30, 9, 0, 30)),
    ([(9, YES), (20, YES), (30, NO), (40, YES)], Relief(9, 0, None, 30, 20, 11, 30)),
]


@pytest.mark.parametrize(("judged", "expected"), RELIEFS)
def test_open_visits_widen_the_bounds(judged, expected):
    assert relief_of(judged) == expected


def test_the_best_class_is_open_as_far_as_visits_are():
    # Without opioids day 30 may be partial or indeterminate; day 60 is stable.
    found = responses([visit(-1, 8), visit(30, 5, None), visit(60, 8)])["consensus"]
    assert found.best == ("partial", "stable")
    assert found.relief.may_be_day == 30
    assert "partial or stable (open, see the visits)" in found.text


def test_a_certain_response_settles_a_best_class():
    found = responses([visit(-1, 8), visit(30, 5, None), visit(60, 5)])["consensus"]
    assert found.best == ("partial",)
    assert found.relief.day == 60
    assert found.relief.after_day == 0


def test_without_a_baseline_nothing_is_classed():
    course = pain_course([visit(30, 2)])
    assert course.baseline_score is None
    assert course.responses == ()
    assert course.visits[0].rtog.classes == ()
    assert "before treatment" in course.visits[0].rtog.text
    assert "no response can be told" in course.remarks[0]


def test_no_pain_before_treatment_is_said():
    course = pain_course([visit(-1, 0), visit(30, 0)])
    assert [response.best for response in course.responses] == [(), ()]
    assert "a response is undefined" in course.remarks[0]


@pytest.mark.parametrize(("score", "is_said"), [(4, True), (4.5, True), (5, False), (8, False)])
def test_a_score_below_those_of_the_trial_is_said(score, is_said):
    remarks = pain_course([visit(-1, score), visit(30, 1)]).remarks
    assert any("enrolled from 5" in remark for remark in remarks) == is_said


def test_no_score_after_treatment_is_said():
    course = pain_course([visit(-1, 8), Visit(30, neurological="a")])
    assert course.visits == ()
    assert course.remarks == ("No pain score is recorded after treatment.",)


@pytest.mark.parametrize(
    ("day", "score", "is_said"), [(1, 9, True), (7, 8.5, True), (8, 9, False), (1, 8, False)]
)
def test_a_rise_within_days_may_be_a_flare(day, score, is_said):
    (found,) = pain_course([visit(-1, 8), visit(day, score)]).visits
    assert ("flare" in found.remark) == is_said


def test_the_papers_figures_stand_beside():
    course = pain_course([])
    assert "46 %" in course.reference
    assert "Ryu et al. 2008" in course.citation


def test_order_does_not_count():
    assert pain_course(COURSE) == pain_course(COURSE[::-1])


def test_two_visits_on_a_day_are_refused():
    with pytest.raises(InputError, match=r"A visit is recorded twice for day 30"):
        pain_course([visit(30, 1), visit(30, 2)])
