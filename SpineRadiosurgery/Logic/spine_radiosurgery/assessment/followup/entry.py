"""Follow-up as recorded: visits, volumes, failures, complications; days count from treatment."""

from __future__ import annotations

from dataclasses import dataclass

from ...geometry import InputError
from ..answers import UNKNOWN, check_answer, check_choice, check_range
from ..grading.grades import grade

FIRST_DAY, LAST_DAY = -3650, 36500
VOLUME_KINDS = ("epidural", "paraspinal", "tumour")
COMPLICATIONS = (
    "pain_flare",
    "myelopathy",
    "vertebral_fracture",
    "mucositis",
    "fistula",
    "skin",
    "other",
)
FRACTURE_KINDS = ("", "new", "progressive")
PATTERNS = ("in_field", "marginal", "distant")
PLACES = ("same_level", "adjacent_level", "epidural", "paraspinal", "remote")


def check_day(what: str, day: int) -> None:
    """Refuse a day that is decades from treatment.

    Raises
    ------
    InputError
        It is outside its range.
    """
    check_range(f"{what}: the day after treatment", day, FIRST_DAY, LAST_DAY)


@dataclass(frozen=True)
class Visit:
    """State of the patient on one day; day 0 is the (first) treatment, days before are negative.

    Attributes
    ----------
    day : int
    pain_score : float or None
        Worst pain at the treated site, 0 to 10 (NRPS).
    opioid_mg : float or None
        Oral morphine equivalent a day.
    pain_medication_increased : str
        Since baseline: "yes", "no" or "unknown". `opioid_mg` of both visits counts before it; a
        "yes" beside doses that did not rise stands for another medication.
    other_sites_worse : str
        Pain at secondary sites, since baseline.
    neurological : str
        Grade "a" to "e"; "".
    ambulatory : str
        "yes", "no" or "unknown".

    Raises
    ------
    InputError
        A code that is none, or a number outside its range.
    """

    day: int
    pain_score: float | None = None
    opioid_mg: float | None = None
    pain_medication_increased: str = UNKNOWN
    other_sites_worse: str = UNKNOWN
    neurological: str = ""
    ambulatory: str = UNKNOWN

    def __post_init__(self) -> None:
        """Check every code and range."""
        check_day("Visit", self.day)
        check_range("Pain score", self.pain_score, 0, 10)
        check_range("Opioid dose", self.opioid_mg, 0, 100000, "mg a day")
        check_answer("Increase of pain medication", self.pain_medication_increased)
        check_answer("Worse pain at other sites", self.other_sites_worse)
        check_answer("Ambulatory", self.ambulatory)
        if self.neurological:
            grade("neurological", self.neurological)


@dataclass(frozen=True)
class TumourVolume:
    """Volume of tumor on one day.

    Attributes
    ----------
    day : int
    volume_cc : float
    kind : str
        "epidural", "paraspinal" or "tumour".
    structure : str
        What was measured; "" for a volume that was typed in.

    Raises
    ------
    InputError
        A code that is none, or a number outside its range.
    """

    day: int
    volume_cc: float
    kind: str = "epidural"
    structure: str = ""

    def __post_init__(self) -> None:
        """Check every code and range."""
        check_day("Tumor volume", self.day)
        check_range("Tumor volume", self.volume_cc, 0, 10000, "cc")
        check_choice("Kind of volume", self.kind, VOLUME_KINDS)


@dataclass(frozen=True)
class Complication:
    """A complication of treatment.

    Attributes
    ----------
    kind : str
    day : int
        Onset, on or after day 0.
    symptomatic : str
        "yes", "no" or "unknown".
    fracture : str
        "new", "progressive" or ""; only of a vertebral fracture.
    resolved_day : int or None
        On or after `day`.
    note : str

    Raises
    ------
    InputError
        A code that is none, a day outside its range, a day of resolution before the onset, or the
        kind of a fracture for what is none.
    """

    kind: str
    day: int
    symptomatic: str = UNKNOWN
    fracture: str = ""
    resolved_day: int | None = None
    note: str = ""

    def __post_init__(self) -> None:
        """Check every code and range."""
        check_choice("Complication", self.kind, COMPLICATIONS)
        check_range("Complication: the day of onset after treatment", self.day, 0, LAST_DAY)
        check_answer("Symptomatic", self.symptomatic)
        check_choice("Kind of fracture", self.fracture, FRACTURE_KINDS)
        named = self.kind.replace("_", " ")
        if self.fracture and self.kind != "vertebral_fracture":
            raise InputError(
                f"A {self.fracture} fracture cannot be the kind of a {named}; leave it out, or "
                "record a vertebral fracture."
            )
        if self.resolved_day is None:
            return
        check_day("Complication: resolution", self.resolved_day)
        if self.resolved_day < self.day:
            raise InputError(
                f"The {named} of day {self.day} cannot have resolved on day {self.resolved_day}, "
                "before its onset; correct one of the days."
            )


@dataclass(frozen=True)
class RiskFactors:
    """What the paper counts among the risks of complications: "yes", "no" or "unknown"."""

    surgery: str = UNKNOWN
    systemic_therapy: str = UNKNOWN
    diabetes: str = UNKNOWN
    collagen_disease: str = UNKNOWN

    def __post_init__(self) -> None:
        """Check every answer."""
        for name in ("surgery", "systemic_therapy", "diabetes", "collagen_disease"):
            check_answer(f"Risk factor {name.replace('_', ' ')}", getattr(self, name))
