"""One index order for voxel arrays: i toward left, j toward posterior, k toward superior.

The same voxels can be stored in 48 orders. Sums, searches and ties depend on the order by rounding,
and what is gathered from a few thousand pieces by more than that; an evaluation therefore begins by
bringing every array into one order, in which no voxel changes its place in the patient.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .grid import Grid
from .masks import OccupancyMask
from .structure import Structure

FloatArray = NDArray[np.float64]

TOWARD = np.array([-1.0, -1.0, 1.0])
"""Signs of R, A, S along i, j, k: DICOM's usual order for a patient on the back."""


@dataclass(frozen=True)
class _Order:
    """How an array's axes k, j, i are permuted, and which of the results are turned around."""

    axes_kji: tuple[int, int, int]
    turned_kji: tuple[bool, bool, bool]

    @classmethod
    def of(cls, grid: Grid) -> _Order:
        """The order whose axes are nearest to left, posterior and superior."""
        along = grid.directions * TOWARD[:, np.newaxis]
        best = max(permutations(range(3)), key=lambda p: sum(abs(along[n, p[n]]) for n in range(3)))
        turned = [bool(along[n, axis] < 0) for n, axis in enumerate(best)]
        i, j, k = best
        return cls((2 - k, 2 - j, 2 - i), (turned[2], turned[1], turned[0]))

    @property
    def is_standard(self) -> bool:
        return self.axes_kji == (0, 1, 2) and not any(self.turned_kji)

    def values(self, values: NDArray[Any]) -> NDArray[Any]:
        turned = tuple(axis for axis in range(3) if self.turned_kji[axis])
        return np.ascontiguousarray(np.flip(np.transpose(values, self.axes_kji), turned))

    def grid(self, grid: Grid) -> Grid:
        first, matrix = np.zeros(3), grid.ijk_to_ras.copy()
        for new in range(3):
            old, turned = 2 - self.axes_kji[2 - new], self.turned_kji[2 - new]
            matrix[:3, new] = (-1.0 if turned else 1.0) * grid.ijk_to_ras[:3, old]
            first[old] = grid.shape_kji[2 - old] - 1 if turned else 0
        matrix[:3, 3] = grid.to_ras(first[np.newaxis])[0]
        k, j, i = (grid.shape_kji[axis] for axis in self.axes_kji)
        return Grid((k, j, i), matrix)


def voxels_in_standard_order(
    values: NDArray[Any], ijk_to_ras: FloatArray
) -> tuple[NDArray[Any], FloatArray]:
    """Return the same voxels with i toward left, j toward posterior and k toward superior.

    Parameters
    ----------
    values : array, shape (k, j, i)
    ijk_to_ras : array, shape (4, 4)

    Returns
    -------
    values, ijk_to_ras
        The very same objects where they are in this order already.
    """
    k, j, i = values.shape
    grid = Grid((k, j, i), ijk_to_ras)
    order = _Order.of(grid)
    if order.is_standard:
        return values, ijk_to_ras
    return order.values(values), order.grid(grid).ijk_to_ras


def in_standard_order(structure: Structure) -> Structure:
    """Return the same structure with a mask's voxels in the standard order; contours have none."""
    mask = structure.shape
    if not isinstance(mask, OccupancyMask):
        return structure
    order = _Order.of(mask.grid)
    if order.is_standard:
        return structure
    values = order.values(mask.values)
    values.setflags(write=False)
    edges = [
        (end ^ int(order.turned_kji[order.axes_kji.index(axis)]), order.axes_kji.index(axis))
        for axis, end in mask.edges
    ]
    reached = tuple((axis, end) for end, axis in sorted(edges))
    return replace(structure, shape=OccupancyMask(values, order.grid(mask.grid), reached))
