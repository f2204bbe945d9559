"""Failure pattern: where a recurrence lies in the plan's dose, and where in the anatomy."""

from __future__ import annotations

from dataclasses import dataclass

from ...geometry import InputError
from ..answers import check_choice, check_range
from ..sources import MCDONALD_2011, PAULSSON_2014, RYU_2015
from ..words import beside_limit, listed
from .entry import PATTERNS, PLACES, check_day

SAME_IMAGE = "same image"
"""The recurrence was drawn on the planning image: no registration."""
PATTERN_WORDS = {"in_field": "in-field", "marginal": "marginal", "distant": "distant"}
PLACE_WORDS = {
    "same_level": "treated vertebra",
    "adjacent_level": "adjacent vertebra",
    "epidural": "epidural",
    "paraspinal": "paraspinal",
    "remote": "remote",
}
PATTERN_CITATION = (
    f"Patterns: {RYU_2015}; limits of volume share: {MCDONALD_2011}, {PAULSSON_2014}, borrowed, "
    "none is known for the spine"
)


@dataclass(frozen=True)
class FailureThresholds:
    """Limits of the patterns (see `failure_dose.pattern_for`).

    The paper bounds the fall-off by the 90 % and the 50 % isodose (Ryu 2015). The shares are
    borrowed from glioma (McDonald 2011, Paulsson 2014), whose single isodose is that of 95 %: with
    `high_percent` and `low_percent` both 95 the rule is theirs.

    Attributes
    ----------
    high_percent, low_percent : float
        Isodoses, in percent of the prescription, that bound the fall-off.
    in_field_share_percent, distant_share_percent : float
        In-field from more than this share of the recurrence in the high isodose; distant below
        this share in the low isodose.

    Raises
    ------
    InputError
        A limit outside its range, or the limits of one kind in the wrong order.
    """

    high_percent: float = 90.0
    low_percent: float = 50.0
    in_field_share_percent: float = 80.0
    distant_share_percent: float = 20.0

    def __post_init__(self) -> None:
        """Check ranges and order."""
        check_range("The high isodose", self.high_percent, 1, 200, "%")
        check_range("The low isodose", self.low_percent, 1, 200, "%")
        check_range("The share for in-field", self.in_field_share_percent, 0, 100, "%")
        check_range("The share for distant", self.distant_share_percent, 0, 100, "%")
        if self.low_percent > self.high_percent:
            raise InputError(
                f"The low isodose of {self.low_percent:g} % lies above the high one of "
                f"{self.high_percent:g} %; exchange them."
            )
        if self.distant_share_percent > self.in_field_share_percent:
            raise InputError(
                f"The share for distant, {self.distant_share_percent:g} %, is larger than that for "
                f"in-field, {self.in_field_share_percent:g} %; exchange them."
            )


@dataclass(frozen=True)
class DoseBand:
    """Share of the whole recurrence between two isodoses, percent of the prescription.

    From `from_percent` on and below `to_percent`; None is no upper end.
    """

    from_percent: float
    to_percent: float | None
    share_percent: float


