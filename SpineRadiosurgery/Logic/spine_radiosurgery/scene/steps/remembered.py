"""Digests and heights, worked out once for each state of what they are made of.

A state is the places and modification times of the VTK objects that hold voxels and contours, and
the matrices above them. VTK gives no modification time twice in a process, and a new object at a
former one's place is younger than that, so that no two states are alike by chance.
Voxels that were written without telling (`Modified`) are not noticed, as everywhere in Slicer.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...case import InputError
from ..arrays import numpy_matrix, vtk_matrix
from ..segments import PLANAR_CONTOUR
from ..transforms import matrix_to_world
from .fingerprints import segment_digest, volume_digest
from .structures import Segment

_DIGEST, _EXTENT = "digest", "extent"
_MADE_FROM = ("Closed surface", "Fractional labelmap")
"""What a label map is converted from where a segment has none."""


@dataclass(frozen=True, eq=False)
class _Entry:
    alive: Any
    state: Hashable
    value: Any


_entries: dict[tuple[str, str, str], _Entry] = {}


def remembered_segment_digest(
    segmentation_node: Any, segment_id: str, *, afresh: bool = False
) -> str:
    """Return `segment_digest`, worked out only where the segment is not what it was.

    Parameters
    ----------
    segmentation_node : vtkMRMLSegmentationNode
    segment_id : str
    afresh : bool
        Work it out in any case.
    """
    digest: str = _remembered(
        segmentation_node,
        (_DIGEST, segment_id),
        _segment_state(segmentation_node, segment_id),
        lambda: segment_digest(segmentation_node, segment_id),
        afresh,
    )
    return digest


def remembered_extent_mm(segmentation_node: Any, segment_id: str) -> tuple[float, float] | None:
    """Return lower and upper end of a segment in the world, worked out only where it has changed.

    Parameters
    ----------
    segmentation_node : vtkMRMLSegmentationNode
    segment_id : str

    Returns
    -------
    tuple of two floats or None
        Superior, mm; None where the segment cannot be read.
    """

    def extent() -> tuple[float, float] | None:
        try:
            low, high = Segment(segmentation_node, segment_id).structure().extent_mm()
        except InputError:
            # Whoever needs its shape is told why it has none.
            return None
        return low, high

    state = _segment_state(segmentation_node, segment_id)
    height: tuple[float, float] | None = _remembered(
        segmentation_node, (_EXTENT, segment_id), state, extent, False
    )
    return height


def remembered_volume_digest(volume_node: Any, *, afresh: bool = False) -> str:
    """Return `volume_digest`, worked out only where the volume is not what it was.

    Parameters
    ----------
    volume_node : vtkMRMLScalarVolumeNode
    afresh : bool
        Work it out in any case.
    """
    matrix = vtk_matrix(np.eye(4))
    volume_node.GetIJKToRASMatrix(matrix)
    state = (
        _stamp(volume_node.GetImageData()),
        numpy_matrix(matrix).tobytes(),
        _place(volume_node),
    )
    digest: str = _remembered(
        volume_node, (_DIGEST, ""), state, lambda: volume_digest(volume_node), afresh
    )
    return digest


def _remembered(
    node: Any, what: tuple[str, str], state: Hashable, compute: Callable[[], Any], afresh: bool
) -> Any:
    key = (node.__this__, *what)
    entry = _entries.get(key)
    if entry is not None and entry.state == state and not afresh:
        return entry.value
    _forget_removed()
    value = compute()
    _entries[key] = _Entry(_weak_reference(node), state, value)
    return value


def _forget_removed() -> None:
    for key, entry in list(_entries.items()):
        node = entry.alive.Get()
        if node is None or node.GetScene() is None:
            del _entries[key]


def _weak_reference(node: Any) -> Any:
    import vtk

    reference = vtk.vtkWeakReference()
    reference.Set(node)
    return reference


def _segment_state(segmentation_node: Any, segment_id: str) -> Hashable:
    import slicer

    segmentation = segmentation_node.GetSegmentation()
    segment = segmentation.GetSegment(segment_id)
    labelmap = slicer.vtkSegmentationConverter.GetBinaryLabelmapRepresentationName()
    own = [segment.GetRepresentation(name) for name in (PLANAR_CONTOUR, labelmap)]
    state = (
        *map(_stamp, own),
        segment.GetLabelValue(),
        _place(segmentation_node),
    )
    if any(shape is not None for shape in own):
        return state
    others = (segment.GetRepresentation(name) for name in _MADE_FROM)
    return (*state, *map(_stamp, others), segmentation.SerializeAllConversionParameters())


def _place(node: Any) -> Hashable:
    """What tells where transforms take a node from all other places."""
    parent = node.GetParentTransformNode()
    if parent is None or parent.IsTransformToWorldLinear():
        return matrix_to_world(node).tobytes()
    return parent.__this__, parent.GetTransformToWorldMTime()


def _stamp(vtk_object: Any) -> tuple[str, int]:
    """What tells a state of a VTK object from all others of this process."""
    return ("", 0) if vtk_object is None else (vtk_object.__this__, vtk_object.GetMTime())
