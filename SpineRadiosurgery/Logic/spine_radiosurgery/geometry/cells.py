"""Small cells that fill a structure: the points to read dose at and their volumes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .contours import ContourStack
from .grid import Grid
from .masks import OccupancyMask
from .polygons import laid_apart, row_areas_mm2, scan_with_leans
from .progress import report_progress

FloatArray = NDArray[np.float64]
Contains = Callable[[FloatArray], NDArray[np.bool_]]

STRIPS_PER_ROW = 3
"""Strips in which a row's centroid is found."""
VARIETY = 7
"""Rows are added from slab to slab, so that not all have the same sampling error."""
ROW_SHARE = 0.56
"""Height of a row in steps: an outline's curvature is lost within rows, not along them."""
POLE_ROWS = 4
"""Rows that the first and the last row of an outline are cut into."""


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

    def cut(self, step_mm: float, within: Contains | None = None) -> Cells:
        """Cut every cell into equal ones with edges of `step_mm` or a little less.

        Parameters
        ----------
        step_mm : float
        within : callable, optional
            Says which RAS points (n, 3) lie in the structure; a cell's pieces outside then give
            their volume to those inside. A cell at the outline follows it more closely so.
        """
        lengths = np.sqrt((self.edges_mm**2).sum(axis=2))
        cuts = np.maximum(1, np.ceil(lengths / step_mm - 1e-9).astype(np.int64))
        kinds, kind = np.unique(cuts, axis=0, return_inverse=True)
        alike = [kind.ravel() == n for n in range(len(kinds))]
        pieces = [self.chosen(a)._cut_alike(k) for a, k in zip(alike, kinds, strict=True)]
        every = Cells(
            np.concatenate([p.centres_ras for p in pieces]),
            np.concatenate([p.volumes_mm3 for p in pieces]),
            np.concatenate([p.edges_mm for p in pieces]),
        )
        if within is None:
            return every
        counts = kinds.prod(axis=1)
        members = [np.count_nonzero(a) for a in alike]
        return every._kept_within(within, np.repeat(counts, members))

    def _cut_alike(self, cuts: NDArray[np.int64]) -> Cells:
        offsets = _offsets(cuts)
        n = len(offsets)
        return Cells(
            (self.centres_ras[:, np.newaxis] + offsets @ self.edges_mm).reshape(-1, 3),
            np.repeat(self.volumes_mm3 / n, n),
            np.repeat(self.edges_mm / cuts[:, np.newaxis], n, axis=0),
        )

    def _kept_within(self, within: Contains, siblings: NDArray[np.int64]) -> Cells:
        """Keep the pieces inside; pieces of one cell lie together, `siblings` (m,) of each cell."""
        inside = within(self.centres_ras)
        cell = np.repeat(np.arange(len(siblings)), siblings)
        count = np.bincount(cell, weights=inside, minlength=len(siblings))
        gain = np.divide(siblings, count, out=np.ones(len(siblings)), where=count > 0)
        kept = Cells(self.centres_ras, self.volumes_mm3 * gain[cell], self.edges_mm)
        return kept.chosen(inside | (count == 0)[cell])


def _offsets(cuts: NDArray[np.int64]) -> FloatArray:
    """Centres (n, 3) of the equal boxes that a unit cube about 0 is cut into."""
    places = [(np.arange(n) + 0.5) / n - 0.5 for n in cuts]
    return np.stack(np.meshgrid(*places, indexing="ij"), axis=-1).reshape(-1, 3)


