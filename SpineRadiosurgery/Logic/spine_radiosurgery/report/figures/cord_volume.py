"""The cord volume from the side, to scale: target, cord and the margins really reached."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import NDArray
from scipy import ndimage

from ...cord import CordVolume
from ...geometry import Grid, Structure
from ..model import Report
from .canvas import halo, new_figure, png, text_style
from .colours import CORD, CORD_VOLUME, FAINT_INK, ON_PAPER, TARGET

FloatArray = NDArray[np.float64]

STEP_MM = 1.0
BEYOND_MM = 12.0
"""Height shown above and below the outermost cut planes."""
_WIDTH_INCH, _HEIGHT_INCH = 2.6, 3.4
_LONGEST_NAME = 16
_SMOOTHED_ROWS = 5
"""Contours end in steps, half way between slices; the drawing evens them out."""


def draw_cord_volumes(report: Report) -> bytes:
    """Draw every cord volume, seen from the patient's left side, anterior on the left."""
    figure = new_figure(_WIDTH_INCH, _HEIGHT_INCH)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    volumes = report.cord_volumes
    bottom = min(v.lower_mm - v.missing_inferior_mm for v in volumes) - BEYOND_MM
    top = max(v.upper_mm + v.missing_superior_mm for v in volumes) + BEYOND_MM
    cord = _Profile.of(report.cord, bottom, top)
    scale = (top - bottom) / _HEIGHT_INCH
    width = _WIDTH_INCH * scale
    cord_low, cord_high = cord.span(
        min(v.lower_mm for v in volumes), max(v.upper_mm for v in volumes)
    )
    # Anterior is on the left: positions run from posterior to anterior, leftward.
    right_edge = cord_low - 0.56 * width
    axes.set(xlim=(right_edge + width, right_edge), ylim=(bottom, top))
    axes.set_axis_off()
    for target in report.targets:
        _fill(axes, _Profile.of(target, bottom, top), ON_PAPER[TARGET], 0.16, 0.9)
    _fill(axes, cord, ON_PAPER[CORD], 0.25, 0.9)
    for volume in volumes:
        part = _Profile.of(volume.structure, bottom, top)
        _fill(axes, part, ON_PAPER[CORD_VOLUME], 0.55, 1.2)
        _draw_missing(axes, volume, part)
        _draw_marks(axes, volume, cord_low, cord_high, scale)
    _draw_names(axes, report)
    return png(figure)


class _Profile:
    """Front and back of a structure at each height, over its whole width."""

    def __init__(self, heights: FloatArray, back: FloatArray, front: FloatArray) -> None:
        self.heights, self.back, self.front = heights, back, front

    @classmethod
    def of(cls, structure: Structure, bottom: float, top: float) -> _Profile:
        low, high = structure.bounds_ras()
        bottom, top = max(bottom, float(low[2])), min(top, float(high[2]))
        empty = np.empty(0)
        if top <= bottom:
            return cls(empty, empty, empty)
        rows = max(2, round((top - bottom) / STEP_MM))
        step = (top - bottom) / rows
        columns = (int(np.ceil((high[a] - low[a]) / STEP_MM)) + 2 for a in (0, 1))
        matrix = np.diag([STEP_MM, STEP_MM, step, 1.0])
        matrix[:3, 3] = low[0] - STEP_MM / 2, low[1] - STEP_MM / 2, bottom + step / 2
        across, along = columns
        grid = Grid((rows, along, across), matrix)
        # The share of a pixel that the widest column fills places the outline between pixels.
        filled = structure.mask_on(grid.shape_kji, grid.ijk_to_ras).max(axis=2)
        used = (filled > 0.05).any(axis=1)
        inside = filled[used] > 0.05
        first, last = inside.argmax(axis=1), along - 1 - inside[:, ::-1].argmax(axis=1)
        which = np.arange(len(inside))
        origin = float(matrix[1, 3])
        back = origin + first + 0.5 - filled[used][which, first]
        front = origin + last - 0.5 + filled[used][which, last]
        heights = bottom + (np.flatnonzero(used).astype(np.float64) + 0.5) * step
        if not len(heights):
            return cls(empty, empty, empty)
        # Rows are known at their centers; the structure reaches to the outermost rows' edges.
        ends = heights[0] - step / 2, heights[-1] + step / 2
        return cls(
            np.concatenate([ends[:1], heights, ends[1:]]),
            np.concatenate([back[:1], back, back[-1:]]),
            np.concatenate([front[:1], front, front[-1:]]),
        )

    def span(self, bottom: float, top: float) -> tuple[float, float]:
        """Rearmost and foremost position between two heights."""
        chosen = (self.heights >= bottom) & (self.heights <= top)
        return float(self.back[chosen].min()), float(self.front[chosen].max())


