"""The cord's own centreline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ..geometry import InputError, Structure, sections_along

FloatArray = NDArray[np.float64]

SMOOTHING_MM = 3.0
"""Standard deviation of the smoothing along the centreline: hand-drawn contours jump from slice to
slice, the cord does not."""
STEP_MM = 1.0


@dataclass(frozen=True, eq=False)
class Centreline:
    """A smooth curve through the cord, from foot to head.

    Attributes
    ----------
    points_ras : (n, 3)
        Points of ascending superior position, RAS mm.
    arc_mm : (n,)
        Length along the curve from its lower end.
    """

    points_ras: FloatArray
    arc_mm: FloatArray

    def at_height(self, superior_mm: float) -> float:
        """Arc length at which the curve has this superior position; continued straight beyond."""
        heights = self.points_ras[:, 2]
        if superior_mm < heights[0]:
            return float((superior_mm - heights[0]) / self.tangent(0.0)[2])
        if superior_mm > heights[-1]:
            end = float(self.arc_mm[-1])
            return end + float((superior_mm - heights[-1]) / self.tangent(end)[2])
        return float(np.interp(superior_mm, heights, self.arc_mm))

    def point(self, arc_mm: float) -> FloatArray:
        """RAS point at an arc length; continued straight beyond the ends."""
        inside = float(np.clip(arc_mm, 0.0, self.arc_mm[-1]))
        point = np.array([np.interp(inside, self.arc_mm, x) for x in self.points_ras.T])
        return point + (arc_mm - inside) * self.tangent(inside)

    def tangent(self, arc_mm: float) -> FloatArray:
        """Unit vector headward along the curve."""
        inside = float(np.clip(arc_mm, 0.0, self.arc_mm[-1]))
        slopes = np.gradient(self.points_ras, self.arc_mm, axis=0)
        direction = np.array([np.interp(inside, self.arc_mm, x) for x in slopes.T])
        unit: FloatArray = direction / np.linalg.norm(direction)
        return unit

    def tilt_deg(self, lower_mm: float, upper_mm: float) -> float:
        """Angle between the superior axis and the curve's chord between two heights."""
        chord = self.point(self.at_height(upper_mm)) - self.point(self.at_height(lower_mm))
        return float(np.degrees(np.arctan2(np.hypot(chord[0], chord[1]), abs(chord[2]))))


def centreline_of(cord: Structure) -> Centreline:
    """Smooth the centroids of the cord's axial sections into a curve.

    Raises
    ------
    InputError
        The cord is shorter than two sections.
    """
    sections = sections_along(cord, step_mm=STEP_MM)
    if len(sections.position_mm) < 2:
        raise InputError(
            f"Structure {cord.name} has one section only; a centerline needs at least two slices."
        )
    heights = np.arange(sections.position_mm[0], sections.position_mm[-1] + STEP_MM / 2, STEP_MM)
    if len(heights) < 2:
        heights = sections.position_mm[[0, -1]]
    across = [
        _smoothed(np.interp(heights, sections.position_mm, sections.centroid_ras[:, axis]))
        for axis in (0, 1)
    ]
    points = np.column_stack([*across, heights])
    lengths = np.linalg.norm(np.diff(points, axis=0), axis=1)
    return Centreline(points, np.concatenate([[0.0], np.cumsum(lengths)]))


def _smoothed(values: FloatArray) -> FloatArray:
    """Gaussian smoothing that leaves a straight, tilted line unchanged up to its ends."""
    line = np.linspace(values[0], values[-1], len(values))
    rest = values - line
    padded = np.concatenate([-rest[:0:-1], rest, -rest[-2::-1]])
    smooth = ndimage.gaussian_filter1d(padded, SMOOTHING_MM / STEP_MM, mode="nearest")
    result: FloatArray = line + smooth[len(values) - 1 : 2 * len(values) - 1]
    return result
