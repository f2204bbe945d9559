"""The plot of tumor volume after treatment, which goes with a record's node."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...assessment import VolumeCourse
from ...case import InputError
from ..hierarchy import place_beside, remove_node
from ..plots import series_node
from ..tables import Column, table_node
from ..whole import whole_step
from .provenance import note_provenance
from .records import PREFIX

STEP = "volume response"
CHART = f"{PREFIX}Response"
_PARTS = f"{PREFIX}ResponseParts"
_KIND_RGB = {
    "epidural": (0.78, 0.16, 0.16),
    "paraspinal": (0.0, 0.47, 0.66),
    "tumour": (0.3, 0.3, 0.3),
}
_BASELINE_RGB = (0.55, 0.55, 0.55)


def chart_of(record_node: Any) -> Any:
    """Return the chart that was drawn of a record; None where there is none."""
    return record_node.GetNodeReference(CHART)


def draw_response(record_node: Any, courses: Sequence[VolumeCourse]) -> Any:
    """Draw the volumes of a record in percent of the baseline over days.

    A chart that was drawn of this record before is drawn anew and stays where it is shown.

    Parameters
    ----------
    record_node : vtkMRMLTextNode
    courses : sequence of VolumeCourse
        Those without a baseline, or with one of 0 cc, are left out.

    Returns
    -------
    vtkMRMLPlotChartNode

    Raises
    ------
    InputError
        No volume can be told in percent of a baseline; a former chart stays as it was.
    """
    drawn = [course for course in courses if not course.reason]
    if not drawn:
        why = next((course.reason for course in courses), "No tumor volume is recorded.")
        raise InputError(f"There is no response to plot. {why}")
    scene, former = record_node.GetScene(), _parts_of(record_node)
    with whole_step(scene):
        parts = [node for course in drawn for node in _course_nodes(scene, course)]
        parts += _baseline_nodes(scene, drawn)
        chart = chart_of(record_node) or _chart_node(scene)
    chart.RemoveAllPlotSeriesNodeIDs()
    record_node.RemoveNodeReferenceIDs(_PARTS)
    for node in former:
        remove_node(node)
    for node in parts:
        record_node.AddNodeReferenceID(_PARTS, node.GetID())
        if node.IsA("vtkMRMLPlotSeriesNode"):
            chart.AddAndObservePlotSeriesNodeID(node.GetID())
    chart.SetTitle(f"{record_node.GetName()}: tumor volume after treatment")
    record_node.SetNodeReferenceID(CHART, chart.GetID())
    place_beside(record_node, [chart, *parts])
    return chart


def remove_chart(record_node: Any) -> None:
    """Remove the chart that was drawn of a record, and all that belongs to it."""
    for node in (chart_of(record_node), *_parts_of(record_node)):
        if node is not None:
            remove_node(node)


def _parts_of(record_node: Any) -> list[Any]:
    count = record_node.GetNumberOfNodeReferences(_PARTS)
    found = (record_node.GetNthNodeReference(_PARTS, number) for number in range(count))
    return [node for node in found if node is not None]


def _course_nodes(scene: Any, course: VolumeCourse) -> list[Any]:
    assert course.baseline_cc
    points = course.points
    table = table_node(
        scene,
        f"{course.title} volume",
        [
            Column("Day", [float(point.day) for point in points], "d"),
            Column("Volume", [point.volume_cc for point in points], "cc"),
            Column("Share", [100.0 * p.volume_cc / course.baseline_cc for p in points], "%"),
        ],
    )
    series = series_node(scene, course.title, table, "Day", "Share")
    series.SetColor(*_KIND_RGB[course.kind])
    series.SetLineWidth(2)
    series.SetMarkerStyle(series.MarkerStyleCircle)
    return [table, series]


def _baseline_nodes(scene: Any, courses: Sequence[VolumeCourse]) -> list[Any]:
    days = [float(point.day) for course in courses for point in course.points]
    table = table_node(
        scene,
        "Baseline volume",
        [Column("Day", [min(days), max(days)], "d"), Column("Share", [100.0, 100.0], "%")],
    )
    series = series_node(scene, "Baseline", table, "Day", "Share")
    series.SetColor(*_BASELINE_RGB)
    series.SetLineStyle(series.LineStyleDash)
    series.SetLineWidth(1)
    return [table, series]


def _chart_node(scene: Any) -> Any:
    chart = scene.AddNewNodeByClass("vtkMRMLPlotChartNode", "Volume response chart")
    chart.SetXAxisTitle("days after treatment")
    chart.SetYAxisTitle("volume (% of baseline)")
    chart.SetGridVisibility(True)
    chart.SetLegendVisibility(True)
    note_provenance(chart, STEP, {}, {})
    return chart
