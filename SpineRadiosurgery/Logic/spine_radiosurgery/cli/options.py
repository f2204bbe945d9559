"""Options of `evaluate` and `cohort`: what they look at beside the target, and how they compute."""

from __future__ import annotations

from typing import Annotated

import typer

from ..geometry import InputError
from ..report.presentation import DATE_FORMATS, LANGUAGES, PAPERS
from ..tolerance import SetupUncertainty

Vertebra = Annotated[
    list[str] | None,
    typer.Option(help="Vertebra ROI to split into sectors; may repeat."),
]
Template = Annotated[
    str | None,
    typer.Option(
        help="Make the target from the vertebrae: body, body_and_pedicles, whole_vertebra or "
        "posterior_elements."
    ),
]
TemplateMarginMm = Annotated[
    str | None,
    typer.Option(
        help="Margin around the template's sectors: one in mm, or six separated by commas (right, "
        "left, anterior, posterior, superior, inferior)."
    ),
]
Gtv = Annotated[
    list[str] | None,
    typer.Option(
        help="Gross tumor ROI: united with the target that --template makes, compared with the "
        "sectors; may repeat. By default the case's own is compared."
    ),
]
MarginMm = Annotated[float, typer.Option(help="Cord volume above and below the target, mm.")]
CordMode = Annotated[
    str, typer.Option(help="Cut the cord volume: axial, or centreline (along the cord).")
]
Metric = Annotated[
    list[str] | None, typer.Option(help="A further metric such as D5%[Gy]; may repeat.")
]
DoseInterpolation = Annotated[str, typer.Option(help="Between dose voxels: trilinear or cubic.")]
BetweenContours = Annotated[
    str,
    typer.Option(help="Between contours: slabs, or linear (the shape changes evenly)."),
]
FalloffPercent = Annotated[
    tuple[float, float],
    typer.Option(help="Isodoses of the fall-off, percent of the prescription."),
]
FalloffPlane = Annotated[str, typer.Option(help="Fall-off reported first: axial or 3d.")]
FalloffToward = Annotated[
    tuple[float, float, float] | None,
    typer.Option(
        help="Direction of the fall-off (right, anterior, superior); by default the nearest point "
        "of the cord."
    ),
]
Robustness = Annotated[bool, typer.Option(help="Evaluate setup errors of the patient.")]
SetupScenarios = Annotated[int, typer.Option(help="Random setup errors.")]
SetupSigmaMm = Annotated[
    tuple[float, float, float],
    typer.Option(help="Standard deviation of shifts along right, anterior, superior, mm."),
]
SetupSigmaDeg = Annotated[
    tuple[float, float, float],
    typer.Option(help="Standard deviation of rotations about right, anterior, superior, degrees."),
]
SetupSeed = Annotated[int, typer.Option(help="Of the random setup errors.")]
AlphaBetaGy = Annotated[
    float | None,
    typer.Option(help="List BED and EQD2 for this alpha/beta, Gy, with their limits of use."),
]
PrvMarginMm = Annotated[
    str | None,
    typer.Option(
        help="Add a planning risk volume of the cord: one margin in mm, or six separated by commas "
        "(right, left, anterior, posterior, superior, inferior)."
    ),
]

DEFAULT_SETUP = SetupUncertainty()


def margin_of(option: str, text: str | None) -> float | tuple[float, ...] | None:
    """Read the margin that an option gives.

    Raises
    ------
    InputError
        It is neither one number nor several separated by commas.
    """
    if text is None:
        return None
    try:
        margins = tuple(float(part) for part in text.split(","))
    except ValueError:
        raise InputError(
            f"{option} {text} is no margin; give one number in mm, or six with commas."
        ) from None
    return margins[0] if len(margins) == 1 else margins


Identify = Annotated[
    bool,
    typer.Option(
        "--identify", help="Keep the patient's name and identifiers; by default a study code."
    ),
]
Pdf = Annotated[bool, typer.Option("--pdf", help="Write report.pdf, too; it needs WeasyPrint.")]
Language = Annotated[str, typer.Option(help=f"Of the report: {', '.join(LANGUAGES)}.")]
DateFormat = Annotated[
    str,
    typer.Option(help=", ".join(f"{name} ({shown})" for name, shown in DATE_FORMATS.items())),
]
Paper = Annotated[str, typer.Option(help=f"Of the report in print: {' or '.join(PAPERS)}.")]
Export = Annotated[
    list[str] | None,
    typer.Option(
        help="Write DICOM objects of target, sectors, cord volume and PRV into OUT/export: "
        "rtstruct, seg or sr; may repeat."
    ),
]
Merge = Annotated[
    bool,
    typer.Option("--merge", help="The RTSTRUCT holds the structures of the case's own, too."),
]
