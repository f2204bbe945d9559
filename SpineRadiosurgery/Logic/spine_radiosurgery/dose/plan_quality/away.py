"""The largest dose at a distance from a target, in any direction."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from ...geometry import Grid, Structure, report_progress
from ..grid import DoseGrid

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]

SURFACE_STEP_MM = 1.0
"""Distance between points on the target's curved surface and on the flat faces of its slabs; at
20 mm from the target they make it seem up to 0.1 mm too far away."""
BLOCK_VOXELS = 8
"""Edge of the first blocks of voxels; those that the distance cuts are halved down to voxels."""
NOTHING_GY = -1.0
"""Stands for the dose where there is none; no dose is negative."""


def largest_dose_away_gy(
    target: Structure, dose: DoseGrid, distance_mm: float
) -> tuple[float, bool]:
    """Find the largest dose at least `distance_mm` from a target's surface and outside it.

    Voxel centres are searched in blocks, of which those that are too near or not hotter than what
    was found drop out as a whole; so are the points at exactly the distance beside the voxels just
    inside it: dose falls outward, so the largest dose lies on that shell.

    Returns
    -------
    dose_gy : float
        nan where no voxel of the grid is that far away.
    complete : bool
        The grid surrounds the target by the distance on all sides; if not, hotter places may lie
        outside it.
    """
    surface = cKDTree(_surface_points(target))
    bounds = target.bounds_ras() + np.array([[-distance_mm], [distance_mm]])
    corners = np.stack(np.meshgrid(*bounds.T, indexing="ij"), axis=-1).reshape(-1, 3)
    complete = bool(np.isfinite(dose.sample(corners)).all())
    box = _index_box(dose.grid, corners)
    best, shell = _search(target, surface, dose, box, distance_mm)
    best = _with_shell(shell, best, surface, dose, distance_mm)
    return (best if best > NOTHING_GY else float("nan")), complete


def _surface_points(target: Structure) -> FloatArray:
    """Points (n, 3) on the target's surface."""
    return _thinned(target.surface_points(SURFACE_STEP_MM), SURFACE_STEP_MM)


def _thinned(points: FloatArray, step_mm: float) -> FloatArray:
    """Keep one point of each small cube."""
    cubes = np.floor((points - points.min(axis=0)) / step_mm).astype(np.int64)
    sides = cubes.max(axis=0) + 1
    _, kept = np.unique(np.ravel_multi_index(tuple(cubes.T), tuple(sides)), return_index=True)
    chosen: FloatArray = points[kept]
    return chosen


def _index_box(grid: Grid, corners_ras: FloatArray) -> tuple[slice, slice, slice]:
    """Slices of the voxels around RAS points."""
    kji = grid.to_ijk(corners_ras)[:, ::-1]
    first = np.clip(np.floor(kji.min(axis=0)).astype(int), 0, grid.shape_kji)
    stop = np.clip(np.ceil(kji.max(axis=0)).astype(int) + 1, 0, grid.shape_kji)
    k, j, i = (slice(int(a), int(b)) for a, b in zip(first, stop, strict=True))
    return k, j, i


def _largest_outside(values: FloatArray, box: tuple[slice, slice, slice]) -> float:
    """Largest value outside a box of voxels; `NOTHING_GY` where there is none."""
    largest = NOTHING_GY
    for axis, side in enumerate(box):
        for beyond in (slice(0, side.start), slice(side.stop, None)):
            slab = values[(*box[:axis], beyond)]
            largest = max(largest, float(slab.max())) if slab.size else largest
    return largest


def _search(
    target: Structure,
    surface: cKDTree,
    dose: DoseGrid,
    box: tuple[slice, slice, slice],
    distance_mm: float,
) -> tuple[float, FloatArray]:
    """Largest dose of voxels beyond the distance, and points at it (n, 3) beside hotter voxels."""
    best = _largest_outside(dose.values_gy, box)
    values = dose.values_gy[box]
    first = np.array([side.start for side in box])
    edge = _first_edge(dose.grid, distance_mm)
    size = -(-np.array(values.shape) // edge) * edge
    padded = np.full(size, NOTHING_GY)
    padded[tuple(slice(0, n) for n in values.shape)] = values
    blocks = edge * np.argwhere(np.ones(size // edge, dtype=bool))
    shell = np.empty((0, 3))
    while len(blocks):
        report_progress()
        hottest = _maxima(padded, blocks, edge)
        blocks, hottest = blocks[hottest > best], hottest[hottest > best]
        middle = dose.grid.to_ras((blocks + first + (edge - 1) / 2)[:, ::-1])
        reach = _half_diagonal_mm(dose.grid, edge)
        away, foot = surface.query(middle, distance_upper_bound=distance_mm + reach + 1.0)
        open_question = away > distance_mm - reach
        open_question[open_question] = ~target.contains(middle[open_question])
        far = open_question & (away >= distance_mm + reach)
        best = max(best, float(hottest.max(where=far, initial=NOTHING_GY)))
        if edge == 1:
            near = (away < distance_mm) & (away > distance_mm - 2 * _half_diagonal_mm(dose.grid, 2))
            outward = (middle[near] - surface.data[foot[near]]) / away[near, np.newaxis]
            shell = surface.data[foot[near]] + distance_mm * outward
            break
        edge //= 2
        octants = edge * np.argwhere(np.ones((2, 2, 2), dtype=bool))
        cut = blocks[open_question & ~far]
        blocks = (cut[:, np.newaxis] + octants).reshape(-1, 3)
    return best, shell


def _first_edge(grid: Grid, distance_mm: float) -> int:
    """Voxels along the first blocks' edges: a block is smaller than the distance searched."""
    edge = BLOCK_VOXELS
    while edge > 1 and _half_diagonal_mm(grid, edge) > distance_mm / 2:
        edge //= 2
    return edge


def _half_diagonal_mm(grid: Grid, edge: int) -> float:
    """Farthest voxel centre of a block from its middle."""
    half = (edge - 1) / 2
    signs = np.array(list(itertools.product((-half, half), repeat=3)))
    return float(np.linalg.norm(signs @ grid.ijk_to_ras[:3, :3].T, axis=1).max())


def _maxima(values: FloatArray, blocks: IndexArray, edge: int) -> FloatArray:
    """Largest value (n,) in each block, given its first voxel (n, 3)."""
    k, j, i = (blocks[:, axis, np.newaxis] + np.arange(edge) for axis in range(3))
    inside = values[k[:, :, None, None], j[:, None, :, None], i[:, None, None, :]]
    largest: FloatArray = inside.reshape(len(blocks), -1).max(axis=1, initial=NOTHING_GY)
    return largest


def _with_shell(
    shell: FloatArray, best: float, surface: cKDTree, dose: DoseGrid, distance_mm: float
) -> float:
    """Return the larger of `best` and the largest dose of shell points that are far enough away."""
    doses = dose.sample(shell)
    hotter = np.flatnonzero(doses > best)
    for index in hotter[np.argsort(-doses[hotter])]:
        if surface.query(shell[index])[0] >= distance_mm - 1e-6:
            return float(doses[index])
    return best
