"""Records as files: bounded when read, written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...geometry import InputError, whole_file
from .document import (
    IDENTIFYING,
    LARGEST_BYTES,
    record_from_document,
    record_from_text,
    record_text,
)
from .record import PatientRecord


def read_record(source: str | os.PathLike[str] | Mapping[str, Any]) -> PatientRecord:
    """Read the record of a patient.

    Parameters
    ----------
    source : path, str or mapping
        A JSON file in UTF-8, at most 4 MB; its text (a text that begins with a brace); or the
        document itself.

    Raises
    ------
    InputError
        The file cannot be read, is no JSON, or holds something that a record does not have; the
        message names file and field.

    Examples
    --------
    >>> read_record({"levels": ["T8"], "grades": {"radiographic": "II"}}).levels
    ('T8',)
    """
    if isinstance(source, Mapping):
        return record_from_document(source)
    if isinstance(source, str) and source.lstrip("\ufeff \t\r\n").startswith("{"):
        return record_from_text(_bounded(source).lstrip("\ufeff"))
    path = Path(source)
    try:
        return record_from_text(_text_of(path))
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def write_record(
    record: PatientRecord, path: str | os.PathLike[str], *, identify: bool = False
) -> None:
    """Write a record as a JSON file (see `record_document`).

    Parameters
    ----------
    record : PatientRecord
    path : path
        Folders above it are made. An older file is replaced only if it is a record, and not
        where a name, ID or date in it would be lost.
    identify : bool
        Keep the treatment date, the patient's name and ID; by default they are left out.

    Raises
    ------
    InputError
        The path holds something else or cannot be written; nothing was then changed.
    """
    target = Path(path)
    content = record_text(record, identify=identify).encode()
    check_replaceable(target, identify=identify)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(target) as unfinished:
            unfinished.write_bytes(content)
    except OSError as error:
        raise InputError(
            f"Record {target} could not be written: {error.strerror or error}; nothing was changed."
        ) from error


def check_replaceable(path: Path, *, identify: bool) -> None:
    """Refuse to write a record over what is none, or over more than it holds.

    Raises
    ------
    InputError
        There is a file that is no record, or one that identifies its patient where the new one
        does not.
    """
    if not path.exists():
        return
    try:
        former = read_record(path)
    except InputError as error:
        raise InputError(
            f"Record {path} is not written: there is a file that is no record; name another."
        ) from error
    lost = [name for name in IDENTIFYING if getattr(former, name)]
    if lost and not identify:
        raise InputError(
            f"Record {path} is not written: the one that is there has {' and '.join(lost)}, which "
            "would be lost; name another file, or let the new one identify the patient, too."
        )


def _bounded(text: str) -> str:
    if len(text) > LARGEST_BYTES:
        raise InputError(f"The record is longer than {LARGEST_BYTES / 1e6:g} MB; it is none.")
    return text


def _text_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise InputError(f"The record cannot be read: {error.strerror or error}.") from error
    except ValueError:
        raise InputError("The record cannot be read: that is no path.") from None
    if len(content) > LARGEST_BYTES:
        raise InputError(f"The record is larger than {LARGEST_BYTES / 1e6:g} MB; it is none.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("The record is not UTF-8; save it as UTF-8.") from None
