"""Reading the dose inside a structure."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..geometry import Cells, ContourStack, Structure
from .grid import DoseGrid
from .samples import DoseSamples

FloatArray = NDArray[np.float64]

TARGET_CELLS = 100_000
"""Cells that a structure is cut into, where the limits of the step allow it."""
STEP_LIMITS_MM = (0.1, 6.0)
STEEP_STEP_MM = 3.0
STEEP_GY = 0.5
"""Larger cells across which the dose changes by more than twice this are cut to `STEEP_STEP_MM`."""
HOT_STEPS_MM = ((2.0, 1.2), (2.0, 0.7), (0.2, 0.4))
"""The hottest cc of a large structure are cut finer: near-maximum doses are read there."""
COARSE_FACTOR = 1.6
"""The second, coarser sampling whose difference is the uncertainty; not a whole number, so that
its cells do not nest in the fine ones."""


def sampling_step_mm(structure: Structure) -> float:
    """Edge length of the cells that a structure is cut into, mm."""
    step = (structure.volume_cc * 1000.0 / TARGET_CELLS) ** (1 / 3)
    return float(np.clip(step, *STEP_LIMITS_MM))


def sample_dose(
    structure: Structure, dose: DoseGrid, *, step_mm: float | None = None
) -> DoseSamples:
    """Read the dose at the centres of small cells that fill a structure.

    The cells carry the structure's exact volume; within each the dose is taken as linear with the
    grid's gradient there, so the cumulative histogram has neither bins nor steps of the lattice.
    Cells outside the dose grid count as volume without dose.

    Parameters
    ----------
    structure : Structure
    dose : DoseGrid
    step_mm : float, optional
        Longest edge of a cell; by default chosen from the volume (0.1 to 6 mm).

    Returns
    -------
    DoseSamples
        With a coarser sampling beside it, for the uncertainty of the metrics.
    """
    step = sampling_step_mm(structure) if step_mm is None else step_mm
    extremes = _extremes(structure, dose, step)
    coarse = _sample(structure, dose, extremes, step, COARSE_FACTOR)
    return replace(_sample(structure, dose, extremes, step, 1.0), coarse=coarse)


def _sample(
    structure: Structure,
    dose: DoseGrid,
    extremes: tuple[FloatArray, FloatArray],
    step_mm: float,
    factor: float,
) -> DoseSamples:
    """Sample with all cell sizes multiplied by `factor`."""
    sampled = _Sampled.of(structure.cells(step_mm * factor), dose)
    if step_mm > STEEP_STEP_MM:
        large = (sampled.spread_gy > STEEP_GY) | sampled.hottest(HOT_STEPS_MM[0][0])
        sampled = sampled.refined(large, STEEP_STEP_MM * factor, dose)
    for hot_cc, hot_step_mm in HOT_STEPS_MM:
        if step_mm > hot_step_mm:
            sampled = sampled.refined(sampled.hottest(hot_cc), hot_step_mm * factor, dose)
    cells, values = sampled.cells, sampled.dose_gy
    if len(extremes[1]) and isinstance(structure.shape, ContourStack) and not structure.clips:
        # Boxes cut from a cell at a slanting outline stick out of it a little.
        values = np.clip(values, *extremes[1])
    values = np.concatenate([values, extremes[1]])
    spread = np.concatenate([sampled.spread_gy, np.zeros(len(extremes[1]))])
    points = np.concatenate([cells.centres_ras, extremes[0]])
    inside_cc = cells.volumes_mm3 * sampled.share_inside / 1000.0
    outside_cc = cells.volumes_mm3 * (1.0 - sampled.share_inside) / 1000.0
    weight_cc = np.concatenate([inside_cc, np.zeros(len(extremes[1]))])
    known = ~np.isnan(values)
    return DoseSamples.from_arrays(
        values[known],
        weight_cc[known],
        spread_gy=spread[known],
        outside_dose_cc=float(outside_cc.sum()),
        hottest_point_ras=points[int(np.nanargmax(values))] if known.any() else None,
    )


@dataclass(frozen=True, eq=False)
class _Sampled:
    """Cells and the dose in them.

    Attributes
    ----------
    cells : Cells
    dose_gy : (n,)
        At the centres; nan where the whole cell lies outside the dose grid.
    spread_gy : (n,)
        Half-width of an even distribution with the variance of a linear dose in the cell's box.
    share_inside : (n,)
        Share of each cell that lies inside the dose grid.
    """

    cells: Cells
    dose_gy: FloatArray
    spread_gy: FloatArray
    share_inside: FloatArray

    @classmethod
    def of(cls, cells: Cells, dose: DoseGrid) -> _Sampled:
        values, gradient = dose.sample_with_gradient(cells.centres_ras)
        across = np.einsum("nij,nj->ni", cells.edges_mm, gradient)
        share = _share_inside(cells, dose)
        values = np.where(share > 0, values, np.nan)
        return cls(cells, values, 0.5 * np.sqrt(np.einsum("ij,ij->i", across, across)), share)

    def refined(self, chosen: NDArray[np.bool_], step_mm: float, dose: DoseGrid) -> _Sampled:
        """Cut the chosen cells and read the dose in the new ones only."""
        if not chosen.any():
            return self
        fine = _Sampled.of(self.cells.chosen(chosen).cut(step_mm), dose)
        return _Sampled(
            self.cells.chosen(~chosen).joined(fine.cells),
            np.concatenate([self.dose_gy[~chosen], fine.dose_gy]),
            np.concatenate([self.spread_gy[~chosen], fine.spread_gy]),
            np.concatenate([self.share_inside[~chosen], fine.share_inside]),
        )

    def hottest(self, volume_cc: float) -> NDArray[np.bool_]:
        """Choose the cells that may belong to the hottest `volume_cc`."""
        order = np.argsort(-np.nan_to_num(self.dose_gy, nan=-1.0), kind="stable")
        held = np.cumsum(self.cells.volumes_mm3[order])
        last = min(int(np.searchsorted(held, volume_cc * 1000.0)), len(order) - 1)
        return np.asarray(self.dose_gy + self.spread_gy >= self.dose_gy[order[last]])


def _share_inside(cells: Cells, dose: DoseGrid) -> FloatArray:
    """Share of each cell that lies within the outer faces of the dose grid, 0..1."""
    grid = dose.grid
    ijk = grid.to_ijk(cells.centres_ras)
    turn = np.linalg.inv(grid.ijk_to_ras[:3, :3])
    reach = np.maximum(0.5 * np.abs(cells.edges_mm @ turn.T).sum(axis=1), 1e-12)
    last = np.array(dose.values_gy.shape[::-1]) - 1
    below = np.clip(0.5 + (ijk + 0.5) / (2 * reach), 0.0, 1.0)
    above = np.clip(0.5 + (last + 0.5 - ijk) / (2 * reach), 0.0, 1.0)
    share: FloatArray = (below * above).prod(axis=1)
    return share


def _extremes(
    structure: Structure, dose: DoseGrid, step_mm: float
) -> tuple[FloatArray, FloatArray]:
    """Points and doses of the smallest and the largest dose, as samples without volume.

    A trilinear dose has its extremes at voxel centres or on the structure's surface.
    """
    surface = structure.boundary_points(float(np.clip(step_mm, 0.5, 1.0)))
    on_surface = dose.sample(surface)
    known = on_surface[~np.isnan(on_surface)]
    # Only voxels beyond the surface's extremes need the costly test of lying inside.
    low, high = (known.min(), known.max()) if len(known) else (np.inf, -np.inf)
    centres, doses = dose.voxels_beyond(float(low), float(high), structure.bounds_ras())
    within = structure.contains(centres)
    points = np.concatenate([surface, centres[within]])
    values = np.concatenate([on_surface, doses[within]])
    if not len(values) or np.isnan(values).all():
        return np.empty((0, 3)), np.empty(0)
    ends = [int(np.nanargmin(values)), int(np.nanargmax(values))]
    return points[ends], values[ends]
