"""Occupancy of a structure on any voxel grid."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .cells import HalfSpace
from .contours import ContourStack
from .grid import Grid
from .masks import OccupancyMask
from .polygons import edges_of, inside, scan
from .progress import report_progress

FloatArray = NDArray[np.float64]

ROWS_PER_PIXEL = 8
"""Scan lines a pixel row; along a line the coverage is exact."""
POINTS_PER_VOXEL = 64
"""Test points in each voxel where grids are oblique to each other."""
SPREAD = 1.2207440846057596 ** -np.arange(1.0, 4.0)
"""Steps of the Kronecker sequence that spreads them (powers of the root of x**4 = x + 1): no plane
holds many of them, whereas planes of a cubic lattice are passed all at once at 45 degrees."""


def occupancy_on(
    shape: ContourStack | OccupancyMask, clips: Sequence[HalfSpace], grid: Grid
) -> NDArray[np.float32]:
    """Share of each voxel of `grid` that lies in the structure, 0..1, shape (k, j, i)."""
    if isinstance(shape, OccupancyMask):
        shift = _whole_voxel_shift(shape, grid)
        values = _copied(shape, grid, shift) if shift is not None else _tested(shape, grid)
    else:
        order = _aligned_axes(shape, grid)
        values = _scanned(shape, grid, order) if order is not None else _tested(shape, grid)
    for clip in clips:
        values = values * _share_inside(clip, grid)
    return values.astype(np.float32)


def contains_points(
    shape: ContourStack | OccupancyMask, clips: Sequence[HalfSpace], points_ras: FloatArray
) -> NDArray[np.bool_]:
    """Say which RAS points (n, 3) lie in the structure (masks: occupancy of at least one half)."""
    result = np.zeros(len(points_ras), dtype=bool)
    if isinstance(shape, OccupancyMask):
        ijk = np.rint(shape.grid.to_ijk(points_ras)).astype(int)
        k, j, i = shape.values.shape
        valid = ((ijk >= 0) & (ijk < [i, j, k])).all(axis=1)
        result[valid] = shape.values[tuple(ijk[valid, ::-1].T)] >= 0.5
    else:
        local = shape.to_frame(points_ras)
        for slab in shape.slabs:
            at = np.flatnonzero((local[:, 2] >= slab.lower_mm) & (local[:, 2] < slab.upper_mm))
            if len(at):
                result[at] = inside(slab.polygons, local[at, :2])
    for clip in clips:
        result &= points_ras @ clip.normal <= clip.offset_mm
    return result


def _whole_voxel_shift(mask: OccupancyMask, grid: Grid) -> NDArray[np.int64] | None:
    """Offset (k, j, i) of the mask in `grid` when both share one lattice."""
    if not np.allclose(mask.grid.ijk_to_ras[:3, :3], grid.ijk_to_ras[:3, :3], atol=1e-6):
        return None
    shift = grid.to_ijk(mask.grid.ijk_to_ras[np.newaxis, :3, 3])[0]
    whole = np.rint(shift)
    return whole.astype(np.int64)[::-1] if np.abs(shift - whole).max() < 1e-4 else None


def _copied(mask: OccupancyMask, grid: Grid, shift: NDArray[np.int64]) -> FloatArray:
    values = np.zeros(grid.shape_kji)
    into, source = [], []
    for start, length, size in zip(shift.tolist(), mask.values.shape, grid.shape_kji, strict=True):
        low, high = max(0, start), min(size, start + length)
        if high <= low:
            return values
        into.append(slice(low, high))
        source.append(slice(low - start, high - start))
    values[tuple(into)] = mask.values[tuple(source)]
    return values


def _aligned_axes(stack: ContourStack, grid: Grid) -> list[int] | None:
    """Grid axis (0 i, 1 j, 2 k) along the stack's u, v, n, or None when oblique."""
    turn = np.abs(stack.axes @ grid.directions)
    order = [int(a) for a in np.argmax(turn, axis=1)]
    return order if sorted(order) == [0, 1, 2] and turn.max(axis=1).min() > 1 - 1e-9 else None


def _scanned(stack: ContourStack, grid: Grid, order: list[int]) -> FloatArray:
    """Exact coverage along scan lines, for grids whose axes are the contours' own."""
    sizes = [grid.shape_kji[2 - a] for a in order]
    # The affine from the stack's frame to voxel coordinates in the order u, v, n.
    frame_origin = grid.to_ijk(stack.origin_ras[np.newaxis])[0][order]
    per_mm = np.array(
        [(stack.axes[n] @ grid.directions[:, a]) / grid.spacing_mm[a] for n, a in enumerate(order)]
    )
    values = np.zeros(sizes[::-1])
    for slab in stack.slabs:
        report_progress()
        layers, weights = _overlap(
            frame_origin[2] + per_mm[2] * np.array([slab.lower_mm, slab.upper_mm]), sizes[2]
        )
        if not len(layers):
            continue
        scaled = [frame_origin[:2] + p * per_mm[:2] for p in slab.polygons]
        plane = _plane_coverage(scaled, sizes[0], sizes[1])
        values[layers] += weights[:, np.newaxis, np.newaxis] * plane
    # From [n, v, u] to [k, j, i].
    position = {axis: 2 - n for n, axis in enumerate(order)}
    return np.clip(values.transpose([position[a] for a in (2, 1, 0)]), 0.0, 1.0)


