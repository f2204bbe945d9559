"""Conformity, gradient and coverage of a target."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from ..geometry import InputError
from .grid import DoseGrid
from .samples import DoseSamples

POINTS_PER_EDGE = 4
"""Sub-voxel points along each edge of a voxel that an isodose surface cuts."""


@dataclass(frozen=True)
class DoseIndices:
    """Plan quality of one target; volumes of isodoses are those inside the dose grid.

    Attributes
    ----------
    prescription_isodose_cc, half_prescription_isodose_cc : float
        Volumes at or above 100 % and 50 % of the prescription (PIV, PIV50).
    coverage_percent : float
        Share of the target at or above the prescription.
    rtog_conformity : float
        PIV / TV (Shaw et al. 1993).
    paddick : float
        TV_PIV^2 / (TV * PIV) (Paddick 2000); 1 is perfect.
    gradient : float
        PIV50 / PIV (Paddick and Lippitz 2006).
    homogeneity : float
        (D2% - D98%) / D50% (ICRU 83).
    """

    prescription_isodose_cc: float
    half_prescription_isodose_cc: float
    coverage_percent: float
    rtog_conformity: float
    paddick: float
    gradient: float
    homogeneity: float


def isodose_volume_cc(dose: DoseGrid, level_gy: float) -> float:
    """Volume of the dose grid that receives at least `level_gy`, in cc.

    Voxels that the isodose surface cuts count with the share of their trilinear interpolation that
    lies above it.
    """
    above = dose.values_gy >= level_gy
    if not above.any():
        return 0.0
    box = tuple(
        slice(max(0, int(used.min()) - 1), int(used.max()) + 2) for used in np.nonzero(above)
    )
    values, above = dose.values_gy[box], above[box]
    block = np.ones((3, 3, 3), dtype=bool)
    surely = ndimage.binary_erosion(above, block, border_value=True)
    cut = ndimage.binary_dilation(above, block) & ~surely
    offsets = (np.arange(POINTS_PER_EDGE) + 0.5) / POINTS_PER_EDGE - 0.5
    sub = np.stack(np.meshgrid(offsets, offsets, offsets, indexing="ij"), axis=-1).reshape(-1, 3)
    kji = np.argwhere(cut)
    share = 0.0
    for start in range(0, len(kji), 20_000):
        points = (kji[start : start + 20_000, np.newaxis] + sub).reshape(-1, 3)
        doses = ndimage.map_coordinates(values, points.T, order=1, mode="nearest")
        share += np.count_nonzero(doses >= level_gy) / len(sub)
    voxels = np.count_nonzero(surely) + share
    return float(voxels * dose.grid.voxel_volume_mm3 / 1000.0)


def dose_indices(target: DoseSamples, dose: DoseGrid, *, prescription_gy: float) -> DoseIndices:
    """Indices of one target against the prescription.

    Parameters
    ----------
    target : DoseSamples
        Of the target; its volume outside the dose grid counts as not covered.
    dose : DoseGrid
    prescription_gy : float
        Total dose.

    Raises
    ------
    InputError
        The prescription is not positive.
    """
    if not prescription_gy > 0:
        raise InputError(f"The prescription of {prescription_gy:g} Gy must be positive.")
    covered = target.volume_at_dose(prescription_gy)
    isodose = isodose_volume_cc(dose, prescription_gy)
    half = isodose_volume_cc(dose, 0.5 * prescription_gy)
    nan = float("nan")
    volume = target.volume_cc
    spread = target.dose_at_volume(percent=2) - target.dose_at_volume(percent=98)
    median = target.dose_at_volume(percent=50)
    return DoseIndices(
        prescription_isodose_cc=isodose,
        half_prescription_isodose_cc=half,
        coverage_percent=100.0 * covered / volume,
        rtog_conformity=isodose / volume,
        paddick=covered**2 / (volume * isodose) if isodose > 0 else nan,
        gradient=half / isodose if isodose > 0 else nan,
        homogeneity=spread / median if median > 0 else nan,
    )
