"""The files that `target` writes: segmentation, sectors, picture, record."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..anatomy import SECTORS, VertebraSectors
from ..dicom import Segment, WrittenSegment, write_segmentation
from ..dicom.own_files import check_own_file, signed_png, write_own_bytes
from ..dicom.writing_segmentations import SEGMENTATION_SUFFIX, check_segmentation_name
from ..geometry import Grid, InputError, OccupancyMask, Structure
from ..report.figures.sectors import draw_sectors
from ..report.palette import SECTOR_COLOURS
from ..scene.appearance import structure_rgb
from ..scene.segmentations import ROLE_TAG
from ..scene.terminology import segment_type
from ..targets import TargetDefinition

LONGEST_NAME = 60
"""Letters of a vertebra's name in the name of a file."""


@dataclass(frozen=True)
class TargetFiles:
    """Where the results go; what is None is not written.

    Attributes
    ----------
    output : Path
        The target; in a `.seg.nrrd` with the sectors beside it, unless `target_only`.
    sectors, picture, record : Path or None
    target_only : bool
    """

    output: Path
    sectors: Path | None
    picture: Path | None
    record: Path | None
    target_only: bool

    def check(self) -> None:
        """Refuse, before any work is done, what could not be written in the end.

        Raises
        ------
        InputError
            An ending that is not written, the same file twice, or a file that is not ours.
        """
        chosen = [p for p in (self.output, self.sectors, self.picture, self.record) if p]
        for path in (self.output, self.sectors):
            if path is not None:
                check_segmentation_name(path)
        for path, suffix in ((self.picture, ".png"), (self.record, ".json")):
            if path is not None and path.suffix.lower() != suffix:
                raise InputError(f"Output {path} must end in {suffix}.")
        for path in chosen:
            if [p.absolute() for p in chosen].count(path.absolute()) > 1:
                raise InputError(f"Output {path} is named twice; give each file a name of its own.")
            check_own_file(path)

    def write_structures(
        self, definitions: Sequence[TargetDefinition], sectors: Sequence[VertebraSectors]
    ) -> dict[Path, tuple[WrittenSegment, ...]]:
        """Write targets and sectors; returns what each file holds."""
        targets = [_segment(d.structure, "target", None) for d in definitions]
        parts = [part for one in sectors for part in _parts(one)]
        is_layered = self.output.name.lower().endswith(SEGMENTATION_SUFFIX)
        beside = parts if is_layered and not self.target_only else []
        files = {self.output: write_segmentation(self.output, [*targets, *beside])}
        if self.sectors is not None:
            files[self.sectors] = write_segmentation(self.sectors, parts)
        volumes = {s.name: s.volume_cc for one in sectors for s in map(one.sector, SECTORS)}
        return {
            path: tuple(
                replace(row, volume_cc=volumes.get(row.name, row.volume_cc)) for row in rows
            )
            for path, rows in files.items()
        }

    def drawn_pictures(
        self, definitions: Sequence[TargetDefinition], cord: Structure | None
    ) -> dict[Path, bytes]:
        """Draw every vertebra; several get their level in the file's name.

        Raises
        ------
        InputError
            One of the files is not ours.
        """
        if self.picture is None:
            return {}
        shown = [(d.structure, one) for d in definitions for one in d.sources]
        drawn = {}
        for target, one in shown:
            path = self.picture
            if len(shown) > 1:
                path = path.with_stem(f"{path.stem}-{_plain(one.level or one.vertebra.name)}")
            check_own_file(path)
            drawn[path] = signed_png(draw_sectors(one, target, cord))
        return drawn

    def write_rest(self, pictures: Mapping[Path, bytes], record: dict[str, Any]) -> None:
        """Write the pictures and the quality record."""
        for path, content in pictures.items():
            write_own_bytes(path, content)
        if self.record is not None:
            text = json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
            write_own_bytes(self.record, text.encode())


def _parts(sectors: VertebraSectors) -> list[Segment]:
    """The six sectors in whole voxels: together they are the whole voxels of the vertebra."""
    labels, matrix = sectors.labels()
    grid = Grid(labels.shape, matrix)
    return [
        _segment(
            replace(
                sectors.sector(name),
                shape=OccupancyMask((labels == number).astype("float64"), grid),
            ),
            name,
            _rgb(SECTOR_COLOURS[name]),
        )
        for number, name in enumerate(SECTORS, start=1)
    ]


def _segment(structure: Structure, role: str, color: tuple[int, int, int] | None) -> Segment:
    if color is None:
        red, green, blue = (round(255 * share) for share in structure_rgb(structure, role))
        color = (red, green, blue)
    return Segment(
        structure,
        color=color,
        terminology=segment_type(structure, role).serialized(),
        tags={ROLE_TAG: role},
    )


def _plain(name: str) -> str:
    """Return a name for a file: a vertebra's own may hold what is a folder to the system."""
    return re.sub(r"[^\w-]+", "_", name)[:LONGEST_NAME]


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue
