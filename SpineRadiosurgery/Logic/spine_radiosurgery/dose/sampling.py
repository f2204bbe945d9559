"""Reading the dose inside a structure, as finely as the asked metrics need."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..geometry import (
    Cells,
    ContourStack,
    InputError,
    OccupancyMask,
    Structure,
    report_progress,
    voxels_per_cell,
)
from .extremes import Extremes, find_extremes
from .grid import DoseGrid
from .samples import DoseSamples

FloatArray = NDArray[np.float64]

FIRST_CELLS = 2_500
"""Cubes that give the step of the first sampling; contours get up to twice as many cells."""
STEP_LIMITS_MM = (0.1, 8.0)
FINER = 1.6
"""From one sampling to the next; not a whole number, so that cells do not nest and their errors are
not alike."""
SURFACE_STEPS_MM = (0.5, 3.0)
HOT_CC = (20.0, 2.0, 0.2, 0.03)
WORTH_CUTTING = 1.3
HOT_SHARE = 0.05
"""The hottest volumes, where near-maximum doses are read, have at least this share of
`FIRST_CELLS` each."""
OUTLINE_MM = 1.5
"""Hot cells at an outline that are larger than this are cut along it."""
MOST_CELLS = 500_000
"""A sampling is not made finer when the next would have more cells."""
STANDARD_METRICS = ("Mean[Gy]", "D98%[Gy]", "D50%[Gy]", "D10%[Gy]", "D2%[Gy]", "D0.035cc[Gy]")


@dataclass(frozen=True)
class SamplingTolerance:
    """Uncertainty at which a sampling is fine enough.

    Attributes
    ----------
    dose_percent : float
        Of D metrics and the mean, in percent of the largest dose of the grid.
    volume_percent : float
        Of V metrics, in percent of the structure's volume.
    """

    dose_percent: float = 0.3
    volume_percent: float = 0.15

    def __post_init__(self) -> None:
        if not (self.dose_percent > 0 and self.volume_percent > 0):
            raise InputError(
                f"The sampling tolerances of {self.dose_percent:g} % of the dose and "
                f"{self.volume_percent:g} % of the volume must be positive."
            )

    def limits(self, dose: DoseGrid, volume_cc: float) -> dict[str, float]:
        """Largest uncertainty of a metric by its unit."""
        return {
            "Gy": self.dose_percent / 100.0 * dose.max_gy,
            "%": self.volume_percent,
            "cc": self.volume_percent / 100.0 * volume_cc,
        }


def sample_dose(
    structure: Structure,
    dose: DoseGrid,
    *,
    metrics: Sequence[str] = STANDARD_METRICS,
    prescription_gy: float | None = None,
    tolerance: SamplingTolerance | None = None,
    step_mm: float | None = None,
) -> DoseSamples:
    """Read the dose in small cells that fill a structure, until the asked metrics are exact enough.

    The cells carry the structure's exact volume. In each the dose is taken as linear, with the
    cell's mean (second order) and its change along every edge, so the cumulative histogram has
    neither bins nor steps of the lattice. Two samplings of different fineness are compared; their
    difference is the uncertainty. While it exceeds the tolerance for any asked metric, the next
    finer sampling is made. Cells outside the dose grid count as volume without dose.

    Parameters
    ----------
    structure : Structure
    dose : DoseGrid
    metrics : sequence of str
        What will be asked of the samples (TG-263 names).
    prescription_gy : float, optional
        For metrics relative to the prescription; without it they are not watched.
    tolerance : SamplingTolerance, optional
    step_mm : float, optional
        Longest edge of a cell; then there is no refinement.

    Returns
    -------
    DoseSamples
        With the next coarser sampling beside it, for the uncertainty of the metrics.
    """
    adaptive = step_mm is None
    step = first_step_mm(structure) if step_mm is None else step_mm
    limits = (tolerance or SamplingTolerance()).limits(dose, structure.volume_cc)
    report_progress()
    extremes = find_extremes(structure, dose, float(np.clip(step, *SURFACE_STEPS_MM)))
    fine = _sampled(structure, dose, step)
    coarse = _coarser(structure, dose, step, fine)
    samples = _joined(structure, fine, coarse, extremes)
    while adaptive and not _is_fine(samples, metrics, prescription_gy, limits):
        step /= FINER
        if len(fine.dose_gy) * FINER**3 > MOST_CELLS or step < STEP_LIMITS_MM[0]:
            break
        report_progress()
        previous, fine = fine, _sampled(structure, dose, step)
        coarse = _coarser(structure, dose, step, fine, previous)
        samples = _joined(structure, fine, coarse, extremes)
    return samples


def first_step_mm(structure: Structure) -> float:
    """Edge length of the cells of the first sampling, mm."""
    step = (structure.volume_cc * 1000.0 / FIRST_CELLS) ** (1 / 3)
    return float(np.clip(step, *STEP_LIMITS_MM))


def _is_fine(
    samples: DoseSamples,
    metrics: Sequence[str],
    prescription_gy: float | None,
    limits: Mapping[str, float],
) -> bool:
    # The extremes have a search of their own.
    watched = [name for name in metrics if not name.startswith(("Max", "Min", "D100%"))]
    found = [samples.metric(name, prescription_gy=prescription_gy) for name in watched]
    return all(m.reason or not m.uncertainty > limits[m.unit] for m in found)


def _coarser(
    structure: Structure,
    dose: DoseGrid,
    step_mm: float,
    fine: _Sampled,
    previous: _Sampled | None = None,
) -> _Sampled:
    """What a sampling is compared with: a coarser one, or where there is none, a rougher one.

    A mask's cells are whole blocks or even parts of its voxels. Where both samplings have the same,
    they are compared with what the centres of the cells alone would give.
    """
    if isinstance(structure.shape, OccupancyMask):
        grid = structure.shape.grid
        if (voxels_per_cell(grid, step_mm) == voxels_per_cell(grid, step_mm * FINER)).all():
            return replace(fine, dose_gy=fine.centre_gy)
    return previous or _sampled(structure, dose, step_mm * FINER)


def _sampled(structure: Structure, dose: DoseGrid, step_mm: float) -> _Sampled:
    """Sample with cells of one size, the hottest cut finer."""
    cells = structure.cells(step_mm)
    report_progress()
    sampled = _Sampled.of(cells, dose)
    first = first_step_mm(structure)
    # A large cell at an outline is only nearly the structure's share of it.
    within = structure.contains if first > OUTLINE_MM else None
    for hot_cc in HOT_CC:
        at_first = (hot_cc * 1000.0 / (HOT_SHARE * FIRST_CELLS)) ** (1 / 3)
        if first > WORTH_CUTTING * at_first:
            chosen = sampled.hottest(hot_cc)
            sampled = sampled.refined(chosen, at_first * step_mm / first, dose, within)
    return sampled


def _joined(
    structure: Structure, fine: _Sampled, coarse: _Sampled, extremes: Extremes
) -> DoseSamples:
    """The finer samples, with the coarser beside them."""
    sticks_out = isinstance(structure.shape, ContourStack) and not structure.clips
    coarser = coarse.samples(extremes, extremes.coarser_gy, clip=sticks_out)
    return replace(fine.samples(extremes, extremes.dose_gy, clip=sticks_out), coarse=coarser)


@dataclass(frozen=True, eq=False)
class _Sampled:
    """Cells and the dose in them.

    Attributes
    ----------
    cells : Cells
    dose_gy, centre_gy : (n,)
        Mean, and dose at the centre; nan where the whole cell lies outside the dose grid.
    widths_gy : (n, 2)
        Change of the dose along the edge where it changes most, and along the others together.
    share_inside : (n,)
        Share of each cell that lies inside the dose grid.
    """

    cells: Cells
    dose_gy: FloatArray
    centre_gy: FloatArray
    widths_gy: FloatArray
    share_inside: FloatArray

    @classmethod
    def of(cls, cells: Cells, dose: DoseGrid) -> _Sampled:
        """Read the dose at every cell's centre and in the middle of its six faces.

        The second differences give the mean of a curved dose: that of x^2 over an edge of length h
        is h^2 / 12, a sixth of its second difference h^2 / 2 over the edge's two ends.
        """
        grid = dose.grid
        middle = grid.to_ijk(cells.centres_ras)
        half = 0.5 * grid.to_ijk_steps(np.moveaxis(cells.edges_mm, 1, 0))
        kji = np.empty((3, 7, len(middle)))
        for axis in range(3):
            here = middle[:, 2 - axis]
            kji[axis, 0] = here
            kji[axis, 1:4] = here + half[..., 2 - axis]
            kji[axis, 4:] = here - half[..., 2 - axis]
        read = dose.at_voxels(kji.reshape(3, -1)).reshape(7, -1)
        centre, ahead, behind = read[0], read[1:4], read[4:]
        mean = centre + (ahead + behind - 2.0 * centre).sum(axis=0) / 6.0
        changes = np.abs(ahead - behind)
        widest = changes.max(axis=0)
        others = np.sqrt(np.maximum((changes**2).sum(axis=0) - widest**2, 0.0))
        widths = np.column_stack([widest, others])
        share = _share_inside(middle, np.abs(half).sum(axis=0), dose)
        known = np.where(share > 0, 1.0, np.nan)
        return cls(cells, known * np.maximum(mean, 0.0), known * centre, widths, share)

    def samples(self, extremes: Extremes, extremes_gy: FloatArray, *, clip: bool) -> DoseSamples:
        """Weighted samples, with the extremes as samples without volume.

        Boxes cut from a cell at a slanting outline stick out of it a little: `clip` keeps their
        doses between the extremes.
        """
        inside = self.dose_gy
        if clip and len(extremes_gy):
            inside = np.clip(inside, *extremes.dose_gy)
        none = np.zeros(len(extremes_gy))
        values = np.concatenate([inside, extremes_gy])
        points = np.concatenate([self.cells.centres_ras, extremes.points_ras])
        volumes = self.cells.volumes_mm3 / 1000.0
        known = ~np.isnan(values)
        return DoseSamples(
            values[known],
            np.concatenate([volumes * self.share_inside, none])[known],
            np.concatenate([self.widths_gy, np.zeros((len(none), 2))])[known],
            outside_dose_cc=float(volumes @ (1.0 - self.share_inside)),
            hottest_point_ras=points[int(np.nanargmax(values))] if known.any() else None,
        )

    def refined(
        self,
        chosen: NDArray[np.bool_],
        step_mm: float,
        dose: DoseGrid,
        within: Callable[[FloatArray], NDArray[np.bool_]] | None,
    ) -> _Sampled:
        """Cut the chosen cells and read the dose in the new ones only."""
        if not chosen.any():
            return self
        fine = _Sampled.of(self.cells.chosen(chosen).cut(step_mm, within), dose)
        return _Sampled(
            self.cells.chosen(~chosen).joined(fine.cells),
            np.concatenate([self.dose_gy[~chosen], fine.dose_gy]),
            np.concatenate([self.centre_gy[~chosen], fine.centre_gy]),
            np.concatenate([self.widths_gy[~chosen], fine.widths_gy]),
            np.concatenate([self.share_inside[~chosen], fine.share_inside]),
        )

    def hottest(self, volume_cc: float) -> NDArray[np.bool_]:
        """Choose the cells that may belong to the hottest `volume_cc`."""
        dose = np.nan_to_num(self.dose_gy, nan=-1.0)
        count, held, order = 0, np.zeros(1), np.zeros(1, dtype=np.intp)
        while held[-1] < volume_cc * 1000.0 and count < len(dose):
            count = min(len(dose), max(1024, 4 * count))
            order = np.argpartition(-dose, count - 1)[:count]
            order = order[np.argsort(-dose[order])]
            held = np.cumsum(self.cells.volumes_mm3[order])
        last = min(int(np.searchsorted(held, volume_cc * 1000.0)), len(order) - 1)
        reach = 0.5 * self.widths_gy.sum(axis=1)
        return np.asarray((dose >= 0) & (dose + reach >= dose[order[last]]))


def _share_inside(middle: FloatArray, reach: FloatArray, dose: DoseGrid) -> FloatArray:
    """Share of each cell that lies within the outer faces of the dose grid, 0..1.

    Parameters
    ----------
    middle, reach : (n, 3)
        Each cell's centre and how far it reaches along i, j, k, in voxels.
    """
    last = np.array(dose.values_gy.shape[::-1]) - 1
    cut = np.zeros(len(middle), dtype=bool)
    for axis in range(3):
        place, span = middle[:, axis], reach[:, axis]
        cut |= (place - span < -0.5) | (place + span > last[axis] + 0.5)
    share = np.ones(len(middle))
    if cut.any():
        at, width = middle[cut], 2.0 * np.maximum(reach[cut], 1e-12)
        below = np.clip(0.5 + (at + 0.5) / width, 0.0, 1.0)
        above = np.clip(0.5 + (last + 0.5 - at) / width, 0.0, 1.0)
        share[cut] = (below * above).prod(axis=1)
    return share
