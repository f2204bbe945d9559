"""What every picture of a plane is drawn from: image, outlines, isodoses, letters, scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from ...case import ImageVolume
from ...geometry import Structure
from .canvas import FONT, TEXT_PT, halo, text_style, thin_line
from .colours import INK
from .resampling import Plane, image_on, structure_on

FloatArray = NDArray[np.float64]

WINDOW_HU, LEVEL_HU = 400.0, 40.0
SCALE_BAR_MM = 20.0
_SMALLEST_LABELLED_MM = 25.0
"""Isolines shorter than this carry no label."""


@dataclass(frozen=True)
class Ink:
    """Colour of letters and lines, and of the halo around letters."""

    colour: str
    around: str


ON_DARK, ON_LIGHT = Ink("white", "black"), Ink(INK, "white")


@dataclass(frozen=True)
class Isodose:
    """An isodose line, how it is drawn and what the legend calls it."""

    level_gy: float
    style: Any
    colour: str
    name: str


def draw_image(axes: Axes, image: ImageVolume | None, plane: Plane) -> None:
    """Draw the grey image: CT in the window of the bones and soft tissue."""
    if image is None:
        return
    values = image_on(image, plane)
    if image.modality == "CT":
        low, high = LEVEL_HU - WINDOW_HU / 2, LEVEL_HU + WINDOW_HU / 2
    else:
        known = values[np.isfinite(values)]
        low, high = np.percentile(known, [1, 99]) if known.size else (0.0, 1.0)
    axes.imshow(
        values, cmap="gray", vmin=low, vmax=high, extent=extent_mm(plane), interpolation="bilinear"
    )


def extent_mm(plane: Plane) -> tuple[float, float, float, float]:
    """Left, right, bottom and top edge of the picture in mm."""
    width, height = plane.size_mm
    return (0.0, width, height, 0.0)


def axis_mm(plane: Plane) -> tuple[FloatArray, FloatArray]:
    """Positions of the pixel centres rightward and downward, mm."""
    _, rows, columns = plane.grid.shape_kji
    across, down = (np.arange(n, dtype=np.float64) + 0.5 for n in (columns, rows))
    return across * plane.step_mm, down * plane.step_mm


def draw_outline(
    axes: Axes, structure: Structure, plane: Plane, colour: str, style: Any = "solid"
) -> None:
    """Draw a structure's outline in the plane, if it has one."""
    occupancy = structure_on(structure, plane)
    if occupancy.max() <= 0.5 or occupancy.min() >= 0.5:
        return
    axes.contour(
        *axis_mm(plane),
        occupancy,
        levels=[0.5],
        colors=[colour],
        linewidths=thin_line(),
        linestyles=[style],
    )


def draw_isodoses(
    axes: Axes, dose: FloatArray, plane: Plane, isodoses: list[Isodose], keep_clear: FloatArray
) -> None:
    """Draw isodose lines, each labelled in Gy away from the others and from one point."""
    placed = [keep_clear]
    for isodose in isodoses:
        if not np.nanmin(dose) < isodose.level_gy < np.nanmax(dose):
            continue
        lines = axes.contour(
            *axis_mm(plane),
            np.ma.masked_invalid(dose),
            levels=[isodose.level_gy],
            colors=[isodose.colour],
            linewidths=thin_line(),
            linestyles=[isodose.style],
        )
        spot = _label_spot(lines.allsegs[0], plane, placed)
        if spot is None:
            continue
        placed.append(spot)
        axes.text(
            float(spot[0]),
            float(spot[1]),
            f"{isodose.level_gy:.4g} Gy",
            ha="center",
            va="center",
            path_effects=halo(),
            **text_style(isodose.colour),
        )


def _label_spot(
    lines: list[FloatArray], plane: Plane, placed: list[FloatArray]
) -> FloatArray | None:
    """Return the point of the longest line that is farthest from other labels and the edges."""
    lengths = [float(np.linalg.norm(np.diff(line, axis=0), axis=1).sum()) for line in lines]
    if not lengths or max(lengths) < _SMALLEST_LABELLED_MM:
        return None
    line = lines[int(np.argmax(lengths))][::3]
    size = np.array(plane.size_mm)
    edge = np.minimum(line, size - line).min(axis=1)
    others = np.min([np.linalg.norm(line - p, axis=1) for p in placed], axis=0)
    room = np.where(edge > 0.12 * size.min(), others, 0.0)
    best: FloatArray = line[int(np.argmax(room))]
    return best if room.max() > 0 else None


def draw_letters(axes: Axes, plane: Plane, *, ink: Ink = ON_DARK, side_height: float = 0.5) -> None:
    """Write the orientation at the four edges; those at the sides at a height of 0 to 1."""
    places = ((0.03, side_height), (0.97, side_height), (0.5, 0.965), (0.5, 0.035))
    for letter, (x, y) in zip(plane.letters, places, strict=True):
        axes.text(
            x, y, letter, transform=axes.transAxes, ha="center", va="center",
            path_effects=halo(ink.around), **text_style(ink.colour, TEXT_PT + 1.5),
        )  # fmt: skip


def draw_scale(
    axes: Axes, height: float, length_mm: float = SCALE_BAR_MM, *, ink: Ink = ON_DARK
) -> None:
    """Draw the scale bar in the lower left corner."""
    row, start = 0.965 * height, 0.035 * height
    axes.plot(
        [start, start + length_mm], [row, row],
        color=ink.colour, linewidth=2, path_effects=halo(ink.around),
    )  # fmt: skip
    axes.text(
        start, row - 0.015 * height, f"{length_mm:g} mm", va="bottom",
        path_effects=halo(ink.around), **text_style(ink.colour),
    )  # fmt: skip


def draw_legend(figure: Figure, rows: Sequence[Line2D], *, columns: int) -> None:
    """Name the lines below the picture."""
    figure.legend(
        handles=list(rows),
        loc="lower left",
        bbox_to_anchor=(0.0, -0.01),
        ncol=columns,
        frameon=False,
        prop={"size": TEXT_PT - 0.3, "family": FONT},
        handlelength=1.5,
        columnspacing=0.9,
        handletextpad=0.4,
        borderpad=0.1,
        labelspacing=0.3,
    )
