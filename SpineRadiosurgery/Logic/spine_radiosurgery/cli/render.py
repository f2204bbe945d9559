"""`spine-radiosurgery render`: a report's page made again from its report.json."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..report.presentation import Presentation
from ..report.rendering import render_files
from . import options


def render(
    report: Annotated[Path, typer.Argument(help="A report.json, of this or an earlier version.")],
    *,
    output: Annotated[Path | None, typer.Option(help="HTML file to write.")] = None,
    pdf: Annotated[Path | None, typer.Option(help="PDF file to write; needs WeasyPrint.")] = None,
    language: options.Language = "en",
    date_format: options.DateFormat = "iso",
    paper: options.Paper = "a4",
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace HTML and PDF files that are there.")
    ] = False,
) -> None:
    """Make the page of a finished report again: in another language, on other paper, as PDF."""
    render_files(
        report,
        html=output,
        pdf=pdf,
        presentation=Presentation(language, date_format, paper),
        overwrite=overwrite,
    )
    for path in (output, pdf):
        if path is not None:
            typer.echo(f"Written: {path}")
