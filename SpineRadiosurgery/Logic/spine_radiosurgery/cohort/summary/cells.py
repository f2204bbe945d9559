"""What people write into the cells of a manifest: times and yes or no."""

from __future__ import annotations

import math

from ..cells import NO, YES

UNKNOWN = ("", "unknown", "na", "n/a", "nan", "none", "-", "?")


class Unreadable(ValueError):
    """A cell holds something that is neither an answer nor open."""


def answer_of(text: str) -> bool | None:
    """Read 1 or yes, 0 or no; None where the cell is open.

    Raises
    ------
    Unreadable
        It is none of them.

    Examples
    --------
    >>> answer_of("Yes"), answer_of("0"), answer_of("")
    (True, False, None)
    """
    word = text.strip().lower()
    if word in UNKNOWN:
        return None
    if word in YES or word in NO:
        return word in YES
    raise Unreadable(text)


def months_of(text: str) -> float | None:
    """Read a time from 0 on, with a point or a comma; None where the cell is open.

    Raises
    ------
    Unreadable
        It is no such number.

    Examples
    --------
    >>> months_of("7,5"), months_of("")
    (7.5, None)
    """
    word = text.strip().lower()
    if word in UNKNOWN:
        return None
    try:
        months = float(word.replace(",", ".", 1))
    except ValueError as error:
        raise Unreadable(text) from error
    if not math.isfinite(months) or months < 0:
        raise Unreadable(text)
    return months
