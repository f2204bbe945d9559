"""Step 1: nodes that something else loaded, such as SlicerRT, as a case."""

from __future__ import annotations

import uuid
from typing import Any

import numpy as np

from ...case import Case, InputError, Structure, guess_role
from ...geometry import ContourStack
from .. import slicerrt
from ..segmentations import ROI_NUMBER_TAG, ROLE_TAG
from ..segments import structure_from_segment, tag_of
from ..volumes import dose_grid_from_node, read_voxels
from .loading import CASE, KEY, CaseNodes, is_dose, note_case
from .records import read_record
from .structures import keep_structures, segment_ids

SAME_PLACE_MM = 0.1
SAME_AREA = 1e-3
"""By how much the contours of two readers may differ: VTK rounds to single precision."""


def adopt_nodes(image: Any, dose: Any, structures: Any, *, read: Case | None = None) -> CaseNodes:
    """Make a case of nodes that are in the scene, whatever loaded them.

    Image and dose are remembered with the structures; the dose is marked the way SlicerRT does.
    Voxels, contours and segments stay as they are. Structures that `loading.load_case` brought keep
    the image, dose and plan that they came with.

    Parameters
    ----------
    image, dose : vtkMRMLScalarVolumeNode or None
        The dose in Gy.
    structures : vtkMRMLSegmentationNode
    read : Case, optional
        The same plan as `read_dicom_case` reads it: gives the prescription and where all comes
        from, and its structures where they are the same contours.

    Raises
    ------
    InputError
        Image or dose cannot be used, or the dose is not in Gy.
    """
    if not structures.IsA("vtkMRMLSegmentationNode"):
        raise InputError(f"{structures.GetName()} is not a segmentation; choose one as structures.")
    if image is not None:
        read_voxels(image)
    if dose is not None:
        _check_dose(image, dose)
    former = structures.GetAttribute(KEY)
    if former and read_record(structures, CASE) is not None:
        return CaseNodes(image, dose, structures)
    _release(structures, former)
    if read is None:
        key = former or uuid.uuid4().hex
    else:
        _keep_same_structures(structures, read)
        key = note_case(structures, read)
    for node in (image, dose, structures):
        if node is not None:
            node.SetAttribute(KEY, key)
    return CaseNodes(image, dose, structures)


def _check_dose(image: Any, dose: Any) -> None:
    if dose is image:
        raise InputError(
            f"Volume {dose.GetName()} was chosen as image and as dose; choose two volumes."
        )
    dose_grid_from_node(dose)
    if not is_dose(dose):
        slicerrt.mark_as_dose(dose)


def _release(structures: Any, former: str | None) -> None:
    """Let go of the image and dose of an earlier adoption."""
    scene = structures.GetScene()
    count = scene.GetNumberOfNodesByClass("vtkMRMLScalarVolumeNode") if former else 0
    for number in range(count):
        volume = scene.GetNthNodeByClass(number, "vtkMRMLScalarVolumeNode")
        if volume.GetAttribute(KEY) == former:
            volume.RemoveAttribute(KEY)


def _keep_same_structures(structures: Any, read: Case) -> None:
    """Keep what our reader made of the file with the segments that show the same contours.

    It knows the image's slices, and so which slices are missing, and the types of the regions.
    """
    by_number = {str(s.number): s for s in read.structures if s.number is not None}
    segmentation, same = structures.GetSegmentation(), {}
    for segment_id in segment_ids(structures):
        segment = segmentation.GetSegment(segment_id)
        found = by_number.get(tag_of(segment, ROI_NUMBER_TAG))
        if found is None:
            continue
        segment.SetTag(ROLE_TAG, guess_role(found))
        if _is_same(structures, segment_id, found):
            same[segment_id] = found
    keep_structures(structures, same)


def _is_same(structures: Any, segment_id: str, found: Structure) -> bool:
    try:
        shown = structure_from_segment(structures, segment_id)
    except InputError:
        return False
    one, other = shown.shape, found.shape
    if not (isinstance(one, ContourStack) and isinstance(other, ContourStack)):
        return False
    areas = [sorted(slab.area_mm2 for slab in stack.slabs) for stack in (one, other)]
    points = [np.concatenate(stack.contours_ras()) for stack in (one, other)]
    return (
        len(areas[0]) == len(areas[1])
        and np.allclose(areas[0], areas[1], rtol=SAME_AREA, atol=SAME_PLACE_MM**2)
        and all(
            np.allclose(end(points[0], axis=0), end(points[1], axis=0), atol=SAME_PLACE_MM)
            for end in (np.min, np.max)
        )
    )
