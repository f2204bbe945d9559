"""What the report page shows, in its order, made from the document of `report.json` alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..limits import PAPER_CC, PAPER_DOSE_GY, PAPER_FRACTIONS, PAPER_PERCENT
from ..presentation import Presentation
from .assessment import assessment_content
from .formats import format_person
from .language import Translate, mark, translator
from .plan import plan_content
from .targets import targets_content

Row = dict[str, Any]
Document = Mapping[str, Any]

SEVERITY = ("fail", "caution", "pass", "not_evaluable")
"""Order on the page."""
PAPER_LIMITS = (
    (f"V{PAPER_DOSE_GY:g}Gy[%]", PAPER_PERCENT, "%"),
    (f"V{PAPER_DOSE_GY:g}Gy[cc]", PAPER_CC, "cc"),
)
CORD_METRICS = (
    "D10%[Gy]", "D0.035cc[Gy]", "D0.35cc[Gy]", "D1.2cc[Gy]", "Max[Gy]", "Mean[Gy]",
)  # fmt: skip
PRV_METRICS = ("V10Gy[%]", "V10Gy[cc]", "D10%[Gy]", "D0.035cc[Gy]")
PICTURES = {
    "axial.png": mark("Axial"),
    "sagittal.png": mark("Sagittal"),
    "coronal.png": mark("Coronal"),
}
"""The planes through the hottest point, in their order."""
STRUCTURE_METRICS = ("Mean[Gy]", "D2%[Gy]", "D0.035cc[Gy]", "Max[Gy]")


class Footnotes:
    """Numbers citations in the order in which the page names them."""

    def __init__(self) -> None:
        self.citations: list[str] = []

    def number(self, citation: str) -> int:
        """Return the citation's number, a new one for a new citation."""
        if citation not in self.citations:
            self.citations.append(citation)
        return self.citations.index(citation) + 1


def page_content(document: Document, presentation: Presentation) -> dict[str, Any]:
    """Return everything that the template needs beside the document itself."""
    notes = Footnotes()
    translate = translator(presentation.language)
    cords = [
        _cord_section(document, volume, notes, translate) for volume in document["cord_volumes"]
    ]
    evaluated = [r for r in document["constraints"] if r["status"] != "not_evaluable"]
    groups = _groups(evaluated, notes)
    open_rows = _not_evaluable(document["constraints"], notes)
    absent = [e for e in open_rows if _is_absent(e)]
    said = {w.rstrip(".") for w in document["warnings"]}
    first, *remarks = document["verdict"]["reason"].split("; ")
    return {
        "headline": first,
        "dose_semantics": _dose_semantics(document),
        "remarks": [r for r in remarks if r not in said],
        "cords": cords,
        "groups": groups,
        "not_evaluable": [e for e in open_rows if not _is_absent(e)],
        "not_contoured": absent,
        "not_contoured_notes": sorted(
            {r["footnote"] for e in absent for r in e["rows"] if r["footnote"]}
        ),
        "switched_off": [_constraint(r, notes) for r in document["switched_off"]],
        "targets": [
            {**t, "metrics": metric_values(document, t["name"])} for t in document["targets"]
        ],
        "prv_metrics": _prv_metrics(document),
        "structures": _structures(document),
        "inputs": _inputs(document["provenance"]["input_files"]),
        "patient": _patient(document["case"]["patient"]),
        "pictures": {name: translate(title) for name, title in PICTURES.items()},
        "opinions": _opinions(document["second_opinion"]),
        **targets_content(document, notes.number, translate),
        **assessment_content(document, notes.number, translate),
        **plan_content(document, translate),
        "citations": notes.citations,
    }


def _patient(identity: Mapping[str, str] | None) -> Row | None:
    """Who the patient is, where the report was asked to say so."""
    if identity is None:
        return None
    return {
        "name": format_person(identity["patient_name"]),
        "id": identity["patient_id"],
        "birth_date": identity["birth_date"],
    }


def _dose_semantics(document: Document) -> str:
    """What a sum of doses is the sum of, unless the warnings say it already."""
    text: str = document["provenance"]["parameters"].get("dose_semantics", "")
    return "" if text in document["warnings"] else text


