"""Pictures of outcomes: pass rates, survival curves, dose-response."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from ...report.figures.canvas import FONT, TEXT_PT, new_figure, style_plot, text_style
from ...report.figures.colours import FAINT_INK, INK
from .drawing import ABOVE_INCH, OUTLINE, WIDE, new_plot, percent_axis, uri
from .words import group_words

Row = Mapping[str, Any]

CURVE = "#0b5c86"
_ROW_INCH, _HEAD_INCH, _FOOT_INCH = 0.175, 0.06, 0.42
_LABELS_INCH, _COUNTS_INCH = 1.42, 0.62
_RISK_INCH = 0.36


def draw_rates(rates: Row) -> str:
    """Draw the share that passes with its interval, a row for each region, level and template."""
    rows = _rows(rates)
    width = WIDE[0]
    height = _HEAD_INCH + _FOOT_INCH + _ROW_INCH * len(rows)
    figure = new_figure(width, height)
    plot_width = width - _LABELS_INCH - _COUNTS_INCH
    axes = figure.add_axes(
        (
            _LABELS_INCH / width,
            _FOOT_INCH / height,
            plot_width / width,
            1 - (_HEAD_INCH + _FOOT_INCH) / height,
        )
    )
    style_plot(axes, "within tolerance (%), 95 % interval", "")
    axes.set(xlim=(-2, 102), ylim=(len(rows) - 0.5, -0.5), yticks=[])
    axes.set_xticks([0, 20, 40, 60, 80, 100])
    overall = rates["all"]["percent"]
    if overall is not None:
        axes.axvline(overall, color=FAINT_INK, linewidth=0.7, linestyle=(0, (4, 3)))
    for place, (words, row) in enumerate(rows):
        _rate_row(axes, place, words, row)
    return uri(figure)


def _rows(rates: Row) -> list[tuple[str, Row | None]]:
    rows: list[tuple[str, Row | None]] = [("All", rates["all"])]
    for kind in ("region", "level", "template"):
        rows.append((f"By {kind}", None))
        rows += [(group_words(kind, row["name"]), row) for row in rates[f"by_{kind}"]]
    return rows


def _rate_row(axes: Axes, place: int, words: str, row: Row | None) -> None:
    is_heading = row is None
    axes.text(
        -0.03 if is_heading or words == "All" else 0.0,
        place,
        words if is_heading or words == "All" else f"{words}  ",
        transform=axes.get_yaxis_transform(),
        ha="right",
        va="center",
        parse_math=False,
        weight="bold" if is_heading or words == "All" else "normal",
        **text_style(INK if row else FAINT_INK),
    )
    if row is None:
        return
    axes.text(
        1.02,
        place,
        f"{row['pass']}/{row['evaluated']}",
        transform=axes.get_yaxis_transform(),
        ha="left",
        va="center",
        **text_style(),
    )
    if row["percent"] is None:
        return
    axes.plot([row["low_percent"], row["high_percent"]], [place, place], color=CURVE, linewidth=1.3)
    axes.plot(
        [row["percent"]],
        [place],
        marker="D" if words == "All" else "o",
        markersize=5 if words == "All" else 4,
        color=CURVE,
        clip_on=False,
    )


def draw_survival(curve: Row) -> str:
    """Draw a Kaplan-Meier curve with its band, censored cases and numbers at risk."""
    size = (WIDE[0], WIDE[1] + 0.15)
    figure, axes = new_plot(
        size, "months", f"{_kept(curve)} (%)", left=0.72, below=0.42 + _RISK_INCH
    )
    months = np.array(curve["months"], dtype=float)
    limits = np.array([curve["low_percent"], curve["high_percent"]], dtype=float)
    # Both ends of each step: matplotlib would end the band where the last step begins.
    low, high = np.repeat(limits, 2, axis=1)[:, :-1]
    axes.fill_between(np.repeat(months, 2)[1:], low, high, color=CURVE, alpha=0.18, linewidth=0)
    axes.step(months, curve["percent"], where="post", color=CURVE, linewidth=1.6)
    if curve["censored"]:
        axes.plot(
            *np.array(curve["censored"]).T,
            linestyle="none",
            marker="|",
            markersize=5,
            markeredgewidth=0.8,
            color=OUTLINE,
        )
    percent_axis(axes)
    end = max(curve["end_months"], 1e-6)
    axes.set_xlim(-0.01 * end, 1.02 * end)
    axes.set_xticks([tick["months"] for tick in curve["at_risk"]])
    _write_at_risk(axes, curve["at_risk"], size[1])
    return uri(figure)


def _kept(curve: Row) -> str:
    return "controlled" if curve["name"].startswith(("local_", "pain_")) else "without event"


def _write_at_risk(axes: Axes, ticks: Sequence[Row], height: float) -> None:
    top = -(0.42 + 0.02) / (height - 0.42 - _RISK_INCH - ABOVE_INCH)
    style = text_style(FAINT_INK)
    transform = axes.get_xaxis_transform()
    axes.text(-0.05, top, "at risk", transform=axes.transAxes, ha="right", va="top", **style)
    for tick in ticks:
        words = str(tick["cases"])
        axes.text(tick["months"], top, words, transform=transform, ha="center", va="top", **style)


def draw_dose_response(x_label: str, outcome: str, fit: Row) -> str:
    """Draw the logistic curve with its band, and observed rates in bins."""
    figure, axes = new_plot(WIDE, x_label, f"{outcome} (%)")
    x = fit["x"]
    axes.fill_between(
        x, fit["low_percent"], fit["high_percent"], color=CURVE, alpha=0.18, linewidth=0
    )
    axes.plot(x, fit["percent"], color=CURVE, linewidth=1.7)
    _mark_d50(axes, fit)
    for row in fit["observed"]:
        errors = [[row["percent"] - row["low_percent"]], [row["high_percent"] - row["percent"]]]
        axes.errorbar(
            row["mean"],
            row["percent"],
            yerr=np.maximum(errors, 0.0),
            xerr=[[row["mean"] - row["from"]], [row["to"] - row["mean"]]],
            fmt="s",
            markersize=4,
            color=OUTLINE,
            elinewidth=0.7,
            capsize=0,
        )
    # The interval of the 50 % dose may be many times as wide as the data.
    margin = 0.04 * (x[-1] - x[0])
    axes.set_xlim(x[0] - margin, x[-1] + margin)
    highest = max(*(row["high_percent"] for row in fit["observed"]), *fit["high_percent"])
    axes.set_ylim(-0.02 * highest, min(103.0, 1.08 * highest))
    return uri(figure)


def _mark_d50(axes: Axes, fit: Row) -> None:
    d50 = fit["d50"]
    if d50 is None or not fit["x"][0] <= d50 <= fit["x"][-1]:
        return
    axes.plot([d50], [50.0], marker="D", markersize=5, color=CURVE)
    if fit["d50_low"] is not None:
        axes.plot([fit["d50_low"], fit["d50_high"]], [50.0, 50.0], color=CURVE, linewidth=1.0)
    axes.annotate(
        "50 %",
        (d50, 50.0),
        xytext=(4, -11),
        textcoords="offset points",
        fontsize=TEXT_PT,
        family=FONT,
        color=CURVE,
    )
