"""Metrics and limits of two plans row by row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..limits import PAPER_CC, PAPER_DOSE_GY, PAPER_PERCENT
from ..page.formats import format_index, format_limit, format_measured, format_metric
from ..page.language import Translate, mark
from ..page.words import word_of
from .comparable import Comparability, better_of_metric
from .difference import (
    BETTER,
    DIFFERENT,
    EQUAL,
    LOWER,
    NOT_COMPARABLE,
    OPEN,
    WITHIN,
    WORSE,
    Difference,
    Measured,
    better_for_limit,
    difference_of,
    format_judged_difference,
)
from .pairing import limit_key, metric_key, paired

Row = dict[str, Any]
Document = Mapping[str, Any]

MEANINGS = {
    BETTER: mark("better"),
    WORSE: mark("worse"),
    WITHIN: mark("within uncertainty"),
    EQUAL: mark("equal"),
    DIFFERENT: mark("different"),
    OPEN: "",
    NOT_COMPARABLE: mark("not comparable"),
}
CORD_METRICS = (
    "V10Gy[%]", "V10Gy[cc]", "D10%[Gy]", "D0.035cc[Gy]", "D0.35cc[Gy]", "D1.2cc[Gy]", "Max[Gy]",
    "Mean[Gy]",
)  # fmt: skip
PAPER_LIMITS = {
    f"V{PAPER_DOSE_GY:g}Gy[%]": PAPER_PERCENT,
    f"V{PAPER_DOSE_GY:g}Gy[cc]": PAPER_CC,
}
SHOWN_ROLES = {"decides", "advisory"}
_SEVERITY = ("fail", "caution", "pass", "not_evaluable")


@dataclass(frozen=True)
class Plans:
    """Both documents, what of them cannot be compared, roles of structures, and the language."""

    first: Document
    second: Document
    comparable: Comparability
    roles: Mapping[str, str]
    translate: Translate


def compared(
    plans: Plans,
    name: str,
    cells: Sequence[Row | None],
    unit: str,
    found: Difference,
    **more: Any,
) -> Row:
    """Return one row of any table: what it is, both cells, the difference and its meaning."""
    meaning = plans.translate(MEANINGS[found.meaning]) if MEANINGS[found.meaning] else ""
    if found.meaning == NOT_COMPARABLE:
        meaning = found.reason
    return {
        "name": name,
        "cells": cells,
        "difference": format_judged_difference(found, unit),
        "meaning": found.meaning,
        "words": meaning,
        "limit": "",
        "role": "",
        **more,
    }


def text_cell(value: str, spread: str = "", *, status: str = "", reason: str = "") -> Row:
    """Return what a cell shows: a value with what belongs to it."""
    return {"value": value, "spread": spread, "status": status, "reason": reason}


def plain_cell(
    value: float | None, unit: str, uncertainty: float | None = None, reason: str = ""
) -> Row:
    """Return what a cell shows of a number that is no metric."""
    text, spread = format_index(value, unit, uncertainty)
    if value is not None and unit == "mm":
        text = f"{value:.2f} mm".replace("-", "−") if not spread else text
    return text_cell(text, spread, reason=reason if value is None else "")


def metric_cell(row: Mapping[str, Any] | None) -> Row | None:
    """Return what a cell shows of a metric or a constraint; None where the plan has no such row."""
    if row is None:
        return None
    value, spread = format_measured(row)
    reason = row["reason"] if row["value"] is None else ""
    return text_cell(value, spread, status=row.get("status", ""), reason=reason)


def metric_row(
    plans: Plans,
    first: Mapping[str, Any] | None,
    second: Mapping[str, Any] | None,
    better: str | None = None,
    **more: Any,
) -> Row:
    """Compare one metric of one structure; `better` where a limit says which value is."""
    row = first or second or {}
    structure, metric = row["structure"], row["metric"]
    if better is None:
        better = better_of_metric(plans.roles.get(structure, ""), metric)
    found = difference_of(
        _measured(first), _measured(second), better, plans.comparable.of_metric(structure, metric)
    )
    cells = (metric_cell(first), metric_cell(second))
    return compared(plans, format_metric(metric), cells, row["unit"], found, **more)


def _measured(row: Mapping[str, Any] | None) -> Measured | None:
    return None if row is None else Measured(row["value"], row["uncertainty"])


def constraint_groups(plans: Plans) -> tuple[list[Row], list[Row]]:
    """Constraints of both plans by structure, and those that neither plan can evaluate.

    A limit of one plan only stands beside the other plan's value of the same metric, where that
    plan has one: the limit and the verdict are never lent to the other plan.
    """
    groups: dict[str, list[tuple[int, Row]]] = {}
    neither: list[Row] = []
    values = [_values(document) for document in (plans.first, plans.second)]
    for first, second in paired(plans.first["constraints"], plans.second["constraints"], limit_key):
        row = first or second or {}
        if all(r is None or r["value"] is None for r in (first, second)):
            neither.append({"structure": row["structure"], "metric": format_metric(row["metric"])})
            continue
        shown = [r or v.get(metric_key(row)) for r, v in zip((first, second), values, strict=True)]
        entry = metric_row(
            plans,
            shown[0],
            shown[1],
            better_for_limit(row["comparator"]),
            limit=limits_text(first, second, plans.translate),
            role=_role(first, second, plans.translate),
        )
        statuses = [r["status"] for r in (first, second) if r is not None]
        groups.setdefault(row["structure"], []).append((_severity(statuses), entry))
    ordered = sorted(groups.items(), key=lambda item: min(severity for severity, _ in item[1]))
    return [
        {"structure": name, "rows": [r for _, r in sorted(rows, key=lambda pair: pair[0])]}
        for name, rows in ordered
    ], neither


def _severity(statuses: Iterable[str]) -> int:
    return min(_SEVERITY.index(status) for status in statuses)


def _role(
    first: Mapping[str, Any] | None, second: Mapping[str, Any] | None, translate: Translate
) -> str:
    """Say that a row decides, or is advisory, in both plans or in the only one that has it."""
    roles = {row["role"] for row in (first, second) if row is not None}
    return word_of(translate)(*roles) if len(roles) == 1 and roles <= SHOWN_ROLES else ""


def limits_text(
    first: Mapping[str, Any] | None, second: Mapping[str, Any] | None, translate: Translate
) -> str:
    """Write the limit that both plans have, or each plan's own."""
    texts = [None if row is None else format_limit(row) for row in (first, second)]
    if texts[0] == texts[1]:
        return texts[0] or ""
    none = translate("no limit")
    return f"A {texts[0] or none}; B {texts[1] or none}"


