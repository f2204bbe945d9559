"""Planar polygons: even-odd area, scan lines, containment. All coordinates in mm, shape (n, 2)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

APART_MM = 1.0
"""Between groups of polygons that are laid side by side."""
CROSSING_ROWS = 64
"""Rows into which a polygon is cut to see whether it crosses itself."""


def signed_area_mm2(polygon: FloatArray) -> float:
    """Shoelace area of one closed polygon; positive when counter-clockwise."""
    u, v = (polygon - polygon[0]).T
    return float(0.5 * np.sum(u * np.roll(v, -1) - np.roll(u, -1) * v))


def edges_of(polygons: Sequence[FloatArray]) -> FloatArray:
    """Stack the closed polygons' edges, shape (n, 4): u0, v0, u1, v1."""
    return np.concatenate([np.hstack([p, np.roll(p, -1, axis=0)]) for p in polygons])


def scan(edges: FloatArray, rows: FloatArray) -> tuple[IntArray, FloatArray, FloatArray]:
    """Cut polygons with lines of constant v by the even-odd rule.

    Parameters
    ----------
    edges : (n, 4)
        Edges of closed polygons (`edges_of`).
    rows : (r,)
        Ascending v of the scan lines.

    Returns
    -------
    row, start_mm, stop_mm : (m,)
        For each interval inside, the index of its line and its ends along u.
    """
    row, start, stop, _ = scan_with_leans(edges, rows)
    return row, start, stop


def scan_with_leans(
    edges: FloatArray, rows: FloatArray
) -> tuple[IntArray, FloatArray, FloatArray, FloatArray]:
    """Cut as `scan` does, and say how the outline leans at both ends of each interval.

    Returns
    -------
    row, start_mm, stop_mm : (m,)
    leans : (m, 2)
        Change of u along v of the edges at start and stop.
    """
    u0, v0, u1, v1 = edges.T
    # Half-open in v, so that a vertex on a line is counted once and every line has an even count.
    first = np.searchsorted(rows, np.minimum(v0, v1), side="left")
    last = np.searchsorted(rows, np.maximum(v0, v1), side="left")
    count = last - first
    edge = np.repeat(np.arange(len(edges)), count)
    row = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count) + first[edge]
    lean = (u1[edge] - u0[edge]) / (v1[edge] - v0[edge])
    crossing = u0[edge] + (rows[row] - v0[edge]) * lean
    order = np.lexsort((crossing, row))
    crossing, row, lean = crossing[order], row[order], lean[order]
    return row[::2], crossing[::2], crossing[1::2], lean.reshape(-1, 2)


def row_areas_mm2(edges: FloatArray, bounds: FloatArray) -> FloatArray:
    """Exact even-odd area between consecutive `bounds` along v.

    The width inside is linear in v between two vertices, so the midpoint rule on the strips between
    all vertices and bounds is exact (for polygons that do not cross each other).

    Parameters
    ----------
    edges : (n, 4)
    bounds : (r + 1,)
        Ascending.

    Returns
    -------
    (r,) areas in mm2.
    """
    breaks = np.unique(np.concatenate([bounds, edges[:, 1]]))
    breaks = breaks[(breaks >= bounds[0]) & (breaks <= bounds[-1])]
    middle = 0.5 * (breaks[1:] + breaks[:-1])
    strip, start, stop = scan(edges, middle)
    area = np.bincount(strip, weights=stop - start, minlength=len(middle)) * np.diff(breaks)
    into = np.clip(np.searchsorted(bounds, middle, side="right") - 1, 0, len(bounds) - 2)
    return np.bincount(into, weights=area, minlength=len(bounds) - 1).astype(np.float64)


def laid_apart(groups: Sequence[Sequence[FloatArray]]) -> tuple[list[FloatArray], FloatArray]:
    """Lay groups of polygons side by side along v, so that one scan serves them all.

    Returns
    -------
    edges : list of (n, 4)
        Of each group, moved along v; ascending and apart.
    offsets : (groups,)
        What was added to v.
    """
    laid, offsets, place = [], np.zeros(len(groups)), 0.0
    for n, group in enumerate(groups):
        edges = edges_of(group)
        offsets[n] = place - float(edges[:, 1].min())
        edges[:, [1, 3]] += offsets[n]
        laid.append(edges)
        place = float(edges[:, 1].max()) + APART_MM
    return laid, offsets


