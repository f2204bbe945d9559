"""Rows of results and protocols made by hand: what a test is about is given, the rest is plain."""

from __future__ import annotations

from typing import Any

from spine_radiosurgery.tolerance import Constraint, ConstraintResult, Protocol

PARTIAL, WHOLE = "SpinalCord_Partial", "SpinalCord"


def unit_of(metric: str) -> str:
    return metric[metric.index("[") + 1 : -1]


def result(
    metric: str = "V10Gy[%]", value: float = 4.0, limit: float = 10.0, **fields: Any
) -> ConstraintResult:
    """A passing row on the cord volume; the structure's name is the constraint's by default."""
    structure = fields.get("structure", PARTIAL)
    given = {
        "protocol": "p", "group": "", "role": "decides", "structure": structure,
        "constraint_structure": structure, "metric": metric, "comparator": "<=", "limit": limit,
        "caution_limit": None, "value": value, "unit": unit_of(metric), "uncertainty": 0.0,
        "outside_dose_cc": 0.0, "status": "pass", "reason": "", "citation": "c", "note": "",
        "verified": True, "enabled": True,
    }  # fmt: skip
    return ConstraintResult(**(given | fields))


def constraint(metric: str = "V10Gy[%]", limit: float = 10.0, **fields: Any) -> Constraint:
    """A verified limit on the cord volume in one fraction that decides."""
    given = {
        "fractions": (1,), "structure": PARTIAL, "role": "decides", "metric": metric,
        "comparator": "<=", "limit": limit, "unit": unit_of(metric), "citation": "A paper",
        "verified": True,
    }  # fmt: skip
    return Constraint(**(given | fields))


def protocol(*rows: Constraint, **fields: Any) -> Protocol:
    """Of these rows, which all count."""
    given = {
        "identifier": "mine", "title": "Mine", "version": "1", "citation": "A paper",
        "verdict_rule": "decisive_rows", "constraints": rows or (constraint(),),
    }  # fmt: skip
    return Protocol(**(given | fields))