def _cord_section(
    document: Document, volume: Mapping[str, Any], notes: Footnotes, translate: Translate
) -> Row:
    name = volume["name"]
    rows = [_constraint(r, notes) for r in document["constraints"] if r["structure"] == name]
    rows.sort(key=lambda r: r["metric"] not in [m for m, _, _ in PAPER_LIMITS])
    shown = {r["metric"] for r in rows}
    values = metric_values(document, name)
    # A limit that cannot be evaluated does not hide the metric's own value.
    rows = [r if r["value"] is not None else r | _measured(values[r["metric"]]) for r in rows]
    rows += [
        _paper_row(values[metric], limit, document["prescription"]["fractions"], translate)
        for metric, limit, _ in PAPER_LIMITS
        if metric in values and metric not in shown
    ]
    rows += [
        {**values[metric], "kind": "value"}
        for metric in CORD_METRICS
        if metric in values and metric not in shown
    ]
    return {"volume": volume, "rows": rows, "whole": metric_values(document, document["cord"])}


def _measured(value: Mapping[str, Any]) -> Row:
    return {key: value[key] for key in ("value", "uncertainty")}


def _paper_row(value: Mapping[str, Any], limit: float, fractions: int, _: Translate) -> Row:
    """One of the paper's two limits where the protocol does not have it: shown, not deciding."""
    row = {**value, "kind": "paper", "comparator": "<=", "limit": limit, "caution_limit": None}
    if fractions != PAPER_FRACTIONS:
        row["remark"] = _("for 1 fraction")
    elif value["value"] is None:
        row["remark"] = _("no value")
    else:
        row["remark"] = _("within") if value["value"] <= limit else _("beyond")
    return row


def metric_values(document: Document, structure: str) -> dict[str, Row]:
    """Metrics of one structure by name; constraints add those that no list of metrics holds."""
    return {
        r["metric"]: {k: r[k] for k in ("metric", "value", "unit", "uncertainty", "reason")}
        for rows in (document["constraints"], document["metrics"])
        for r in rows
        if r["structure"] == structure
    }


def _constraint(row: Mapping[str, Any], notes: Footnotes) -> Row:
    footnote = notes.number(row["citation"]) if row["citation"] else None
    return {"caution_limit": None, **row, "kind": "constraint", "footnote": footnote}


def _groups(rows: Sequence[Mapping[str, Any]], notes: Footnotes) -> list[Row]:
    """Evaluated constraints by structure: structures with a fail first, and fails first in each."""
    by_structure: dict[str, list[Row]] = {}
    for row in rows:
        by_structure.setdefault(row["structure"], []).append(_constraint(row, notes))
    for members in by_structure.values():
        members.sort(key=_severity)
    groups = [{"structure": s, "rows": m} for s, m in by_structure.items()]
    return sorted(groups, key=lambda g: _severity(g["rows"][0]))


def _severity(row: Mapping[str, Any]) -> int:
    return SEVERITY.index(row["status"])


def _not_evaluable(rows: Sequence[Mapping[str, Any]], notes: Footnotes) -> list[Row]:
    """Rows without a verdict; those of one structure for the same reason stand together."""
    found: dict[tuple[str, str], Row] = {}
    for row in rows:
        if row["status"] != "not_evaluable":
            continue
        key = (row["structure"], row["reason"])
        entry = found.setdefault(key, {"structure": key[0], "reason": key[1], "rows": []})
        entry["rows"].append(_constraint(row, notes))
    return list(found.values())


def _is_absent(entry: Row) -> bool:
    return bool(entry["reason"] == f"{entry['structure']} is not contoured")


def _prv_metrics(document: Document) -> list[Row]:
    if document["prv"] is None:
        return []
    values = metric_values(document, document["prv"]["name"])
    return [values[name] for name in PRV_METRICS if name in values]


def _structures(document: Document) -> list[Row]:
    return [
        {**s, "metrics": [metric_values(document, s["name"]).get(m) for m in STRUCTURE_METRICS]}
        for s in document["case"]["structures"]
        if metric_values(document, s["name"])
    ]


def _inputs(files: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Input files by kind; a series of many slices is one line."""
    by_kind: dict[str, list[Mapping[str, Any]]] = {}
    for file in files:
        by_kind.setdefault(file["kind"], []).append(file)
    return [{"kind": kind, "files": members} for kind, members in by_kind.items()]


def _opinions(rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Another program's metrics by program; structures without a metric are sentences."""
    by_program: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_program.setdefault(row["program"], []).append(row)
    return [
        {
            "program": program,
            "rows": [_opinion(row) for row in members if row["metric"]],
            "sentences": [row["sentence"] for row in members if not row["metric"]],
        }
        for program, members in by_program.items()
    ]


def _opinion(row: Mapping[str, Any]) -> Row:
    ours, theirs = row["ours"], row["theirs"]
    has_both = ours is not None and theirs is not None
    return {**row, "difference": theirs - ours if has_both else None}
