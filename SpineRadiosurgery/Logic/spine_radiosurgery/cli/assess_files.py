"""The files that `assess` writes: records and the table of the cohort."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..assessment.record import (
    PatientRecord,
    check_replaceable,
    record_columns,
    record_row,
    record_text,
)
from ..geometry import InputError, whole_files
from ..report.tables import table_csv

TABLE = "assessments.csv"


def check_outputs(folder: Path, records: Sequence[PatientRecord], *, identify: bool) -> None:
    """Refuse, before any work is done, what could not be written in the end.

    Raises
    ------
    InputError
        A record has no study code or one of another record, the folder cannot be written, or a
        file in it is not ours.
    """
    seen: set[str] = set()
    for record in records:
        if not record.patient:
            raise InputError(
                "A record without study code cannot be written; enter one as patient "
                "(study_code makes one of a patient ID)."
            )
        if record.patient.casefold() in seen:
            raise InputError(
                f"Two records have the study code {record.patient}; give each patient one record."
            )
        seen.add(record.patient.casefold())
    _check_folder(folder)
    for record in records:
        check_replaceable(folder / f"{record.patient}.json", identify=identify)
    _check_table(folder / TABLE)


def write_outputs(
    folder: Path, records: Sequence[PatientRecord], *, identify: bool
) -> tuple[Path, ...]:
    """Write every record and the table, all or nothing; returns what was written.

    Raises
    ------
    InputError
        As `check_outputs`; or the disk is full, and nothing was changed.
    """
    check_outputs(folder, records, identify=identify)
    texts = {f"{record.patient}.json": record_text(record, identify=identify) for record in records}
    texts[TABLE] = cohort_csv(records)
    try:
        _write_all(folder, texts)
    except OSError as error:
        raise InputError(
            f"Output folder {folder} could not be written: {error.strerror or error}; free space "
            "or choose another folder."
        ) from error
    return tuple(folder / name for name in texts)


def cohort_csv(records: Sequence[PatientRecord]) -> str:
    """Return the cohort's table: a line a patient, an empty cell for what is open."""
    return table_csv(record_columns(), [record_row(record) for record in records])


def _check_folder(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise InputError(f"Output {folder} is a file; name a folder.")
    parent = next(p for p in (folder.absolute(), *folder.absolute().parents) if p.exists())
    if not parent.is_dir():
        raise InputError(f"Output {folder} lies under {parent}, which is a file; choose another.")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise InputError(f"Output folder {folder} cannot be written: no permission in {parent}.")


def _check_table(path: Path) -> None:
    """A table of ours begins with our first columns; later versions may have more of them."""
    if not path.exists():
        return
    ours = ",".join(record_columns()[:3]).encode()
    try:
        is_ours = path.read_bytes()[: len(ours)] == ours
    except OSError:
        is_ours = False
    if not is_ours:
        raise InputError(f"Output {path} exists and is not a table of ours; name a new folder.")


def _write_all(folder: Path, texts: Mapping[str, str]) -> None:
    is_new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with whole_files(*(folder / name for name in texts)) as scratch:
            for path, text in zip(scratch, texts.values(), strict=True):
                path.write_text(text, encoding="utf-8", newline="\n")
    finally:
        if is_new and not any(folder.iterdir()):
            folder.rmdir()
