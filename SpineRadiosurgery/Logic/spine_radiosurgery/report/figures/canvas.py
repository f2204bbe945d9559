"""Figures at print size, their text and their PNG files; without any global state of matplotlib."""

from __future__ import annotations

import io
from typing import Any

from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patheffects import AbstractPathEffect

from ...geometry import report_progress
from .colours import FAINT_INK, INK

DPI = 160
TEXT_PT = 8.5
"""Figures are as wide as in print, so that this is the size on paper."""
FONT = "DejaVu Sans"
"""It comes with matplotlib: the same letters on every machine."""
_THIN_PX = 1.4
_COMPRESSION = {"compress_level": 4}
"""A sixth of the drawing time less than by default, for files a tenth larger."""


def new_figure(width_inch: float, height_inch: float) -> Figure:
    """Return an empty white figure of its size in print."""
    figure = Figure(figsize=(width_inch, height_inch), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def thin_line() -> float:
    """Line width in points of a line thinner than 1.5 pixels at 100 %."""
    return _THIN_PX * 72.0 / DPI


def halo(colour: str = "black", width_pt: float = 1.6) -> list[AbstractPathEffect]:
    """Outline that keeps text readable on any ground."""
    return [patheffects.withStroke(linewidth=width_pt, foreground=colour)]


def png(figure: Figure) -> bytes:
    """Write a figure as PNG; neither time nor version is stored."""
    report_progress()
    buffer = io.BytesIO()
    figure.savefig(
        buffer, format="png", dpi=DPI, metadata={"Software": None}, pil_kwargs=_COMPRESSION
    )
    return buffer.getvalue()


def text_style(colour: str = INK, size_pt: float = TEXT_PT) -> dict[str, Any]:
    """Return the arguments of a text in the report's font."""
    return {"fontsize": size_pt, "color": colour, "family": FONT}


def style_plot(axes: Axes, x_label: str, y_label: str) -> None:
    """Give a plot its labels, a faint grid, and axes on the left and below only."""
    axes.set_xlabel(x_label, labelpad=2, **text_style())
    axes.set_ylabel(y_label, labelpad=2, **text_style())
    axes.tick_params(labelsize=TEXT_PT, labelcolor=INK, color=FAINT_INK, width=0.5, length=3)
    axes.grid(color="#e9ecee", linewidth=0.5)
    axes.set_axisbelow(True)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set(color=FAINT_INK, linewidth=0.5)