@dataclass(frozen=True)
class FailureMeasurement:
    """What a recurrence's segmentation and the plan tell; see `measure_failure`.

    Dose and anatomy are kept apart. The paper's own figures mix them: its "5 % at the immediately
    adjacent spine (marginal failure)" is an anatomical place, whereas its marginal failure is
    defined by the fall-off.

    Attributes
    ----------
    recurrence : str
    volume_cc : float
    bands : tuple of DoseBand
        From the coldest; together with `outside_dose_percent` they make 100 %.
    outside_dose_percent : float
        Share of the recurrence outside the dose grid; its dose is unknown, not 0.
    in_target_percent : float or None
    pattern : str
        "in_field", "marginal", "distant"; "" where it cannot be told.
    patterns_within_error : tuple of str
        Patterns that the registration's error leaves possible; where no error was given, those
        that sampling and the part outside the dose grid leave.
    reason : str
        Why there is no pattern, and what else its reader should know; "" for nothing.
    min_gy, mean_gy, max_gy, d95_gy : float or None
        Dose in the recurrence; None where a part of it lies outside the dose grid.
    thresholds : FailureThresholds
    prescription_gy : float
    registration : str
        How the recurrence came to the plan: a transform's name, or "same image".
    registration_error_mm : float or None
    places : tuple of str
        Where in the anatomy, most of it first; empty where it cannot be told.
    place_shares : tuple of (str, float)
        Place and share of the recurrence in percent, the largest first; less than 100 % in all
        where a part cannot be placed.
    place_reason : str
        Why a part, or all, cannot be placed; "" for nothing.

    Raises
    ------
    InputError
        A code that is none, or neither a pattern nor a reason.
    """

    recurrence: str
    volume_cc: float
    bands: tuple[DoseBand, ...]
    outside_dose_percent: float
    in_target_percent: float | None
    pattern: str
    patterns_within_error: tuple[str, ...]
    reason: str
    min_gy: float | None
    mean_gy: float | None
    max_gy: float | None
    d95_gy: float | None
    thresholds: FailureThresholds
    prescription_gy: float
    registration: str
    registration_error_mm: float | None
    places: tuple[str, ...] = ()
    place_shares: tuple[tuple[str, float], ...] = ()
    place_reason: str = ""

    def __post_init__(self) -> None:
        """Check every code, and that an open pattern has its reason."""
        check_choice("Failure pattern", self.pattern, ("", *PATTERNS))
        for pattern in self.patterns_within_error:
            check_choice("Failure pattern", pattern, PATTERNS)
        for place in (*self.places, *(place for place, _ in self.place_shares)):
            check_choice("Place of the failure", place, PLACES)
        if not self.pattern and not self.reason:
            raise InputError(f"The failure {self.recurrence} has neither a pattern nor a reason.")

    def share_from(self, percent: float) -> float:
        """Share of the whole recurrence in an isodose that bounds a band, percent of volume."""
        return sum(band.share_percent for band in self.bands if band.from_percent >= percent)

    @property
    def text(self) -> str:
        """The result in one to three sentences: dose, registration, anatomy."""
        said = [self._dose_sentence()]
        others = [p for p in self.patterns_within_error if p != self.pattern]
        if self.pattern and others:
            error = self.registration_error_mm
            within = "" if error is None else f" within the registration error of {error:g} mm"
            either = listed((PATTERN_WORDS[p] for p in others), "or")
            said.append(f"It may be {either} as well{within}.")
        if self.place_shares:
            shares = ", ".join(f"{PLACE_WORDS[p]} {share:.0f} %" for p, share in self.place_shares)
            part = f" ({self.place_reason})" if self.place_reason else ""
            said.append(f"Where in the anatomy, apart from the dose: {shares}{part}.")
        elif self.place_reason:
            said.append(f"Where in the anatomy cannot be told: {self.place_reason}.")
        return " ".join(said)

    def _dose_sentence(self) -> str:
        limits = self.thresholds
        high = beside_limit(self.share_from(limits.high_percent), limits.in_field_share_percent)
        low = beside_limit(self.share_from(limits.low_percent), limits.distant_share_percent)
        least = "at least " if self.outside_dose_percent else ""
        shares = (
            f"{least}{high} % in the {limits.high_percent:g} % isodose, {least}{low} % in the "
            f"{limits.low_percent:g} % isodose"
        )
        if self.outside_dose_percent >= 100:
            shares = "outside the dose grid"
        remark = f" ({self.reason})" if self.reason else ""
        found = f"{PATTERN_WORDS[self.pattern]} by dose" if self.pattern else self._open
        return f"{self.recurrence} ({self.volume_cc:.3g} cc), {shares}: {found}{remark}."

    @property
    def _open(self) -> str:
        possible = listed((PATTERN_WORDS[p] for p in self.patterns_within_error), "or")
        return f"the pattern cannot be told{f', it may be {possible}' if possible else ''}"


@dataclass(frozen=True)
class Failure:
    """A failure: what a person decided, beside what was measured.

    Attributes
    ----------
    day : int
    pattern : str
        "in_field", "marginal", "distant" as a person decided; "".
    places : tuple of str
        As a person decided.
    measured : FailureMeasurement or None

    Raises
    ------
    InputError
        A code that is none, or a day outside its range.
    """

    day: int
    pattern: str = ""
    places: tuple[str, ...] = ()
    measured: FailureMeasurement | None = None

    def __post_init__(self) -> None:
        """Check every code and the day."""
        check_day("Failure", self.day)
        check_choice("Failure pattern", self.pattern, ("", *PATTERNS))
        for place in self.places:
            check_choice("Place of the failure", place, PLACES)
