"""Answers of a person that may be open."""

from __future__ import annotations

from ..geometry import InputError

YES, NO, UNKNOWN = "yes", "no", "unknown"
ANSWERS = (UNKNOWN, YES, NO)


def check_answer(what: str, answer: str) -> None:
    """Refuse what is no answer.

    Raises
    ------
    InputError
        It is neither "yes", "no" nor "unknown".
    """
    check_choice(what, answer, ANSWERS)


def check_choice(what: str, code: str, codes: tuple[str, ...]) -> None:
    """Refuse a code that is none; "" stands for open only where `codes` has it.

    Raises
    ------
    InputError
        It is none of `codes`.
    """
    if code not in codes:
        named = ", ".join(c for c in codes if c)
        raise InputError(f"{what} cannot be {code!r}; choose one of {named}.")


def check_range(what: str, value: float | None, low: float, high: float, unit: str = "") -> None:
    """Refuse a number outside its range; None stands for open.

    Raises
    ------
    InputError
        It is outside the range, or no number.
    """
    if value is not None and not low <= value <= high:
        spaced = f" {unit}" if unit else ""
        raise InputError(f"{what} cannot be {value:g}{spaced}; enter {low:g} to {high:g}{spaced}.")
