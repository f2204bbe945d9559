"""Axial, sagittal and coronal pictures through the hottest point of the cord volume."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from ...cord import CordVolume
from ...geometry import Structure, report_progress, with_progress
from ..limits import hottest_volume, paper_or_protocol_limit
from ..model import Report
from .canvas import TEXT_PT, halo, new_figure, png, text_style, thin_line
from .colours import (
    CORD,
    CORD_VOLUME,
    LIMIT_ON_IMAGE,
    LIMIT_ON_PAPER,
    ON_IMAGE,
    ON_PAPER,
    TARGET,
    dose_colours,
    wash_opacity,
)
from .plane_drawing import (
    Isodose,
    draw_image,
    draw_isodoses,
    draw_legend,
    draw_letters,
    draw_outline,
    draw_scale,
    extent_mm,
)
from .resampling import VIEWS, Plane, dose_on, plane_through

FloatArray = NDArray[np.float64]

AROUND_TARGET_MM = 42.0
STEP_MM = 0.4
ISODOSES_PERCENT = (100.0, 90.0, 50.0)
_ISODOSE_STYLES = ("solid", "dashed", "dotted")
_LIMIT_STYLE = "dashdot"
_WIDTH_INCH, _HEIGHT_INCH = 3.5, 3.38


def draw_planes(report: Report) -> dict[str, bytes]:
    """Draw the three planes; empty when no cord volume lies in the dose grid."""
    volume = hottest_volume(report)
    if volume is None:
        return {}
    point = report.samples[volume.structure.name].hottest_point_ras
    assert point is not None
    low, high = _box(report, volume, np.asarray(point))
    return {
        f"{view}.png": _draw(
            report, plane_through(point, view, low, high, step_mm=STEP_MM), np.asarray(point)
        )
        for view in with_progress(VIEWS, lambda view: f"Drawing the {view} plane")
    }


def _box(report: Report, volume: CordVolume, point: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return a cube around the target of this cord volume and the point."""
    bounds = [
        b
        for b in (t.bounds_ras() for t in report.targets)
        if b[1, 2] >= volume.target_lower_mm and b[0, 2] <= volume.target_upper_mm
    ]
    low = np.min([b[0] for b in bounds] + [point], axis=0)
    high = np.max([b[1] for b in bounds] + [point], axis=0)
    low[2], high[2] = volume.target_lower_mm, volume.target_upper_mm
    centre, half = (low + high) / 2, (high - low).max() / 2 + AROUND_TARGET_MM
    return centre - half, centre + half


def _draw(report: Report, plane: Plane, point: FloatArray) -> bytes:
    figure = new_figure(_WIDTH_INCH, _HEIGHT_INCH)
    side = 2.98
    axes = figure.add_axes((0.0, 1 - side / _HEIGHT_INCH, side / _WIDTH_INCH, side / _HEIGHT_INCH))
    axes.set_facecolor("black")
    width, height = plane.size_mm
    draw_image(axes, report.case.image, plane)
    isodoses = _isodoses(report)
    dose = _draw_dose(axes, report, plane)
    _draw_structures(axes, report, plane)
    report_progress()
    draw_isodoses(axes, dose, plane, isodoses, plane.to_picture([point])[0])
    if plane.view != "axial":
        _draw_cut_planes(axes, report, plane)
    _draw_crosshair(axes, plane.to_picture([point])[0])
    draw_letters(axes, plane)
    draw_scale(axes, height)
    axes.set(xlim=(0, width), ylim=(height, 0), xticks=[], yticks=[])
    bar = figure.add_axes(((side + 0.06) / _WIDTH_INCH, 0.3, 0.1 / _WIDTH_INCH, 0.6))
    _draw_colour_bar(bar, report)
    draw_legend(figure, _legend(report, isodoses), columns=4)
    return png(figure)


def _draw_dose(axes: Axes, report: Report, plane: Plane) -> FloatArray:
    assert report.case.dose is not None
    dose = dose_on(report.case.dose, plane)
    axes.imshow(
        np.nan_to_num(dose),
        cmap=dose_colours(),
        vmin=0.0,
        vmax=report.case.dose.max_gy,
        alpha=wash_opacity(dose / report.prescription.dose_gy),
        extent=extent_mm(plane),
        interpolation="bilinear",
    )
    return dose


