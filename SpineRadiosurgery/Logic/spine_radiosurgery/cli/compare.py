"""`spine-radiosurgery compare`: two reports of one patient to one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..report.comparison import write_comparison
from ..report.presentation import Presentation
from . import options


def compare(
    first: Annotated[Path, typer.Argument(help="Plan A: a report's folder or its report.json.")],
    second: Annotated[Path, typer.Argument(help="Plan B, likewise.")],
    *,
    output: Annotated[Path, typer.Option(help="HTML file to write.")],
    pdf: Annotated[Path | None, typer.Option(help="PDF file to write; needs WeasyPrint.")] = None,
    language: options.Language = "en",
    date_format: options.DateFormat = "iso",
    paper: options.Paper = "a4",
    allow_different_patients: Annotated[
        bool,
        typer.Option(
            "--allow-different-patients",
            help="Compare the reports although their study codes differ.",
        ),
    ] = False,
) -> None:
    """Compare two plans of one patient side by side."""
    write_comparison(
        first,
        second,
        output,
        pdf=pdf,
        presentation=Presentation(language, date_format, paper),
        allow_different_patients=allow_different_patients,
    )
    for path in (output, pdf):
        if path is not None:
            typer.echo(f"Comparison: {path}")
