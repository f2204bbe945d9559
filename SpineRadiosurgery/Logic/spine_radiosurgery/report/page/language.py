"""The words of a page in the reader's language, and dates as the reader writes them."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from ... import resources
from ..presentation import Presentation

SOURCE_LANGUAGE = "en"
Translate = Callable[[str], str]

MONTHS = {
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ),
    "de": (
        "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September",
        "Oktober", "November", "Dezember",
    ),
    "es": (
        "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
        "octubre", "noviembre", "diciembre",
    ),
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
        "octobre", "novembre", "décembre",
    ),
}  # fmt: skip
WORDED_DATES = {
    "en": "{day} {month} {year}",
    "de": "{day}. {month} {year}",
    "es": "{day} de {month} de {year}",
    "fr": "{day} {month} {year}",
}


def mark(text: str) -> str:
    """Return the text itself: marks for the catalogs what is translated where it is used."""
    return text


def translator(language: str) -> Translate:
    """Return what gives a fixed English text in a language; a text it lacks stays English.

    A text with parameters, such as "%(count)s files", is formatted by the caller with `%`, and
    writes a percent sign as `%%`; a text without writes it once.
    """
    texts = catalog(language)
    return lambda text: texts.get(text, text)


@functools.cache
def catalog(language: str) -> Mapping[str, str]:
    """Return a language's texts by the English ones; English needs none."""
    if language == SOURCE_LANGUAGE:
        return {}
    path = resources.path(f"Report/languages/{language}.json")
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return found


def format_date(text: str, presentation: Presentation) -> str:
    """Write the day of "2026-11-22T..." or "20261122" as the reader does; other text as it is."""
    found = re.match(r"(\d{4})(-?)(\d\d)\2(\d\d)(?!\d)", text, re.ASCII)
    if found is None:
        return text
    try:
        day = date(int(found[1]), int(found[3]), int(found[4]))
    except ValueError:
        return text
    return _formats(day, presentation)[presentation.date_format]


def _formats(day: date, presentation: Presentation) -> dict[str, Any]:
    language = presentation.language
    number = "1er" if language == "fr" and day.day == 1 else str(day.day)
    return {
        "iso": day.isoformat(),
        "day-first": f"{day:%d.%m.%Y}",
        "month-first": f"{day:%m/%d/%Y}",
        "words": WORDED_DATES[language].format(
            day=number, month=MONTHS[language][day.month - 1], year=day.year
        ),
    }
