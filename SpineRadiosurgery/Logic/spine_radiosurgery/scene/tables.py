"""Result tables as table nodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..report import Report


@dataclass(frozen=True)
class Column:
    """One column of a table: texts, or numbers with nan where there is none.

    Attributes
    ----------
    name : str
    values : sequence of str, sequence of float or array
    unit : str
        "Gy", "cc", "%" or "".
    """

    name: str
    values: Sequence[str] | Sequence[float] | np.ndarray
    unit: str = ""


def table_node(scene: Any, name: str, columns: Sequence[Column]) -> Any:
    """Add a table to a scene.

    Parameters
    ----------
    scene : vtkMRMLScene
    name : str
    columns : sequence of Column
        Of equal length and with unique names.

    Returns
    -------
    vtkMRMLTableNode
        Locked: results are not edited by hand.
    """
    import vtk

    node = scene.AddNewNodeByClass("vtkMRMLTableNode", name)
    for column in columns:
        array = _array(column.values)
        array.SetName(column.name)
        node.AddColumn(array)
        numeric = array.IsNumeric()
        node.SetColumnType(column.name, vtk.VTK_DOUBLE if numeric else vtk.VTK_STRING)
        if column.unit:
            node.SetColumnUnitLabel(column.name, column.unit)
    node.SetUseColumnTitleAsColumnHeader(True)
    node.SetLocked(True)
    return node


def constraints_table(scene: Any, report: Report) -> Any:
    """Add the constraints of a report, one row each."""
    rows = report.constraints
    return table_node(
        scene,
        "Constraints",
        [
            Column("Status", [r.status for r in rows]),
            Column("Structure", [r.structure for r in rows]),
            Column("Metric", [r.metric for r in rows]),
            Column("Value", [r.value for r in rows]),
            Column("Uncertainty", [r.uncertainty for r in rows]),
            Column("Comparator", [r.comparator for r in rows]),
            Column("Limit", [r.limit for r in rows]),
            Column("Unit", [r.unit for r in rows]),
            Column("Role", [r.role for r in rows]),
            Column("Reason", [r.reason for r in rows]),
            Column("Protocol", [r.protocol for r in rows]),
            Column("Citation", [r.citation for r in rows]),
            Column("Verified", ["yes" if r.verified else "no" for r in rows]),
        ],
    )


def metrics_table(scene: Any, report: Report) -> Any:
    """Add the metrics of a report, one row each."""
    rows = report.metrics
    return table_node(
        scene,
        "Metrics",
        [
            Column("Structure", [r.structure for r in rows]),
            Column("Metric", [r.metric.name for r in rows]),
            Column("Value", [r.metric.value for r in rows]),
            Column("Unit", [r.metric.unit for r in rows]),
            Column("Uncertainty", [r.metric.uncertainty for r in rows]),
            Column("Reason", [r.metric.reason for r in rows]),
        ],
    )


def _array(values: Sequence[str] | Sequence[float] | np.ndarray) -> Any:
    import vtk
    from vtkmodules.util.numpy_support import numpy_to_vtk

    if len(values) and isinstance(values[0], str):
        array = vtk.vtkStringArray()
        for value in values:
            array.InsertNextValue(_one_line(str(value)))
        return array
    return numpy_to_vtk(np.asarray(values, dtype=np.float64), deep=True)


def _one_line(text: str) -> str:
    """Text that a tab-separated file keeps in one cell."""
    return " ".join(text.split())
