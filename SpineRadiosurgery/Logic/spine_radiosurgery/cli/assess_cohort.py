"""Several records for a terminal: a line each, and the paper's Table 2."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from ..assessment import AmbulationTable, PatientRecord, ambulation_table, record_row
from ..assessment.followup import AmbulationRow
from .assess_page import OPEN, new_table, span


def print_cohort(records: Sequence[PatientRecord], console: Console) -> None:
    """Print a line for every record, and ambulation before and after treatment."""
    table = new_table(
        "patient", "levels", "grades", "ESCC", "SINS", "scenario", "option", "failures"
    )
    for record in records:
        row = record_row(record)
        grades = f"{row['radiographic'] or '?'}/{row['neurological'] or '?'}"
        table.add_row(
            Text(record.patient or OPEN),
            ", ".join(record.levels) or OPEN,
            grades,
            str(row["escc"] or OPEN),
            span(row["sins_minimum"], row["sins_maximum"]),
            str(row["scenario"] or OPEN),
            str(row["decision"]),
            str(len(record.follow_up.failures)),
        )
    console.print(table)
    _print_ambulation(
        ambulation_table(
            [record.follow_up for record in records],
            presenting_grades=[record.grades.neurological for record in records],
        ),
        console,
    )


def _print_ambulation(found: AmbulationTable, console: Console) -> None:
    console.print(Text("\nAmbulation before and after treatment", style="bold"))
    rows = found.rows
    table = new_table("", *(row.title for row in rows))
    table.add_row("these records", *(_rate(r.percent, r.numerator, r.denominator) for r in rows))
    table.add_row("  95 % interval", *(_interval(row) for row in rows))
    table.add_row("  state open in", *(str(row.open) for row in rows))
    for number, rate in enumerate(rows[0].paper):
        arms = [row.paper[number] for row in rows]
        table.add_row(
            rate.arm, *(_rate(a.printed_percent, a.numerator, a.denominator) for a in arms)
        )
    console.print(table)
    for remark in found.remarks:
        console.print(Text(f"  {remark}", style="dim"))
    console.print(Text(f"  {found.citation}", style="dim"))


def _rate(percent: float | None, numerator: int, denominator: int) -> str:
    return OPEN if percent is None else f"{percent:.0f} % ({numerator}/{denominator})"


def _interval(row: AmbulationRow) -> str:
    if row.low_percent is None or row.high_percent is None:
        return ""
    return f"{row.low_percent:.0f} to {row.high_percent:.0f} %"
