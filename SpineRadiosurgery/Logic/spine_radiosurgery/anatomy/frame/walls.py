"""Walls of the vertebral canal in a vertebra's own frame: what sector borders are made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .bone import STEP_MM
from .local import LocalVolume, first_bone_mm, first_run_mm, mean_between

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]

_WALL_COLUMNS = (0.35, 0.7)
"""Where the posterior wall is taken, in half widths of the canal from the midline."""
_UNEVEN_MM, _STEEP = 0.5, 0.15
"""A wall this far from its line, and this far from the canal's direction, has a hole."""
_DEEPEST_MM, _TYPICAL_MM = 34.0, 16.0
"""The canal is never deeper (C1), and this deep where nothing tells."""
_USUAL_DEPTH_OF_WIDTH = 0.75
"""Depth of the canal from its width, where nothing bounds it behind (laminectomy)."""


@dataclass(frozen=True)
class PosteriorWall:
    """The posterior wall of the body, a line in the mid-sagittal plane.

    Attributes
    ----------
    depth_mm : float
        In front of the frame's origin, at its height.
    slope : float
        mm forward per mm toward the head.
    residual_mm : float
        Median distance of the wall from the line.
    low_mm, high_mm : float
        Heights between which the wall was met.
    """

    depth_mm: float
    slope: float
    residual_mm: float
    low_mm: float
    high_mm: float


def posterior_wall(local: LocalVolume, half_width_mm: float) -> PosteriorWall | None:
    """Fit the wall that lies in front of the canal; None where there is no body.

    In the middle the wall is hollow, or a fragment bulges out of it; far out it runs into the
    pedicles. At each height the rear points of the columns in between count.
    """
    out = np.abs(local.x_mm) / max(min(half_width_mm, _body_half_width(local)), 5.0)
    columns = (out >= _WALL_COLUMNS[0]) & (out <= _WALL_COLUMNS[1])
    front = local.occupancy[:, local.y_mm >= 0][:, :, columns]
    depth = first_bone_mm(np.moveaxis(front, 1, -1))
    met = np.isfinite(depth) & (depth > 0)
    rows = met.mean(axis=1) >= 0.6
    if rows.sum() < 4:
        return None
    typical = float(np.median(depth[rows][met[rows]]))
    edge = np.full(len(depth), np.nan)
    for row in np.flatnonzero(rows):
        edge[row] = mean_between(depth[row][met[row]], 0.1, 0.5)
    # Far behind the typical wall is a process seen through the canal, far before it a hole.
    rows &= np.abs(np.nan_to_num(edge, nan=1e3) - typical) <= 6
    rows = _longest_run(rows)
    if rows.sum() < 4:
        return None
    height, edge = local.z_mm[rows], edge[rows]
    # Rims are rounded.
    trim = max(1, round(0.1 * len(height))) if len(height) > 6 else 0
    inner = slice(trim, len(height) - trim)
    slope, depth_mm = _robust_line(height[inner], edge[inner])
    residual = float(np.median(np.abs(edge - depth_mm - slope * height)))
    if residual > _UNEVEN_MM and abs(slope) > _STEEP:
        # The line runs into a hole: what stands farthest back is what is left of the wall.
        slope, depth_mm = 0.0, mean_between(edge, 0.1, 0.4)
    cover = front.max(axis=1).mean(axis=1)
    low, high = _end_mm(cover[::-1], rows[::-1]), _end_mm(cover, rows)
    ends = float(local.z_mm[-1]) - low, float(local.z_mm[0]) + high
    return PosteriorWall(depth_mm, slope, residual, *ends)


def _end_mm(cover: NDArray[np.float32], rows: Mask) -> float:
    """Where the cover falls to one half behind the last of the rows, mm from the first voxel."""
    last = int(np.flatnonzero(rows)[-1])
    beyond = 1.0 if last + 1 == len(cover) else float(cover[last + 1])
    here = float(cover[last])
    share = (here - 0.5) / (here - beyond) if beyond < 0.5 < here else 0.5
    return STEP_MM * (last + share)


def _body_half_width(local: LocalVolume) -> float:
    """Half of the width of what lies in front of the canal, from the midline to its first end."""
    ahead = local.occupancy[:, local.y_mm >= 0]
    start = first_bone_mm(np.moveaxis(ahead[:, :, np.abs(local.x_mm) <= 2], 1, -1))
    if not np.isfinite(start).any():
        return np.inf
    rows = np.arange(ahead.shape[1]) * STEP_MM - float(np.nanmedian(start))
    slab = ahead[:, (rows >= 3) & (rows <= 8)]
    ends = []
    for columns in (local.x_mm >= 0, local.x_mm <= 0):
        side = slab[:, :, columns]
        enter, leave = first_run_mm(side if local.x_mm[columns][-1] > 0 else side[:, :, ::-1])
        ends.append(leave[enter == 0])
    found = np.concatenate(ends)
    return float(np.median(found)) if len(found) else np.inf


