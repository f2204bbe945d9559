"""Points on the whole surface of a structure: walls, end faces, steps and cut faces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from .contours import ContourStack, Slab
from .errors import InputError
from .grid import Grid
from .masks import OccupancyMask
from .occupancy import contains_points, corner_points
from .polygons import edges_of, scan

if TYPE_CHECKING:
    from .structure import Structure

FloatArray = NDArray[np.float64]
Box = FloatArray

TOUCHING_MM = 1e-6
NARROW_STEP_MM = 0.5
"""Faces between interpolated sub-slices this close to an outline are the slope of a smooth one."""
HARD = 1e-3
"""Voxels this close to empty or full have the voxel's own faces as their surface."""
CELLS_AT_ONCE = 20_000
MOST_PARTS = 16


def surface_points(
    structure: Structure, step_mm: float, *, box: Box | None = None, smooth: bool = True
) -> FloatArray:
    """Points (n, 3) in RAS on the surface, about `step_mm` apart, corners and faces included.

    Contours: the walls of the slabs, their end faces and the steps between them, as in
    `Structure.contains`. Masks: the faces between full and empty voxels; where voxels are partly
    occupied, the surface on which the occupancy, interpolated linearly, is one half. Cut faces are
    the planes of the clips inside the structure.

    Parameters
    ----------
    structure : Structure
    step_mm : float
    box : (2, 3) array, optional
        Smallest and largest R, A, S; only points inside are wanted.
    smooth : bool
        Interpolated contours: leave out the steps between sub-slices, which no one drew.

    Raises
    ------
    InputError
        A mask without a voxel at least half occupied.
    """
    shape = structure.shape
    if isinstance(shape, ContourStack):
        smooth = smooth and structure.between_contours == "linear"
        points = _stack_surface(shape, step_mm, box, smooth)
    else:
        points = _mask_surface(structure.name, shape, step_mm, box)
    for clip in structure.clips:
        points = points[points @ clip.normal <= clip.offset_mm]
    faces = [_cut_face(structure, n, step_mm, box) for n in range(len(structure.clips))]
    points = np.concatenate([points, *faces])
    if box is not None:
        points = points[((points >= box[0]) & (points <= box[1])).all(axis=1)]
    return points


def _stack_surface(
    stack: ContourStack, step_mm: float, box: Box | None, smooth: bool
) -> FloatArray:
    low, high = _frame_bounds(stack, box)
    walls, faces = [np.empty((0, 3))], [np.empty((0, 3))]

    def add(points: FloatArray, height_mm: float, into: list[FloatArray]) -> None:
        into.append(np.column_stack([points, np.full(len(points), height_mm)]))

    for n, slab in enumerate(stack.slabs):
        if slab.upper_mm < low[2] or slab.lower_mm > high[2]:
            continue
        below = stack.slabs[n - 1] if n and _touch(stack.slabs[n - 1], slab) else None
        last = n + 1 == len(stack.slabs) or not _touch(slab, stack.slabs[n + 1])
        outline = _outline_points(slab.polygons, step_mm, low[:2], high[:2])
        if smooth:
            ends = [slab.lower_mm] * (below is None) + [slab.upper_mm] * last
            middle = min(max(slab.position_mm, slab.lower_mm), slab.upper_mm)
            heights = [middle, *ends]
        else:
            layers = int(np.ceil((slab.upper_mm - slab.lower_mm) / step_mm)) + 1
            heights = np.linspace(slab.lower_mm, slab.upper_mm, max(2, layers)).tolist()
        for height in heights:
            add(outline, height, walls)
        # By the even-odd rule the polygons of two slabs together are what only one of them covers.
        bare = (*slab.polygons, *below.polygons) if below else slab.polygons
        add(_flat_points(bare, step_mm, low[:2], high[:2]), slab.lower_mm, faces)
        if last:
            add(_flat_points(slab.polygons, step_mm, low[:2], high[:2]), slab.upper_mm, faces)
    wall, face = np.concatenate(walls), np.concatenate(faces)
    if smooth and len(face) and len(wall):
        face = face[cKDTree(wall).query(face)[0] > max(step_mm, NARROW_STEP_MM)]
    points: FloatArray = stack.origin_ras + np.concatenate([wall, face]) @ stack.axes
    return points


def _touch(slab: Slab, above: Slab) -> bool:
    return above.lower_mm - slab.upper_mm < TOUCHING_MM


