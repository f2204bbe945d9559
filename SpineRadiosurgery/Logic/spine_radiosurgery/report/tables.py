"""The CSV files of a report: decimal points and line feeds on every machine."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .model import Report

METRIC_COLUMNS = ("structure", "metric", "value", "unit", "uncertainty", "reason")
CONSTRAINT_COLUMNS = (
    "protocol", "group", "role", "structure", "metric", "comparator", "limit", "value", "unit",
    "uncertainty", "status", "reason", "citation", "verified",
)  # fmt: skip
DVH_COLUMNS = ("structure", "dose_gy", "volume_cc", "volume_percent")
DVH_STEP_GY = 0.05
_FORMULA = r"[=+\-@\uff1d\uff0b\uff0d\uff20]"
_EXECUTED = re.compile(rf"[\t\r\n]|[\s\"'\u200b\ufeff]*{_FORMULA}")
"""Blanks and quotes before a formula are dropped by some programs; full-width signs count, too."""
_AFTER_SEPARATOR = re.compile(rf"([;\t\r\n][\s\"']*)(?={_FORMULA})")
"""A spreadsheet of another language begins a cell after a semicolon."""
_NEUTRALISED = re.compile(rf"([;\t\r\n][\s\"']*)'(?={_FORMULA})")


def metrics_csv(document: Mapping[str, Any]) -> str:
    """Write `metrics.csv` from the document of `report.json`; no value is an empty cell."""
    return table_csv(METRIC_COLUMNS, document["metrics"])


def constraints_csv(document: Mapping[str, Any]) -> str:
    """Write `constraints.csv` from the document of `report.json`."""
    return table_csv(CONSTRAINT_COLUMNS, document["constraints"])


def dvh_csv(report: Report) -> str:
    """Write `dvh.csv`: cumulative, at fixed steps of 0.05 Gy up to each structure's maximum.

    Percent refers to the volume inside the dose grid. Structures wholly outside it have no rows.
    """
    rows: list[tuple[str, str, str, str]] = []
    for name, samples in report.samples.items():
        if not samples.covered_cc > 0:
            continue
        doses = dose_axis(samples.max_gy)
        volumes = samples.cumulative(doses)
        rows += [
            (name, f"{dose:.2f}", f"{volume:.6g}", f"{100.0 * volume / samples.covered_cc:.5g}")
            for dose, volume in zip(doses, volumes, strict=True)
        ]
    return _table(DVH_COLUMNS, rows)


def table_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Write any table: None is an empty cell, and no text is executed by a spreadsheet."""
    return _table(columns, _rows(rows, columns))


def csv_lines(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Write rows of any table without its heading (see `table_csv`)."""
    return _lines(_rows(rows, columns))


def dose_axis(max_gy: float) -> NDArray[np.float64]:
    """Doses in Gy at fixed steps from 0 to the first step beyond the largest dose."""
    return np.round(np.arange(math.floor(max_gy / DVH_STEP_GY) + 2) * DVH_STEP_GY, 6)


def neutral(text: str) -> str:
    """Return text that a spreadsheet shows instead of executing."""
    shown = f"'{text}" if _EXECUTED.match(text) else text
    return _AFTER_SEPARATOR.sub(r"\1'", shown)


def original(cell: str) -> str:
    """Return the text that `neutral` made a cell of, or the cell where it made none of it."""
    inner = _NEUTRALISED.sub(r"\1", cell)
    found = (text for text in (inner.removeprefix("'"), inner) if neutral(text) == cell)
    return next(found, cell)


def _rows(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> Iterable[tuple[str, ...]]:
    return (tuple(_cell(row[column]) for column in columns) for row in rows)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else repr(value)


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return _lines([columns, *rows])


def _lines(rows: Iterable[Sequence[str]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return buffer.getvalue()


def _safe(cell: str) -> str:
    """Neutralise text; a number such as -0.5 is no text."""
    try:
        float(cell)
    except ValueError:
        return neutral(cell)
    return cell
