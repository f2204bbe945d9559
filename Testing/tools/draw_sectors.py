"""Draw the pictures of docs/sectors.md from the phantom: `python Testing/tools/draw_sectors.py`."""

from __future__ import annotations

import io
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from PIL import Image

from spine_radiosurgery.anatomy import VertebraSectors, split_vertebra
from spine_radiosurgery.case import Case
from spine_radiosurgery.phantom import SpinePhantom, make_phantom
from spine_radiosurgery.phantom.drawing import padded
from spine_radiosurgery.report.figures.canvas import (
    FONT,
    TEXT_PT,
    new_figure,
    png,
    text_style,
)
from spine_radiosurgery.report.figures.colours import INK, SECTOR_COLOURS
from spine_radiosurgery.report.figures.sectors import draw_sectors
from spine_radiosurgery.report.figures.sectors.fields import Field, SectorFields
from spine_radiosurgery.report.figures.sectors.flat import draw_plane
from spine_radiosurgery.report.figures.sectors.framing import Framing
from spine_radiosurgery.report.figures.sectors.solid import draw_solid
from spine_radiosurgery.targets import TEMPLATES, make_target

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "sectors"
LEVELS = ("C5", "T8", "L3")
COLOURS = 256
"""Of the files' palettes; it makes them a third as large."""
TITLES = {
    "body": "body (A)",
    "body_and_pedicles": "body_and_pedicles (B)",
    "whole_vertebra": "whole_vertebra (B)",
    "posterior_elements": "posterior_elements (C)",
}


def phantom(level: str) -> tuple[Case, VertebraSectors]:
    """Make a phantom patient and split its target vertebra."""
    case = make_phantom(SpinePhantom(level=level, slice_spacing_mm=1.0, pixel_spacing_mm=0.8))
    vertebra = case.structure(f"Vertebra_{padded(level)}")
    return case, split_vertebra(vertebra, case.structure("SpinalCanal"))


def neural(case: Case, level: str) -> str:
    """Name what lies in the canal."""
    return "CaudaEquina" if level.startswith("L") else "SpinalCord"


def panel(figure: Figure, number: int, count: int, title: str, *, foot_inch: float = 0.0) -> Axes:
    """Return one of several square axes in a row, with a title."""
    width, height = figure.get_size_inches()
    side = width / count - 0.06
    axes = figure.add_axes((number / count, foot_inch / height, side / width, side / height))
    figure.text(number / count, 1 - 0.03 / height, title, va="top", **text_style())
    return axes


def borders(sectors: VertebraSectors) -> Figure:
    """Draw the borders in the axial and in the mid-sagittal plane."""
    figure = new_figure(7.08, 4.0)
    framing, fields = Framing(sectors), SectorFields.of(sectors)
    for number, plane in enumerate((framing.axial(), framing.sagittal())):
        axes = panel(figure, number, 2, ("Axial", "Sagittal")[number], foot_inch=0.3)
        draw_plane(axes, plane, None, fields, framing, overlays=())
    rows = [
        Patch(facecolor=colour, edgecolor=INK, linewidth=0.4, label=name.replace("_", " "))
        for name, colour in SECTOR_COLOURS.items()
    ]
    figure.legend(
        handles=rows, loc="lower left", ncol=6, frameon=False, handlelength=1.5,
        columnspacing=1.2, borderpad=0.1, prop={"size": TEXT_PT - 0.3, "family": FONT},
    )  # fmt: skip
    return figure


def templates(sectors: VertebraSectors) -> Figure:
    """Draw the four templates in three dimensions."""
    figure = new_figure(7.08, 1.98)
    framing, fields = Framing(sectors), SectorFields.of(sectors)
    low, high = sectors.vertebra.bounds_ras()
    for number, name in enumerate(TEMPLATES):
        target = Field.within(make_target(sectors, name), low, high)
        axes = panel(figure, number, len(TEMPLATES), TITLES[name])
        draw_solid(axes, framing, fields, target=target, cord=None, pixels=280)
    return figure


def write(name: str, picture: bytes) -> None:
    """Write a PNG with a palette."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image = image.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE)
    image.save(FOLDER / name, optimize=True)


def main() -> None:
    """Draw everything."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for level in LEVELS:
        case, sectors = phantom(level)
        target, cord = case.structure(f"CTV_{level}"), case.structure(neural(case, level))
        tumour = case.structure(f"GTV_{level}")
        write(f"{level}.png", draw_sectors(sectors, target, cord, gtv=[tumour], image=case.image))
    write("borders.png", png(borders(sectors)))
    write("templates.png", png(templates(sectors)))


if __name__ == "__main__":
    main()