def _frame_bounds(stack: ContourStack, box: Box | None) -> tuple[FloatArray, FloatArray]:
    """The box's extent along the stack's axes."""
    if box is None:
        return np.full(3, -np.inf), np.full(3, np.inf)
    corners = stack.to_frame(np.stack(np.meshgrid(*box.T, indexing="ij"), -1).reshape(-1, 3))
    return corners.min(axis=0), corners.max(axis=0)


def _outline_points(
    polygons: Sequence[FloatArray], step_mm: float, low: FloatArray, high: FloatArray
) -> FloatArray:
    """Vertices and points between them, no farther apart than `step_mm`."""
    edges = edges_of(polygons)
    start, stop = edges[:, :2], edges[:, 2:]
    near = (np.maximum(start, stop) >= low) & (np.minimum(start, stop) <= high)
    start, stop = start[near.all(axis=1)], stop[near.all(axis=1)]
    length = np.sqrt(((stop - start) ** 2).sum(axis=1))
    count = np.maximum(1, np.ceil(length / step_mm).astype(np.int64))
    edge = np.repeat(np.arange(len(start)), count)
    nth = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
    points: FloatArray = start[edge] + (stop - start)[edge] * (nth / count[edge])[:, np.newaxis]
    return points


def _flat_points(
    polygons: Sequence[FloatArray], step_mm: float, low: FloatArray, high: FloatArray
) -> FloatArray:
    """Points inside the polygons, `step_mm` apart."""
    edges = edges_of(polygons)
    bottom = max(float(edges[:, 1].min()), float(low[1]))
    top = min(float(edges[:, 1].max()), float(high[1]))
    number = np.arange(max(0, int((top - bottom) / step_mm) + 1), dtype=np.float64)
    rows: FloatArray = bottom + step_mm * (number + 0.5)
    row, start, stop = scan(edges, rows)
    start, stop = np.maximum(start, low[0]), np.minimum(stop, high[0])
    count = np.maximum(0, np.ceil((stop - start) / step_mm - 1e-6).astype(np.int64))
    which = np.repeat(np.arange(len(row)), count)
    nth = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count) + 0.5
    along = start[which] + (stop - start)[which] * (nth / count[which])
    return np.column_stack([along, rows[row[which]]])


def _cut_face(structure: Structure, n: int, step_mm: float, box: Box | None) -> FloatArray:
    """Points of the plane of clip `n` that lie inside the shape and the other clips."""
    clips = structure.clips
    normal, offset = clips[n].normal, clips[n].offset_mm
    first = np.cross(normal, np.eye(3)[int(np.argmin(np.abs(normal)))])
    first /= np.linalg.norm(first)
    axes = np.stack([first, np.cross(normal, first)])
    corners = corner_points(structure.shape)
    low, high = corners.min(axis=0), corners.max(axis=0)
    if box is not None:
        low, high = np.maximum(low, box[0]), np.minimum(high, box[1])
        if (high < low).any():
            return np.empty((0, 3))
    corners = np.stack(np.meshgrid(*zip(low, high, strict=True), indexing="ij"), -1).reshape(-1, 3)
    if (corners @ normal).min() > offset or (corners @ normal).max() < offset:
        return np.empty((0, 3))
    start, stop = (corners @ axes.T).min(axis=0), (corners @ axes.T).max(axis=0)
    ranges = [np.arange(a, b + step_mm, step_mm) for a, b in zip(start, stop, strict=True)]
    places = np.stack(np.meshgrid(*ranges, indexing="ij"), axis=-1).reshape(-1, 2)
    points: FloatArray = places @ axes + offset * normal
    others = [clip for m, clip in enumerate(clips) if m != n]
    return points[contains_points(structure.shape, others, points)]


def _mask_surface(name: str, mask: OccupancyMask, step_mm: float, box: Box | None) -> FloatArray:
    values = np.pad(mask.values, 1)
    solid = values >= 0.5
    if not solid.any():
        raise InputError(
            f"Structure {name} is thinner than its voxels: none is at least half occupied; "
            "use a finer mask or contours."
        )
    parts = np.clip(np.ceil(mask.grid.spacing_mm / step_mm - 1e-9), 1, MOST_PARTS).astype(int)
    hard = (values < HARD) | (values > 1 - HARD)
    pieces = [_hard_faces(solid, hard, axis) for axis in range(3)]
    kji = _soft_cells(solid, hard)
    if box is not None:
        # The values are padded by one voxel, and a cell lies between eight centres.
        pieces = [faces[_near(mask.grid, faces - 1.0, box)] for faces in pieces]
        kji = kji[_near(mask.grid, kji[:, ::-1] - 0.5, box)]
    pieces = [_spread(faces, axis, parts) for axis, faces in enumerate(pieces)]
    pieces.append(_soft_surface(values, kji, parts))
    return mask.grid.to_ras(np.concatenate(pieces) - 1.0)


