"""The dose on its own grid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage

from ..geometry import Grid, InputError, voxels_in_standard_order

FloatArray = NDArray[np.float64]

EDGE_TOLERANCE_VOXELS = 1e-6
"""Rounding allowed for a point on the outer face of the grid."""
INTERPOLATIONS = ("trilinear", "cubic")


@dataclass(frozen=True, eq=False)
class DoseGrid:
    """Total physical dose in Gy on a regular grid.

    Parameters
    ----------
    values_gy : (k, j, i) array_like
        Dose at voxel centres; finite, not negative.
    ijk_to_ras : (4, 4) array_like
    interpolation : str
        Between voxel centres: "trilinear", or "cubic" (a cubic B-spline through the voxel values,
        which may exceed them a little between steep voxels; never below 0 Gy).

    Raises
    ------
    InputError
        Not three axes, a value that is not finite, a negative dose, or an unknown interpolation.
    """

    values_gy: FloatArray
    ijk_to_ras: FloatArray
    interpolation: str = "trilinear"

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
        if self.interpolation not in INTERPOLATIONS:
            raise InputError(
                f"The dose cannot be interpolated by {self.interpolation!r}; "
                f"choose {' or '.join(INTERPOLATIONS)}."
            )
        values.setflags(write=False)
        object.__setattr__(self, "values_gy", values)
        k, j, i = values.shape
        grid = Grid((k, j, i), np.asarray(self.ijk_to_ras, dtype=np.float64))
        object.__setattr__(self, "ijk_to_ras", grid.ijk_to_ras)

    def with_interpolation(self, interpolation: str) -> DoseGrid:
        """Return the same dose, interpolated in another way."""
        return replace(self, interpolation=interpolation)

    def in_standard_order(self) -> DoseGrid:
        """Return the same dose with i toward left, j toward posterior and k toward superior."""
        values, ijk_to_ras = voxels_in_standard_order(self.values_gy, self.ijk_to_ras)
        if values is self.values_gy:
            return self
        return replace(self, values_gy=values, ijk_to_ras=ijk_to_ras)

    @cached_property
    def grid(self) -> Grid:
        """The dose's voxel grid."""
        k, j, i = self.values_gy.shape
        return Grid((k, j, i), self.ijk_to_ras)

    @property
    def max_gy(self) -> float:
        """Largest dose at a voxel centre."""
        return float(self.values_gy.max())

    def sample(self, points_ras: ArrayLike) -> FloatArray:
        """Interpolate at RAS points (n, 3); nan outside the grid.

        The grid reaches to the outer faces of its voxels; in their outer half the dose of the
        outermost voxel centres is used. Beyond the faces the dose is unknown and is not continued.
        """
        ijk = self.grid.to_ijk(points_ras)
        last = np.array(self.values_gy.shape[::-1], dtype=np.float64) - 1
        face = 0.5 + EDGE_TOLERANCE_VOXELS
        known = ((ijk >= -face) & (ijk <= last + face)).all(axis=1)
        return np.where(known, self.at_voxels(ijk[:, ::-1].T), np.nan)

    def at_voxels(self, kji: FloatArray) -> FloatArray:
        """Interpolate at voxel coordinates k, j, i (3, n); beyond the grid at its nearest point."""
        last = np.array(self.values_gy.shape) - 1
        ends = zip(kji, last, strict=True) if kji.size else ()
        if not all(row.min() >= 0 and row.max() <= end for row, end in ends):
            kji = np.clip(kji, 0, last[:, np.newaxis])
        dose: FloatArray
        if self.interpolation == "cubic":
            dose = ndimage.map_coordinates(
                self._spline, kji, order=3, mode="mirror", prefilter=False
            )
            return np.maximum(dose, 0.0)
        dose = ndimage.map_coordinates(self.values_gy, kji, order=1, mode="nearest")
        return dose

    @cached_property
    def _spline(self) -> FloatArray:
        """Coefficients of the cubic B-spline through the voxel values."""
        coefficients: FloatArray = ndimage.spline_filter(self.values_gy, order=3, mode="mirror")
        return coefficients

    def local_extremes(
        self, bounds_ras: ArrayLike, *, largest: bool
    ) -> tuple[FloatArray, FloatArray]:
        """Voxels around RAS bounds (2, 3) that no neighbour exceeds (or none falls below).

        Returns
        -------
        centres_ras : (n, 3)
        dose_gy : (n,)
        """
        ends = np.asarray(bounds_ras, dtype=np.float64).T
        corners = np.stack(np.meshgrid(*ends, indexing="ij"), axis=-1).reshape(-1, 3)
        kji = self.grid.to_ijk(corners)[:, ::-1]
        size = np.array(self.values_gy.shape)
        first = np.clip(np.floor(kji.min(axis=0)).astype(int) - 1, 0, size)
        stop = np.clip(np.ceil(kji.max(axis=0)).astype(int) + 2, 0, size)
        box = self.values_gy[tuple(slice(a, b) for a, b in zip(first, stop, strict=True))]
        exceeds = np.greater if largest else np.less
        extreme = np.ones(box.shape, dtype=bool)
        for axis in range(3):
            ahead, behind = np.moveaxis(box, axis, 0)[1:], np.moveaxis(box, axis, 0)[:-1]
            kept = np.moveaxis(extreme, axis, 0)
            kept[:-1] &= ~exceeds(ahead, behind)
            kept[1:] &= ~exceeds(behind, ahead)
        found = np.argwhere(extreme)
        return self.grid.to_ras((found + first)[:, ::-1]), box[tuple(found.T)]
