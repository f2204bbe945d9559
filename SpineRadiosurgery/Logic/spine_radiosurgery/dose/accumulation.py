"""The sum of several doses, on one grid, and what that sum means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..geometry import Grid, InputError
from .grid import DoseGrid

FloatArray = NDArray[np.float64]

SAME_GRID_MM = 1e-3
"""Grids whose corners lie closer together than this are one grid (rounded text)."""
FACE_TOLERANCE_VOXELS = 0.01
CHECKED_PLACES = 100_000
"""Places between the voxel centres of the sum where the error of resampling is looked for."""


@dataclass(frozen=True, eq=False)
class DosePart:
    """One of the doses that are summed.

    Attributes
    ----------
    dose : DoseGrid
        Its whole dose, not that of a fraction.
    label : str
    fractions : int or None
        In which it is given; None when not known.
    weight : float
        Factor on the dose.
    """

    dose: DoseGrid
    label: str
    fractions: int | None = None
    weight: float = 1.0

    def __post_init__(self) -> None:
        if not (np.isfinite(self.weight) and self.weight > 0):
            raise InputError(
                f"The weight of dose '{self.label}', {self.weight:g}, must be positive."
            )
        if self.fractions is not None and self.fractions < 1:
            raise InputError(
                f"Dose '{self.label}': the number of fractions, {self.fractions}, must be 1 or "
                "more, or None when it is not known."
            )


@dataclass(frozen=True, eq=False)
class DoseSum:
    """A sum of doses.

    Attributes
    ----------
    dose : DoseGrid
        Physical dose, known only where all parts are known.
    semantics : str
        What was summed and how, in words for the report.
    same_fractionation : bool
        All parts are given in the same, known number of fractions. If not, no limit applies to the
        sum.
    parts : tuple of DosePart
    resampled : bool
        The parts lie on different grids.
    resampling_error_gy : float
        Largest difference between the sum on its grid and the parts' own doses, found at places
        between the voxel centres; 0 when nothing was resampled.
    lost_cc : float
        Volume of the finest grid that the sum does not cover, because a part is not known there.
    """

    dose: DoseGrid
    semantics: str
    same_fractionation: bool
    parts: tuple[DosePart, ...]
    resampled: bool
    resampling_error_gy: float
    lost_cc: float


def sum_doses(doses: Sequence[DosePart | DoseGrid]) -> DoseSum:
    """Add up doses as physical dose.

    Parts on one grid are added voxel by voxel. Otherwise each is interpolated, in its own way, at
    the voxel centres of the part with the smallest voxels, and the sum is cut to the box of voxels
    that lie wholly inside every part's grid.

    Parameters
    ----------
    doses : sequence of DosePart or DoseGrid
        Two or more, in one frame of reference; of a plain grid the fractions are not known.

    Raises
    ------
    InputError
        Fewer than two doses, or doses whose grids have no box of voxels in common.
    """
    parts = tuple(
        DosePart(dose, f"dose {n}") if isinstance(dose, DoseGrid) else dose
        for n, dose in enumerate(doses, start=1)
    )
    if len(parts) < 2:
        raise InputError(f"Two or more doses make a sum; {len(parts)} was given.")
    finest = min(parts, key=lambda part: part.dose.grid.voxel_volume_mm3).dose
    resampled = not all(_same_grid(part.dose.grid, finest.grid) for part in parts)
    if resampled:
        grid = _common_box(finest.grid, parts)
        values = sum(part.weight * _resampled(part.dose, grid) for part in parts)
    else:
        grid = finest.grid
        values = sum(part.weight * part.dose.values_gy for part in parts)
    total = DoseGrid(np.asarray(values), grid.ijk_to_ras, finest.interpolation)
    error = _resampling_error_gy(total, parts) if resampled else 0.0
    lost = np.prod(finest.grid.shape_kji) - np.prod(grid.shape_kji)
    lost_cc = float(lost) * grid.voxel_volume_mm3 / 1000.0
    fractions = {part.fractions for part in parts}
    same = len(fractions) == 1 and None not in fractions
    text = _semantics(parts, grid, same=same, resampled=resampled, error=error, lost_cc=lost_cc)
    return DoseSum(total, text, same, parts, resampled, error, lost_cc)


def _same_grid(first: Grid, second: Grid) -> bool:
    if first.shape_kji != second.shape_kji:
        return False
    corners = np.argwhere(np.ones((2, 2, 2))) * (np.array(first.shape_kji[::-1]) - 1)
    apart = np.linalg.norm(first.to_ras(corners) - second.to_ras(corners), axis=1)
    return bool(apart.max() < SAME_GRID_MM)


def _common_box(grid: Grid, parts: Sequence[DosePart]) -> Grid:
    """Cut a grid to a box of voxels that lie wholly inside all parts' grids."""
    known = np.ones(grid.shape_kji, dtype=bool)
    for part in parts:
        known &= _inside(grid, part.dose.grid)
    used = [np.flatnonzero(known.any(axis=tuple({0, 1, 2} - {axis}))) for axis in range(3)]
    box = [[int(places[0]), int(places[-1]) + 1] if len(places) else [0, 0] for places in used]
    # What is known is convex: a box is known when its corners are.
    while known.any() and not known[np.ix_(*[[start, stop - 1] for start, stop in box])].all():
        # Grids turned against each other share no box: take off the face that is known least.
        inner = known[tuple(slice(*ends) for ends in box)]
        shares = [float(inner.take(end, axis=axis).mean()) for axis in range(3) for end in (0, -1)]
        axis, last = divmod(int(np.argmin(shares)), 2)
        box[axis][last] += -1 if last else 1
        if box[axis][0] == box[axis][1]:
            break
    if any(start == stop for start, stop in box):
        listed = ", ".join(f"'{part.label}'" for part in parts)
        raise InputError(
            f"The dose grids of {listed} have no box of voxels in common, so they cannot be "
            "summed; export them on overlapping grids in one frame of reference."
        )
    k, j, i = (stop - start for start, stop in box)
    return grid.cropped([start for start, _ in box], (k, j, i))


