"""A record as a page for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..assessment import PatientRecord, record_document
from ..assessment.selection.noms import NOT_RECORDED
from ..assessment.words import listed

Justify = Literal["left", "right"]

INFORMATION = "Information for a clinician, from a research tool that is not a medical device."
OPEN = "open"
STYLES = {
    "met": "green",
    "within": "green",
    "not_met": "bold red",
    "outside": "bold yellow",
    "not_evaluable": "magenta",
    "open": "magenta",
}
_SCALES = {"radiographic": "radiographic", "neurological": "neurological", "escc": "ESCC"}
_STAR = "*"
_MEASURED = ("collapse", "posterolateral")
_MEASURES = {
    "contact_mm2": ("epidural contact", "mm²"),
    "epidural_cc": ("tumor in the canal", "cc"),
    "canal_filled_percent": ("canal filled", "%"),
    "sac_deformation_percent": ("sac deformation", "%"),
    "sac_displacement_mm": ("sac displacement", "mm"),
    "cord_deformation_percent": ("cord deformation", "%"),
    "cord_displacement_mm": ("cord displacement", "mm"),
    "csf_percent": ("CSF left", "%"),
    "cord_gap_mm": ("gap to the cord", "mm"),
}


def print_record(record: PatientRecord, console: Console) -> None:
    """Print what is recorded of a patient and what follows from it, with sources."""
    document = record_document(record, identify=True)
    derived = document["derived"]
    index = f", graded at {record.index_level}" if record.index_level else ""
    title = record.patient or "Record without study code"
    levels = ", ".join(record.levels) or "levels open"
    console.print(Text.assemble((title, "bold"), f": {levels}{index}"))
    console.print(Text(INFORMATION))
    _print_grades(document, derived["grades"], console)
    _print_sins(derived["sins"], record.sins.measured is not None, console)
    _print_selection(derived["scenario"], derived["eligibility"], console)
    _heading("Decision", console)
    _print_cited(derived["decision"], console)
    _print_noms(derived["noms"], console)
    _print_prescription(derived["prescription"], console)
    _print_follow_up(derived["follow_up"], console)
    if derived["remarks"]:
        _heading("To look at again", console)
    for remark in derived["remarks"]:
        _warn(remark, console)


def new_table(*headings: str, right: Sequence[str] = ()) -> Table:
    """Return a table without lines."""
    table = Table(box=None, pad_edge=False)
    for heading in headings:
        justify: Justify = "right" if heading in right else "left"
        table.add_column(heading, justify=justify, overflow="fold")
    return table


def status_text(status: str) -> Text:
    """Return a status in words and its color."""
    return Text(status.replace("_", " "), style=STYLES.get(status, ""))


def span(low: Any, high: Any) -> str:
    """Return points, or the range of them that is open."""
    return f"{low}" if low == high else f"{low} to {high}"


def _print_grades(document: Mapping[str, Any], grades: Mapping[str, Any], console: Console) -> None:
    _heading("Grades", console)
    proposal = document["grades"]["proposal"] or {}
    table = new_table("scale", "decided", "", "proposed")
    for field, scale in _SCALES.items():
        decided = grades[field]
        table.add_row(
            scale,
            decided["code"] if decided else OPEN,
            Text(decided["criterion"] if decided else ""),
            Text(" or ".join(proposal.get(field, ()))),
        )
    console.print(table)
    if proposal:
        _print_proposal(proposal, console)
    for source in _citations(grades[field] for field in _SCALES if grades[field]):
        console.print(Text(f"  {source}", style="dim"))


def _print_proposal(proposal: Mapping[str, Any], console: Console) -> None:
    console.print(Text(f"Proposal: {proposal['reason']}"))
    values = proposal["compression"]
    shown = [
        f"{words} {values[name]:.3g} {unit}"
        for name, (words, unit) in _MEASURES.items()
        if values.get(name) is not None
    ]
    if shown:
        console.print(Text(f"  {', '.join(shown)}"))


def _print_sins(sins: Mapping[str, Any], is_measured: bool, console: Console) -> None:
    _heading("Stability (SINS)", console)
    table = new_table("component", "points", "", "from", right=("points",))
    for row in sins["components"]:
        table.add_row(
            Text(row["title"]),
            span(row["points_min"], row["points_max"]),
            Text(_component_text(row, is_measured)),
            row["source"],
        )
    table.add_row("total", span(sins["minimum"], sins["maximum"]), listed(sins["classes"], "or"))
    console.print(table)
    _print_cited(sins, console)


def _component_text(row: Mapping[str, Any], is_measured: bool) -> str:
    """What was answered, or may be; also what was measured."""
    told = row["source"] == "measured" or (is_measured and row["source"] == OPEN)
    if told and row["name"] in _MEASURED:
        return f"{row['words']}. {row['reason']}"
    return str(row["words"] or row["reason"])


def _print_selection(
    scenario: Mapping[str, Any] | None, items: Sequence[Mapping[str, Any]], console: Console
) -> None:
    _heading("Scenario and eligibility", console)
    if scenario is None:
        console.print("Scenario: open, as no level is recorded.")
    else:
        decided = scenario["decided"]
        code = f"{decided['code']}: " if decided["code"] else ""
        console.print(Text(f"Scenario {code}{decided['words']}. {decided['reason']}"))
        console.print(Text(f"  {decided['citation']}", style="dim"))
    table = new_table("criterion", "status", "found", "from")
    for item in items:
        doubt = "" if item["verified"] else " (not verified)"
        table.add_row(
            Text(item["criterion"] + doubt),
            status_text(item["status"]),
            Text(item["value"]),
            item["source"],
        )
    console.print(table)
    for source in _citations(items):
        console.print(Text(f"  {source}", style="dim"))


def _print_noms(headings: Sequence[Mapping[str, Any]], console: Console) -> None:
    _heading("NOMS", console)
    for part in headings:
        known = [line for line in part["lines"] if f": {NOT_RECORDED}" not in line]
        missing = [line.partition(":")[0] for line in part["lines"] if line not in known]
        console.print(Text(part["heading"].capitalize(), style="italic"))
        for line in known:
            console.print(Text(f"  {line}"))
        if missing:
            console.print(Text(f"  Not recorded: {', '.join(missing)}", style="dim"))
    for source in _citations(headings):
        console.print(Text(f"  {source}", style="dim"))


def _print_prescription(prescription: Mapping[str, Any], console: Console) -> None:
    _heading("Prescription", console)
    table = new_table("published for", "range", "here", "source")
    for row in prescription["ranges"]:
        table.add_row(
            Text(row["name"]),
            Text(row["words"]),
            status_text(row["status"]),
            Text(row["citation"], style="dim"),
        )
    console.print(table)
    for caution in prescription["cautions"]:
        _warn(caution, console)


def _print_follow_up(summary: Mapping[str, Any], console: Console) -> None:
    _heading("Follow-up", console)
    for line in summary["lines"]:
        console.print(Text(line))
    pain = summary["pain"]
    if pain["visits"]:
        table = new_table("day", "months", "pain", "RTOG 0631", "consensus", right=("pain",))
        for visit in pain["visits"]:
            score = visit["pain_score"]
            table.add_row(
                str(visit["day"]),
                str(visit["months"]),
                OPEN if score is None else f"{score:g}",
                *(_pain_class(visit[name]) for name in ("rtog", "consensus")),
            )
        console.print(table)
    classes = [visit[name] for visit in pain["visits"] for name in ("rtog", "consensus")]
    if not all(found["verified"] for found in classes):
        console.print(Text(f"  {_STAR} from memory, not read in the source", style="dim"))
    console.print(Text(summary["risk_factors"]))
    parts = [*summary["volumes"], *classes, summary["neurology"], *summary["complications"]]
    for source in _citations(parts):
        console.print(Text(f"  {source}", style="dim"))


def _pain_class(found: Mapping[str, Any]) -> str:
    return (" or ".join(found["classes"]) or OPEN) + ("" if found["verified"] else f" {_STAR}")


def _print_cited(part: Mapping[str, Any], console: Console) -> None:
    console.print(Text(part["text"]))
    console.print(Text(f"  {part['citation']}", style="dim"))


def _warn(remark: Mapping[str, Any], console: Console) -> None:
    source = f" ({remark['citation']})" if remark["citation"] else ""
    console.print(Text(f"! {remark['text']}{source}", style="yellow"))


def _citations(parts: Iterable[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(part["citation"] for part in parts if part["citation"]))


def _heading(text: str, console: Console) -> None:
    console.print(Text(f"\n{text}", style="bold"))
