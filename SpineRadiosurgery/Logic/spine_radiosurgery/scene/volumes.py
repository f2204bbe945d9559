"""Planning image and dose as volume nodes, and back."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..case import DoseGrid, ImageVolume, InputError, Prescription
from .appearance import (
    CT_LEVEL_HU,
    CT_WINDOW_HU,
    DOSE_COLOURS,
    WASH_FROM,
    WASH_TO,
    dose_rgb,
)
from .arrays import numpy_matrix, set_voxels, voxels, vtk_matrix
from .transforms import matrix_to_world

DOSE_ATTRIBUTE = "DicomRtImport.DoseVolume"
"""Set to "1" on the volume node, this is how SlicerRT knows a dose."""
UNIT_ATTRIBUTE = "DicomRtImport.DoseUnitName"
"""Of the volume's study, where SlicerRT's import leaves the unit."""
DICOM_UNITS = {"GY": "Gy", "RELATIVE": "relative"}
"""Values of DICOM's Dose Units (3004,0002), as SlicerRT keeps them."""


def volume_node(scene: Any, image: ImageVolume) -> Any:
    """Add a planning image to a scene.

    Parameters
    ----------
    scene : vtkMRMLScene
    image : ImageVolume

    Returns
    -------
    vtkMRMLScalarVolumeNode
        CT shown with the soft-tissue window 400/40.
    """
    node = _scalar_volume(scene, image.label or image.modality, image.values, image.ijk_to_ras)
    node.SetAttribute("DICOM.Modality", image.modality)
    if image.modality == "CT":
        quantity = ("112031", "DCM", "Attenuation Coefficient")
        _set_quantity(node, quantity, "[hnsf'U]", "Hounsfield unit")
        display = node.GetDisplayNode()
        display.AutoWindowLevelOff()
        display.SetWindowLevel(CT_WINDOW_HU, CT_LEVEL_HU)
    return node


def dose_node(scene: Any, dose: DoseGrid, prescription: Prescription, *, name: str = "Dose") -> Any:
    """Add a dose to a scene, in Gy.

    Its own colour table runs from 0 Gy to 120 % of the prescription; below 20 % it is transparent.

    Parameters
    ----------
    scene : vtkMRMLScene
    dose : DoseGrid
    prescription : Prescription
    name : str

    Returns
    -------
    vtkMRMLScalarVolumeNode
        Marked as a dose the way SlicerRT does.
    """
    node = _scalar_volume(scene, name, dose.values_gy.astype(np.float32), dose.ijk_to_ras)
    node.SetAttribute(DOSE_ATTRIBUTE, "1")
    node.SetAttribute("DICOM.Modality", "RTDOSE")
    _set_quantity(node, ("128513", "DCM", "Absorbed Dose"), "Gy", "Gray")
    show_as_dose(node, prescription.dose_gy, dose.max_gy)
    return node


def show_as_dose(node: Any, prescription_gy: float, max_gy: float) -> None:
    """Show a volume node, whatever made it, in dose colours up to 120 % of the prescription.

    Parameters
    ----------
    node : vtkMRMLScalarVolumeNode
        In a scene; only its display changes.
    prescription_gy, max_gy : float
        The largest dose in the volume is shown, too.
    """
    upper_gy = WASH_TO * prescription_gy
    display = node.GetDisplayNode()
    colours = display.GetColorNode()
    if colours is None or colours.GetDescription() != _reach(upper_gy):
        display.SetAndObserveColorNodeID(dose_colour_node(node.GetScene(), upper_gy).GetID())
    display.AutoWindowLevelOff()
    display.SetWindowLevelMinMax(0.0, upper_gy)
    display.AutoThresholdOff()
    display.ApplyThresholdOn()
    display.SetThreshold(WASH_FROM * prescription_gy, max(max_gy, upper_gy))
    display.InterpolateOn()


