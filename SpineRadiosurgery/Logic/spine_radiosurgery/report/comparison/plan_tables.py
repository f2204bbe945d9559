"""Indices, fall-off and biology of two plans row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..page.formats import format_metric
from ..page.language import mark
from ..page.plan import BIOLOGY_METRICS, INDEX_WORDS, PLANE_WORDS
from .difference import HIGHER, LOWER, NEITHER, Measured, difference_of
from .pairing import metric_key, paired
from .tables import Plans, compared, plain_cell

Row = dict[str, Any]
Found = Mapping[str, Any]

BETTER_INDEX = {
    "coverage_percent": HIGHER,
    "paddick": HIGHER,
    "paddick_inverse": LOWER,
    "rtog_quality": HIGHER,
    "rtog_homogeneity": LOWER,
    "homogeneity": LOWER,
    "gradient": LOWER,
    "r50": LOWER,
    "gradient_distance_mm": LOWER,
    "half_prescription_isodose_cc": LOWER,
    "d2cm_gy": LOWER,
    "d2cm_percent": LOWER,
}
FALLOFF_ROWS = (
    ("median_mm", mark("Median distance"), LOWER),
    ("min_mm", mark("Smallest distance"), LOWER),
    ("max_mm", mark("Largest distance"), LOWER),
    ("isodose_to_cord_mm", mark("Isodose to cord, smallest"), HIGHER),
    ("isodose_to_cord_median_mm", mark("Isodose to cord, median"), HIGHER),
)
BEYOND_MODEL = "†"


def index_rows(plans: Plans) -> list[Row]:
    """Indices of the first target of each plan."""
    targets = plans.first["target"], plans.second["target"]
    pairs = paired(targets[0]["indices"], targets[1]["indices"], lambda key: key)
    rows = []
    for key in (a or b or "" for a, b in pairs):
        words, unit, _ = INDEX_WORDS.get(key, (key.replace("_", " ").capitalize(), "", ""))
        found = [(t["indices"].get(key), t["indices_uncertainty"].get(key)) for t in targets]
        cells = [
            plain_cell(value, unit, spread, target["indices_reasons"].get(key, ""))
            for (value, spread), target in zip(found, targets, strict=True)
        ]
        why_not = plans.comparable.target
        if key == "d2cm_gy":
            why_not = why_not or plans.comparable.fractions
        better = BETTER_INDEX.get(key, NEITHER)
        difference = difference_of(Measured(*found[0]), Measured(*found[1]), better, why_not)
        rows.append(compared(plans, plans.translate(words), cells, unit, difference))
    return rows


def falloff_groups(plans: Plans) -> list[Row]:
    """The fall-off in each plane that both or one plan has."""
    both = [d["falloff"] for d in (plans.first, plans.second)]
    planes = [list((f or {"planes": {}})["planes"].values()) for f in both]
    groups = []
    for pair in paired(planes[0], planes[1], lambda row: row["plane"]):
        plane = (pair[0] or pair[1] or {})["plane"]
        why_not = plans.comparable.target or _other_falloff(plans, *pair)
        rows = [_falloff_row(plans, pair, row, why_not) for row in FALLOFF_ROWS]
        words = plans.translate(PLANE_WORDS[plane]) if plane in PLANE_WORDS else plane
        groups.append({"structure": words, "rows": rows})
    return groups


def _other_falloff(plans: Plans, first: Found | None, second: Found | None) -> str:
    if first is None or second is None:
        return ""
    # A plane without rays has only its reason, and no isodoses to compare.
    keys = [k for k in ("from_percent", "to_percent", "toward") if first[k] and second[k]]
    is_same = all(first[k] == second[k] for k in keys)
    return "" if is_same else plans.translate(mark("other isodoses or direction"))


def _falloff_row(
    plans: Plans, pair: Sequence[Found | None], row: tuple[str, str, str], why_not: str
) -> Row:
    key, words, better = row
    cells = [None if f is None else plain_cell(f[key], "mm", reason=f["reason"]) for f in pair]
    for cell, found in zip(cells, pair, strict=True):
        is_known = found is not None and found[key] is not None
        if cell and found and is_known and key == "median_mm" and found["lower_bound"]:
            cell["value"] = plans.translate(mark("at least %(value)s")) % {"value": cell["value"]}
            why_not = why_not or plans.translate(mark("a lower bound"))
    values = [None if f is None else Measured(f[key]) for f in pair]
    difference = difference_of(values[0], values[1], better, why_not)
    return compared(plans, plans.translate(words), cells, "mm", difference)


def biology_groups(plans: Plans) -> list[Row]:
    """BED and EQD2 of target, cord volumes and cord, where both plans have them."""
    both = [d["biology"] for d in (plans.first, plans.second)]
    if not all(both):
        return []
    why_not = ""
    if both[0]["alpha_beta_gy"] != both[1]["alpha_beta_gy"]:
        why_not = plans.translate(mark("other alpha/beta"))
    groups: dict[str, list[Row]] = {}
    for pair in paired(both[0]["rows"], both[1]["rows"], metric_key):
        row = pair[0] or pair[1] or {}
        role = plans.roles.get(row["structure"], "")
        if row["metric"] not in BIOLOGY_METRICS or role not in ("target", "cord", "cord_volume"):
            continue
        better = NEITHER if role == "target" else LOWER
        reason = why_not or plans.comparable.structures.get(row["structure"], "")
        groups.setdefault(row["structure"], []).extend(
            _biology_row(plans, pair, kind, better, reason)
            for kind in (("bed", "BED"), ("eqd2", "EQD2"))
        )
    return [{"structure": name, "rows": rows} for name, rows in groups.items()]


def _biology_row(
    plans: Plans,
    pair: Sequence[Found | None],
    kind: tuple[str, str],
    better: str,
    why_not: str,
) -> Row:
    key, spread = f"{kind[0]}_gy", f"{kind[0]}_uncertainty_gy"
    values = [None if r is None else Measured(r[key], r[spread]) for r in pair]
    cells = [None if r is None else plain_cell(r[key], "Gy", r[spread], r["reason"]) for r in pair]
    for cell, row in zip(cells, pair, strict=True):
        if cell and row and row["beyond_model"]:
            cell["value"] += f" {BEYOND_MODEL}"
    metric = (pair[0] or pair[1] or {})["metric"]
    difference = difference_of(values[0], values[1], better, why_not)
    return compared(plans, f"{format_metric(metric)}, {kind[1]}", cells, "Gy", difference)
