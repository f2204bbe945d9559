"""How a report is shown: language, dates and paper; none of it changes a number."""

from __future__ import annotations

from dataclasses import dataclass

from ..geometry import InputError

LANGUAGES = ("en", "de", "es", "fr")
DATE_FORMATS = {
    "iso": "2026-11-22",
    "day-first": "22.11.2026",
    "month-first": "11/22/2026",
    "words": "22 November 2026",
}
"""Formats with an example of each."""
PAPERS = ("a4", "letter")


@dataclass(frozen=True)
class Presentation:
    """The reader's choices.

    Attributes
    ----------
    language : str
        One of `LANGUAGES`: of headings, labels and explanations. What the evaluation says about
        this case stays in English, and numbers keep the decimal point.
    date_format : str
        One of `DATE_FORMATS`.
    paper : str
        One of `PAPERS`.

    Raises
    ------
    InputError
        A choice that there is not.
    """

    language: str = "en"
    date_format: str = "iso"
    paper: str = "a4"

    def __post_init__(self) -> None:
        for what, value, allowed in (
            ("language", self.language, LANGUAGES),
            ("date format", self.date_format, tuple(DATE_FORMATS)),
            ("paper", self.paper, PAPERS),
        ):
            if value not in allowed:
                raise InputError(f"A report has no {what} {value!r}; choose {', '.join(allowed)}.")