def fill(shape: ContourStack | OccupancyMask, clips: Sequence[HalfSpace], step_mm: float) -> Cells:
    """Fill a structure with cells no longer than `step_mm` along any side.

    Contours: every slab is cut into sub-slices, every sub-slice into rows between the lowest and
    highest point of each outline with its holes; each row has its exact polygon area, shared by
    equal cells along it. Nothing depends on where a lattice starts. Masks: every voxel is cut into
    equal boxes, or joined with its neighbours where several fit into the step.

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
        report_progress()
        with np.errstate(divide="ignore", invalid="ignore"):
            depth = clip.offset_mm - cells.centres_ras @ clip.normal
            share = 0.5 + depth / (2 * cells.reach_mm(clip.normal))
        volumes = volumes * np.clip(share, 0.0, 1.0)
    return Cells(cells.centres_ras, volumes, cells.edges_mm).chosen(volumes > 0)


def _fill_stack(stack: ContourStack, step_mm: float) -> Cells:
    """Fill all slabs at once: laid side by side along v, they are one plane to be scanned."""
    parts = [(n, group) for n, slab in enumerate(stack.slabs) for group in _groups(slab.polygons)]
    if not parts:
        return Cells(np.empty((0, 3)), np.empty(0), np.empty((0, 3, 3)))
    laid, offset = laid_apart([group for _, group in parts])
    report_progress()
    flat = _fill_plane(laid, step_mm)
    report_progress()
    slab = np.array([number for number, _ in parts])[flat.part]
    lower, upper = np.array([[s.lower_mm, s.upper_mm] for s in stack.slabs]).T
    thickness = upper - lower
    layers = np.maximum(1, np.ceil(thickness / step_mm - 1e-9).astype(np.int64))
    cell = np.repeat(np.arange(len(slab)), layers[slab])
    at = slab[cell]
    nth = np.arange(len(cell)) - np.repeat(np.cumsum(layers[slab]) - layers[slab], layers[slab])
    layer_mm = (thickness / layers)[at]
    points = np.empty((len(cell), 3))
    points[:, 0] = flat.u[cell]
    points[:, 1] = (flat.v - offset[flat.part])[cell]
    points[:, 2] = lower[at] + (nth + 0.5) * layer_mm
    report_progress()
    frame = np.zeros((len(cell), 3, 3))
    frame[:, 0, 0], frame[:, 1, 0] = flat.length_mm[cell], flat.lean_mm[cell]
    frame[:, 1, 1], frame[:, 2, 2] = flat.height_mm[cell], layer_mm
    volumes = (flat.length_mm * flat.height_mm * flat.gain)[cell] * layer_mm
    return Cells(
        stack.origin_ras + _turned(points, stack.axes), volumes, _turned(frame, stack.axes)
    )


def _turned(vectors: FloatArray, axes: FloatArray) -> FloatArray:
    """Vectors (..., 3) in the frame's axes as RAS; products of thin matrices are slow."""
    turned: FloatArray = vectors if np.array_equal(axes, np.eye(3)) else vectors @ axes
    return turned


@dataclass(frozen=True, eq=False)
class _Flat:
    """Cells in a plane, (n,) each: part, place, and a parallelogram of length, lean and height.

    `gain` is what the area must be multiplied by to be exact in a part with missed rows.
    """

    part: NDArray[np.int64]
    u: FloatArray
    v: FloatArray
    length_mm: FloatArray
    lean_mm: FloatArray
    height_mm: FloatArray
    gain: FloatArray


def _fill_plane(parts: Sequence[FloatArray], step_mm: float) -> _Flat:
    """Fill parts (edges, ascending and apart along v) with rows of cells.

    Each row has its exact area and centroid; its cells lean as the outline does there. Without the
    last two the cells would lie, on average, a little too far out on every side.
    """
    edges = np.concatenate(parts)
    low = np.array([float(e[:, 1].min()) for e in parts])
    high = np.array([float(e[:, 1].max()) for e in parts])
    needed = np.ceil((high - low) / (ROW_SHARE * step_mm)).astype(np.int64)
    rows = np.maximum(4, needed) + np.arange(len(parts)) % VARIETY
    bounds = [a + (b - a) * _row_bounds(int(n)) for a, b, n in zip(low, high, rows, strict=True)]
    part = np.repeat(np.arange(len(parts)), [len(b) - 1 for b in bounds])
    height = np.concatenate([np.diff(b) for b in bounds])
    middle: FloatArray = np.concatenate([0.5 * (b[1:] + b[:-1]) for b in bounds])
    exact, shift = _rows(edges, middle, height)
    row, start, stop, leans = scan_with_leans(edges, middle)
    width = np.bincount(row, weights=stop - start, minlength=len(middle))
    squeeze = np.divide(exact, width * height, out=np.zeros_like(exact), where=width > 0)
    count = np.maximum(1, np.ceil((stop - start) / step_mm).astype(np.int64))
    interval = np.repeat(np.arange(len(row)), count)
    nth = np.arange(len(interval)) - np.repeat(np.cumsum(count) - count, count)
    at = row[interval]
    share = (nth + 0.5) / count[interval]
    length = ((stop - start) / count)[interval] * squeeze[at]
    # Nearly level edges would throw a cell farther than the row is wide.
    limit = (stop - start)[:, np.newaxis]
    leaning = np.clip(leans * height[row][:, np.newaxis], -limit, limit)[interval]
    lean = leaning[:, 0] + share * (leaning[:, 1] - leaning[:, 0])
    centre = (0.5 * (start + stop))[interval] + (nth + 0.5 - 0.5 * count[interval]) * length
    centre += lean * (shift / height)[at]
    # A row that its middle line misses (a notch between two lines) gives its area to the others.
    whole = np.bincount(part, weights=exact, minlength=len(parts))
    held = np.bincount(part, weights=np.where(width > 0, exact, 0.0), minlength=len(parts))
    gain = np.divide(whole, held, out=np.ones_like(whole), where=held > 0)[part[at]]
    return _Flat(part[at], centre, (middle + shift)[at], length, lean, height[at], gain)


