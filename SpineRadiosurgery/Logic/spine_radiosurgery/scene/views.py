"""What Slicer shows when it opens the scene: layout, slice views at a point, the plot."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .appearance import WASH_OPACITY
from .headless import add_singleton

SLICE_VIEWS = (("Red", "R", "Axial"), ("Yellow", "Y", "Sagittal"), ("Green", "G", "Coronal"))
"""Name, label and orientation of Slicer's own slice views."""
FIELD_OF_VIEW_MM = 140.0


def show_in_views(
    scene: Any, *, background: Any, foreground: Any, chart: Any, centre_ras: ArrayLike
) -> None:
    """Say which volumes, plot and place Slicer is to show; it follows when it opens the scene.

    Parameters
    ----------
    scene : vtkMRMLScene
    background, foreground : vtkMRMLScalarVolumeNode or None
        Planning image, and the dose over it.
    chart : vtkMRMLPlotChartNode
    centre_ras : array_like, shape (3,)
        RAS mm, where the three slices meet.
    """
    right, anterior, superior = np.asarray(centre_ras, dtype=np.float64).tolist()
    for name, label, orientation in SLICE_VIEWS:
        slice_node = add_singleton(scene, "vtkMRMLSliceNode", name)
        slice_node.SetLayoutName(name)
        slice_node.SetLayoutLabel(label)
        slice_node.SetLayoutColor(getattr(slice_node, f"Get{name}Color")())
        slice_node.SetOrientation(orientation)
        slice_node.SetDimensions(400, 400, 1)
        slice_node.SetFieldOfView(FIELD_OF_VIEW_MM, FIELD_OF_VIEW_MM, 1.0)
        slice_node.JumpSliceByCentering(right, anterior, superior)
        composite = add_singleton(scene, "vtkMRMLSliceCompositeNode", name)
        composite.SetLayoutName(name)
        composite.SetBackgroundVolumeID(_id(background))
        composite.SetForegroundVolumeID(_id(foreground))
        composite.SetForegroundOpacity(WASH_OPACITY if background is not None else 1.0)
    _show_plot(scene, chart)
    _select(scene, background, foreground, chart)


def _show_plot(scene: Any, chart: Any) -> None:
    plot_view = add_singleton(scene, "vtkMRMLPlotViewNode", "PlotView1")
    plot_view.SetLayoutName("PlotView1")
    plot_view.SetLayoutLabel("1")
    plot_view.SetPlotChartNodeID(chart.GetID())
    layout = add_singleton(scene, "vtkMRMLLayoutNode", "vtkMRMLLayoutNode")
    arrangement = layout.SlicerLayoutFourUpPlotView
    if not layout.IsLayoutDescription(arrangement):
        # Slicer's own layout of this number takes its place.
        layout.AddLayoutDescription(arrangement, '<layout type="tab"/>')
    layout.SetViewArrangement(arrangement)


def _select(scene: Any, background: Any, foreground: Any, chart: Any) -> None:
    selection = add_singleton(scene, "vtkMRMLSelectionNode", "Singleton")
    selection.SetActiveVolumeID(_id(background))
    selection.SetSecondaryVolumeID(_id(foreground))
    selection.SetActivePlotChartID(chart.GetID())


def _id(node: Any) -> str | None:
    return None if node is None else str(node.GetID())
