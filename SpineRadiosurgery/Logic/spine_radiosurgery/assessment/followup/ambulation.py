"""Ambulation before and after treatment over a cohort, as in the paper's Table 2."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from ...geometry import InputError
from ..answers import NO, UNKNOWN, YES
from ..sources import RYU_2015
from .entry import Visit
from .follow_up import FollowUp
from .neurology import GRADE_CODES, neurological_course

TABLE_2 = f"{RYU_2015}, Table 2"
_Z_95 = 1.959964
_PERCENT_INSIDE_TEXT = (
    "The paper's text gives 84 % as neurological improvement or preservation and 81 % to 84 % as "
    "the overall ambulatory rate of the surgical and the radiosurgical trial; its Table 2 gives "
    "81 % (50/62) for radiosurgery."
)
_PERCENT_INSIDE_TABLE = (
    "Table 2 prints 59 (19/27) and 88 (31/35) for radiosurgery; the fractions are 70 % and 89 %. "
    "They add up to 50/62, and the text repeats 59 % and 88 %."
)
_INTACT = (
    'Table 2 compares two things: its words "ambulatory (intact)" mean ambulation in the surgical '
    "trial, and a neurologically intact state in the radiosurgical one."
)
_WHICH_STATE = (
    "The state after treatment is the last one recorded{until}; the paper does not say when its "
    "trials took it."
)
_NOT_RECORDED = "Patients whose state is not recorded are counted as open, in neither group."


@dataclass(frozen=True)
class PaperRate:
    """A rate of one arm as the paper prints it."""

    arm: str
    printed_percent: int
    numerator: int
    denominator: int


def _arms(*figures: tuple[int, int, int]) -> tuple[PaperRate, ...]:
    arms = (
        "Surgery and conventional irradiation (Patchell)",
        "Conventional irradiation alone (Patchell)",
        "Radiosurgery (Ryu phase II)",
    )
    return tuple(PaperRate(arm, *figure) for arm, figure in zip(arms, figures, strict=True))


PAPER_RATES: dict[str, tuple[PaperRate, ...]] = {
    "overall": _arms((84, 42, 50), (57, 29, 51), (81, 50, 62)),
    "kept": _arms((94, 32, 34), (74, 26, 35), (88, 31, 35)),
    "regained": _arms((62, 10, 16), (19, 3, 16), (59, 19, 27)),
}
"""Rows of Table 2, as printed."""

_TITLES = {
    "overall": "Overall ambulatory rate",
    "kept": "Ambulatory rate in ambulatory patients",
    "regained": "Ambulatory rate from non-ambulatory patients",
}


@dataclass(frozen=True)
class AmbulationRow:
    """One rate of the cohort beside the paper's.

    Attributes
    ----------
    key : str
        "overall", "kept" or "regained".
    title : str
    numerator, denominator : int
        Patients who walk after treatment, among those of the row of whom that is recorded.
    percent, low_percent, high_percent : float or None
        Rate and its 95 % Wilson interval; None of no patients.
    open : int
        Patients who may belong to the row, but whose state is not recorded.
    paper : tuple of PaperRate
    """

    key: str
    title: str
    numerator: int
    denominator: int
    percent: float | None
    low_percent: float | None
    high_percent: float | None
    open: int
    paper: tuple[PaperRate, ...]


@dataclass(frozen=True)
class AmbulationTable:
    """Table 2 of a cohort.

    Attributes
    ----------
    patients : int
    rows : tuple of AmbulationRow
        Overall, kept, regained.
    grade_codes : tuple of str
        "a" to "e", the order of `grade_counts`.
    grade_counts : tuple of tuple of int
        Patients by grade before (outer) and last grade after treatment (inner).
    grades_open : int
        Patients of whom one of the two grades is not recorded.
    remarks : tuple of str
    citation : str
    """

    patients: int
    rows: tuple[AmbulationRow, ...]
    grade_codes: tuple[str, ...]
    grade_counts: tuple[tuple[int, ...], ...]
    grades_open: int
    remarks: tuple[str, ...]
    citation: str = TABLE_2


def ambulation_table(
    follow_ups: Sequence[FollowUp],
    *,
    presenting_grades: Sequence[str] = (),
    until_day: int | None = None,
) -> AmbulationTable:
    """Tabulate ambulation and neurological grades before and after treatment.

    Parameters
    ----------
    follow_ups : sequence of FollowUp
        One a patient.
    presenting_grades : sequence of str
        Grade of each patient at presentation, for those without a visit before treatment; empty
        for none.
    until_day : int or None
        Later visits are left out; None takes all.

    Returns
    -------
    AmbulationTable

    Raises
    ------
    InputError
        There are not as many presenting grades as patients.
    """
    if presenting_grades and len(presenting_grades) != len(follow_ups):
        raise InputError(
            f"There are {len(presenting_grades)} grades at presentation for {len(follow_ups)} "
            "patients; give one a patient, '' where it is open."
        )
    grades = presenting_grades or [""] * len(follow_ups)
    courses = [
        neurological_course(_visits_until(follow_up, until_day), presenting_grade=presenting)
        for follow_up, presenting in zip(follow_ups, grades, strict=True)
    ]
    walked = [(course.baseline_ambulatory, course.last_ambulatory) for course in courses]
    pairs = [(course.baseline_grade, course.last_grade) for course in courses]
    until = "" if until_day is None else f" up to day {until_day}"
    return AmbulationTable(
        patients=len(follow_ups),
        rows=(
            _row("overall", walked, (YES, NO, UNKNOWN)),
            _row("kept", walked, (YES,)),
            _row("regained", walked, (NO,)),
        ),
        grade_codes=GRADE_CODES,
        grade_counts=tuple(
            tuple(pairs.count((before, after)) for after in GRADE_CODES) for before in GRADE_CODES
        ),
        grades_open=sum(not (before and after) for before, after in pairs),
        remarks=(
            _WHICH_STATE.format(until=until),
            _NOT_RECORDED,
            _INTACT,
            _PERCENT_INSIDE_TEXT,
            _PERCENT_INSIDE_TABLE,
        ),
    )


def wilson_interval(numerator: int, denominator: int) -> tuple[float, float] | None:
    """Return the 95 % Wilson score interval of a rate, in percent; None of no patients.

    Examples
    --------
    >>> [round(limit, 1) for limit in wilson_interval(50, 62)]
    [69.1, 88.6]
    """
    if denominator == 0:
        return None
    rate, z2 = numerator / denominator, _Z_95**2
    center = rate + z2 / (2 * denominator)
    half = _Z_95 * sqrt(rate * (1 - rate) / denominator + z2 / (4 * denominator**2))
    scale = 100 / (1 + z2 / denominator)
    return max(0.0, scale * (center - half)), min(100.0, scale * (center + half))


def _visits_until(follow_up: FollowUp, until_day: int | None) -> list[Visit]:
    return [v for v in follow_up.visits if until_day is None or v.day <= until_day]


def _row(key: str, walked: list[tuple[str, str]], group: tuple[str, ...]) -> AmbulationRow:
    after = [last for before, last in walked if before in group]
    numerator, denominator = after.count(YES), len(after) - after.count(UNKNOWN)
    interval = wilson_interval(numerator, denominator)
    not_grouped = sum(before == UNKNOWN for before, _ in walked) if UNKNOWN not in group else 0
    return AmbulationRow(
        key=key,
        title=_TITLES[key],
        numerator=numerator,
        denominator=denominator,
        percent=100 * numerator / denominator if denominator else None,
        low_percent=interval[0] if interval else None,
        high_percent=interval[1] if interval else None,
        open=after.count(UNKNOWN) + not_grouped,
        paper=PAPER_RATES[key],
    )
