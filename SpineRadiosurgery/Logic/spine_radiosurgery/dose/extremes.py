"""Where a structure's smallest and largest dose lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..geometry import Structure, surface_points
from .grid import DoseGrid

FloatArray = NDArray[np.float64]

CLOSER = 6
"""How much closer the points lie around the extremes first found on the surface."""
AT_A_TIME = 64
"""Voxels that are tested first for lying inside the structure, the most extreme before others."""


@dataclass(frozen=True, eq=False)
class Extremes:
    """The smallest and the largest dose found in a structure; empty where it has none.

    Attributes
    ----------
    points_ras : (n, 3)
        Two points, or none.
    dose_gy : (n,)
        Smallest, largest.
    coarser_gy : (n,)
        The same before the last, closest search of the surface around them.
    """

    points_ras: FloatArray
    dose_gy: FloatArray
    coarser_gy: FloatArray

    @classmethod
    def none(cls) -> Extremes:
        """No dose at all."""
        return cls(np.empty((0, 3)), np.empty(0), np.empty(0))


def find_extremes(structure: Structure, dose: DoseGrid, step_mm: float) -> Extremes:
    """Look at the dose's peaks and troughs inside the structure and at points on its surface.

    A trilinear dose has its extremes on the surface or at a voxel that no neighbour exceeds, and
    nowhere else; a cubic one nearly.

    Parameters
    ----------
    structure : Structure
    dose : DoseGrid
    step_mm : float
        Distance of the points on the surface.
    """
    surface = structure.surface_points(step_mm)
    on_surface = dose.sample(surface)
    known = ~np.isnan(on_surface)
    surface, on_surface = surface[known], on_surface[known]
    ends = [(np.inf, np.empty(3)), (-np.inf, np.empty(3))]
    coarser = [np.inf, -np.inf]
    if len(surface):
        for end, largest in ((0, False), (1, True)):
            first = surface[int(np.argmax(on_surface) if largest else np.argmin(on_surface))]
            coarser[end], near = _closer(structure, dose, first, step_mm, largest=largest)
            ends[end] = _closer(structure, dose, near, step_mm / CLOSER, largest=largest)
    bounds = structure.bounds_ras()
    for end, sign in ((0, 1.0), (1, -1.0)):
        # Only extremes beyond those of the surface need the costly test of lying inside.
        centres, doses = dose.local_extremes(bounds, largest=end == 1)
        beyond = np.flatnonzero(sign * doses < sign * ends[end][0])
        found = _first_inside(structure, centres, beyond[np.argsort(sign * doses[beyond])])
        if found is not None:
            ends[end] = (float(doses[found]), centres[found])
            coarser[end] = float(doses[found])
    if not np.isfinite([low for low, _ in ends]).all():
        return Extremes.none()
    return Extremes(
        np.stack([place for _, place in ends]),
        np.array([low for low, _ in ends]),
        np.array(coarser),
    )


def _closer(
    structure: Structure, dose: DoseGrid, place: FloatArray, step_mm: float, *, largest: bool
) -> tuple[float, FloatArray]:
    """Search the surface around a point more closely; the dose found and where."""
    box = np.stack([place - step_mm, place + step_mm])
    near = surface_points(structure, step_mm / CLOSER, box=box)
    points = np.concatenate([place[np.newaxis], near])
    doses = dose.sample(points)
    best = int(np.nanargmax(doses) if largest else np.nanargmin(doses))
    return float(doses[best]), points[best]


def _first_inside(structure: Structure, centres: FloatArray, order: NDArray[np.intp]) -> int | None:
    """The first of the points, in this order, that lies in the structure."""
    start, count = 0, AT_A_TIME
    while start < len(order):
        chosen = order[start : start + count]
        inside = structure.contains(centres[chosen])
        if inside.any():
            return int(chosen[int(np.argmax(inside))])
        start, count = start + count, 2 * count
    return None
