"""Small cells that fill a structure: the points to read dose at and their volumes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .contours import ContourStack
from .masks import OccupancyMask
from .polygons import edges_of, row_areas_mm2, scan

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class HalfSpace:
    """The points x with normal . x <= offset_mm.

    Attributes
    ----------
    normal : (3,) unit vector in RAS
    offset_mm : float
    """

    normal: FloatArray
    offset_mm: float


@dataclass(frozen=True, eq=False)
class Cells:
    """Cells that together fill a structure.

    Attributes
    ----------
    centres_ras : (n, 3)
        Cell centres in RAS mm.
    volumes_mm3 : (n,)
        The structure's volume in each cell.
    sides_mm : (n, 3)
        Edge lengths along `axes`.
    axes : (3, 3)
        Rows: the unit vectors in RAS along which the cells' edges run.
    """

    centres_ras: FloatArray
    volumes_mm3: FloatArray
    sides_mm: FloatArray
    axes: FloatArray

    def chosen(self, which: NDArray[np.bool_]) -> Cells:
        """Return some of the cells."""
        return Cells(
            self.centres_ras[which], self.volumes_mm3[which], self.sides_mm[which], self.axes
        )

    def joined(self, other: Cells) -> Cells:
        """Return these cells and others with the same axes."""
        return Cells(
            np.concatenate([self.centres_ras, other.centres_ras]),
            np.concatenate([self.volumes_mm3, other.volumes_mm3]),
            np.concatenate([self.sides_mm, other.sides_mm]),
            self.axes,
        )

    def cut(self, step_mm: float) -> Cells:
        """Cut every cell into equal boxes with edges of `step_mm` or a little less."""
        cuts = np.maximum(1, np.ceil(self.sides_mm.max(axis=0) / step_mm - 1e-9).astype(int))
        offsets = np.stack(
            np.meshgrid(*[(np.arange(n) + 0.5) / n - 0.5 for n in cuts], indexing="ij"), axis=-1
        ).reshape(-1, 3)
        shift = (offsets * self.sides_mm[:, np.newaxis]) @ self.axes
        n = len(offsets)
        return Cells(
            (self.centres_ras[:, np.newaxis] + shift).reshape(-1, 3),
            np.repeat(self.volumes_mm3 / n, n),
            np.repeat(self.sides_mm / cuts, n, axis=0),
            self.axes,
        )


def fill(shape: ContourStack | OccupancyMask, clips: Sequence[HalfSpace], step_mm: float) -> Cells:
    """Fill a structure with cells no longer than `step_mm` along any side.

    Contours: every slab is cut into sub-slices, every sub-slice into rows between the lowest and
    highest point of each outline with its holes; each row has its exact polygon area, shared by
    equal cells along it. Nothing depends on where a lattice starts. Masks: every voxel is cut into
    equal boxes.

    Parameters
    ----------
    shape : ContourStack or OccupancyMask
    clips : sequence of HalfSpace
        The structure is the part of the shape inside all of them; a cell that a plane cuts keeps
        its share.
    step_mm : float
    """
    if isinstance(shape, ContourStack):
        centres, volumes, sides = _fill_stack(shape, step_mm)
        axes = shape.axes
    else:
        centres, volumes, sides = _fill_mask(shape, step_mm)
        axes = shape.grid.directions.T
    for clip in clips:
        reach = 0.5 * (sides @ np.abs(axes @ clip.normal))
        with np.errstate(divide="ignore", invalid="ignore"):
            depth = (clip.offset_mm - centres @ clip.normal) / (2 * reach)
        volumes = volumes * np.clip(0.5 + depth, 0.0, 1.0)
    kept = volumes > 0
    return Cells(centres[kept], volumes[kept], sides[kept], axes)


def _fill_stack(stack: ContourStack, step_mm: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    points, volumes, sides = [], [], []
    for slab in stack.slabs:
        planes = [_fill_plane(group, step_mm) for group in _groups(slab.polygons)]
        uv, areas, lengths, heights = (np.concatenate(x) for x in zip(*planes, strict=True))
        thickness = slab.upper_mm - slab.lower_mm
        layers = max(1, int(np.ceil(thickness / step_mm - 1e-9)))
        height = slab.lower_mm + (np.arange(layers) + 0.5) * thickness / layers
        n = len(uv)
        points.append(np.column_stack([np.tile(uv, (layers, 1)), np.repeat(height, n)]))
        volumes.append(np.tile(areas * thickness / layers, layers))
        side = np.column_stack([lengths, heights, np.full(n, thickness / layers)])
        sides.append(np.tile(side, (layers, 1)))
    if not points:
        return np.empty((0, 3)), np.empty(0), np.empty((0, 3))
    frame = np.concatenate(points)
    return stack.origin_ras + frame @ stack.axes, np.concatenate(volumes), np.concatenate(sides)


def _fill_plane(
    polygons: Sequence[FloatArray], step_mm: float
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Centres (n, 2), areas, lengths along u and along v."""
    edges = edges_of(polygons)
    low, high = float(edges[:, 1].min()), float(edges[:, 1].max())
    rows = max(4, int(np.ceil((high - low) / step_mm)))
    bounds = np.linspace(low, high, rows + 1)
    middle = 0.5 * (bounds[1:] + bounds[:-1])
    exact = row_areas_mm2(edges, bounds)
    row, start, stop = scan(edges, middle)
    width = np.bincount(row, weights=stop - start, minlength=rows)
    count = np.maximum(1, np.ceil((stop - start) / step_mm).astype(np.int64))
    interval = np.repeat(np.arange(len(row)), count)
    nth = np.arange(len(interval)) - np.repeat(np.cumsum(count) - count, count)
    length = ((stop - start) / count)[interval]
    centre = start[interval] + (nth + 0.5) * length
    with np.errstate(divide="ignore", invalid="ignore"):
        area_per_mm = np.where(width > 0, exact / width, 0.0)
    areas = length * area_per_mm[row[interval]]
    # A row that its middle line misses (a notch between two lines) gives its area to the others.
    missed = exact[width <= 0].sum()
    if missed > 0 and areas.sum() > 0:
        areas *= 1 + missed / areas.sum()
    uv = np.column_stack([centre, middle[row[interval]]])
    return uv, areas, length, np.full(len(uv), (high - low) / rows)


