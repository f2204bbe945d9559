"""The four NOMS headings: neurologic, oncologic, mechanical and systemic."""

from __future__ import annotations

from dataclasses import dataclass

from ..answers import UNKNOWN
from ..followup.follow_up import FollowUp
from ..followup.neurology import neurological_course
from ..followup.pain import pain_course
from ..grading.entry import Grades
from ..grading.grades import grade
from ..prescribing.entry import SETTING_WORDS, PrescriptionContext
from ..sources import RYU_2015
from ..stability.sins import SinsScore
from .entry import Selection

CITATION = f"{RYU_2015}, oncological evaluation of spine metastasis (NOMS)"
HEADINGS = ("neurologic", "oncologic", "mechanical", "systemic")
NOT_RECORDED = "not recorded"
_CEMENTS = {
    "none": "none",
    "vertebroplasty_before": "vertebroplasty before radiosurgery",
    "vertebroplasty_after": "vertebroplasty after radiosurgery",
    "kyphoplasty_before": "kyphoplasty before radiosurgery",
    "kyphoplasty_after": "kyphoplasty after radiosurgery",
}


@dataclass(frozen=True)
class NomsHeading:
    """One heading with what is recorded under it.

    Attributes
    ----------
    heading : str
        "neurologic", "oncologic", "mechanical" or "systemic".
    lines : tuple of str
        "what: value"; what is open says "not recorded".
    citation : str
    """

    heading: str
    lines: tuple[str, ...]
    citation: str = CITATION


def noms(
    grades: Grades,
    selection: Selection,
    prescription: PrescriptionContext,
    sins: SinsScore,
    follow_up: FollowUp | None = None,
) -> tuple[NomsHeading, ...]:
    """Put what is recorded under the four NOMS headings, in their order.

    Parameters
    ----------
    grades : Grades
    selection : Selection
    prescription : PrescriptionContext
    sins : SinsScore
    follow_up : FollowUp or None
        For pain and ambulation before treatment, and the risk factors.
    """
    follow_up = follow_up or FollowUp()
    return (
        NomsHeading(HEADINGS[0], _neurologic(grades, selection, follow_up)),
        NomsHeading(HEADINGS[1], _oncologic(selection, prescription, follow_up)),
        NomsHeading(HEADINGS[2], _mechanical(sins, prescription)),
        NomsHeading(HEADINGS[3], _systemic(selection, follow_up)),
    )


def _neurologic(grades: Grades, selection: Selection, follow_up: FollowUp) -> tuple[str, ...]:
    gap = selection.measured.cord_gap
    walked = neurological_course(follow_up.visits).baseline_ambulatory
    return (
        _line("Radiographic grade", _graded("radiographic", grades.radiographic)),
        _line("Neurological grade", _graded("neurological", grades.neurological)),
        _line("ESCC", _graded("ESCC", grades.escc)),
        _line("Rapid decline", _answered(grades.rapid_decline)),
        _line("Ambulatory before treatment", _answered(walked)),
        gap.text if gap else _line("Gap between tumor and cord", ""),
    )


def _oncologic(
    selection: Selection, prescription: PrescriptionContext, follow_up: FollowUp
) -> tuple[str, ...]:
    pain = pain_course(follow_up.visits).baseline_score
    dose, fractions = prescription.dose_gy, prescription.fractions
    return (
        _line("Primary tumor", selection.primary),
        _line("Histology", selection.histology),
        _line("Radiosensitivity", selection.radiosensitivity),
        _line("Earlier radiation of this region", _answered(prescription.previous_radiation)),
        _line("Setting", SETTING_WORDS.get(prescription.setting, "")),
        _line("Prescribed dose", _number(dose, " Gy")),
        _line("Fractions", _number(fractions)),
        _line("Pain score before treatment", _number(pain, " of 10")),
    )


def _mechanical(sins: SinsScore, prescription: PrescriptionContext) -> tuple[str, ...]:
    return (
        _line("SINS", sins.text),
        *(
            _line(part.title, f"open. {part.reason}" if part.is_open else part.words)
            for part in sins.components
        ),
        _line("Cement", _CEMENTS.get(prescription.cement, "")),
    )


def _systemic(selection: Selection, follow_up: FollowUp) -> tuple[str, ...]:
    risks = follow_up.risk_factors
    return (
        _line("Systemic disease", selection.systemic_disease),
        _line("ECOG performance status", _number(selection.performance_ecog)),
        _line("Fit for surgery", _answered(selection.fit_for_surgery)),
        _line("Age", _number(selection.age_years, " years")),
        _line("Systemic therapy", _answered(risks.systemic_therapy)),
        _line("Earlier surgery", _answered(risks.surgery)),
        _line("Diabetes", _answered(risks.diabetes)),
        _line("Collagen disease", _answered(risks.collagen_disease)),
    )


def _graded(scale: str, code: str) -> str:
    return f"{code} ({grade(scale, code).name})" if code else ""


def _answered(answer: str) -> str:
    return "" if answer == UNKNOWN else answer


def _number(value: float | None, unit: str = "") -> str:
    return "" if value is None else f"{value:g}{unit}"


def _line(what: str, value: str) -> str:
    return f"{what}: {value or NOT_RECORDED}"
