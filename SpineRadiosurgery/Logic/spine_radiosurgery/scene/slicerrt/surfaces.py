"""Isodose surfaces from SlicerRT's Isodose module, with our levels and colours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...case import InputError
from ..isodoses import checked_levels, level_rgb
from .doses import is_dose_volume
from .installation import module_logic, new_node

OWN_ATTRIBUTE = "SpineRadiosurgery.Isodoses"


def isodose_surfaces(
    dose_node: Any, levels_gy: Sequence[float], *, prescription_gy: float | None = None
) -> Any:
    """Let SlicerRT make isodose surfaces, all levels in one model.

    SlicerRT smooths its surfaces and shows them in its own Isodose module; `scene.isodoses` makes
    unsmoothed ones, one model a level, without SlicerRT. The colours of the dose wash stay: with
    its real-time flag SlicerRT leaves them alone.

    Parameters
    ----------
    dose_node : vtkMRMLScalarVolumeNode
        Marked as a dose, in Gy.
    levels_gy : sequence of float
    prescription_gy : float, optional
        For the colours, which are those of the dose wash.

    Returns
    -------
    vtkMRMLModelNode

    Raises
    ------
    InputError
        SlicerRT is not there, the volume is not marked as a dose, a level is not positive, or no
        level is reached.
    """
    levels = checked_levels(levels_gy)
    if not is_dose_volume(dose_node):
        raise InputError(
            f"Volume {dose_node.GetName()} is not marked as a dose; mark it as a dose in Gy first."
        )
    logic = module_logic("isodose")
    node = _parameter_node(dose_node)
    former = node.GetColorTableNode()
    node.SetAndObserveColorTableNode(_color_table(dose_node, levels, prescription_gy))
    if former is not None and former.GetAttribute(OWN_ATTRIBUTE):
        dose_node.GetScene().RemoveNode(former)
    node.SetDoseUnits(node.Gy)
    node.SetRelativeRepresentationFlag(False)
    node.SetRealTime(True)
    if not logic.CreateIsodoseSurfaces(node):
        listed = ", ".join(f"{level:g}" for level in levels)
        raise InputError(
            f"SlicerRT found no isodose surface of {dose_node.GetName()} at {listed} Gy; "
            "choose lower levels."
        )
    return node.GetIsosurfacesModelNode()


def _parameter_node(dose_node: Any) -> Any:
    """The node made here before for this dose, which keeps its model, else a new one."""
    scene = dose_node.GetScene()
    for number in range(scene.GetNumberOfNodesByClass("vtkMRMLIsodoseNode")):
        node = scene.GetNthNodeByClass(number, "vtkMRMLIsodoseNode")
        if node.GetAttribute(OWN_ATTRIBUTE) and node.GetDoseVolumeNode() is dose_node:
            return node
    node = new_node(scene, "vtkMRMLIsodoseNode", f"Isodoses of {dose_node.GetName()}")
    node.SetAttribute(OWN_ATTRIBUTE, "1")
    node.SetAndObserveDoseVolumeNode(dose_node)
    return node


def _color_table(dose_node: Any, levels_gy: Sequence[float], prescription_gy: float | None) -> Any:
    """A colour a level; the colour's name is the level in Gy, which SlicerRT reads back."""
    name = f"{dose_node.GetName()} isodose levels"
    table = dose_node.GetScene().AddNewNodeByClass("vtkMRMLColorTableNode", name)
    table.SetAttribute(OWN_ATTRIBUTE, "1")
    table.SetTypeToUser()
    table.SetNumberOfColors(len(levels_gy))
    table.GetLookupTable().SetTableRange(0, len(levels_gy) - 1)
    highest_gy = dose_node.GetImageData().GetScalarRange()[1]
    for index, level in enumerate(levels_gy):
        red, green, blue = level_rgb(level, prescription_gy, highest_gy)
        table.SetColor(index, f"{level:.10g}", red, green, blue, 1.0)
    return table
