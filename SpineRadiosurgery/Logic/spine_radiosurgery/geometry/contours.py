"""Planar contours as slabs: each contour plane extruded half way to its neighbours.

Planning systems give the first and last contour half a slice of thickness outward; so do we. Where
contours are missing between two planes, nothing is filled in and the gap is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from .errors import InputError
from .grid import FARTHEST_MM
from .polygons import (
    ambiguous_area_mm2,
    even_odd_area_mm2,
    even_odd_areas_mm2,
    signed_area_mm2,
)

FloatArray = NDArray[np.float64]

PLANE_TOLERANCE_MM = 0.1
"""Points of one contour may leave their plane by this much (text coordinates are rounded)."""
SAME_PLANE_MM = 0.02
"""Contours closer than this along the normal lie on one plane."""
SAME_VERTEX_MM = 0.001
"""A contour whose every vertex is so close to one of another was stored twice, rounded anew."""
LOOP_TOLERANCE_MM2 = 0.1
"""Self-crossings that enclose less area than this are rounding of the coordinates."""
GAP_FACTOR = 1.5
"""Two planes farther apart than this times the spacing beside them have slices missing between."""


@dataclass(frozen=True, eq=False)
class Slab:
    """One contour plane with its thickness.

    Attributes
    ----------
    position_mm, lower_mm, upper_mm : float
        The contour's plane and the slab's faces, along the stack's normal.
    polygons : tuple of (n, 2) arrays
        Closed polygons in the stack's u, v axes; inside by the even-odd rule.
    """

    position_mm: float
    lower_mm: float
    upper_mm: float
    polygons: tuple[FloatArray, ...]

    @property
    def area_mm2(self) -> float:
        """Area inside by the even-odd rule."""
        return even_odd_area_mm2(self.polygons)


@dataclass(frozen=True, eq=False)
class Gap:
    """A stretch along the normal without contours although both its neighbours have them."""

    lower_mm: float
    upper_mm: float


@dataclass(frozen=True, eq=False)
class ContourStack:
    """Parallel contour planes in a common frame.

    Attributes
    ----------
    origin_ras : (3,)
        Origin of the frame in RAS mm.
    axes : (3, 3)
        Rows u, v (in the plane) and n (normal), orthonormal, right-handed.
    slabs : tuple of Slab
        Ascending along the normal, not overlapping.
    gaps : tuple of Gap
        Where slices are missing between contours.
    notes : tuple of str
        What was repaired or needs attention.
    """

    origin_ras: FloatArray
    axes: FloatArray
    slabs: tuple[Slab, ...]
    gaps: tuple[Gap, ...] = ()
    notes: tuple[str, ...] = field(default=())

    def to_ras(self, uv: FloatArray, along_normal_mm: ArrayLike) -> FloatArray:
        """Map in-plane points (n, 2) at a height along the normal to RAS (n, 3)."""
        height = np.broadcast_to(np.asarray(along_normal_mm, dtype=np.float64), (len(uv),))
        points: FloatArray = (
            self.origin_ras + uv @ self.axes[:2] + height[:, np.newaxis] * self.axes[2]
        )
        return points

    def to_frame(self, points_ras: FloatArray) -> FloatArray:
        """Map RAS points (n, 3) to u, v and height along the normal."""
        return (points_ras - self.origin_ras) @ self.axes.T

    def contours_ras(self) -> tuple[FloatArray, ...]:
        """The polygons at their planes in RAS, (n, 3) each."""
        return tuple(
            self.to_ras(polygon, slab.position_mm)
            for slab in self.slabs
            for polygon in slab.polygons
        )

    def volume_mm3(self) -> float:
        """Sum of the slabs' volumes."""
        areas = even_odd_areas_mm2([slab.polygons for slab in self.slabs])
        return float(areas @ [slab.upper_mm - slab.lower_mm for slab in self.slabs])

    def trimmed(self, lower_mm: float, upper_mm: float) -> ContourStack:
        """Keep what lies between two heights along the normal; slabs are cut, not dropped whole."""
        slabs = tuple(
            replace(s, lower_mm=max(s.lower_mm, lower_mm), upper_mm=min(s.upper_mm, upper_mm))
            for s in self.slabs
            if s.upper_mm > lower_mm and s.lower_mm < upper_mm
        )
        gaps = tuple(
            Gap(max(g.lower_mm, lower_mm), min(g.upper_mm, upper_mm))
            for g in self.gaps
            if g.upper_mm > lower_mm and g.lower_mm < upper_mm
        )
        return replace(self, slabs=slabs, gaps=gaps)


