"""The fall-off's rays in the axial plane that holds the steepest of them."""

from __future__ import annotations

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Colormap, ListedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from ...dose import FallOff
from ..model import Report
from .canvas import TEXT_PT, halo, new_figure, text_style, thin_line
from .colours import CORD, ON_IMAGE, ON_PAPER, TARGET
from .plane_drawing import (
    Isodose,
    draw_image,
    draw_isodoses,
    draw_legend,
    draw_letters,
    draw_outline,
    draw_scale,
)
from .resampling import Plane, dose_on, plane_through

FloatArray = NDArray[np.float64]

STEP_MM = 0.25
MARGIN_MM = 9.0
"""Room around the rays and the cord."""
SMALLEST_SIDE_MM = 50.0
SCALE_BAR_MM = 10.0
SMALLEST_SPAN_MM = 1.0
"""Of the colours: rays of one length have one colour."""
IN_PLANE_MM = 1.0
"""Rays whose steepest part lies this close to the plane are drawn in it."""
LABEL_BEYOND_MM = 2.5
"""The steepest ray's label stands this far beyond its lower end, clear of the other rays."""
_WIDTH_INCH, _HEIGHT_INCH, _SIDE_INCH = 3.5, 3.38, 2.98
_STYLES = ("solid", "dashed", "dotted")


def falloff_figure(report: Report, falloff: FallOff) -> Figure | None:
    """Draw the rays between their two isodoses, coloured by length; the steepest is labelled.

    Parameters
    ----------
    report : Report
        For image, dose, contours and prescription.
    falloff : FallOff

    Returns
    -------
    Figure or None
        None when no ray crosses both isodoses.
    """
    if falloff.reason or report.case.dose is None:
        return None
    shown = _rays_in_plane(falloff)
    plane = _plane(report, falloff, shown)
    figure = new_figure(_WIDTH_INCH, _HEIGHT_INCH)
    side = _SIDE_INCH
    axes = figure.add_axes((0.0, 1 - side / _HEIGHT_INCH, side / _WIDTH_INCH, side / _HEIGHT_INCH))
    axes.set_facecolor("black")
    width, height = plane.size_mm
    draw_image(axes, report.case.image, plane)
    for target in report.targets:
        draw_outline(axes, target, plane, ON_IMAGE[TARGET])
    longest_mm = float(falloff.distance_mm[shown].max())
    lengths = Normalize(falloff.min_mm, max(longest_mm, falloff.min_mm + SMALLEST_SPAN_MM))
    _draw_rays(axes, falloff, plane, shown, lengths)
    draw_outline(axes, report.cord, plane, ON_IMAGE[CORD])
    isodoses = _isodoses(report, falloff)
    spot = plane.to_picture([falloff.min_at_ras])[0]
    draw_isodoses(axes, dose_on(report.case.dose, plane), plane, isodoses, spot)
    _draw_steepest(axes, falloff, plane)
    draw_letters(axes, plane)
    draw_scale(axes, height, SCALE_BAR_MM)
    axes.set(xlim=(0, width), ylim=(height, 0), xticks=[], yticks=[])
    bar = figure.add_axes(((side + 0.06) / _WIDTH_INCH, 0.3, 0.1 / _WIDTH_INCH, 0.6))
    _draw_colour_bar(bar, lengths)
    _draw_legend(figure, isodoses)
    return figure


def _rays_in_plane(falloff: FallOff) -> NDArray[np.bool_]:
    middle = 0.5 * (falloff.upper_ras + falloff.lower_ras)
    return np.asarray(np.abs(middle[:, 2] - falloff.min_at_ras[2]) <= IN_PLANE_MM)


def _plane(report: Report, falloff: FallOff, shown: NDArray[np.bool_]) -> Plane:
    """Return the axial plane of the steepest ray around the rays and the cord beside them."""
    ends = np.concatenate([falloff.upper_ras[shown], falloff.lower_ras[shown],
                           falloff.start_ras[shown], falloff.cord_ras[shown]])  # fmt: skip
    ends = ends[np.isfinite(ends).all(axis=1)]
    low, high = ends.min(axis=0), ends.max(axis=0)
    centre = (low + high) / 2
    half = max(float((high - low)[:2].max()) / 2 + MARGIN_MM, SMALLEST_SIDE_MM / 2)
    point = falloff.min_at_ras
    return plane_through(point, "axial", centre - half, centre + half, step_mm=STEP_MM)


def _colours() -> Colormap:
    """Blue to light green: neither the target's red nor the cord's yellow, safe and even."""
    return ListedColormap(colormaps["viridis"](np.linspace(0.3, 0.86, 256)))


def _draw_rays(
    axes: Axes, falloff: FallOff, plane: Plane, shown: NDArray[np.bool_], lengths: Normalize
) -> None:
    ends = [plane.to_picture(p[shown]) for p in (falloff.upper_ras, falloff.lower_ras)]
    rays = LineCollection(
        list(np.stack(ends, axis=1)),
        array=falloff.distance_mm[shown],
        cmap=_colours(),
        norm=lengths,
        linewidths=thin_line(),
    )
    axes.add_collection(rays)


def _draw_steepest(axes: Axes, falloff: FallOff, plane: Plane) -> None:
    steepest = int(np.argmin(falloff.distance_mm))
    ends = plane.to_picture([falloff.upper_ras[steepest], falloff.lower_ras[steepest]])
    axes.plot(
        ends[:, 0], ends[:, 1], color="white", linewidth=2 * thin_line(), path_effects=halo(),
        solid_capstyle="butt",
    )  # fmt: skip
    way = (ends[1] - ends[0]) / max(float(np.linalg.norm(ends[1] - ends[0])), 1e-6)
    right, down = ends[1] + LABEL_BEYOND_MM * way
    axes.text(
        float(right), float(down), f"{falloff.min_mm:.1f} mm", ha="center", va="center",
        path_effects=halo(), **text_style("white"),
    )  # fmt: skip


def _isodoses(report: Report, falloff: FallOff) -> list[Isodose]:
    percents = sorted({100.0, falloff.from_percent, falloff.to_percent}, reverse=True)
    prescription = report.prescription.dose_gy
    return [
        Isodose(prescription * percent / 100.0, style, "white", f"{percent:g} %")
        for percent, style in zip(percents, _STYLES, strict=False)
    ]


def _draw_colour_bar(axes: Axes, lengths: Normalize) -> None:
    bar = axes.figure.colorbar(ScalarMappable(lengths, _colours()), cax=axes)
    for edge in bar.ax.spines.values():
        edge.set_linewidth(0.4)
    axes.tick_params(labelsize=TEXT_PT - 0.3, length=2, width=0.4, pad=1.5)
    axes.set_title("mm", loc="left", pad=3, **text_style())


def _draw_legend(figure: Figure, isodoses: list[Isodose]) -> None:
    rows = [
        Line2D([], [], color=ON_PAPER[TARGET], linewidth=1.2, label="target"),
        Line2D([], [], color=ON_PAPER[CORD], linewidth=1.2, label="cord"),
    ]
    rows += [
        Line2D([], [], color="#444444", linestyle=i.style, linewidth=1.2, label=i.name)
        for i in isodoses
    ]
    draw_legend(figure, rows, columns=5)
