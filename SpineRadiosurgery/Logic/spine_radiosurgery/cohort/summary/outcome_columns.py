"""Which columns of a manifest are outcomes: their names tell, and capitals do not count."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

TIME, EVENT, OUTCOME = "_months", "_event", "outcome_"
TITLES = {"local_control": "Local control", "pain_control": "Pain control"}
_NEARLY = re.compile(r"outcomes?[\W_].*|.*[\W_](month|event)s?")


@dataclass(frozen=True)
class OutcomeColumns:
    """Columns as they are written.

    Attributes
    ----------
    curves : tuple of (str, str)
        Months and event.
    answers : tuple of str
        Yes or no, apart from the events of curves.
    notes : tuple of str
        On columns that may have been meant for outcomes, and are none.
    """

    curves: tuple[tuple[str, str], ...]
    answers: tuple[str, ...]
    notes: tuple[str, ...]


def outcome_columns(columns: Sequence[str]) -> OutcomeColumns:
    """Return the outcomes among the columns, in their order."""
    written = {column.lower(): column for column in columns}
    times = [c for c in columns if ends_in(c, TIME)]
    events = [c for c in columns if ends_in(c, EVENT)]
    curves = [(c, written.get(f"{c.lower().removesuffix(TIME)}{EVENT}")) for c in times]
    taken = {event for _, event in curves}
    answers = tuple(
        c
        for c in columns
        if c.lower().startswith(OUTCOME) and len(c) > len(OUTCOME) and c not in (*times, *taken)
    )
    notes = [_without(c, TIME, EVENT) for c, event in curves if event is None]
    notes += [_without(c, EVENT, TIME) for c in events if c not in taken]
    notes += [
        f"Column {c} is taken for no outcome: an outcome is called {OUTCOME}NAME, or NAME{TIME} "
        f"and NAME{EVENT}."
        for c in columns
        if _NEARLY.fullmatch(c.lower()) and c not in (*times, *events, *answers)
    ]
    pairs = tuple((time, event) for time, event in curves if event is not None)
    return OutcomeColumns(pairs, answers, tuple(notes))


def ends_in(column: str, ending: str) -> bool:
    """Whether a column's name ends so, behind a name of its own."""
    return column.lower().endswith(ending) and len(column) > len(ending)


def title_of(column: str) -> str:
    """Return a column's name as a title: "outcome_myelopathy" as "Myelopathy"."""
    name = column[len(OUTCOME) :] if column.lower().startswith(OUTCOME) else column
    words = name.replace("_", " ").strip() or column
    return TITLES.get(column.lower(), f"{words[0].upper()}{words[1:]}")


def _without(column: str, ending: str, other: str) -> str:
    return f"Column {column} has no column {column[: -len(ending)]}{other} beside it: no curve."
