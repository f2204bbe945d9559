"""Protocols that differ in a row, and copies to change; every function returns a new protocol.

Rows are told by their numbers from 1, as messages and `protocols show` do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..case import InputError
from .constraint import Constraint
from .protocol import BasedOn, Protocol

LIMIT_FIELDS = (
    "fractions", "structure", "metric", "comparator", "limit", "caution_limit", "unit",
)  # fmt: skip
"""What a source says of a limit: a row that differs in one of them is not the source's any more.
Role, group and whether a row is on are the protocol's own choice."""
INSTITUTIONAL = "Institutional limit"


def with_row(protocol: Protocol, row: Constraint, number: int | None = None) -> Protocol:
    """Return the protocol with one more row, by default the last.

    Raises
    ------
    InputError
        There is such a row already, or the number is not from 1 to one after the last.
    """
    rows = list(protocol.constraints)
    place = len(rows) + 1 if number is None else number
    if not 1 <= place <= len(rows) + 1:
        raise InputError(f"A new row of {protocol.identifier} is one of 1 to {len(rows) + 1}.")
    rows.insert(place - 1, row)
    return _with_rows(protocol, rows)


def without_row(protocol: Protocol, number: int) -> Protocol:
    """Return the protocol without a row.

    Raises
    ------
    InputError
        There is no such row, it is the last one left, or leaves a group of one behind.
    """
    row_of(protocol, number)
    rows = [row for n, row in enumerate(protocol.constraints, start=1) if n != number]
    return _with_rows(protocol, rows)


def with_row_changed(protocol: Protocol, number: int, **changes: Any) -> Protocol:
    """Return the protocol with fields of one row changed.

    A limit that is not what its source says any more loses `verified` and becomes an
    institutional one, unless it is given a citation of its own (see `changed_row`).

    Parameters
    ----------
    protocol : Protocol
    number : int
        From 1.
    **changes
        Fields of `Constraint`.

    Raises
    ------
    InputError
        There is no such row or field, or the row would be wrong; the message names it.

    Examples
    --------
    >>> from spine_radiosurgery.report import load_protocol
    >>> stricter = with_row_changed(load_protocol("ryu-2015", 1), 1, limit=8)
    >>> stricter.constraints[0].limit, stricter.constraints[0].verified
    (8, False)
    """
    row = row_of(protocol, number)
    unknown = sorted(set(changes) - set(vars(row)))
    if unknown:
        raise InputError(f"A row has no field {unknown[0]!r}; it has {', '.join(vars(row))}.")
    rows = list(protocol.constraints)
    try:
        rows[number - 1] = Constraint(**changed_row(vars(row), changes))
    except InputError as error:
        raise InputError(
            f"Protocol {protocol.identifier}, constraint {number} ({row.name}): "
            f"{str(error).rstrip('.')}."
        ) from error
    return _with_rows(protocol, rows)


def copied_as(
    protocol: Protocol,
    identifier: str,
    title: str,
    *,
    version: str = "1",
    citation: str = "",
    center: str = "",
    date: str = "",
    note: str | None = None,
) -> Protocol:
    """Return a copy under a name of its own, which says what it is based on.

    Its rows keep their citations and marks.

    Parameters
    ----------
    protocol : Protocol
    identifier, title : str
    version : str
    citation : str
        By default that of the source.
    center : str
        Who keeps the copy.
    date : str
        Of this version, as 2026-01-31.
    note : str, optional
        By default that of the source.

    Raises
    ------
    InputError
        The identifier is that of the source, or a field is empty or wrong.
    """
    if identifier == protocol.identifier:
        raise InputError(
            f"A copy of {protocol.identifier} needs an identifier of its own, such as "
            f"{protocol.identifier}-clinic."
        )
    return replace(
        protocol,
        identifier=identifier,
        title=title,
        version=version,
        citation=citation or protocol.citation,
        center=center,
        date=date,
        note=protocol.note if note is None else note,
        based_on=BasedOn(protocol.identifier, protocol.version, protocol.sha256),
    )


def changed_row(row: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a row after changes, with what they do to its claim to a source.

    Parameters
    ----------
    row : mapping
        All fields of a `Constraint`.
    changes : mapping
        Some of them.

    Returns
    -------
    dict
        If one of `LIMIT_FIELDS` differs and the citation does not: `verified` is false, and the
        citation says that the limit is institutional and what it differs from.

    Raises
    ------
    InputError
        The changes say that the limit is verified, but the source they leave says another.
    """
    made = {**row, **changes}
    is_same_limit = all(made[key] == row[key] for key in LIMIT_FIELDS)
    if is_same_limit or made["citation"] != row["citation"]:
        return made
    if changes.get("verified"):
        raise InputError(
            "verified: the limit is not the one that its citation gives; name its own source"
        )
    return {**made, "verified": False, "citation": institutional(row["citation"])}


def institutional(citation: str) -> str:
    """Return what a limit cites that a clinic has changed."""
    if citation.startswith(INSTITUTIONAL):
        return citation
    return f"{INSTITUTIONAL}, changed from: {citation}"


def row_of(protocol: Protocol, number: int) -> Constraint:
    """Return a row by its number from 1.

    Raises
    ------
    InputError
        There is none.
    """
    count = len(protocol.constraints)
    if not 1 <= number <= count:
        raise InputError(f"Protocol {protocol.identifier} has no row {number}, but 1 to {count}.")
    return protocol.constraints[number - 1]


def _with_rows(protocol: Protocol, rows: list[Constraint]) -> Protocol:
    try:
        return replace(protocol, constraints=tuple(rows))
    except InputError as error:
        raise InputError(f"Protocol {protocol.identifier}: {str(error).rstrip('.')}.") from error