def even_odd_areas_mm2(groups: Sequence[Sequence[FloatArray]]) -> FloatArray:
    """Area inside each group of polygons by the even-odd rule, (groups,)."""
    if not groups:
        return np.empty(0)
    laid, _ = laid_apart(groups)
    bounds = np.array([[e[:, 1].min(), e[:, 1].max()] for e in laid])
    return row_areas_mm2(np.concatenate(laid), bounds.ravel())[::2]


def even_odd_area_mm2(polygons: Sequence[FloatArray]) -> float:
    """Area inside the polygons by the even-odd rule."""
    return float(even_odd_areas_mm2([polygons])[0])


def ambiguous_area_mm2(polygon: FloatArray) -> float:
    """Area about which a self-crossing polygon is ambiguous; 0 for a simple one or a keyhole.

    Even-odd and winding areas agree unless the polygon crosses itself.
    """
    edges = edges_of([polygon])
    low, high = edges[:, 1].min(), edges[:, 1].max()
    if not high > low:
        return 0.0
    # Strips that hold a crossing are not exact: narrow ones, lest the loop beside it cancels.
    even_odd = row_areas_mm2(edges, np.linspace(low, high, CROSSING_ROWS + 1)).sum()
    return float(abs(even_odd - abs(signed_area_mm2(polygon))))


def inside(polygons: Sequence[FloatArray], points: FloatArray) -> NDArray[np.bool_]:
    """Say by the even-odd rule which points (n, 2) lie inside."""
    result = np.zeros(len(points), dtype=bool)
    edges = edges_of(polygons)
    u0, v0, u1, v1 = edges.T
    box = (
        (points[:, 0] <= max(u0.max(), u1.max()))
        & (points[:, 1] >= v0.min())
        & (points[:, 1] <= v0.max())
        & (points[:, 0] >= u0.min())
    )
    candidates = np.flatnonzero(box)
    chunk = max(1, 2_000_000 // len(edges))
    for begin in range(0, len(candidates), chunk):
        index = candidates[begin : begin + chunk]
        u, v = points[index, 0, np.newaxis], points[index, 1, np.newaxis]
        straddles = (v0 <= v) != (v1 <= v)
        with np.errstate(divide="ignore", invalid="ignore"):
            crossing = u0 + (v - v0) / (v1 - v0) * (u1 - u0)
        result[index] = np.count_nonzero(straddles & (u < crossing), axis=1) % 2 == 1
    return result


def overlap(first: FloatArray, second: FloatArray) -> bool:
    """Say whether two polygons share area (one holds a vertex of the other, or edges cross)."""
    if (first.max(0) < second.min(0)).any() or (second.max(0) < first.min(0)).any():
        return False
    if inside([second], first).any() or inside([first], second).any():
        return True
    a, b = edges_of([first])[:, np.newaxis], edges_of([second])[np.newaxis]

    def side(line: FloatArray, u: FloatArray, v: FloatArray) -> FloatArray:
        return (line[..., 2] - line[..., 0]) * (v - line[..., 1]) - (
            line[..., 3] - line[..., 1]
        ) * (u - line[..., 0])

    apart_a = side(a, b[..., 0], b[..., 1]) * side(a, b[..., 2], b[..., 3])
    apart_b = side(b, a[..., 0], a[..., 1]) * side(b, a[..., 2], a[..., 3])
    return bool(((apart_a < 0) & (apart_b < 0)).any())


def nesting_depth(polygons: Sequence[FloatArray]) -> IntArray:
    """Number of other polygons that hold each polygon: odd depth is a hole."""
    depth = np.zeros(len(polygons), dtype=np.int64)
    for i, polygon in enumerate(polygons):
        for j, other in enumerate(polygons):
            if i != j:
                depth[i] += int(np.median(inside([other], polygon)) > 0.5)
    return depth
