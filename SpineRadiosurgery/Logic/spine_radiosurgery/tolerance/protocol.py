"""A named, versioned, cited set of constraints."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..case import InputError
from .canonical import protocol_text
from .constraint import Constraint, empty_texts

VERDICT_RULES = ("decisive_rows", "any_of")
"""decisive_rows: every deciding row decides, the worst wins.
any_of: deciding rows of one group stand in for each other: pass only if all pass, caution if one
does, fail if none does."""
SHIPPED = ("hytec-cord", "quantec-cord", "rtog-0631", "ryu-2015", "tg-101")
"""Identifiers of the protocols that come with the program: no other may be written under them."""


@dataclass(frozen=True)
class BasedOn:
    """The protocol that another one is a changed copy of.

    Attributes
    ----------
    identifier, version : str
    sha256 : str
        Of its content, 64 hexadecimal digits.

    Raises
    ------
    InputError
        One of them is empty or no hash.
    """

    identifier: str
    version: str
    sha256: str

    def __post_init__(self) -> None:
        for field, text in source_complaints(vars(self)):
            raise InputError(f"based_on.{field}: {text}")


@dataclass(frozen=True)
class Protocol:
    """A set of constraints and the rule that makes one verdict of them.

    Attributes
    ----------
    identifier : str
        As given to `--protocol`.
    title, version, citation : str
    verdict_rule : str
        One of `VERDICT_RULES`.
    constraints : tuple of Constraint
        In the order of the report.
    note : str
        What a reader must know about the set.
    center : str
        Who keeps it: clinic, group or person.
    date : str
        Of this version, as 2026-01-31.
    based_on : BasedOn or None
        What it is a copy of.

    Raises
    ------
    InputError
        No constraint, two rows on the same metric, or a group of one.
    """

    identifier: str
    title: str
    version: str
    citation: str
    verdict_rule: str
    constraints: tuple[Constraint, ...]
    note: str = ""
    center: str = ""
    date: str = ""
    based_on: BasedOn | None = None

    def __post_init__(self) -> None:
        for _, text in head_complaints(vars(self)):
            raise InputError(text)
        if not self.constraints:
            raise InputError("there are no constraints")
        numbered = enumerate(self.constraints, start=1)
        for _, _, text in row_conflicts(numbered, self.verdict_rule):
            raise InputError(text)

    @property
    def sha256(self) -> str:
        """Hash of the content: of `canonical.protocol_text` in UTF-8, however a file writes it."""
        return hashlib.sha256(protocol_text(self).encode()).hexdigest()

    @property
    def fractions(self) -> tuple[int, ...]:
        """Numbers of fractions that switched-on rows hold for, ascending."""
        return tuple(sorted({n for c in self.constraints if c.enabled for n in c.fractions}))

    @property
    def switched_off(self) -> tuple[Constraint, ...]:
        """Rows that want checking against their primary source first."""
        return tuple(c for c in self.constraints if not c.enabled)

    def constraints_for(self, fractions: int) -> tuple[Constraint, ...]:
        """Return the switched-on rows for a number of fractions; none when it has no such rows."""
        return tuple(c for c in self.constraints if c.enabled and fractions in c.fractions)


def head_complaints(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Say all that is wrong with the fields of a protocol beside its rows.

    Parameters
    ----------
    values : mapping
        Fields of a `Protocol`, of the right types; those that are missing are not judged.

    Yields
    ------
    tuple of str
        Field, and sentence without a full stop.
    """
    yield from empty_texts(values, ("identifier", "title", "version", "citation"))
    if "verdict_rule" in values and values["verdict_rule"] not in VERDICT_RULES:
        known = ", ".join(VERDICT_RULES)
        yield (
            "verdict_rule",
            f"verdict_rule {values['verdict_rule']!r} is not known; it is one of {known}",
        )
    if values.get("date") and (text := _date_complaint(values["date"])):
        yield "date", text


def source_complaints(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Say all that is wrong with the fields of a `BasedOn`; field and sentence."""
    yield from empty_texts(values, ("identifier", "version"))
    if "sha256" in values and not re.fullmatch("[0-9a-f]{64}", values["sha256"]):
        yield "sha256", "sha256 must be 64 of the digits 0 to 9 and a to f"


def row_conflicts(
    rows: Iterable[tuple[int, Constraint]], verdict_rule: str
) -> Iterator[tuple[int, str, str]]:
    """Say which rows contradict others.

    Parameters
    ----------
    rows : iterable of (int, Constraint)
        With their numbers.
    verdict_rule : str

    Yields
    ------
    tuple of int, str and str
        Number of the row, field, and sentence without a full stop.
    """
    numbered = list(rows)
    seen: set[tuple[str, str, int]] = set()
    for number, row in numbered:
        for count in row.fractions:
            key = (row.structure, row.metric, count)
            if key in seen:
                text = f"{row.name} for {count} fraction(s) is there twice; keep one"
                yield number, "metric", text
            seen.add(key)
    if verdict_rule == "any_of":
        yield from _lonely_groups(numbered)


def _lonely_groups(rows: list[tuple[int, Constraint]]) -> Iterator[tuple[int, str, str]]:
    deciding = [(n, r) for n, r in rows if r.enabled and r.role == "decides" and r.group]
    for count in sorted({count for _, row in deciding for count in row.fractions}):
        members: dict[str, list[int]] = {}
        for number, row in deciding:
            if count in row.fractions:
                members.setdefault(row.group, []).append(number)
        for name, numbers in sorted(members.items()):
            if len(numbers) == 1:
                text = f"group {name!r} has one row for {count} fraction(s); any_of needs two"
                yield numbers[0], "group", text


def _date_complaint(text: str) -> str:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return f"date {text!r} is no day; write it as 2026-01-31"
    try:
        date.fromisoformat(text)
    except ValueError:
        return f"date {text!r} is not in the calendar"
    return ""


def choose_protocol(fractions: int, primary: str = "auto") -> str:
    """Choose the protocol that decides.

    Parameters
    ----------
    fractions : int
    primary : str
        "auto", or the choice of the caller, which is returned as it is.

    Returns
    -------
    str
        ryu-2015 for 1 fraction, tg-101 for 3 or 5, else hytec-cord.
    """
    if primary != "auto":
        return primary
    return {1: "ryu-2015", 3: "tg-101", 5: "tg-101"}.get(fractions, "hytec-cord")
