"""The planning risk volume (PRV): the cord with a margin for what moves and what is uncertain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from ..geometry import (
    Structure,
    expanded,
    margins_mm,
    nearest_neighbours,
    report_progress,
    surface_points,
)

MARGIN_MM = 2.0
"""Margin of a cord PRV in spine radiosurgery (Gutfeld et al. 2009 study one of 2 mm)."""
STRUCTURE_NAME = "SpinalCord_PRV"
"""AAPM TG-263 (Mayo et al. 2018): organ, `_PRV`, the margin in whole mm, two digits."""
SURFACE_STEP_MM = 0.5
CORD_STEP_MM = 0.2


@dataclass(frozen=True, eq=False)
class PlanningRiskVolume:
    """The cord with its margin.

    Attributes
    ----------
    structure : Structure
        A mask with partial voxels, named after TG-263: `SpinalCord_PRV02`; `SpinalCord_PRV` where
        the margins differ or are no whole millimetres.
    margin_mm : tuple of 6 floats
        Asked to the right, left, anterior, posterior, superior and inferior side.
    achieved_min_mm, achieved_mean_mm : float
        Distance from the PRV's surface back to the cord's: the smallest and the mean.
    volume_cc : float
    """

    structure: Structure
    margin_mm: tuple[float, ...]
    achieved_min_mm: float
    achieved_mean_mm: float
    volume_cc: float


def prv(cord: Structure, margin_mm: float | Sequence[float] = MARGIN_MM) -> PlanningRiskVolume:
    """Make the planning risk volume of a cord and measure the margin that it really has.

    Parameters
    ----------
    cord : Structure
    margin_mm : float or sequence of 6 floats
        True millimetres from the cord's surface, to all sides or to the right, left, anterior,
        posterior, superior and inferior side.

    Raises
    ------
    InputError
        A margin is negative or not finite, or there are neither one nor six.
    """
    margins = margins_mm(margin_mm)
    report_progress(f"Expanding {cord.name}", 0.0)
    structure = expanded(cord, margins, name=prv_name(margins))
    smallest = mean = 0.0
    if any(margins):
        report_progress("Measuring the margin", 0.7)
        surface = cKDTree(surface_points(cord, CORD_STEP_MM))
        report_progress()
        away = nearest_neighbours(surface, surface_points(structure, SURFACE_STEP_MM))[0]
        smallest, mean = float(away.min()), float(np.mean(away))
    return PlanningRiskVolume(structure, margins, smallest, mean, structure.volume_cc)


def prv_name(margins: Sequence[float]) -> str:
    """Name of a cord PRV after TG-263."""
    margin = margins[0]
    whole = all(m == margin for m in margins) and margin == int(margin) and margin < 100
    return f"{STRUCTURE_NAME}{int(margin):02d}" if whole else STRUCTURE_NAME
