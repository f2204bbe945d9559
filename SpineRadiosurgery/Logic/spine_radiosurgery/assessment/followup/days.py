"""Days after treatment: their order, the state before treatment, and how they are said."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Protocol, TypeVar

from ...geometry import InputError

DAYS_A_MONTH = 30.4375
"""Mean month of the calendar."""
TREATMENT_DAY = 0


class Dated(Protocol):
    """What was recorded on a day, counted from the (first) treatment."""

    @property
    def day(self) -> int:
        """Days after treatment; negative before it."""


D = TypeVar("D", bound=Dated)


def in_order_of_days(
    items: Iterable[D], what: str = "", key: Callable[[D], Hashable] = lambda item: item.day
) -> tuple[D, ...]:
    """Return items from the first to the last day.

    Parameters
    ----------
    items : iterable
    what : str
        What may not be there twice, as the start of a sentence; "" lets everything be there twice.
    key : callable
        What counts as the same.

    Raises
    ------
    InputError
        Two items are the same.
    """
    ordered = tuple(sorted(items, key=lambda item: item.day))
    seen: set[Hashable] = set()
    for item in ordered if what else ():
        if key(item) in seen:
            raise InputError(
                f"{what} is recorded twice for {when(item.day)}; keep one, or correct a day."
            )
        seen.add(key(item))
    return ordered


def last_before_treatment(items: Sequence[D]) -> D | None:
    """Return the last of ordered items on or before day 0, the baseline; None without any."""
    return next((item for item in reversed(items) if item.day <= TREATMENT_DAY), None)


def after_treatment(items: Sequence[D]) -> tuple[D, ...]:
    """Return the items after day 0: what is recorded on day 0 counts as before treatment."""
    return tuple(item for item in items if item.day > TREATMENT_DAY)


def months(days: float) -> float:
    """Return days in months, to a tenth."""
    # Adding zero turns -0.0 into 0.0.
    return round(days / DAYS_A_MONTH, 1) + 0.0


def when(day: int) -> str:
    """Say a day: with months from a month on.

    Examples
    --------
    >>> when(61)
    'day 61 (2.0 months)'
    """
    return f"day {day} ({months(day):.1f} months)" if day >= DAYS_A_MONTH else f"day {day}"


def span(days: int) -> str:
    """Say a number of days: with months from a month on."""
    said = f"{days} day" if days == 1 else f"{days} days"
    return f"{said} ({months(days):.1f} months)" if days >= DAYS_A_MONTH else said
