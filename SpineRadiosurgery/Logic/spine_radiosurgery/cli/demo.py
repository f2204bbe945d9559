"""`spine-radiosurgery demo`: a made patient, written as DICOM, read back and evaluated."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ..assessment import write_record
from ..dicom import read_dicom_case, write_dicom_case
from ..geometry import stage
from ..phantom import SpinePhantom, make_phantom
from ..phantom.drawing import padded
from ..report import evaluate
from ..report.pdf import why_no_pdf
from ..report.writing import check_output
from .demo_record import demo_record
from .evaluate import print_written, write
from .progress import progress_line

RECORD_FILE = "assessment.json"


def demo(
    output: Annotated[
        Path, typer.Option(help="Folder for the report; the made case goes into its dicom folder.")
    ] = Path("spine-radiosurgery-demo"),
    seed: Annotated[int, typer.Option(help="Of the image noise.")] = 0,
) -> None:
    """Make a patient, write it as DICOM-RT, read it back and evaluate it."""
    check_output(output)
    phantom = SpinePhantom(seed=seed)
    with tempfile.TemporaryDirectory(prefix="spine-radiosurgery-") as scratch, progress_line():
        folder = Path(scratch) / "dicom"
        with stage("Making the patient", 0.0, 0.2):
            made = make_phantom(phantom)
        with stage("Writing DICOM files", 0.2, 0.3):
            write_dicom_case(made, folder)
        with stage("Reading the case", 0.3, 0.4):
            case = read_dicom_case(folder)
        with stage("Assessing", 0.4, 0.45):
            record = demo_record(case, phantom.level)
            write_record(record, Path(scratch) / RECORD_FILE)
        with stage("Evaluating", 0.45, 0.7):
            report = evaluate(
                case,
                target=f"CTV_{phantom.level}",
                cord="SpinalCord",
                vertebrae=[f"Vertebra_{padded(phantom.level)}"],
                previous_radiation="no",
                assessment=record,
            )
        with stage("Writing the report", 0.7, 1.0):
            attached = {"dicom": folder, RECORD_FILE: Path(scratch) / RECORD_FILE}
            no_pdf = why_no_pdf()
            left_out = write(report, output, with_scene=True, attached=attached, pdf=not no_pdf)
    print_written(report, output, left_out)
    console = Console(soft_wrap=True, highlight=False)
    if no_pdf:
        console.print(f"Left out: report.pdf ({no_pdf})", markup=False)
    console.print(f"Case: {output / 'dicom'}", markup=False)
    console.print(f"Record: {output / RECORD_FILE}", markup=False)
