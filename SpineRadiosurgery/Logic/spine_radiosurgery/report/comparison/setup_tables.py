"""Setup robustness of two plans row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..page.formats import format_limit, format_metric, format_share
from ..page.language import mark
from .comparable import SPARED_ROLES
from .difference import HIGHER, LOWER, Measured, difference_of
from .pairing import limit_key, metric_key, paired
from .tables import Plans, compared, plain_cell, text_cell

Row = dict[str, Any]
Found = Mapping[str, Any]

ROOM_ROWS = (
    ("toward_target_mm", mark("Room toward the target until a cord limit breaks"), "mm"),
    ("scale_factor", mark("Factor of the dose until a cord limit breaks"), ""),
)
STANDARD_ERRORS = 2.0
"""Of each probability: closer ones are not told apart."""


def robustness_rows(plans: Plans) -> list[Row]:
    """Probabilities of violation, worst values and room under setup errors."""
    both = [d["robustness"] for d in (plans.first, plans.second)]
    if not any(both):
        return []
    why_not = ""
    if all(both) and not _is_same_setup(both[0], both[1]):
        why_not = plans.translate(mark("other setup errors"))
    rows = _violation_rows(plans, both, why_not)
    rows += _worst_rows(plans, both, why_not)
    return rows + [_room_row(plans, both, *row) for row in ROOM_ROWS]


def _is_same_setup(first: Found, second: Found) -> bool:
    keys = ("count", "sigma_mm", "sigma_deg")
    return (
        all(first["monte_carlo"][k] == second["monte_carlo"][k] for k in keys)
        and first["systematic"] == second["systematic"]
    )


def _violation_rows(plans: Plans, both: Sequence[Any], why_not: str) -> list[Row]:
    lists = [[] if r is None else r["probability_of_violation"] for r in both]
    rows = []
    for pair in paired(lists[0], lists[1], lambda r: (*limit_key(r), r["limit"])):
        row = pair[0] or pair[1] or {}
        reason = why_not or plans.comparable.of_metric(row["structure"], row["metric"])
        found = difference_of(_share(pair[0]), _share(pair[1]), LOWER, reason)
        cells = [None if r is None else text_cell(format_share(r)) for r in pair]
        limit = format_limit({**row, "caution_limit": None})
        name = plans.translate(mark("Probability that %(limit)s breaks")) % {
            "limit": f"{row['structure']} {format_metric(row['metric'])} {limit}"
        }
        rows.append(compared(plans, name, cells, "%", found))
    return rows


def _share(row: Found | None) -> Measured | None:
    """A probability in percent; a range where scenarios were not evaluable is none."""
    if row is None:
        return None
    if row["probability"] is None or row["not_evaluable"]:
        return Measured(None)
    error = 100.0 * (row["standard_error"] or 0.0)
    return Measured(100.0 * row["probability"], STANDARD_ERRORS * error)


def _worst_rows(plans: Plans, both: Sequence[Any], why_not: str) -> list[Row]:
    lists = [[] if r is None else list(r["worst"].values()) for r in both]
    rows = []
    for pair in paired(lists[0], lists[1], metric_key):
        row = pair[0] or pair[1] or {}
        structure, metric = row["structure"], row["metric"]
        reason = why_not or plans.comparable.of_metric(structure, metric)
        better = LOWER if plans.roles.get(structure, "") in SPARED_ROLES else HIGHER
        values = [None if r is None else Measured(r["value"]) for r in pair]
        cells = [
            None if r is None else plain_cell(r["value"], r["unit"]) | {"reason": r["scenario"]}
            for r in pair
        ]
        name = plans.translate(mark("Worst %(metric)s")) % {
            "metric": f"{structure} {format_metric(metric)}"
        }
        found = difference_of(values[0], values[1], better, reason)
        rows.append(compared(plans, name, cells, row["unit"], found))
    return rows


def _room_row(plans: Plans, both: Sequence[Any], key: str, words: str, unit: str) -> Row:
    is_room = key == "toward_target_mm"
    names = ("limit", "reason") if is_room else ("scale_limit", "scale_reason")
    rooms = [None if r is None else r["room"] for r in both]
    cells = [None if r is None else plain_cell(r[key], unit, reason=r[names[1]]) for r in rooms]
    values = [None if r is None else Measured(r[key]) for r in rooms]
    limits = [None if r is None else r[names[0]] for r in rooms]
    why_not = plans.comparable.fractions
    if all(limits) and limits[0] != limits[1]:
        why_not = plans.translate(mark("other limit"))
    for cell, room in zip(cells, rooms, strict=True):
        if is_room and cell and room and room["more_than"]:
            cell["value"] = plans.translate(mark("more than %(value)s")) % {"value": cell["value"]}
            why_not = why_not or plans.translate(mark("a lower bound"))
    found = difference_of(values[0], values[1], HIGHER, why_not)
    return compared(plans, plans.translate(words), cells, unit, found)