def stack_contours(
    name: str,
    contours: Iterable[ArrayLike],
    *,
    slice_spacing_mm: float | None = None,
    slice_positions_mm: Sequence[float] | None = None,
) -> ContourStack:
    """Build slabs from planar RAS polygons.

    Parameters
    ----------
    name : str
        The structure's name, for messages.
    contours : iterable of (n, 3) array_like
        Closed polygons in RAS mm, each in one plane, all planes parallel, in any order.
    slice_spacing_mm : float, optional
        Thickness where it cannot be seen from the contours (a single plane).
    slice_positions_mm : sequence of float, optional
        Superior positions of the image's slices; a slice without contour between two contours is
        then known to be missing. Used for axial contours only.

    Raises
    ------
    InputError
        No contours, fewer than three points, not planar, not parallel, crossing itself, no area.
    """
    polygons = [_checked_points(name, number, c) for number, c in enumerate(contours, start=1)]
    if not polygons:
        raise InputError(f"Structure {name} has no contours; draw it or choose another structure.")
    axes = _frame(polygons)
    origin = np.zeros(3)
    planes: dict[float, list[FloatArray]] = {}
    notes: list[str] = []
    for number, points in enumerate(polygons, start=1):
        local = points @ axes.T
        height = float(np.median(local[:, 2]))
        deviation = float(np.abs(local[:, 2] - height).max())
        if deviation > PLANE_TOLERANCE_MM:
            raise InputError(
                f"Structure {name}: contour {number} at {_place(points)} leaves its plane by "
                f"{deviation:.2f} mm; all contours must be flat and parallel, export it again."
            )
        _check_crossing(name, number, points, local[:, :2], notes)
        key = next((k for k in planes if abs(k - height) <= SAME_PLANE_MM), height)
        if any(_same_polygon(local[:, :2], other) for other in planes.get(key, ())):
            notes.append(
                f"Contour {number} of {name} at {_place(points)} is stored twice; used once."
            )
            continue
        planes.setdefault(key, []).append(local[:, :2])
    heights = np.array(sorted(planes))
    along_superior = abs(axes[2, 2]) > 1 - 1e-6 and slice_positions_mm is not None
    image_planes = (
        np.sort(np.asarray(slice_positions_mm, dtype=np.float64)) if along_superior else None
    )
    bounds, gaps = _slab_bounds(name, heights, slice_spacing_mm, image_planes)
    slabs = tuple(
        Slab(float(h), low, high, tuple(planes[h]))
        for h, (low, high) in zip(heights.tolist(), bounds, strict=True)
    )
    return ContourStack(origin, axes, slabs, gaps, tuple(notes))


def _checked_points(name: str, number: int, contour: ArrayLike) -> FloatArray:
    points = np.array(contour, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] != 3 or not np.isfinite(points).all():
        raise InputError(
            f"Structure {name}: contour {number} is not a list of finite (x, y, z) points in mm."
        )
    farthest_mm = float(np.abs(points).max(initial=0.0))
    if farthest_mm > FARTHEST_MM:
        raise InputError(
            f"Structure {name}: contour {number} has a coordinate of {farthest_mm:.3g} mm, where "
            "no patient lies; correct or delete it."
        )
    if len(points) > 1 and np.allclose(points[0], points[-1], atol=1e-9):
        points = points[:-1]
    if len(points) < 3:
        raise InputError(
            f"Structure {name}: contour {number} at {_place(points)} has {len(points)} points; "
            "a closed contour needs at least 3, redraw or delete it."
        )
    return points


def _place(points: FloatArray) -> str:
    if not len(points):
        return "no position"
    right, anterior, superior = points.mean(axis=0)
    return f"R {right:.1f}, A {anterior:.1f}, S {superior:.1f} mm"


def _newell_normal(points: FloatArray) -> FloatArray:
    centred = points - points[0]
    normal: FloatArray = 0.5 * np.cross(centred, np.roll(centred, -1, axis=0)).sum(axis=0)
    return normal


def _frame(polygons: Sequence[FloatArray]) -> FloatArray:
    """Rows u, v, n; n from the largest contour, exactly an axis when within rounding of it."""
    normals = [_newell_normal(p) for p in polygons]
    normal = max(normals, key=lambda v: float(v @ v))
    length = float(np.linalg.norm(normal))
    if length < 1e-9:
        # All contours are lines; the caller's crossing check names the first of them.
        normal, length = np.array([0.0, 0.0, 1.0]), 1.0
    normal = normal / length
    largest = int(np.argmax(np.abs(normal)))
    normal = normal * np.sign(normal[largest])
    if abs(normal[largest]) > 1 - 1e-6:
        normal = np.eye(3)[largest]
    first = np.eye(3)[int(np.argmin(np.abs(normal)))]
    u = first - (first @ normal) * normal
    u /= np.linalg.norm(u)
    return np.stack([u, np.cross(normal, u), normal])


