"""Reading protocol files: strict, so that a slip of the pen is found and not ignored."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from ..case import InputError
from .constraint import Constraint
from .protocol import Protocol

SCHEMA_VERSION = "1.0"
SCHEMA_SUFFIX = ".schema.json"


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_number(value: object) -> bool:
    # Whole numbers of any length are JSON; no limit is that large, and floats cannot hold them.
    return type(value) in (int, float) and abs(cast(float, value)) < 1e9


def _is_truth(value: object) -> bool:
    return isinstance(value, bool)


def _is_counts(value: object) -> bool:
    return isinstance(value, list) and all(type(item) is int for item in value)


def _is_rows(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


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


def protocol_files(folder: Path) -> tuple[Path, ...]:
    """List the protocol files of a folder by name, without the schema that lies beside them."""
    return tuple(
        path for path in sorted(folder.glob("*.json")) if not path.name.endswith(SCHEMA_SUFFIX)
    )


def read_protocol(path: str | Path) -> Protocol:
    """Read and check one protocol file (format: `protocol.schema.json`).

    A row without a citation has the protocol's.

    Raises
    ------
    InputError
        The file cannot be read, is not JSON (with the line), or holds a key, type, unit, metric
        or pair of rows that it may not hold. The message names the file and the row.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        why = error.strerror or str(error)
        raise InputError(f"Protocol file {path.name} cannot be read: {why}.") from error
    where = f"Protocol file {path.name}"
    fields = _parse(content, where)
    _check_keys(fields, PROTOCOL_KEYS, where)
    if fields["schema_version"] != SCHEMA_VERSION:
        raise InputError(
            f"{where}: schema_version {fields['schema_version']!r} is not known; "
            f"this program reads {SCHEMA_VERSION}."
        )
    rows = tuple(
        _constraint(row, fields["citation"], f"{where}, constraint {number}")
        for number, row in enumerate(fields["constraints"], start=1)
    )
    known = {k: v for k, v in fields.items() if k not in ("schema_version", "constraints")}
    try:
        return Protocol(**known, constraints=rows, sha256=hashlib.sha256(content).hexdigest())
    except InputError as error:
        raise InputError(f"{where}: {_ended(error)}") from error


def _parse(content: bytes, where: str) -> dict[str, Any]:
    try:
        found = json.loads(
            content.decode("utf-8-sig"), object_pairs_hook=_no_key_twice, parse_constant=_refuse
        )
    except UnicodeDecodeError as error:
        raise InputError(f"{where} is not text in UTF-8 (byte {error.start}).") from error
    except json.JSONDecodeError as error:
        raise InputError(
            f"{where}, line {error.lineno}, column {error.colno}: not JSON ({error.msg})."
        ) from error
    except InputError as error:
        raise InputError(f"{where}: {_ended(error)}") from error
    except RecursionError as error:
        raise InputError(f"{where} is nested too deeply to be a protocol.") from error
    if not isinstance(found, dict):
        raise InputError(f"{where} must hold one JSON object with the keys of a protocol.")
    return found


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise InputError(f"key {twice[0]!r} is there twice in one object; keep one")
    return dict(pairs)


def _refuse(name: str) -> float:
    raise InputError(f"{name} is not a number that a protocol can hold")


def _check_keys(fields: Mapping[str, Any], rules: Mapping[str, Rule], where: str) -> None:
    for key, value in fields.items():
        if key not in rules:
            near = difflib.get_close_matches(key, rules, n=1, cutoff=0.0)[0]
            raise InputError(f"{where}: key {key!r} is not known; did you mean {near!r}?")
        fits, wanted, _ = rules[key]
        if not fits(value):
            raise InputError(f"{where}: {key} must be {wanted}, not {json.dumps(value)[:60]}.")
    missing = [key for key, (_, _, needed) in rules.items() if needed and key not in fields]
    if missing:
        raise InputError(f"{where}: key {missing[0]!r} is missing.")
    empty = [k for k, (_, _, needed) in rules.items() if needed and fields[k] in ("", [])]
    if empty:
        raise InputError(f"{where}: {empty[0]} is empty.")


def _constraint(row: dict[str, Any], citation: str, where: str) -> Constraint:
    name = " ".join(str(row[key]) for key in ("structure", "metric") if key in row)
    where = f"{where} ({name})" if name else where
    _check_keys(row, CONSTRAINT_KEYS, where)
    values = {"citation": citation, **row, "fractions": tuple(row["fractions"])}
    try:
        return Constraint(**values)
    except InputError as error:
        raise InputError(f"{where}: {_ended(error)}") from error


def _ended(error: InputError) -> str:
    return f"{str(error).rstrip('.')}."
