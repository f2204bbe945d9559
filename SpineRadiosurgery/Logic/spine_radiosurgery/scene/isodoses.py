"""Isodose surfaces of a dose, as they are: one model a level, unsmoothed, in a folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..case import InputError
from .appearance import DOSE_COLOURS, WASH_TO, dose_rgb
from .arrays import FloatArray, set_voxels, vtk_matrix
from .hierarchy import place_under, remove_node
from .volumes import dose_grid_from_node

LEVELS_PERCENT = (50.0, 90.0, 100.0)
"""Of the prescription, as in the report's pictures."""
SOURCE_ROLE = "SpineRadiosurgery.IsodoseOf"
OPACITY = (0.25, 0.6)
"""In a 3-D view, of the lowest level and of the highest."""


@dataclass(frozen=True)
class IsodoseSurfaces:
    """Isodose surfaces in a scene.

    Attributes
    ----------
    models : tuple of vtkMRMLModelNode
        From the lowest level to the highest.
    folder_item : int
        Their folder in the subject hierarchy.
    not_reached_gy : tuple of float
        Levels above the largest dose, which have no surface.
    """

    models: tuple[Any, ...]
    folder_item: int
    not_reached_gy: tuple[float, ...]


def levels_of(levels_gy: Sequence[float], prescription_gy: float | None) -> Sequence[float]:
    """Return the levels asked for; without any, 50, 90 and 100 % of the prescription."""
    if levels_gy or prescription_gy is None:
        return levels_gy
    return [prescription_gy * percent / 100.0 for percent in LEVELS_PERCENT]


def create_isodose_surfaces(
    dose_node: Any, levels_gy: Sequence[float] = (), *, prescription_gy: float | None = None
) -> IsodoseSurfaces:
    """Make isodose surfaces of a dose, in place of those made before.

    The surfaces lie in world coordinates, where the dose's parent transforms put them, and do not
    follow a transform that is changed later. Between voxel centres the dose is interpolated
    linearly. A surface that leaves the dose grid is open there: the dose beyond is unknown.

    Parameters
    ----------
    dose_node : vtkMRMLScalarVolumeNode
        In Gy.
    levels_gy : sequence of float, optional
        By default 50, 90 and 100 % of the prescription.
    prescription_gy : float, optional
        For the percentages in the names, "16 Gy (100 %)", and the colours, which are those of the
        dose wash.

    Returns
    -------
    IsodoseSurfaces

    Raises
    ------
    InputError
        No levels and no prescription, a level that is not positive, no dose in Gy, or no level
        that the dose reaches.
    """
    levels = checked_levels(levels_of(levels_gy, prescription_gy))
    dose = dose_grid_from_node(dose_node)
    reached = [level for level in levels if dose.values_gy.min() < level <= dose.max_gy]
    if not reached:
        raise InputError(
            f"Dose {dose_node.GetName()} lies between {dose.values_gy.min():g} and "
            f"{dose.max_gy:g} Gy and has no surface at the levels asked; choose others."
        )
    remove_isodose_surfaces(dose_node)
    models = []
    for level, opacity in zip(reached, np.linspace(*OPACITY, len(reached)), strict=True):
        surface = isodose_polydata(dose.values_gy, dose.ijk_to_ras, level)
        colour = level_rgb(level, prescription_gy, dose.max_gy)
        name = level_name(level, prescription_gy)
        models.append(_model(dose_node, surface, name, colour, float(opacity)))
    folder_item = _in_folder(dose_node, models)
    missing = tuple(level for level in levels if level not in reached)
    return IsodoseSurfaces(tuple(models), folder_item, missing)


def isodose_polydata(values_gy: FloatArray, ijk_to_world: FloatArray, level_gy: float) -> Any:
    """Return the surface where a dose on a grid has a value, with normals that point outward.

    Parameters
    ----------
    values_gy : (k, j, i)
    ijk_to_world : (4, 4)
        May be oblique or left-handed.
    level_gy : float

    Returns
    -------
    vtkPolyData
    """
    import vtk

    image = vtk.vtkImageData()
    image.SetDimensions(*values_gy.shape[::-1])
    set_voxels(image, values_gy)
    contour = vtk.vtkFlyingEdges3D()
    contour.SetInputData(image)
    contour.SetValue(0, level_gy)
    contour.ComputeScalarsOff()
    contour.ComputeNormalsOff()
    transform = vtk.vtkTransform()
    transform.SetMatrix(vtk_matrix(ijk_to_world))
    placed = vtk.vtkTransformPolyDataFilter()
    placed.SetInputConnection(contour.GetOutputPort())
    placed.SetTransform(transform)
    last = placed
    if np.linalg.det(ijk_to_world[:3, :3]) < 0:
        last = vtk.vtkReverseSense()
        last.ReverseCellsOn()
        last.ReverseNormalsOff()
        last.SetInputConnection(placed.GetOutputPort())
    normals = vtk.vtkPolyDataNormals()
    normals.SetInputConnection(last.GetOutputPort())
    normals.SplittingOff()
    normals.ConsistencyOff()
    normals.Update()
    return normals.GetOutput()


