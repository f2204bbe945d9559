"""What the page shows of targets and sectors: how made, which sectors, what the rules propose."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .formats import format_margins, format_place

Row = dict[str, Any]
Document = Mapping[str, Any]
Numbering = Callable[[str], int]
"""Gives a citation its number on the page."""

CANAL_WORDS = {
    "given": "the canal was contoured",
    "cord": "the canal's direction is the cord's",
    "found": "the canal was found in the bone",
    "inferred": "the canal is open and was inferred",
}
DRAWN = "drawn"
NERVE_ROOT = "nerve root"
NERVE_ROOT_METRICS = ("Mean[Gy]", "D0.035cc[Gy]")
"""Nerve roots have no limit."""


def targets_content(document: Document, number: Numbering) -> dict[str, Any]:
    """Return what the template needs for the section on targets and sectors."""
    return {
        "definitions": [_definition(d, number) for d in document["target_definitions"]],
        "expected": _expected(document, number),
        "skin": [
            {**row, "place": format_place(row["skin_ras"]), "reason": row["reason"].rstrip(".")}
            for row in document["skin"]
        ],
    }


def _definition(found: Mapping[str, Any], number: Numbering) -> Row:
    return {
        "target": found["target"],
        "drawn": found["origin"] == DRAWN,
        "taken_percent": None if found["taken_share"] is None else 100 * found["taken_share"],
        "made": _made(found),
        "rules": [_cited(rule, number) for rule in found["rules"]],
        "overrides": [override["text"] for override in found["overrides"]],
        "vertebrae": [_vertebra(v, number) for v in found["vertebrae"]],
    }


def _made(found: Mapping[str, Any]) -> str:
    """How the target was made, in one sentence."""
    if found["origin"] == DRAWN:
        return ""
    parts = [f"Made from {_listed(found['levels'])}"]
    if found["template"]:
        parts.append(f"by the template {_words(found['template'])} ({found['origin']})")
    else:
        parts.append(f"by {found['origin']}")
    margin = found["margin_mm"]
    if any(margin):
        parts.append(f"with a margin of {format_margins(margin)}")
    if found["united_with"]:
        parts.append(f"united with {_listed(found['united_with'])}")
    out = [f"{name} ({cc:.2f} cc taken out)" for name, cc in found["removed_cc"].items()]
    if out:
        parts.append(f"kept out of {_listed(out)}")
    if found["clipped_to"]:
        parts.append(f"inside {found['clipped_to']}")
    return f"{', '.join(parts)}."


def _cited(rule: Mapping[str, Any], number: Numbering) -> Row:
    return {**rule, "footnote": number(rule["citation"]) if rule["citation"] else None}


def _vertebra(found: Mapping[str, Any], number: Numbering) -> Row:
    quality = found["quality"]
    proposal = found["proposal"]
    return {
        "name": found["vertebra"],
        "label": found["level"] or found["vertebra"],
        "volume_cc": found["volume_cc"],
        "picture": found["picture"],
        "sectors": [_sector(sector) for sector in found["sectors"]],
        "with_gtv": found["involvement"] is not None,
        "involvement": None if found["involvement"] is None else found["involvement"]["text"],
        "proposal": None if proposal is None else _proposal(found, number),
        "residual_mm": quality["frame_residual_mm"],
        "symmetry_percent": None if quality["symmetry"] is None else 100 * quality["symmetry"],
        "canal": CANAL_WORDS.get(quality["canal"], quality["canal"] or ""),
    }


def _sector(found: Mapping[str, Any]) -> Row:
    low, high = found["usual_percent"]
    return {
        **found,
        "words": _words(found["name"]),
        "usual_range": "" if low is None or high is None else f"{low:.0f} to {high:.0f}",
        "unusual": found["usual"] is False,
    }


def _proposal(found: Mapping[str, Any], number: Numbering) -> Row:
    proposal = found["proposal"]
    differences = []
    if found["added"]:
        differences.append(f"beyond the proposal the target takes the {_sectors(found['added'])}")
    if found["left_out"]:
        differences.append(f"the target leaves out the {_sectors(found['left_out'])}")
    return {
        **_cited(proposal, number),
        "names": _sectors(proposal["sectors"]),
        "difference": "; ".join(differences) or "the target takes just these",
    }


def _expected(document: Document, number: Numbering) -> Row | None:
    """Structures of the target's levels: contoured, missing, and the nerve roots' doses."""
    rows = document["expected_structures"]
    if not rows:
        return None
    roots = [row for row in rows if row["kind"] == NERVE_ROOT]
    return {
        "levels": _listed(_levels(rows)),
        "rows": [
            {**row, "footnote": number(row["source"])} for row in rows if row["kind"] != NERVE_ROOT
        ],
        "roots": [_root(document, roi) for row in roots for roi in row["found"]],
        "absent_roots": [row["name"] for row in roots if not row["found"]],
    }


def _levels(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(level for row in rows for level in row["levels"]))


def _root(document: Document, roi: str) -> Row:
    values = {r["metric"]: r for r in document["metrics"] if r["structure"] == roi}
    return {"name": roi, "metrics": [values[name] for name in NERVE_ROOT_METRICS if name in values]}


def _listed(names: Sequence[str]) -> str:
    """Write "A, B and C"."""
    first, last = names[:-1], names[-1:]
    return " and ".join([*([", ".join(first)] if first else []), *last])


def _sectors(names: Sequence[str]) -> str:
    return _listed([_words(name) for name in names])


def _words(name: str) -> str:
    return name.replace("_", " ")
