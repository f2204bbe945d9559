"""The report as the document that `report.json` holds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime, timezone
from pathlib import PurePath
from typing import Any

import numpy as np

from ..cord import CordVolume, find_sites
from ..geometry import InputError, Structure
from ..tolerance import ConstraintResult
from .model import SCHEMA_VERSION, Report
from .versions import generated_by, versions

SIGNIFICANT_DIGITS = 7
"""Enough for every unit; rounding noise of one machine or another lies below."""
CONSTRAINT_KEYS = (
    "protocol", "group", "role", "structure", "constraint_structure", "metric", "comparator",
    "limit", "caution_limit", "value", "unit", "uncertainty", "outside_dose_cc", "status",
    "reason", "note", "citation", "verified",
)  # fmt: skip
SWITCHED_OFF_KEYS = (
    "group", "role", "structure", "metric", "comparator", "limit", "unit", "note", "citation",
    "verified",
)  # fmt: skip
FALLOFF_KEYS = (
    "from_percent", "to_percent", "toward", "plane", "median_mm", "min_mm", "max_mm", "rays",
    "not_reached_90", "not_reached_50", "lower_bound", "reason",
)  # fmt: skip
CORD_VOLUME_KEYS = (
    "mode", "margin_mm", "lower_mm", "upper_mm", "target_lower_mm", "target_upper_mm",
    "missing_superior_mm", "missing_inferior_mm", "missing_cc", "tilt_deg",
)  # fmt: skip
NO_VALUE = "the value could not be had"


def report_document(report: Report, *, generated_at: datetime | None = None) -> dict[str, Any]:
    """Return `report.json` (format: `report.schema.json`).

    Numbers have seven significant digits; what could not be had is null with its reason beside it.
    The document holds no absolute path. Two documents of the same report differ by their time only.

    Parameters
    ----------
    report : Report
    generated_at : datetime, optional
        Now when not given.
    """
    moment = generated_at or datetime.now(timezone.utc)
    volumes = [_cord_volume(report, v) for v in report.cord_volumes]
    targets = [_target(report, t) for t in report.targets]
    document = {
        "schema_version": SCHEMA_VERSION,
        "generated_by": generated_by(),
        "generated_at": moment.astimezone(timezone.utc).isoformat(timespec="seconds"),
        "research_use_only": True,
        "case": _case(report),
        "prescription": {
            "dose_gy": report.prescription.dose_gy,
            "fractions": report.prescription.fractions,
            "source": report.prescription.source,
        },
        "target": {**targets[0], "indices": dict(report.indices)},
        "targets": targets,
        "cord": report.cord.name,
        "cord_volumes": volumes,
        "cord_volume": volumes[0],
        "verdict": {
            "status": report.verdict.status,
            "reason": report.verdict.reason,
            "decided_by": report.verdict.decided_by,
        },
        "metrics": [
            {
                "structure": row.structure,
                "metric": row.metric.name,
                "value": row.metric.value,
                "unit": row.metric.unit,
                "uncertainty": _uncertainty(row.metric.value, row.metric.uncertainty),
                "reason": _reason(row.metric.value, row.metric.reason),
            }
            for row in report.metrics
        ],
        "constraints": [_constraint(row) for row in report.constraints],
        "switched_off": [
            {
                "protocol": report.protocol.identifier,
                **{key: getattr(row, key) for key in SWITCHED_OFF_KEYS},
            }
            for row in report.switched_off
        ],
        "falloff": _falloff(report.falloff),
        "robustness": None if report.robustness is None else dict(report.robustness),
        "warnings": list(report.warnings),
        "provenance": _provenance(report),
    }
    return dict(plain(document))


class _Exact(float):
    """A float that is written with all its digits."""


def plain(value: Any) -> Any:
    """Return JSON types only: floats rounded, nan as null, arrays as lists, paths as names."""
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return _scalar(value)


def _scalar(value: Any) -> str | int | float | None:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return float(value) if isinstance(value, _Exact) else rounded(value)
    if isinstance(value, PurePath):
        return value.name
    if isinstance(value, date):
        return value.isoformat()
    raise InputError(
        f"A {type(value).__name__} cannot be written to report.json; give plain values."
    )


def rounded(value: float) -> float | None:
    """Round to the document's significant digits; None when not finite."""
    if not math.isfinite(value):
        return None
    # Adding zero turns -0.0 into 0.0.
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}") + 0.0


