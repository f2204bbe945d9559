"""What a structure and the six sectors of a vertebra have in common.

A voxel that a border cuts belongs to two sectors. How much of it lies in both the structure and
the vertebra is known (`uniting`); which of the sectors it is taken from is told by the voxels
around, those that belong to one sector alone. A structure that ends at a border thus has nothing
in common with the sector beyond it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ..anatomy import VertebraSectors
from ..geometry import Grid
from .assembly import base_grid
from .lattice import occupancy
from .uniting import common

FloatArray = NDArray[np.float64]

UNDIVIDED = 1e-6


def overlaps(sectors: VertebraSectors, structure: FloatArray, grid: Grid) -> dict[str, FloatArray]:
    """Share of each voxel of `grid` that lies in a structure and in each present sector.

    Parameters
    ----------
    sectors : VertebraSectors
    structure : (k, j, i)
        Occupancy on `grid`.
    grid : Grid
        The vertebra's own voxels, whole or cut.
    """
    vertebra = occupancy(sectors.vertebra, grid)
    parts = {}
    held: list[FloatArray] = []
    filled: list[FloatArray] = []
    open_ = np.nonzero((structure > 0) & (structure < 1) & (vertebra > 0))
    reach = 2 * np.rint(base_grid(sectors).spacing_mm / grid.spacing_mm).astype(int)[::-1] + 1
    for name in sectors.present:
        own = occupancy(sectors.sector(name), grid)
        both = common(own, structure, grid)
        parts[name] = both
        held.append(own[open_])
        alone = np.where(own > vertebra - UNDIVIDED, own, 0.0)
        if len(open_[0]):
            filled.append(_share_around(own, alone, both, reach)[open_])
    if not len(open_[0]):
        return parts
    total = common(vertebra, structure, grid)[open_]
    for name, taken in zip(parts, _dealt_out(total, held, filled), strict=True):
        parts[name][open_] = taken
    return parts


def _share_around(
    own: FloatArray, alone: FloatArray, both: FloatArray, reach: NDArray[np.int64]
) -> FloatArray:
    """Share that the structure fills of the voxels around which are a sector's alone.

    Of the voxel itself where there is none around.
    """
    volume = ndimage.uniform_filter(alone, reach, mode="constant")
    inside = ndimage.uniform_filter(np.where(alone > 0, both, 0.0), reach, mode="constant")
    share = np.divide(both, own, out=np.zeros_like(own), where=own > 0)
    np.divide(inside, volume, out=share, where=volume > UNDIVIDED)
    return np.asarray(share)


def _dealt_out(total: FloatArray, held: list[FloatArray], filled: list[FloatArray]) -> FloatArray:
    """Give what is in common (n,) to the sectors, the one that is fuller around first."""
    room, fullness = np.array(held), np.array(filled)
    order = np.argsort(-fullness, axis=0, kind="stable")
    sorted_room = np.take_along_axis(room, order, axis=0)
    before = np.cumsum(sorted_room, axis=0) - sorted_room
    taken = np.clip(total - before, 0.0, sorted_room)
    result: FloatArray = np.empty_like(taken)
    np.put_along_axis(result, order, taken, axis=0)
    return result
