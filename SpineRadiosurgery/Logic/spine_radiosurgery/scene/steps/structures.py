"""Segments as the exact structures that they were made from, as long as nobody edits them.

A binary label map rounds contours and partial voxels; numbers must not depend on that. What this
program puts into a scene therefore keeps the structures themselves in a record beside the
segmentation. A segment that was edited since counts as what it shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...case import InputError, Structure
from ...geometry import Grid, moved, report_progress, stage, with_progress
from ..arrays import FloatArray
from ..labelmaps import FINE_STEP_MM
from ..segmentations import segmentation_node
from ..segments import structure_from_segment
from ..transforms import matrix_to_world
from ..volumes import read_voxels
from ..whole import whole_step
from .fingerprints import segment_shape_digest
from .records import Record, read_record, write_record
from .shapes import shapes_record, structure_in, structures_in

SHAPES = "Shapes"


@dataclass(frozen=True, eq=False)
class Segment:
    """A segment of a segmentation node.

    Attributes
    ----------
    node : vtkMRMLSegmentationNode
    segment_id : str
    """

    node: Any
    segment_id: str

    @property
    def name(self) -> str:
        """The segment's name.

        Raises
        ------
        InputError
            The segment is not there.
        """
        segment = self.node.GetSegmentation().GetSegment(self.segment_id)
        if segment is None:
            raise InputError(
                f"Segment {self.segment_id} is not in segmentation {self.node.GetName()}; "
                "choose another segment."
            )
        return str(segment.GetName())

    @property
    def color(self) -> tuple[float, float, float]:
        """Its colour, 0..1."""
        red, green, blue = self.node.GetSegmentation().GetSegment(self.segment_id).GetColor()
        return red, green, blue

    def structure(self) -> Structure:
        """Return what it stands for, in world coordinates (see `structures_of`)."""
        return structures_of(self.node, [self.segment_id])[self.segment_id]


def segment_ids(segmentation_node: Any) -> tuple[str, ...]:
    """IDs of all segments, in their order."""
    segmentation = segmentation_node.GetSegmentation()
    return tuple(segmentation.GetNthSegmentID(n) for n in range(segmentation.GetNumberOfSegments()))


def add_segmentation(
    scene: Any,
    name: str,
    structures: Sequence[Structure],
    roles: Mapping[str, str],
    *,
    image_node: Any = None,
    step_mm: float | None = FINE_STEP_MM,
    beside: Sequence[Structure] = (),
) -> Any:
    """Add structures as a new segmentation that keeps them exactly.

    Parameters
    ----------
    scene : vtkMRMLScene
    name : str
    structures : sequence of Structure
    roles : mapping of str to str
        By structure name.
    image_node : vtkMRMLScalarVolumeNode, optional
        Its voxels are divided for the label maps.
    step_mm : float or None
        Longest voxel edge; None keeps the image's.
    beside : sequence of Structure
        To be kept without a segment of their own.

    Returns
    -------
    vtkMRMLSegmentationNode
        Segment IDs are the structures' names.
    """
    image_grid = None if image_node is None else grid_of(image_node)
    with whole_step(scene):
        with stage("", 0.0, 0.75):
            node = segmentation_node(
                scene,
                name,
                structures,
                roles=roles,
                image_node=image_node,
                image_grid=image_grid,
                step_mm=step_mm,
            )
        with stage(f"Keeping {name}", 0.75, 0.95):
            record = shapes_record([*structures, *beside])
            digests = {
                s.name: segment_shape_digest(node, s.name) for s in with_progress(structures)
            }
        report_progress(fraction=0.95)
        write_record(node, SHAPES, Record({**record.document, "digests": digests}, record.arrays))
    return node


def keep_structures(segmentation_node: Any, structures: Mapping[str, Structure]) -> None:
    """Let segments stand for structures exactly, as long as nobody edits the segments.

    Parameters
    ----------
    segmentation_node : vtkMRMLSegmentationNode
    structures : mapping of str to Structure
        By segment ID, in the segmentation's own coordinates.
    """
    record = shapes_record([s.renamed(segment_id) for segment_id, s in structures.items()])
    digests = {i: segment_shape_digest(segmentation_node, i) for i in structures}
    kept = Record({**record.document, "digests": digests}, record.arrays)
    write_record(segmentation_node, SHAPES, kept)


def structures_of(segmentation_node: Any, ids: Sequence[str] | None = None) -> dict[str, Structure]:
    """Return what segments stand for, in world coordinates, by segment ID.

    Exactly what was put into the scene, where that was kept and the segment was not edited since;
    else the segment's own contours or label map.

    Parameters
    ----------
    segmentation_node : vtkMRMLSegmentationNode
    ids : sequence of str, optional
        All segments by default.

    Raises
    ------
    InputError
        No such segment, an empty one, or a transform above it that is not linear.
    """
    to_world = matrix_to_world(segmentation_node)
    record = read_record(segmentation_node, SHAPES)
    chosen = segment_ids(segmentation_node) if ids is None else ids
    return {
        segment_id: _structure(segmentation_node, segment_id, record, to_world)
        for segment_id in chosen
    }


def structure_at(segment: Segment, to_world: FloatArray) -> Structure:
    """Return what a segment stands for where a matrix takes it, whatever transform it is under.

    Parameters
    ----------
    segment : Segment
    to_world : (4, 4) array
        From the segmentation's own RAS, mm.

    Raises
    ------
    InputError
        No such segment, or an empty one.
    """
    record = read_record(segment.node, SHAPES)
    return _structure(segment.node, segment.segment_id, record, to_world)


def readable_structures(
    segmentation_node: Any, ids: Sequence[str] | None = None
) -> tuple[dict[str, Structure], dict[str, str]]:
    """Return the structures of those segments that can be read, and why others cannot.

    Returns
    -------
    dict of str to Structure
        By segment ID.
    dict of str to str
        The sentence that says why, by segment name.
    """
    found: dict[str, Structure] = {}
    unusable: dict[str, str] = {}
    to_world = matrix_to_world(segmentation_node)
    record = read_record(segmentation_node, SHAPES)
    chosen = segment_ids(segmentation_node) if ids is None else ids
    for segment_id in with_progress(chosen, lambda name: f"Reading {name}"):
        try:
            found[segment_id] = _structure(segmentation_node, segment_id, record, to_world)
        except InputError as error:
            unusable[Segment(segmentation_node, segment_id).name] = str(error)
    return found, unusable


def kept_structures(segmentation_node: Any) -> dict[str, Structure]:
    """Return all structures that were kept with a segmentation, in world coordinates, by name.

    As they were put into the scene, edited since or not; nothing where nothing was kept or a
    transform above the segmentation is not rigid.
    """
    record = read_record(segmentation_node, SHAPES)
    if record is None:
        return {}
    to_world = matrix_to_world(segmentation_node)
    there = (placed(s, to_world) for s in structures_in(record))
    return {s.name: s for s in there if s is not None}


def is_as_made(segmentation_node: Any) -> bool:
    """Whether all segments that were put into the scene are there and were not edited since."""
    record = read_record(segmentation_node, SHAPES)
    return record is not None and all(
        _is_untouched(segmentation_node, segment_id, record)
        for segment_id in record.document["digests"]
    )


def placed(structure: Structure, to_world: FloatArray) -> Structure | None:
    """Return a structure where a transform takes it; None where the transform is not rigid."""
    if np.array_equal(to_world, np.eye(4)):
        return structure
    try:
        return replace(moved(structure, to_world), number=structure.number)
    except InputError:
        return None


def grid_of(volume_node: Any) -> Grid:
    """Voxel grid of a volume node in the world."""
    values, ijk_to_ras = read_voxels(volume_node)
    k, j, i = values.shape
    return Grid((k, j, i), ijk_to_ras)


def _structure(
    node: Any, segment_id: str, record: Record | None, to_world: FloatArray
) -> Structure:
    kept = _kept(node, segment_id, record, to_world)
    if kept is not None:
        return kept
    return structure_from_segment(node, segment_id, to_world=to_world)


def _kept(
    node: Any, segment_id: str, record: Record | None, to_world: FloatArray
) -> Structure | None:
    if record is None or not _is_untouched(node, segment_id, record):
        return None
    report_progress()
    number = _number_of(record, segment_id)
    if number is None:
        return None
    segment = node.GetSegmentation().GetSegment(segment_id)
    return placed(structure_in(record, number).renamed(segment.GetName()), to_world)


def _is_untouched(node: Any, segment_id: str, record: Record) -> bool:
    digest = record.document["digests"].get(segment_id)
    if digest is None or node.GetSegmentation().GetSegment(segment_id) is None:
        return False
    return bool(segment_shape_digest(node, segment_id) == digest)


def _number_of(record: Record, name: str) -> int | None:
    names = [entry["name"] for entry in record.document["structures"]]
    return names.index(name) if name in names else None
