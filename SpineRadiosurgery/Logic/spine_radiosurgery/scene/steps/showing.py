"""What the views show of a case: dose wash, plot, a place; where there are no views, nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..appearance import WASH_OPACITY
from ..volumes import read_voxels, show_as_dose


def show_dose_wash(dose_node: Any, image_node: Any, prescription_gy: float) -> None:
    """Show a dose in colours over the planning image in all slice views of its scene.

    Parameters
    ----------
    dose_node : vtkMRMLScalarVolumeNode
    image_node : vtkMRMLScalarVolumeNode or None
    prescription_gy : float
        The colours reach up to 120 % of it.
    """
    scene = dose_node.GetScene()
    if dose_node.GetDisplayNode() is None:
        dose_node.CreateDefaultDisplayNodes()
    show_as_dose(dose_node, prescription_gy, float(read_voxels(dose_node)[0].max()))
    for composite in _all(scene, "vtkMRMLSliceCompositeNode"):
        composite.SetBackgroundVolumeID(None if image_node is None else image_node.GetID())
        composite.SetForegroundVolumeID(dose_node.GetID())
        composite.SetForegroundOpacity(WASH_OPACITY if image_node is not None else 1.0)


def show_chart(chart_node: Any) -> None:
    """Show a chart in the plot views of its scene."""
    scene = chart_node.GetScene()
    for view in _all(scene, "vtkMRMLPlotViewNode"):
        view.SetPlotChartNodeID(chart_node.GetID())
    for selection in _all(scene, "vtkMRMLSelectionNode"):
        selection.SetActivePlotChartID(chart_node.GetID())


def jump_to(scene: Any, point_ras: ArrayLike) -> None:
    """Centre all slice views on a point.

    Parameters
    ----------
    scene : vtkMRMLScene
    point_ras : array_like, shape (3,)
        mm.
    """
    right, anterior, superior = np.asarray(point_ras, dtype=np.float64).tolist()
    for slice_node in _all(scene, "vtkMRMLSliceNode"):
        slice_node.JumpSliceByCentering(right, anterior, superior)


def _all(scene: Any, class_name: str) -> Iterator[Any]:
    for number in range(scene.GetNumberOfNodesByClass(class_name)):
        yield scene.GetNthNodeByClass(number, class_name)
