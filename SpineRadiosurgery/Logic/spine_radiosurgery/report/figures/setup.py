"""The cord volumes' dose-volume histogram with the band of the random setup errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ...cord import CORD_VOLUME as CORD_VOLUME_NAME
from ...dose import DoseSamples
from ..limits import paper_or_protocol_limit
from ..model import Report
from ..tables import dose_axis
from .canvas import FONT, TEXT_PT, new_figure, png
from .colours import CORD_VOLUME, ON_PAPER
from .dvh import SITE_STYLES, mark_limit, style_axes

_SHADES = (("minimum_cc", "maximum_cc", 0.14), ("low_cc", "high_cc", 0.30))


def draw_setup(report: Report) -> bytes | None:
    """Draw planned curves and bands, in percent of each cord volume; None without robustness."""
    if report.robustness is None:
        return None
    bands = [
        band
        for band in report.robustness.to_dict()["dvh_band"]
        if band["structure"].startswith(CORD_VOLUME_NAME)
    ]
    if not bands:
        return None
    figure = new_figure(3.5, 2.75)
    axes = figure.add_axes((0.145, 0.145, 0.83, 0.83))
    colour = ON_PAPER[CORD_VOLUME]
    # So wide that the limit's words find room on its right.
    largest = 1.5 * paper_or_protocol_limit(report).dose_gy
    for band, style in zip(bands, SITE_STYLES, strict=False):
        _draw_band(axes, band, colour)
        samples = report.samples[band["structure"]]
        _draw_planned(axes, samples, colour, style)
        largest = max(largest, samples.max_gy, _end_gy(band))
    mark_limit(axes, report, largest)
    style_axes(axes, 1.04 * largest)
    axes.legend(
        handles=[
            Line2D([], [], color=colour, linewidth=1.6, label="planned"),
            Patch(facecolor=colour, alpha=0.40, label="9 of 10 setup errors"),
            Patch(facecolor=colour, alpha=0.14, label="all of them"),
        ],
        loc="upper right", frameon=False, prop={"size": TEXT_PT, "family": FONT}, borderpad=0,
    )  # fmt: skip
    return png(figure)


def _draw_band(axes: Axes, band: Mapping[str, Any], colour: str) -> None:
    for low, high, opacity in _SHADES:
        low_percent, high_percent = (
            100.0 * np.asarray(band[edge]) / band["volume_cc"] for edge in (low, high)
        )
        axes.fill_between(
            band["dose_gy"], low_percent, high_percent, color=colour, alpha=opacity, linewidth=0
        )


def _draw_planned(axes: Axes, samples: DoseSamples, colour: str, style: Any) -> None:
    doses = dose_axis(samples.max_gy)
    percent = 100.0 * samples.cumulative(doses) / samples.covered_cc
    axes.plot(doses, percent, color=colour, linestyle=style, linewidth=1.6)


def _end_gy(band: Mapping[str, Any]) -> float:
    """Largest dose at which any setup error leaves volume in the band."""
    doses, volumes = np.asarray(band["dose_gy"]), np.asarray(band["maximum_cc"])
    return float(doses[volumes > 0].max(initial=0.0))
