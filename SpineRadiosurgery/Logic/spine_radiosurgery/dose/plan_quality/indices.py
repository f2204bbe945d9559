"""Conformity, gradient, homogeneity and coverage of a target."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from ...geometry import InputError, Structure
from ..grid import DoseGrid
from ..samples import DoseSamples
from .away import largest_dose_away_gy
from .isodoses import IsodoseVolume, isodose_volume

AWAY_MM = 20.0
"""Distance of the D2cm dose from the target (RTOG 0915)."""
NOTHING_CC = 1e-4
"""Less of the target than this outside the dose grid is rounding."""


@dataclass(frozen=True)
class DoseIndices:
    """Plan quality of one target; volumes of isodoses are those inside the dose grid.

    PIV is the volume at or above the prescription, PIV50 at or above half of it, TV the target's
    volume, TV_PIV the part of the target at or above the prescription. What could not be had is nan
    and stands in `reasons`.

    Attributes
    ----------
    prescription_isodose_cc, half_prescription_isodose_cc : float
        PIV and PIV50.
    coverage_percent : float
        TV_PIV / TV in percent.
    rtog_conformity : float
        PIV / TV (Shaw et al. 1993).
    rtog_quality : float
        Smallest dose in the target / prescription (Shaw et al. 1993, coverage Q).
    rtog_homogeneity : float
        Largest dose in the target / prescription (Shaw et al. 1993, MDPD).
    paddick : float
        TV_PIV^2 / (TV PIV) (Paddick 2000); 1 is perfect, less is worse.
    paddick_inverse : float
        TV PIV / TV_PIV^2; 1 is perfect, more is worse. Some vendors call this one "Paddick".
    gradient : float
        PIV50 / PIV (Paddick and Lippitz 2006).
    r50 : float
        PIV50 / TV (RTOG 0915, R50%).
    gradient_distance_mm : float
        R_eff(PIV50) - R_eff(PIV), R_eff = (3 V / 4 pi)^(1/3) (table 1 of
        PMC5965485).
    homogeneity : float
        (D2% - D98%) / D50% (ICRU 83); 0 is perfect.
    d2cm_gy, d2cm_percent : float
        Largest dose at 2 cm or more from the target in any direction, Gy and percent of the
        prescription (RTOG 0915).
    uncertainties : mapping of str to float
        Of isodose volumes and what is made of them: half-widths, because the dose is known at voxel
        centres only.
    reasons : mapping of str to str
        Why an index is nan, by its name.
    notes : tuple of str
        What a reader must know: isodoses that leave the dose grid.
    """

    prescription_isodose_cc: float
    half_prescription_isodose_cc: float
    coverage_percent: float
    rtog_conformity: float
    rtog_quality: float
    rtog_homogeneity: float
    paddick: float
    paddick_inverse: float
    gradient: float
    r50: float
    gradient_distance_mm: float
    homogeneity: float
    d2cm_gy: float
    d2cm_percent: float
    uncertainties: Mapping[str, float] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def values(self) -> dict[str, float]:
        """Return the indices by name; nan where undefined."""
        about = ("uncertainties", "reasons", "notes")
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in about}


def dose_indices(
    samples: DoseSamples,
    dose: DoseGrid,
    *,
    prescription_gy: float,
    target: Structure | None = None,
) -> DoseIndices:
    """Indices of one target against the prescription.

    Parameters
    ----------
    samples : DoseSamples
        Of the target.
    dose : DoseGrid
        Isodose volumes follow its interpolation (see `isodose_volume`).
    prescription_gy : float
        Total dose.
    target : Structure, optional
        Needed for the D2cm dose.

    Raises
    ------
    InputError
        The prescription is not positive.
    """
    if not prescription_gy > 0:
        raise InputError(f"The prescription of {prescription_gy:g} Gy must be positive.")
    full = isodose_volume(dose, prescription_gy)
    half = isodose_volume(dose, 0.5 * prescription_gy)
    reasons: dict[str, str] = {}
    found = {
        "prescription_isodose_cc": full.volume_cc,
        "half_prescription_isodose_cc": half.volume_cc,
        **_of_isodoses(samples, full, half, reasons),
        **_of_target(samples, full, prescription_gy, reasons),
    }
    notes = [note for isodose in (full, half) if (note := _leaving(isodose, prescription_gy))]
    found["d2cm_gy"], note = _away(target, dose, reasons)
    found["d2cm_percent"] = 100.0 * found["d2cm_gy"] / prescription_gy
    if "d2cm_gy" in reasons:
        reasons["d2cm_percent"] = reasons["d2cm_gy"]
    return DoseIndices(
        **found,
        uncertainties=_uncertainties(found, full, half),
        reasons=reasons,
        notes=(*notes, *([note] if note else [])),
    )


def _of_isodoses(
    samples: DoseSamples, full: IsodoseVolume, half: IsodoseVolume, reasons: dict[str, str]
) -> dict[str, float]:
    """Indices made of isodose volumes and the target's volume."""
    found = {
        "rtog_conformity": full.volume_cc / samples.volume_cc,
        "r50": half.volume_cc / samples.volume_cc,
        "gradient": math.nan,
        "gradient_distance_mm": math.nan,
    }
    if full.volume_cc > 0:
        found["gradient"] = half.volume_cc / full.volume_cc
        found["gradient_distance_mm"] = _radius_mm(half.volume_cc) - _radius_mm(full.volume_cc)
    else:
        reason = f"no part of the dose grid receives the prescription of {full.level_gy:g} Gy"
        reasons.update(dict.fromkeys(("gradient", "gradient_distance_mm"), reason))
    return found


