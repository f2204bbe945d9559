"""Find the vertebral foramen by looking through it.

Seen along the canal, a vertebra has one large hole with bone all around. The direction in which the
hole is largest is the canal's. Where the ring is open (laminectomy, a destroyed pedicle, the scan's
edge), it is the room with bone on the right, on the left and in front.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]

PIXEL_MM = 1.5
SMALLEST_MM2 = 45.0
"""A foramen smaller than this is none: a transverse foramen, a gap in the mask."""
_TILTS_DEG = (10.0, 3.0)
_WIDEST_HALF_MM, _DEEPEST_MM = 16.0, 18.0
_REACH_DEG, _OPEN_REACH_DEG = 45.0, 35.0


@dataclass(frozen=True, eq=False)
class Foramen:
    """The vertebral foramen as seen along the canal.

    Attributes
    ----------
    direction : (3,)
        Canal direction, toward the head.
    centre : (3,)
        A point on its axis, mm.
    area_mm2 : float
        That can be seen through.
    closed : bool
        Whether bone surrounds it.
    """

    direction: FloatArray
    centre: FloatArray
    area_mm2: float
    closed: bool


def find_foramen(shell: FloatArray) -> Foramen | None:
    """Look for the closed foramen through which most can be seen.

    Parameters
    ----------
    shell : (n, 3) array
        Bone points along right, anterior, superior, mm; the superior axis is not more than
        `_REACH_DEG` from the canal.
    """
    coarse, fine = _TILTS_DEG
    steps = np.arange(-_REACH_DEG, _REACH_DEG + 1, coarse)
    tilts = np.array([[a, b] for a in steps for b in steps])
    areas = np.array([_hole(shell, direction_of(t))[0] for t in tilts])
    if areas.max() < SMALLEST_MM2:
        return None
    best = _middle_of_best(tilts, areas)
    offsets = fine * np.array([[a, b] for a in (-2, -1, 0, 1, 2) for b in (-2, -1, 0, 1, 2)])
    tilts = best + offsets
    areas = np.array([_hole(shell, direction_of(t))[0] for t in tilts])
    if areas.max() < SMALLEST_MM2:
        return None
    direction = direction_of(_middle_of_best(tilts, areas))
    area, middle = _hole(shell, direction)
    if area < SMALLEST_MM2:
        return None
    return Foramen(direction, across(direction) @ middle, area, closed=True)


def find_open_foramen(shell: FloatArray, right: FloatArray, offset_mm: float) -> Foramen | None:
    """Look for a foramen without a complete ring, across a known mid-sagittal plane.

    It is where, seen along the canal, there is bone on the right, on the left and in front. Of all
    directions the canal's is the one in which the vertebra casts its smallest shadow: then one
    looks straight along the body's walls.

    Parameters
    ----------
    shell : (n, 3) array
    right : (3,)
        Normal of the mid-sagittal plane.
    offset_mm : float
        Its distance from the origin.
    """
    level = np.array([0.0, 0.0, 1.0])
    up = level - (level @ right) * right
    up /= np.linalg.norm(up)
    front = np.cross(up, right)
    best: tuple[float, Foramen] | None = None
    for tilt in np.radians(np.arange(-_OPEN_REACH_DEG, _OPEN_REACH_DEG + 1, 5.0)):
        direction = np.cos(tilt) * up + np.sin(tilt) * front
        ahead = np.cross(direction, right)
        area, depth, shadow = _between(shell, right, offset_mm, ahead)
        if area >= SMALLEST_MM2 and (best is None or shadow < best[0]):
            centre = offset_mm * right + depth * ahead
            centre = centre + (shell.mean(axis=0) @ direction) * direction
            best = shadow, Foramen(direction, centre, area, closed=False)
    return None if best is None else best[1]


def direction_of(tilt: FloatArray) -> FloatArray:
    """Unit vector near superior, tilted by angles (2,) toward right and anterior, degrees."""
    slope = np.tan(np.radians(tilt))
    axis: FloatArray = np.array([slope[0], slope[1], 1.0])
    return axis / float(np.linalg.norm(axis))


def across(direction: FloatArray) -> FloatArray:
    """Right and anterior across a direction, columns (3, 2)."""
    right = np.array([1.0, 0.0, 0.0]) - direction[0] * direction
    right /= np.linalg.norm(right)
    return np.column_stack([right, np.cross(direction, right)])


def _middle_of_best(tilts: FloatArray, areas: FloatArray) -> FloatArray:
    """Mean of the directions that see nearly as much as the best one."""
    weight = np.clip(areas - 0.85 * areas.max(), 0, None)
    middle: FloatArray = (tilts * weight[:, np.newaxis]).sum(axis=0) / weight.sum()
    return middle


def _hole(shell: FloatArray, direction: FloatArray) -> tuple[float, FloatArray]:
    """Area (mm2) of the largest hole seen along a direction, and its middle (2,) across it."""
    right, front = across(direction).T
    shadow, low = _shadow(shell @ right, shell @ front)
    labels, count = ndimage.label(~shadow)
    sizes = np.bincount(labels.ravel(), minlength=count + 1).astype(np.float64)
    sizes[0] = sizes[labels[0, 0]] = 0
    largest = int(sizes.argmax())
    if sizes[largest] == 0:
        return 0.0, np.zeros(2)
    middle = low + PIXEL_MM * (np.argwhere(labels == largest).mean(axis=0) + 0.5)
    return float(sizes[largest]) * PIXEL_MM**2, middle


def _between(
    shell: FloatArray, right: FloatArray, offset_mm: float, front: FloatArray
) -> tuple[float, float, float]:
    """Area (mm2) with bone on three sides around the midline, its middle depth, the shadow."""
    shadow, low = _shadow(shell @ right - offset_mm, shell @ front)
    x = low[0] + PIXEL_MM * (np.arange(shadow.shape[0]) + 0.5)
    y = low[1] + PIXEL_MM * (np.arange(shadow.shape[1]) + 0.5)
    ahead = np.logical_or.accumulate(shadow[:, ::-1], axis=1)[:, ::-1]
    on_left = np.logical_or.accumulate(shadow, axis=0)
    on_right = np.logical_or.accumulate(shadow[::-1], axis=0)[::-1]
    free = ~shadow & ahead & on_left & on_right & (np.abs(x) <= _WIDEST_HALF_MM)[:, np.newaxis]
    labels, count = ndimage.label(free)
    inner = np.abs(x) <= 3
    sizes = np.bincount(labels[inner].ravel(), minlength=count + 1)
    if count == 0 or sizes[1:].max() == 0:
        return 0.0, 0.0, 0.0
    chosen = labels == int(sizes[1:].argmax()) + 1
    # Far behind the body lies the room between spinous and transverse processes.
    depth = np.broadcast_to(y, chosen.shape)
    chosen &= depth >= depth[chosen].max() - _DEEPEST_MM
    area, covered = chosen.sum() * PIXEL_MM**2, shadow.sum() * PIXEL_MM**2
    return float(area), float(depth[chosen].mean()), float(covered)


def _shadow(x: FloatArray, y: FloatArray) -> tuple[Mask, FloatArray]:
    """Shadow of points on pixels with a free rim, and the corner of pixel [0, 0]."""
    low = np.array([x.min(), y.min()]) - 2 * PIXEL_MM
    columns = ((x - low[0]) / PIXEL_MM).astype(np.intp)
    rows = ((y - low[1]) / PIXEL_MM).astype(np.intp)
    shadow = np.zeros((int(columns.max()) + 3, int(rows.max()) + 3), dtype=bool)
    shadow.ravel()[columns * shadow.shape[1] + rows] = True
    return shadow, low
