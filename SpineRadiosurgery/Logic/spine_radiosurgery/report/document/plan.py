"""The parts of `report.json` beside metrics and constraints: indices, fall-off, biology, PRV."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...cord import PlanningRiskVolume
from ...dose import LIMITS_OF_USE, DoseIndices, FallOff
from ...geometry import SurfaceDistance
from ..model import Report
from .values import reason_of, uncertainty_of

FALLOFF_KEYS = (
    "from_percent", "to_percent", "toward", "plane", "median_mm", "min_mm", "max_mm", "rays",
    "not_reached_90", "not_reached_50", "lower_bound", "min_at_ras", "max_at_ras",
    "isodose_to_cord_mm", "isodose_to_cord_median_mm",
)  # fmt: skip


def indices_document(indices: DoseIndices | None) -> dict[str, Any]:
    """Indices by name, with what may have moved them and why some have no value."""
    if indices is None:
        return {
            "indices": {},
            "indices_uncertainty": {},
            "indices_reasons": {},
            "indices_notes": (),
        }
    values = indices.values()
    return {
        "indices": values,
        "indices_uncertainty": {
            name: uncertainty_of(values[name], uncertainty)
            for name, uncertainty in indices.uncertainties.items()
        },
        "indices_reasons": dict(indices.reasons),
        "indices_notes": tuple(indices.notes),
    }


def falloff_document(report: Report) -> dict[str, Any] | None:
    """The fall-off asked for, and both planes beside it."""
    if report.falloff is None:
        return None
    planes = {plane: _falloff(found, plane) for plane, found in report.falloff.found.items()}
    return {**planes[report.falloff.plane], "planes": planes}


def _falloff(found: FallOff | str, plane: str) -> dict[str, Any]:
    if isinstance(found, str):
        nothing: dict[str, Any] = dict.fromkeys(FALLOFF_KEYS)
        return {**nothing, "plane": plane, "rays": 0, "reason": found}
    row = {key: getattr(found, key) for key in FALLOFF_KEYS}
    row["min_at_ras"] = _known_point(found.min_at_ras)
    row["max_at_ras"] = _known_point(found.max_at_ras)
    return {**row, "reason": reason_of(found.median_mm, found.reason)}


def _known_point(point_ras: NDArray[np.float64]) -> NDArray[np.float64] | None:
    return point_ras if np.isfinite(point_ras).all() else None


def gap_document(gaps: Mapping[str, SurfaceDistance], target: str) -> dict[str, Any] | None:
    """Smallest distance from a target to the cord, and where."""
    gap = gaps.get(target)
    if gap is None:
        return None
    return {
        "distance_mm": gap.distance_mm,
        "target_ras": gap.first_ras,
        "cord_ras": gap.second_ras,
    }


def prv_document(prv: PlanningRiskVolume | None) -> dict[str, Any] | None:
    """The planning risk volume of the cord, where one was asked for."""
    if prv is None:
        return None
    return {
        "name": prv.structure.name,
        "margin_mm": prv.margin_mm,
        "achieved_min_mm": prv.achieved_min_mm,
        "achieved_mean_mm": prv.achieved_mean_mm,
        "volume_cc": prv.volume_cc,
    }


def biology_document(report: Report) -> dict[str, Any] | None:
    """BED and EQD2 with their limits of use, where they were asked for."""
    if report.alpha_beta_gy is None:
        return None
    return {
        "alpha_beta_gy": report.alpha_beta_gy,
        "fractions": report.prescription.fractions,
        "limits_of_use": LIMITS_OF_USE,
        "rows": [
            {
                "structure": row.structure,
                "metric": row.metric,
                "dose_gy": row.dose_gy,
                "bed_gy": row.bed_gy,
                "bed_uncertainty_gy": uncertainty_of(row.bed_gy, row.bed_uncertainty_gy),
                "eqd2_gy": row.eqd2_gy,
                "eqd2_uncertainty_gy": uncertainty_of(row.eqd2_gy, row.eqd2_uncertainty_gy),
                "beyond_model": row.beyond_model,
                "reason": reason_of(row.bed_gy, row.reason),
            }
            for row in report.biology
        ],
    }
