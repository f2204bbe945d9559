"""The cumulative dose-volume histogram: a table, a series a structure and a chart."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..case import Structure
from ..report import Report
from ..report.limits import MarkedLimit, paper_or_protocol_limit
from .appearance import LIMIT_RGB, curve_rgb
from .tables import Column, table_node

STEP_GY = 0.05
DOSE_COLUMN = "Dose"
_NOT_DRAWN = ("external", "vertebra")


def dvh_nodes(scene: Any, report: Report, structures: dict[str, Structure]) -> dict[str, Any]:
    """Add the histogram of a report to a scene.

    Volumes are in percent of what lies inside the dose grid. The deciding limit is marked by two
    lines, for the paper 10 Gy and 10 %.

    Parameters
    ----------
    scene : vtkMRMLScene
    report : Report
    structures : dict of str to Structure
        Those to draw, by name; the ones without dose are left out.

    Returns
    -------
    dict of str to vtkMRMLNode
        "table", "limit_table", "chart" and "series: NAME" for every curve.
    """
    drawn = {
        name: structure
        for name, structure in structures.items()
        if report.samples[name].covered_cc > 0 and report.roles.get(name) not in _NOT_DRAWN
    }
    doses = _doses(report, list(drawn))
    columns = [Column(DOSE_COLUMN, doses, "Gy")]
    for name in drawn:
        samples = report.samples[name]
        columns.append(Column(name, 100.0 * samples.cumulative(doses) / samples.covered_cc, "%"))
    table = table_node(scene, "DVH", columns)
    nodes: dict[str, Any] = {"table": table}
    for number, (name, structure) in enumerate(drawn.items()):
        role = report.roles.get(name, "organ")
        series = series_node(scene, name, table, DOSE_COLUMN, name)
        series.SetColor(*curve_rgb(structure, role, number))
        series.SetLineWidth(3 if role in ("target", "cord_volume") else 2)
        nodes[f"series: {name}"] = series
    limit = paper_or_protocol_limit(report)
    nodes.update(_limit_nodes(scene, limit, float(doses[-1])))
    chart = scene.AddNewNodeByClass("vtkMRMLPlotChartNode", "DVH chart")
    for key, node in nodes.items():
        if key.startswith("series"):
            chart.AddAndObservePlotSeriesNodeID(node.GetID())
    _set_axes(chart, f"{report.case.identifier}: dose-volume histogram", float(doses[-1]))
    nodes["chart"] = chart
    return nodes


def _doses(report: Report, names: list[str]) -> np.ndarray:
    largest = max((report.samples[name].max_gy for name in names), default=0.0)
    largest = max(largest, report.prescription.dose_gy)
    return np.round(np.arange(int(np.floor(largest / STEP_GY)) + 2) * STEP_GY, 6)


def series_node(scene: Any, name: str, table: Any, x_column: str, y_column: str) -> Any:
    """Add a solid line without markers, of two columns of a table."""
    node = scene.AddNewNodeByClass("vtkMRMLPlotSeriesNode", name)
    node.SetAndObserveTableNodeID(table.GetID())
    node.SetXColumnName(x_column)
    node.SetYColumnName(y_column)
    node.SetPlotType(node.PlotTypeScatter)
    node.SetMarkerStyle(node.MarkerStyleNone)
    node.SetLineStyle(node.LineStyleSolid)
    return node


def _limit_nodes(scene: Any, limit: MarkedLimit, largest_gy: float) -> dict[str, Any]:
    table = table_node(
        scene,
        "DVH limit",
        [
            Column("Limit dose", [limit.dose_gy, limit.dose_gy], "Gy"),
            Column("Any volume", [0.0, 100.0], "%"),
            Column("Any dose", [0.0, largest_gy], "Gy"),
            Column("Limit volume", [limit.percent, limit.percent], "%"),
        ],
    )
    lines = {
        f"{limit.dose_gy:g} Gy": ("Limit dose", "Any volume"),
        f"{limit.percent:g} %": ("Any dose", "Limit volume"),
    }
    nodes: dict[str, Any] = {"limit_table": table}
    for name, (x_column, y_column) in lines.items():
        series = series_node(scene, name, table, x_column, y_column)
        series.SetColor(*(c / 255 for c in LIMIT_RGB))
        series.SetLineStyle(series.LineStyleDash)
        series.SetLineWidth(1)
        nodes[f"series: {name}"] = series
    return nodes


def _set_axes(chart: Any, title: str, largest_gy: float) -> None:
    chart.SetTitle(title)
    chart.SetXAxisTitle("dose (Gy)")
    chart.SetYAxisTitle("volume (%)")
    chart.SetXAxisRangeAuto(False)
    chart.SetXAxisRange(0.0, largest_gy)
    chart.SetYAxisRangeAuto(False)
    chart.SetYAxisRange(0.0, 100.0)
    chart.SetGridVisibility(True)
    chart.SetLegendVisibility(True)
