"""Small cells that fill a structure: the points to read dose at and their volumes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .contours import ContourStack
from .masks import OccupancyMask
from .polygons import edges_of, row_areas_mm2, scan_with_leans

FloatArray = NDArray[np.float64]


STRIPS_PER_ROW = 3
"""Strips in which a row's centroid is found."""


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
    edges_mm : (n, 3, 3)
        Each cell is a parallelepiped; its three edge vectors in RAS.
    """

    centres_ras: FloatArray
    volumes_mm3: FloatArray
    edges_mm: FloatArray

    def reach_mm(self, direction: FloatArray) -> FloatArray:
        """Half of each cell's extent along a unit vector, (n,)."""
        reach: FloatArray = 0.5 * np.abs(self.edges_mm @ direction).sum(axis=1)
        return reach

    def chosen(self, which: NDArray[np.bool_]) -> Cells:
        """Return some of the cells."""
        return Cells(self.centres_ras[which], self.volumes_mm3[which], self.edges_mm[which])

    def joined(self, other: Cells) -> Cells:
        """Return these cells and others."""
        return Cells(
            np.concatenate([self.centres_ras, other.centres_ras]),
            np.concatenate([self.volumes_mm3, other.volumes_mm3]),
            np.concatenate([self.edges_mm, other.edges_mm]),
        )

    def cut(self, step_mm: float) -> Cells:
        """Cut every cell into equal ones with edges of `step_mm` or a little less."""
        lengths = np.sqrt((self.edges_mm**2).sum(axis=2))
        cuts = np.maximum(1, np.ceil(lengths / step_mm - 1e-9).astype(np.int64))
        kinds, kind = np.unique(cuts, axis=0, return_inverse=True)
        pieces = [self.chosen(kind.ravel() == n)._cut_alike(k) for n, k in enumerate(kinds)]
        return Cells(
            np.concatenate([p.centres_ras for p in pieces]),
            np.concatenate([p.volumes_mm3 for p in pieces]),
            np.concatenate([p.edges_mm for p in pieces]),
        )

    def _cut_alike(self, cuts: NDArray[np.int64]) -> Cells:
        offsets = _offsets(cuts)
        n = len(offsets)
        return Cells(
            (self.centres_ras[:, np.newaxis] + offsets @ self.edges_mm).reshape(-1, 3),
            np.repeat(self.volumes_mm3 / n, n),
            np.repeat(self.edges_mm / cuts[:, np.newaxis], n, axis=0),
        )


def _offsets(cuts: NDArray[np.int64]) -> FloatArray:
    """Centres (n, 3) of the equal boxes that a unit cube about 0 is cut into."""
    places = [(np.arange(n) + 0.5) / n - 0.5 for n in cuts]
    return np.stack(np.meshgrid(*places, indexing="ij"), axis=-1).reshape(-1, 3)


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
    cells = (
        _fill_stack(shape, step_mm)
        if isinstance(shape, ContourStack)
        else _fill_mask(shape, step_mm)
    )
    volumes = cells.volumes_mm3
    for clip in clips:
        with np.errstate(divide="ignore", invalid="ignore"):
            depth = clip.offset_mm - cells.centres_ras @ clip.normal
            share = 0.5 + depth / (2 * cells.reach_mm(clip.normal))
        volumes = volumes * np.clip(share, 0.0, 1.0)
    return Cells(cells.centres_ras, volumes, cells.edges_mm).chosen(volumes > 0)


def _fill_stack(stack: ContourStack, step_mm: float) -> Cells:
    points: list[FloatArray] = [np.empty((0, 3))]
    volumes: list[FloatArray] = [np.empty(0)]
    edges: list[FloatArray] = [np.empty((0, 3, 3))]
    for slab in stack.slabs:
        planes = [_fill_plane(group, step_mm) for group in _groups(slab.polygons)]
        uv, areas, flat = (np.concatenate(x) for x in zip(*planes, strict=True))
        thickness = slab.upper_mm - slab.lower_mm
        layers = max(1, int(np.ceil(thickness / step_mm - 1e-9)))
        height = slab.lower_mm + (np.arange(layers) + 0.5) * thickness / layers
        points.append(np.column_stack([np.tile(uv, (layers, 1)), np.repeat(height, len(uv))]))
        volumes.append(np.tile(areas * thickness / layers, layers))
        edge = np.zeros((len(uv), 3, 3))
        edge[:, :2, :2] = flat
        edge[:, 2, 2] = thickness / layers
        edges.append(np.tile(edge, (layers, 1, 1)))
    return Cells(
        stack.origin_ras + np.concatenate(points) @ stack.axes,
        np.concatenate(volumes),
        np.concatenate(edges) @ stack.axes,
    )


