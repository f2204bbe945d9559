"""The dose as a plain lattice, read many points at a time together with its slope."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..grid import DoseGrid

FloatArray = NDArray[np.float64]
Float32Array = NDArray[np.float32]

ROUNDING_VOXELS = 1e-6
CUBIC_STEPS = 2
"""Steps a voxel of the finer trilinear lattice that stands in for a cubic dose."""


@dataclass(frozen=True, eq=False)
class DoseLattice:
    """Dose at lattice points, with trilinear steps between them.

    Attributes
    ----------
    values_gy : (k, j, i)
    first_ijk : (3,)
        Voxel coordinates of the first lattice point.
    per_voxel : int
        Lattice steps a voxel.
    """

    values_gy: Float32Array
    first_ijk: FloatArray
    per_voxel: int

    @classmethod
    def of(cls, dose: DoseGrid, low_ras: FloatArray, high_ras: FloatArray) -> DoseLattice:
        """The dose in a RAS box: its voxels, or finer where the dose is not trilinear."""
        size = np.array(dose.values_gy.shape[::-1])
        ends = np.stack([low_ras, high_ras], axis=1)
        corners = np.stack(np.meshgrid(*ends, indexing="ij"), axis=-1).reshape(-1, 3)
        ijk = dose.grid.to_ijk(corners)
        # Rounding must not move the first point: single precision is counted from there.
        low, high = ijk.min(axis=0) + ROUNDING_VOXELS, ijk.max(axis=0) - ROUNDING_VOXELS
        first = np.clip(np.floor(low).astype(int) - 1, 0, size - 1)
        last = np.clip(np.ceil(high).astype(int) + 1, first, size - 1)
        if dose.interpolation == "trilinear":
            box = tuple(slice(a, b + 1) for a, b in zip(first, last, strict=True))[::-1]
            values = np.ascontiguousarray(dose.values_gy[box], dtype=np.float32)
            return cls(values, first.astype(np.float64), 1)
        places = [
            np.linspace(a, b, (b - a) * CUBIC_STEPS + 1) for a, b in zip(first, last, strict=True)
        ]
        k, j, i = np.meshgrid(*places[::-1], indexing="ij")
        nodes = np.stack([i, j, k], axis=-1).reshape(-1, 3)
        values = dose.sample(dose.grid.to_ras(nodes)).reshape(i.shape).astype(np.float32)
        return cls(values, first.astype(np.float64), CUBIC_STEPS)

    def sample(self, steps: Float32Array) -> tuple[Float32Array, list[Float32Array]]:
        """Dose (b, n) and its slope along i, j, k in Gy a step at lattice places (b, 3, n).

        Places beyond the lattice get the dose of its nearest point.
        """
        size = np.array(self.values_gy.shape[::-1])
        jumps = np.where(size > 1, [1, size[0], size[0] * size[1]], 0)
        flat = self.values_gy.ravel()
        start = np.zeros((len(steps), steps.shape[2]), dtype=np.intp)
        shares = []
        for axis in range(3):
            place = np.clip(steps[:, axis], 0.0, np.float32(size[axis] - 1))
            corner = np.minimum(place.astype(np.intp), max(int(size[axis]) - 2, 0))
            shares.append(place - corner.astype(np.float32))
            start += corner * int(jumps[axis])
        x, y, z = shares
        lows, rises = [], []
        for offset in (0, jumps[1], jumps[2], jumps[1] + jumps[2]):
            low = flat.take(start + int(offset))
            rise = flat.take(start + int(offset + jumps[0])) - low
            lows.append(low + x * rise)
            rises.append(rise)
        near, far = lows[1] - lows[0], lows[3] - lows[2]
        front, back = lows[0] + y * near, lows[2] + y * far
        near_x = rises[0] + y * (rises[1] - rises[0])
        far_x = rises[2] + y * (rises[3] - rises[2])
        along_z = back - front
        slopes = [near_x + z * (far_x - near_x), near + z * (far - near), along_z]
        return front + z * along_z, slopes
