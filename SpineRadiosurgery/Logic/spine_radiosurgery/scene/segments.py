"""Segments of the user's segmentation as structures; the segmentation itself is not changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ..case import InputError, Structure
from ..geometry import moved
from .arrays import FloatArray, numpy_matrix, voxels, vtk_matrix
from .segmentations import ROI_NUMBER_TAG, ROLE_TAG
from .transforms import matrix_to_world

PLANAR_CONTOUR = "Planar contour"
"""SlicerRT's name for the contours of an RTSTRUCT."""
SLICE_THICKNESS = "Default slice thickness"
"""SlicerRT's conversion parameter, mm; needed for contours on a single slice."""
RIGID = 1e-9
"""Beyond it a transform scales or shears, and the contours themselves are taken along."""


def structure_from_segment(
    segmentation_node: Any, segment_id: str, *, to_world: FloatArray | None = None
) -> Structure:
    """Read a segment as a structure, in world coordinates.

    Contours are taken where the segment has them (SlicerRT's import), else its binary label map;
    a segment that has neither, such as a surface model, is made into a label map on a copy.

    Parameters
    ----------
    segmentation_node : vtkMRMLSegmentationNode
    segment_id : str
    to_world : (4, 4) array, optional
        Where to place it instead of where the transforms above it do.

    Returns
    -------
    Structure
        With the segment's name, colour and ROI number.

    Raises
    ------
    InputError
        No such segment, an empty one, or a transform above it that is not linear.
    """
    segment = segmentation_node.GetSegmentation().GetSegment(segment_id)
    if segment is None:
        raise InputError(
            f"Segment {segment_id} is not in segmentation {segmentation_node.GetName()}; "
            "choose another segment."
        )
    if to_world is None:
        to_world = matrix_to_world(segmentation_node)
    attributes: dict[str, Any] = {
        "color": tuple(round(255 * c) for c in segment.GetColor()),
        "number": _roi_number(segment),
    }
    contours = segment.GetRepresentation(PLANAR_CONTOUR)
    if contours is not None and contours.GetNumberOfCells() > 0:
        local = _polygons(contours)
        if len({round(float(p[:, 2].mean()), 2) for p in local}) == 1:
            attributes["slice_spacing_mm"] = _slice_thickness_mm(segmentation_node)
        return _contoured(segment.GetName(), local, to_world, attributes)
    image, label = labelmap_of(segmentation_node.GetSegmentation(), segment_id)
    mask = voxels(image) == label if image is not None else None
    if mask is None or not mask.any():
        raise InputError(
            f"Segment {segment.GetName()} of {segmentation_node.GetName()} is empty; "
            "draw it or choose another segment."
        )
    return Structure.from_mask(
        segment.GetName(), mask, to_world @ index_to_local(image), **attributes
    )


def _contoured(
    name: str, local: list[FloatArray], to_world: FloatArray, attributes: dict[str, Any]
) -> Structure:
    """Contours where a transform takes them.

    A rigid one takes the frame that they were drawn in with them: they are then read along the same
    lines wherever the patient lies, so that the numbers stay.
    """
    turn, shift = to_world[:3, :3], to_world[:3, 3]
    # A contour that cannot be used is told by its place in the world.
    found = Structure.from_contours(name, [p @ turn.T + shift for p in local], **attributes)
    rigid = np.allclose(turn @ turn.T, np.eye(3), atol=RIGID, rtol=0) and np.linalg.det(turn) > 0
    if not rigid or np.array_equal(turn, np.eye(3)):
        return found
    drawn = Structure.from_contours(name, local, **attributes)
    return replace(moved(drawn, to_world), number=drawn.number)


def role_of(segmentation_node: Any, segment_id: str) -> str:
    """Return the role that this program gave a segment; "" where it gave none."""
    return tag_of(segmentation_node.GetSegmentation().GetSegment(segment_id), ROLE_TAG)


def _slice_thickness_mm(segmentation_node: Any) -> float | None:
    """What SlicerRT's import says of the image that was drawn on; None where it says nothing."""
    text = segmentation_node.GetSegmentation().GetConversionParameter(SLICE_THICKNESS)
    try:
        return float(text) or None
    except (TypeError, ValueError):
        return None


def tag_of(segment: Any, name: str) -> str:
    """Return a tag of a segment; "" where it has none of this name."""
    import vtk

    text = vtk.reference("")
    return str(text) if segment.GetTag(name, text) else ""


def _roi_number(segment: Any) -> int | None:
    text = tag_of(segment, ROI_NUMBER_TAG)
    return int(text) if text.isdigit() else None


def _polygons(contours: Any) -> list[FloatArray]:
    """Closed lines of a planar contour representation, (n, 3) each."""
    from vtkmodules.util.numpy_support import vtk_to_numpy

    points = vtk_to_numpy(contours.GetPoints().GetData()).astype(np.float64)
    found = []
    for cell in range(contours.GetNumberOfCells()):
        ids = contours.GetCell(cell).GetPointIds()
        found.append(points[[ids.GetId(n) for n in range(ids.GetNumberOfIds())]])
    return found


def labelmap_of(segmentation: Any, segment_id: str) -> tuple[Any, int]:
    """Binary label map of a segment and its label there; None where it is empty."""
    import slicer

    name = slicer.vtkSegmentationConverter.GetBinaryLabelmapRepresentationName()
    segment = segmentation.GetSegment(segment_id)
    if segment.GetRepresentation(name) is None:
        copy = slicer.vtkSegmentation()
        copy.SetSourceRepresentationName(segmentation.GetSourceRepresentationName())
        copy.CopyConversionParameters(segmentation)
        copy.CopySegmentFromSegmentation(segmentation, segment_id)
        copy.CreateRepresentation(name)
        segment = copy.GetSegment(segment_id)
    image = segment.GetRepresentation(name)
    if image is None or image.IsEmpty():
        return None, 0
    return image, int(segment.GetLabelValue())


def index_to_local(image: Any) -> FloatArray:
    """Affine of a label map's voxels counted from the start of its extent."""
    matrix = vtk_matrix(np.eye(4))
    image.GetImageToWorldMatrix(matrix)
    extent = image.GetExtent()
    result = numpy_matrix(matrix)
    result[:3, 3] += result[:3, :3] @ np.array([extent[0], extent[2], extent[4]], dtype=np.float64)
    return result
