"""A protocol as JSON, in one way only, so that equal protocols have equal texts and hashes."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .constraint import Constraint
    from .protocol import Protocol

FIRST_SCHEMA, SCHEMA_VERSION = "1.0", "1.1"
SCHEMA_VERSIONS = (FIRST_SCHEMA, SCHEMA_VERSION)
SINCE_1_1 = ("center", "date", "based_on")
"""Keys that files of schema version 1.0 do not have."""


def protocol_document(protocol: Protocol) -> dict[str, Any]:
    """Return a protocol as its file holds it (format: `protocol.schema.json`).

    What says nothing is left out: a row's citation that is the protocol's, an empty note, `enabled`
    where it is true. The schema version is the first that knows all keys, so that an older program
    reads what it can.

    Returns
    -------
    dict
        JSON types, keys in a fixed order; `protocol_from_document` makes an equal protocol of it.
    """
    newer = {
        "center": protocol.center,
        "date": protocol.date,
        "based_on": asdict(protocol.based_on) if protocol.based_on is not None else None,
    }
    said = {key: value for key, value in newer.items() if value}
    return {
        "schema_version": SCHEMA_VERSION if said else FIRST_SCHEMA,
        "identifier": protocol.identifier,
        "title": protocol.title,
        "version": protocol.version,
        "citation": protocol.citation,
        **said,
        **({"note": protocol.note} if protocol.note else {}),
        "verdict_rule": protocol.verdict_rule,
        "constraints": [row_document(row, protocol.citation) for row in protocol.constraints],
    }


def row_document(row: Constraint, citation: str = "") -> dict[str, Any]:
    """Return a row as a protocol's file holds it.

    Parameters
    ----------
    row : Constraint
    citation : str
        The protocol's, which the row does not repeat.
    """
    found: dict[str, Any] = {
        "fractions": [int(number) for number in row.fractions],
        "structure": row.structure,
        "role": row.role,
        "group": row.group,
        "metric": row.metric,
        "comparator": row.comparator,
        "limit": _number(row.limit),
        "caution_limit": None if row.caution_limit is None else _number(row.caution_limit),
        "unit": row.unit,
        "citation": "" if row.citation == citation else row.citation,
        "verified": bool(row.verified),
        "enabled": None if row.enabled else False,
        "endpoint": row.endpoint,
        "note": row.note,
    }
    return {key: value for key, value in found.items() if value is not None and value != ""}


def protocol_text(protocol: Protocol) -> str:
    """Return a protocol's canonical text: one row a line, ends of lines as on Unix.

    Two protocols have the same text exactly if they are equal; its SHA-256 is the protocol's.
    """
    document = protocol_document(protocol)
    rows = document.pop("constraints")
    head = [f"  {_json(key)}: {_json(value)}," for key, value in document.items()]
    body = ",\n".join(f"    {_json(row)}" for row in rows)
    return "\n".join(["{", *head, '  "constraints": [', body, "  ]", "}", ""])


def _number(value: float) -> float:
    """Whole numbers without a decimal point; no zero with a sign."""
    plain = float(value)
    return int(plain) if plain.is_integer() else plain


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