def _row_bounds(rows: int) -> FloatArray:
    """Bounds 0..1 of rows, the first and the last cut finer: there an outline turns."""
    poles = (np.arange(POLE_ROWS) / POLE_ROWS) ** 2 / rows
    middle = np.arange(1, rows, dtype=np.float64) / rows
    return np.concatenate([poles, middle, 1.0 - poles[::-1]])


def _rows(
    edges: FloatArray, middle: FloatArray, height: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Exact area of each row, and how far its centroid lies from its middle along v, (r,) each."""
    strips = STRIPS_PER_ROW
    inner = (np.arange(strips) / strips - 0.5) * height[:, np.newaxis]
    bounds = np.column_stack([middle[:, np.newaxis] + inner, middle + 0.5 * height])
    areas = row_areas_mm2(edges, bounds.ravel())
    # The last of each row's areas is the empty way to the next row's first bound.
    areas = np.append(areas, 0.0).reshape(len(middle), strips + 1)[:, :strips]
    exact = areas.sum(axis=1)
    off = ((np.arange(strips) + 0.5) / strips - 0.5) * height[:, np.newaxis]
    moment = (areas * off).sum(axis=1)
    return exact, np.divide(moment, exact, out=np.zeros_like(exact), where=exact > 0)


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


def voxels_per_cell(grid: Grid, step_mm: float) -> FloatArray:
    """Edge of the cells that a mask is filled with, in voxels along i, j, k.

    Whole blocks of voxels where two or more fit into the step; else a voxel or an even part of it.
    """
    fits = step_mm / grid.spacing_mm + 1e-9
    cuts = np.maximum(1.0, np.ceil(1.0 / fits - 1e-9))
    return np.where(fits >= 2.0, np.floor(fits), 1.0 / cuts)


def _fill_mask(mask: OccupancyMask, step_mm: float) -> Cells:
    wanted = voxels_per_cell(mask.grid, step_mm)
    kji = np.argwhere(mask.values > 0)
    occupancy = mask.values[tuple(kji.T)]
    ijk = kji[:, ::-1].astype(np.float64)
    length = np.ones_like(ijk)
    if (wanted >= 2.0).any():
        ijk, length, occupancy = _blocks(ijk, occupancy, mask.values.shape[::-1], wanted)
    edges = length[:, :, np.newaxis] * mask.grid.ijk_to_ras[:3, :3].T
    voxels = Cells(mask.grid.to_ras(ijk), occupancy * mask.grid.voxel_volume_mm3, edges)
    return voxels if (wanted >= 1.0).all() else voxels.cut(step_mm)


def _blocks(
    ijk: FloatArray, occupancy: FloatArray, size_ijk: tuple[int, ...], wanted: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Join voxels into blocks with their exact volume, centroid and extent (second moments).

    Returns
    -------
    ijk, length : (n, 3)
        Centroid, and edges in voxels of the even box with the block's second moments.
    occupancy : (n,)
        Sum over each block.
    """
    block, blocks = np.zeros(len(ijk), dtype=np.int64), 1
    for axis, size in enumerate(size_ijk):
        # An odd number of blocks falls on the same voxels from both ends.
        count = size if wanted[axis] < 2.0 else int(np.ceil(size / wanted[axis])) | 1
        home = np.floor((np.arange(size) + 0.5) * count / size).astype(np.int64)
        block = block * count + home[ijk[:, axis].astype(np.int64)]
        blocks *= count
    total: FloatArray = np.bincount(block, occupancy, blocks).astype(np.float64)
    used = total > 0
    middle, spread = np.empty((blocks, 3)), np.empty((blocks, 3))
    with np.errstate(invalid="ignore"):
        for axis, place in enumerate(ijk.T):
            middle[:, axis] = np.bincount(block, occupancy * place, blocks) / total
            off = (place - middle[block, axis]) ** 2
            spread[:, axis] = np.bincount(block, occupancy * off, blocks) / total
    return middle[used], np.sqrt(12.0 * spread[used] + 1.0), total[used]