def _fill_plane(
    polygons: Sequence[FloatArray], step_mm: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Centres (n, 2), areas (n,) and edge vectors (n, 2, 2) in u, v.

    Each row has its exact area and centroid; its cells lean as the outline does there. Without the
    last two the cells would lie, on average, a little too far out on every side.
    """
    edges = edges_of(polygons)
    low, high = float(edges[:, 1].min()), float(edges[:, 1].max())
    rows = max(4, int(np.ceil((high - low) / step_mm)))
    row_height = (high - low) / rows
    middle: FloatArray = low + (np.arange(rows, dtype=np.float64) + 0.5) * row_height
    bounds = np.linspace(low, high, rows * STRIPS_PER_ROW + 1, dtype=np.float64)
    strips = row_areas_mm2(edges, bounds)
    strips = strips.reshape(rows, STRIPS_PER_ROW)
    exact = strips.sum(axis=1)
    off_middle = ((np.arange(STRIPS_PER_ROW) + 0.5) / STRIPS_PER_ROW - 0.5) * row_height
    row, start, stop, leans = scan_with_leans(edges, middle)
    width = np.bincount(row, weights=stop - start, minlength=rows)
    with np.errstate(divide="ignore", invalid="ignore"):
        shift = np.where(exact > 0, strips @ off_middle / exact, 0.0)
        squeeze = np.where(width > 0, exact / (width * row_height), 0.0)
    count = np.maximum(1, np.ceil((stop - start) / step_mm).astype(np.int64))
    interval = np.repeat(np.arange(len(row)), count)
    nth = np.arange(len(interval)) - np.repeat(np.cumsum(count) - count, count)
    at = row[interval]
    share = (nth + 0.5) / count[interval]
    length = ((stop - start) / count)[interval] * squeeze[at]
    # Nearly level edges would throw a cell farther than the row is wide.
    limit = (stop - start)[:, np.newaxis]
    leaning = np.clip(leans * row_height, -limit, limit)[interval]
    lean = leaning[:, 0] + share * (leaning[:, 1] - leaning[:, 0])
    centre = (0.5 * (start + stop))[interval] + (nth + 0.5 - 0.5 * count[interval]) * length
    centre += lean * shift[at] / row_height
    areas = length * row_height
    # A row that its middle line misses (a notch between two lines) gives its area to the others.
    missed = exact[width <= 0].sum()
    if missed > 0 and areas.sum() > 0:
        areas = areas * (1 + missed / areas.sum())
    flat = np.zeros((len(interval), 2, 2))
    flat[:, 0, 0], flat[:, 1, 0], flat[:, 1, 1] = length, lean, row_height
    return np.column_stack([centre, (middle + shift)[at]]), areas, flat


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


def _fill_mask(mask: OccupancyMask, step_mm: float) -> Cells:
    kji = np.argwhere(mask.values > 0)
    occupancy = mask.values[tuple(kji.T)]
    cuts = np.maximum(1, np.ceil(mask.grid.spacing_mm / step_mm - 1e-9).astype(int))
    offsets = _offsets(cuts)
    ijk = (kji[:, np.newaxis, ::-1] + offsets).reshape(-1, 3)
    share = mask.grid.voxel_volume_mm3 / len(offsets)
    edges = mask.grid.ijk_to_ras[:3, :3].T / cuts[:, np.newaxis]
    return Cells(
        mask.grid.to_ras(ijk),
        np.repeat(occupancy * share, len(offsets)),
        np.broadcast_to(edges, (len(ijk), 3, 3)),
    )


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
