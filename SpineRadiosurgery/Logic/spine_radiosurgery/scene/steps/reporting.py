"""Step 6: the report's folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from ...geometry import report_progress, stage
from ...report import Report
from ...report.assessment import with_assessment
from ..bundle import write_scene
from .assessing import record_of
from .evaluations import evaluated_again, options_of, refuse_stale
from .provenance import changes_since

PACKAGES = ("jinja2", "matplotlib")
"""What writing a report needs and 3D Slicer does not bundle."""


def export_report(
    constraints_node: Any,
    folder: str | Path,
    *,
    report: Report | None = None,
    record: Any = None,
    scene: bool = True,
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
    record : vtkMRMLTextNode, optional
        Of `assessing.record_assessment`: the patient's record becomes part of the report.
    scene : bool
        Whether to write `case.mrb`.

    Returns
    -------
    Path
        Of `report.html`.

    Raises
    ------
    InputError
        The inputs were changed since the evaluation, the record cannot be read, or the folder
        cannot be used.
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
        if record is not None:
            report = with_record(report, record, options_of(constraints_node).previous_radiation)
    with stage("Writing the report", checked, 1.0):
        write_report(report, target, write_scene=write_scene if scene else None)
    return target / "report.html"


def with_record(report: Report, record_node: Any, previous_radiation: str) -> Report:
    """Return a report with the record that a node keeps, as `report.evaluate` makes it.

    Parameters
    ----------
    report : Report
        Without a record.
    record_node : vtkMRMLTextNode
    previous_radiation : str
        As the evaluation was asked for.

    Returns
    -------
    Report
        It warns where the record contradicts the plan, or where what the record was measured on
        has changed since.
    """
    assessed = with_assessment(report, record_of(record_node), previous_radiation)
    changes = changes_since(record_node)
    if not changes:
        return assessed
    stale = f"Since the assessment was recorded {'; '.join(changes)}."
    return replace(assessed, warnings=(*assessed.warnings, stale))