def _inside(grid: Grid, other: Grid) -> NDArray[np.bool_]:
    """Say which voxels of a grid (k, j, i) lie wholly inside another grid's outer faces."""
    matrix = np.linalg.inv(other.ijk_to_ras) @ grid.ijk_to_ras
    known = np.ones(grid.shape_kji, dtype=bool)
    k, j, i = np.ogrid[tuple(slice(n) for n in grid.shape_kji)]
    for axis, size in enumerate(other.shape_kji[::-1]):
        place = matrix[axis, 0] * i + matrix[axis, 1] * j + matrix[axis, 2] * k + matrix[axis, 3]
        # Half a voxel of the grid, seen along the other's axis.
        reach = 0.5 * float(np.abs(matrix[axis, :3]).sum()) - FACE_TOLERANCE_VOXELS
        known &= (place - reach >= -0.5) & (place + reach <= size - 0.5)
    return known


def _resampled(dose: DoseGrid, grid: Grid) -> FloatArray:
    """Dose at the voxel centres of a grid, (k, j, i)."""
    if _same_grid(dose.grid, grid):
        return dose.values_gy
    size_k, size_j, size_i = grid.shape_kji
    plane = np.stack(np.meshgrid(np.arange(size_i), np.arange(size_j)), axis=-1).reshape(-1, 2)
    values = np.empty(grid.shape_kji)
    for k in range(size_k):
        ijk = np.column_stack([plane, np.full(len(plane), k)])
        values[k] = dose.sample(grid.to_ras(ijk)).reshape(size_j, size_i)
    return values


def _resampling_error_gy(total: DoseGrid, parts: Sequence[DosePart]) -> float:
    """Largest difference between the sum and its parts half way between voxel centres."""
    size = np.maximum(np.array(total.values_gy.shape) - 1, 1)
    stride = max(1, int(np.ceil((np.prod(size) / CHECKED_PLACES) ** (1 / 3))))
    k, j, i = (np.arange(0, n, stride) for n in size)
    cells = np.stack(np.meshgrid(k, j, i, indexing="ij"), axis=-1).reshape(-1, 3)
    half = 0.5 * (np.array(total.values_gy.shape) > 1)
    points = total.grid.to_ras((cells + half)[:, ::-1])
    own = sum(part.weight * part.dose.sample(points) for part in parts)
    return float(np.abs(total.sample(points) - own).max())


def _semantics(
    parts: Sequence[DosePart],
    grid: Grid,
    *,
    same: bool,
    resampled: bool,
    error: float,
    lost_cc: float,
) -> str:
    listed = " + ".join(_described(part) for part in parts)
    sentences = [f"The dose is the sum of {len(parts)} doses: {listed}; physical dose, added up."]
    if same:
        count = parts[0].fractions
        times = "1 fraction" if count == 1 else f"{count} fractions"
        sentences.append(
            f"All are given in {times}; the sum is taken to be given in the same {times}, each "
            "part in every one."
        )
    elif any(part.fractions is None for part in parts):
        sentences.append(
            "It is not known that all parts have the same number of fractions: metrics are shown, "
            "no limit is evaluated."
        )
    else:
        sentences.append(
            "The parts have different fractionation: metrics are shown, no limit is evaluated."
        )
    if resampled:
        spacing = " x ".join(f"{edge:.2g}" for edge in grid.spacing_mm)
        sentences.append(
            f"The grids differ: all were interpolated to the finest ({spacing} mm), which moves "
            f"the dose between its voxels by up to {error:.2g} Gy."
        )
        if lost_cc > 0:
            sentences.append(
                f"{lost_cc:.3g} cc of that grid are left out, where not every part is known."
            )
    return " ".join(sentences)


def _described(part: DosePart) -> str:
    count = part.fractions
    times = "fractions unknown" if count is None else f"{count} fraction{'s' * (count != 1)}"
    weight = "" if part.weight == 1 else f"{part.weight:g} x "
    return f"{weight}'{part.label}' ({times})"
