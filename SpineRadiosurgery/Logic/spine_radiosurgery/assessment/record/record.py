"""The record of one patient: what persons chose and what was measured; the rest follows from it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from ...anatomy import in_order
from ...geometry import InputError
from ..followup.follow_up import FollowUp
from ..grading.entry import Grades
from ..prescribing.entry import PrescriptionContext
from ..selection.entry import Selection
from ..stability.entry import SinsChoices

_STUDY_CODE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?")
"""It becomes a file's name."""
_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class PatientRecord:
    """Assessment before treatment, prescription and follow-up of one patient.

    Attributes
    ----------
    patient : str
        Study code: pseudonymous, see `study_code`; "" is open. 1 to 64 letters, digits, dots,
        hyphens and underscores, with a letter or digit at either end.
    levels : tuple of str
        Treated (or to be treated); kept from head to foot.
    index_level : str
        The level that is graded and scored, one of `levels`; "" where there is only one, or it is
        open.
    grades : Grades
    sins : SinsChoices
    selection : Selection
    prescription : PrescriptionContext
    follow_up : FollowUp
    treatment_date : str
        ISO date; only in records that identify the patient.
    patient_name, patient_id : str
        Likewise.

    Raises
    ------
    InputError
        No study code, a level that is none or not among the treated ones, or no date.
    """

    patient: str = ""
    levels: tuple[str, ...] = ()
    index_level: str = ""
    grades: Grades = field(default_factory=Grades)
    sins: SinsChoices = field(default_factory=SinsChoices)
    selection: Selection = field(default_factory=Selection)
    prescription: PrescriptionContext = field(default_factory=PrescriptionContext)
    follow_up: FollowUp = field(default_factory=FollowUp)
    treatment_date: str = ""
    patient_name: str = ""
    patient_id: str = ""

    def __post_init__(self) -> None:
        """Put the levels in order; check code, index level and date."""
        object.__setattr__(self, "levels", in_order(self.levels))
        if self.patient and not _STUDY_CODE.fullmatch(self.patient):
            raise InputError(
                f"The study code cannot be {self.patient[:80]!r}; use 1 to 64 letters, digits, "
                "dots, hyphens and underscores."
            )
        if self.index_level and self.index_level not in self.levels:
            raise InputError(
                f"The index level {self.index_level!r} is not among the levels "
                f"({', '.join(self.levels) or 'none is given'}); add it, or choose another."
            )
        if self.treatment_date:
            date_from_iso("The treatment date", self.treatment_date)

    @property
    def index(self) -> str:
        """The index level, else the only level; "" where it is open."""
        if self.index_level:
            return self.index_level
        return self.levels[0] if len(self.levels) == 1 else ""


def date_from_iso(what: str, text: str) -> date:
    """Read a date such as 2024-05-31.

    Raises
    ------
    InputError
        It is none.
    """
    try:
        # Python 3.11 reads further forms of ISO 8601, 3.10 does not.
        return date.fromisoformat(text if _DATE.fullmatch(text) else "")
    except ValueError:
        raise InputError(f"{what} cannot be {text[:40]!r}; write it as 2024-05-31.") from None
