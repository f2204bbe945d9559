"""Points on the surfaces of target and cord, and the way from one to the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from ...geometry import ContourStack, OccupancyMask, Structure

FloatArray = NDArray[np.float64]

CORD_STEP_MM = 0.25
"""Distance of the points that stand for the cord's surface, along outlines and between them."""
_FAR_APART = 1e6
"""Keeps the points of different planes apart in one search tree."""


def surface_points(structure: Structure, along_mm: float, across_mm: float) -> FloatArray:
    """Points spread evenly over a structure's side walls; its flat ends have none.

    Parameters
    ----------
    structure : Structure
        Contours are taken as drawn; a mask's are its iso-lines at occupancy one half.
    along_mm, across_mm : float
        Distance of the points along an outline, and at most from outline to outline.

    Returns
    -------
    (n, 3) in RAS mm
    """
    walls = [
        _spread_evenly(outline, along_mm) + shift
        for outline, shifts in _walls(structure, across_mm)
        for shift in shifts
    ]
    points = np.concatenate(walls) if walls else np.empty((0, 3))
    for clip in structure.clips:
        points = points[points @ clip.normal <= clip.offset_mm]
    return points


def holds(structure: Structure, points_ras: FloatArray) -> NDArray[np.bool_]:
    """Say which points (n, 3) lie within the walls that `surface_points` marks.

    In a mask's layers that is inside the iso-line, not in a voxel at least half occupied: corners
    of voxels would stand in the way of rays along the wall.
    """
    shape = structure.shape
    if isinstance(shape, ContourStack):
        return structure.contains(points_ras)
    ijk = shape.grid.to_ijk(points_ras)
    layer = _layer_axis(shape)
    ijk[:, layer] = np.rint(ijk[:, layer])
    occupancy = ndimage.map_coordinates(
        shape.values, ijk[:, ::-1].T, output=np.float64, order=1, mode="grid-constant"
    )
    inside = occupancy > 0.5
    for clip in structure.clips:
        inside &= points_ras @ clip.normal <= clip.offset_mm
    return np.asarray(inside)


def _walls(structure: Structure, across_mm: float) -> list[tuple[FloatArray, FloatArray]]:
    """Every outline (n, 3) in RAS with the shifts (m, 3) that spread it over its layer."""
    shape = structure.shape
    if isinstance(shape, ContourStack):
        return [
            (
                shape.to_ras(polygon, 0.0),
                np.outer(_middles(slab.lower_mm, slab.upper_mm, across_mm), shape.axes[2]),
            )
            for slab in shape.slabs
            for polygon in slab.polygons
        ]
    layer = _layer_axis(shape)
    thickness = float(shape.grid.spacing_mm[layer])
    middles = _middles(-thickness / 2, thickness / 2, across_mm)
    shifts = np.outer(middles, shape.grid.directions[:, layer])
    return [(outline, shifts) for outline in structure.contours()]


def _layer_axis(mask: OccupancyMask) -> int:
    """Grid axis (0 i, 1 j, 2 k) across the layers in which `Structure.contours` traces a mask."""
    return int(np.argmax(np.abs(mask.grid.directions[2])))


def _middles(lower_mm: float, upper_mm: float, across_mm: float) -> FloatArray:
    """Middles of the equal parts, at most `across_mm` thick, between two heights."""
    count = max(1, int(np.ceil((upper_mm - lower_mm) / across_mm - 1e-9)))
    middles: FloatArray = lower_mm + (np.arange(count) + 0.5) * (upper_mm - lower_mm) / count
    return middles


def _spread_evenly(outline: FloatArray, step_mm: float) -> FloatArray:
    """Points (m, 3) at equal distances along a closed polygon, however its vertices are spread."""
    closed = np.concatenate([outline, outline[:1]])
    run = np.concatenate([[0.0], np.linalg.norm(np.diff(closed, axis=0), axis=1).cumsum()])
    count = max(3, int(np.ceil(run[-1] / step_mm)))
    at = np.arange(count) * run[-1] / count
    return np.column_stack([np.interp(at, run, c) for c in closed.T])


def axial_heights(points_ras: FloatArray) -> FloatArray:
    """Ascending heights of the axial planes that hold the points.

    Points of axial contours lie in few planes; those of tilted ones are gathered in planes
    `CORD_STEP_MM` apart.
    """
    heights = np.unique(np.round(points_ras[:, 2], 4))
    if len(heights) > 1 and np.median(np.diff(heights)) < CORD_STEP_MM:
        heights = np.unique(np.round(heights / CORD_STEP_MM)) * CORD_STEP_MM
    return heights


