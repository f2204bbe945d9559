"""Step 6: the report's folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...geometry import report_progress, stage
from ...report import Report
from ..bundle import write_scene
from .evaluations import evaluated_again, refuse_stale

PACKAGES = ("jinja2", "matplotlib")
"""What writing a report needs and 3D Slicer does not bundle."""


def export_report(
    constraints_node: Any, folder: str | Path, *, report: Report | None = None, scene: bool = True
) -> Path:
    """Write the report of an evaluation: page, JSON, tables, pictures, `case.mrb`.

    Parameters
    ----------
    constraints_node : vtkMRMLTableNode
        Of `evaluations.add_evaluation`.
    folder : path
        New, empty or with a report of ours.
    report : Report, optional
        Of this very table; without it the plan is evaluated once more.
    scene : bool
        Whether to write `case.mrb`.

    Returns
    -------
    Path
        Of `report.html`.

    Raises
    ------
    InputError
        The inputs were changed since the evaluation, or the folder cannot be used.
    """
    report_progress("Preparing the report", 0.0)
    from ...report.writing import check_output, write_report

    target = Path(folder)
    check_output(target)
    checked = 0.5 if report is None else 0.1
    with stage("Checking the evaluation", 0.0, checked):
        if report is None:
            report = evaluated_again(constraints_node)
        else:
            refuse_stale(constraints_node)
    with stage("Writing the report", checked, 1.0):
        write_report(report, target, write_scene=write_scene if scene else None)
    return target / "report.html"
