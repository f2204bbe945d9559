"""The record as one JSON document; `assessment.schema.json` is its published form."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ... import __version__
from ...geometry import InputError
from .codec import from_plain, to_plain
from .dates import with_days
from .derived import derived
from .record import PatientRecord

SCHEMA_VERSION = "1.0"
"""A change of the first number is one that older programs cannot read."""
GENERATOR = "spine-radiosurgery"
IDENTIFYING = ("treatment_date", "patient_name", "patient_id")
"""Fields that are left out of a pseudonymous document."""

LARGEST_BYTES = 4_000_000
"""Of a file, read or written: hundreds of times what a patient needs."""

_ABOUT = ("schema_version", "research_use_only", "generated_by", "derived")
_SHORTEST_IDENTIFIER = 4
"""A shorter name or ID may be in any text by chance."""
_CODE = re.compile("[a-z_]*")


def record_document(record: PatientRecord, *, identify: bool = False) -> dict[str, Any]:
    """Return a record as JSON types, with what follows from it under `derived`.

    Parameters
    ----------
    record : PatientRecord
    identify : bool
        Keep the treatment date, the patient's name and ID; by default they are left out.

    Raises
    ------
    InputError
        The name or ID would stay in a pseudonymous document, as study code or in a text.
    """
    plain = to_plain(record)
    if not identify:
        plain = {name: value for name, value in plain.items() if name not in IDENTIFYING}
        _check_pseudonymous(plain, record)
    return {
        "schema_version": SCHEMA_VERSION,
        "generated_by": f"{GENERATOR} {__version__}",
        "research_use_only": True,
        **plain,
        "derived": derived(record),
    }


def record_from_document(document: Mapping[str, Any]) -> PatientRecord:
    """Return the record of a document; what is derived in it is not read but made anew.

    Parameters
    ----------
    document : mapping
        Every field may be left out. In the follow-up, dates may stand for days where there is a
        `treatment_date` (see `with_days`).

    Raises
    ------
    InputError
        The document is of another major version, has a field that there is not, or a value that
        cannot be; the message begins with the field's path.
    """
    _check_version(document.get("schema_version", SCHEMA_VERSION))
    recorded = {name: value for name, value in document.items() if name not in _ABOUT}
    return from_plain(PatientRecord, with_days(recorded))


def record_from_text(text: str) -> PatientRecord:
    """Return the record of a JSON text.

    Raises
    ------
    InputError
        It is no JSON object, or see `record_from_document`.
    """
    try:
        document = json.loads(text, object_pairs_hook=_unique)
    except RecursionError:
        raise InputError("The record is nested too deeply; it is none of ours.") from None
    except json.JSONDecodeError as error:
        raise InputError(
            f"The record is no JSON: {error.msg} in line {error.lineno}, column {error.colno}."
        ) from None
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError("The record holds a number with thousands of digits.") from None
    if not isinstance(document, dict):
        raise InputError("The record must be a JSON object with named fields, such as levels.")
    return record_from_document(document)


def record_text(record: PatientRecord, *, identify: bool = False) -> str:
    """Return the JSON text of `record_document`: the same text for the same record.

    Raises
    ------
    InputError
        As `record_document`; or the text would be too long to be read again.
    """
    document = record_document(record, identify=identify)
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    if len(text.encode()) > LARGEST_BYTES:
        raise InputError(
            f"The record is longer than {LARGEST_BYTES / 1e6:g} MB; shorten its texts or lists."
        )
    return text


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(f"{twice[:80]!r} stands twice in one object; keep one of them.")
    return found


def _check_version(version: Any) -> None:
    if not isinstance(version, str) or not re.fullmatch(r"[0-9]{1,4}\.[0-9]{1,4}", version):
        raise InputError(
            f"schema_version cannot be {str(version)[:40]!r}; this program writes "
            f'"{SCHEMA_VERSION}".'
        )
    if version.partition(".")[0] != SCHEMA_VERSION.partition(".")[0]:
        raise InputError(
            f"The record is of version {version}, this program reads {SCHEMA_VERSION} and others "
            f"of version {SCHEMA_VERSION.partition('.')[0]}; use the program that wrote it."
        )


def _check_pseudonymous(plain: Mapping[str, Any], record: PatientRecord) -> None:
    for what, identifier in (("name", record.patient_name), ("ID", record.patient_id)):
        sought = _spoken(identifier)
        if not sought:
            continue
        is_code = record.patient.casefold() == sought
        whole = re.compile(rf"(?<!\w){re.escape(sought)}(?!\w)")
        is_told = len(sought) >= _SHORTEST_IDENTIFIER and any(
            whole.search(_spoken(text)) for text in _texts(plain) if not _CODE.fullmatch(text)
        )
        if is_code or is_told:
            where = "is its study code" if is_code else "stands in one of its texts"
            raise InputError(
                f"The record cannot be written without the patient's {what}, which {where}; "
                "change that, or write a record that identifies the patient."
            )


def _spoken(name: str) -> str:
    """A name as it would stand in a sentence; DICOM parts it by carets."""
    return name.replace("^", " ").strip().casefold()


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
