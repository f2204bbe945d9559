"""The dose on its own grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage

from ..geometry import Grid, InputError

FloatArray = NDArray[np.float64]

EDGE_TOLERANCE_VOXELS = 1e-6
"""Rounding allowed for a point on the outer face of the grid."""
KINK_VOXELS = 1e-7
"""A point this close to a plane of voxel centres lies on it."""


@dataclass(frozen=True, eq=False)
class DoseGrid:
    """Total physical dose in Gy on a regular grid.

    Parameters
    ----------
    values_gy : (k, j, i) array_like
        Dose at voxel centres; finite, not negative.
    ijk_to_ras : (4, 4) array_like

    Raises
    ------
    InputError
        Not three axes, a value that is not finite, or a negative dose.
    """

    values_gy: FloatArray
    ijk_to_ras: FloatArray

    def __post_init__(self) -> None:
        values = np.array(self.values_gy, dtype=np.float64)
        if values.ndim != 3:
            raise InputError(f"The dose must have three axes, not {values.ndim}.")
        if not np.isfinite(values).all():
            raise InputError("The dose holds values that are not finite; export it again.")
        if values.size and values.min() < 0:
            raise InputError(
                f"The dose holds negative values (down to {values.min():g} Gy); a physical dose "
                "cannot be negative, check its scaling."
            )
        values.setflags(write=False)
        object.__setattr__(self, "values_gy", values)
        k, j, i = values.shape
        grid = Grid((k, j, i), np.asarray(self.ijk_to_ras, dtype=np.float64))
        object.__setattr__(self, "ijk_to_ras", grid.ijk_to_ras)

    @property
    def grid(self) -> Grid:
        """The dose's voxel grid."""
        k, j, i = self.values_gy.shape
        return Grid((k, j, i), self.ijk_to_ras)

    @property
    def max_gy(self) -> float:
        """Largest dose at a voxel centre."""
        return float(self.values_gy.max())

    def sample(self, points_ras: ArrayLike) -> FloatArray:
        """Interpolate trilinearly at RAS points (n, 3); nan outside the grid.

        The grid reaches to the outer faces of its voxels; in their outer half the dose of the
        outermost voxel centres is used. Beyond the faces the dose is unknown and is not continued.
        """
        ijk, known = self._located(points_ras)
        dose = ndimage.map_coordinates(self.values_gy, ijk[:, ::-1].T, order=1, mode="nearest")
        return np.where(known, dose, np.nan)

    def sample_with_gradient(self, points_ras: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Dose and its gradient along R, A, S.

        Returns
        -------
        dose_gy : (n,)
            As `sample` gives it; outside the grid that of the grid's nearest point.
        gradient : (n, 3)
            Of the trilinear dose, Gy/mm; outside the grid that of its nearest point. On a plane of
            voxel centres, where it jumps, the mean of both sides: the same in any index order.
        """
        ijk, _ = self._located(points_ras)
        last = np.maximum(np.array(self.values_gy.shape[::-1]) - 2, 0)
        corner = np.minimum((ijk + KINK_VOXELS).astype(np.int64), last)
        dose, per_voxel = self._within_cells(ijk, corner)
        before = np.clip(np.ceil(ijk - KINK_VOXELS).astype(np.int64) - 1, 0, last)
        kink = (before != corner).any(axis=1)
        if kink.any():
            other_side = self._within_cells(ijk[kink], before[kink])[1]
            per_voxel[kink] = 0.5 * (per_voxel[kink] + other_side)
        return dose, per_voxel @ np.linalg.inv(self.ijk_to_ras[:3, :3])

    def _within_cells(
        self, ijk: FloatArray, corner: NDArray[np.int64]
    ) -> tuple[FloatArray, FloatArray]:
        """Dose (n,) and slope (n, 3) in Gy a voxel, in the cells whose first corner is given."""
        size = np.array(self.values_gy.shape[::-1])
        x, y, z = (ijk - corner).T
        # A grid of one layer has no neighbour to step to; its share there is 0.
        step_x, step_y, step_z = np.where(size > 1, [1, size[0], size[0] * size[1]], 0)
        start = corner @ np.array([1, size[0], size[0] * size[1]])
        flat = self.values_gy.ravel()
        low, rise = [], []
        for offset in (0, step_y, step_z, step_y + step_z):
            first = flat[start + offset]
            slope = flat[start + offset + step_x] - first
            low.append(first + x * slope)
            rise.append(slope)
        along_x = [a + y * (b - a) for a, b in ((rise[0], rise[1]), (rise[2], rise[3]))]
        front, back = low[0] + y * (low[1] - low[0]), low[2] + y * (low[3] - low[2])
        along_y = [low[1] - low[0], low[3] - low[2]]
        per_voxel = np.stack(
            [
                along_x[0] + z * (along_x[1] - along_x[0]),
                along_y[0] + z * (along_y[1] - along_y[0]),
                back - front,
            ],
            axis=1,
        )
        return front + z * (back - front), per_voxel

    def _located(self, points_ras: ArrayLike) -> tuple[FloatArray, NDArray[np.bool_]]:
        """Voxel coordinates (n, 3), moved onto the voxel centres' hull, and who was in the grid."""
        ijk = self.grid.to_ijk(points_ras)
        last = np.array(self.values_gy.shape[::-1], dtype=np.float64) - 1
        face = 0.5 + EDGE_TOLERANCE_VOXELS
        known = ((ijk >= -face) & (ijk <= last + face)).all(axis=1)
        return np.clip(ijk, 0, last), np.asarray(known)

    def voxels_beyond(
        self, low_gy: float, high_gy: float, bounds_ras: ArrayLike
    ) -> tuple[FloatArray, FloatArray]:
        """Voxels around RAS bounds (2, 3) whose dose lies outside a range.

        Returns
        -------
        centres_ras : (n, 3)
        dose_gy : (n,)
        """
        ends = np.asarray(bounds_ras, dtype=np.float64).T
        corners = np.stack(np.meshgrid(*ends, indexing="ij"), axis=-1).reshape(-1, 3)
        ijk = self.grid.to_ijk(corners)
        size = np.array(self.values_gy.shape[::-1])
        first = np.clip(np.floor(ijk.min(axis=0)).astype(int), 0, size)
        stop = np.clip(np.ceil(ijk.max(axis=0)).astype(int) + 1, 0, size)
        box = self.values_gy[tuple(slice(a, b) for a, b in zip(first, stop, strict=True))[::-1]]
        kji = np.argwhere((box < low_gy) | (box > high_gy))
        return self.grid.to_ras(kji[:, ::-1] + first), box[tuple(kji.T)]
