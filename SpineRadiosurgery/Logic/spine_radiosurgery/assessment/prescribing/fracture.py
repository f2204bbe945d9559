"""The paper's risk of vertebral fracture: lytic, more than half of the body, more than 20 Gy."""

from __future__ import annotations

from dataclasses import dataclass

from ..answers import NO, UNKNOWN, YES
from ..sources import RYU_2015
from ..stability.candidates import BODY_UNCERTAINTY_PERCENT, HALF_PERCENT
from ..stability.entry import SinsChoices, VertebraMeasurement
from ..stability.sins import measurement_at
from .entry import PrescriptionContext

CITATION = f"{RYU_2015}, non-neurological complications"
HIGH_DOSE_GY = 20.0
_ABOUT_FRACTURES = (
    "The paper gives about 20 % of vertebral compression fractures, more often in lytic metastases "
    "that involve more than half of the body with more than 20 Gy. A fracture is no "
    "contraindication of radiosurgery there."
)


@dataclass(frozen=True)
class FractureCondition:
    """One of the three conditions.

    Attributes
    ----------
    key : str
        "lytic", "over_half" or "high_dose".
    holds : str
        "yes", "no" or "unknown".
    reason : str
        What says so, or why it is open, as a clause.
    """

    key: str
    holds: str
    reason: str


@dataclass(frozen=True)
class FractureRisk:
    """The flag and what it rests on.

    Attributes
    ----------
    flag : str
        "yes" where all three hold, "no" where one does not, "unknown" else.
    conditions : tuple of FractureCondition
    text : str
    citation : str
    """

    flag: str
    conditions: tuple[FractureCondition, ...]
    text: str
    citation: str = CITATION


def fracture_risk(context: PrescriptionContext, sins: SinsChoices, level: str = "") -> FractureRisk:
    """Say which of the three conditions hold; exactly 20 Gy is not above, nor is half the body.

    A measured share too near to half to tell is open.

    Parameters
    ----------
    context : PrescriptionContext
    sins : SinsChoices
        Lesion and collapse as a person chose them, and what was measured of the body.
    level : str
        Of the vertebra; a measurement of another one does not count. "" takes any.
    """
    conditions = (_lytic(sins.lesion), _over_half(sins, level), _high_dose(context))
    answers = {condition.holds for condition in conditions}
    flag = NO if NO in answers else UNKNOWN if UNKNOWN in answers else YES
    return FractureRisk(flag, conditions, _text(flag, conditions))


def _text(flag: str, conditions: tuple[FractureCondition, ...]) -> str:
    heads = {
        YES: "All three conditions of the paper for fractures hold",
        NO: "Not all conditions of the paper for fractures hold",
        UNKNOWN: "Whether the paper's conditions for fractures hold is open",
    }
    clauses = "; ".join(condition.reason for condition in conditions)
    return f"{heads[flag]}: {clauses}. {_ABOUT_FRACTURES}"


def _lytic(lesion: str) -> FractureCondition:
    key = "lytic"
    if lesion == "lytic":
        return FractureCondition(key, YES, "the lesion is lytic")
    if lesion == "blastic":
        return FractureCondition(key, NO, "the lesion is blastic")
    if lesion == "mixed":
        reason = "the lesion is mixed, of which the paper says nothing"
        return FractureCondition(key, UNKNOWN, reason)
    return FractureCondition(key, UNKNOWN, "whether the lesion is lytic is not recorded")


def _over_half(sins: SinsChoices, level: str) -> FractureCondition:
    """A person's choice counts before the measured share; the other collapses do not tell it."""
    key = "over_half"
    by_measure = _over_half_measured(*measurement_at(sins.measured, level))
    chosen = {"none_over_half_involved": YES, "none": NO}.get(sins.collapse, "")
    if not chosen:
        return by_measure
    words = "more than half of" if chosen == YES else "no more than half of"
    reason = f"{words} the body is involved as a person chose"
    if by_measure.holds not in (UNKNOWN, chosen):
        reason += f", although {by_measure.reason}"
    return FractureCondition(key, chosen, reason)


def _over_half_measured(measured: VertebraMeasurement | None, remark: str) -> FractureCondition:
    key = "over_half"
    if remark:
        return FractureCondition(key, UNKNOWN, remark)
    percent = measured.body_involved_percent if measured else None
    if measured is None or percent is None:
        return FractureCondition(key, UNKNOWN, "how much of the body is involved is not recorded")
    of_which = f" of {measured.vertebra}" if measured.vertebra else ""
    reason = f"{percent:.1f} % of the body{of_which} is involved as measured"
    if abs(percent - HALF_PERCENT) <= BODY_UNCERTAINTY_PERCENT:
        return FractureCondition(key, UNKNOWN, f"{reason}, too near to half to tell")
    return FractureCondition(key, YES if percent > HALF_PERCENT else NO, reason)


def _high_dose(context: PrescriptionContext) -> FractureCondition:
    """The paper does not say whether it means the total dose or that of a fraction."""
    key, dose, fractions = "high_dose", context.dose_gy, context.fractions
    if dose is None:
        return FractureCondition(key, UNKNOWN, "the dose is not recorded")
    total = f"{dose:g} Gy"
    if dose <= HIGH_DOSE_GY:
        return FractureCondition(key, NO, f"{total} is not above {HIGH_DOSE_GY:g} Gy")
    if fractions is None:
        reason = f"the fractions in which {total} is given are not recorded"
        return FractureCondition(key, UNKNOWN, reason)
    if dose / fractions > HIGH_DOSE_GY:
        where = "1 fraction" if fractions == 1 else f"{fractions} fractions"
        reason = f"{total} in {where} is above {HIGH_DOSE_GY:g} Gy"
        return FractureCondition(key, YES, reason)
    reason = (
        f"{total} in {fractions} fractions is above {HIGH_DOSE_GY:g} Gy in total, not in a "
        "fraction, and the paper does not say which it means"
    )
    return FractureCondition(key, UNKNOWN, reason)
