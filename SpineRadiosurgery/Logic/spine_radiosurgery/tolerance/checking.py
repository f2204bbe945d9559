"""Everything that is wrong with a protocol's JSON: strict, so that a slip of the pen is found."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from .canonical import FIRST_SCHEMA, SCHEMA_VERSIONS, SINCE_1_1
from .constraint import LARGEST_LIMIT, Constraint, row_complaints
from .protocol import head_complaints, row_conflicts, source_complaints


@dataclass(frozen=True)
class Complaint:
    """One thing that is wrong with a protocol.

    Attributes
    ----------
    text : str
        A sentence without place and full stop.
    field : str
        Key that it is about; "" for the whole.
    row : int
        Number of the constraint from 1; 0 where it is about none.
    row_name : str
        Structure and metric of that row, as far as they are there.
    """

    text: str
    field: str = ""
    row: int = 0
    row_name: str = ""

    def sentence(self, where: str) -> str:
        """Return the complaint with its place.

        Parameters
        ----------
        where : str
            What the protocol is called: "Protocol file clinic.json".
        """
        name = f" ({self.row_name})" if self.row_name else ""
        place = f"{where}, constraint {self.row}{name}" if self.row else where
        text = self.text.rstrip(".")
        return f"{place}: {text}{'' if text.endswith('?') else '.'}"


def _is_text(value: object) -> bool:
    # Half of a pair of surrogates is JSON, but cannot be written as UTF-8.
    return isinstance(value, str) and not any("\ud800" <= c <= "\udfff" for c in value)


def _is_number(value: object) -> bool:
    # Whole numbers of any length are JSON; no limit is that large, and floats cannot hold them.
    return type(value) in (int, float) and abs(cast(float, value)) < LARGEST_LIMIT


def _is_truth(value: object) -> bool:
    return isinstance(value, bool)


def _is_counts(value: object) -> bool:
    return isinstance(value, list) and all(_is_whole(item) for item in value)


def _is_whole(value: object) -> bool:
    # To JSON 1.0 is the number 1, and some programs write it so.
    return type(value) is int or (isinstance(value, float) and value.is_integer())


def _is_rows(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


Rule = tuple[Callable[[object], bool], str, bool]
"""A check, what it asks for in words, and whether the key must be there."""
_TEXT: Rule = (_is_text, "text", True)
_TEXT_OPTIONAL: Rule = (_is_text, "text", False)

PROTOCOL_KEYS: Mapping[str, Rule] = {
    "schema_version": _TEXT,
    "identifier": _TEXT,
    "title": _TEXT,
    "version": _TEXT,
    "citation": _TEXT,
    "center": _TEXT_OPTIONAL,
    "date": _TEXT_OPTIONAL,
    "based_on": (_is_object, "an object", False),
    "note": _TEXT_OPTIONAL,
    "verdict_rule": _TEXT,
    "constraints": (_is_rows, "a list of objects", True),
}
CONSTRAINT_KEYS: Mapping[str, Rule] = {
    "fractions": (_is_counts, "a list of whole numbers", True),
    "structure": _TEXT,
    "role": _TEXT,
    "group": _TEXT_OPTIONAL,
    "metric": _TEXT,
    "comparator": _TEXT,
    "limit": (_is_number, "a number", True),
    "caution_limit": (_is_number, "a number", False),
    "unit": _TEXT,
    "citation": _TEXT_OPTIONAL,
    "verified": (_is_truth, "true or false", True),
    "enabled": (_is_truth, "true or false", False),
    "endpoint": _TEXT_OPTIONAL,
    "note": _TEXT_OPTIONAL,
}
SOURCE_KEYS: Mapping[str, Rule] = {"identifier": _TEXT, "version": _TEXT, "sha256": _TEXT}


def protocol_complaints(document: object) -> tuple[Complaint, ...]:
    """Say all that is wrong with a protocol's document; nothing when it can be used.

    Parameters
    ----------
    document : object
        What was read from JSON, or is being edited.

    Returns
    -------
    tuple of Complaint
        Those about the whole first, then row by row.
    """
    if not isinstance(document, Mapping):
        return (Complaint("it must hold one JSON object with the keys of a protocol"),)
    return (*_about_head(document), *_about_rows(document))


def row_values(row: Mapping[str, Any], citation: str) -> dict[str, Any]:
    """Return the fields of a `Constraint` from a row's document that nothing is wrong with."""
    return {"citation": citation, **row, "fractions": tuple(int(n) for n in row["fractions"])}


def _about_head(document: Mapping[str, Any]) -> Iterator[Complaint]:
    good: dict[str, Any] = {}
    for field, text in _about_keys(document, PROTOCOL_KEYS, good):
        yield Complaint(text, field)
    version = good.get("schema_version")
    if version is not None and version not in SCHEMA_VERSIONS:
        text = f"schema_version {version!r} is not known; this program reads " + " and ".join(
            SCHEMA_VERSIONS
        )
        yield Complaint(text, "schema_version")
    if version == FIRST_SCHEMA:
        for key in SINCE_1_1:
            if key in document:
                text = f"key {key!r} needs schema_version {SCHEMA_VERSIONS[-1]!r}"
                yield Complaint(text, key)
    for field, text in head_complaints(good):
        yield Complaint(text, field)
    source: dict[str, Any] = {}
    if "based_on" in good:
        for _, text in _about_keys(good["based_on"], SOURCE_KEYS, source):
            yield Complaint(f"based_on: {text}", "based_on")
        for _, text in source_complaints(source):
            yield Complaint(f"based_on: {text}", "based_on")


def _about_rows(document: Mapping[str, Any]) -> Iterator[Complaint]:
    rows = document.get("constraints")
    if not _is_rows(rows):
        return
    whole: list[tuple[int, Constraint]] = []
    citation = document.get("citation")
    for number, row in enumerate(cast("list[dict[str, Any]]", rows), start=1):
        name = " ".join(str(row[key]) for key in ("structure", "metric") if row.get(key))
        good: dict[str, Any] = {}
        found = list(_about_keys(row, CONSTRAINT_KEYS, good))
        found += row_complaints(good)
        yield from (Complaint(text, field, number, name) for field, text in found)
        if not found:
            # A missing citation of the protocol is another complaint's affair.
            whole.append((number, Constraint(**row_values(row, _usable(citation)))))
    names = {number: row.name for number, row in whole}
    for number, field, text in row_conflicts(whole, str(document.get("verdict_rule"))):
        yield Complaint(text, field, number, names[number])


def _usable(citation: object) -> str:
    return citation if isinstance(citation, str) and citation.strip() else "?"


def _about_keys(
    fields: Mapping[str, Any], rules: Mapping[str, Rule], good: dict[str, Any]
) -> Iterator[tuple[str, str]]:
    """Check keys and types; fields of the right type are put into `good`."""
    for key, value in fields.items():
        if key not in rules:
            near = difflib.get_close_matches(key, rules, n=1, cutoff=0.0)[0]
            yield key, f"key {key!r} is not known; did you mean {near!r}?"
            continue
        fits, wanted, needed = rules[key]
        if not fits(value):
            yield key, f"{key} must be {wanted}, not {json.dumps(value)[:60]}"
        elif needed and value in ("", []):
            yield key, f"{key} is empty"
        else:
            good[key] = value
    for key, (_, _, needed) in rules.items():
        if needed and key not in fields:
            yield key, f"key {key!r} is missing"
