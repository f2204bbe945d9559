"""How the summary's page says numbers and codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ROLE_WORDS = {
    "target": "Target",
    "cord_volume": "Cord volume",
    "cord": "Cord",
    "prv": "Cord PRV",
}
TEMPLATE_WORDS = {
    "drawn": "drawn",
    "body": "body (A)",
    "body_and_pedicles": "body and pedicles (B)",
    "whole_vertebra": "whole vertebra (B)",
    "posterior_elements": "posterior elements (C)",
    "several": "several",
}
COMPARATORS = {"<=": "≤", "<": "<", ">=": "≥", ">": ">"}
_DIGITS = {"Gy": 2, "%": 1, "cc": 3, "mm": 1}
DASH = "–"


def fractions_words(count: int) -> str:
    """Say "1 fraction" or "3 fractions"."""
    return f"{count} fraction" if count == 1 else f"{count} fractions"


def scheme_words(scheme: Mapping[str, Any]) -> str:
    """Say "24 Gy in 3 fractions"."""
    return f"{scheme['dose_gy']:g} Gy in {fractions_words(scheme['fractions'])}"


def cases_words(count: int) -> str:
    """Say "1 case" or "300 cases"."""
    return f"{count} case" if count == 1 else f"{count} cases"


def number_words(value: float | None, unit: str) -> str:
    """Write a value with its unit's digits; a dash when there is none."""
    return DASH if value is None else f"{value:.{_DIGITS.get(unit, 2)}f}"


def percent_words(value: float | None) -> str:
    """Write a percentage with one decimal."""
    return number_words(value, "%")


def rate_words(row: Mapping[str, Any]) -> str:
    """Write "93.3 % (88.0 to 96.5)"; a dash of no cases."""
    if row["percent"] is None:
        return DASH
    return f"{row['percent']:.1f} % {interval_words(row)}"


def interval_words(row: Mapping[str, Any]) -> str:
    """Write "(88.0 to 96.5)"; nothing where there is no interval."""
    low, high = row["low_percent"], row["high_percent"]
    return "" if low is None or high is None else f"({low:.1f} to {high:.1f})"


def constraint_words(row: Mapping[str, Any]) -> str:
    """Write "V10Gy ≤ 10 %"."""
    metric = row["metric"].partition("[")[0]
    return f"{metric} {COMPARATORS.get(row['comparator'], '')} {row['limit']:g} {row['unit']}"


def group_words(kind: str, name: str) -> str:
    """Say the name of a region, a level or a template."""
    if kind == "template":
        return TEMPLATE_WORDS.get(name, name.replace("_", " "))
    return f"several {kind}s" if name == "several" else name
