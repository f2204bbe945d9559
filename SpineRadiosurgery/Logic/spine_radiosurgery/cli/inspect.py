"""`spine-radiosurgery inspect`: what is in a folder, and what is wrong with it."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..dicom import GridFacts, InspectedObject, StructureFacts, inspect_folder


def inspect(
    case_dir: Annotated[Path, typer.Argument(help="Folder with DICOM files.")],
    *,
    identify: Annotated[
        bool, typer.Option("--identify", help="Print the patient's name, ID and dates, too.")
    ] = False,
) -> None:
    """Describe the images, structure sets, doses and plans of a folder."""
    found = inspect_folder(case_dir, identify=identify)
    console = Console(soft_wrap=True, highlight=False)
    console.print(Text(f"{found.folder}: {found.identifier or 'no single case'}", style="bold"))
    if found.identity is not None:
        known = filter(None, astuple(found.identity))
        console.print(Text(f"Patient: {', '.join(known) or 'not named'}"))
    console.print(_objects_table(found.objects, with_dates=identify))
    for listed in found.objects:
        if listed.structures:
            console.print(Text(f"\nStructures of {listed.label}", style="bold"))
            console.print(_structures_table(listed.structures))
    if found.ignored:
        names = ", ".join(name for name, _ in found.ignored)
        console.print(Text(f"\nNot DICOM, ignored: {names}"))
    console.print(Text("\nProblems" if found.problems else "\nNo problems found.", style="bold"))
    for problem in found.problems:
        console.print(Text(f"! {problem}", style="yellow"))


def _objects_table(objects: tuple[InspectedObject, ...], *, with_dates: bool) -> Table:
    table = Table(box=None, pad_edge=False)
    dated = ("date",) if with_dates else ()
    for heading in ("kind", "label", *dated, "files", "what it holds", "used"):
        table.add_column(heading, justify="right" if heading == "files" else "left")
    for listed in objects:
        used = "yes" if listed.used else f"no: {listed.note}" if listed.note else "no"
        table.add_row(
            listed.kind,
            Text(listed.label),
            *((listed.date,) if with_dates else ()),
            str(len(listed.files)),
            Text(_content(listed)),
            Text(used),
        )
    return table


def _content(listed: InspectedObject) -> str:
    parts = []
    if listed.grid:
        parts.append(_grid(listed.grid))
    if listed.dose:
        maximum = "unreadable" if listed.dose.maximum is None else f"{listed.dose.maximum:.2f}"
        parts.append(
            f"{listed.dose.summation_type} {listed.dose.dose_type}, "
            f"maximum {maximum} {listed.dose.units}"
        )
    if listed.structures:
        parts.append(f"{len(listed.structures)} structures")
    if listed.plan:
        doses = "; ".join(f"{dose:g} Gy to {what}" for what, dose in listed.plan.prescribed_gy)
        fractions = listed.plan.fractions or "?"
        parts.append(
            f"{doses or 'no prescription'} in {fractions} fraction(s), {listed.plan.beams} beams"
        )
    return "; ".join(parts)


def _grid(grid: GridFacts) -> str:
    size = " x ".join(map(str, grid.size_ijk))
    spacing = " x ".join(f"{s:.4g}" for s in grid.spacing_mm)
    return (
        f"{size} voxels of {spacing} mm, S {grid.low_ras_mm[2]:.1f} to {grid.high_ras_mm[2]:.1f} mm"
    )


def _structures_table(structures: tuple[StructureFacts, ...]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("no.", "name", "type", "contours", "slices", "volume cc", "S mm", "note"):
        right = heading in ("no.", "contours", "slices", "volume cc", "S mm")
        table.add_column(heading, justify="right" if right else "left")
    for roi in structures:
        extent = (
            "-"
            if roi.inferior_mm is None or roi.superior_mm is None
            else f"{roi.inferior_mm:.1f} to {roi.superior_mm:.1f}"
        )
        table.add_row(
            str(roi.number),
            Text(roi.name),
            roi.interpreted_type,
            str(roi.contours),
            str(roi.slices),
            "-" if roi.volume_cc is None else f"{roi.volume_cc:.3f}",
            extent,
            Text(roi.problem),
        )
    return table
