"""The sectors in one plane of the vertebra's frame: fills, borders, target and cord."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from numpy.typing import NDArray

from ....anatomy import SECTORS
from ....case import ImageVolume
from ...palette import SECTOR_COLOURS
from ..canvas import halo, text_style, thin_line
from ..colours import CORD, INK, ON_IMAGE, ON_PAPER, TARGET
from ..plane_drawing import (
    ON_DARK,
    ON_LIGHT,
    Ink,
    axis_mm,
    draw_image,
    draw_letters,
    draw_scale,
    extent_mm,
)
from ..resampling import Plane
from .fields import Field, SectorFields
from .framing import Framing

FloatArray = NDArray[np.float64]

PAPER = "#f3f5f6"
"""Ground of the pictures without an image."""
_FILL_ON_IMAGE, _FILL_ON_PAPER = 0.58, 0.92
_BORDER = (0, (5, 3))
_BORDER_FARTHER_MM = 4.0
"""Borders are drawn this far beyond the vertebra."""

Point = tuple[float, float, float]
Line = tuple[Point, Point]
"""Two points of the vertebra's frame: right, anterior, superior, mm."""


@dataclass(frozen=True, eq=False)
class Overlay:
    """A structure that is drawn over the sectors."""

    field: Field
    role: str
    style: Any = "solid"


def draw_plane(
    axes: Axes,
    plane: Plane,
    image: ImageVolume | None,
    fields: SectorFields,
    framing: Framing,
    *,
    overlays: Sequence[Overlay],
) -> None:
    """Draw one plane of the vertebra."""
    ink, fill = (ON_LIGHT, _FILL_ON_PAPER) if image is None else (ON_DARK, _FILL_ON_IMAGE)
    axes.set_facecolor(PAPER if image is None else "black")
    draw_image(axes, image, plane)
    _draw_fills(axes, plane, fields, fill)
    for overlay in overlays:
        _draw_overlay(axes, plane, overlay, ink)
    borders = _axial_borders if plane.view == "axial" else _sagittal_borders
    for ends, name in borders(framing):
        _draw_border(axes, plane, plane.to_picture(framing.frame.ras(np.array(ends))), name, ink)
    # The borders' names stand at the sides' middle in the axial plane.
    draw_letters(axes, plane, ink=ink, side_height=0.72 if plane.view == "axial" else 0.5)
    width, height = plane.size_mm
    draw_scale(axes, height, ink=ink)
    axes.set(xlim=(0, width), ylim=(height, 0), xticks=[], yticks=[])
    for edge in axes.spines.values():
        edge.set_visible(False)


def _draw_fills(axes: Axes, plane: Plane, fields: SectorFields, opacity: float) -> None:
    """Fill each sector's share of the plane; a border runs where two are equal."""
    shape = plane.grid.shape_kji[1:]
    shares = fields.shares(plane.pixels_ras())
    inside = shares.sum(axis=0) >= 0.5
    which = np.where(inside, shares.argmax(axis=0), -1).reshape(shape)
    picture = np.zeros((*shape, 4))
    for number, name in enumerate(SECTORS):
        picture[which == number] = (*to_rgb(SECTOR_COLOURS[name]), opacity)
    axes.imshow(picture, extent=extent_mm(plane), interpolation="antialiased")
    for number in range(len(SECTORS)):
        _draw_line(
            axes, plane, (which == number).astype(float), colour=INK, width_pt=0.6 * thin_line()
        )


def _draw_line(
    axes: Axes,
    plane: Plane,
    values: FloatArray,
    *,
    colour: str,
    width_pt: float,
    style: Any = "solid",
) -> None:
    if values.max() <= 0.5 or values.min() >= 0.5:
        return
    axes.contour(
        *axis_mm(plane), values, levels=[0.5],
        colors=[colour], linewidths=width_pt, linestyles=[style],
    )  # fmt: skip


def _draw_overlay(axes: Axes, plane: Plane, overlay: Overlay, ink: Ink) -> None:
    values = overlay.field.sample(plane.pixels_ras()).reshape(plane.grid.shape_kji[1:])
    if overlay.role == CORD:
        picture = np.zeros((*values.shape, 4))
        picture[values >= 0.5] = (*to_rgb(ON_IMAGE[CORD]), 0.9)
        axes.imshow(picture, extent=extent_mm(plane), interpolation="antialiased")
        _draw_line(axes, plane, values, colour=ON_PAPER[CORD], width_pt=0.6 * thin_line())
        return
    red = overlay.role == TARGET
    # A seam keeps the line readable on every sector.
    seam, colour = ("white", ON_IMAGE[TARGET]) if red else (ink.around, ink.colour)
    _draw_line(axes, plane, values, colour=seam, width_pt=2.6 * thin_line())
    _draw_line(axes, plane, values, colour=colour, width_pt=1.5 * thin_line(), style=overlay.style)


def _axial_borders(framing: Framing) -> list[tuple[Line, str]]:
    """Borders in the axial plane, in the vertebra's frame, with the names of the long ones."""
    frame, height = framing.frame, framing.height_mm
    left, right = framing.low[0] - _BORDER_FARTHER_MM, framing.high[0] + _BORDER_FARTHER_MM
    third, back = frame.third_mm, framing.low[1] - _BORDER_FARTHER_MM
    return [
        (((left, frame.posterior_wall_mm, height), (right, frame.posterior_wall_mm, height)),
         "posterior wall"),
        (((left, 0.0, height), (right, 0.0, height)), "canal center"),
        (((-third, frame.canal_back_mm, height), (third, frame.canal_back_mm, height)), ""),
        (((-third, frame.canal_back_mm, height), (-third, back, height)), ""),
        (((third, frame.canal_back_mm, height), (third, back, height)), ""),
    ]  # fmt: skip


def _sagittal_borders(framing: Framing) -> list[tuple[Line, str]]:
    """Posterior wall, canal centre and posterior canal wall in the mid-sagittal plane."""
    frame = framing.frame
    low, high = framing.low[2] - _BORDER_FARTHER_MM, framing.high[2] + _BORDER_FARTHER_MM
    walls = (frame.posterior_wall_mm, 0.0, frame.canal_back_mm)
    return [(((0.0, anterior, low), (0.0, anterior, high)), "") for anterior in walls]


def _draw_border(axes: Axes, plane: Plane, line: FloatArray, name: str, ink: Ink) -> None:
    """Draw a border between two points of the picture, named at the right edge."""
    axes.plot(line[:, 0], line[:, 1], color=ink.around, linewidth=1.7 * thin_line(), alpha=0.5)
    axes.plot(line[:, 0], line[:, 1], color=ink.colour, linewidth=thin_line(), linestyle=_BORDER)
    if name:
        width, height = plane.size_mm
        axes.text(
            0.985 * width, line[:, 1].min() - 0.008 * height, name, ha="right", va="bottom",
            path_effects=halo(ink.around), **text_style(ink.colour, 7.0),
        )  # fmt: skip
