"""Step 6: the report's folder."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...geometry import InputError, report_progress, stage
from ...report import Report
from ...report.assessment import with_assessment
from ...report.presentation import Presentation
from ...report.second_opinion import SecondOpinionRow
from ..bundle import write_scene
from ..identity import identity_of
from .assessing import record_of
from .evaluations import evaluated_again, options_of, refuse_stale
from .opinions import OpinionRow, kept_opinions
from .provenance import changes_since

PACKAGES = ("jinja2", "matplotlib")
"""What writing a report needs and 3D Slicer does not bundle."""
OTHER_PROGRAM = "SlicerRT"


def export_report(
    constraints_node: Any,
    folder: str | Path,
    *,
    report: Report | None = None,
    record: Any = None,
    scene: bool = True,
    presentation: Presentation | None = None,
    pdf: bool = False,
    identify: bool = False,
    write_exports: Callable[[Report, Path], None] | None = None,
) -> Path:
    """Write the report of an evaluation: page, JSON, tables, pictures, `case.mrb`.

    Parameters
    ----------
    constraints_node : vtkMRMLTableNode
        Of `evaluations.add_evaluation`; what SlicerRT said of it becomes part of the report.
    folder : path
        New, empty or with a report of ours.
    report : Report, optional
        Of this very table; without it the plan is evaluated once more.
    record : vtkMRMLTextNode, optional
        Of `assessing.record_assessment`: the patient's record becomes part of the report.
    scene : bool
        Whether to write `case.mrb`.
    presentation : Presentation, optional
        Language, dates and paper.
    pdf : bool
        Whether to write `report.pdf` by WeasyPrint, which 3D Slicer has not: its panel prints the
        page by Qt.
    identify : bool
        Whether name, patient ID and birth date go into the files; by default a study code stands
        for the patient.
    write_exports : callable, optional
        Writes DICOM objects into the report's folder `export`.

    Returns
    -------
    Path
        Of `report.html`.

    Raises
    ------
    InputError
        The inputs were changed since the evaluation, the record cannot be read, the scene does not
        know who the patient is, the folder cannot be used, or there is nothing to make a PDF with.
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
        report = with_opinions(report, constraints_node)
        if identify:
            report = with_identity(report, constraints_node)
        if record is not None:
            report = with_record(report, record, options_of(constraints_node).previous_radiation)
    with stage("Writing the report", checked, 1.0):
        write_report(
            report,
            target,
            write_scene=write_scene if scene else None,
            presentation=presentation,
            pdf=pdf,
            write_exports=write_exports,
        )
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


def with_opinions(report: Report, constraints_node: Any) -> Report:
    """Return a report with what SlicerRT said of the same evaluation, where it was asked.

    Parameters
    ----------
    report : Report
    constraints_node : vtkMRMLTableNode
        With the rows of `opinions.add_opinions`, or without any.
    """
    rows = tuple(_opinion(row) for row in kept_opinions(constraints_node))
    return replace(report, second_opinion=rows)


def with_identity(report: Report, constraints_node: Any) -> Report:
    """Return a report that says who the patient is.

    Parameters
    ----------
    report : Report
    constraints_node : vtkMRMLTableNode
        Below the patient in the subject hierarchy.

    Raises
    ------
    InputError
        The scene does not know who the patient is.
    """
    identity = identity_of(constraints_node)
    if identity is None:
        raise InputError(
            "This scene does not know the patient's name and ID; load the case with Slicer's DICOM "
            "module or by loadCase(folder, identify=True), or write the report without them."
        )
    return replace(report, case=replace(report.case, identity=identity))


def _opinion(row: OpinionRow) -> SecondOpinionRow:
    return SecondOpinionRow(
        OTHER_PROGRAM,
        row.structure,
        row.metric,
        row.unit,
        _known(row.ours),
        _known(row.theirs),
        _known(row.explained),
        row.status,
        row.sentence,
    )


def _known(value: float) -> float | None:
    """A table of the scene keeps numbers only: what is not known is not a number there."""
    return None if math.isnan(value) else float(value)
