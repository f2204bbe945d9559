"""Course of pain by RTOG 0631 and by the international consensus, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..sources import RYU_2008, RYU_2015
from .days import after_treatment, in_order_of_days, last_before_treatment, months
from .entry import Visit
from .pain_classes import (
    CONSENSUS,
    PAIN_CLASSES,
    PAIN_DEFINITIONS,
    RESPONSES,
    RTOG,
    PainClass,
    pain_class,
)
from .relief import Relief, relief_of, relief_sentences

FLARE_DAYS = 7
"""Up to here a rise of pain may be a flare; the paper says "24 hours" and "a few days"."""
RTOG_ELIGIBLE_SCORE = 5
PAPER_PAIN = (
    "After 10 to 16 Gy in one fraction: complete relief 46 %, partial 18.9 %, stable 16.2 %, "
    "relapse 6.9 %; median time to relief 14 days (earliest within 24 hours), median duration "
    "13.3 months, pain control at one year 84 %."
)
PAPER_PAIN_CITATION = f"{RYU_2008} (abstract)"
_FLARE = (
    "Soon after treatment (24 hours, or a few days with fractions; here read as up to "
    f"{FLARE_DAYS} days) a rise may be a pain flare, which is usually transient and a "
    "complication, not progression."
)
_NO_BASELINE = "No pain score is recorded on or before day 0: no response can be told."
_ENDPOINT = "RTOG 0631 judged the response at 3 months; the other days are classed likewise."


@dataclass(frozen=True)
class PainVisit:
    """A visit after treatment with its two classes."""

    day: int
    months: float
    pain_score: float | None
    opioid_mg: float | None
    rtog: PainClass
    consensus: PainClass
    remark: str


@dataclass(frozen=True)
class PainResponse:
    """The course by one definition.

    Attributes
    ----------
    definition, title : str
    best : tuple of str
        Best class of all visits; several where it is open, none where no visit has a class.
    relief : Relief
    text : str
    """

    definition: str
    title: str
    best: tuple[str, ...]
    relief: Relief
    text: str


@dataclass(frozen=True)
class PainCourse:
    """Pain before and after treatment.

    Attributes
    ----------
    baseline_day : int or None
    baseline_score, baseline_opioid_mg : float or None
    visits : tuple of PainVisit
        After day 0, in order.
    responses : tuple of PainResponse
        By RTOG 0631 and by the consensus; empty without a baseline.
    remarks : tuple of str
    reference, citation : str
        What the paper reports.
    """

    baseline_day: int | None
    baseline_score: float | None
    baseline_opioid_mg: float | None
    visits: tuple[PainVisit, ...]
    responses: tuple[PainResponse, ...]
    remarks: tuple[str, ...]
    reference: str = PAPER_PAIN
    citation: str = PAPER_PAIN_CITATION


def pain_course(visits: Sequence[Visit]) -> PainCourse:
    """Return the course of pain by both definitions.

    The baseline is the last visit on or before day 0 with a pain score. Relapse means here: the
    first visit after relief that is no longer a complete or partial response; the sources do not
    define it.

    Parameters
    ----------
    visits : sequence of Visit
        In any order.

    Returns
    -------
    PainCourse

    Raises
    ------
    InputError
        Two visits are on one day.
    """
    ordered = in_order_of_days(visits, "A visit")
    baseline = last_before_treatment([v for v in ordered if v.pain_score is not None])
    later = [v for v in after_treatment(ordered) if _tells_of_pain(v)]
    classed = tuple(_classed(baseline or Visit(0), visit) for visit in later)
    if baseline is None:
        return PainCourse(None, None, None, classed, (), (_NO_BASELINE,))
    by_rtog = _response(RTOG, [(visit.day, visit.rtog) for visit in classed])
    by_consensus = _response(CONSENSUS, [(visit.day, visit.consensus) for visit in classed])
    return PainCourse(
        baseline_day=baseline.day,
        baseline_score=baseline.pain_score,
        baseline_opioid_mg=baseline.opioid_mg,
        visits=classed,
        responses=(by_rtog, by_consensus),
        remarks=_remarks(baseline, classed),
    )


def _tells_of_pain(visit: Visit) -> bool:
    return visit.pain_score is not None or visit.opioid_mg is not None


def _classed(baseline: Visit, visit: Visit) -> PainVisit:
    before, after = baseline.pain_score, visit.pain_score
    is_higher = before is not None and after is not None and after > before
    return PainVisit(
        day=visit.day,
        months=months(visit.day),
        pain_score=visit.pain_score,
        opioid_mg=visit.opioid_mg,
        rtog=pain_class(RTOG, baseline, visit),
        consensus=pain_class(CONSENSUS, baseline, visit),
        remark=f"{_FLARE} ({RYU_2015})" if is_higher and visit.day <= FLARE_DAYS else "",
    )


def _remarks(baseline: Visit, visits: tuple[PainVisit, ...]) -> tuple[str, ...]:
    score = baseline.pain_score
    remarks = []
    is_scored = any(visit.pain_score is not None for visit in visits)
    if not is_scored:
        remarks.append("No pain score is recorded after treatment.")
    if score == 0:
        remarks.append("There was no pain before treatment: a response is undefined.")
    elif score is not None and score < RTOG_ELIGIBLE_SCORE:
        remarks.append(
            f"Pain before treatment was {score:g}; RTOG 0631 enrolled from {RTOG_ELIGIBLE_SCORE} "
            "points on."
        )
    return (*remarks, _ENDPOINT) if is_scored else tuple(remarks)


def _is_response(found: PainClass) -> bool | None:
    """Return whether a class is a response; None where it is open."""
    answers = {code in RESPONSES for code in found.classes}
    return answers.pop() if len(answers) == 1 else None


def _response(definition: str, classed: list[tuple[int, PainClass]]) -> PainResponse:
    title = PAIN_DEFINITIONS[definition].title
    judged = [(day, found) for day, found in classed if found.classes]
    best = _best([found.classes for _, found in judged])
    relief = relief_of([(day, _is_response(found)) for day, found in judged])
    if not best:
        text = f"{title}: no visit after treatment has a class."
    else:
        is_open = " (open, see the visits)" if len(best) > 1 else ""
        best_response = f"{title}: best class {' or '.join(best)}{is_open}."
        text = " ".join([best_response, *relief_sentences(relief)])
    return PainResponse(definition, title, best, relief, text)


def _best(visits: list[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the best class; all that it may be where visits are open."""
    if not visits:
        return ()
    rank = PAIN_CLASSES.index
    # The best is no worse than what each visit has for certain.
    certain = min(max(rank(code) for code in classes) for classes in visits)
    possible = {code for classes in visits for code in classes if rank(code) <= certain}
    return tuple(sorted(possible, key=rank))
