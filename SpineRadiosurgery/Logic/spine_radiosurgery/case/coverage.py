"""How much of a structure the dose covers, and where the rest is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..dose import DoseGrid
from ..geometry import Grid, Structure

FloatArray = NDArray[np.float64]

CELLS_ACROSS = 40
"""A structure of equal sides is filled with this many cells along each side."""
FINEST_STEP_MM = 0.5
WHOLE_PERCENT = 99.95
"""More than this is shown as 100.0 %."""
BEYOND_MM = 0.05
"""A structure that reaches this little beyond the grid along the patient lies beside it."""


@dataclass(frozen=True)
class DoseCoverage:
    """What of a structure lies in the dose grid.

    Attributes
    ----------
    name : str
        The structure's.
    percent : float
        Of its volume.
    above_mm, below_mm : float
        How far it reaches beyond the grid's upper and lower end; 0 where it does not.
    rest_ras : (float, float, float) or None
        Centre of what lies outside, RAS mm.
    """

    name: str
    percent: float
    above_mm: float = 0.0
    below_mm: float = 0.0
    rest_ras: tuple[float, float, float] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing lies outside."""
        return self.percent >= WHOLE_PERCENT

    @property
    def sentence(self) -> str:
        """Say what is covered and where the rest is; "" where nothing lies outside."""
        if self.is_whole:
            return ""
        ends = ((self.above_mm, "above"), (self.below_mm, "below"))
        sides = [f"{reach:.1f} mm {side}" for reach, side in ends if reach > BEYOND_MM]
        where = f"reaches {' and '.join(sides)} it" if sides else "is beside it"
        return f"Dose covers {self.percent:.1f} % of {self.name}; the rest {where}."


def dose_coverage(structure: Structure, dose: DoseGrid) -> DoseCoverage:
    """Tell how much of a structure lies in a dose grid.

    Parameters
    ----------
    structure : Structure
    dose : DoseGrid
    """
    corners = _corners(structure.bounds_ras())
    if not np.isnan(dose.sample(corners)).any():
        return DoseCoverage(structure.name, 100.0)
    side_mm = float(np.cbrt(1000.0 * structure.volume_cc))
    cells = structure.cells(max(FINEST_STEP_MM, side_mm / CELLS_ACROSS))
    outside = np.isnan(dose.sample(cells.centres_ras))
    if not outside.any():
        return DoseCoverage(structure.name, 100.0)
    volumes = cells.volumes_mm3
    low, high = structure.extent_mm()
    bottom, top = bounds_ras(dose.grid)[:, 2].tolist()
    right, anterior, superior = np.average(
        cells.centres_ras[outside], axis=0, weights=volumes[outside]
    ).tolist()
    return DoseCoverage(
        structure.name,
        100.0 * float(volumes[~outside].sum() / volumes.sum()),
        above_mm=max(0.0, high - top),
        below_mm=max(0.0, bottom - low),
        rest_ras=(right, anterior, superior),
    )


def bounds_ras(grid: Grid) -> FloatArray:
    """Smallest and largest R, A, S of a grid's outer voxel faces in mm, shape (2, 3)."""
    last = np.array(grid.shape_kji[::-1], dtype=np.float64) - 0.5
    faces = grid.to_ras(_corners(np.stack([np.full(3, -0.5), last])))
    return np.stack([faces.min(axis=0), faces.max(axis=0)])


def _corners(bounds: FloatArray) -> FloatArray:
    corners: FloatArray = np.stack(np.meshgrid(*bounds.T, indexing="ij"), axis=-1)
    return corners.reshape(-1, 3)
