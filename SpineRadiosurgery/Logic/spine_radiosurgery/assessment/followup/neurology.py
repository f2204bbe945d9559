"""Neurological grade and ambulation before and after treatment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..answers import NO, UNKNOWN, YES
from ..grading.grades import NEUROLOGICAL, TABLE_1, grade
from .days import after_treatment, in_order_of_days, last_before_treatment, months, when
from .entry import Visit

IMPROVED, UNCHANGED, WORSE = "improved", "stable", "worse"
AMBULATION_CHANGES: dict[tuple[str, str], str] = {
    (YES, YES): "kept",
    (YES, NO): "lost",
    (NO, YES): "regained",
    (NO, NO): "not_regained",
}
"""Ambulatory before and after, to the change."""
GRADE_CODES = tuple(g.code for g in NEUROLOGICAL)
_FUNCTIONAL = ("a", "b", "c")


@dataclass(frozen=True)
class NeurologicalState:
    """The state on one day after treatment.

    Attributes
    ----------
    day : int
    months : float
    grade : str
        "a" to "e"; "" where it is not recorded.
    ambulatory : str
    change : str
        Of the grade since the baseline: "improved", "stable" or "worse"; "" where it is open.
    ambulation : str
        "kept", "lost", "regained", "not_regained"; "" where it is open.
    remark : str
        Where grade and ambulation do not fit.
    """

    day: int
    months: float
    grade: str
    ambulatory: str
    change: str
    ambulation: str
    remark: str


@dataclass(frozen=True)
class NeurologicalCourse:
    """Grade and ambulation over time.

    Attributes
    ----------
    baseline_grade : str
    baseline_grade_day : int or None
        None also for a grade at presentation, which has no day.
    baseline_ambulatory : str
    baseline_ambulatory_day : int or None
    states : tuple of NeurologicalState
        Visits after day 0 that tell of grade or ambulation.
    first_improved_day, first_worse_day : int or None
        First visit with a better or a worse grade than the baseline.
    last_grade, last_change : str
        Of the last visit with a grade.
    last_grade_day : int or None
    last_ambulatory, last_ambulation : str
        Of the last visit with an answer.
    last_ambulatory_day : int or None
    text : str
    remarks : tuple of str
        What is open or does not fit.
    citation : str
    """

    baseline_grade: str
    baseline_grade_day: int | None
    baseline_ambulatory: str
    baseline_ambulatory_day: int | None
    states: tuple[NeurologicalState, ...]
    first_improved_day: int | None
    first_worse_day: int | None
    last_grade: str
    last_change: str
    last_grade_day: int | None
    last_ambulatory: str
    last_ambulation: str
    last_ambulatory_day: int | None
    text: str
    remarks: tuple[str, ...]
    citation: str = TABLE_1


def neurological_course(
    visits: Sequence[Visit], *, presenting_grade: str = ""
) -> NeurologicalCourse:
    """Return grade and ambulation before and after treatment.

    The baselines are the last grade and the last answer on or before day 0; one is never derived
    from the other.

    Parameters
    ----------
    visits : sequence of Visit
        In any order.
    presenting_grade : str
        Grade at presentation; the baseline where no visit on or before day 0 has one.

    Returns
    -------
    NeurologicalCourse

    Raises
    ------
    InputError
        Two visits are on one day, or the presenting grade is none.
    """
    if presenting_grade:
        grade("neurological", presenting_grade)
    ordered = in_order_of_days(visits, "A visit")
    graded = last_before_treatment([v for v in ordered if v.neurological])
    walked = last_before_treatment([v for v in ordered if v.ambulatory != UNKNOWN])
    grade_before = graded.neurological if graded else presenting_grade
    walked_before = walked.ambulatory if walked else UNKNOWN
    states = tuple(
        _state(visit, grade_before, walked_before)
        for visit in after_treatment(ordered)
        if visit.neurological or visit.ambulatory != UNKNOWN
    )
    last = next((state for state in reversed(states) if state.grade), None)
    last_walk = next((s for s in reversed(states) if s.ambulatory != UNKNOWN), None)
    return NeurologicalCourse(
        baseline_grade=grade_before,
        baseline_grade_day=graded.day if graded else None,
        baseline_ambulatory=walked_before,
        baseline_ambulatory_day=walked.day if walked else None,
        states=states,
        first_improved_day=next((s.day for s in states if s.change == IMPROVED), None),
        first_worse_day=next((s.day for s in states if s.change == WORSE), None),
        last_grade=last.grade if last else "",
        last_change=last.change if last else "",
        last_grade_day=last.day if last else None,
        last_ambulatory=last_walk.ambulatory if last_walk else UNKNOWN,
        last_ambulation=last_walk.ambulation if last_walk else "",
        last_ambulatory_day=last_walk.day if last_walk else None,
        text=_text(grade_before, last, walked_before, last_walk),
        remarks=(
            *_baseline_remarks(graded, walked, presenting_grade),
            *(
                f"{when(state.day).capitalize()}: {state.remark}"
                for state in states
                if state.remark
            ),
        ),
    )


def grade_change(before: str, after: str) -> str:
    """Return "improved", "stable" or "worse"; "" where a grade is open."""
    if not before or not after:
        return ""
    steps = GRADE_CODES.index(after) - GRADE_CODES.index(before)
    return UNCHANGED if steps == 0 else WORSE if steps > 0 else IMPROVED


def ambulation_remark(neurological: str, ambulatory: str) -> str:
    """Say where a grade and ambulation do not fit; "" where they do, or one is open.

    Parameters
    ----------
    neurological : str
        "a" to "e", or "".
    ambulatory : str
        "yes", "no" or "unknown".
    """
    if neurological in _FUNCTIONAL and ambulatory == NO:
        return (
            f"grade {neurological} with a patient who does not walk: the paper's grade c or better "
            "is functional and ambulatory; check the grade, or whether another cause keeps the "
            "patient from walking."
        )
    if neurological == "d" and ambulatory == YES:
        return (
            "grade d with a patient who walks: it means that the arm is of no use or that the "
            "patient does not walk; check that it is the arm."
        )
    if neurological == "e" and ambulatory == YES:
        return (
            "grade e with a patient who walks: it means complete paralysis or incontinence; check "
            "that it is incontinence."
        )
    return ""


def _state(visit: Visit, grade_before: str, walked_before: str) -> NeurologicalState:
    return NeurologicalState(
        day=visit.day,
        months=months(visit.day),
        grade=visit.neurological,
        ambulatory=visit.ambulatory,
        change=grade_change(grade_before, visit.neurological),
        ambulation=AMBULATION_CHANGES.get((walked_before, visit.ambulatory), ""),
        remark=ambulation_remark(visit.neurological, visit.ambulatory),
    )


def _baseline_remarks(
    graded: Visit | None, walked: Visit | None, presenting_grade: str
) -> list[str]:
    remarks = []
    if graded is None and presenting_grade:
        remarks.append("The grade at presentation is the baseline; no visit before has one.")
    elif graded is None:
        remarks.append("No neurological grade is recorded on or before day 0: its change is open.")
    elif presenting_grade not in ("", graded.neurological):
        remarks.append(
            f"The grade at presentation is {presenting_grade}, that of day {graded.day} is "
            f"{graded.neurological}: the latter is the baseline."
        )
    if walked is None:
        remarks.append("Whether the patient walked before treatment is not recorded.")
    for visit in dict.fromkeys(visit for visit in (graded, walked) if visit):
        remark = ambulation_remark(visit.neurological, visit.ambulatory)
        if remark:
            remarks.append(f"{when(visit.day).capitalize()}: {remark}")
    return remarks


_WALKS = {YES: "ambulatory", NO: "not ambulatory", UNKNOWN: "ambulation not recorded"}


def _text(
    grade_before: str,
    last: NeurologicalState | None,
    walked_before: str,
    last_walk: NeurologicalState | None,
) -> str:
    graded = f"grade {grade_before}" if grade_before else "grade not recorded"
    sentences = [f"Before treatment: {graded}, {_WALKS[walked_before]}."]
    if last:
        change = f" ({last.change})" if last.change else ""
        sentences.append(f"Last grade: {last.grade} on {when(last.day)}{change}.")
    if last_walk:
        change = last_walk.ambulation.replace("_", " ")
        said = f" ({change})" if change else ""
        walks = _WALKS[last_walk.ambulatory]
        sentences.append(f"Last seen {walks} on {when(last_walk.day)}{said}.")
    if not last and not last_walk:
        sentences.append("No neurological state is recorded after treatment.")
    return " ".join(sentences)