def checked_levels(levels_gy: Sequence[float]) -> tuple[float, ...]:
    """Return levels in ascending order, each once.

    Raises
    ------
    InputError
        No level, or one that is no positive number.
    """
    levels = sorted({float(level) for level in levels_gy})
    if not levels:
        raise InputError("Isodoses need levels in Gy, or a prescription to take percentages of.")
    for level in levels:
        if not (np.isfinite(level) and level > 0):
            raise InputError(f"An isodose of {level:g} Gy cannot be drawn; give levels above 0 Gy.")
    return tuple(levels)


def level_name(level_gy: float, prescription_gy: float | None) -> str:
    """Return the name of a level: "16 Gy (100 %)", or "16 Gy" without a prescription."""
    if prescription_gy is None:
        return f"{level_gy:.4g} Gy"
    return f"{level_gy:.4g} Gy ({100.0 * level_gy / prescription_gy:.3g} %)"


def level_rgb(
    level_gy: float, prescription_gy: float | None, highest_gy: float
) -> tuple[float, float, float]:
    """Colour 0..1 of a level, the dose wash's at this dose.

    Without a prescription the colours end at the largest dose.
    """
    upper_gy = WASH_TO * prescription_gy if prescription_gy is not None else highest_gy
    share = min(level_gy / upper_gy, 1.0) if upper_gy > 0 else 1.0
    red, green, blue = dose_rgb()[round(share * (DOSE_COLOURS - 1))].tolist()
    return red, green, blue


def remove_isodose_surfaces(dose_node: Any) -> None:
    """Remove the surfaces that were made of a dose, and their folder if nothing else is in it."""
    scene = dose_node.GetScene()
    hierarchy = scene.GetSubjectHierarchyNode()
    count = scene.GetNumberOfNodesByClass("vtkMRMLModelNode")
    models = [scene.GetNthNodeByClass(number, "vtkMRMLModelNode") for number in range(count)]
    folders = set()
    for model in models:
        if model.GetNodeReference(SOURCE_ROLE) is not dose_node:
            continue
        display = model.GetDisplayNode()
        item = hierarchy.GetItemByDataNode(model)
        if item:
            folders.add(hierarchy.GetItemParent(item))
        remove_node(model)
        if display is not None and display.GetScene() is scene:
            scene.RemoveNode(display)
    for folder in folders:
        is_own = bool(hierarchy.GetItemAttribute(folder, SOURCE_ROLE))
        if is_own and not hierarchy.GetNumberOfItemChildren(folder):
            hierarchy.RemoveItem(folder)


def _model(
    dose_node: Any, surface: Any, name: str, colour: tuple[float, float, float], opacity: float
) -> Any:
    model = dose_node.GetScene().AddNewNodeByClass("vtkMRMLModelNode", name)
    model.SetAndObservePolyData(surface)
    model.SetNodeReferenceID(SOURCE_ROLE, dose_node.GetID())
    model.CreateDefaultDisplayNodes()
    display = model.GetDisplayNode()
    display.SetColor(*colour)
    display.SetOpacity(opacity)
    display.SetScalarVisibility(False)
    display.SetBackfaceCulling(False)
    display.SetVisibility2D(True)
    display.SetSliceIntersectionThickness(1)
    return model


def _in_folder(dose_node: Any, models: Sequence[Any]) -> int:
    """Put models into one folder beside the dose; returns its item."""
    hierarchy = dose_node.GetScene().GetSubjectHierarchyNode()
    dose_item = hierarchy.GetItemByDataNode(dose_node)
    parent = hierarchy.GetItemParent(dose_item) if dose_item else hierarchy.GetSceneItemID()
    folder: int = hierarchy.CreateFolderItem(parent, f"Isodoses of {dose_node.GetName()}")
    hierarchy.SetItemAttribute(folder, SOURCE_ROLE, dose_node.GetID())
    for model in models:
        place_under(hierarchy, folder, model)
    return folder
