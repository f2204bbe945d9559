"""Measuring a failure: a recurrence's segmentation brought to the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from ...dose import DoseGrid, DoseSamples
from ...geometry import Cells, InputError, Structure, moved
from ..answers import check_range
from .failure import SAME_IMAGE, FailureMeasurement, FailureThresholds
from .failure_dose import (
    IsodoseShares,
    dose_bands,
    patterns_between,
    patterns_when_shifted,
    read_dose,
)
from .failure_places import inside, place_shares, spread_points

CELLS = 30_000
"""Cells in which the share in other structures is counted."""
CELL_LIMITS_MM = (0.1, 2.0)
LARGEST_ERROR_MM = 100.0
UNNAMED = "a transform"


def measure_failure(
    recurrence: Structure,
    dose: DoseGrid,
    prescription_gy: float,
    *,
    target: Structure | None = None,
    to_plan: ArrayLike | None = None,
    registration: str = "",
    registration_error_mm: float | None = None,
    thresholds: FailureThresholds | None = None,
    vertebrae: Mapping[str, Structure] | None = None,
    treated_levels: Sequence[str] = (),
    canal: Structure | None = None,
) -> FailureMeasurement:
    """Measure where a recurrence lies: in the plan's dose and, apart from that, in the anatomy.

    The pattern (`failure_dose.pattern_for`) is by volume share in isodoses; its limits are borrowed
    from glioma. The part outside the dose grid is taken once at 0 Gy and once in the high isodose:
    where that makes a difference the pattern is open. So it is where a share is within its own
    uncertainty of a limit. With a registration error the recurrence is shifted by it in 26
    directions, and all patterns that occur are listed beside the one found.

    The places (`failure_places.place_shares`) are those at the registered position. The paper's own
    figures mix the two: "5 % at the immediately adjacent spine (marginal failure)".

    Parameters
    ----------
    recurrence : Structure
        On the follow-up image, or already on the planning image.
    dose : DoseGrid
    prescription_gy : float
        Total dose.
    target : Structure, optional
        On the planning image; the paper's in-field is growth inside the target volume.
    to_plan : (4, 4) array_like, optional
        Rigid, RAS mm, from the follow-up image to the planning image. Without it the recurrence
        lies on the planning image.
    registration : str
        Name of the transform; also one that was hardened on the recurrence before, without
        `to_plan`. Empty without either: "same image".
    registration_error_mm : float, optional
        What the person who checked the registration takes for its error.
    thresholds : FailureThresholds, optional
    vertebrae : mapping of level to Structure, optional
    treated_levels : sequence of str
    canal : Structure, optional

    Returns
    -------
    FailureMeasurement

    Raises
    ------
    InputError
        The transform is not rigid, the recurrence is empty, the prescription or the error is no
        positive number, or a level is none.
    """
    if not (np.isfinite(prescription_gy) and prescription_gy > 0):
        raise InputError(
            f"The prescription of {prescription_gy:g} Gy must be a positive dose in Gy."
        )
    check_range("Registration error", registration_error_mm, 0, LARGEST_ERROR_MM, "mm")
    limits = thresholds or FailureThresholds()
    name = _registration(registration, to_plan is not None)
    placed = recurrence if to_plan is None else moved(recurrence, to_plan)
    if not placed.volume_cc > 0:
        raise InputError(f"The recurrence {recurrence.name} is empty; there is nothing to measure.")
    samples, shares = read_dose(placed, dose, prescription_gy, limits)
    found = possible = shares.patterns(limits)
    error_mm = registration_error_mm
    if error_mm:
        shifted = patterns_when_shifted(placed, dose, prescription_gy, limits, error_mm)
        possible = patterns_between((*found, *shifted))
    remarks = _remarks(shares, found, samples, dose)
    if error_mm is None and name != SAME_IMAGE:
        remarks.append("the registration's error was not given and is not taken into account")
    cells = placed.cells(_cell_mm(placed))
    where = place_shares(cells, vertebrae, treated_levels, canal)
    # The dose of a part is not that of the recurrence.
    is_known = not shares.outside
    return FailureMeasurement(
        recurrence=recurrence.name,
        volume_cc=placed.volume_cc,
        bands=dose_bands(samples, prescription_gy, limits),
        outside_dose_percent=shares.outside,
        in_target_percent=None if target is None else _percent_inside(target, cells),
        pattern=found[0] if len(found) == 1 else "",
        patterns_within_error=possible,
        reason="; ".join(remarks),
        min_gy=samples.min_gy if is_known else None,
        mean_gy=samples.mean_gy if is_known else None,
        max_gy=samples.max_gy if is_known else None,
        d95_gy=samples.dose_at_volume(percent=95.0) if is_known else None,
        thresholds=limits,
        prescription_gy=float(prescription_gy),
        registration=name,
        registration_error_mm=error_mm,
        places=where.places,
        place_shares=where.shares,
        place_reason=where.reason,
    )


def _registration(name: str, has_transform: bool) -> str:
    if has_transform and name == SAME_IMAGE:
        raise InputError(
            "A transform is given for a recurrence that is said to lie on the planning image "
            f"({SAME_IMAGE}); leave out one of the two."
        )
    return name or (UNNAMED if has_transform else SAME_IMAGE)


def _remarks(
    shares: IsodoseShares, found: Sequence[str], samples: DoseSamples, dose: DoseGrid
) -> list[str]:
    """Why there is no pattern, and what else the reader should know of the dose."""
    remarks = []
    if shares.outside:
        remarks.append(
            f"{shares.outside:.3g} % of it lies outside the dose grid, where the dose is not known"
        )
    elif len(found) > 1:
        points = max(shares.high_uncertainty, shares.low_uncertainty)
        remarks.append(
            "a share is nearer to its limit than its own uncertainty of up to "
            f"{points:.2g} percentage points"
        )
    voxel_cc = dose.grid.voxel_volume_mm3 / 1000.0
    if samples.volume_cc < voxel_cc:
        remarks.append(
            f"it is smaller than one voxel of the dose grid ({voxel_cc:.2g} cc), between whose "
            "centers the dose is interpolated"
        )
    return remarks


def _percent_inside(structure: Structure, cells: Cells) -> float:
    within = cells.volumes_mm3[inside(structure, spread_points(cells))].sum()
    return float(100.0 * within / cells.volumes_mm3.sum())


def _cell_mm(structure: Structure) -> float:
    step = (structure.volume_cc * 1000.0 / CELLS) ** (1 / 3)
    return float(np.clip(step, *CELL_LIMITS_MM))