def _overlap(faces: FloatArray, size: int) -> tuple[NDArray[np.int64], FloatArray]:
    """Voxel layers that lie between two faces (in voxel coordinates) and the share of each."""
    low, high = float(faces.min()), float(faces.max())
    first, last = max(0, int(np.floor(low + 0.5))), min(size - 1, int(np.ceil(high - 0.5)))
    layers = np.arange(first, last + 1)
    share = np.minimum(layers + 0.5, high) - np.maximum(layers - 0.5, low)
    kept = share > 0
    return layers[kept], share[kept]


def _plane_coverage(polygons: Sequence[FloatArray], width: int, height: int) -> FloatArray:
    """Coverage (v, u) of unit pixels centred on whole numbers."""
    edges = edges_of(polygons)
    first = max(0, int(np.floor(edges[:, 1].min() + 0.5)))
    last = min(height - 1, int(np.ceil(edges[:, 1].max() - 0.5)))
    plane = np.zeros((height, width))
    if last < first:
        return plane
    count = (last - first + 1) * ROWS_PER_PIXEL
    rows = first - 0.5 + (np.arange(count) + 0.5) / ROWS_PER_PIXEL
    row, start, stop = scan(edges, rows)
    steps = np.zeros((last - first + 1, width + 2))
    pixel_row = row // ROWS_PER_PIXEL
    for ends, sign in ((start, 1.0), (stop, -1.0)):
        # Coverage is the running sum of these steps: an interval starts at u with its share there.
        at = np.clip(ends + 0.5, 0.0, float(width))
        pixel = np.floor(at).astype(np.int64)
        np.add.at(steps, (pixel_row, pixel), sign * (pixel + 1 - at))
        np.add.at(steps, (pixel_row, pixel + 1), sign * (at - pixel))
    plane[first : last + 1] = np.cumsum(steps, axis=1)[:, :width] / ROWS_PER_PIXEL
    return plane


def _tested(shape: ContourStack | OccupancyMask, grid: Grid) -> FloatArray:
    """Share of sub-voxel points inside, for grids oblique to the structure's own."""
    values = np.zeros(grid.shape_kji)
    low, high = _index_bounds(shape, grid)
    if (high < low).any():
        return values
    sub = (0.5 + np.arange(1, POINTS_PER_VOXEL + 1)[:, np.newaxis] * SPREAD) % 1.0 - 0.5
    i, j = np.arange(low[0], high[0] + 1), np.arange(low[1], high[1] + 1)
    for k in range(low[2], high[2] + 1):
        report_progress()
        centres = np.stack(np.meshgrid(i, j, [k], indexing="ij"), axis=-1).reshape(-1, 3)
        points = grid.to_ras((centres[:, np.newaxis] + sub).reshape(-1, 3))
        report_progress()
        if isinstance(shape, OccupancyMask):
            found = _nearest(shape, points)
        else:
            found = contains_points(shape, (), points).astype(np.float64)
        share = found.reshape(len(centres), -1).mean(axis=1)
        values[k, low[1] : high[1] + 1, low[0] : high[0] + 1] = share.reshape(len(i), len(j)).T
    return values


def _nearest(mask: OccupancyMask, points_ras: FloatArray) -> FloatArray:
    ijk = np.rint(mask.grid.to_ijk(points_ras)).astype(int)
    k, j, i = mask.values.shape
    valid = ((ijk >= 0) & (ijk < [i, j, k])).all(axis=1)
    found = np.zeros(len(points_ras))
    found[valid] = mask.values[tuple(ijk[valid, ::-1].T)]
    return found


def _index_bounds(
    shape: ContourStack | OccupancyMask, grid: Grid
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    corners = grid.to_ijk(corner_points(shape))
    low = np.maximum(np.floor(corners.min(axis=0)).astype(np.int64), 0)
    size = np.array(grid.shape_kji[::-1])
    high = np.minimum(np.ceil(corners.max(axis=0)).astype(np.int64), size - 1)
    return low, high


def corner_points(shape: ContourStack | OccupancyMask) -> FloatArray:
    """RAS points (n, 3) whose convex hull holds the whole shape."""
    if isinstance(shape, OccupancyMask):
        k, j, i = shape.values.shape
        ends = [(-0.5, i - 0.5), (-0.5, j - 0.5), (-0.5, k - 0.5)]
        return shape.grid.to_ras(np.stack(np.meshgrid(*ends, indexing="ij"), -1).reshape(-1, 3))
    return np.concatenate(
        [
            shape.to_ras(polygon, face)
            for slab in shape.slabs
            for polygon in slab.polygons
            for face in (slab.lower_mm, slab.upper_mm)
        ]
        or [np.empty((0, 3))]
    )


def _share_inside(clip: HalfSpace, grid: Grid) -> FloatArray:
    k, j, i = (np.arange(n, dtype=np.float64) for n in grid.shape_kji)
    along = clip.normal @ grid.ijk_to_ras[:3, :3]
    height = (
        clip.normal @ grid.ijk_to_ras[:3, 3]
        + (k * along[2])[:, np.newaxis, np.newaxis]
        + (j * along[1])[:, np.newaxis]
        + i * along[0]
    )
    share: FloatArray = np.clip(0.5 + (clip.offset_mm - height) / np.abs(along).sum(), 0.0, 1.0)
    return share
