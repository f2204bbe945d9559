"""SlicerRT's dose-volume histogram, stepped around what goes wrong in it.

One segment a computation: `ComputeDvh` gives up all later segments at the first that fails, and
returns with the parameter node's events still held back. Oversampling stays at SlicerRT's fixed 2:
automatic oversampling fails for every segmentation whose source is a label map. `StartValue` stays
at 0.1 Gy, since 0 would be the width of a bin. `AddDvhToChart` switches the user's layout, so the
curves are plotted here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...case import InputError
from ...dose import MetricName
from .doses import is_dose_volume
from .installation import module_logic, new_node

OWN_ATTRIBUTE = "SpineRadiosurgery.SecondOpinion"
CREATED_ROLE = "DoseVolumeHistogram.createdDvhArrayRef"
ROW_ATTRIBUTE = "DoseVolumeHistogram.TableRow"
DEFAULT_COLUMNS = 7
"""Show, structure, dose, volume, mean, minimum, maximum: `NumberOfDefaultColumns`."""
WHOLE_VOLUME_COLUMNS = {"Volume": 3, "Mean": 4, "Min": 5, "Max": 6}
"""Columns of the metrics table by their number: their titles are translated."""


def compute(dose_node: Any, segmentation_node: Any, segment_ids: Iterable[str]) -> dict[str, str]:
    """Let SlicerRT compute histograms, in place of the ones computed here before.

    Returns
    -------
    dict of str to str
        By segment ID what SlicerRT complained about, "" for success.

    Raises
    ------
    InputError
        SlicerRT is not there, or the volume is not marked as a dose.
    """
    if not is_dose_volume(dose_node):
        raise InputError(
            f"Volume {dose_node.GetName()} is not marked as a dose, so SlicerRT would make an "
            "intensity histogram of it; mark it as a dose in Gy first."
        )
    logic = module_logic("dosevolumehistogram")
    remove_histograms(dose_node, segmentation_node)
    scene = dose_node.GetScene()
    name = f"SlicerRT DVH of {dose_node.GetName()}"
    node = new_node(scene, "vtkMRMLDoseVolumeHistogramNode", name)
    node.SetAttribute(OWN_ATTRIBUTE, "1")
    node.SetAndObserveDoseVolumeNode(dose_node)
    node.SetAndObserveSegmentationNode(segmentation_node)
    node.SetAutomaticOversampling(False)
    complaints = {
        segment_id: _compute_one(logic, node, segment_id)
        for segment_id in dict.fromkeys(segment_ids)
    }
    succeeded = [segment_id for segment_id, text in complaints.items() if not text]
    if succeeded and any(complaints.values()):
        # Only a computation that succeeds lets the logic speak to its panel again.
        _compute_one(logic, node, succeeded[-1])
    return complaints


def _compute_one(logic: Any, node: Any, segment_id: str) -> str:
    node.SetSelectedSegmentIDs([segment_id])
    complaint = str(logic.ComputeDvh(node))
    if complaint and node.GetDisableModifiedEvent():
        node.EndModify(0)
    return complaint


def metrics(
    dose_node: Any, segmentation_node: Any, segment_ids: Sequence[str], asked: Sequence[MetricName]
) -> dict[str, dict[str, float]]:
    """Read metrics of computed histograms from SlicerRT's table.

    Returns
    -------
    dict of str to dict of str to float
        By segment ID and metric name; what SlicerRT has no number for is left out.
    """
    node = find_histograms(dose_node, segmentation_node)
    logic = module_logic("dosevolumehistogram")
    columns = _ask(logic, node, asked)
    table = node.GetMetricsTableNode().GetTable()
    found: dict[str, dict[str, float]] = {}
    for segment_id in segment_ids:
        curve = curve_table(node, segment_id)
        if curve is None:
            continue
        row = int(curve.GetAttribute(ROW_ATTRIBUTE))
        texts = {name: table.GetValue(row, column).ToString() for name, column in columns.items()}
        found[segment_id] = {name: float(text) for name, text in texts.items() if text}
    return found


def _ask(logic: Any, node: Any, asked: Sequence[MetricName]) -> dict[str, int]:
    """Have the metrics put into the table; their columns by name.

    V metrics come before D metrics, whatever was in the table: both are removed and appended.
    """
    doses = list(dict.fromkeys(name.at for name in asked if name.kind == "V"))
    volumes = {
        unit: list(dict.fromkeys(n.at for n in asked if n.kind == "D" and n.at_unit == unit))
        for unit in ("cc", "%")
    }
    node.SetVDoseValues(_numbers(doses))
    node.SetShowVMetricsCc(bool(doses))
    node.SetShowVMetricsPercent(bool(doses))
    node.SetDVolumeValuesCc(_numbers(volumes["cc"]))
    node.SetDVolumeValuesPercent(_numbers(volumes["%"]))
    node.SetShowDMetrics(bool(volumes["cc"] or volumes["%"]))
    if not (logic.ComputeVMetrics(node) and logic.ComputeDMetrics(node)):
        raise InputError("SlicerRT could not read metrics off its histogram; see the error log.")
    order = [("V", dose, unit) for dose in doses for unit in ("cc", "%")]
    order += [("D", volume, unit) for unit in ("cc", "%") for volume in volumes[unit]]
    return {name.name: _column(name, order) for name in asked}


def _column(name: MetricName, order: Sequence[tuple[str, float, str]]) -> int:
    if name.kind in WHOLE_VOLUME_COLUMNS:
        return WHOLE_VOLUME_COLUMNS[name.kind]
    unit = name.unit if name.kind == "V" else name.at_unit
    return DEFAULT_COLUMNS + order.index((name.kind, name.at, unit))


def _numbers(values: Iterable[float]) -> str:
    return ",".join(f"{value:.10g}" for value in values)


def find_histograms(dose_node: Any, segmentation_node: Any) -> Any:
    """Return the parameter node made here for a dose and a segmentation; None without one."""
    for node in _nodes(dose_node.GetScene(), "vtkMRMLDoseVolumeHistogramNode"):
        if (
            node.GetAttribute(OWN_ATTRIBUTE)
            and node.GetDoseVolumeNode() is dose_node
            and node.GetSegmentationNode() is segmentation_node
        ):
            return node
    return None


def curve_table(node: Any, segment_id: str) -> Any:
    """Return the table of one segment's curve, dose and percent of volume; None without one."""
    return node.GetMetricsTableNode().GetNodeReference(node.AssembleDvhNodeReference(segment_id))


