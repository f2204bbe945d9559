"""Pictures of the summary as SVG in data: URIs, the same bytes for the same document."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Any, Literal

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...report.figures.canvas import FONT, TEXT_PT, new_figure, style_plot, text_style
from ...report.palette import LIMIT_ON_PAPER, ON_PAPER

COLOURS = {**ON_PAPER, "prv": "#5b4b8a"}
DASHES = {"target": "-", "cord_volume": "-", "cord": (0, (6, 2)), "prv": (0, (2, 1.5))}
GROUP_COLOURS = ("#0b5c86", "#e09a4f", "#d3dae0", "#8a6fb0", "#6fae8f", "#555555")
"""Of numbers of fractions: their lightness differs, and so do hatches and markers."""
GROUP_HATCHES = ("", "////", "", "....", "xxxx", "")
GROUP_MARKERS = ("o", "s", "^", "D", "v", "P")
OUTLINE = "#33424b"
WIDE, NARROW = (4.7, 3.05), (3.3, 2.15)
"""Two, or three, stand side by side on the page; inches in print."""
LegendPlace = Literal["best", "upper left", "above"]
ABOVE_INCH = 0.2
"""Room above a plot, where limits are named."""
_SALT = "spine-radiosurgery"


def new_plot(
    size: tuple[float, float],
    x_label: str,
    y_label: str,
    *,
    left: float = 0.55,
    below: float = 0.42,
) -> tuple[Figure, Axes]:
    """Return a figure with one plot; the margins on the left and below are in inches."""
    width, height = size
    figure = new_figure(width, height)
    axes = figure.add_axes(
        (left / width, below / height, 1 - (left + 0.12) / width, 1 - (below + ABOVE_INCH) / height)
    )
    style_plot(axes, x_label, y_label)
    for label in (axes.xaxis.label, axes.yaxis.label):
        # Names of structures and columns are no formulas.
        label.set_parse_math(False)
    return figure, axes


def uri(figure: Figure) -> str:
    """Return a figure as an SVG in a data: URI; letters are shapes, as on every machine."""
    buffer = io.BytesIO()
    with rc_context({"svg.hashsalt": _SALT, "svg.fonttype": "path"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return f"data:image/svg+xml;base64,{base64.b64encode(buffer.getvalue()).decode('ascii')}"


def legend(axes: Axes, place: LegendPlace = "best") -> None:
    """Write the legend in the pictures' font, in a frame that keeps its markers from the data.

    "above" is a row above the plot without a frame, where bands fill most of the plot.
    """
    if place == "above":
        where: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0.0, 1.0), "ncol": 3}
        frame: dict[str, Any] = {"frameon": False, "borderpad": 0.0, "borderaxespad": 0.3}
    else:
        where = {"loc": place}
        frame = {"framealpha": 0.9, "edgecolor": "#b8c2c8", "fancybox": False, "borderpad": 0.35}
    axes.legend(**where, **frame, prop={"size": TEXT_PT, "family": FONT}, handlelength=1.9)


def limit_line(axes: Axes, value: float, words: str, *, upright: bool = True) -> None:
    """Draw a limit and say what it is, above the plot or at its right end."""
    line: dict[str, Any] = {
        "color": LIMIT_ON_PAPER,
        "linewidth": 1.1,
        "linestyle": (0, (5, 2)),
        "zorder": 3,
    }
    style = text_style(LIMIT_ON_PAPER)
    if upright:
        axes.axvline(value, **line)
        place: dict[str, Any] = {"ha": "center", "va": "bottom", **style}
        axes.text(value, 1.01, words, transform=axes.get_xaxis_transform(), **place)
    else:
        axes.axhline(value, **line)
        place = {"ha": "right", "va": "bottom", **style}
        axes.text(0.99, value, words, transform=axes.get_yaxis_transform(), **place)


def percent_axis(axes: Axes, ticks: Sequence[int] = (0, 20, 40, 60, 80, 100)) -> None:
    """Let the vertical axis run from 0 to 100 %."""
    axes.set_ylim(-1.5, 103)
    axes.set_yticks(list(ticks))
