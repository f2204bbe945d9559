"""The short form of a report for a terminal."""

from __future__ import annotations

import math

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..dose import FallOff
from ..report import Report
from ..report.targets.review import TargetReview, VertebraReview

STYLES = {
    "pass": "bold green",
    "caution": "bold yellow",
    "fail": "bold red",
    "not_evaluable": "bold magenta",
}


def print_summary(report: Report, console: Console) -> None:
    """Print verdict, cord volumes and the cord's constraints."""
    status = report.verdict.status
    console.print(
        Text.assemble(
            (status.replace("_", " ").upper(), STYLES[status]), ": ", report.verdict.reason
        )
    )
    for volume in report.cord_volumes:
        console.print(
            Text(
                f"{volume.structure.name}: {volume.volume_cc:.2f} cc, "
                f"{volume.length_mm:.1f} mm long, "
                f"{volume.superior_mm:.1f} mm above and {volume.inferior_mm:.1f} mm below "
                f"{volume.target_name}"
            )
        )
    for review in report.target_reviews:
        for vertebra in review.vertebrae:
            console.print(Text(_sectors(review, vertebra)))
    table = Table(box=None, pad_edge=False)
    for heading in ("structure", "metric", "value", "±", "limit", "verdict"):
        numeric = heading in ("value", "±", "limit")
        table.add_column(heading, justify="right" if numeric else "left")
    for row in report.constraints:
        if row.role == "organ" and row.status in ("pass", "not_evaluable"):
            continue
        value = "-" if math.isnan(row.value) else f"{row.value:.3g} {row.unit}"
        spread = "-" if math.isnan(row.uncertainty) else f"{row.uncertainty:.1g}"
        table.add_row(
            Text(row.structure),
            Text(row.metric),
            value,
            spread,
            f"{row.comparator} {row.limit:g} {row.unit}",
            Text(row.status.replace("_", " "), style=STYLES[row.status]),
        )
    console.print(table)
    fall = report.falloff.asked if report.falloff else None
    if isinstance(fall, FallOff) and math.isfinite(fall.median_mm):
        console.print(
            f"Fall-off {fall.from_percent:g} to {fall.to_percent:g} %: "
            f"{'at least ' if fall.lower_bound else ''}{fall.median_mm:.1f} mm "
            f"({fall.min_mm:.1f} to {fall.max_mm:.1f}), {fall.plane}"
        )
    if report.robustness is not None:
        console.print(" ".join(report.robustness.sentences), markup=False)
    for warning in report.warnings:
        console.print(Text(f"! {warning}", style="yellow"))


def _sectors(review: TargetReview, vertebra: VertebraReview) -> str:
    """Which sectors of a vertebra a target takes, and which the consensus rules propose."""
    taken = ", ".join(
        f"{name.replace('_', ' ')} {100 * vertebra.covered.get(name, 0.0):.0f} %"
        for name in vertebra.decided
    )
    text = f"{review.target.name} takes of {vertebra.label}: {taken or 'no sector'}"
    proposal = vertebra.proposal
    if proposal is not None:
        names = ", ".join(name.replace("_", " ") for name in proposal.sectors)
        checked = "" if proposal.verified else ", not verified"
        text += f"; {proposal.rule_set}{checked} proposes: {names}"
    return text
