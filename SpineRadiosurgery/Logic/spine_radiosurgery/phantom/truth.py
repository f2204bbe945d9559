"""What the phantom is made of, voxel by voxel: the truth that algorithms are tested against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..anatomy import SECTORS
from .column import Column
from .curve import Frame, SpineCurve
from .lattice import FloatArray, Lattice, Volume, Window
from .levels import LEVELS
from .parameters import SpinePhantom
from .targets import TargetSolids

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class PhantomTruth:
    """Truth on the CT grid, arrays [k, j, i].

    Attributes
    ----------
    ijk_to_ras : (4, 4)
        Of the CT grid.
    sectors : uint8 array
        Sectors of the target vertebra: 0 outside, n for `sector_names[n - 1]`.
    sector_names : tuple of str
    vertebrae : mapping of level name to mask
        Every complete vertebra, whole.
    frames : mapping of level name to Frame
        Centre and axes (right, anterior, up) of each complete vertebra.
    disc, canal, thecal_sac, cord, cauda_equina, gtv, target : mask
        `disc` joins all discs; `target` is the clinical target.
    axis_ras : (n, 3)
        Line through the vertebral bodies, from foot to head.
    """

    ijk_to_ras: FloatArray
    sectors: NDArray[np.uint8]
    sector_names: tuple[str, ...]
    vertebrae: Mapping[str, Mask]
    frames: Mapping[str, Frame]
    disc: Mask
    canal: Mask
    thecal_sac: Mask
    cord: Mask
    cauda_equina: Mask
    gtv: Mask
    target: Mask
    axis_ras: FloatArray

    def sector(self, name: str) -> Mask:
        """Mask of one sector of the target vertebra."""
        mask: Mask = self.sectors == self.sector_names.index(name) + 1
        return mask


def make_truth(
    lattice: Lattice,
    curve: SpineCurve,
    column: Column,
    targets: TargetSolids,
    parameters: SpinePhantom,
) -> PhantomTruth:
    """Read the truth off the solids at the CT's voxel centres, in RAS index order."""
    stamp = _Stamp(lattice, column)
    canal = column.canal
    target = column.vertebrae[parameters.level_index]
    label = np.zeros(target.bone.shape, np.uint8)
    # The first sector that holds a voxel gets it, so that borders are not counted twice.
    for number in range(len(SECTORS), 0, -1):
        label[target.sectors[SECTORS[number - 1]] <= 0] = number
    label[target.bone >= 0] = 0
    names = {LEVELS[index]: column.vertebrae[index] for index in parameters.complete_levels}
    disc = np.zeros(column.lattice.shape_kji, bool)
    for part in column.discs:
        disc[part.window] |= part.solid < 0
    whole = tuple(slice(0, n) for n in column.lattice.shape_kji)
    everywhere = (whole[0], whole[1], whole[2])
    return PhantomTruth(
        ijk_to_ras=lattice.ijk_to_ras,
        sectors=stamp.values(target.window, label).astype(np.uint8),
        sector_names=SECTORS,
        vertebrae={name: stamp.mask(v.window, v.bone) for name, v in names.items()},
        frames={name: v.frame for name, v in names.items()},
        disc=stamp.values(everywhere, disc).astype(bool),
        canal=stamp.mask(canal.window, canal.canal),
        thecal_sac=stamp.mask(canal.window, canal.sac),
        cord=stamp.mask(canal.window, canal.cord),
        cauda_equina=stamp.mask(canal.window, canal.cauda),
        gtv=stamp.mask(everywhere, targets.gtv),
        target=stamp.mask(everywhere, targets.ctv),
        axis_ras=curve.centre,
    )


class _Stamp:
    """Puts windows of the column's fine lattice into arrays of the CT's shape."""

    def __init__(self, lattice: Lattice, column: Column) -> None:
        self._lattice, self._column = lattice, column
        start = np.rint((column.lattice.origin - lattice.origin) / lattice.step).astype(int)
        j, i = ((column.lattice.shape_kji[n] - 1) // column.fineness + 1 for n in (1, 2))
        k = column.lattice.shape_kji[0]
        self._window = tuple(
            slice(int(s), int(s) + n) for s, n in zip(start[::-1], (k, j, i), strict=True)
        )

    def values(self, window: Window, values: NDArray[np.generic]) -> NDArray[np.generic]:
        fine = np.zeros(self._column.lattice.shape_kji, values.dtype)
        fine[window] = values
        step = self._column.fineness
        result = np.zeros(self._lattice.shape_kji, values.dtype)
        result[self._window] = fine[:, ::step, ::step]
        return result

    def mask(self, window: Window, solid: Volume) -> Mask:
        return np.asarray(self.values(window, solid < 0), dtype=bool)
