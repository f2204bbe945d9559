"""A structure as a few thousand grains: enough to follow its dose through many setups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...geometry import Cells, Structure

FloatArray = NDArray[np.float64]

FINE_CELLS = 12_000
"""Cells that the grains are gathered from; thin slabs and small voxels make it more."""
MOST_CELLS = 5 * FINE_CELLS
CENTROID_CELLS = 3_000
SPLITS = (3, *[2] * 10)
"""Every split cuts each grain across its longest axis: 3072 grains."""
TAIL_PERCENT = 10.0
HOT_CC = 0.5
"""Limits are on the hottest 10 % or the hottest cc, coverage on the coldest part of a target."""
HOT_FACTOR, COLD_FACTOR, TARGET_COLD_FACTOR = 4.0, 2.0, 8.0
"""How much smaller the grains are there."""
TIE_MM, TIE_GY, TIE_SHARE = 6, 4, 1e-9
"""Places and doses that are equal to so many decimals, and shares to so much, are ties, which the
order of the cells decides: rounding, which is another for a patient who lies elsewhere, must not
choose the grains."""
EVEN_SHARE = 0.75
"""A structure whose median dose is at least this share of its largest is covered like a target."""


@dataclass(frozen=True, eq=False)
class Grains:
    """Compact pieces that together fill a structure.

    Attributes
    ----------
    centres_ras : (n, 3)
        Their centroids, RAS mm.
    volumes_cc : (n,)
    covariance_mm2 : (n, 3, 3)
        Second moments about the centroid: how far a grain reaches in each direction.
    """

    centres_ras: FloatArray
    volumes_cc: FloatArray
    covariance_mm2: FloatArray

    def gathered(self, group: NDArray[np.int64]) -> Grains:
        """Join the grains of each group; volume, centroid and second moments stay exact."""
        n = int(group.max()) + 1
        total: FloatArray = np.bincount(group, self.volumes_cc, n).astype(np.float64)
        middle = _sums(self.centres_ras, self.volumes_cc, group, n) / total[:, np.newaxis]
        off = self.centres_ras - middle[group]
        moments = self.covariance_mm2 + off[:, :, np.newaxis] * off[:, np.newaxis, :]
        summed = _sums(moments.reshape(-1, 9), self.volumes_cc, group, n) / total[:, np.newaxis]
        return Grains(middle, total, summed.reshape(n, 3, 3))


def cells_as_grains(structure: Structure) -> Grains:
    """Cut a structure into some ten thousand pieces that grains are gathered from."""
    cells = structure.cells(float((structure.volume_cc * 1000.0 / FINE_CELLS) ** (1 / 3)))
    spread = np.einsum("nai,naj->nij", cells.edges_mm, cells.edges_mm) / 12.0
    grains = Grains(cells.centres_ras, cells.volumes_mm3 / 1000.0, spread)
    if len(grains.volumes_cc) <= MOST_CELLS:
        return grains
    step = float((cells.volumes_mm3.sum() / FINE_CELLS) ** (1 / 3))
    return grains.gathered(_boxes(cells, step))


def centroid_ras(structures: Sequence[Structure]) -> FloatArray:
    """Centroid (3,) of the volume of some structures, RAS mm; overlaps count twice."""
    weighted, total = np.zeros(3), 0.0
    for structure in structures:
        cells = structure.cells(float((structure.volume_cc * 1000.0 / CENTROID_CELLS) ** (1 / 3)))
        weighted += cells.volumes_mm3 @ cells.centres_ras
        total += float(cells.volumes_mm3.sum())
    centroid: FloatArray = weighted / total
    return centroid


def importance(doses: FloatArray, volumes: FloatArray) -> FloatArray:
    """How finely each cell is wanted, relative to the middle of the histogram."""
    order = np.argsort(np.round(doses.astype(np.float64), TIE_GY), kind="stable")
    below = np.empty_like(volumes)
    below[order] = np.cumsum(volumes[order])
    total = float(volumes.sum())
    tail = TAIL_PERCENT / 100.0 * total
    median = float(doses[order[np.searchsorted(below[order], 0.5 * total)]])
    covered = median >= EVEN_SHARE * float(doses[order[-1]])
    wanted = np.ones_like(volumes)
    wanted[below <= tail] = TARGET_COLD_FACTOR if covered else COLD_FACTOR
    wanted[below > total - min(max(tail, HOT_CC), 0.5 * total)] = HOT_FACTOR
    return wanted


def grouped(points: FloatArray, mass: FloatArray) -> NDArray[np.int64]:
    """Cut points again and again across the longest axis, into parts of equal mass.

    The parts are compact, follow the structure's outline and do not line up with any lattice, so
    that their errors average out.

    Returns
    -------
    (n,)
        Number of each point's part, about 3000 in all.
    """
    group = np.zeros(len(points), dtype=np.int64)
    count = 1
    widest = float(np.ptp(points, axis=0).max()) + 1e-9
    for parts in SPLITS:
        held = np.maximum(np.bincount(group, mass, count), 1e-300)
        middle = _sums(points, mass, group, count) / held[:, np.newaxis]
        off = points - middle[group]
        spread = np.sqrt(_sums(off**2, mass, group, count) / held[:, np.newaxis])
        axis = np.argmax(np.round(spread, TIE_MM), axis=1)
        along = np.round(off[np.arange(len(points)), axis[group]], TIE_MM)
        # Whole numbers by group and less than a half of one within it: one sort does for both.
        order = np.argsort(group + along / (2.5 * widest), kind="stable")
        filled = np.cumsum(mass[order])
        before = np.concatenate([[0.0], np.cumsum(held)])[group[order]]
        share = (filled - 0.5 * mass[order] - before) / held[group[order]]
        part = np.clip(share * parts + TIE_SHARE, 0, parts - 1).astype(np.int64)
        group[order] = group[order] * parts + part
        count *= parts
    return np.asarray(np.unique(group, return_inverse=True)[1]).ravel()


def _sums(values: FloatArray, mass: FloatArray, group: NDArray[np.int64], n: int) -> FloatArray:
    """Sum over each group, (n, columns), of values (m, columns) weighted with the mass."""
    sums: FloatArray = np.stack([np.bincount(group, mass * v, n) for v in values.T], axis=1)
    return sums


def _boxes(cells: Cells, step_mm: float) -> NDArray[np.int64]:
    """Number of the box of a lattice that each cell's centre lies in."""
    place = np.floor((cells.centres_ras - cells.centres_ras.min(axis=0)) / step_mm)
    size = place.max(axis=0) + 1
    flat = (place[:, 0] * size[1] + place[:, 1]) * size[2] + place[:, 2]
    return np.asarray(np.unique(flat, return_inverse=True)[1]).ravel()
