"""Results in the words of a verdict line."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..cord import CORD_VOLUME
from ..dose import parse_metric_name
from .constraint import Constraint
from .result import FAIL, ConstraintResult

_DECIMALS = {"%": 1, "cc": 3, "Gy": 2}
_MOST_DECIMALS = 9


def number(value: float, unit: str, *limits: float | None) -> str:
    """Write a value with its unit, with as many digits as keep it on its side of the limits."""
    return f"{digits(value, _DECIMALS[unit], *limits)} {unit}"


def digits(value: float, decimals: int, *limits: float | None) -> str:
    """Write a value with at least so many decimals; more keep it on its side of the limits."""
    for limit in limits:
        while (
            limit is not None
            and value != limit
            and decimals < _MOST_DECIMALS
            and (float(f"{value:.{decimals}f}") - limit) * (value - limit) <= 0
        ):
            decimals += 1
    return f"{value:.{decimals}f}"


def sentence_of(rows: Sequence[ConstraintResult]) -> str:
    """Write rows as "V10Gy = 0.4 % of the cord volume (limit 10 %), 0.011 cc (limit 0.35 cc)".

    A row on the same dose and structure as the one before it gives only its value.
    """
    parts: list[str] = []
    before: ConstraintResult | None = None
    for row in rows:
        short = before is not None and _head(row) == _head(before)
        parts.append(_value(row) if short else f"{short_metric(row)} = {_value(row, named=True)}")
        before = row
    return ", ".join(parts)


def short_metric(row: ConstraintResult) -> str:
    """Name the metric without its unit: "V10Gy", "D0.035cc", "Max"."""
    return row.metric.partition("[")[0]


def value_of(row: ConstraintResult) -> str:
    """Write the value of a row with its unit."""
    return number(row.value, row.unit, row.limit, row.caution_limit)


def limit_of(row: ConstraintResult | Constraint) -> str:
    """Write the limit of a row: "10 %", "at least 1500 cc"."""
    least = "at least " if row.comparator == ">=" else ""
    return f"{least}{row.limit:g} {row.unit}"


def _value(row: ConstraintResult, *, named: bool = False) -> str:
    where = ""
    if named:
        joint = "of" if parse_metric_name(row.metric).kind in ("V", "CV") else "in"
        where = f" {joint} {_place(row)}"
    if math.isnan(row.value):
        return f"not known{where} (limit {limit_of(row)})"
    limits = f"limit {limit_of(row)}"
    if row.caution_limit is not None and row.status != FAIL:
        limits = f"caution from {row.caution_limit:g} {row.unit}, {limits}"
    return f"{value_of(row)}{where} ({limits})"


def _place(row: ConstraintResult) -> str:
    if row.constraint_structure == CORD_VOLUME:
        site = row.structure.removeprefix(CORD_VOLUME).lstrip("_")
        return f"cord volume {site}" if site.isdigit() else "the cord volume"
    if row.constraint_structure == "SpinalCord":
        return "the whole cord"
    return row.structure


def _head(row: ConstraintResult) -> tuple[str, str]:
    return short_metric(row), row.structure
