"""The layout of this tool: three slices, the 3-D view and the plot together."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from .headless import add_singleton

LAYOUT_ID = 16531
"""Slicer's own layouts have numbers up to 100, and asks custom ones to stay above 500."""
NAME = "Spine radiosurgery"

_SLICES = {
    "Red": ("Axial", "R", "#F34A33"),
    "Yellow": ("Sagittal", "Y", "#EDD54C"),
    "Green": ("Coronal", "G", "#6EB04B"),
}
_LAYOUT_TAG = "vtkMRMLLayoutNode"


def description() -> str:
    """Return the layout as Slicer's XML.

    Axial slice and plot above, as the two that are read together; sagittal, coronal and 3-D below.
    """
    root = ElementTree.Element("layout", type="vertical", split="true")
    upper, lower = _row(root, "560"), _row(root, "440")
    _slice_view(upper, "Red", "500")
    _view(upper, "500", "vtkMRMLPlotViewNode", "PlotView1", {"viewlabel": "P"})
    _slice_view(lower, "Yellow", "333")
    _slice_view(lower, "Green", "333")
    _view(lower, "334", "vtkMRMLViewNode", "1", {"viewlabel": "1"})
    return ElementTree.tostring(root, encoding="unicode")


def register(scene: Any) -> Any:
    """Make the layout known to a scene; cheap, and without effect where it is known.

    Called when the panel is made, so that a scene that was saved in this layout opens in it, and
    whenever the panel is entered. Closing or opening a scene leaves it known.

    Parameters
    ----------
    scene : vtkMRMLScene

    Returns
    -------
    vtkMRMLLayoutNode or None
        None where the scene has no layout node, as without a main window. None is made then: the
        layout manager would find it without a layout and show no views.
    """
    node = scene.GetSingletonNode(_LAYOUT_TAG, "vtkMRMLLayoutNode")
    if node is not None:
        _describe(node)
    return node


def show(scene: Any, *, chart: Any = None) -> int:
    """Switch to the layout; returns the number of the one before, for `restore`.

    Without a layout manager the layout node keeps the number, and a Slicer that opens the scene
    follows it.

    Parameters
    ----------
    scene : vtkMRMLScene
    chart : vtkMRMLPlotChartNode, optional
        Shown in the plot view.
    """
    node = add_singleton(scene, "vtkMRMLLayoutNode", _LAYOUT_TAG)
    _describe(node)
    former: int = node.GetViewArrangement()
    node.SetViewArrangement(LAYOUT_ID)
    if chart is not None:
        plot = add_singleton(scene, "vtkMRMLPlotViewNode", "PlotView1")
        plot.SetLayoutName("PlotView1")
        plot.SetPlotChartNodeID(chart.GetID())
        selection = add_singleton(scene, "vtkMRMLSelectionNode", "Singleton")
        selection.SetActivePlotChartID(chart.GetID())
    return former


def restore(scene: Any, former: int) -> None:
    """Go back to the layout before `show`, unless the user has chosen another since."""
    node = register(scene)
    if node is None or node.GetViewArrangement() != LAYOUT_ID:
        return
    if node.IsLayoutDescription(former):
        node.SetViewArrangement(former)


def _describe(node: Any) -> None:
    if node.IsLayoutDescription(LAYOUT_ID):
        node.SetLayoutDescription(LAYOUT_ID, description())
    else:
        node.AddLayoutDescription(LAYOUT_ID, description())


def _row(root: ElementTree.Element, size: str) -> ElementTree.Element:
    item = ElementTree.SubElement(root, "item", splitSize=size)
    return ElementTree.SubElement(item, "layout", type="horizontal", split="true")


def _slice_view(row: ElementTree.Element, name: str, size: str) -> None:
    orientation, label, color = _SLICES[name]
    properties = {"orientation": orientation, "viewlabel": label, "viewcolor": color}
    _view(row, size, "vtkMRMLSliceNode", name, properties)


def _view(
    row: ElementTree.Element, size: str, class_name: str, tag: str, properties: dict[str, str]
) -> None:
    item = ElementTree.SubElement(row, "item", splitSize=size)
    view = ElementTree.SubElement(item, "view", {"class": class_name, "singletontag": tag})
    for name, text in properties.items():
        ElementTree.SubElement(view, "property", name=name, action="default").text = text