def _check_crossing(
    name: str, number: int, points: FloatArray, local: FloatArray, notes: list[str]
) -> None:
    ambiguous = ambiguous_area_mm2(local)
    if ambiguous > LOOP_TOLERANCE_MM2:
        raise InputError(
            f"Structure {name}: contour {number} at {_place(points)} crosses itself and leaves "
            f"{ambiguous:.2f} mm2 undecided; redraw it."
        )
    if abs(signed_area_mm2(local)) <= 0:
        raise InputError(
            f"Structure {name}: contour {number} at {_place(points)} encloses 0 mm2; "
            "redraw or delete it."
        )
    if ambiguous > 1e-6:
        notes.append(
            f"Contour {number} of {name} at {_place(points)} crosses itself in a loop of "
            f"{ambiguous:.3f} mm2, taken as rounding."
        )


def _same_polygon(first: FloatArray, second: FloatArray) -> bool:
    """Say whether two polygons have the same vertices, wherever they start and however they run."""
    if first.shape != second.shape:
        return False
    one, other = (np.concatenate([p.min(axis=0), p.max(axis=0)]) for p in (first, second))
    if np.abs(one - other).max() > SAME_VERTEX_MM:
        return False
    return all(
        bool(cKDTree(held).query(asked)[0].max() <= SAME_VERTEX_MM)
        for held, asked in ((first, second), (second, first))
    )


def _slab_bounds(
    name: str,
    heights: FloatArray,
    slice_spacing_mm: float | None,
    image_planes: FloatArray | None,
) -> tuple[list[tuple[float, float]], tuple[Gap, ...]]:
    """Faces of every slab: half way to the neighbour, half the local spacing at ends and gaps."""
    if len(heights) == 1:
        if slice_spacing_mm is None and image_planes is not None and len(image_planes) > 1:
            slice_spacing_mm = float(np.median(np.diff(image_planes)))
        if slice_spacing_mm is None:
            raise InputError(
                f"Structure {name} has contours on one plane only, so its thickness is unknown; "
                "give the slice spacing in mm or contour more slices."
            )
        half = slice_spacing_mm / 2
        return [(float(heights[0]) - half, float(heights[0]) + half)], ()
    steps = np.diff(heights)
    is_gap = _gaps(heights, steps, image_planes)
    if slice_spacing_mm is not None:
        nominal = slice_spacing_mm
    elif image_planes is not None and len(image_planes) > 1:
        nominal = float(np.median(np.diff(image_planes)))
    else:
        nominal = float(np.median(steps[~is_gap])) if (~is_gap).any() else float(steps.min())
    middle = 0.5 * (heights[1:] + heights[:-1])
    below = np.concatenate([[np.nan], np.where(is_gap, np.nan, steps)])
    above = np.concatenate([np.where(is_gap, np.nan, steps), [np.nan]])
    lower = (
        heights - np.where(np.isnan(below), np.where(np.isnan(above), nominal, above), below) / 2
    )
    upper = (
        heights + np.where(np.isnan(above), np.where(np.isnan(below), nominal, below), above) / 2
    )
    # The very same number for both slabs, so that no point falls between them.
    lower[1:][~is_gap] = upper[:-1][~is_gap] = middle[~is_gap]
    gaps = tuple(Gap(float(upper[i]), float(lower[i + 1])) for i in np.flatnonzero(is_gap))
    return list(zip(lower.tolist(), upper.tolist(), strict=True)), gaps


def _gaps(
    heights: FloatArray, steps: FloatArray, image_planes: FloatArray | None
) -> NDArray[np.bool_]:
    if image_planes is not None:
        # Half a slice of tolerance on both sides, so that only a whole slice between counts.
        slack = 0.25 * np.minimum(
            steps, np.median(np.diff(image_planes)) if len(image_planes) > 1 else 1
        )
        first = np.searchsorted(image_planes, heights[:-1] + slack)
        last = np.searchsorted(image_planes, heights[1:] - slack)
        return np.asarray(last > first)
    beside = np.concatenate([[0.0], steps, [0.0]])
    neighbours = np.maximum(beside[:-2], beside[2:])
    return np.asarray((neighbours > 0) & (steps > GAP_FACTOR * neighbours))