def _fill(axes: Axes, profile: _Profile, colour: str, opacity: float, line_pt: float) -> None:
    if not len(profile.heights):
        return
    back, front = (
        ndimage.uniform_filter1d(edge, min(_SMOOTHED_ROWS, len(edge)), mode="nearest")
        for edge in (profile.back, profile.front)
    )
    axes.fill_betweenx(profile.heights, back, front, color=colour, alpha=opacity, linewidth=0)
    outline = np.concatenate([back, front[::-1], back[:1]])
    heights = np.concatenate([profile.heights, profile.heights[::-1], profile.heights[:1]])
    axes.plot(outline, heights, color=colour, linewidth=line_pt)


def _draw_missing(axes: Axes, volume: CordVolume, part: _Profile) -> None:
    """Hatch where the margin asks for cord and none is contoured."""
    for missing_mm, start, end in (
        (volume.missing_superior_mm, volume.upper_mm, -1),
        (volume.missing_inferior_mm, volume.lower_mm - volume.missing_inferior_mm, 0),
    ):
        if missing_mm > 0:
            back, front = part.back[end], part.front[end]
            axes.add_patch(
                Rectangle(
                    (back, start), front - back, missing_mm,
                    fill=False, hatch="/////", edgecolor=FAINT_INK, linewidth=0.7, linestyle=":",
                )
            )  # fmt: skip


def _draw_marks(
    axes: Axes, volume: CordVolume, cord_low: float, cord_high: float, scale: float
) -> None:
    """Draw the planes behind the cord with the length of each stretch between them."""
    line_end = cord_low - 0.34 * scale
    planes = (
        volume.upper_mm, volume.target_upper_mm, volume.target_lower_mm, volume.lower_mm
    )  # fmt: skip
    for number, height in enumerate(planes):
        cut = number in (0, 3)
        axes.plot(
            [cord_high + 0.12 * scale, line_end], [height, height],
            color=ON_PAPER[CORD_VOLUME] if cut else ON_PAPER[TARGET],
            linewidth=1.0 if cut else 0.7, linestyle="-" if cut else (0, (4, 2)),
        )  # fmt: skip
    texts = (
        _margin_text(volume.superior_mm, volume.missing_superior_mm),
        f"{volume.target_upper_mm - volume.target_lower_mm:.1f} mm",
        _margin_text(volume.inferior_mm, volume.missing_inferior_mm),
    )
    for text, high, low in zip(texts, planes, planes[1:], strict=False):
        arrow_at = cord_low - 0.24 * scale
        axes.annotate(
            "", (arrow_at, low), (arrow_at, high),
            arrowprops={"arrowstyle": "<|-|>,head_width=0.12,head_length=0.22",
                        "color": FAINT_INK, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 0},
        )  # fmt: skip
        axes.text(
            line_end - 0.05 * scale, (low + high) / 2, text,
            va="center", path_effects=halo("white", 2.5), **text_style(),
        )  # fmt: skip


def _margin_text(reached_mm: float, missing_mm: float) -> str:
    return f"{reached_mm:.1f} mm" + (f"\n{missing_mm:.1f} mm missing" if missing_mm > 0 else "")


def _draw_names(axes: Axes, report: Report) -> None:
    left, right_edge = axes.get_xlim()
    bottom = axes.get_ylim()[0]
    inset = 0.02 * (left - right_edge)
    for text, across, along in (
        ("A", left - inset, bottom + inset), ("P", right_edge + inset, bottom + inset)
    ):  # fmt: skip
        axes.text(
            across, along, text, ha="left" if text == "A" else "right",
            path_effects=halo("white", 2.5), **text_style(),
        )  # fmt: skip
    for volume in report.cord_volumes:
        site = volume.structure.name.rpartition("_")[2]
        name = f"cord volume {site}" if site.isdigit() else "cord volume"
        axes.text(
            left - inset, volume.upper_mm + volume.missing_superior_mm,
            f"{name}\n{volume.volume_cc:.2f} cc, {volume.length_mm:.1f} mm",
            va="bottom", path_effects=halo("white", 2.5),
            **text_style(ON_PAPER[CORD_VOLUME]),
        )  # fmt: skip
        axes.text(
            left - inset, (volume.target_lower_mm + volume.target_upper_mm) / 2,
            "target" if len(volume.target_name) > _LONGEST_NAME else volume.target_name,
            va="center", path_effects=halo("white", 2.5), **text_style(ON_PAPER[TARGET]),
        )  # fmt: skip
