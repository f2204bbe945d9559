"""One record a patient: JSON, words made from it, rows for a cohort."""

from __future__ import annotations

from ...case import study_code
from .derived import baseline_pain, decided_grades, derived, remarks, score_of
from .document import SCHEMA_VERSION, record_document, record_from_text, record_text
from .files import check_replaceable, read_record, write_record
from .record import PatientRecord
from .rows import record_columns, record_row

__all__ = [
    "SCHEMA_VERSION",
    "PatientRecord",
    "baseline_pain",
    "check_replaceable",
    "decided_grades",
    "derived",
    "read_record",
    "record_columns",
    "record_document",
    "record_from_text",
    "record_row",
    "record_text",
    "remarks",
    "score_of",
    "study_code",
    "write_record",
]
