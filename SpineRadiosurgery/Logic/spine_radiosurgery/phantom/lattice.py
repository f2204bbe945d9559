"""A voxel lattice along the patient's axes (i to the right, j anterior, k superior), in RAS mm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Volume = NDArray[np.float32]
Window = tuple[slice, slice, slice]


@dataclass(frozen=True, eq=False)
class Lattice:
    """Voxel centres at `origin + index * step` (index i, j, k), with `shape_kji` voxels."""

    origin: FloatArray
    step: FloatArray
    shape_kji: tuple[int, int, int]

    @staticmethod
    def covering(low: FloatArray, high: FloatArray, step: FloatArray, phase: FloatArray) -> Lattice:
        """Lattice with a voxel centre at `phase` (extended) whose centres span `low` to `high`."""
        first = np.ceil((low - phase) / step - 1e-6)
        last = np.floor((high - phase) / step + 1e-6)
        count = (last - first).astype(int) + 1
        return Lattice(phase + first * step, step, (int(count[2]), int(count[1]), int(count[0])))

    @property
    def ijk_to_ras(self) -> FloatArray:
        """Affine from indices (i, j, k) to RAS mm, shape (4, 4)."""
        matrix = np.diag([*self.step, 1.0])
        matrix[:3, 3] = self.origin
        return matrix

    def axis(self, index: int) -> FloatArray:
        """Coordinates of the voxel centres along axis i, j or k (0, 1, 2)."""
        count = self.shape_kji[2 - index]
        coordinates: FloatArray = self.origin[index] + self.step[index] * np.arange(count)
        return coordinates

    def mesh(self) -> tuple[Volume, Volume, Volume]:
        """Coordinates x (1, 1, n), y (1, n, 1), z (n, 1, 1) that broadcast to the volume."""
        x, y, z = (self.axis(index).astype(np.float32) for index in range(3))
        return x[None, None, :], y[None, :, None], z[:, None, None]

    def window(self, low: FloatArray, high: FloatArray) -> Window:
        """Array slices [k, j, i] of the voxels within a box (at least one voxel wide, clipped)."""
        slices = []
        for index in (2, 1, 0):
            count = self.shape_kji[2 - index]
            begin = int(np.ceil((low[index] - self.origin[index]) / self.step[index] - 1e-6))
            end = int(np.floor((high[index] - self.origin[index]) / self.step[index] + 1e-6)) + 1
            begin = min(max(begin, 0), count - 1)
            slices.append(slice(begin, min(max(end, begin + 1), count)))
        return slices[0], slices[1], slices[2]

    def part(self, window: Window) -> Lattice:
        """Lattice of the voxels in `window`."""
        start = np.array([window[2].start, window[1].start, window[0].start])
        shape = tuple(w.stop - w.start for w in window)
        return Lattice(self.origin + start * self.step, self.step, (shape[0], shape[1], shape[2]))
