"""The pictures of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from page import PICTURES

if TYPE_CHECKING:
    from closed_forms import Case
    from cord import CordResult
    from growth import Growth

COLOURS = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#E69F00",
    "#000000",
    "#8C6D31",
)
"""Told apart by colour-blind readers too (Okabe and Ito)."""


def _save(figure: Figure, file: str) -> None:
    """Write a PNG without the date and version that would make every run differ."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context({"svg.hashsalt": "benchmarks"}):
        figure.savefig(PICTURES / file, dpi=110, metadata={"Software": None})


def _tidy(axes: Axes, title: str, across: str, up: str) -> None:
    axes.set_title(title, loc="left", fontsize=10)
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.grid(visible=True, linewidth=0.4, alpha=0.6)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def closed_form_picture(file: str, cases: Sequence[Case]) -> None:
    """Worst point of the curve against the contour spacing, a line for every solid."""
    figure = Figure(figsize=(9, 4), layout="constrained")
    kinds = list(dict.fromkeys(c.between for c in cases))
    panels = figure.subplots(1, len(kinds), sharey=True, squeeze=False)[0]
    spacings = sorted({c.contour_spacing_mm for c in cases})
    for axes, between in zip(panels, kinds, strict=True):
        for colour, solid in zip(COLOURS, dict.fromkeys(c.solid for c in cases), strict=False):
            worst = [
                max(
                    c.curve_percent
                    for c in cases
                    if (c.solid, c.between, c.contour_spacing_mm) == (solid, between, spacing)
                )
                for spacing in spacings
            ]
            axes.plot(spacings, worst, "o-", color=colour, markersize=4, label=solid)
        axes.axhline(1.0, color="#777777", linewidth=1, linestyle="--")
        _tidy(axes, f"{between} between contours", "contour spacing, mm", "")
        axes.set_ylim(bottom=0)
    panels[0].set_ylabel("worst point of the curve, points of volume")
    panels[-1].legend(fontsize=7, frameon=False, loc="upper left")
    _save(figure, file)


def cord_picture(file: str, results: Sequence[CordResult]) -> None:
    """Errors of all offsets with the reported uncertainty."""
    figure = Figure(figsize=(9, 4), layout="constrained")
    panels = figure.subplots(1, 2)
    grids = sorted({r.dose_spacing_mm for r in results})
    for axes, what, bar, error, said in (
        (panels[0], "V10Gy, percentage points", 0.1, "v10_points", "v10_said"),
        (panels[1], "D10%, Gy", 0.02, "d10_gy", "d10_said"),
    ):
        for n, (colour, grid) in enumerate(zip(COLOURS, grids, strict=False)):
            chosen = [r for r in results if r.dose_spacing_mm == grid]
            places = n * (len(chosen) + 3) + np.arange(len(chosen))
            axes.errorbar(
                places,
                [getattr(r, error) for r in chosen],
                yerr=[getattr(r, said) for r in chosen],
                fmt="o",
                markersize=3,
                linewidth=0.8,
                color=colour,
                label=f"dose grid {grid:g} mm",
            )
        for side in (-bar, bar):
            axes.axhline(side, color="#777777", linewidth=1, linestyle="--")
        axes.set_xticks([])
        _tidy(axes, f"Error of {what}; dashed: the bar", "offsets", what)
    # Between the data and the bar.
    panels[1].legend(fontsize=8, frameon=False, loc="upper right", bbox_to_anchor=(1.0, 0.93))
    _save(figure, file)


def growth_picture(file: str, runs: Mapping[str, Sequence[Growth]]) -> None:
    """Time and memory against size, both on logarithmic axes."""
    figure = Figure(figsize=(9, 4), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    for axes, (across, series) in zip(panels, runs.items(), strict=True):
        sizes = [run.size for run in series]
        for colour, name, values in (
            (COLOURS[0], "time, ms", [1000 * run.time_s for run in series]),
            (COLOURS[1], "memory on top of the inputs, MB", [run.memory_mb for run in series]),
        ):
            axes.loglog(sizes, values, "o-", color=colour, markersize=4, label=name)
        _tidy(axes, f"Growth with {across}", across, "")
        axes.legend(fontsize=8, frameon=False)
    _save(figure, file)


def eclipse_picture(
    file: str, curves: Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]]
) -> None:
    """Our curve minus that of Eclipse, for every structure."""
    figure = Figure(figsize=(9, 4), layout="constrained")
    axes = figure.subplots()
    for n, (name, (dose, theirs, ours)) in enumerate(curves.items()):
        axes.plot(
            dose,
            ours - theirs,
            color=COLOURS[n % len(COLOURS)],
            linewidth=1,
            linestyle=("-", "--")[n // len(COLOURS) % 2],
            label=name,
        )
    _tidy(axes, "Ours minus Eclipse", "dose, Gy", "percentage points of volume")
    axes.legend(fontsize=7, frameon=False, ncols=2)
    _save(figure, file)
