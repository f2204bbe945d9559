"""`spine-radiosurgery demo`: a made patient, written as DICOM, read back and evaluated."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ..dicom import read_dicom_case, write_dicom_case
from ..phantom import SpinePhantom, make_phantom
from ..phantom.drawing import padded
from ..report import evaluate
from ..report.writing import check_output
from .evaluate import write_and_print


def demo(
    output: Annotated[
        Path, typer.Option(help="Folder for the report; the made case goes into its dicom folder.")
    ] = Path("spine-radiosurgery-demo"),
    seed: Annotated[int, typer.Option(help="Of the image noise.")] = 0,
) -> None:
    """Make a patient, write it as DICOM-RT, read it back and evaluate it."""
    check_output(output)
    phantom = SpinePhantom(seed=seed)
    with tempfile.TemporaryDirectory(prefix="spine-radiosurgery-") as scratch:
        folder = Path(scratch) / "dicom"
        write_dicom_case(make_phantom(phantom), folder)
        report = evaluate(
            read_dicom_case(folder),
            target=f"CTV_{phantom.level}",
            cord="SpinalCord",
            vertebrae=[f"Vertebra_{padded(phantom.level)}"],
            previous_radiation="no",
        )
        write_and_print(report, output, with_scene=True, attached={"dicom": folder})
    Console(soft_wrap=True, highlight=False).print(f"Case: {output / 'dicom'}", markup=False)
