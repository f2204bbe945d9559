"""The report as the document that `report.json` holds."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timezone
from typing import Any

from ...assessment.record.document import record_document
from ...cord import CordVolume, find_sites
from ...geometry import Structure
from ...tolerance import ConstraintResult
from ..model import SCHEMA_VERSION, Report, StructureMetric
from ..versions import generated_by, versions
from .dvh import dvh_document
from .plan import (
    biology_document,
    falloff_document,
    gap_document,
    indices_document,
    prv_document,
)
from .targets import definitions_document, skin_document
from .values import Exact, plain, reason_of, rounded, uncertainty_of

CONSTRAINT_KEYS = (
    "protocol", "group", "role", "structure", "constraint_structure", "metric", "comparator",
    "limit", "caution_limit", "value", "unit", "uncertainty", "outside_dose_cc", "status",
    "reason", "note", "citation", "verified",
)  # fmt: skip
SWITCHED_OFF_KEYS = (
    "group", "role", "structure", "metric", "comparator", "limit", "unit", "note", "citation",
    "verified",
)  # fmt: skip
CORD_VOLUME_KEYS = (
    "mode", "margin_mm", "lower_mm", "upper_mm", "target_lower_mm", "target_upper_mm",
    "missing_superior_mm", "missing_inferior_mm", "missing_cc", "tilt_deg",
)  # fmt: skip


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
        "target": {**targets[0], **indices_document(report.indices)},
        "targets": targets,
        "target_definitions": definitions_document(report),
        "expected_structures": [asdict(row) for row in report.expected_structures],
        "skin": skin_document(report),
        "assessment": None if report.assessment is None else record_document(report.assessment),
        "cord": report.cord.name,
        "cord_volumes": volumes,
        "cord_volume": volumes[0],
        "verdict": {
            "status": report.verdict.status,
            "reason": report.verdict.reason,
            "decided_by": report.verdict.decided_by,
        },
        "metrics": [_metric(row) for row in report.metrics],
        "constraints": [_constraint(row) for row in report.constraints],
        "switched_off": [
            {
                "protocol": report.protocol.identifier,
                **{key: getattr(row, key) for key in SWITCHED_OFF_KEYS},
            }
            for row in report.switched_off
        ],
        "falloff": falloff_document(report),
        "robustness": None if report.robustness is None else report.robustness.to_dict(),
        "prv": prv_document(report.prv),
        "biology": biology_document(report),
        "dvh": dvh_document(report),
        "second_opinion": [asdict(row) for row in report.second_opinion],
        "warnings": list(report.warnings),
        "provenance": _provenance(report),
        # What draws pictures fills this in when the report is written.
        "pictures": {},
    }
    return dict(plain(document))


def _case(report: Report) -> dict[str, Any]:
    case = report.case
    image, dose = case.image, case.dose
    own = {s.name: s for s in (*report.targets, report.cord)}
    listed = {**own, **{s.name: s for s in case.structures}}
    rows = [_structure(report, s, report.roles.get(s.name, "ignore")) for s in listed.values()]
    rows += [_structure(report, v.structure, "cord_volume") for v in report.cord_volumes]
    if report.prv is not None:
        rows.append(_structure(report, report.prv.structure, "prv"))
    return {
        "identifier": case.identifier,
        "patient": None if case.identity is None else asdict(case.identity),
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
            "interpolation": dose.interpolation,
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
        "cord_gap": gap_document(report.cord_gaps, target.name),
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


def _metric(row: StructureMetric) -> dict[str, Any]:
    metric = row.metric
    return {
        "structure": row.structure,
        "metric": metric.name,
        "value": metric.value,
        "unit": metric.unit,
        "uncertainty": uncertainty_of(metric.value, metric.uncertainty),
        "reason": reason_of(metric.value, metric.reason),
    }


def _constraint(row: ConstraintResult) -> dict[str, Any]:
    found = {key: getattr(row, key) for key in CONSTRAINT_KEYS}
    found["reason"] = reason_of(row.value, row.reason)
    found["uncertainty"] = uncertainty_of(row.value, row.uncertainty)
    value = rounded(row.value)
    # Rounding must not move a value onto its limit: the status beside it would look wrong.
    found["value"] = value if value != row.limit or row.value == row.limit else Exact(row.value)
    return found


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
            "center": report.protocol.center,
            "date": report.protocol.date,
            "based_on": None
            if report.protocol.based_on is None
            else asdict(report.protocol.based_on),
            "sha256": report.protocol.sha256,
        },
    }
