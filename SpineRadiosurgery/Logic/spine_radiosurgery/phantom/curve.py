"""The curved axis of the spine through the centres of the vertebral bodies, and its frames."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..geometry import report_progress
from .lattice import FloatArray
from .levels import CONUS_TIP, LEVELS, vertebra_sizes
from .parameters import SpinePhantom

_STEP_MM = 0.5
_USUAL_KYPHOSIS_DEG = ((2, -12.0), (6, -6.0), (9, 10.0), (16, 10.0), (20, -8.0), (23, -18.0))


@dataclass(frozen=True, eq=False)
class Frame:
    """Place of a vertebra in RAS: columns of `axes` point right, anterior and up its axis."""

    origin: FloatArray
    axes: FloatArray


@dataclass(frozen=True, eq=False)
class SpineCurve:
    """Axis of the spine, sampled every 0.5 mm of arc from foot to head.

    Parameters
    ----------
    arc_mm : (n,)
        Arc length; 0 at the target vertebra's centre, increasing upward.
    centre : (n, 3)
        RAS positions.
    axes : (n, 3, 3)
        Columns right, anterior, tangent.
    level : (n,)
        Index into `LEVELS`, whole at vertebral centres; decreases upward.
    """

    arc_mm: FloatArray
    centre: FloatArray
    axes: FloatArray
    level: FloatArray

    def frame(self, arc_mm: float) -> Frame:
        """Frame at an arc length."""
        index = int(np.clip(np.searchsorted(self.arc_mm, arc_mm), 0, len(self.arc_mm) - 1))
        return Frame(self.centre[index], self.axes[index])

    def arc_of_level(self, level: float) -> float:
        """Arc length at a level index."""
        return float(np.interp(-level, -self.level, self.arc_mm))

    def height_of_level(self, level: float) -> float:
        """Superior coordinate at a level index, extrapolated beyond the ends of the axis."""
        z = self.centre[:, 2]
        per_level = (z[-1] - z[0]) / (self.level[0] - self.level[-1])
        if level < self.level[-1]:
            return float(z[-1] + per_level * (self.level[-1] - level))
        if level > self.level[0]:
            return float(z[0] - per_level * (level - self.level[0]))
        return float(np.interp(-level, -self.level, z))

    def nearest(self, points: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Curve coordinates of RAS points (n, 3): arc length, and mm to the right and anterior."""
        arc = np.interp(points[:, 2], self.centre[:, 2], self.arc_mm)
        for _ in range(3):
            report_progress()
            index = self._index(arc)
            offset = points - self.centre[index]
            arc = self.arc_mm[index] + np.einsum("ni,ni->n", offset, self.axes[index, :, 2])
        report_progress()
        axes = self.axes[self._index(arc)]
        base = np.column_stack([np.interp(arc, self.arc_mm, self.centre[:, n]) for n in range(3)])
        offset = points - base
        right = np.einsum("ni,ni->n", offset, axes[:, :, 0])
        anterior = np.einsum("ni,ni->n", offset, axes[:, :, 1])
        return arc, right, anterior

    def _index(self, arc: FloatArray) -> NDArray[np.intp]:
        index = np.rint((arc - self.arc_mm[0]) / _STEP_MM).astype(np.intp)
        clipped: NDArray[np.intp] = np.clip(index, 0, len(self.arc_mm) - 1)
        return clipped


def usual_kyphosis_deg(level: int) -> float:
    """Sagittal angle over three vertebrae that is usual around a level (inferred)."""
    knots, values = zip(*_USUAL_KYPHOSIS_DEG, strict=True)
    return float(np.interp(level, knots, values))


def spine_curve(parameters: SpinePhantom) -> SpineCurve:
    """Build the axis: constant curvature in both planes, the target's centre at the RAS origin."""
    arcs = _vertebra_arcs(parameters)
    ends = min(arcs.values()) - 15.0, max(arcs.values()) + 15.0
    arc = np.arange(np.floor(ends[0]), np.ceil(ends[1]) + _STEP_MM, _STEP_MM)
    stack = [arcs[level] for level in parameters.complete_levels]
    length = stack[0] - stack[-1]
    kyphosis = parameters.kyphosis_deg
    if kyphosis is None:
        kyphosis = usual_kyphosis_deg(parameters.level_index)
    forward = np.radians(parameters.tilt_deg + kyphosis * arc / length)
    sideways = np.radians(parameters.scoliosis_deg * (arc - np.mean(stack)) / length)
    tangent = np.column_stack([np.sin(sideways), np.sin(forward), np.ones_like(arc)])
    tangent[:, 2] = np.sqrt(np.maximum(1 - tangent[:, 0] ** 2 - tangent[:, 1] ** 2, 0.05))
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    middle = 0.5 * (tangent[1:] + tangent[:-1]) * _STEP_MM
    centre = np.vstack([np.zeros(3), np.cumsum(middle, axis=0)])
    centre -= centre[int(np.argmin(np.abs(arc)))]
    right = np.cross([0.0, 1.0, 0.0], tangent)
    right /= np.linalg.norm(right, axis=1, keepdims=True)
    axes = np.stack([right, np.cross(tangent, right), tangent], axis=2)
    levels = sorted(arcs, reverse=True)
    level = np.interp(arc, [arcs[n] for n in levels], levels)
    return SpineCurve(arc, centre, axes, level)


def _vertebra_arcs(parameters: SpinePhantom) -> dict[int, float]:
    """Arc length of each vertebra's centre: the complete ones and those cut by the image's ends."""
    complete = parameters.complete_levels
    levels = range(max(complete[0] - 2, 0), min(complete[-1] + 2, len(LEVELS) - 1) + 1)
    arcs = {parameters.level_index: 0.0}
    for upper in range(parameters.level_index - 1, levels[0] - 1, -1):
        arcs[upper] = arcs[upper + 1] + _spacing_mm(upper)
    for lower in range(parameters.level_index + 1, levels[-1] + 1):
        arcs[lower] = arcs[lower - 1] - _spacing_mm(lower - 1)
    return arcs


def _spacing_mm(upper: int) -> float:
    above, below = vertebra_sizes(upper), vertebra_sizes(upper + 1)
    return 0.5 * (above.height_mm + below.height_mm) + above.disc_height_mm


def has_cord(curve: SpineCurve) -> bool:
    """Say whether any of the spinal cord lies beside this stretch of the spine."""
    return bool(curve.level.min() < CONUS_TIP)
