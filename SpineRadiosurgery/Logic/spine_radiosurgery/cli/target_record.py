"""What `target` decided and wrote: the quality record (JSON) and its terminal form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..anatomy import SECTORS, VertebraSectors
from ..dicom import WrittenSegment
from ..dicom.own_files import GENERATOR
from ..dicom.writing_segmentations import SEGMENTATION_SUFFIX
from ..geometry import Structure
from ..report.document.targets import target_entry
from ..report.document.values import plain
from ..report.targets.asking import TargetQuestion
from ..report.targets.review import review_targets
from ..targets import TargetDefinition

SCHEMA_VERSION = "1.0"

Files = Mapping[Path, Sequence[WrittenSegment]]


def target_record(
    definitions: Sequence[TargetDefinition],
    sectors: Sequence[VertebraSectors],
    tumours: Sequence[Structure],
    files: Files,
    inputs: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """Return the quality record as plain JSON values; `target_definitions` as in `report.json`."""
    targets = [definition.structure for definition in definitions]
    question = TargetQuestion(tuple(sectors), tuple(tumours), tuple(definitions))
    record: dict[str, Any] = plain(
        {
            "schema_version": SCHEMA_VERSION,
            "generated_by": GENERATOR,
            "research_use_only": True,
            "inputs": inputs,
            "targets": [_target(definition) for definition in definitions],
            "target_definitions": [
                target_entry(review) for review in review_targets(targets, question)
            ],
            "files": [
                {"file": path, "segments": [_segment(row) for row in rows]}
                for path, rows in files.items()
            ],
        }
    )
    return record


def _target(definition: TargetDefinition) -> dict[str, Any]:
    low, high = definition.structure.extent_mm()
    gap = definition.cord_gap
    return {
        "name": definition.name,
        "volume_cc": definition.structure.volume_cc,
        "inferior_mm": low,
        "superior_mm": high,
        "length_mm": high - low,
        "cord_distance_mm": None if gap is None else gap.distance_mm,
    }


def _segment(row: WrittenSegment) -> dict[str, Any]:
    return {
        "name": row.name,
        "label": row.label or None,
        "layer": row.layer if row.label else None,
        "volume_cc": row.volume_cc,
        "written_cc": row.written_cc,
    }


def print_record(
    definitions: Sequence[TargetDefinition],
    sectors: Sequence[VertebraSectors],
    files: Files,
    console: Console,
) -> None:
    """Print the sectors of every vertebra, the targets and what was written."""
    written_cc = {row.name: row.written_cc for rows in files.values() for row in rows}
    for one in sectors:
        _print_vertebra(one, written_cc, console)
    for definition in definitions:
        _print_target(definition, written_cc, console)
    for path, rows in files.items():
        console.print(Text(f"Written: {path} ({_content(path, rows)})"))


def _print_vertebra(
    sectors: VertebraSectors, written_cc: Mapping[str, float], console: Console
) -> None:
    quality = sectors.quality
    level = sectors.level or "level not known"
    console.print(
        Text.assemble(
            (sectors.vertebra.name, "bold"), f", {level}: {_number(quality, 'volume_cc', 2)} cc"
        )
    )
    table = Table(box=None, pad_edge=False)
    for heading in ("sector", "cc", "whole voxels", "share", "usual share", ""):
        table.add_column(heading, justify="left" if heading in ("sector", "") else "right")
    for name in SECTORS:
        part, share = sectors.sector(name), quality["shares"][name]
        table.add_row(
            name.replace("_", " "),
            f"{part.volume_cc:.2f}",
            f"{written_cc[part.name]:.2f}" if part.name in written_cc else "",
            f"{share['percent']:.1f} %",
            _usual(share),
            Text(_remark(share, name in sectors.present), style="yellow"),
        )
    console.print(table)
    console.print(
        Text(
            f"canal {quality['canal']}, frame residual "
            f"{_number(quality, 'frame_residual_mm', 2)} mm, "
            f"symmetry {_number(quality, 'symmetry', 2)}"
        )
    )
    _print_warnings(sectors.warnings, console)


def _usual(share: Mapping[str, Any]) -> str:
    if share["low"] is None or share["high"] is None:
        return ""
    return f"{share['low']:g} to {share['high']:g} %"


def _remark(share: Mapping[str, Any], is_present: bool) -> str:
    if not is_present:
        return "missing"
    return "unusual" if share["usual"] is False else ""


def _number(quality: Mapping[str, Any], key: str, digits: int) -> str:
    value = quality[key]
    return "not evaluable" if value is None else f"{value:.{digits}f}"


def _print_target(
    definition: TargetDefinition, written_cc: Mapping[str, float], console: Console
) -> None:
    low, high = definition.structure.extent_mm()
    volume_cc = definition.structure.volume_cc
    whole_cc = written_cc[definition.name]
    gap = definition.cord_gap
    distance = "" if gap is None else f", {gap.distance_mm:.1f} mm from {definition.cord_name}"
    console.print(
        Text.assemble(
            (definition.name, "bold"),
            f": {volume_cc:.2f} cc ({whole_cc:.2f} cc in whole voxels), "
            f"{high - low:.1f} mm long{distance}",
        )
    )
    for level in definition.levels:
        proposal = definition.proposals.get(level)
        if proposal is not None:
            names = _in_words(proposal.sectors) or "no sector"
            checked = "" if proposal.verified else " (not verified)"
            console.print(Text(f"{level}, {proposal.rule_set}{checked}: proposes {names}"))
            console.print(Text(f"  {proposal.rule} {proposal.remark}".rstrip()))
        console.print(Text(f"{level}, taken: {_in_words(definition.sectors[level])}"))
    for override in definition.overrides:
        console.print(Text(f"by choice: {override.text}"))
    for name, removed_cc in definition.removed_cc.items():
        console.print(Text(f"taken out: {removed_cc:.2f} cc in {name}"))
    _print_warnings(_own_warnings(definition), console)


def _own_warnings(definition: TargetDefinition) -> list[str]:
    """Those that were not printed with a vertebra; the target repeats these after its label."""
    shown = {text for one in definition.sources for text in one.warnings}
    return [
        text
        for text in definition.warnings
        if text not in shown and text.partition(": ")[2] not in shown
    ]


def _in_words(names: Sequence[str]) -> str:
    return ", ".join(name.replace("_", " ") for name in names)


def _print_warnings(warnings: Sequence[str], console: Console) -> None:
    for warning in warnings:
        console.print(Text(f"! {warning}", style="yellow"))


def _content(path: Path, rows: Sequence[WrittenSegment]) -> str:
    """What a file holds: names are in a segmentation, but labels stand for them in a label map."""
    kept = [row for row in rows if row.label]
    if path.name.lower().endswith(SEGMENTATION_SUFFIX):
        return f"{len(kept)} segment{'' if len(kept) == 1 else 's'}"
    return ", ".join(f"{row.label} {row.name}" for row in kept)
