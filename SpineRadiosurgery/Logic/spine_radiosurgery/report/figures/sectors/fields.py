"""Structures as smooth fields: how much of a place they fill, anywhere in the patient."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ....anatomy import SECTORS, VertebraSectors
from ....geometry import Grid, OccupancyMask, Structure, report_progress

FloatArray = NDArray[np.float64]

STEP_MM = 0.8
"""Edge of the voxels on which contours are filled."""


@dataclass(frozen=True, eq=False)
class Field:
    """Occupancy 0..1 on a grid with empty voxels all around.

    Attributes
    ----------
    values : (k, j, i) float32 array
    grid : Grid
    """

    values: NDArray[np.float32]
    grid: Grid

    @classmethod
    def on_grid(cls, structure: Structure, grid: Grid) -> Field:
        """Return a structure's occupancy on a grid, with one empty voxel more on every side."""
        k, j, i = (n + 2 for n in grid.shape_kji)
        around = grid.cropped((-1, -1, -1), (k, j, i))
        return cls(np.pad(structure.mask_on(grid.shape_kji, grid.ijk_to_ras), 1), around)

    @classmethod
    def within(cls, structure: Structure, low_ras: FloatArray, high_ras: FloatArray) -> Field:
        """Return the occupancy in a box (RAS mm); a mask keeps its own voxels."""
        if isinstance(structure.shape, OccupancyMask):
            return cls.on_grid(structure, structure.shape.grid)
        bounds = structure.bounds_ras()
        low, high = np.maximum(low_ras, bounds[0]), np.minimum(high_ras, bounds[1])
        count = np.maximum(np.ceil((high - low) / STEP_MM), 1).astype(int)
        matrix = np.diag([STEP_MM, STEP_MM, STEP_MM, 1.0])
        matrix[:3, 3] = low + STEP_MM / 2
        return cls.on_grid(structure, Grid((count[2], count[1], count[0]), matrix))

    def sample(self, points_ras: FloatArray) -> FloatArray:
        """Occupancy at RAS points (n, 3), interpolated linearly; 0 outside the grid."""
        return _interpolated(self.values, self.grid, points_ras)

    def slopes(self, points_ras: FloatArray) -> FloatArray:
        """Gradient in RAS (n, 3), of no particular length."""
        by_index = [_interpolated(part, self.grid, points_ras) for part in self._gradient()]
        steps = np.column_stack(by_index[::-1])
        return np.asarray(steps @ np.linalg.inv(self.grid.ijk_to_ras[:3, :3]))

    def _gradient(self) -> list[NDArray[np.float32]]:
        return [np.gradient(self.values, axis=axis) for axis in range(3)]

    def smoothed(self, sigma_mm: float) -> Field:
        """Return the field blurred; its surface loses the steps of the voxels."""
        sigma = np.maximum(sigma_mm / self.grid.spacing_mm, 0.6)[::-1]
        reach = int(np.ceil(3 * sigma.max()))
        report_progress()
        padded = np.pad(self.values, reach)
        k, j, i = padded.shape
        grid = self.grid.cropped((-reach,) * 3, (k, j, i))
        return replace(self, values=ndimage.gaussian_filter(padded, sigma), grid=grid)


@dataclass(frozen=True, eq=False)
class SectorFields:
    """The six sectors of a vertebra, in the order of `SECTORS`."""

    fields: tuple[Field, ...]

    @classmethod
    def of(cls, sectors: VertebraSectors) -> SectorFields:
        """Return the fields of a split vertebra, on its own voxels."""
        shape = sectors.vertebra.mask
        return cls(tuple(Field.on_grid(sectors.sector(n), shape.grid) for n in SECTORS))

    def whole(self) -> Field:
        """The vertebra."""
        first = self.fields[0]
        return Field(np.sum([f.values for f in self.fields], axis=0), first.grid)

    def shares(self, points_ras: FloatArray) -> FloatArray:
        """How much each sector fills at RAS points (n, 3), shape (6, n)."""
        return np.stack([f.sample(points_ras) for f in self.fields])


def _interpolated(values: NDArray[np.float32], grid: Grid, points_ras: FloatArray) -> FloatArray:
    report_progress()
    ijk = grid.to_ijk(points_ras)
    found = ndimage.map_coordinates(values, ijk[:, ::-1].T, order=1, mode="constant", cval=0.0)
    return np.asarray(found, dtype=np.float64)