def histogram_series(
    dose_node: Any, segmentation_node: Any, colors: Mapping[str, Sequence[float]]
) -> dict[str, Any]:
    """Make plot series of SlicerRT's curves, dashed, to be laid over our own in a chart.

    Parameters
    ----------
    dose_node : vtkMRMLScalarVolumeNode
    segmentation_node : vtkMRMLSegmentationNode
    colors : mapping of str to sequence of three float
        Colour 0..1 by segment ID; only these are drawn.

    Returns
    -------
    dict of str to vtkMRMLPlotSeriesNode
        By segment ID; a segment that SlicerRT failed for has none. Volumes are in percent.
    """
    node = find_histograms(dose_node, segmentation_node)
    if node is None:
        return {}
    found = {}
    for segment_id, color in colors.items():
        table = curve_table(node, segment_id)
        if table is not None:
            name = segmentation_node.GetSegmentation().GetSegment(segment_id).GetName()
            found[segment_id] = _series(table, f"{name} (SlicerRT)", color)
    return found


def _series(table: Any, name: str, color: Sequence[float]) -> Any:
    series = table.GetScene().AddNewNodeByClass("vtkMRMLPlotSeriesNode", name)
    series.SetAndObserveTableNodeID(table.GetID())
    series.SetXColumnName(table.GetTable().GetColumnName(0))
    series.SetYColumnName(table.GetTable().GetColumnName(1))
    series.SetPlotType(series.PlotTypeScatter)
    series.SetMarkerStyle(series.MarkerStyleNone)
    series.SetLineStyle(series.LineStyleDash)
    series.SetColor(*color)
    return series


def remove_histograms(dose_node: Any, segmentation_node: Any) -> None:
    """Remove what `compute` and `histogram_series` left in the scene for these two nodes."""
    node = find_histograms(dose_node, segmentation_node)
    if node is None:
        return
    scene = dose_node.GetScene()
    metrics_table = node.GetMetricsTableNode()
    tables = [metrics_table.GetNodeReference(role) for role in _curve_roles(metrics_table)]
    series = [n for n in _nodes(scene, "vtkMRMLPlotSeriesNode") if n.GetTableNode() in tables]
    chart = node.GetNodeReference("chartRef")
    removed = [n for n in (*series, *tables, metrics_table, chart, node) if n is not None]
    ids = {n.GetID() for n in removed}
    for owner in (dose_node, segmentation_node):
        for number in reversed(range(owner.GetNumberOfNodeReferences(CREATED_ROLE))):
            if owner.GetNthNodeReferenceID(CREATED_ROLE, number) in ids:
                owner.RemoveNthNodeReferenceID(CREATED_ROLE, number)
    for node_id in ids:
        scene.RemoveNode(scene.GetNodeByID(node_id))


def _curve_roles(metrics_table: Any) -> list[str]:
    """Roles under which a metrics table refers to the curves."""
    count = metrics_table.GetNumberOfNodeReferenceRoles()
    roles = (metrics_table.GetNthNodeReferenceRole(number) for number in range(count))
    return [role for role in roles if role.startswith("DoseVolumeHistogram.")]


def _nodes(scene: Any, class_name: str) -> list[Any]:
    count = scene.GetNumberOfNodesByClass(class_name)
    return [scene.GetNthNodeByClass(number, class_name) for number in range(count)]
