"""An empty record to fill in by hand."""

from __future__ import annotations

import json
from pathlib import Path

from ..assessment import FollowUp, PatientRecord, Visit, record_document
from ..dicom.own_files import check_own_file, write_own_bytes
from ..geometry import InputError


def write_new(path: Path, patient: str, levels: tuple[str, ...], *, identify: bool) -> None:
    """Write a record in which everything but study code and levels is open.

    It has one visit, on day 0, so that the fields of a visit are seen.

    Raises
    ------
    InputError
        There is such a file already, it is no JSON, or it cannot be written.
    """
    if path.suffix.lower() != ".json":
        raise InputError(f"Record {path} must end in .json.")
    if path.exists():
        raise InputError(f"{path} is there already; name a new file.")
    check_own_file(path)
    record = PatientRecord(patient=patient, levels=levels, follow_up=FollowUp((Visit(0),)))
    document = record_document(record, identify=identify)
    del document["derived"]
    write_own_bytes(path, (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode())
