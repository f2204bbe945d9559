"""The follow-up of one patient in one: what follows from everything that is recorded."""

from __future__ import annotations

from dataclasses import dataclass

from ..answers import YES
from .complications import ComplicationFinding, complication_findings, risk_factor_text
from .days import months, span, when
from .failure import PATTERN_WORDS, PLACE_WORDS, Failure
from .follow_up import FollowUp
from .neurology import NeurologicalCourse, neurological_course
from .pain import PainCourse, pain_course
from .volumes import VolumeCourse, volume_response

_UNDECIDED = "the pattern is not decided"


@dataclass(frozen=True)
class FailureFinding:
    """A failure: what a person decided beside what was measured.

    Attributes
    ----------
    day : int
    months : float
    decided_pattern, measured_pattern : str
        "in_field", "marginal", "distant"; "" where it is open or was not measured.
    patterns_within_error : tuple of str
        Measured patterns that the registration's error leaves possible.
    decided_places, measured_places : tuple of str
    text : str
    """

    day: int
    months: float
    decided_pattern: str
    measured_pattern: str
    patterns_within_error: tuple[str, ...]
    decided_places: tuple[str, ...]
    measured_places: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class FollowUpSummary:
    """What follows from a follow-up.

    Attributes
    ----------
    followed_days : int or None
    followed_months : float or None
    died : str
    first_failure_day : int or None
        Day on which the first failure was seen: it began by then.
    first_failure_months : float or None
    failures : tuple of FailureFinding
    volumes : tuple of VolumeCourse
    pain : PainCourse
    neurology : NeurologicalCourse
    complications : tuple of ComplicationFinding
    risk_factors : str
    lines : tuple of str
        The whole in a few sentences.
    """

    followed_days: int | None
    followed_months: float | None
    died: str
    first_failure_day: int | None
    first_failure_months: float | None
    failures: tuple[FailureFinding, ...]
    volumes: tuple[VolumeCourse, ...]
    pain: PainCourse
    neurology: NeurologicalCourse
    complications: tuple[ComplicationFinding, ...]
    risk_factors: str
    lines: tuple[str, ...]


def follow_up_summary(follow_up: FollowUp, *, presenting_grade: str = "") -> FollowUpSummary:
    """Return everything that follows from a follow-up.

    Parameters
    ----------
    follow_up : FollowUp
    presenting_grade : str
        Neurological grade at presentation; the baseline where no visit before treatment has one.

    Returns
    -------
    FollowUpSummary

    Raises
    ------
    InputError
        The presenting grade is none.
    """
    failures = tuple(_failure(failure) for failure in follow_up.failures)
    volumes = volume_response(follow_up.volumes)
    pain = pain_course(follow_up.visits)
    neurology = neurological_course(follow_up.visits, presenting_grade=presenting_grade)
    complications = complication_findings(follow_up)
    followed = follow_up.followed_days
    first = failures[0].day if failures else None
    lines = (
        _followed(follow_up),
        *_failure_lines(failures, followed),
        *(course.text for course in volumes),
        *_pain_lines(pain),
        neurology.text,
        *(finding.text for finding in complications),
    )
    return FollowUpSummary(
        followed_days=followed,
        followed_months=None if followed is None else months(followed),
        died=follow_up.died,
        first_failure_day=first,
        first_failure_months=None if first is None else months(first),
        failures=failures,
        volumes=volumes,
        pain=pain,
        neurology=neurology,
        complications=complications,
        risk_factors=risk_factor_text(follow_up.risk_factors),
        lines=lines,
    )


def _followed(follow_up: FollowUp) -> str:
    days = follow_up.followed_days
    died = follow_up.died == YES
    if days is None:
        return "The patient died." if died else "No follow-up is recorded after treatment."
    return f"Followed for {span(days)}{', until death' if died else ''}."


def _pain_lines(pain: PainCourse) -> list[str]:
    if not pain.responses or not pain.visits:
        return [f"Pain: {pain.remarks[0]}"]
    return [f"Pain, {response.text}" for response in pain.responses]


def _failure(failure: Failure) -> FailureFinding:
    measured = failure.measured
    measured_pattern = measured.pattern if measured else ""
    possible = measured.patterns_within_error if measured else ()
    places = measured.places if measured else ()
    return FailureFinding(
        day=failure.day,
        months=months(failure.day),
        decided_pattern=failure.pattern,
        measured_pattern=measured_pattern,
        patterns_within_error=possible,
        decided_places=failure.places,
        measured_places=places,
        text=_failure_text(failure),
    )


def _failure_text(failure: Failure) -> str:
    decided = f"decided as {PATTERN_WORDS[failure.pattern]}" if failure.pattern else _UNDECIDED
    places = ", ".join(PLACE_WORDS[place] for place in failure.places)
    measured = failure.measured
    sentences = [
        f"Failure seen on {when(failure.day)}: {decided}{f' ({places})' if places else ''}.",
        f"Measured: {measured.text}" if measured else "It was not measured.",
    ]
    if measured and measured.pattern and failure.pattern not in ("", measured.pattern):
        sentences.append("Decision and measurement differ.")
    return " ".join(sentences)


def _failure_lines(failures: tuple[FailureFinding, ...], followed: int | None) -> list[str]:
    if failures:
        return [failure.text for failure in failures]
    return [] if followed is None else [f"No failure is recorded within {span(followed)}."]