def _longest_run(rows: Mask) -> Mask:
    """Keep the longest run of rows, over gaps of at most three."""
    index = np.flatnonzero(rows)
    runs = np.split(index, np.flatnonzero(np.diff(index) > 4) + 1)
    kept = np.zeros_like(rows)
    kept[max(runs, key=len)] = True
    return kept


def _robust_line(x: FloatArray, y: FloatArray) -> tuple[float, float]:
    """Slope and value at 0 by least absolute deviations (iteratively reweighted)."""
    weight = np.ones_like(x)
    slope = level = 0.0
    design = np.column_stack([x, np.ones_like(x)])
    for _ in range(20):
        root = np.sqrt(weight)
        slope, level = np.linalg.lstsq(design * root[:, np.newaxis], y * root, rcond=None)[0]
        weight = 1 / np.maximum(np.abs(y - slope * x - level), 0.5)
    return float(slope), float(level)


@dataclass(frozen=True)
class CanalWalls:
    """What bounds the canal in the frame.

    Attributes
    ----------
    front_mm : float
        Posterior wall of the body.
    half_width_mm : float
        Half of the largest width between the pedicles.
    back_mm : float
        Posterior wall, negative: behind the origin.
    back_found : bool
        Whether bone bounds it behind.
    """

    front_mm: float
    half_width_mm: float
    back_mm: float
    back_found: bool


def canal_walls(local: LocalVolume, wall: PosteriorWall | None) -> CanalWalls:
    """Measure width and back of the canal behind a posterior wall that runs straight up.

    Without a body the canal is taken to begin half its usual depth in front of the origin.
    """
    if wall is None:
        ends = local.z_mm[local.bone.any(axis=(1, 2))]
        wall = PosteriorWall(0.5 * _TYPICAL_MM, 0.0, np.nan, float(ends[0]), float(ends[-1]))
    behind, found = _back(local, wall)
    rows = (local.z_mm >= wall.low_mm - 2) & (local.z_mm <= wall.high_mm + 2)
    deep = (local.y_mm <= wall.depth_mm - 1) & (local.y_mm >= wall.depth_mm - 0.6 * behind)
    slab = local.occupancy[rows][:, deep]
    right = _per_depth(first_bone_mm(slab[:, :, local.x_mm >= 0]))
    left = _per_depth(first_bone_mm(slab[:, :, local.x_mm <= 0][:, :, ::-1]))
    half = _widest_half(right, left)
    if not found:
        behind = _USUAL_DEPTH_OF_WIDTH * 2 * half
    return CanalWalls(wall.depth_mm, half, wall.depth_mm - behind, found)


def _back(local: LocalVolume, wall: PosteriorWall) -> tuple[float, bool]:
    """Depth of the canal in the midline, and whether bone bounds it."""
    columns = np.abs(local.x_mm) <= 2
    deep = local.y_mm <= wall.depth_mm - 3
    if not deep.any():
        return _TYPICAL_MM, False
    behind = np.moveaxis(local.occupancy[:, deep][:, ::-1][:, :, columns], 1, -1)
    start = wall.depth_mm - float(local.y_mm[deep].max())
    distance = first_bone_mm(behind)
    distance = np.where(distance > 0, distance + start, np.nan)
    met = np.isfinite(distance).all(axis=1)
    depth = distance[met].mean(axis=1)
    depth = depth[depth <= _DEEPEST_MM]
    if len(depth) < 4:
        return _TYPICAL_MM, False
    return mean_between(depth, 0.2, 0.5), True


def _per_depth(distance: FloatArray) -> FloatArray:
    """Inner wall of one side at each depth: low percentile over heights; nan if open."""
    met = np.isfinite(distance) & (distance > 2)
    enough = met.sum(axis=0) >= 3
    result = np.full(distance.shape[1], np.nan)
    for column in np.flatnonzero(enough):
        result[column] = mean_between(distance[met[:, column], column], 0.0, 0.16)
    return result


def _widest_half(right: FloatArray, left: FloatArray) -> float:
    both = 0.5 * (right + left)
    if np.isfinite(both).any():
        return mean_between(both[np.isfinite(both)], 0.75, 1.0)
    one = np.concatenate([right, left])
    return float(np.nanmax(one)) if np.isfinite(one).any() else 10.0
