"""Step 3, first half: a vertebra's segment into its six sectors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from ...anatomy import SECTORS, VertebraFrame, VertebraSectors, level_of, split_vertebra
from ...case import Case, InputError, Structure, guess_role
from ...geometry import OccupancyMask, cropped_to, stage
from ...report.palette import SECTOR_COLOURS
from ...report.targets.asking import split_in_case
from ..arrays import FloatArray
from ..hierarchy import place_beside
from ..transforms import matrix_to_world
from ..whole import whole_step
from .provenance import inputs_of, note_provenance
from .records import Record, read_record, write_record
from .structures import (
    Segment,
    add_segmentation,
    is_as_made,
    kept_structures,
    readable_structures,
)

SECTOR_FACTS = "Sectors"
_EDITED = "Sectors were edited by hand after the split."


def split_segment(
    vertebra: Segment,
    *,
    canal: Segment | None = None,
    cord: Segment | None = None,
    image_node: Any = None,
) -> Any:
    """Split a vertebra into its sectors, as segments of a new segmentation.

    Parameters
    ----------
    vertebra : Segment
    canal, cord : Segment, optional
        By default the spinal canal and the cord that names tell in the vertebra's segmentation.
    image_node : vtkMRMLScalarVolumeNode, optional
        Its voxels are divided for the new label maps.

    Returns
    -------
    vtkMRMLSegmentationNode
        Absent sectors have no segment.

    Raises
    ------
    InputError
        No such segment, or it cannot be split.
    """
    bone = vertebra.structure()
    with stage("Reading structures", 0.0, 0.2):
        found, _ = readable_structures(vertebra.node)
    if cord is None:
        cords = (i for i, s in found.items() if guess_role(s) == "cord")
        cord = next((Segment(vertebra.node, i) for i in cords), None)
    the_cord = cord.structure() if cord is not None else None
    with stage("Splitting the vertebra", 0.2, 0.6):
        if canal is not None:
            sectors = split_vertebra(bone, canal.structure(), cord=the_cord)
        else:
            around = Case(vertebra.node.GetName(), tuple(found.values()), None)
            sectors = split_in_case(around, bone, the_cord)
    inputs = {"vertebra": vertebra, "canal": canal, "cord": cord}
    scene = vertebra.node.GetScene()
    with whole_step(scene), stage("Adding the sectors", 0.6, 1.0):
        node = add_sectors(scene, sectors, image_node=image_node)
        note_provenance(node, "splitting", {k: v for k, v in inputs.items() if v is not None}, {})
        place_beside(vertebra.node, [node])
    return node


def add_sectors(scene: Any, sectors: VertebraSectors, *, image_node: Any = None) -> Any:
    """Add the sectors of a vertebra to a scene."""
    present = {sectors.sector(n).name: n for n in sectors.present}
    coloured = [replace(sectors.sector(n), color=_rgb(SECTOR_COLOURS[n])) for n in sectors.present]
    absent = [sectors.sector(n) for n in SECTORS if n not in sectors.present]
    node = add_segmentation(
        scene,
        f"{sectors.level or sectors.vertebra.name} sectors",
        coloured,
        present,
        image_node=image_node,
        beside=[*absent, sectors.vertebra],
    )
    facts = {
        "frame": {k: np.asarray(v).tolist() for k, v in asdict(sectors.frame).items()},
        "quality": dict(sectors.quality),
        "warnings": list(sectors.warnings),
        "level": sectors.level,
        "vertebra": sectors.vertebra.name,
        "names": {n: sectors.sector(n).name for n in SECTORS},
    }
    write_record(node, SECTOR_FACTS, Record(facts))
    return node


def sectors_of(sectors_node: Any) -> VertebraSectors:
    """Return the sectors that a segmentation holds, also if they were edited since.

    Edited sectors are taken from their label maps onto the vertebra's voxels; together they are
    the vertebra then.

    Raises
    ------
    InputError
        The segmentation was not made by `split_segment`, or lies under a transform that is not
        rigid.
    """
    record = read_record(sectors_node, SECTOR_FACTS)
    kept = kept_structures(sectors_node)
    if record is None or record.document["vertebra"] not in kept:
        raise InputError(
            f"{sectors_node.GetName()} does not hold the sectors of a vertebra, or lies under a "
            "transform that scales; split the vertebra first."
        )
    facts = record.document
    vertebra, warnings = kept[facts["vertebra"]], list(facts["warnings"])
    parts = {sector: kept[name] for sector, name in facts["names"].items()}
    if not is_as_made(sectors_node):
        vertebra, parts = _as_edited(sectors_node, facts["names"], vertebra)
        warnings.append(_EDITED)
    return VertebraSectors(
        vertebra=vertebra,
        frame=_placed_frame(facts["frame"], matrix_to_world(sectors_node)),
        **parts,
        quality=facts["quality"],
        warnings=tuple(warnings),
        level=facts["level"],
    )


def level_of_sectors(sectors_node: Any) -> str:
    """Return the level of the vertebra that was split; "" where it is not known."""
    record = read_record(sectors_node, SECTOR_FACTS)
    facts = {} if record is None else record.document
    return facts.get("level") or level_of(facts.get("vertebra", "")) or ""


def source_of(sectors_node: Any) -> tuple[Segment | None, Segment | None]:
    """Return the vertebra that was split and the cord beside it, as far as they are known."""
    inputs = inputs_of(sectors_node)
    return inputs.get("vertebra"), inputs.get("cord")


def _as_edited(
    sectors_node: Any, names: Mapping[str, str], vertebra: Structure
) -> tuple[Structure, dict[str, Structure]]:
    """Sectors from the segments on the vertebra's voxels; where they overlap, shared evenly."""
    shape = vertebra.mask
    there, _ = readable_structures(
        sectors_node, [name for name in names.values() if _has(sectors_node, name)]
    )
    grid = cropped_to([vertebra, *there.values()], shape.grid)
    shares = np.stack(
        [
            np.asarray(there[name].mask_on(grid.shape_kji, grid.ijk_to_ras), dtype=np.float64)
            if name in there
            else np.zeros(grid.shape_kji)
            for name in names.values()
        ]
    )
    total = shares.sum(axis=0)
    if not total.any():
        raise InputError(
            f"All sectors in {sectors_node.GetName()} are empty; split the vertebra again."
        )
    shares /= np.maximum(total, 1.0)
    whole = Structure(vertebra.name, OccupancyMask(shares.sum(axis=0), grid))
    return whole, {
        sector: Structure(name, OccupancyMask(share, grid))
        for (sector, name), share in zip(names.items(), shares, strict=True)
    }


def _has(sectors_node: Any, segment_id: str) -> bool:
    return sectors_node.GetSegmentation().GetSegment(segment_id) is not None


def _placed_frame(frame: Mapping[str, Any], to_world: FloatArray) -> VertebraFrame:
    turn = to_world[:3, :3]
    origin = turn @ np.asarray(frame["origin"]) + to_world[:3, 3]
    return VertebraFrame(**{**frame, "origin": origin, "axes": turn @ np.asarray(frame["axes"])})


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue
