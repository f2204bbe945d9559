"""Sectors, tumours, margin, what is taken out: put together on one grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..anatomy import VertebraSectors
from ..geometry import Grid, InputError, OccupancyMask, Structure, expanded, report_progress
from .lattice import grid_around, occupancy
from .uniting import common, united, without

FloatArray = NDArray[np.float64]

MARGIN_AROUND = ("sectors", "sectors_and_gtv")
NEGLIGIBLE = 1e-6
INTERPRETED_TYPE = "CTV"


@dataclass(frozen=True, eq=False)
class Recipe:
    """What a target is made of, in the order in which it is put together.

    Attributes
    ----------
    name : str
        Of the target.
    sectors : tuple of (VertebraSectors, sector names)
        United first; their parts are disjoint.
    margin_mm : tuple of 6 floats
        Around the sectors, or around sectors and tumours.
    margin_around : str
        One of `MARGIN_AROUND`.
    tumours : tuple of Structure
        United with the rest.
    taken_out : tuple of Structure
        Cord, PRV, hardware: taken out after the margin, so that it never reaches into them.
    clip_to : Structure or None
        Nothing outside it is kept.
    """

    name: str
    sectors: tuple[tuple[VertebraSectors, tuple[str, ...]], ...]
    margin_mm: tuple[float, ...]
    margin_around: str = MARGIN_AROUND[0]
    tumours: tuple[Structure, ...] = ()
    taken_out: tuple[Structure, ...] = ()
    clip_to: Structure | None = None

    def __post_init__(self) -> None:
        if self.margin_around not in MARGIN_AROUND:
            raise InputError(
                f"A margin goes around {' or '.join(MARGIN_AROUND)}, not {self.margin_around!r}."
            )

    @property
    def cuts(self) -> bool:
        """Surfaces other than the sectors' own voxel faces have to be cut in."""
        return bool(self.tumours or self.taken_out or self.clip_to or any(self.margin_mm))


@dataclass(frozen=True, eq=False)
class Assembled:
    """A target as put together.

    Attributes
    ----------
    structure : Structure
    removed_cc : dict of str to float
        Volume that each structure took out, by its name; of `clip_to` what lay outside it.
    bone : Structure or None
        The sectors alone.
    """

    structure: Structure
    removed_cc: dict[str, float]
    bone: Structure | None


def assemble(recipe: Recipe) -> Assembled:
    """Put a target together.

    Without tumour, margin, or anything taken out it has exactly the sectors' voxels. Otherwise
    these voxels are cut into whole parts (`lattice.CELL_MM`) and hold surfaces as partial
    occupancy (`uniting`).

    Raises
    ------
    InputError
        Nothing is left.
    """
    base = base_grid(recipe.sectors[0][0])
    report_progress(fraction=0.0)
    bone = _bone(recipe, base)
    core = bone
    loose = list(recipe.tumours)
    if recipe.margin_around == MARGIN_AROUND[1] and loose:
        core, loose = _joined([bone, *loose], base, recipe), []
    report_progress(fraction=0.2)
    if core is not None and any(recipe.margin_mm):
        core = expanded(core, recipe.margin_mm)
    solids = [solid for solid in (core, *loose) if solid is not None]
    if not solids:
        raise InputError(f"Target {recipe.name} is empty: it has neither bone nor tumor.")
    report_progress(fraction=0.6)
    grid = grid_around(solids, base, fine=recipe.cuts)
    values = _united(solids, grid)
    removed = {}
    cc = grid.voxel_volume_mm3 / 1000.0
    for out in recipe.taken_out:
        report_progress(fraction=0.8)
        left = without(values, occupancy(out, grid), grid)
        removed[out.name] = float((values - left).sum()) * cc
        values = left
    if recipe.clip_to is not None:
        report_progress(fraction=0.9)
        left = common(values, occupancy(recipe.clip_to, grid), grid)
        removed[recipe.clip_to.name] = float((values - left).sum()) * cc
        values = left
    values[values < NEGLIGIBLE] = 0.0
    if not (values >= 0.5).any():
        names = ", ".join(removed) or "its voxels"
        raise InputError(f"Nothing is left of target {recipe.name} after {names}; check the names.")
    structure = Structure.from_mask(
        recipe.name, values, grid.ijk_to_ras, interpreted_type=INTERPRETED_TYPE
    )
    return Assembled(structure, removed, bone)


def base_grid(sectors: VertebraSectors) -> Grid:
    """The grid that all sectors of a vertebra lie on.

    Raises
    ------
    InputError
        The vertebra is no mask.
    """
    shape = sectors.vertebra.shape
    if not isinstance(shape, OccupancyMask):
        raise InputError(
            f"Vertebra {sectors.vertebra.name} must be a mask once it is split; use split_vertebra."
        )
    return shape.grid


def _bone(recipe: Recipe, base: Grid) -> Structure | None:
    """The chosen sectors of all levels; None where there is none."""
    chosen = [level for level, names in recipe.sectors if names]
    if not chosen:
        return None
    grid = grid_around([level.vertebra for level in chosen], base, fine=False)
    values: FloatArray = np.zeros(grid.shape_kji)
    for level, names in recipe.sectors:
        for name in names:
            report_progress()
            # Sectors and vertebrae do not overlap: what they fill of a voxel adds up.
            values += occupancy(level.sector(name), grid)
    return Structure.from_mask(recipe.name, np.minimum(values, 1.0), grid.ijk_to_ras)


def _joined(solids: Sequence[Structure | None], base: Grid, recipe: Recipe) -> Structure:
    some = [solid for solid in solids if solid is not None]
    grid = grid_around(some, base, fine=True)
    return Structure.from_mask(recipe.name, _united(some, grid), grid.ijk_to_ras)


def _united(solids: Sequence[Structure], grid: Grid) -> FloatArray:
    values = occupancy(solids[0], grid)
    for solid in solids[1:]:
        report_progress()
        values = united(values, occupancy(solid, grid), grid)
    return values
