"""The voxels a target is made of, and how much of each a structure fills."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ..geometry import SUPERIOR, Grid, OccupancyMask, Structure
from ..geometry.occupancy import corner_points

FloatArray = NDArray[np.float64]

CELL_MM = 1.0
"""Longest edge of a voxel into which surfaces of other structures are cut."""
SUPERIOR_CELL_MM = 0.5
"""The same along the axis nearest to superior: the target's extent decides the cord volume."""
ROUNDING_DIGITS = 9
ROUNDING = 1e-6
CLIPPED_SLACK_MM = 2.0
"""Bounds of a clipped mask leave out voxels less than half occupied; they lie this near."""


def grid_around(structures: Iterable[Structure], base: Grid, *, fine: bool) -> Grid:
    """A grid of `base`'s voxels that holds the structures.

    Parameters
    ----------
    structures : iterable of Structure
    base : Grid
        Its lattice is kept: every new voxel is one of its voxels or a whole part of one.
    fine : bool
        Cut each voxel into equal ones no longer than `CELL_MM` and `SUPERIOR_CELL_MM`.
    """
    low, high = np.full(3, np.inf), np.full(3, -np.inf)
    for structure in structures:
        ijk = base.to_ijk(_corners(structure))
        low, high = np.minimum(low, ijk.min(axis=0)), np.maximum(high, ijk.max(axis=0))
    # What is cut in is looked at with its neighbours: one more voxel on every side.
    rim = int(fine)
    start = np.floor(low + 0.5 + ROUNDING).astype(int) - rim
    count = np.maximum(np.ceil(high - 0.5 - ROUNDING).astype(int) + rim - start + 1, 1)
    i, j, k = (int(n) for n in count)
    around = base.cropped(start[::-1], (k, j, i))
    return _cut(around) if fine else around


def _corners(structure: Structure) -> FloatArray:
    """RAS points whose convex hull holds the structure, voxels that are hardly occupied too."""
    if not structure.clips:
        return corner_points(structure.shape)
    low, high = structure.bounds_ras()
    ends = np.stack([low - CLIPPED_SLACK_MM, high + CLIPPED_SLACK_MM])
    return np.stack(np.meshgrid(*ends.T, indexing="ij"), axis=-1).reshape(-1, 3)


def _cut(grid: Grid) -> Grid:
    """Cut voxels into whole parts."""
    longest = np.full(3, CELL_MM)
    longest[int(np.argmax(np.abs(SUPERIOR @ grid.directions)))] = SUPERIOR_CELL_MM
    parts = np.maximum(1, np.ceil(grid.spacing_mm / longest - 1e-6)).astype(int)
    matrix = grid.ijk_to_ras.copy()
    matrix[:3, :3] /= parts
    matrix[:3, 3] -= 0.5 * (grid.ijk_to_ras[:3, :3] - matrix[:3, :3]).sum(axis=1)
    k, j, i = (int(n) for n in np.array(grid.shape_kji) * parts[::-1])
    return Grid((k, j, i), matrix)


def occupancy(structure: Structure, grid: Grid) -> FloatArray:
    """Share of each voxel of `grid` that a structure fills, 0..1, shape (k, j, i).

    Between masks whose axes are parallel, and so between a grid and its parts, the shares are
    exact: volumes of overlap of boxes. Everything else as in `Structure.mask_on`.
    """
    shape = structure.shape
    if isinstance(shape, OccupancyMask) and not structure.clips:
        weights = _weights(shape.grid, grid)
        if weights is not None:
            return _spread(shape.values, *weights)
    return structure.mask_on(grid.shape_kji, grid.ijk_to_ras).astype(np.float64)


def _weights(source: Grid, grid: Grid) -> tuple[list[int], list[FloatArray]] | None:
    """For each axis i, j, k of `grid`: the parallel axis of `source` and the shares of overlap.

    Shares are (voxels of grid, voxels of source) along that axis. None where no axes are parallel.
    """
    into = np.linalg.inv(source.ijk_to_ras) @ grid.ijk_to_ras
    own = [int(n) for n in np.argmax(np.abs(into[:3, :3]), axis=0)]
    rest = into[:3, :3].copy()
    rest[own, range(3)] = 0.0
    # Over the whole grid an axis may stray by a hundred-thousandth of a voxel.
    if sorted(own) != [0, 1, 2] or np.abs(rest).max() * max(grid.shape_kji) > 1e-5:
        return None
    shares = []
    for axis in range(3):
        step = float(into[own[axis], axis])
        centre = into[own[axis], 3] + step * np.arange(grid.shape_kji[2 - axis])
        half = 0.5 * abs(step)
        voxel = np.arange(source.shape_kji[2 - own[axis]])
        low = np.maximum((centre - half)[:, np.newaxis], voxel - 0.5)
        high = np.minimum((centre + half)[:, np.newaxis], voxel + 0.5)
        shares.append(np.round(np.maximum(high - low, 0.0) / (2 * half), ROUNDING_DIGITS))
    return own, shares


def _spread(values: FloatArray, own: list[int], shares: list[FloatArray]) -> FloatArray:
    """Weight a mask's voxels along each axis in turn; only those that the grid meets."""
    result = values.transpose([2 - own[axis] for axis in (2, 1, 0)])
    for axis in range(3):
        share = shares[axis]
        met = np.flatnonzero(share.any(axis=0))
        if not len(met):
            return np.zeros([len(shares[a]) for a in (2, 1, 0)])
        used = slice(int(met[0]), int(met[-1]) + 1)
        lines = np.moveaxis(result, 2 - axis, -1)[..., used]
        result = np.moveaxis(lines @ share[:, used].T, -1, 2 - axis)
    return np.clip(np.round(result, ROUNDING_DIGITS), 0.0, 1.0)