def _near(grid: Grid, ijk: NDArray[Any], box: Box) -> NDArray[np.bool_]:
    """Say which places are no more than a voxel outside the box."""
    points = grid.to_ras(ijk)
    reach = np.abs(grid.ijk_to_ras[:3, :3]).sum(axis=1)
    return np.asarray(((points >= box[0] - reach) & (points <= box[1] + reach)).all(axis=1))


def _hard_faces(solid: NDArray[np.bool_], hard: NDArray[np.bool_], axis: int) -> FloatArray:
    """Middles (i, j, k) of the faces along `axis` (0 is i) between full and empty voxels."""
    near = tuple(slice(None, -1) if a == 2 - axis else slice(None) for a in range(3))
    far = tuple(slice(1, None) if a == 2 - axis else slice(None) for a in range(3))
    exposed = (solid[near] != solid[far]) & hard[near] & hard[far]
    faces = np.argwhere(exposed)[:, ::-1].astype(np.float64)
    faces[:, axis] += 0.5
    return faces


def _spread(faces: FloatArray, axis: int, parts: NDArray[np.int64]) -> FloatArray:
    """Points over the whole of each face, its border included."""
    places = [
        np.zeros(1) if a == axis else np.linspace(-0.5, 0.5, int(n) + 1)
        for a, n in enumerate(parts)
    ]
    offsets = np.stack(np.meshgrid(*places, indexing="ij"), axis=-1).reshape(-1, 3)
    points: FloatArray = (faces[:, np.newaxis] + offsets).reshape(-1, 3)
    return points


def _soft_cells(solid: NDArray[np.bool_], hard: NDArray[np.bool_]) -> NDArray[np.int64]:
    """First corner (k, j, i) of the eight voxel centres between which a soft surface runs."""
    corners = [
        tuple(slice(c, n - 1 + c) for c, n in zip(corner, solid.shape, strict=True))
        for corner in np.ndindex(2, 2, 2)
    ]
    some = np.any([solid[c] for c in corners], axis=0)
    every = np.all([solid[c] for c in corners], axis=0)
    soft = np.any([~hard[c] for c in corners], axis=0)
    return np.argwhere(some & ~every & soft)


def _soft_surface(
    values: FloatArray, kji: NDArray[np.int64], parts: NDArray[np.int64]
) -> FloatArray:
    """Points (i, j, k) where the occupancy between eight voxel centres crosses one half."""
    shares = [np.linspace(0, 1, int(n) + 1) for n in parts[::-1]]
    weights = [np.stack([1 - s, s], axis=1) for s in shares]
    found = [np.empty((0, 3))]
    for begin in range(0, len(kji), CELLS_AT_ONCE):
        here = kji[begin : begin + CELLS_AT_ONCE]
        at = [here + np.array(corner) for corner in np.ndindex(2, 2, 2)]
        eight = np.stack([values[tuple(a.T)] for a in at], axis=-1).reshape(-1, 2, 2, 2)
        fine = np.einsum("nabc,ka,jb,ic->nkji", eight, *weights, optimize=True)
        found += [_crossings(fine, here, shares, axis) for axis in range(3)]
    return np.concatenate(found)


def _crossings(
    fine: FloatArray, kji: NDArray[np.int64], shares: Sequence[FloatArray], axis: int
) -> FloatArray:
    """Where `fine` (n, k, j, i) crosses one half along one of its axes, as (i, j, k)."""
    ends = [np.moveaxis(fine, axis + 1, -1)[..., s] for s in (slice(None, -1), slice(1, None))]
    index = np.nonzero((ends[0] >= 0.5) != (ends[1] >= 0.5))
    first, second = ends[0][index], ends[1][index]
    share = (0.5 - first) / (second - first)
    places = np.empty((len(share), 3))
    others = [a for a in range(3) if a != axis]
    for a, n in zip(others, index[1:3], strict=True):
        places[:, a] = shares[a][n]
    step = shares[axis][1]
    places[:, axis] = step * (index[3] + share)
    points: FloatArray = (kji[index[0]] + places)[:, ::-1]
    return points
