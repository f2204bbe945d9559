"""Union, difference and intersection of structures that share voxels.

An occupancy says how much of a voxel a structure fills, not which part of it. Where one of two is
0 or 1 nothing is open. Where both are partial, their common part lies between
max(0, a + b - 1), if they fill the voxel from opposite sides, and min(a, b), if they fill it from
the same side; a b is right for surfaces at right angles. The sides are known from the neighbours:
the gradients of the two occupancies point inward. The common part is interpolated between the three
by the cosine of the angle between the gradients; for parallel planes it is exact.
See docs/decisions/0010-how-structures-are-united.md.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..geometry import Grid

FloatArray = NDArray[np.float64]


def common(first: FloatArray, second: FloatArray, grid: Grid) -> FloatArray:
    """Share of each voxel that lies in both of two structures, shape (k, j, i)."""
    shared: FloatArray = first * second
    both = np.argwhere((first > 0) & (first < 1) & (second > 0) & (second < 1))
    if not len(both):
        return shared
    at = tuple(both.T)
    a, b, product = first[at], second[at], shared[at]
    cosine = _cosine(_inward(first, both, grid), _inward(second, both, grid))
    bound = np.where(cosine > 0, np.minimum(a, b), np.maximum(a + b - 1, 0.0))
    shared[at] = product + np.abs(cosine) * (bound - product)
    return shared


def united(first: FloatArray, second: FloatArray, grid: Grid) -> FloatArray:
    """Share of each voxel that lies in one of two structures or in both."""
    result: FloatArray = first + second - common(first, second, grid)
    return np.clip(result, 0.0, 1.0)


def without(first: FloatArray, second: FloatArray, grid: Grid) -> FloatArray:
    """Share of each voxel that lies in the first structure and not in the second."""
    result: FloatArray = first - common(first, second, grid)
    return np.clip(result, 0.0, 1.0)


def _inward(values: FloatArray, kji: NDArray[np.int64], grid: Grid) -> FloatArray:
    """Gradient of an occupancy in RAS at some voxels, (n, 3); nothing lies beyond the grid."""
    padded = np.pad(values, 1)
    along = np.empty((len(kji), 3))
    for axis in range(3):
        step = np.zeros(3, dtype=np.int64)
        step[2 - axis] = 1
        ahead, behind = kji + 1 + step, kji + 1 - step
        along[:, axis] = padded[tuple(ahead.T)] - padded[tuple(behind.T)]
    gradient: FloatArray = along @ np.linalg.inv(grid.ijk_to_ras[:3, :3])
    return gradient


def _cosine(first: FloatArray, second: FloatArray) -> FloatArray:
    """Cosine between vectors; 0 where one of them is none."""
    length = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    product = (first * second).sum(axis=1)
    cosine: FloatArray = np.divide(product, length, out=np.zeros_like(length), where=length > 1e-9)
    return np.clip(cosine, -1.0, 1.0)
