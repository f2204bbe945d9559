"""Results as the summary reads them: one small document, varied."""

from __future__ import annotations

from pathlib import Path

from spine_radiosurgery.cohort.result import CaseResult
from spine_radiosurgery.cohort.row import ManifestRow

STEP_GY = 0.05


def straight_curve(maximum_gy: float) -> list[float]:
    """Falls from 100 % at 0 Gy to 0 at the maximum."""
    doses = [STEP_GY * n for n in range(int(maximum_gy / STEP_GY) + 2)]
    return [max(0.0, 100.0 * (1 - dose / maximum_gy)) for dose in doses]


def constraint(status="pass", **changes):
    return {
        "protocol": "ryu-2015",
        "role": "decides",
        "structure": "SpinalCord_Partial",
        "constraint_structure": "SpinalCord_Partial",
        "metric": "V10Gy[%]",
        "comparator": "<=",
        "limit": 10,
        "unit": "%",
        "value": 2.5,
        "status": status,
        **changes,
    }


def metric(structure, name, value):
    return {"structure": structure, "metric": name, "value": value}


def document(
    *,
    dose_gy=16.0,
    fractions=1,
    verdict="pass",
    level="T8",
    cord_max_gy=12.0,
    numbers=(),
    constraints=None,
    falloff_mm=4.5,
    lower_bound=False,
):
    """What the summary reads of `report.json`."""
    target = f"CTV_{level}"
    curves = [
        ("target", target, 1.1 * dose_gy),
        ("cord_volume", "SpinalCord_Partial", cord_max_gy),
        ("cord", "SpinalCord", cord_max_gy),
    ]
    values = {
        "D10%[Gy]": 0.9 * cord_max_gy,
        "D0.035cc[Gy]": 0.97 * cord_max_gy,
        "V10Gy[cc]": 0.03,
        **dict(numbers),
    }
    return {
        "generated_by": "spine-radiosurgery 0.1.0",
        "prescription": {"dose_gy": dose_gy, "fractions": fractions},
        "targets": [{"name": target}],
        "target_definitions": [{"levels": [level] if level else []}],
        "cord_volumes": [{"name": "SpinalCord_Partial"}],
        "cord": "SpinalCord",
        "prv": None,
        "verdict": {"status": verdict},
        "metrics": [
            *(metric("SpinalCord_Partial", name, value) for name, value in values.items()),
            metric(target, "D95%[Gy]", 0.98 * dose_gy),
            metric(target, "V100%[%]", 93.0),
        ],
        "constraints": [constraint(verdict)] if constraints is None else constraints,
        "falloff": {"median_mm": falloff_mm, "lower_bound": lower_bound},
        "dvh": {
            "dose_step_gy": STEP_GY,
            "curves": [
                {"structure": name, "role": role, "volume_percent": straight_curve(maximum)}
                for role, name, maximum in curves
            ],
        },
        "provenance": {
            "parameters": {"cord_margin_mm": 6.0, "cord_volume_mode": "axial"},
            "protocol": {"identifier": "ryu-2015", "version": "1"},
        },
    }


def row(number=0, **changes):
    return ManifestRow(number + 2, f"case-{number}", Path("cases") / str(number), **changes)


def evaluated(number=0, *, assessment=(), **changes):
    made = document(**changes)
    return CaseResult(f"case-{number}", "evaluated", document=made, assessment=dict(assessment))


def failed(number=0, reason="The folder holds no dose."):
    return CaseResult(f"case-{number}", "failed", reason)