def _of_target(
    samples: DoseSamples, full: IsodoseVolume, prescription_gy: float, reasons: dict[str, str]
) -> dict[str, float]:
    """Indices that need the dose of the whole target."""
    names = (
        "coverage_percent", "rtog_quality", "rtog_homogeneity", "paddick", "paddick_inverse",
        "homogeneity",
    )  # fmt: skip
    found = dict.fromkeys(names, math.nan)
    if samples.outside_dose_cc > NOTHING_CC:
        reason = (
            f"{samples.outside_dose_cc:.3g} cc of the target lies outside the dose grid, "
            "its dose is not known"
        )
        reasons.update(dict.fromkeys(names, reason))
        return found
    covered = samples.volume_at_dose(prescription_gy)
    found["coverage_percent"] = 100.0 * covered / samples.covered_cc
    found["rtog_quality"] = samples.min_gy / prescription_gy
    found["rtog_homogeneity"] = samples.max_gy / prescription_gy
    spread = samples.dose_at_volume(percent=2) - samples.dose_at_volume(percent=98)
    median = samples.dose_at_volume(percent=50)
    if median > 0:
        found["homogeneity"] = spread / median
    else:
        reasons["homogeneity"] = "the median dose of the target is 0 Gy"
    nowhere = f"no part of the target receives the prescription of {prescription_gy:g} Gy"
    if full.volume_cc > 0:
        found["paddick"] = covered**2 / (samples.volume_cc * full.volume_cc)
    else:
        reasons["paddick"] = nowhere
    if covered > 0:
        found["paddick_inverse"] = samples.volume_cc * full.volume_cc / covered**2
    else:
        reasons["paddick_inverse"] = nowhere
    return found


def _away(target: Structure | None, dose: DoseGrid, reasons: dict[str, str]) -> tuple[float, str]:
    """Return the largest dose 2 cm from the target, and what must be said about it."""
    if target is None:
        reasons["d2cm_gy"] = "the target's outline was not given"
        return math.nan, ""
    value, complete = largest_dose_away_gy(target, dose, AWAY_MM)
    if math.isnan(value):
        reasons["d2cm_gy"] = "the dose grid does not reach 2 cm from the target"
    elif not complete:
        return value, (
            "The dose grid does not surround the target by 2 cm: the D2cm dose is the largest "
            "inside the grid, a lower bound."
        )
    return value, ""


def _leaving(isodose: IsodoseVolume, prescription_gy: float) -> str:
    if not isodose.leaves_grid:
        return ""
    percent = 100.0 * isodose.level_gy / prescription_gy
    return (
        f"The {percent:.0f} % isodose ({isodose.level_gy:g} Gy) leaves the dose grid: its volume "
        f"of {isodose.volume_cc:.3g} cc, and the indices made of it, are lower bounds or, where "
        "they divide by it, upper bounds."
    )


def _radius_mm(volume_cc: float) -> float:
    """Radius of the sphere with this volume."""
    return float((3000.0 * volume_cc / (4.0 * math.pi)) ** (1.0 / 3.0))


def _uncertainties(
    found: Mapping[str, float], full: IsodoseVolume, half: IsodoseVolume
) -> dict[str, float]:
    """Carry the isodose volumes' uncertainties over to the indices made of them.

    Both isodoses err in the same sense (a chord lies inside a convex isodose), so the errors of a
    quotient or difference partly cancel; their plain sum bounds them. Of the covered target, twice
    in Paddick's index, no more is uncertain than of the whole isodose.
    """
    of_full = full.uncertainty_cc / full.volume_cc if full.volume_cc > 0 else math.nan
    of_half = half.uncertainty_cc / half.volume_cc if half.volume_cc > 0 else math.nan
    conformity = found["rtog_conformity"]
    covered_share = found["coverage_percent"] / 100.0 / conformity if conformity > 0 else math.nan
    of_paddick = of_full * (1.0 + 2.0 / covered_share) if covered_share > 0 else math.nan
    return {
        "prescription_isodose_cc": full.uncertainty_cc,
        "half_prescription_isodose_cc": half.uncertainty_cc,
        "rtog_conformity": found["rtog_conformity"] * of_full,
        "paddick": found["paddick"] * of_paddick,
        "paddick_inverse": found["paddick_inverse"] * of_paddick,
        "gradient": found["gradient"] * (of_full + of_half),
        "r50": found["r50"] * of_half,
        "gradient_distance_mm": (
            _radius_mm(half.volume_cc) * of_half + _radius_mm(full.volume_cc) * of_full
        )
        / 3.0,
    }