def _draw_structures(axes: Axes, report: Report, plane: Plane) -> None:
    outlined: list[tuple[Structure, str]] = [(t, TARGET) for t in report.targets]
    outlined.append((report.cord, CORD))
    outlined += [(v.structure, CORD_VOLUME) for v in report.cord_volumes]
    for structure, role in outlined:
        report_progress()
        # The cord volume's outline lies on the cord's: dashes let both be seen.
        style = (0, (7, 6)) if role == CORD_VOLUME else "solid"
        draw_outline(axes, structure, plane, ON_IMAGE[role], style)


def _isodoses(report: Report) -> list[Isodose]:
    prescription = report.prescription.dose_gy
    found = [
        Isodose(prescription * percent / 100.0, style, "white", f"{percent:g} %")
        for percent, style in zip(ISODOSES_PERCENT, _ISODOSE_STYLES, strict=True)
    ]
    limit = paper_or_protocol_limit(report)
    if all(abs(limit.dose_gy - isodose.level_gy) > 0.05 for isodose in found):
        name = f"{limit.dose_gy:.4g} Gy"
        found.append(Isodose(limit.dose_gy, _LIMIT_STYLE, LIMIT_ON_IMAGE, name))
    return found


def _draw_cut_planes(axes: Axes, report: Report, plane: Plane) -> None:
    """Mark where each cord volume ends, with the distance from the target."""
    width, height = plane.size_mm
    for volume in report.cord_volumes:
        low, high = volume.structure.bounds_ras()
        for end_mm, reached_mm, side in (
            (volume.upper_mm, volume.superior_mm, "above"),
            (volume.lower_mm, volume.inferior_mm, "below"),
        ):
            ends = plane.to_picture([[low[0], low[1], end_mm], [high[0], high[1], end_mm]])
            row = float(ends[0, 1])
            if not 0 < row < height:
                continue
            start, stop = sorted(ends[:, 0])
            start, stop = max(0.0, start - 8.0), width
            above = side == "above"
            axes.plot([start, stop], [row, row], color="white", linewidth=thin_line())
            axes.text(
                width - 2.0,
                row + (-1.0 if above else 1.0),
                f"{reached_mm:.1f} mm {side}",
                ha="right",
                va="bottom" if above else "top",
                path_effects=halo(),
                **text_style("white"),
            )


def _draw_crosshair(axes: Axes, spot: FloatArray, gap_mm: float = 4.0, arm_mm: float = 5.0) -> None:
    for direction in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        ends = spot + np.outer([gap_mm, gap_mm + arm_mm], direction)
        axes.plot(ends[:, 0], ends[:, 1], color="white", linewidth=thin_line())


def _draw_colour_bar(axes: Axes, report: Report) -> None:
    assert report.case.dose is not None
    shades = ScalarMappable(Normalize(0.0, report.case.dose.max_gy), dose_colours())
    bar = axes.figure.colorbar(shades, cax=axes)
    for edge in bar.ax.spines.values():
        edge.set_linewidth(0.4)
    axes.tick_params(labelsize=TEXT_PT - 0.3, length=2, width=0.4, pad=1.5)
    axes.set_title("Gy", loc="left", pad=3, **text_style())


def _legend(report: Report, isodoses: list[Isodose]) -> list[Line2D]:
    """Names of the lines; on paper in dark colours, the style tells them apart in grey."""
    names = {TARGET: "target", CORD: "cord", CORD_VOLUME: "cord volume"}
    styles: tuple[Any, ...] = ("-", "-", (0, (4, 2)))
    rows = [
        Line2D([], [], color=ON_PAPER[role], linestyle=style, linewidth=1.2, label=name)
        for (role, name), style in zip(names.items(), styles, strict=True)
    ]
    rows += [
        Line2D(
            [], [],
            color="#444444" if i.colour == "white" else LIMIT_ON_PAPER,
            linestyle=i.style, linewidth=1.2, label=i.name,
        )
        for i in isodoses
    ]  # fmt: skip
    return rows
