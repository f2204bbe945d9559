"""The prescription against the dose ranges of the two papers and RTOG 0631."""

from __future__ import annotations

from dataclasses import dataclass

from ..sources import RTOG_0631, RYU_2008, RYU_2014, RYU_2015
from ..words import listed
from .entry import SETTING_WORDS, PrescriptionContext

WITHIN, OUTSIDE, NOT_APPLICABLE, OPEN = "within", "outside", "not_applicable", "open"
_TOLERANCE_GY = 1e-6


@dataclass(frozen=True)
class DoseRange:
    """A published dose range, and where the prescription lies.

    Attributes
    ----------
    key : str
        "solitary", "rtog_0631", "rtog_0631_phase_2", "pain_above_14", "pain_16_to_24",
        "decompression", "separation_single" or "separation_three".
    name : str
        Whom it was given to.
    words : str
        The range as the source words it.
    status : str
        "within", "outside", "not_applicable" (another setting or fractionation) or "open" (dose,
        fractions or setting are not recorded, and what is recorded does not exclude it).
    text : str
        Status and reason in one to three sentences.
    citation : str
    """

    key: str
    name: str
    words: str
    status: str
    text: str
    citation: str


@dataclass(frozen=True)
class _Published:
    """A range as published: an interval of the dose a fraction, or single doses."""

    key: str
    name: str
    words: str
    citation: str
    settings: tuple[str, ...]
    fractions: int = 1
    low_gy: float = 0.0
    high_gy: float = float("inf")
    is_low_excluded: bool = False
    doses_gy: tuple[float, ...] = ()
    note: str = ""

    def contains(self, dose_gy: float) -> bool:
        """Say whether a dose a fraction is one of the doses, or in the interval."""
        if self.doses_gy:
            return any(abs(dose_gy - dose) <= _TOLERANCE_GY for dose in self.doses_gy)
        if self.is_low_excluded:
            return self.low_gy + _TOLERANCE_GY < dose_gy <= self.high_gy + _TOLERANCE_GY
        return self.low_gy - _TOLERANCE_GY <= dose_gy <= self.high_gy + _TOLERANCE_GY

    def place_of(self, dose_gy: float) -> str:
        """Words for where a dose that it does not contain lies."""
        low = min(self.doses_gy, default=self.low_gy)
        high = max(self.doses_gy, default=self.high_gy)
        if dose_gy > high:
            return "above it"
        if dose_gy < low:
            return "below it"
        if len(self.doses_gy) > 1:
            return "between these doses, but neither of them"
        return f"not above {low:g} Gy"


_WITHOUT_SURGERY = ("intact", "decompression")
_PAIN = f"{RYU_2015}, pain control"
_SEPARATION = f"{RYU_2015}, postoperative radiosurgery or separation surgery"
_RADIORESISTANT = "The paper quotes it for radioresistant tumors."

_PUBLISHED = (
    _Published(
        "solitary",
        "Solitary spine metastases, with or without cord compression",
        "10 to 16 Gy in 1 fraction",
        RYU_2008,
        _WITHOUT_SURGERY,
        low_gy=10.0,
        high_gy=16.0,
    ),
    _Published(
        "rtog_0631",
        "RTOG 0631, radiosurgery arm",
        "16 or 18 Gy in 1 fraction",
        f"{RYU_2015}, pain control; {RTOG_0631}",
        ("intact",),
        doses_gy=(16.0, 18.0),
        note=(
            "A page on the trial words it as 16 to 18 Gy. The other arm, 8 Gy of conventional "
            "radiation, is not radiosurgery."
        ),
    ),
    _Published(
        "rtog_0631_phase_2",
        "RTOG 0631, phase II",
        "16 Gy in 1 fraction",
        RYU_2014,
        ("intact",),
        doses_gy=(16.0,),
    ),
    _Published(
        "pain_above_14",
        "Pain control of 84 % at one year",
        "more than 14 Gy in 1 fraction",
        _PAIN,
        _WITHOUT_SURGERY,
        low_gy=14.0,
        is_low_excluded=True,
        note=(
            "The paper calls it a strong trend and names no upper end; the abstract of 2008 gives "
            "84 % for its whole range of 10 to 16 Gy."
        ),
    ),
    _Published(
        "pain_16_to_24",
        "Pain control of more than 90 %, whatever the histology",
        "16 to 24 Gy",
        _PAIN,
        _WITHOUT_SURGERY,
        low_gy=16.0,
        high_gy=24.0,
        note="The paper does not say in how many fractions; it is compared with one only.",
    ),
    _Published(
        "decompression",
        "Radiosurgery alone for cord compression (phase II trial)",
        "16 to 20 Gy in 1 fraction",
        f"{RYU_2015}, definitive radiosurgery for spinal cord compression",
        ("decompression",),
        low_gy=16.0,
        high_gy=20.0,
    ),
    _Published(
        "separation_single",
        "After separation surgery, single dose",
        "24 Gy in 1 fraction",
        _SEPARATION,
        ("separation_surgery",),
        doses_gy=(24.0,),
        note=_RADIORESISTANT,
    ),
    _Published(
        "separation_three",
        "After separation surgery, fractionated",
        "8 to 10 Gy x 3 (24 to 30 Gy in 3 fractions)",
        _SEPARATION,
        ("separation_surgery",),
        fractions=3,
        low_gy=8.0,
        high_gy=10.0,
        note=_RADIORESISTANT,
    ),
)


def prescription_ranges(context: PrescriptionContext) -> tuple[DoseRange, ...]:
    """Compare the prescription with every published range; eight, always in the same order.

    For surgery other than separation surgery the papers name no dose: nothing applies there.

    Parameters
    ----------
    context : PrescriptionContext
    """
    return tuple(_compared(published, context) for published in _PUBLISHED)


def _compared(published: _Published, context: PrescriptionContext) -> DoseRange:
    status, reason = _status(published, context)
    text = f"{published.words}: {reason} {published.note}".strip()
    return DoseRange(
        published.key, published.name, published.words, status, text, published.citation
    )


def _status(published: _Published, context: PrescriptionContext) -> tuple[str, str]:
    if context.setting and context.setting not in published.settings:
        return NOT_APPLICABLE, f"not for treatment {SETTING_WORDS[context.setting]}."
    if context.fractions is not None and context.fractions != published.fractions:
        return NOT_APPLICABLE, f"not for {_counted(context.fractions)}."
    if context.dose_gy is None or context.fractions is None or not context.setting:
        missing = _missing(context)
        are = "are" if len(missing) > 1 else "is"
        return OPEN, f"cannot be told, as {listed(missing)} {are} not recorded."
    dose_gy = context.dose_gy / context.fractions
    shown = f"{dose_gy:.10g} Gy" + (" a fraction" if context.fractions > 1 else "")
    if published.contains(dose_gy):
        return WITHIN, f"{shown} {'is such a dose' if published.doses_gy else 'lies within it'}."
    return OUTSIDE, f"{shown} is {published.place_of(dose_gy)}."


def _counted(fractions: int) -> str:
    return f"{fractions} fraction{'s' if fractions > 1 else ''}"


def _missing(context: PrescriptionContext) -> list[str]:
    recorded = {
        "dose": context.dose_gy is not None,
        "number of fractions": context.fractions is not None,
        "setting": bool(context.setting),
    }
    return [name for name, is_recorded in recorded.items() if not is_recorded]
