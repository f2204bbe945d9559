"""Subject hierarchy: patient, study, and the case's nodes below them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def place_in_hierarchy(
    scene: Any, patient: str, study: str, folders: Mapping[str, Sequence[Any]]
) -> int:
    """Put nodes under a patient and a study, in folders.

    The study says that doses are in Gy, which is where SlicerRT looks.

    Parameters
    ----------
    scene : vtkMRMLScene
    patient, study : str
        Names of the two levels; the patient's is the study code.
    folders : mapping of str to sequence of vtkMRMLNode
        Nodes by folder; "" is the study itself.

    Returns
    -------
    int
        The study's item.
    """
    hierarchy = scene.GetSubjectHierarchyNode()
    study_item: int = hierarchy.CreateStudyItem(
        hierarchy.CreateSubjectItem(hierarchy.GetSceneItemID(), patient), study
    )
    hierarchy.SetItemAttribute(study_item, "DicomRtImport.DoseUnitName", "GY")
    hierarchy.SetItemAttribute(study_item, "DicomRtImport.DoseUnitValue", "1.0")
    for folder, nodes in folders.items():
        parent = hierarchy.CreateFolderItem(study_item, folder) if folder else study_item
        for node in nodes:
            # Slicer's own plug-ins make an item as soon as a node is added.
            item = hierarchy.GetItemByDataNode(node)
            if item:
                hierarchy.SetItemParent(item, parent)
            else:
                hierarchy.CreateItem(parent, node)
    return study_item
