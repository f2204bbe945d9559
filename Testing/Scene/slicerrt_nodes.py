"""A plan as SlicerRT's import leaves it in a scene, without SlicerRT.

Follows LoadRtDose, LoadRtStructureSet and InsertSeriesInSubjectHierarchy of
vtkSlicerDicomRtImportExportModuleLogic.cxx (df6ef69c): contours as closed lines of single
precision, the ROI's number as a tag and nothing of its type; the dose's mark on the volume and its
unit on the study; UIDs in the subject hierarchy.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from spine_radiosurgery.case import Case, Structure
from spine_radiosurgery.scene.volumes import _scalar_volume


@dataclass(frozen=True, eq=False)
class Loaded:
    image: Any
    dose: Any
    structures: Any


def as_slicerrt_loads(scene, case: Case) -> Loaded:
    hierarchy = scene.GetSubjectHierarchyNode()
    patient = hierarchy.CreateSubjectItem(hierarchy.GetSceneItemID(), "Patient")
    study = hierarchy.CreateStudyItem(patient, "No study description")
    hierarchy.SetItemAttribute(study, "DicomRtImport.DoseUnitName", "GY")
    hierarchy.SetItemAttribute(study, "DicomRtImport.DoseUnitValue", "0.0001")
    image = _scalar_volume(scene, "CT", case.image.values, case.image.ijk_to_ras)
    values = case.dose.values_gy.astype(np.float32)
    dose = _scalar_volume(scene, "RTDOSE: Plan", values, case.dose.ijk_to_ras)
    dose.SetAttribute("DicomRtImport.DoseVolume", "1")
    structures = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "RTSTRUCT: Plan")
    structures.GetSegmentation().SetSourceRepresentationName("Planar contour")
    structures.GetSegmentation().SetConversionParameter("Default slice thickness", "2.5")
    for structure in case.structures:
        add_roi(structures, structure)
    for node, name, uid in (
        (image, "DICOM", case.uids.get("image_series", "1.1")),
        (dose, "DICOMInstanceUID", case.uids.get("dose", "1.2")),
        (structures, "DICOMInstanceUID", case.uids.get("structure_set", "1.3")),
    ):
        hierarchy.SetItemUID(hierarchy.CreateItem(study, node), name, uid)
    return Loaded(image, dose, structures)


def add_roi(node, structure: Structure) -> str:
    """A segment with closed lines; the ID is what Slicer makes of the name."""
    segment = closed_lines(structure.name, structure.contours())
    node.GetSegmentation().AddSegment(segment)
    segment.SetTag("DicomRtImport.RoiNumber", str(structure.number))
    return node.GetSegmentation().GetSegmentIdBySegment(segment)


def closed_lines(name: str, contours: Iterable[Any]) -> Any:
    """A segment whose contours are closed lines."""
    import slicer
    import vtk

    points, lines = vtk.vtkPoints(), vtk.vtkCellArray()
    for contour in contours:
        ids = [points.InsertNextPoint(*p) for p in contour]
        lines.InsertNextCell(len(ids) + 1)
        for point_id in (*ids, ids[0]):
            lines.InsertCellPoint(point_id)
    polydata = vtk.vtkPolyData()
    polydata.SetPoints(points)
    polydata.SetLines(lines)
    segment = slicer.vtkSegment()
    segment.SetName(name)
    segment.AddRepresentation("Planar contour", polydata)
    return segment
