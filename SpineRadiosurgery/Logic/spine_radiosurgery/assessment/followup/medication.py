"""How pain medication changed since the baseline, as far as it is recorded."""

from __future__ import annotations

from dataclasses import dataclass

from ..answers import NO, UNKNOWN, YES
from .entry import Visit

LESS, STEADY, LITTLE_MORE, MORE = "less", "steady", "little_more", "more"
OPIOID_STATES = (LESS, STEADY, LITTLE_MORE, MORE)
"""Reduced by 25 % or more; reduced by less or the same; higher by less than 25 %; by 25 % or
more."""
RISES = (LITTLE_MORE, MORE)
OPIOID_PERCENT = 25.0
_ROUNDING_PERCENT = 1e-9
_FROM_NONE = "Opioids rose from 0 to {:g} mg a day: whether that is 25 % or more is undefined."


@dataclass(frozen=True)
class MedicationChange:
    """What is possible of the change of medication; one of each where all is recorded.

    Attributes
    ----------
    opioids : tuple of str
        Of `OPIOID_STATES`: the change of the daily oral morphine equivalent.
    increased : tuple of bool
        Whether any pain medication was increased.
    open_text : str
        Why there are several `opioids`; "" where there is one.
    remark : str
        Where the record contradicts itself.
    """

    opioids: tuple[str, ...]
    increased: tuple[bool, ...]
    open_text: str = ""
    remark: str = ""


def medication_change(baseline: Visit, visit: Visit) -> MedicationChange:
    """Return how medication changed from the baseline to a visit.

    Doses of opioids on both days count before the answer whether medication was increased, except
    that a "yes" beside doses that did not rise may be of another medication.

    Parameters
    ----------
    baseline, visit : Visit

    Returns
    -------
    MedicationChange
    """
    answer = visit.pain_medication_increased
    by_dose = _by_dose(baseline.opioid_mg, visit.opioid_mg)
    may_have_risen = bool(set(by_dose) & set(RISES))
    if answer == YES and not may_have_risen:
        return MedicationChange(
            (*by_dose, LITTLE_MORE),
            (True,),
            "Pain medication is recorded as increased, but opioids did not rise: whether another "
            "medication counts here is open.",
        )
    if baseline.opioid_mg is None or visit.opioid_mg is None:
        opioids = _by_answer(by_dose, answer)
        return MedicationChange(opioids, _increased(opioids), _missing(baseline, visit, answer))
    contradiction = answer == NO and may_have_risen
    return MedicationChange(
        by_dose,
        _increased(by_dose),
        _FROM_NONE.format(visit.opioid_mg) if len(by_dose) > 1 else "",
        "Pain medication is recorded as not increased, but opioids rose: the doses count."
        if contradiction
        else "",
    )


def _increased(opioids: tuple[str, ...]) -> tuple[bool, ...]:
    return tuple(sorted({state in RISES for state in opioids}))


def _by_dose(before: float | None, after: float | None) -> tuple[str, ...]:
    if before is None or after is None:
        # From none there is no less, to none there is no more.
        excluded = {LESS} if before == 0 else set(RISES) if after == 0 else set()
        return tuple(state for state in OPIOID_STATES if state not in excluded)
    if before == 0:
        return (STEADY,) if after == 0 else RISES
    percent = 100.0 * (after - before) / before
    if percent <= -OPIOID_PERCENT + _ROUNDING_PERCENT:
        return (LESS,)
    if percent <= 0:
        return (STEADY,)
    return (MORE,) if percent >= OPIOID_PERCENT - _ROUNDING_PERCENT else (LITTLE_MORE,)


def _by_answer(possible: tuple[str, ...], answer: str) -> tuple[str, ...]:
    if answer == UNKNOWN:
        return possible
    return tuple(state for state in possible if (state in RISES) == (answer == YES))


def _missing(baseline: Visit, visit: Visit, answer: str) -> str:
    if baseline.opioid_mg is None:
        days = "before treatment" + (" and now" if visit.opioid_mg is None else "")
    else:
        days = "now"
    asked = "" if answer != UNKNOWN else ", nor whether pain medication was increased"
    return f"The dose of opioids {days} is not recorded{asked}."
