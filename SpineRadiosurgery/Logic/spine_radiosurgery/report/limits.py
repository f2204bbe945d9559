"""Which limit the pictures mark: the deciding dose to a percentage of the cord volume."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..cord import CordVolume
from ..dose import parse_metric_name
from .model import Report

PAPER_DOSE_GY, PAPER_PERCENT, PAPER_CC = 10.0, 10.0, 0.35
"""Ryu et al. 2015: 10 Gy to at most 10 % of the cord volume; 0.35 cc above 10 Gy. One fraction."""
PAPER_FRACTIONS = 1


@dataclass(frozen=True)
class MarkedLimit:
    """A dose that at most a percentage of the cord volume may receive."""

    dose_gy: float
    percent: float
    source: str


def paper_or_protocol_limit(report: Report) -> MarkedLimit:
    """Return the protocol's deciding row on a percentage of the cord volume, else the paper's."""
    rows = [
        {"role": r.role, "metric": r.metric, "limit": r.limit, "protocol": r.protocol}
        for r in report.constraints
    ]
    return limit_of_rows(rows, report.prescription.dose_gy)


def limit_of_rows(rows: Iterable[Mapping[str, Any]], prescribed_gy: float) -> MarkedLimit:
    """Return the same from `constraints` of `report.json` and its prescribed dose in Gy."""
    for row in rows:
        metric = parse_metric_name(row["metric"])
        if row["role"] == "decides" and metric.kind == "V" and metric.unit == "%":
            dose_gy = metric.at
            if metric.at_unit == "%":
                dose_gy = metric.at * prescribed_gy / 100.0
            return MarkedLimit(dose_gy, row["limit"], row["protocol"])
    return MarkedLimit(PAPER_DOSE_GY, PAPER_PERCENT, "ryu-2015, 1 fraction")


def hottest_volume(report: Report) -> CordVolume | None:
    """Return the cord volume with the largest dose; None when none lies in the dose grid."""
    known = [
        v for v in report.cord_volumes
        if report.samples[v.structure.name].hottest_point_ras is not None
    ]  # fmt: skip
    return max(known, key=lambda v: report.samples[v.structure.name].max_gy, default=None)
