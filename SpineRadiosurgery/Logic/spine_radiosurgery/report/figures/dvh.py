"""The cumulative dose-volume histogram with the deciding limit marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from ...dose import DoseSamples
from ..limits import paper_or_protocol_limit
from ..model import Report
from ..tables import dose_axis
from .canvas import FONT, TEXT_PT, new_figure, png, style_plot, text_style
from .colours import (
    CORD,
    CORD_VOLUME,
    LIMIT_ON_PAPER,
    ON_PAPER,
    ORGAN_STYLES,
    ORGANS,
    OTHER_ORGAN,
    TARGET,
)

SITE_STYLES = ("-", "--", "-.", ":")
_NOT_DRAWN = ("external", "vertebra")


@dataclass(frozen=True)
class _Curve:
    name: str
    colour: str
    style: Any
    width_pt: float


def draw_dvh(report: Report) -> bytes:
    """Draw target, cord volumes, cord and organs, in percent of the volume inside the dose grid."""
    figure = new_figure(7.08, 3.2)
    axes = figure.add_axes((0.075, 0.135, 0.645, 0.82))
    largest = max((report.samples[t.name].max_gy for t in report.targets), default=0.0)
    largest = float(np.nanmax([largest, report.prescription.dose_gy]))
    named, others = _curves(report)
    for curve in (*others, *named):
        _draw(axes, report.samples[curve.name], curve)
    mark_limit(axes, report, largest)
    style_axes(axes, 1.04 * largest)
    handles = [
        Line2D(
            [], [], color=c.colour, linestyle=c.style, linewidth=c.width_pt, label=_short(c.name)
        )
        for c in named
    ]
    if others:
        label = f"{len(others)} other structure{'' if len(others) == 1 else 's'}"
        handles.append(Line2D([], [], color=OTHER_ORGAN, linewidth=0.8, label=label))
    figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.73, 0.975), frameon=False,
        prop={"size": TEXT_PT, "family": FONT}, handlelength=2.6, borderpad=0,
    )  # fmt: skip
    return png(figure)


def _curves(report: Report) -> tuple[list[_Curve], list[_Curve]]:
    """Named curves, and the organs that stay grey: the named organs have the largest doses."""
    by_role: dict[str, list[str]] = {}
    for name, samples in report.samples.items():
        if samples.covered_cc > 0:
            by_role.setdefault(report.roles.get(name, "organ"), []).append(name)
    named = []
    for role, width in ((TARGET, 1.6), (CORD_VOLUME, 2.0), (CORD, 1.3)):
        for number, name in enumerate(by_role.pop(role, [])):
            style = SITE_STYLES[number % len(SITE_STYLES)]
            named.append(_Curve(name, ON_PAPER[role], style, width))
    rest = [n for role, names in by_role.items() if role not in _NOT_DRAWN for n in names]
    organs = [n for n in rest if report.roles.get(n, "organ") in ("organ", "canal")]
    organs.sort(key=lambda n: (-report.samples[n].max_gy, n))
    chosen = organs[: len(ORGANS)]
    named += [
        _Curve(name, colour, style, 1.0)
        for name, colour, style in zip(chosen, ORGANS, ORGAN_STYLES, strict=False)
    ]
    return named, [_Curve(n, OTHER_ORGAN, "-", 0.8) for n in rest if n not in chosen]


def _draw(axes: Axes, samples: DoseSamples, curve: _Curve) -> None:
    doses = dose_axis(samples.max_gy)
    percent = 100.0 * samples.cumulative(doses) / samples.covered_cc
    axes.plot(doses, percent, color=curve.colour, linestyle=curve.style, linewidth=curve.width_pt)


def style_axes(axes: Axes, largest_gy: float) -> None:
    """Give a cumulative histogram in percent its axes, labels and grid."""
    axes.set(xlim=(0, largest_gy), ylim=(0, 101))
    style_plot(axes, "dose (Gy)", "volume (%)")


def mark_limit(axes: Axes, report: Report, largest_gy: float) -> None:
    """Draw the corner that the cord volume's curve must stay below."""
    limit = paper_or_protocol_limit(report)
    line: dict[str, Any] = {"color": LIMIT_ON_PAPER, "linewidth": 0.8, "linestyle": (0, (4, 2))}
    axes.plot([limit.dose_gy, limit.dose_gy], [0, limit.percent], **line)
    axes.plot([0, limit.dose_gy], [limit.percent, limit.percent], **line)
    axes.plot([limit.dose_gy], [limit.percent], marker="o", markersize=4, color=LIMIT_ON_PAPER)
    right = limit.dose_gy < 0.75 * largest_gy
    axes.annotate(
        f"limit {limit.dose_gy:.4g} Gy, {limit.percent:.4g} %\n({limit.source})",
        (limit.dose_gy, limit.percent),
        xytext=(6 if right else -6, 6),
        textcoords="offset points",
        ha="left" if right else "right",
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1},
        **text_style(LIMIT_ON_PAPER),
    )


def _short(name: str, longest: int = 24) -> str:
    return name if len(name) <= longest else f"{name[: longest - 1]}…"
