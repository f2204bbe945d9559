"""The grades as recorded: what a person decided, beside what was proposed."""

from __future__ import annotations

from dataclasses import dataclass

from ..answers import UNKNOWN, check_answer
from .grades import grade
from .proposal import GradeProposal


@dataclass(frozen=True)
class Grades:
    """The grades of a patient before treatment; "" where a grade is open.

    Attributes
    ----------
    radiographic, neurological, escc : str
        Codes that a person decided on.
    rapid_decline : str
        Whether symptoms progress rapidly: "yes", "no" or "unknown".
    proposal : GradeProposal or None
        What the segmentations proposed when the grade was decided.

    Raises
    ------
    InputError
        A code that is none.
    """

    radiographic: str = ""
    neurological: str = ""
    escc: str = ""
    rapid_decline: str = UNKNOWN
    proposal: GradeProposal | None = None

    def __post_init__(self) -> None:
        """Check every code."""
        chosen = (
            ("radiographic", self.radiographic),
            ("neurological", self.neurological),
            ("ESCC", self.escc),
        )
        for scale, code in chosen:
            if code:
                grade(scale, code)
        check_answer("Rapid decline", self.rapid_decline)