def dose_colour_node(scene: Any, upper_gy: float, *, name: str = "Dose colors (Gy)") -> Any:
    """Add a colour table whose entries are named by their dose, "8.0 Gy", from 0 to `upper_gy`."""
    node = scene.AddNewNodeByClass("vtkMRMLColorTableNode", name)
    node.SetTypeToUser()
    node.SetNumberOfColors(DOSE_COLOURS)
    node.GetLookupTable().SetTableRange(0, DOSE_COLOURS - 1)
    for index, (red, green, blue) in enumerate(dose_rgb().tolist()):
        dose_gy = upper_gy * index / (DOSE_COLOURS - 1)
        node.SetColor(index, f"{dose_gy:.1f} Gy", red, green, blue, 1.0)
    node.SetHideFromEditors(False)
    node.SetAttribute("Category", "Dose")
    node.SetDescription(_reach(upper_gy))
    return node


def _reach(upper_gy: float) -> str:
    return f"Dose from 0 to {upper_gy:g} Gy"


def image_from_node(node: Any) -> ImageVolume:
    """Read a scalar volume node as a planning image, in world coordinates.

    Raises
    ------
    InputError
        No voxels, several components a voxel, or a transform above it that is not linear.
    """
    values, ijk_to_ras = read_voxels(node)
    modality = node.GetAttribute("DICOM.Modality") or "CT"
    thickness = float(np.linalg.norm(ijk_to_ras[:3, 2]))
    return ImageVolume(values.copy(), ijk_to_ras, modality, node.GetName(), thickness)


def dose_grid_from_node(node: Any) -> DoseGrid:
    """Read a scalar volume node as a dose in Gy, in world coordinates.

    Raises
    ------
    InputError
        As in `image_from_node`; the node says another unit than Gy; or the voxels are no dose.
    """
    unit = dose_unit(node)
    if unit not in ("", "Gy"):
        raise InputError(f"Dose {node.GetName()} is in {unit}, not in Gy; choose a dose in Gy.")
    values, ijk_to_ras = read_voxels(node)
    return DoseGrid(values, ijk_to_ras)


def dose_unit(node: Any) -> str:
    """Return the unit of a dose volume: "Gy", "relative", another text, or "" where none is said.

    The study's unit, where SlicerRT's import leaves it, else the unit of the voxels.
    """
    import slicer

    hierarchy = node.GetScene().GetSubjectHierarchyNode()
    item = hierarchy.GetItemByDataNode(node) if hierarchy is not None else 0
    if item:
        study = slicer.vtkMRMLSubjectHierarchyConstants.GetDICOMLevelStudy()
        found = hierarchy.GetAttributeFromItemAncestor(item, UNIT_ATTRIBUTE, study)
        if found:
            return DICOM_UNITS.get(found.upper(), str(found))
    units = node.GetVoxelValueUnits()
    return "" if units is None else str(units.GetCodeValue() or "")


def _scalar_volume(scene: Any, name: str, values: NDArray[Any], ijk_to_ras: ArrayLike) -> Any:
    import vtk

    image = vtk.vtkImageData()
    image.SetDimensions(*values.shape[::-1])
    set_voxels(image, values)
    node = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", name)
    node.SetIJKToRASMatrix(vtk_matrix(ijk_to_ras))
    node.SetAndObserveImageData(image)
    node.CreateDefaultDisplayNodes()
    return node


def _set_quantity(node: Any, quantity: tuple[str, str, str], unit: str, unit_name: str) -> None:
    import slicer

    for setter, code in (
        (node.SetVoxelValueQuantity, quantity),
        (node.SetVoxelValueUnits, (unit, "UCUM", unit_name)),
    ):
        entry = slicer.vtkCodedEntry()
        entry.SetValueSchemeMeaning(*code)
        setter(entry)


def read_voxels(node: Any) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """Return a view of a volume's voxels [k, j, i] and their ijk_to_ras in the world.

    Raises
    ------
    InputError
        As in `image_from_node`.
    """
    image = node.GetImageData()
    if image is None or image.GetNumberOfPoints() == 0 or image.GetPointData().GetScalars() is None:
        raise InputError(f"Volume {node.GetName()} has no voxels; load it again.")
    components = image.GetNumberOfScalarComponents()
    if components != 1:
        raise InputError(
            f"Volume {node.GetName()} has {components} values a voxel; choose another."
        )
    matrix = vtk_matrix(np.eye(4))
    node.GetIJKToRASMatrix(matrix)
    return voxels(image), matrix_to_world(node) @ numpy_matrix(matrix)
