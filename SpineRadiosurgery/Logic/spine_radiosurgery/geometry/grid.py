"""Regular voxel grids in patient space."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import InputError

FloatArray = NDArray[np.float64]

FARTHEST_MM = 100_000.0
"""Patients lie within meters of the origin; larger coordinates are damage, or no millimeters."""
LARGEST_VOXEL_MM = 1000.0


@dataclass(frozen=True, eq=False)
class Grid:
    """A regular grid of voxels, of any orientation and handedness.

    Parameters
    ----------
    shape_kji : tuple of int
        Number of voxels along k, j, i (the array's shape).
    ijk_to_ras : array_like, shape (4, 4)
        Affine from voxel indices (i, j, k) of voxel centres to RAS millimetres.

    Raises
    ------
    InputError
        If the affine is singular, not finite or beyond any patient, or an axis has no voxel.
    """

    shape_kji: tuple[int, int, int]
    ijk_to_ras: FloatArray

    def __post_init__(self) -> None:
        matrix = np.array(self.ijk_to_ras, dtype=np.float64)
        if matrix.shape != (4, 4) or not np.isfinite(matrix).all():
            raise InputError("The grid's ijk_to_ras must be a finite 4x4 matrix in millimeters.")
        if len(self.shape_kji) != 3 or min(self.shape_kji) < 1:
            raise InputError(
                f"The grid's shape {tuple(self.shape_kji)} must have three axes of voxels."
            )
        for part, limit_mm, what in (
            (matrix[:3, 3], FARTHEST_MM, "lies"),
            (matrix[:3, :3], LARGEST_VOXEL_MM, "has voxels that reach"),
        ):
            if (found_mm := float(np.abs(part).max())) > limit_mm:
                raise InputError(
                    f"The grid {what} {found_mm:.3g} mm away, as no patient does; check its "
                    "position, spacing and directions."
                )
        spacing = np.linalg.norm(matrix[:3, :3], axis=0)
        if spacing.min() <= 0 or abs(np.linalg.det(matrix[:3, :3] / spacing)) < 1e-6:
            raise InputError("The grid's ijk_to_ras is singular: two of its axes coincide.")
        matrix.setflags(write=False)
        object.__setattr__(self, "ijk_to_ras", matrix)
        object.__setattr__(self, "shape_kji", tuple(int(n) for n in self.shape_kji))

    @property
    def spacing_mm(self) -> FloatArray:
        """Voxel edge lengths along i, j, k in mm, shape (3,)."""
        spacing: FloatArray = np.linalg.norm(self.ijk_to_ras[:3, :3], axis=0)
        return spacing

    @property
    def directions(self) -> FloatArray:
        """Unit vectors of the i, j, k axes in RAS as columns, shape (3, 3)."""
        columns: FloatArray = self.ijk_to_ras[:3, :3] / self.spacing_mm
        return columns

    @property
    def voxel_volume_mm3(self) -> float:
        """Volume of one voxel in mm3."""
        return float(abs(np.linalg.det(self.ijk_to_ras[:3, :3])))

    def to_ras(self, ijk: ArrayLike) -> FloatArray:
        """Map voxel coordinates (n, 3) in i, j, k order to RAS mm."""
        points: FloatArray = np.asarray(ijk, dtype=np.float64)
        return points @ self.ijk_to_ras[:3, :3].T + self.ijk_to_ras[:3, 3]

    def to_ijk(self, points_ras: ArrayLike) -> FloatArray:
        """Map RAS points (n, 3) in mm to continuous voxel coordinates i, j, k."""
        inverse = np.linalg.inv(self.ijk_to_ras)
        points: FloatArray = np.asarray(points_ras, dtype=np.float64)
        return self.to_ijk_steps(points) + inverse[:3, 3]

    def to_ijk_steps(self, vectors_ras: FloatArray) -> FloatArray:
        """Map RAS vectors (n, 3) in mm to steps along i, j, k in voxels."""
        turn = np.linalg.inv(self.ijk_to_ras[:3, :3]).T
        # Most grids lie along the axes; a product of thin matrices would be far slower.
        straight = not (turn - np.diag(np.diag(turn))).any()
        steps: FloatArray = vectors_ras * np.diag(turn) if straight else vectors_ras @ turn
        return steps

    def cropped(self, start_kji: ArrayLike, shape_kji: tuple[int, int, int]) -> Grid:
        """Return the sub-grid that starts at voxel `start_kji` and has `shape_kji` voxels."""
        start = np.asarray(start_kji, dtype=np.float64)
        matrix = self.ijk_to_ras.copy()
        matrix[:3, 3] = self.to_ras(start[::-1][np.newaxis])[0]
        return Grid(shape_kji, matrix)