@dataclass(frozen=True, eq=False)
class CordSurface:
    """The cord's surface as points, searched everywhere or only within each axial plane.

    Build it with `everywhere` or `in_planes`.

    Attributes
    ----------
    points_ras : (n, 3)
    heights_mm : (p,) or None
        Ascending heights of the planes; None: searched everywhere.
    tree : cKDTree
    """

    points_ras: FloatArray
    heights_mm: FloatArray | None
    tree: cKDTree

    @classmethod
    def everywhere(cls, cord: Structure) -> CordSurface:
        """Search in all directions."""
        points = surface_points(cord, CORD_STEP_MM, CORD_STEP_MM)
        return cls(points, None, cKDTree(points))

    @classmethod
    def in_planes(cls, cord: Structure, heights_mm: FloatArray) -> CordSurface:
        """Search within the axial planes at these heights only."""
        points, plane = _cut(cord, heights_mm)
        return cls(points, heights_mm, cKDTree(_keys(points, plane)))

    def nearest(self, points_ras: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Distance (n,) and place (n, 3) of the nearest surface point.

        In axial planes the place has the point's own height; the distance is infinite where the
        cord has no outline in the point's plane.
        """
        if not len(self.points_ras):
            return np.full(len(points_ras), np.inf), np.full(points_ras.shape, np.nan)
        if self.heights_mm is None:
            distance, index = self.tree.query(points_ras)
            return np.asarray(distance), self.points_ras[index]
        keys = _keys(points_ras, _nearest_plane(self.heights_mm, points_ras[:, 2]))
        distance, index = self.tree.query(keys)
        place = np.column_stack([self.points_ras[index, :2], points_ras[:, 2]])
        found = distance < _FAR_APART / 2
        return np.where(found, distance, np.inf), np.where(found[:, np.newaxis], place, np.nan)

    def middle(self, points_ras: FloatArray) -> FloatArray:
        """Middle (n, 3) of the cord's outline at the height of each point."""
        if self.heights_mm is None:
            heights = np.unique(np.round(points_ras[:, 2] / CORD_STEP_MM)) * CORD_STEP_MM
            surface, plane = _in_planes(self.points_ras, heights)
        else:
            heights = self.heights_mm
            surface, plane = self.points_ras, _nearest_plane(heights, self.points_ras[:, 2])
        count = np.bincount(plane, minlength=len(heights))
        own = _nearest_plane(heights, points_ras[:, 2])
        with np.errstate(invalid="ignore"):
            middle = [
                (np.bincount(plane, weights=surface[:, a], minlength=len(heights)) / count)[own]
                for a in (0, 1)
            ]
        return np.column_stack([*middle, points_ras[:, 2]])


def _keys(points_ras: FloatArray, plane: NDArray[np.int64]) -> FloatArray:
    return np.column_stack([points_ras[:, :2], plane * _FAR_APART])


def _nearest_plane(heights_mm: FloatArray, at_mm: FloatArray) -> NDArray[np.int64]:
    if len(heights_mm) == 1:
        return np.zeros(len(at_mm), dtype=np.int64)
    halfway = 0.5 * (heights_mm[1:] + heights_mm[:-1])
    return np.searchsorted(halfway, at_mm).astype(np.int64)


def _cut(structure: Structure, heights_mm: FloatArray) -> tuple[FloatArray, NDArray[np.int64]]:
    """Outline points (n, 3) in axial planes and the number of each point's plane (n,).

    Exact for axial contours; otherwise the surface points that lie within half of `CORD_STEP_MM`.
    """
    shape = structure.shape
    if not (isinstance(shape, ContourStack) and abs(shape.axes[2, 2]) > 1 - 1e-9):
        return _in_planes(surface_points(structure, CORD_STEP_MM, CORD_STEP_MM), heights_mm)
    points: list[FloatArray] = [np.empty((0, 3))]
    plane: list[NDArray[np.int64]] = [np.empty(0, dtype=np.int64)]
    for slab in shape.slabs:
        faces = np.sort(np.array([slab.lower_mm, slab.upper_mm]) * shape.axes[2, 2])
        held = np.flatnonzero((heights_mm >= faces[0]) & (heights_mm < faces[1]))
        if not len(held):
            continue
        outline = np.concatenate(
            [_spread_evenly(shape.to_ras(p, 0.0), CORD_STEP_MM) for p in slab.polygons]
        )
        flat = np.tile(outline[:, :2], (len(held), 1))
        points.append(np.column_stack([flat, np.repeat(heights_mm[held], len(outline))]))
        plane.append(np.repeat(held, len(outline)))
    cut, number = np.concatenate(points), np.concatenate(plane)
    for clip in structure.clips:
        kept = cut @ clip.normal <= clip.offset_mm
        cut, number = cut[kept], number[kept]
    return cut, number


def _in_planes(
    points_ras: FloatArray, heights_mm: FloatArray
) -> tuple[FloatArray, NDArray[np.int64]]:
    plane = _nearest_plane(heights_mm, points_ras[:, 2])
    kept = np.abs(points_ras[:, 2] - heights_mm[plane]) <= CORD_STEP_MM / 2
    return points_ras[kept], plane[kept]
