"""Several labels in one label map or segmentation, each made a structure when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .grid import Grid
from .structure import Structure


@dataclass(frozen=True, eq=False)
class LabelledRegion:
    """One label of a file.

    Attributes
    ----------
    label : int
    name : str
        As the file names it; empty where it does not.
    values : (k, j, i) bool array
        Cropped to where there is any.
    grid : Grid
        Of `values`.
    """

    label: int
    name: str
    values: NDArray[np.bool_]
    grid: Grid

    @property
    def height_mm(self) -> float:
        """Height of the middle of its voxels along the superior axis, RAS mm."""
        shares = []
        for axis in (2, 1, 0):
            others = tuple(a for a in range(3) if a != axis)
            along = self.values.sum(axis=others, dtype=np.int64)
            shares.append(float(along @ np.arange(len(along))) / float(along.sum()))
        return float(self.grid.to_ras([shares])[0, 2])

    def structure(self, name: str = "") -> Structure:
        """Return it as a structure, by default under the file's name."""
        name = name or self.name or f"label {self.label}"
        return Structure.from_mask(name, self.values, self.grid.ijk_to_ras)


@dataclass(frozen=True, eq=False)
class LabelMap:
    """A file with several labels.

    Attributes
    ----------
    file : str
        The name of the file or segmentation, for messages.
    regions : tuple of LabelledRegion
        Those with any voxel, in the order of the file's segments or labels.
    """

    file: str
    regions: tuple[LabelledRegion, ...]

    @property
    def names(self) -> dict[int, str]:
        """Name of each named region, by its place in `regions`."""
        return {n: region.name for n, region in enumerate(self.regions) if region.name}
