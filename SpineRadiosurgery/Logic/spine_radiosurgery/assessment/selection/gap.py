"""The gap between tumor and cord, and what the sources say of it."""

from __future__ import annotations

from dataclasses import dataclass

from ...geometry import InputError, Structure, surface_distance
from ..sources import RTOG_0631, RYU_2015
from ..words import beside_limit

ELIGIBLE_MM = 3.0
"""RTOG 0631: at least 3 mm between the cord and the edge of the epidural lesion."""
SEPARATION_MM = 2.0
"""The paper: a small (2 mm) separation between tumor and cord can be helpful."""
READING_ERROR_MM = 0.05
"""By how much `surface_distance` may read too much."""
MISSING_MM = 1.0
"""A cord that ends less than this before the tumor does is still beside it."""


@dataclass(frozen=True)
class CordGap:
    """Smallest distance between tumor and cord, surface to surface in any direction.

    Attributes
    ----------
    tumour, cord : str
        Names; "" where there is none.
    gap_mm : float or None
        0 where they touch or overlap; None if it is not evaluable.
    reason : str
        Why it is not evaluable; with a gap, which part of the tumor has no cord beside it.
    tumour_ras, cord_ras : tuple of three floats or None
        The two nearest points.
    """

    tumour: str
    cord: str
    gap_mm: float | None
    reason: str = ""
    tumour_ras: tuple[float, ...] | None = None
    cord_ras: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        """Check that the gap is a distance, or that there is a reason for having none."""
        if self.gap_mm is None and not self.reason:
            raise InputError(f"The gap of {self.tumour} has neither a value nor a reason.")
        if self.gap_mm is not None and not 0 <= self.gap_mm < float("inf"):
            raise InputError(
                f"The gap between {self.tumour} and {self.cord} cannot be {self.gap_mm:g} mm; "
                "measure it again."
            )

    @property
    def text(self) -> str:
        """The result in one or two sentences."""
        if self.gap_mm is None:
            return f"The gap between tumor and cord is not evaluable: {self.reason}."
        restricted = f" {self.reason}." if self.reason else ""
        if self.gap_mm == 0:
            return f"{self.tumour} touches or overlaps {self.cord}.{restricted}"
        return f"{self.tumour} comes within {self.gap_mm:.1f} mm of {self.cord}.{restricted}"


@dataclass(frozen=True)
class GapRemark:
    """What a source says of a gap.

    Attributes
    ----------
    status : str
        "met", "not_met" or "not_evaluable" for a criterion; "information" else.
    text : str
    citation : str
    """

    status: str
    text: str
    citation: str


def measure_cord_gap(tumour: Structure | None, cord: Structure | None) -> CordGap:
    """Measure the gap between tumor and cord.

    Parameters
    ----------
    tumour, cord : Structure or None
        None where it was not chosen: the gap is then not evaluable.
    """
    names = tumour.name if tumour else "", cord.name if cord else ""
    if tumour is None or cord is None:
        missing = "no tumor (GTV)" if tumour is None else "no cord"
        return CordGap(*names, None, f"{missing} is chosen")
    low, high = tumour.extent_mm()
    cord_low, cord_high = cord.extent_mm()
    if cord_high <= low or cord_low >= high:
        side = "above" if cord_low >= high else "below"
        return CordGap(
            *names, None, f"{cord.name} lies wholly {side} {tumour.name} and not beside it"
        )
    found = surface_distance(tumour, cord)
    return CordGap(
        *names,
        found.distance_mm,
        _restriction(tumour, cord),
        tuple(float(x) for x in found.first_ras),
        tuple(float(x) for x in found.second_ras),
    )


def gap_remarks(gap: CordGap) -> tuple[GapRemark, ...]:
    """Say what RTOG 0631 and the paper make of a gap.

    A gap so near to the limit that the reading's own error decides is not evaluable, and neither
    is one of at least 3 mm where a part of the tumor has no cord beside it.

    Parameters
    ----------
    gap : CordGap
    """
    if gap.gap_mm is None:
        text = f"{RTOG_0631} asks for a gap of at least {ELIGIBLE_MM:g} mm: not evaluable."
        return (GapRemark("not_evaluable", text, RTOG_0631),)
    remarks = [_eligibility(gap.gap_mm, bool(gap.reason))]
    if gap.gap_mm < SEPARATION_MM:
        remarks.append(
            GapRemark(
                "information",
                f"The gap of {beside_limit(gap.gap_mm, SEPARATION_MM)} mm is less than the "
                f"{SEPARATION_MM:g} mm that the paper finds helpful for a full dose to the tumor; "
                "separation surgery makes such a gap.",
                f"{RYU_2015}, separation surgery",
            )
        )
    return tuple(remarks)


def _eligibility(gap_mm: float, is_partial: bool) -> GapRemark:
    limit = f"{RTOG_0631} asks for at least {ELIGIBLE_MM:g} mm between epidural tumor and cord"
    if gap_mm < ELIGIBLE_MM:
        return GapRemark(
            "not_met", f"{limit}: not met with {beside_limit(gap_mm, ELIGIBLE_MM)} mm.", RTOG_0631
        )
    if gap_mm - READING_ERROR_MM < ELIGIBLE_MM:
        text = f"{limit}: {gap_mm:.2f} mm are too near to the limit to tell."
        return GapRemark("not_evaluable", text, RTOG_0631)
    if is_partial:
        text = f"{limit}: {gap_mm:.1f} mm, but a part of the tumor has no cord beside it."
        return GapRemark("not_evaluable", text, RTOG_0631)
    return GapRemark("met", f"{limit}: met with {gap_mm:.1f} mm.", RTOG_0631)


def _restriction(tumour: Structure, cord: Structure) -> str:
    low, high = tumour.extent_mm()
    cord_low, cord_high = cord.extent_mm()
    ends = ((high - cord_high, "at the upper end"), (cord_low - low, "at the lower end"))
    missing = [f"{length:.1f} mm {where}" for length, where in ends if length > MISSING_MM]
    if not missing:
        return ""
    return f"{cord.name} is missing beside {tumour.name} for {' and '.join(missing)}"
