"""Safety gate: whether dose and prescription are those that the plan means."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..case import InputError, Prescription

MEDIAN_PERCENT_RANGE = (70.0, 160.0)
"""A target's median dose outside this range of the prescription is not that plan's total dose."""
SAME_DOSE_GY = 0.01
"""Rounding of a decimal string in RTPLAN; a real difference is larger."""


@dataclass(frozen=True)
class GateNote:
    """What the safety gate found.

    Attributes
    ----------
    kind : str
        "caution" (the cord rows cannot be a plain pass) or "warning" (said in the report).
    text : str
        One sentence for the reader.
    """

    kind: str
    text: str


def check_target_dose(median_gy: float, prescription_gy: float) -> GateNote | None:
    """Compare a target's median dose with the prescription.

    Parameters
    ----------
    median_gy : float
        D50% of the target; nan when it could not be had.
    prescription_gy : float
        Total prescribed dose.

    Returns
    -------
    GateNote or None
        A caution outside 70 to 160 % of the prescription, and when there is no median.
    """
    if math.isnan(median_gy):
        return GateNote(
            "caution",
            "The target's median dose is not known, so the dose could not be checked against the "
            f"prescription of {prescription_gy:g} Gy.",
        )
    percent = 100.0 * median_gy / prescription_gy
    low, high = MEDIAN_PERCENT_RANGE
    if low <= percent <= high:
        return None
    return GateNote(
        "caution",
        f"The target's median dose is {median_gy:.2f} Gy, {percent:.0f} % of the prescription of "
        f"{prescription_gy:g} Gy (expected {low:g} to {high:g} %): a single fraction's dose, or "
        "the wrong plan?",
    )


def check_prescription(
    given: Prescription, planned: Prescription | None, *, override: bool = False
) -> GateNote | None:
    """Compare the prescription that the caller gave with the plan's.

    Returns
    -------
    GateNote or None
        A warning when they contradict each other and the caller overrides the plan.

    Raises
    ------
    InputError
        They contradict each other and are not overridden.
    """
    if planned is None:
        return None
    # 24.01 - 24 is a little more than 0.01 in binary numbers.
    same_dose = abs(given.dose_gy - planned.dose_gy) <= SAME_DOSE_GY + 1e-9
    if same_dose and given.fractions == planned.fractions:
        return None
    contradiction = (
        f"The prescription given, {_in_words(given)}, contradicts {planned.source}, "
        f"{_in_words(planned)}"
    )
    if not override:
        raise InputError(f"{contradiction}; correct it (total dose in Gy) or override the plan.")
    return GateNote("warning", f"{contradiction}; the plan's was overridden.")


def _in_words(prescription: Prescription) -> str:
    number = prescription.fractions
    return f"{prescription.dose_gy:g} Gy in {number} fraction{'' if number == 1 else 's'}"
