"""Voxel masks with partial occupancy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import InputError
from .grid import Grid

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class OccupancyMask:
    """Share of each voxel that belongs to a structure, cropped to where there is any.

    Attributes
    ----------
    values : (k, j, i) float array
        Occupancy 0..1.
    grid : Grid
        Where the voxels are.
    edges : tuple of (int, int)
        Ends of the image that the structure reached before it was cropped: array axis (0 for k),
        and 0 for its first or 1 for its last layer.
    """

    values: FloatArray
    grid: Grid
    edges: tuple[tuple[int, int], ...] = ()

    def volume_mm3(self) -> float:
        """Occupancy times voxel volume, summed."""
        return float(self.values.sum(dtype=np.float64)) * self.grid.voxel_volume_mm3

    def half_voxel_mm(self, axis: FloatArray) -> float:
        """From a voxel's centre to its face, along the grid axis nearest to `axis`."""
        cosines = np.abs(axis @ self.grid.directions)
        nearest = int(np.argmax(cosines))
        return 0.5 * float(self.grid.spacing_mm[nearest] * cosines[nearest])

    def extent_mm(self, axis: FloatArray) -> tuple[float, float]:
        """Outer faces of the outermost voxels at least half occupied (of all, where none is)."""
        solid = self.values >= 0.5
        if not solid.any():
            solid = self.values > 0
        if not solid.any():
            raise InputError("A structure without any voxel has no extent.")
        # The first and last voxel of every line along i hold all extremes.
        kj = np.argwhere(solid.any(axis=2))
        lines = solid[kj[:, 0], kj[:, 1]]
        ends = (lines.argmax(axis=1), lines.shape[1] - 1 - lines[:, ::-1].argmax(axis=1))
        ijk = np.concatenate([np.column_stack([i, kj[:, 1], kj[:, 0]]) for i in ends])
        height = self.grid.to_ras(ijk) @ axis
        half = self.half_voxel_mm(axis)
        return float(height.min()) - half, float(height.max()) + half


def occupancy_mask(name: str, mask: ArrayLike, ijk_to_ras: ArrayLike) -> OccupancyMask:
    """Check a mask and crop it to its voxels.

    Parameters
    ----------
    name : str
        The structure's name, for messages.
    mask : array_like, shape (k, j, i)
        bool, or occupancy between 0 and 1.
    ijk_to_ras : array_like, shape (4, 4)

    Raises
    ------
    InputError
        Not three-dimensional, values outside 0..1, or no voxel occupied.
    """
    values = np.asarray(mask)
    if values.ndim != 3:
        raise InputError(f"Structure {name}: the mask must have three axes, not {values.ndim}.")
    occupied = values > 0 if values.dtype != bool else values
    if not occupied.any():
        raise InputError(f"Structure {name} is empty: no voxel of its mask is set.")
    start, stop = np.zeros(3, dtype=int), np.zeros(3, dtype=int)
    for axis in range(3):
        used = np.flatnonzero(occupied.any(axis=tuple(a for a in range(3) if a != axis)))
        start[axis], stop[axis] = used[0], used[-1] + 1
    box = tuple(slice(int(a), int(b)) for a, b in zip(start, stop, strict=True))
    cropped = values[box].astype(np.float64)
    if not np.isfinite(values).all() or float(values.min()) < 0 or float(cropped.max()) > 1:
        raise InputError(
            f"Structure {name}: mask values must lie between 0 and 1 "
            f"(found {np.nanmin(values):g} to {np.nanmax(values):g}); "
            "choose one label of a label map."
        )
    cropped.setflags(write=False)
    nk, nj, ni = values.shape
    whole = Grid((nk, nj, ni), np.asarray(ijk_to_ras, dtype=np.float64))
    k, j, i = cropped.shape
    edges = [(axis, 0) for axis in range(3) if start[axis] == 0]
    edges += [(axis, 1) for axis in range(3) if stop[axis] == values.shape[axis]]
    return OccupancyMask(cropped, whole.cropped(start, (k, j, i)), tuple(edges))
