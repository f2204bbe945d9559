"""What of a report goes into DICOM objects: structures with TG-263 names, types and codes."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from .. import __version__
from ..anatomy import SECTORS, VertebraSectors
from ..case import InputError, PatientIdentity
from ..dicom.exporting import (
    ExportedStructure,
    ExportResult,
    ExportSource,
    export_rtstruct,
    export_seg,
    export_sr,
    why_no_highdicom,
)
from ..dicom.exporting.structures import ALGORITHMS
from ..geometry import Structure, stage
from ..report import Report
from ..report.palette import SECTOR_COLOURS
from .appearance import structure_rgb
from .terminology import segment_type

KINDS = ("rtstruct", "seg", "sr")
LISTING = "exports.json"
"""Volumes of all structures in the files and in truth, and what a reader should know."""

_NEED_HIGHDICOM = ("seg", "sr")
_TYPES = {"cord": "ORGAN", "cord_volume": "ORGAN", "prv": "AVOIDANCE", "sector": "ORGAN"}
_TARGET_TYPES = ("CTV", "PTV", "GTV")
_SECTOR_NAMES = {
    "body": "VB_{}",
    "left_pedicle": "Pedicle_{}_L",
    "right_pedicle": "Pedicle_{}_R",
    "left_lamina": "Lamina_{}_L",
    "right_lamina": "Lamina_{}_R",
    "spinous_process": "SpinousProc_{}",
}
"""Organ, level, side, as TG-263 orders them; it names no sector but the body."""
_LEVEL = re.compile(r"([CTLS])(\d+)")


def check_kinds(kinds: Sequence[str]) -> None:
    """Refuse kinds of objects that are not known or that cannot be written here.

    Raises
    ------
    InputError
    """
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        raise InputError(f"Exports are {', '.join(KINDS)}, not {unknown[0]!r}.")
    reason = why_no_highdicom() if set(kinds) & set(_NEED_HIGHDICOM) else ""
    if reason:
        raise InputError(reason)


def write_exports(
    report: Report,
    source: ExportSource,
    folder: str | os.PathLike[str],
    kinds: Sequence[str] = ("rtstruct",),
    *,
    merge: bool = False,
    identity: PatientIdentity | None = None,
) -> tuple[ExportResult, ...]:
    """Write DICOM objects of a report into a folder, and what became of each structure.

    Parameters
    ----------
    report : Report
    source : ExportSource
        Of the report's case.
    folder : path
        Made where it is missing; must not hold such files yet.
    kinds : sequence of str
        Of `KINDS`.
    merge : bool
        The RTSTRUCT holds the structures of the case's own, too.
    identity : PatientIdentity, optional
        By default the study code stands for the patient.

    Raises
    ------
    InputError
    """
    check_kinds(kinds)
    into = Path(folder)
    into.mkdir(parents=True, exist_ok=True)
    structures = exported_structures(report)
    written: dict[str, ExportResult] = {}
    if "rtstruct" in kinds:
        with stage("Writing the RTSTRUCT", 0.0, 0.3):
            written["rtstruct"] = export_rtstruct(
                into / "rtstruct.dcm", structures, source, merge=merge, identity=identity
            )
    if "seg" in kinds:
        with stage("Writing the segmentation", 0.3, 0.8):
            written["seg"] = export_seg(into / "seg.dcm", structures, source, identity=identity)
    if "sr" in kinds:
        with stage("Writing the structured report", 0.8, 1.0):
            written["sr"] = export_sr(
                into / "sr.dcm",
                report.to_dict(),
                structures,
                source,
                segmentation=written.get("seg"),
                structure_set=written.get("rtstruct"),
                identity=identity,
            )
    text = json.dumps(_listing(written), indent=1, ensure_ascii=False) + "\n"
    (into / LISTING).write_text(text, encoding="utf-8", newline="\n")
    return tuple(written.values())


def exported_structures(report: Report) -> tuple[ExportedStructure, ...]:
    """Return targets, cord, cord volumes, planning risk volume and sectors of a report."""
    found = [*_own(report)]
    for review in report.target_reviews:
        for vertebra in review.vertebrae:
            found += _sectors(vertebra.sectors)
    return tuple(found)


def _own(report: Report) -> Iterator[ExportedStructure]:
    made = {d.structure.name: d for d in report.target_definitions}
    for target in report.targets:
        kind = target.interpreted_type.upper()
        definition = made.get(target.name)
        yield _exported(
            target,
            "target",
            interpreted_type=kind if kind in _TARGET_TYPES else "CTV",
            description=""
            if definition is None
            else f"Template {definition.template} of {', '.join(definition.levels)}",
        )
    yield _exported(report.cord, "cord")
    for volume in report.cord_volumes:
        about = f"{report.cord.name} within {volume.margin_mm:g} mm of {volume.target_name}"
        yield _exported(
            volume.structure, "cord_volume", algorithm="SEMIAUTOMATIC", description=about
        )
    if report.prv is not None:
        margins = sorted({f"{margin:g}" for margin in report.prv.margin_mm})
        about = f"{report.cord.name} with a margin of {' to '.join(margins)} mm"
        yield _exported(report.prv.structure, "prv", algorithm="SEMIAUTOMATIC", description=about)


def _sectors(sectors: VertebraSectors) -> Iterator[ExportedStructure]:
    for sector in SECTORS:
        if sector in sectors.present:
            structure = sectors.sector(sector)
            yield _exported(
                structure,
                "sector",
                name=_SECTOR_NAMES[sector].format(_level(sectors)),
                algorithm="AUTOMATIC",
                color=_rgb(SECTOR_COLOURS[sector]),
                coded_as=sector,
                description=f"Sector of {sectors.vertebra.name}",
            )


def _level(sectors: VertebraSectors) -> str:
    """The level as TG-263 writes it, T08; the vertebra's name where it is not known."""
    found = _LEVEL.fullmatch(sectors.level or "")
    return f"{found[1]}{int(found[2]):02d}" if found else _plain(sectors.vertebra.name)


def _exported(structure: Structure, role: str, **given: Any) -> ExportedStructure:
    kind = segment_type(structure, given.pop("coded_as", role))
    own = structure.algorithm.upper()
    rgb = tuple(round(255 * channel) for channel in structure_rgb(structure, role))
    facts = {
        "name": _plain(structure.name),
        "interpreted_type": _TYPES.get(role, ""),
        "algorithm": own if own in ALGORITHMS else "SEMIAUTOMATIC",
        "color": rgb,
    }
    return ExportedStructure(
        structure=structure,
        role=role,
        category=kind.category,
        type=kind.type,
        modifier=kind.modifier,
        **{**facts, **given},
    )


def _plain(name: str) -> str:
    """A name without what DICOM cannot hold."""
    return re.sub(r"[\\\x00-\x1f\x7f]", "_", name.strip())[:64]


def _rgb(hexadecimal: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(hexadecimal.lstrip("#"))
    return red, green, blue


def _listing(written: dict[str, ExportResult]) -> dict[str, Any]:
    return {
        "generated_by": f"spine-radiosurgery {__version__}",
        "research_use_only": True,
        "objects": [
            {
                "kind": kind,
                "file": result.path.name,
                "sop_instance_uid": result.uid,
                "structures": [
                    {
                        "name": s.name,
                        "number": s.number,
                        "volume_cc": round(s.volume_cc, 6),
                        "written_cc": round(s.written_cc, 6),
                        "difference_percent": round(s.difference_percent, 3),
                    }
                    for s in result.structures
                ],
                "notes": list(result.notes),
            }
            for kind, result in written.items()
        ],
    }
