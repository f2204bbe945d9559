"""The planes of an image series, in RAS."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...geometry import Grid, InputError

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ImagePlanes:
    """Parallel image slices.

    Attributes
    ----------
    axes : (3, 3)
        Rows u (along a row), v (along a column), n (normal) in RAS, right-handed.
    origins : (planes, 3)
        First voxel of every slice, RAS mm, ascending along n.
    pixel_mm : (float, float)
        Along u and v.
    size : (int, int)
        Columns, rows.
    thickness_mm : float
        Of a single slice, where there are no neighbors to tell.
    """

    axes: FloatArray
    origins: FloatArray
    pixel_mm: tuple[float, float]
    size: tuple[int, int]
    thickness_mm: float

    def __post_init__(self) -> None:
        if len(self.origins) < 1 or (np.diff(self.positions_mm) <= 0).any():
            raise InputError("The image's slices do not lie at different heights; load it again.")

    @property
    def positions_mm(self) -> FloatArray:
        """Heights of the slices along the normal."""
        heights: FloatArray = self.origins @ self.axes[2]
        return heights

    @property
    def spacing_mm(self) -> float:
        """Median distance of the slices."""
        if len(self.origins) < 2:
            return self.thickness_mm
        return float(np.median(np.diff(self.positions_mm)))

    @property
    def faces_mm(self) -> FloatArray:
        """Faces of the slices, (planes + 1,): half way to the neighbor, at the ends as far out."""
        heights = self.positions_mm
        if len(heights) == 1:
            return heights[0] + np.array([-0.5, 0.5]) * self.thickness_mm
        middle = 0.5 * (heights[1:] + heights[:-1])
        ends = [2 * heights[0] - middle[0], 2 * heights[-1] - middle[-1]]
        return np.concatenate([ends[:1], middle, ends[1:]])

    @property
    def superior_mm(self) -> list[float] | None:
        """Superior positions of axial slices, ascending; None for others."""
        if abs(self.axes[2, 2]) < 1 - 1e-6:
            return None
        return sorted((self.positions_mm * np.sign(self.axes[2, 2])).tolist())

    def slab(self, number: int) -> Grid:
        """Voxels of one slice, from face to face."""
        low, high = self.faces_mm[number : number + 2]
        matrix = np.eye(4)
        matrix[:3, :3] = (self.axes * [[self.pixel_mm[0]], [self.pixel_mm[1]], [high - low]]).T
        lift = 0.5 * (low + high) - self.positions_mm[number]
        matrix[:3, 3] = self.origins[number] + lift * self.axes[2]
        return Grid((1, self.size[1], self.size[0]), matrix)
