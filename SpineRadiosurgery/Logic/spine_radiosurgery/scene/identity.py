"""Who the patient of a node is: what the subject hierarchy keeps, by Slicer's own names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..case import PatientIdentity, Pseudonym, study_code
from ..case.pseudonym import tells_a_patient

PATIENT_NAME = "DICOM.PatientName"
PATIENT_ID = "DICOM.PatientID"
BIRTH_DATE = "DICOM.PatientBirthDate"
STUDY_DATE = "DICOM.StudyDate"
PATIENT_LEVEL, STUDY_LEVEL = "Patient", "Study"
_UID = "DICOM"
"""Under which Slicer keeps a patient item's ID."""


def note_identity(hierarchy: Any, patient_item: int, identity: PatientIdentity) -> None:
    """Keep who the patient is with an item of the hierarchy, as Slicer's DICOM import does."""
    kept = (
        (PATIENT_NAME, identity.patient_name),
        (PATIENT_ID, identity.patient_id),
        (BIRTH_DATE, identity.birth_date),
    )
    for attribute, value in kept:
        if value:
            hierarchy.SetItemAttribute(patient_item, attribute, value)


def identity_of(node: Any) -> PatientIdentity | None:
    """Return who the patient of a node is; None where the scene does not know.

    Known are patients that Slicer's DICOM module loaded, and those of `load_case(identify=True)`.

    Parameters
    ----------
    node : vtkMRMLNode
        Below a patient in the subject hierarchy.
    """
    items = _items_above(node)
    name = _first(items, PATIENT_NAME)
    patient_id = _first(items, PATIENT_ID) or _patient_uid(items)
    if not (name or patient_id):
        return None
    return PatientIdentity(name, patient_id, _first(items, BIRTH_DATE))


def pseudonym_of(node: Any) -> Pseudonym:
    """Return what hides the patient of a node; nothing is hidden where none is known."""
    found = identity_of(node)
    if found is None:
        return Pseudonym()
    known = found.patient_id if tells_a_patient(found.patient_id) else found.patient_name
    dates = (found.birth_date, _first(_items_above(node), STUDY_DATE))
    plain = (date.replace("-", "") for date in dates if date)
    return Pseudonym.of(study_code(known), [found.patient_name], [found.patient_id], plain)


def hierarchy_items(scene: Any) -> set[int]:
    """Return all items of the subject hierarchy."""
    import vtk

    hierarchy, found = scene.GetSubjectHierarchyNode(), vtk.vtkIdList()
    hierarchy.GetItemChildren(hierarchy.GetSceneItemID(), found, True)
    return {found.GetId(number) for number in range(found.GetNumberOfIds())}


def hide_in_scene(nodes: Iterable[Any], patient: Pseudonym, items: Iterable[int]) -> None:
    """Let a study code stand for a patient in names of nodes, segments and items.

    Parameters
    ----------
    nodes : iterable of vtkMRMLNode
    patient : Pseudonym
    items : iterable of int
        Of the subject hierarchy; what tells the patient there is removed.
    """
    hierarchy: Any = None
    for node in nodes:
        hierarchy = node.GetScene().GetSubjectHierarchyNode()
        node.SetName(patient.hide(node.GetName() or ""))
        if node.IsA("vtkMRMLSegmentationNode"):
            segmentation = node.GetSegmentation()
            for number in range(segmentation.GetNumberOfSegments()):
                segment = segmentation.GetNthSegment(number)
                segment.SetName(patient.hide(segment.GetName() or ""))
    for item in items if hierarchy is not None else ():
        level = hierarchy.GetItemLevel(item)
        name = patient.code if level == PATIENT_LEVEL else hierarchy.GetItemName(item)
        hierarchy.SetItemName(item, patient.hide(name or ""))
        if level in (PATIENT_LEVEL, STUDY_LEVEL):
            for attribute in hierarchy.GetItemAttributeNames(item):
                if attribute.startswith(f"{_UID}."):
                    hierarchy.RemoveItemAttribute(item, attribute)
        if level == PATIENT_LEVEL and hierarchy.HasItemUID(item, _UID):
            hierarchy.RemoveItemUID(item, _UID)


_Items = list[tuple[Any, int]]


def _items_above(node: Any) -> _Items:
    """The item of a node and those above it, with their hierarchy."""
    scene = node.GetScene() if node is not None else None
    hierarchy: Any = scene.GetSubjectHierarchyNode() if scene is not None else None
    item = hierarchy.GetItemByDataNode(node) if hierarchy is not None else 0
    found: _Items = []
    while item and item != hierarchy.GetSceneItemID():
        found.append((hierarchy, item))
        item = hierarchy.GetItemParent(item)
    return found


def _first(items: _Items, attribute: str) -> str:
    values = (str(hierarchy.GetItemAttribute(item, attribute) or "") for hierarchy, item in items)
    return next(filter(None, values), "")


def _patient_uid(items: _Items) -> str:
    for hierarchy, item in items:
        if hierarchy.GetItemLevel(item) == PATIENT_LEVEL:
            return str(hierarchy.GetItemUID(item, _UID) or "")
    return ""
