"""Parts of the vertebral arch in the vertebra's own frame."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ..frame.bone import STEP_MM
from ..frame.local import LocalVolume, first_bone_mm, first_run_mm, mean_between

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]

BESIDE_PEDICLE_MM = 2.0
"""Bone beside the canal farther out than the pedicle by more than this is lamina."""
_BESIDE_BODY_MM = 1.5
_WIDTH_WITHOUT_PEDICLE_MM = 8.0
# Steeper than this it is the flank of the spinous process, not the lamina.
_STEEPEST = 0.7
_ALL_CONNECTED = np.ones((3, 3), dtype=bool)


def lateral_limit(local: LocalVolume, wall_mm: float, half_mm: float, side: int) -> float:
    """Outer border of one pedicle: its inner wall plus its width at the narrowest place."""
    columns = local.x_mm >= 0 if side > 0 else local.x_mm <= 0
    # Near the canal's centre the pedicle goes over into the lamina.
    deep = (local.y_mm >= 0.3 * wall_mm) & (local.y_mm <= wall_mm)
    slab = local.occupancy[:, deep][:, :, columns]
    # From the first bone outward to the next gap, such as the transverse foramen.
    start, stop = first_run_mm(slab if side > 0 else slab[:, :, ::-1])
    met = np.abs(start - half_mm) <= 0.5 * half_mm
    width = np.where(met, stop - start, np.nan)
    per_depth = [
        float(np.nanmedian(width[:, n])) for n in range(width.shape[1]) if met[:, n].sum() >= 3
    ]
    narrowest = float(np.percentile(per_depth, 20)) if per_depth else _WIDTH_WITHOUT_PEDICLE_MM
    return float(half_mm + narrowest + BESIDE_PEDICLE_MM)


def arch_beside_body(local: LocalVolume, wall_mm: float, half_mm: float) -> tuple[float, Mask]:
    """Find bone beside the body, in front of its posterior wall, that belongs to the arch.

    Returns
    -------
    limit_mm : float
        Half width of the body: farther out, bone may be the arch's.
    arch : (z, y, x) bool array
        Where bone beyond the limit hangs together with bone behind the posterior wall.
    """
    bone = local.bone
    ahead = local.y_mm > wall_mm
    middle = np.abs(local.x_mm) <= half_mm
    thickness = bone[:, ahead][:, :, middle].sum(axis=1) * STEP_MM
    if not (thickness > 0).any():
        return half_mm, np.zeros_like(bone)
    depth = float(np.percentile(thickness[thickness > 0], 75))
    forward = (local.y_mm > wall_mm + 0.4 * depth) & (local.y_mm < wall_mm + 0.95 * depth)
    # Processes that reach forward beside the body are met at a few depths only.
    limit = max(_half_spread(local, forward), 0.65 * half_mm) + _BESIDE_BODY_MM
    beside = bone & (np.abs(local.x_mm) > limit) & (local.y_mm > wall_mm - 3)[:, np.newaxis]
    labels, _ = ndimage.label(beside)
    behind = np.unique(labels[:, (local.y_mm > wall_mm - 3) & (local.y_mm <= wall_mm)])
    arch = np.isin(labels, behind[behind > 0])
    # One voxel more, so that the limits themselves cut, not the lattice.
    near = (local.y_mm > wall_mm - STEP_MM)[:, np.newaxis]
    return limit, np.asarray(ndimage.binary_dilation(arch, iterations=1) & near)


def _half_spread(local: LocalVolume, rows: Mask) -> float:
    """Typical half width of the bone over some depths, between voxels."""
    seen = local.occupancy[:, rows].max(axis=0)
    sides = []
    for columns in (local.x_mm >= 0, local.x_mm <= 0):
        side = seen[:, columns]
        outward = side if local.x_mm[columns][-1] > 0 else side[:, ::-1]
        inward = first_bone_mm(outward[:, ::-1])
        sides.append((outward.shape[1] - 1) * STEP_MM - inward)
    spread = np.nan_to_num(np.fmax(*sides))
    return mean_between(spread, 0.3, 0.7) if len(spread) else 0.0


def spinous_tail(local: LocalVolume, third_mm: float, half_mm: float) -> Mask:
    """Follow the spinous process backward, coronal slice by slice, where it stands alone."""
    bone = local.bone
    tail = np.zeros_like(bone)
    inner = np.abs(local.x_mm) <= third_mm
    widest = max(0.75 * half_mm, third_mm + 3.0)
    before = np.zeros(bone[:, 0].shape, dtype=bool)
    for row in np.flatnonzero(local.y_mm < 0)[::-1]:
        labels, _ = ndimage.label(bone[:, row], structure=_ALL_CONNECTED)
        seeds = np.unique(labels[:, inner]).tolist() + np.unique(labels[before]).tolist()
        here = np.zeros_like(before)
        for label in {n for n in seeds if n > 0}:
            part = labels == label
            across = local.x_mm[part.any(axis=0)]
            alone = float(across[-1] - across[0]) <= 2 * widest
            linked = bool(np.abs(across).max() <= widest or before[part].any())
            if alone and linked:
                here |= part
        # The empty voxels around it stand for what a finer mask has at its rim.
        tail[:, row] = here | (ndimage.binary_dilation(here, _ALL_CONNECTED) & ~bone[:, row])
        before = here
    return tail


def lamina_back(local: LocalVolume, tail: Mask, half_width_mm: float) -> FloatArray:
    """Where the backs of both laminae meet in the midline, at each height: (z,) mm.

    A line backward from the canal leaves the lamina at its back. These points beside the spinous
    process, of both sides together, are continued to the midline. A process that flares into its
    laminae has no such edge: then the lamina's own thickness, taken at the sides, counts.
    """
    beside = max(half_width_mm / 3, _half_thickness(local, tail))
    out = np.abs(local.x_mm)
    near = (out > beside + 1) & (out <= beside + 6)
    start, stop = _lamina_lines(local, near)
    rows = np.isfinite(start).sum(axis=1) >= 4
    if not rows.any():
        return np.zeros(len(rows))
    level = [_at_midline(out[near], stop[n]) for n in np.flatnonzero(rows)]
    back = np.interp(local.z_mm, local.z_mm[rows], level)
    at_side = (out >= 0.6 * half_width_mm) & (out <= 0.9 * half_width_mm)
    side_start, side_stop = _lamina_lines(local, at_side)
    front = _row_medians(_lamina_lines(local, out <= 2)[0])
    if np.isfinite(side_start).any() and np.isfinite(front).any():
        thickness = float(np.nanmedian(side_start - side_stop))
        met = np.isfinite(front)
        front = np.interp(local.z_mm, local.z_mm[met], front[met])
        back = np.maximum(back, front - thickness)
    back = np.asarray(ndimage.median_filter(back, size=5, mode="nearest"), dtype=np.float64)
    # Below the laminae there is nothing but spinous process in the middle.
    back[local.z_mm < local.z_mm[rows][0]] = 0.0
    return back


def _lamina_lines(local: LocalVolume, columns: Mask) -> tuple[FloatArray, FloatArray]:
    """Where lines backward from the canal's centre enter bone and leave it again, (z, x) mm."""
    behind = local.occupancy[:, local.y_mm <= 0][:, ::-1][:, :, columns]
    enter, leave = first_run_mm(np.moveaxis(behind, 1, -1))
    return -enter, -leave


def _row_medians(values: FloatArray) -> FloatArray:
    """Median of each row over what is known; nan where nothing is."""
    known = np.isfinite(values).any(axis=1)
    result = np.full(len(values), np.nan)
    result[known] = np.nanmedian(values[known], axis=1)
    return result


def _half_thickness(local: LocalVolume, tail: Mask) -> float:
    """Half of the spinous process's thickness, from the rear half of its free part; 0 if none."""
    rows = np.flatnonzero(tail.any(axis=(0, 2)))
    if len(rows) < 2:
        return 0.0
    rear = (tail & local.bone)[:, rows[: len(rows) // 2]]
    # The typical width where there is any bone at all, over heights and depths.
    width = rear.sum(axis=2)
    return 0.5 * STEP_MM * float(np.percentile(width[width > 0], 75))


def _at_midline(out: FloatArray, back: FloatArray) -> float:
    """Value at 0 of a line that runs level or forward outward."""
    met = np.isfinite(back)
    out, back = out[met], back[met]
    middle = out - out.mean()
    spread = float((middle**2).sum())
    slope = float((middle * back).sum()) / spread if spread > 1 else 0.0
    slope = min(max(slope, 0.0), _STEEPEST)
    return float(np.median(back - slope * out))
