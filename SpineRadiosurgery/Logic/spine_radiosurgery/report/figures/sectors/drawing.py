"""A vertebra's sectors in axial, sagittal and 3-D, with target and cord."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from ....anatomy import SECTORS, VertebraSectors
from ....case import ImageVolume
from ....geometry import Structure, report_progress
from ...palette import SECTOR_COLOURS
from ..canvas import DPI, FONT, TEXT_PT, new_figure, png, text_style
from ..colours import CORD, FAINT_INK, INK, ON_IMAGE, TARGET
from .fields import Field, SectorFields
from .flat import Overlay, draw_plane
from .framing import Framing
from .solid import draw_solid

FloatArray = NDArray[np.float64]

_WIDTH_INCH, _SIDE_INCH, _GAP_INCH = 7.08, 2.32, 0.06
_TITLE_INCH, _LEGEND_INCH = 0.2, 0.66
_DOTTED = (0, (2, 1.5))
GTV = "gtv"
CORD_BEYOND_MM = 6.0
"""Cord shown above and below the vertebra in the 3-D picture."""


def draw_sectors(
    sectors: VertebraSectors,
    target: Structure | None = None,
    cord: Structure | None = None,
    *,
    gtv: Sequence[Structure] = (),
    image: ImageVolume | None = None,
) -> bytes:
    """Draw a vertebra that was split, in its own frame.

    Axial and sagittal planes through the vertebra, the patient's right on the left, with the
    borders between the sectors; beside them the vertebra from behind, the left and above.

    Parameters
    ----------
    sectors : VertebraSectors
    target, cord : Structure, optional
    gtv : sequence of Structure
    image : ImageVolume, optional
        Shown behind the sectors in the planes.

    Returns
    -------
    bytes
        A PNG file; the same input gives the same bytes.
    """
    figure = new_figure(_WIDTH_INCH, _TITLE_INCH + _SIDE_INCH + _LEGEND_INCH)
    framing, fields = Framing(sectors), SectorFields.of(sectors)
    low, high = _surroundings(framing)
    shown = {
        role: Field.within(structure, low, high)
        for role, structure in ((TARGET, target), (CORD, cord))
        if structure is not None and _is_near(structure, low, high)
    }
    tumours = [Field.within(g, low, high) for g in gtv if _is_near(g, low, high)]
    overlays = [Overlay(shown[role], role) for role in (CORD, TARGET) if role in shown]
    overlays += [Overlay(tumour, GTV, _DOTTED) for tumour in tumours]
    for place, plane, words in (
        (0, framing.axial(), "Axial"), (1, framing.sagittal(), "Sagittal")
    ):  # fmt: skip
        report_progress()
        axes = _panel(figure, place, words)
        draw_plane(axes, plane, image, fields, framing, overlays=overlays)
    draw_solid(
        _panel(figure, 2, "From behind, left and above"),
        framing,
        fields,
        target=shown.get(TARGET),
        cord=_beside(shown.get(CORD), framing),
        pixels=round(_SIDE_INCH * DPI),
    )
    report_progress()
    _draw_legend(figure, sectors, {*shown, *([GTV] if tumours else [])})
    return png(figure)


def _surroundings(framing: Framing) -> tuple[FloatArray, FloatArray]:
    """Box in RAS around everything that the pictures may show."""
    centre = framing.frame.ras(framing.centre[np.newaxis])[0]
    reach = framing.half_mm * np.abs(framing.frame.axes).sum(axis=1)
    return centre - reach, centre + reach


def _is_near(structure: Structure, low: FloatArray, high: FloatArray) -> bool:
    bounds = structure.bounds_ras()
    return bool((bounds[1] > low).all() and (bounds[0] < high).all())


def _beside(cord: Field | None, framing: Framing) -> Field | None:
    """The cord at the vertebra's height and a little beyond."""
    if cord is None:
        return None
    k, j, i = (np.arange(n) for n in cord.values.shape)
    indices = np.stack(np.meshgrid(k, j, i, indexing="ij"), axis=-1)[..., ::-1]
    height = framing.frame.local(cord.grid.to_ras(indices.reshape(-1, 3)))[:, 2]
    near = (height > framing.low[2] - CORD_BEYOND_MM) & (height < framing.high[2] + CORD_BEYOND_MM)
    return Field(np.where(near.reshape(cord.values.shape), cord.values, 0.0), cord.grid)


def _panel(figure: Figure, number: int, words: str) -> Axes:
    height = float(figure.get_size_inches()[1])
    left = number * (_SIDE_INCH + _GAP_INCH)
    axes = figure.add_axes(
        (left / _WIDTH_INCH, _LEGEND_INCH / height, _SIDE_INCH / _WIDTH_INCH, _SIDE_INCH / height)
    )
    figure.text(left / _WIDTH_INCH, 1 - 0.3 * _TITLE_INCH / height, words, va="top", **text_style())
    return axes


def _draw_legend(figure: Figure, sectors: VertebraSectors, shown: set[str]) -> None:
    rows: list[Any] = [
        Patch(facecolor=SECTOR_COLOURS[name], edgecolor=INK, linewidth=0.4, label=label)
        for name, label in _labels(sectors)
    ]
    lines: Sequence[tuple[str, str, str, Any]] = (
        (TARGET, "target", ON_IMAGE[TARGET], "-"), (GTV, "GTV", FAINT_INK, _DOTTED)
    )  # fmt: skip
    rows += [
        Line2D([], [], color=colour, linestyle=style, linewidth=1.5, label=name)
        for role, name, colour, style in lines
        if role in shown
    ]
    if CORD in shown:
        rows.append(Patch(facecolor=ON_IMAGE[CORD], edgecolor=INK, linewidth=0.4, label="cord"))
    rows.append(
        Line2D([], [], color=FAINT_INK, linestyle=(0, (5, 3)), linewidth=1.0, label="borders")
    )
    figure.legend(
        handles=rows, loc="lower left", bbox_to_anchor=(0.0, -0.01), ncol=4, frameon=False,
        prop={"size": TEXT_PT - 0.3, "family": FONT}, handlelength=1.5, columnspacing=1.4,
        handletextpad=0.5, borderpad=0.1, labelspacing=0.35,
    )  # fmt: skip


def _labels(sectors: VertebraSectors) -> list[tuple[str, str]]:
    """Sector names with their volumes; a missing one is said to be missing."""
    found = []
    for name in SECTORS:
        volume_cc = sectors.sector(name).volume_cc
        size = f"{volume_cc:.1f} cc" if volume_cc > 0 else "missing"
        found.append((name, f"{name.replace('_', ' ')}, {size}"))
    return found
