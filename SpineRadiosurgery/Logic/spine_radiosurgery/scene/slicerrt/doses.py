"""How SlicerRT knows a dose: an attribute of the volume, and the unit on its study."""

from __future__ import annotations

from typing import Any

from ...case import InputError
from ..volumes import DOSE_ATTRIBUTE, UNIT_ATTRIBUTE, dose_unit

SCALING_ATTRIBUTE = "DicomRtImport.DoseUnitValue"


def is_dose_volume(node: Any) -> bool:
    """Say whether SlicerRT takes a volume for a dose; without it, it makes intensity histograms."""
    return bool(
        node is not None
        and node.IsA("vtkMRMLScalarVolumeNode")
        and node.GetAttribute(DOSE_ATTRIBUTE) is not None
    )


def mark_as_dose(node: Any, *, study: str = "Plan") -> None:
    """Tell SlicerRT that a volume is a dose in Gy.

    SlicerRT's import does this itself; doses that were loaded from other files, summed or resampled
    lack it.

    Parameters
    ----------
    node : vtkMRMLScalarVolumeNode
    study : str
        Name of the study that is made for a volume that has none.

    Raises
    ------
    InputError
        Not a scalar volume, or its study's doses have another unit.
    """
    if not node.IsA("vtkMRMLScalarVolumeNode"):
        raise InputError(f"{node.GetName()} is not a volume and cannot be a dose; choose a volume.")
    unit = dose_unit(node)
    if unit not in ("", "Gy"):
        raise InputError(f"Dose {node.GetName()} is in {unit}, not in Gy; choose a dose in Gy.")
    hierarchy, item = _place(node)
    study_item = hierarchy.GetItemAncestorAtLevel(item, _study_level())
    if not study_item:
        study_item = hierarchy.CreateStudyItem(hierarchy.GetItemParent(item), study)
        hierarchy.SetItemParent(item, study_item)
    hierarchy.SetItemAttribute(study_item, UNIT_ATTRIBUTE, "GY")
    if not hierarchy.GetItemAttribute(study_item, SCALING_ATTRIBUTE):
        hierarchy.SetItemAttribute(study_item, SCALING_ATTRIBUTE, "1.0")
    node.SetAttribute(DOSE_ATTRIBUTE, "1")


def _place(node: Any) -> tuple[Any, int]:
    """Subject hierarchy and the node's item in it, made where it has none."""
    hierarchy = node.GetScene().GetSubjectHierarchyNode()
    item = hierarchy.GetItemByDataNode(node)
    return hierarchy, item or hierarchy.CreateItem(hierarchy.GetSceneItemID(), node)


def _study_level() -> str:
    import slicer

    return str(slicer.vtkMRMLSubjectHierarchyConstants.GetDICOMLevelStudy())
