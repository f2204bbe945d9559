"""How steep a dose is toward the cord, measured along rays, to set the phantom's dose by it."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from .lattice import FloatArray, Lattice, Volume

_STEP_MM = 0.1
_BEFORE_MM, _BEYOND_MM = 6.0, 8.0


def median_falloff_mm(
    share: Volume, grid: Lattice, to_target: Volume, to_cord: Volume, source: Lattice
) -> float | None:
    """Median distance from the last 90 % to the next 50 % point on axial rays from target to cord.

    Parameters
    ----------
    share : (k, j, i) array
        Dose over prescription, on `grid`.
    grid, source : Lattice
    to_target, to_cord : (k, j, i) arrays
        Signed distances in mm from target and cord, on `source`.

    Returns
    -------
    float or None
        None if no ray passes both.
    """
    found: list[float] = []
    for start, stop in _rays(to_target, to_cord, source):
        length = float(np.linalg.norm(stop - start))
        way = np.arange(-_BEFORE_MM, length + _BEYOND_MM, _STEP_MM)
        points = start + way[:, None] * (stop - start) / length
        index = ((points - grid.origin) / grid.step)[:, ::-1]
        along = ndimage.map_coordinates(share, index.T, order=1, mode="constant")
        left = np.flatnonzero((along[:-1] >= 0.9) & (along[1:] < 0.9) & (way[1:] < length))
        reached = np.flatnonzero(along[left[-1] :] < 0.5) if len(left) else left
        if len(reached):
            found.append(_STEP_MM * float(reached[0]))
    return float(np.median(found)) if found else None


def _rays(
    to_target: Volume, to_cord: Volume, source: Lattice
) -> list[tuple[FloatArray, FloatArray]]:
    """In every slice, from the target's surface seen by the cord to the nearest cord surface."""
    rays = []
    near = 0.6 * float(source.step[0])
    for k in range(source.shape_kji[0]):
        target, cord = (
            np.argwhere(np.abs(distance[k]) < near) for distance in (to_target, to_cord)
        )
        if not len(target) or not len(cord) or not (to_target[k] < 0).any():
            continue
        apart = np.linalg.norm(target[:, None] - cord[None], axis=2)
        for start in np.unique(apart.argmin(axis=0)):
            stop = int(apart[start].argmin())
            if apart[start, stop] > 1:
                ends = [np.array([p[1], p[0], k]) for p in (target[start], cord[stop])]
                rays.append(
                    (source.origin + ends[0] * source.step, source.origin + ends[1] * source.step)
                )
    return rays
