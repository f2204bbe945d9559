"""The whole follow-up of one patient."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from spine_radiosurgery.assessment.followup import (
    Complication,
    DoseBand,
    Failure,
    FailureMeasurement,
    FailureThresholds,
    FollowUp,
    TumourVolume,
    Visit,
    follow_up_summary,
)


def measured(pattern, within=()):
    return FailureMeasurement(
        recurrence="Recurrence",
        volume_cc=1.2,
        bands=(DoseBand(0, 50, 10), DoseBand(50, 90, 20), DoseBand(90, None, 70)),
        outside_dose_percent=0,
        in_target_percent=None,
        pattern=pattern,
        patterns_within_error=within or (pattern,),
        reason="" if pattern else "on a limit",
        min_gy=4,
        mean_gy=12,
        max_gy=18,
        d95_gy=6,
        thresholds=FailureThresholds(),
        prescription_gy=16,
        registration="Rigid",
        registration_error_mm=1.5,
        places=("epidural",),
    )


FULL = FollowUp(
    visits=(
        Visit(-3, 8, 60, neurological="c", ambulatory="yes", other_sites_worse="no"),
        Visit(30, 3, 60, neurological="b", ambulatory="yes", other_sites_worse="no"),
    ),
    volumes=(TumourVolume(-3, 10), TumourVolume(61, 3.5)),
    failures=(
        Failure(300, "distant"),
        Failure(200, "in_field", ("epidural",), measured("marginal")),
    ),
    complications=(Complication("pain_flare", 1, resolved_day=4),),
    last_day=420,
    died="no",
)


def test_a_summary_holds_all_parts():
    summary = follow_up_summary(FULL)
    assert (summary.followed_days, summary.followed_months) == (420, 13.8)
    assert [course.kind for course in summary.volumes] == ["epidural"]
    assert [response.best for response in summary.pain.responses] == [("partial",), ("partial",)]
    assert summary.neurology.last_change == "improved"
    assert [finding.kind for finding in summary.complications] == ["pain_flare"]
    text = "\n".join(summary.lines)
    for part in ("420 days", "Failure seen", "65 % less", "RTOG 0631", "grade c", "Pain flare"):
        assert part in text


def test_the_first_failure_tells_the_time_to_failure():
    summary = follow_up_summary(FULL)
    assert [finding.day for finding in summary.failures] == [200, 300]
    assert (summary.first_failure_day, summary.first_failure_months) == (200, 6.6)


def test_decided_and_measured_patterns_stand_side_by_side():
    first, second = follow_up_summary(FULL).failures
    assert (first.decided_pattern, first.measured_pattern) == ("in_field", "marginal")
    assert (first.decided_places, first.measured_places) == (("epidural",), ("epidural",))
    assert "decided as in-field (epidural)" in first.text
    assert "Decision and measurement differ." in first.text
    assert (second.decided_pattern, second.measured_pattern) == ("distant", "")
    assert "It was not measured." in second.text


@pytest.mark.parametrize(("decided", "pattern"), [("marginal", "marginal"), ("", "marginal")])
def test_no_difference_is_claimed_without_one(decided, pattern):
    follow_up = FollowUp(failures=(Failure(90, decided, measured=measured(pattern)),))
    (finding,) = follow_up_summary(follow_up).failures
    assert "differ" not in finding.text
    assert ("the pattern is not decided" in finding.text) == (not decided)


def test_a_pattern_that_cannot_be_told_differs_from_nothing():
    open_one = measured("", ("in_field", "marginal"))
    follow_up = FollowUp(failures=(Failure(90, "distant", measured=open_one),))
    (finding,) = follow_up_summary(follow_up).failures
    assert finding.patterns_within_error == ("in_field", "marginal")
    assert "differ" not in finding.text
    assert "cannot be told" in finding.text


def test_no_failure_is_said_with_the_time_that_was_looked_at():
    lines = follow_up_summary(FollowUp(last_day=90, died="yes")).lines
    assert "Followed for 90 days (3.0 months), until death." in lines
    assert "No failure is recorded within 90 days (3.0 months)." in lines


def test_nothing_recorded_claims_nothing():
    summary = follow_up_summary(FollowUp())
    assert summary.followed_days is None
    assert summary.first_failure_day is None
    assert summary.lines[0] == "No follow-up is recorded after treatment."
    assert not any("No failure" in line for line in summary.lines)


@pytest.mark.parametrize(
    ("visits", "said"),
    [
        ((Visit(30, 4),), "Pain: No pain score is recorded on or before day 0"),
        ((Visit(-1, 4),), "Pain: No pain score is recorded after treatment."),
    ],
)
def test_what_is_missing_of_pain_is_said(visits, said):
    assert any(line.startswith(said) for line in follow_up_summary(FollowUp(visits=visits)).lines)


def test_the_grade_at_presentation_is_handed_on():
    summary = follow_up_summary(FollowUp(), presenting_grade="c")
    assert summary.neurology.baseline_grade == "c"


@pytest.mark.parametrize("follow_up", [FollowUp(), FULL])
def test_a_summary_is_plain_json(follow_up):
    document = json.dumps(asdict(follow_up_summary(follow_up)), allow_nan=False)
    assert "remarks" in json.loads(document)["pain"]