def cord_tables(plans: Plans) -> list[Row]:
    """Both plans' cord volumes with the paper's limits, and the protocol's where it has them."""
    tables = []
    volumes = paired(
        plans.first["cord_volumes"], plans.second["cord_volumes"], lambda v: str(v["name"])
    )
    for first, second in volumes:
        name = (first or second or {})["name"]
        tables.append({"name": name, "volumes": (first, second), "rows": _cord_rows(plans, name)})
    return tables


def _cord_rows(plans: Plans, name: str) -> list[Row]:
    documents = (plans.first, plans.second)
    values = [_values(document) for document in documents]
    limits = [
        {r["metric"]: r for r in document["constraints"] if r["structure"] == name}
        for document in documents
    ]
    metrics = dict.fromkeys([*PAPER_LIMITS, *limits[0], *limits[1], *CORD_METRICS])
    rows = []
    for metric in metrics:
        found = [v.get((name, metric)) for v in values]
        if not any(found):
            continue
        own = [limit.get(metric) for limit in limits]
        shown = [_with_status(value, limit) for value, limit in zip(found, own, strict=True)]
        text = limits_text(own[0], own[1], plans.translate) if any(own) else ""
        if not any(own) and metric in PAPER_LIMITS:
            unit = metric.partition("[")[2].rstrip("]")
            text = f"≤ {PAPER_LIMITS[metric]:g} {unit} (Ryu 2015)"
        better = next((better_for_limit(r["comparator"]) for r in own if r), LOWER)
        rows.append(metric_row(plans, shown[0], shown[1], better, limit=text))
    return rows


def _with_status(value: Row | None, limit: Mapping[str, Any] | None) -> Row | None:
    """The metric's own value with the status, and the digits, that its limit asks for."""
    if value is None or limit is None:
        return value
    keys = ("status", "limit", "caution_limit")
    return {**value, **{key: limit.get(key) for key in keys}}


def _values(document: Document) -> dict[tuple[str, str], Row]:
    """Metrics by structure and name; constraints add those that no list of metrics holds."""
    keys = ("structure", "metric", "value", "unit", "uncertainty", "reason")
    return {
        metric_key(row): {key: row[key] for key in keys}
        for rows in (document["constraints"], document["metrics"])
        for row in rows
    }


def metric_groups(plans: Plans) -> list[Row]:
    """All metrics of both plans by structure, in the order of the documents."""
    groups: dict[str, list[Row]] = {}
    for first, second in paired(plans.first["metrics"], plans.second["metrics"], metric_key):
        name = (first or second or {})["structure"]
        groups.setdefault(name, []).append(metric_row(plans, first, second))
    return [{"structure": name, "rows": rows} for name, rows in groups.items()]
