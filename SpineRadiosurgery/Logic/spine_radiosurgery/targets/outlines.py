"""Outlines of structures in axial planes, and the distance between them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..geometry import SUPERIOR, ContourStack, OccupancyMask, Structure, trace_isolines
from ..geometry.polygons import edges_of, inside

FloatArray = NDArray[np.float64]
Outlines = list[FloatArray]
"""Closed polygons (n, 2) in R and A; inside by the even-odd rule."""

STRAIGHT = 1 - 1e-6
FINE_MM = 0.25
"""Pixels in which the cut through an oblique structure is drawn."""
PAIRS_AT_ONCE = 1_000_000
TOUCHING_MM = 1e-6


def planes_of(structure: Structure) -> FloatArray | None:
    """Heights of the structure's own axial planes or voxel layers, ascending; None if oblique."""
    shape = structure.shape
    if isinstance(shape, ContourStack):
        cosine = float(shape.axes[2] @ SUPERIOR)
        if abs(cosine) < STRAIGHT:
            return None
        return np.sort([cosine * slab.position_mm for slab in shape.slabs])
    axis = _layer_axis(shape)
    if axis is None:
        return None
    return np.sort(_layer_heights(shape, axis))


def outlines_of(structure: Structure, heights_mm: Sequence[float]) -> list[Outlines]:
    """Outlines in the axial planes at some heights; an empty list where there is none."""
    shape = structure.shape
    if structure.clips:
        return [_cut(structure, height) for height in heights_mm]
    if isinstance(shape, ContourStack):
        if abs(float(shape.axes[2] @ SUPERIOR)) >= STRAIGHT:
            return [_slab_outlines(shape, height) for height in heights_mm]
    else:
        axis = _layer_axis(shape)
        if axis is not None:
            return [_layer_outlines(shape, axis, height) for height in heights_mm]
    return [_cut(structure, height) for height in heights_mm]


def _slab_outlines(stack: ContourStack, height_mm: float) -> Outlines:
    along = height_mm * float(np.sign(stack.axes[2] @ SUPERIOR))
    for slab in stack.slabs:
        if slab.lower_mm <= along <= slab.upper_mm:
            return [stack.to_ras(polygon, along)[:, :2] for polygon in slab.polygons]
    return []


def _layer_axis(mask: OccupancyMask) -> int | None:
    """The grid axis along superior, 0 i to 2 k; None if none is."""
    cosines = np.abs(SUPERIOR @ mask.grid.directions)
    axis = int(np.argmax(cosines))
    level = np.abs(np.delete(cosines, axis)).max() < 1e-6
    return axis if cosines[axis] >= STRAIGHT and level else None


def _layer_heights(mask: OccupancyMask, axis: int) -> FloatArray:
    ijk = np.zeros((mask.values.shape[2 - axis], 3))
    ijk[:, axis] = np.arange(len(ijk))
    heights: FloatArray = mask.grid.to_ras(ijk)[:, 2]
    return heights


def _layer_outlines(mask: OccupancyMask, axis: int, height_mm: float) -> Outlines:
    away = np.abs(_layer_heights(mask, axis) - height_mm)
    nearest = int(np.argmin(away))
    if away[nearest] > 0.5 * mask.grid.spacing_mm[axis] * (1 + 1e-9):
        return []
    row, column = (a for a in (2, 1, 0) if a != axis)
    lines = []
    for line in trace_isolines(np.take(mask.values, nearest, axis=2 - axis)):
        ijk = np.zeros((len(line), 3))
        ijk[:, column], ijk[:, row], ijk[:, axis] = line[:, 0], line[:, 1], nearest
        lines.append(mask.grid.to_ras(ijk)[:, :2])
    return lines


def _cut(structure: Structure, height_mm: float) -> Outlines:
    """Outlines of an oblique or clipped structure, drawn on fine pixels."""
    low, high = structure.bounds_ras()
    if not low[2] <= height_mm <= high[2]:
        return []
    start = low[:2] - FINE_MM
    count = np.ceil((high[:2] - start) / FINE_MM).astype(int) + 2
    matrix = np.diag([FINE_MM, FINE_MM, FINE_MM, 1.0])
    matrix[:3, 3] = [*start, height_mm]
    plane = structure.mask_on((1, int(count[1]), int(count[0])), matrix)[0]
    return [start + line * FINE_MM for line in trace_isolines(plane)]


def distance_between(
    first: Outlines, second: Outlines
) -> tuple[float, FloatArray | None, FloatArray | None]:
    """Smallest distance between two regions in a plane and the nearest points.

    Returns
    -------
    distance_mm : float
        0 where the regions touch or overlap.
    on_first, on_second : (2,) array or None
        None where there is no distance.
    """
    points, others = np.concatenate(first), np.concatenate(second)
    if inside(second, points).any() or inside(first, others).any():
        return 0.0, None, None
    edges, other_edges = edges_of(first), edges_of(second)
    ahead = _nearest(points, other_edges)
    back = _nearest(others, edges)
    near, far = (ahead[1], ahead[2]) if ahead[0] <= back[0] else (back[2], back[1])
    distance = min(ahead[0], back[0])
    # Regions may cross without a vertex of one in the other; then edges cut each other.
    if distance <= TOUCHING_MM or _cross(edges, other_edges):
        return 0.0, None, None
    return distance, near, far


def _nearest(points: FloatArray, edges: FloatArray) -> tuple[float, FloatArray, FloatArray]:
    """Smallest distance of points (n, 2) from edges (m, 4), the point and the place on an edge."""
    best = (float("inf"), points[0], points[0])
    start, along = edges[:, :2], edges[:, 2:] - edges[:, :2]
    squared = np.maximum((along**2).sum(axis=1), 1e-30)
    chunk = max(1, PAIRS_AT_ONCE // len(edges))
    for begin in range(0, len(points), chunk):
        some = points[begin : begin + chunk, np.newaxis]
        share = np.clip(((some - start) * along).sum(axis=2) / squared, 0.0, 1.0)
        place = start + share[..., np.newaxis] * along
        away = ((some - place) ** 2).sum(axis=2)
        n, m = np.unravel_index(int(np.argmin(away)), away.shape)
        distance = float(np.sqrt(away[n, m]))
        if distance < best[0]:
            best = (distance, points[begin + n], place[n, m])
    return best


def _cross(first: FloatArray, second: FloatArray) -> bool:
    """Say whether an edge of one set (n, 4) cuts one of the other (m, 4)."""
    chunk = max(1, PAIRS_AT_ONCE // len(second))
    for begin in range(0, len(first), chunk):
        one = first[begin : begin + chunk, np.newaxis]
        cut = (_side(second, one[..., :2]) * _side(second, one[..., 2:]) < 0) & (
            _side(one, second[:, :2]) * _side(one, second[:, 2:]) < 0
        )
        if cut.any():
            return True
    return False


def _side(line: FloatArray, point: FloatArray) -> FloatArray:
    """Positive for points left of a line (u0, v0, u1, v1), negative for those right of it."""
    side: FloatArray = (line[..., 2] - line[..., 0]) * (point[..., 1] - line[..., 1]) - (
        line[..., 3] - line[..., 1]
    ) * (point[..., 0] - line[..., 0])
    return side
