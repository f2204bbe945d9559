"""Draw the pictures of docs/sectors.md from the phantom: `python Testing/tools/draw_sectors.py`."""

from __future__ import annotations

import io
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from numpy.typing import NDArray
from PIL import Image

from spine_radiosurgery.anatomy import SECTORS, VertebraSectors, split_vertebra
from spine_radiosurgery.case import Case
from spine_radiosurgery.geometry import Grid
from spine_radiosurgery.phantom import SpinePhantom, make_phantom
from spine_radiosurgery.phantom.drawing import padded
from spine_radiosurgery.report.figures.canvas import (
    FONT,
    TEXT_PT,
    halo,
    new_figure,
    png,
    text_style,
)
from spine_radiosurgery.report.figures.colours import INK, SECTOR_COLOURS
from spine_radiosurgery.report.figures.resampling import Plane
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
    figure.text((number + 0.01) / count, 1 - 0.03 / height, title, va="top", **text_style())
    return axes


def places_of(sectors: VertebraSectors, names: Collection[str]) -> NDArray[np.float64]:
    """Voxel centres (n, 3) of some sectors within the middle third, in the vertebra's frame."""
    labels, matrix = sectors.labels()
    chosen = np.isin(labels, [n for n, name in enumerate(SECTORS, 1) if name in names])
    local = sectors.frame.local(Grid(labels.shape, matrix).to_ras(np.argwhere(chosen)[:, ::-1]))
    return local[np.abs(local[:, 0]) <= sectors.frame.third_mm]


def height_of_laminae(sectors: VertebraSectors) -> float:
    """Height along the frame at which most of the laminae lies in the middle."""
    heights = places_of(sectors, ("left_lamina", "right_lamina"))[:, 2]
    counts, edges = np.histogram(heights, bins=np.arange(heights.min(), heights.max() + 2))
    return float(edges[counts.argmax()] + 0.5)


def write_words(axes: Axes, x_mm: float, y_mm: float, words: str, **style: Any) -> None:
    """Write words into a picture, at mm from its top left corner."""
    style = {**text_style(size_pt=7.0), "va": "center", "path_effects": halo("white"), **style}
    axes.text(x_mm, y_mm, words, **style)


def name_spinous_borders(
    axes: Axes, plane: Plane, framing: Framing, sectors: VertebraSectors
) -> None:
    """Name the borders of the spinous process in the axial picture through the laminae."""
    third, height = framing.frame.third_mm, framing.height_mm
    spinous = places_of(sectors, ("spinous_process",))
    front = spinous[np.abs(spinous[:, 2] - height) <= 1, 1].max()
    corners = framing.frame.ras([(-third, framing.low[1], height), (third, front, height)])
    (left, bottom), (right, back) = plane.to_picture(corners)
    write_words(axes, left + 2, bottom - 2, "middle third", ha="left")
    write_words(axes, right - 2, back + 4, "backs of\nthe laminae", ha="right", va="top")


def name_walls(axes: Axes, plane: Plane, framing: Framing) -> None:
    """Name the walls in the mid-sagittal picture."""
    frame = framing.frame
    depths = (frame.posterior_wall_mm, 0.0, frame.canal_back_mm)
    walls = plane.to_picture(frame.ras([(0.0, depth, framing.high[2]) for depth in depths]))
    (wall, top), (centre, _), (back, _) = walls
    write_words(axes, wall - 2, top, "posterior wall", ha="right")
    write_words(axes, back + 2, top, "canal's back", ha="left")
    write_words(axes, centre + 1, top + 20, "canal center", rotation=90)


def borders(sectors: VertebraSectors) -> Figure:
    """Draw the borders in two axial planes and in the mid-sagittal plane."""
    figure = new_figure(7.08, 2.87)
    fields = SectorFields.of(sectors)
    pedicles, laminae = Framing(sectors), Framing(sectors)
    laminae.height_mm = height_of_laminae(sectors)
    rows = (
        ("Axial, through the pedicles", pedicles, pedicles.axial()),
        ("Axial, through the laminae", laminae, laminae.axial()),
        ("Mid-sagittal", laminae, laminae.sagittal()),
    )
    for number, (title, framing, plane) in enumerate(rows):
        axes = panel(figure, number, len(rows), title, foot_inch=0.3)
        draw_plane(axes, plane, None, fields, framing, overlays=())
        if plane.view == "sagittal":
            name_walls(axes, plane, framing)
        elif framing is laminae:
            name_spinous_borders(axes, plane, framing, sectors)
    sectors_in_colour = [
        Patch(facecolor=colour, edgecolor=INK, linewidth=0.4, label=name.replace("_", " "))
        for name, colour in SECTOR_COLOURS.items()
    ]
    figure.legend(
        handles=sectors_in_colour, loc="lower left", ncol=6, frameon=False, handlelength=1.5,
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
