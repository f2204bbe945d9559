"""Pictures of doses: bands of DVHs, histograms of metrics, and the cord volume's two limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.image import AxesImage
from matplotlib.ticker import MaxNLocator

from ...report.figures.canvas import TEXT_PT, text_style
from .drawing import (
    COLOURS,
    DASHES,
    GROUP_COLOURS,
    GROUP_HATCHES,
    GROUP_MARKERS,
    NARROW,
    OUTLINE,
    WIDE,
    legend,
    limit_line,
    new_plot,
    percent_axis,
    uri,
)
from .words import ROLE_WORDS, fractions_words

Row = Mapping[str, Any]


def draw_bands(bands: Sequence[Row], x_label: str, limit: tuple[float, float] | None) -> str:
    """Draw bands of 5 to 95 % and of 25 to 75 %, and the median, of each role."""
    figure, axes = new_plot(WIDE, x_label, "volume (%)")
    for band in bands:
        role, doses = band["role"], band["doses"]
        colour = COLOURS[role]
        axes.fill_between(doses, band["p05"], band["p95"], color=colour, alpha=0.16, linewidth=0)
        axes.fill_between(doses, band["p25"], band["p75"], color=colour, alpha=0.30, linewidth=0)
        for name in ("p05", "p95"):
            axes.plot(doses, band[name], color=colour, linewidth=0.5, alpha=0.7)
        axes.plot(
            doses,
            band["p50"],
            color=colour,
            linestyle=DASHES[role],
            linewidth=1.8,
            label=f"{ROLE_WORDS[role]}, {band['curves']}",
        )
    percent_axis(axes)
    axes.set_xlim(0, max((band["doses"][-1] for band in bands), default=1.0))
    if limit is not None and limit[0] < axes.get_xlim()[1]:
        axes.plot([limit[0]], [limit[1]], marker="x", markersize=7, mew=1.8, color="#8e2a86")
        axes.annotate(
            f"{limit[0]:g} Gy, {limit[1]:g} %",
            limit,
            xytext=(5, 5),
            textcoords="offset points",
            **text_style("#8e2a86"),
        )
    legend(axes, "above")
    return uri(figure)


def draw_histogram(number: Row) -> str:
    """Draw how many cases have which value, stacked by number of fractions."""
    words = f"{number['title']} ({number['unit']})"
    figure, axes = new_plot(NARROW, words, "cases", left=0.5, below=0.40)
    edges = np.array(number["edges"])
    bottom = np.zeros(len(edges) - 1)
    for place, group in enumerate(number["groups"]):
        counts = np.array(group["counts"])
        axes.bar(
            edges[:-1],
            counts,
            width=np.diff(edges),
            bottom=bottom,
            align="edge",
            color=GROUP_COLOURS[place % len(GROUP_COLOURS)],
            hatch=GROUP_HATCHES[place % len(GROUP_HATCHES)],
            edgecolor=OUTLINE if len(number["groups"]) > 1 else "white",
            linewidth=0.4,
            label=fractions_words(group["fractions"]),
        )
        bottom += counts
    has_single = any(group["fractions"] == 1 for group in number["groups"])
    if number["limit"] is not None and has_single and number["limit"] <= edges[-1]:
        limit_line(axes, number["limit"], f"{number['limit']:g} {number['unit']}")
    axes.set_ylim(0, max(1.0, 1.08 * bottom.max()))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    axes.grid(axis="x", visible=False)
    if len(number["groups"]) > 1:
        legend(axes)
    return uri(figure)


def draw_pair(pair: Row, numbers: Mapping[str, Row], limits: Row) -> str:
    """Draw one number against another: points, or cells of a grid where there are many."""
    x, y = numbers[pair["x"]], numbers[pair["y"]]
    figure, axes = new_plot(WIDE, _words(x), _words(y))
    if pair["grid"] is None:
        for place, (fractions, points) in enumerate(_by_number(pair["points"])):
            colour = GROUP_COLOURS[place % len(GROUP_COLOURS)]
            axes.plot(
                *np.array(points).T,
                linestyle="none",
                marker=GROUP_MARKERS[place % len(GROUP_MARKERS)],
                markersize=3.6 if pair["cases"] <= 500 else 2.4,
                markerfacecolor=colour,
                markeredgecolor=OUTLINE,
                markeredgewidth=0.4,
                alpha=0.85,
                label=f"{fractions_words(fractions)}, {len(points)}",
            )
        legend(axes, "upper left")
    else:
        counts = np.array(pair["grid"]["counts"], dtype=float).T
        x_edges, y_edges = pair["grid"]["x_edges"], pair["grid"]["y_edges"]
        # One small image: as shapes the cells would make a picture of half a megabyte.
        mesh = axes.imshow(
            np.ma.masked_equal(counts, 0),
            extent=(x_edges[0], x_edges[-1], y_edges[0], y_edges[-1]),
            origin="lower",
            aspect="auto",
            interpolation="nearest",
            cmap="Blues",
            norm=LogNorm(0.4, max(counts.max(), 2.0)),
        )
        _draw_scale(axes, mesh, counts.max())
    up, right = limits["percent"], limits["cc"] if pair["x"] == "cord_v10cc" else limits["dose_gy"]
    end = max(axes.get_xlim()[1], 1.2 * right)
    axes.set_xlim(right=end)
    if pair["x"] == "cord_v10cc":
        # Cases without any such volume are frequent: their points are not to be cut.
        axes.set_xlim(left=-0.02 * end)
    axes.set_ylim(top=max(axes.get_ylim()[1], 1.15 * up))
    limit_line(axes, up, f"{up:g} %", upright=False)
    limit_line(axes, right, f"{right:g} {x['unit']}")
    axes.set_ylim(bottom=min(-0.5, axes.get_ylim()[0] if pair["grid"] is None else 0))
    return uri(figure)


def _draw_scale(axes: Axes, mesh: AxesImage, largest: float) -> None:
    """Draw the colors of the cells beside the plot, which makes room for them."""
    left, below, width, height = axes.get_position().bounds
    axes.set_position((left, below, width - 0.13, height))
    beside = axes.figure.add_axes((left + width - 0.11, below, 0.025, height))
    ticks = [10**power for power in range(len(str(int(largest))))]
    bar = axes.figure.colorbar(mesh, cax=beside, ticks=ticks, format="%d")
    bar.minorticks_off()
    bar.outline.set_linewidth(0.4)
    beside.tick_params(labelsize=TEXT_PT, length=2, width=0.4, pad=1.5)
    beside.set_title("cases", loc="left", pad=3, **text_style())


def _by_number(points: Mapping[str, Any]) -> list[tuple[int, Any]]:
    """JSON has no numbers for keys."""
    return sorted((int(fractions), found) for fractions, found in points.items())


def _words(number: Row) -> str:
    return f"{number['title']} ({number['unit']})"
