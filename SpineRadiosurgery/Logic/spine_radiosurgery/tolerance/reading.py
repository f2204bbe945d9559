"""Reading protocol files: strict, so that a slip of the pen is found and not ignored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..case import InputError
from .checking import Complaint, protocol_complaints, row_values
from .constraint import Constraint
from .protocol import BasedOn, Protocol

SCHEMA_SUFFIX = ".schema.json"
LARGEST_BYTES = 4_000_000


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
    return protocol_from_document(read_protocol_document(path), f"Protocol file {Path(path).name}")


def read_protocol_document(path: str | Path) -> dict[str, Any]:
    """Read the JSON of a protocol file, whatever is wrong with what it says.

    Raises
    ------
    InputError
        The file cannot be read, is larger than 4 MB, or holds no JSON object.
    """
    path = Path(path)
    where = f"Protocol file {path.name}"
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        why = error.strerror or str(error)
        raise InputError(f"{where} cannot be read: {why}.") from error
    if len(content) > LARGEST_BYTES:
        raise InputError(f"{where} is larger than {LARGEST_BYTES // 10**6} MB: no protocol.")
    return _parse(content, where)


def protocol_from_document(document: Mapping[str, Any], where: str = "Protocol") -> Protocol:
    """Return the protocol that a document of `protocol_document` describes.

    Parameters
    ----------
    document : mapping
        JSON types.
    where : str
        What messages call it.

    Raises
    ------
    InputError
        The first thing that is wrong with it (see `protocol_complaints`).
    """
    for complaint in protocol_complaints(document):
        raise InputError(complaint.sentence(where))
    fields = {k: v for k, v in document.items() if k not in ("schema_version", "constraints")}
    rows = (Constraint(**row_values(row, fields["citation"])) for row in document["constraints"])
    source = fields.pop("based_on", None)
    return Protocol(
        **fields,
        constraints=tuple(rows),
        based_on=None if source is None else BasedOn(**source),
    )


def complaints_of_file(path: str | Path) -> tuple[Complaint, ...]:
    """Say all that is wrong with a protocol file; nothing when it can be used.

    Raises
    ------
    InputError
        The file cannot be read or holds no JSON object, so that no row can be judged.
    """
    return protocol_complaints(read_protocol_document(path))


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
        raise InputError(f"{where}: {str(error).rstrip('.')}.") from error
    except (RecursionError, ValueError) as error:
        # Python refuses whole numbers of more than 4300 digits.
        raise InputError(f"{where} is too deep or too long to be a protocol.") from error
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