def _reason(value: float, reason: str) -> str:
    return reason or ("" if math.isfinite(value) else NO_VALUE)


def _case(report: Report) -> dict[str, Any]:
    case = report.case
    image, dose = case.image, case.dose
    own = {s.name: s for s in (*report.targets, report.cord)}
    listed = {**own, **{s.name: s for s in case.structures}}
    rows = [_structure(report, s, report.roles.get(s.name, "ignore")) for s in listed.values()]
    rows += [_structure(report, v.structure, "cord_volume") for v in report.cord_volumes]
    return {
        "identifier": case.identifier,
        "image": None
        if image is None
        else {
            "modality": image.modality,
            "label": image.label,
            "size_ijk": image.values.shape[::-1],
            "spacing_mm": image.grid.spacing_mm,
            "slice_thickness_mm": image.slice_thickness_mm,
        },
        "dose": None
        if dose is None
        else {
            "label": case.dose_label,
            "summation": case.dose_summation,
            "maximum_gy": dose.max_gy,
            "size_ijk": dose.values_gy.shape[::-1],
            "spacing_mm": dose.grid.spacing_mm,
        },
        "structures": rows,
        "unusable": [{"name": n, "reason": why} for n, why in case.unusable.items()],
    }


def _structure(report: Report, structure: Structure, role: str) -> dict[str, Any]:
    samples = report.samples.get(structure.name)
    return {
        "name": structure.name,
        "role": role,
        "volume_cc": structure.volume_cc if samples is None else samples.volume_cc,
        "outside_dose_cc": None if samples is None else samples.outside_dose_cc,
        "interpreted_type": structure.interpreted_type,
    }


def _target(report: Report, target: Structure) -> dict[str, Any]:
    sites, _ = find_sites([target], report.cord_volumes[0].margin_mm)
    return {
        "name": target.name,
        "volume_cc": report.samples[target.name].volume_cc,
        "length_mm": max(s.upper_mm for s in sites) - min(s.lower_mm for s in sites),
        "V100%[%]": report.metric(target.name, "V100%[%]").value,
        "D95%[Gy]": report.metric(target.name, "D95%[Gy]").value,
        "outside_dose_cc": report.samples[target.name].outside_dose_cc,
    }


def _cord_volume(report: Report, volume: CordVolume) -> dict[str, Any]:
    samples = report.samples[volume.structure.name]
    return {
        "name": volume.structure.name,
        "target": volume.target_name,
        "volume_cc": volume.volume_cc,
        "superior_mm": volume.superior_mm,
        "inferior_mm": volume.inferior_mm,
        "length_mm": volume.length_mm,
        "truncated": volume.truncated,
        "outside_dose_cc": samples.outside_dose_cc,
        **{key: getattr(volume, key) for key in CORD_VOLUME_KEYS},
        "hottest_point_ras": samples.hottest_point_ras,
    }


def _constraint(row: ConstraintResult) -> dict[str, Any]:
    found = {key: getattr(row, key) for key in CONSTRAINT_KEYS}
    found["reason"] = _reason(row.value, row.reason)
    found["uncertainty"] = _uncertainty(row.value, row.uncertainty)
    value = rounded(row.value)
    # Rounding must not move a value onto its limit: the status beside it would look wrong.
    found["value"] = value if value != row.limit or row.value == row.limit else _Exact(row.value)
    return found


def _uncertainty(value: float, uncertainty: float) -> float | None:
    """Three digits of it; what lies below the value's own last digit is 0."""
    if not math.isfinite(uncertainty):
        return None
    if uncertainty < abs(value) * 10.0**-SIGNIFICANT_DIGITS:
        return 0.0
    return float(f"{uncertainty:.3g}")


def _falloff(found: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if found is None:
        return None
    row = {key: found.get(key) for key in FALLOFF_KEYS}
    median = row["median_mm"]
    row["reason"] = _reason(math.nan if median is None else float(median), row["reason"] or "")
    return row


def _provenance(report: Report) -> dict[str, Any]:
    return {
        "versions": versions(),
        "parameters": dict(report.parameters),
        "input_files": [
            {"name": s.name, "kind": s.kind, "sha256": s.sha256} for s in report.case.sources
        ],
        "protocol": {
            "identifier": report.protocol.identifier,
            "title": report.protocol.title,
            "version": report.protocol.version,
            "citation": report.protocol.citation,
            "note": report.protocol.note,
            "sha256": report.protocol.sha256,
        },
    }
