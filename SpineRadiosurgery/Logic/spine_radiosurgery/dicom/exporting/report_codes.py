"""Coded concepts of the structured report: standard ones where there are any, else our own."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from ...dose import parse_metric_name
from ...geometry import InputError
from .structures import Code

PRIVATE = "99SPINESRS"
"""Our own coding scheme."""
PRIVATE_NAME = "SpineRadiosurgery dose metrics and verdicts"
LONGEST_VALUE, LONGEST_MEANING = 16, 64

UNITS: dict[str, Code] = {
    "Gy": ("Gy", "UCUM", "Gy"),
    "%": ("%", "UCUM", "percent"),
    "cc": ("cm3", "UCUM", "cubic centimeter"),
}
VERDICTS: dict[str, Code] = {
    "pass": ("PASS", PRIVATE, "Limit kept"),
    "caution": ("CAUTION", PRIVATE, "Limit kept with a caution"),
    "fail": ("FAIL", PRIVATE, "Limit broken"),
    "not_evaluable": ("NOT_EVALUABLE", PRIVATE, "Not evaluable"),
}
VALUE_UNKNOWN: Code = ("114010", "DCM", "Value unknown")
COMMENT: Code = ("121106", "DCM", "Comment")
SOURCE_OF_MEASUREMENT: Code = ("121112", "DCM", "Source of Measurement")
IMAGING: Code = ("363679005", "SCT", "Imaging procedure")

_STANDARD: dict[str, Code] = {
    "Volume[cc]": ("118565006", "SCT", "Volume"),
    "Mean[Gy]": ("128533", "DCM", "Mean Absorbed Radiation Dose"),
    "Max[Gy]": ("128531", "DCM", "Maximum Absorbed Radiation Dose"),
    "Min[Gy]": ("128532", "DCM", "Minimum Absorbed Radiation Dose"),
}


def metric_code(name: str) -> Code:
    """Return the concept of a metric in TG-263 notation.

    Raises
    ------
    InputError
        It is no metric.
    """
    if name in _STANDARD:
        return _STANDARD[name]
    metric = parse_metric_name(name)
    at = f"{metric.at:g} {metric.at_unit}"
    meaning = {
        "D": f"Dose to the hottest {at}",
        "V": f"Volume at {at} or more",
        "CV": f"Volume below {at}",
        "gEUD": f"Equivalent uniform dose, a = {metric.at:g}",
    }.get(metric.kind)
    if meaning is None:
        raise InputError(f"Metric {name} has no code for the structured report.")
    return _private(name, f"{meaning} ({name})")


def constraint_code(row: Mapping[str, Any]) -> Code:
    """Return the concept of one limit of a protocol, from its row in `report.json`."""
    limit = f"{row['metric']} {row['comparator']} {row['limit']:g} {row['unit']}"
    words = f"{row['protocol']} {row.get('constraint_structure') or row['structure']} {limit}"
    return (f"LIMIT_{_short(words)}", PRIVATE, f"{limit}, {row['protocol']}"[:LONGEST_MEANING])


def own_code(value: str, meaning: str) -> Code:
    """Return a concept of our own."""
    return _private(value, meaning)


def _private(value: str, meaning: str) -> Code:
    if len(value) > LONGEST_VALUE:
        value = f"M_{_short(value)}"
    return (value, PRIVATE, meaning[:LONGEST_MEANING])


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10].upper()
