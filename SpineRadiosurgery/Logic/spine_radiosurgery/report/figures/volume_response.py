"""Tumor volume over time, in percent of the volume before treatment."""

from __future__ import annotations

from matplotlib.axes import Axes

from ...assessment.followup.volumes import VolumeCourse, volume_response
from ..model import Report
from .canvas import FONT, TEXT_PT, new_figure, png, style_plot
from .colours import FAINT_INK, LIMIT_ON_PAPER, ORGAN_STYLES, ORGANS

_MARKERS = ("o", "s", "^")
PAPER_MONTHS, PAPER_CHANGE_PERCENT = 2.0, -65.0
"""Epidural tumor in Ryu 2015: 65 % less volume at 2 months."""


def draw_volume_response(report: Report) -> bytes | None:
    """Draw the volume of each kind of tumor; None where no change from baseline is known."""
    if report.assessment is None:
        return None
    courses = [
        course
        for course in volume_response(report.assessment.follow_up.volumes)
        if any(point.change_percent is not None for point in course.points)
    ]
    if not courses:
        return None
    figure = new_figure(4.6, 2.6)
    axes = figure.add_axes((0.125, 0.16, 0.85, 0.80))
    for number, course in enumerate(courses):
        _draw(axes, course, number)
    if any(course.kind == "epidural" for course in courses):
        _mark_paper(axes)
    _style(axes)
    axes.legend(loc="best", frameon=False, prop={"size": TEXT_PT, "family": FONT}, borderpad=0)
    return png(figure)


def _draw(axes: Axes, course: VolumeCourse, number: int) -> None:
    known = [
        (p.months, 100.0 + p.change_percent) for p in course.points if p.change_percent is not None
    ]
    if course.baseline_day is not None and all(month > 0 for month, _ in known):
        known.insert(0, (0.0, 100.0))
    axes.plot(
        [month for month, _ in known],
        [percent for _, percent in known],
        color=ORGANS[number],
        linestyle=ORGAN_STYLES[number] if number else "-",
        marker=_MARKERS[number],
        markersize=4,
        linewidth=1.4,
        label=f"{course.title}, {course.baseline_cc:.2f} cc before",
    )


def _mark_paper(axes: Axes) -> None:
    axes.plot(
        [PAPER_MONTHS],
        [100.0 + PAPER_CHANGE_PERCENT],
        color=LIMIT_ON_PAPER,
        marker="x",
        markersize=6,
        linestyle="none",
        label="Epidural tumor in Ryu 2015: 35 % left at 2 months",
    )


def _style(axes: Axes) -> None:
    low, high = axes.get_ylim()
    axes.set_ylim(min(0.0, low), max(110.0, high))
    axes.margins(x=0.02)
    axes.axhline(100.0, color=FAINT_INK, linewidth=0.6, linestyle=(0, (4, 3)))
    style_plot(axes, "months after radiosurgery", "volume (% of baseline)")