def _groups(polygons: Sequence[FloatArray]) -> list[list[FloatArray]]:
    """Keep together what may nest or cross (boxes that touch); other polygons share no rows."""
    groups: list[list[FloatArray]] = []
    for polygon in polygons:
        low, high = polygon.min(axis=0), polygon.max(axis=0)
        joined, apart = [polygon], []
        for group in groups:
            if any((p.min(axis=0) <= high).all() and (p.max(axis=0) >= low).all() for p in group):
                joined += group
            else:
                apart.append(group)
        groups = [*apart, joined]
    return groups


def _fill_mask(mask: OccupancyMask, step_mm: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    kji = np.argwhere(mask.values > 0)
    occupancy = mask.values[tuple(kji.T)]
    cuts = np.maximum(1, np.ceil(mask.grid.spacing_mm / step_mm - 1e-9).astype(int))
    offsets = np.stack(
        np.meshgrid(*[(np.arange(n) + 0.5) / n - 0.5 for n in cuts], indexing="ij"), axis=-1
    ).reshape(-1, 3)
    ijk = (kji[:, np.newaxis, ::-1] + offsets[np.newaxis]).reshape(-1, 3)
    share = mask.grid.voxel_volume_mm3 / len(offsets)
    volumes = np.repeat(occupancy * share, len(offsets))
    sides = np.broadcast_to(mask.grid.spacing_mm / cuts, ijk.shape)
    return mask.grid.to_ras(ijk), volumes, np.asarray(sides)


def boundary_points(
    shape: ContourStack | OccupancyMask, clips: Sequence[HalfSpace], step_mm: float
) -> FloatArray:
    """Points (n, 3) in RAS on the structure's outer surface, where dose extremes may lie.

    Contours: along the polygons' edges at both faces of every slab and between. Masks: the corners
    of the voxels at least half occupied that have an empty neighbour.
    """
    if isinstance(shape, ContourStack):
        faces = []
        for slab in shape.slabs:
            outline = np.concatenate([_densified(p, step_mm) for p in slab.polygons])
            thickness = slab.upper_mm - slab.lower_mm
            layers = max(3, int(np.ceil(thickness / step_mm)) + 1)
            heights = np.linspace(slab.lower_mm, slab.upper_mm, layers)
            faces += [shape.to_ras(outline, h) for h in heights]
        points = np.concatenate(faces) if faces else np.empty((0, 3))
    else:
        occupied = np.pad(shape.values >= 0.5, 1)
        hidden = occupied.copy()
        for axis in range(3):
            hidden &= np.roll(occupied, 1, axis) & np.roll(occupied, -1, axis)
        kji = np.argwhere(occupied & ~hidden) - 1
        corners = np.stack(np.meshgrid(*[(-0.5, 0.5)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
        ijk = (kji[:, np.newaxis, ::-1] + corners).reshape(-1, 3)
        points = shape.grid.to_ras(np.unique(ijk, axis=0) if len(ijk) else ijk)
    for clip in clips:
        points = points[points @ clip.normal <= clip.offset_mm]
    return points


def _densified(polygon: FloatArray, step_mm: float) -> FloatArray:
    """The polygon's vertices and points between them, no farther apart than `step_mm`."""
    edge = np.roll(polygon, -1, axis=0) - polygon
    count = np.maximum(1, np.ceil(np.linalg.norm(edge, axis=1) / step_mm).astype(np.int64))
    index = np.repeat(np.arange(len(polygon)), count)
    nth = np.arange(len(index)) - np.repeat(np.cumsum(count) - count, count)
    points: FloatArray = polygon[index] + edge[index] * (nth / count[index])[:, np.newaxis]
    return points
