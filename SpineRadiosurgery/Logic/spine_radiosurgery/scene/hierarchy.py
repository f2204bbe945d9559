"""Subject hierarchy: patient, study, and the case's nodes below them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..case import PatientIdentity
from .identity import note_identity


def place_in_hierarchy(
    scene: Any,
    patient: str,
    study: str,
    folders: Mapping[str, Sequence[Any]],
    *,
    identity: PatientIdentity | None = None,
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
    identity : PatientIdentity, optional
        Who the patient is, where that may be known.

    Returns
    -------
    int
        The study's item.
    """
    hierarchy = scene.GetSubjectHierarchyNode()
    patient_item = hierarchy.CreateSubjectItem(hierarchy.GetSceneItemID(), patient)
    if identity is not None:
        note_identity(hierarchy, patient_item, identity)
    study_item: int = hierarchy.CreateStudyItem(patient_item, study)
    hierarchy.SetItemAttribute(study_item, "DicomRtImport.DoseUnitName", "GY")
    hierarchy.SetItemAttribute(study_item, "DicomRtImport.DoseUnitValue", "1.0")
    for folder, nodes in folders.items():
        parent = hierarchy.CreateFolderItem(study_item, folder) if folder else study_item
        for node in nodes:
            place_under(hierarchy, parent, node)
    return study_item


def place_under(hierarchy: Any, parent: int, node: Any) -> None:
    """Put a node under an item of the subject hierarchy."""
    # Slicer's own plug-ins make an item as soon as a node is added.
    item = hierarchy.GetItemByDataNode(node)
    if item:
        hierarchy.SetItemParent(item, parent)
    else:
        hierarchy.CreateItem(parent, node)


def place_beside(node: Any, results: Sequence[Any]) -> None:
    """Put results where a node lies in the subject hierarchy; without its item they stay."""
    hierarchy = node.GetScene().GetSubjectHierarchyNode()
    item = hierarchy.GetItemByDataNode(node) if hierarchy is not None else 0
    if not item:
        return
    parent = hierarchy.GetItemParent(item)
    for result in results:
        place_under(hierarchy, parent, result)


def remove_node(node: Any) -> None:
    """Remove a node from its scene, and its item from the subject hierarchy.

    The item goes first: the hierarchy loses count of items whose node is gone.
    """
    scene = node.GetScene()
    hierarchy = scene.GetSubjectHierarchyNode()
    item = hierarchy.GetItemByDataNode(node) if hierarchy is not None else 0
    if item:
        hierarchy.RemoveItem(item, False)
    scene.RemoveNode(node)
