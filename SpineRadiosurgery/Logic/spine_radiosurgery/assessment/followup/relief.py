"""When relief of pain came and went, as far as visits bound it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .days import span, when


@dataclass(frozen=True)
class Relief:
    """The days of relief: those of visits, which bound the true ones; None where there is none.

    Attributes
    ----------
    day : int or None
        First visit that surely is a response: relief came by then.
    after_day : int or None
        Last visit before any possible response, day 0 without such a visit: relief came after it.
    may_be_day : int or None
        First visit that may be a response, where none surely is.
    relapse_day : int or None
        First visit after `day` that surely is no response any more.
    held_until_day : int or None
        Last visit from `day` on up to which every one with a class surely is a response.
    at_least_days, at_most_days : int or None
        Duration from `day`'s relief on; without a relapse it has no upper bound.
    """

    day: int | None = None
    after_day: int | None = None
    may_be_day: int | None = None
    relapse_day: int | None = None
    held_until_day: int | None = None
    at_least_days: int | None = None
    at_most_days: int | None = None


def relief_of(judged: Sequence[tuple[int, bool | None]]) -> Relief:
    """Return when relief came and went.

    Parameters
    ----------
    judged : sequence of (int, bool or None)
        Days after treatment in order, and whether each was a response; None where it is open.

    Returns
    -------
    Relief
    """
    possible = next((i for i, (_, is_in) in enumerate(judged) if is_in is not False), None)
    certain = next((i for i, (_, is_in) in enumerate(judged) if is_in), None)
    if possible is None:
        return Relief()
    if certain is None:
        return Relief(may_be_day=judged[possible][0])
    day, from_then = judged[certain][0], judged[certain:]
    relapse = next((later for later, is_in in from_then if is_in is False), None)
    held = next((i for i, (_, is_in) in enumerate(from_then) if not is_in), len(from_then))
    held_until = from_then[held - 1][0]
    # An open visit before `day` may have been the start of this relief, a certain "no" cannot.
    began_after = max((no for no, is_in in judged[:certain] if is_in is False), default=0)
    return Relief(
        day=day,
        after_day=judged[possible - 1][0] if possible else 0,
        relapse_day=relapse,
        held_until_day=held_until,
        at_least_days=held_until - day,
        at_most_days=None if relapse is None else relapse - began_after,
    )


def relief_sentences(relief: Relief) -> list[str]:
    """Say when relief came and went."""
    if relief.may_be_day is not None:
        return [f"There may have been relief by {when(relief.may_be_day)}."]
    if relief.day is None:
        return []
    came = f"Relief was seen on {when(relief.day)}; it came after day {relief.after_day}."
    if relief.relapse_day is None:
        return [came, f"It was last certain on {when(relief.held_until_day or relief.day)}."]
    return [
        came,
        f"Relapse (no longer a response) was seen on {when(relief.relapse_day)}: relief lasted "
        f"between {span(relief.at_least_days or 0)} and {span(relief.at_most_days or 0)}.",
    ]
