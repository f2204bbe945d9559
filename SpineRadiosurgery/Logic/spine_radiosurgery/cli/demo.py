"""`spine-radiosurgery demo`: a made patient, written as DICOM, read back and evaluated."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ..dicom import read_dicom_case, write_dicom_case
from ..phantom import SpinePhantom, make_phantom
from ..report import evaluate
from ..report.writing import check_output
from .evaluate import write_and_print


def demo(
    output: Annotated[
        Path, typer.Option(help="Folder for the made case (dicom) and its report.")
    ] = Path("spine-radiosurgery-demo"),
    seed: Annotated[int, typer.Option(help="Of the image noise.")] = 0,
) -> None:
    """Make a patient, write it as DICOM-RT, read it back and evaluate it."""
    report_folder, dicom_folder = output / "report", output / "dicom"
    check_output(report_folder)
    phantom = SpinePhantom(seed=seed)
    write_dicom_case(make_phantom(phantom), dicom_folder)
    case = read_dicom_case(dicom_folder)
    report = evaluate(
        case, target=f"CTV_{phantom.level}", cord="SpinalCord", previous_radiation="no"
    )
    write_and_print(report, report_folder, with_scene=True)
    Console(soft_wrap=True, highlight=False).print(f"Case: {dicom_folder}", markup=False)
