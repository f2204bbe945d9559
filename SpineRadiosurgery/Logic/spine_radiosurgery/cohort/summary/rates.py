"""How often cases pass: verdicts and constraints by region, level and template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...anatomy.levels.column import COLUMN
from ...assessment.followup.ambulation import wilson_interval
from .reading import CONSTRAINT_KEYS, REGIONS, SEVERAL, STATUSES, UNKNOWN, CaseReading

MOST_CONSTRAINTS = 400
_ORDER = {
    name: place
    for place, name in enumerate((*REGIONS.values(), *COLUMN, SEVERAL, "drawn", UNKNOWN))
}

Counts = dict[str, int]


class PassRates:
    """Counts of statuses of each protocol's verdict and of each constraint, by group."""

    def __init__(self) -> None:
        self._verdicts: dict[str, dict[str, dict[str, Counts]]] = {}
        self._constraints: dict[tuple[Any, ...], dict[str, dict[str, Counts]]] = {}
        self.left_out = 0

    def add(self, case: CaseReading) -> None:
        """Add a case: it counts once for each constraint, with its worst status."""
        _count(self._verdicts.setdefault(case.protocol, {}), case, case.verdict)
        for key, status in case.constraints.items():
            if key not in self._constraints and len(self._constraints) >= MOST_CONSTRAINTS:
                self.left_out += 1
                continue
            _count(self._constraints.setdefault(key, {}), case, status)

    def document(self) -> dict[str, Any]:
        """Return verdicts by protocol, and constraints: deciding ones first, then by cases."""
        verdicts = [{"protocol": name, **_grouped(found)} for name, found in self._verdicts.items()]
        constraints = [
            {**dict(zip(CONSTRAINT_KEYS, key, strict=True)), **_grouped(found)}
            for key, found in self._constraints.items()
        ]
        verdicts.sort(key=lambda row: (-row["all"]["cases"], row["protocol"]))
        constraints.sort(
            key=lambda row: (
                row["role"] != "decides",
                -row["all"]["cases"],
                row["fractions"],
                *(str(row[name]) for name in CONSTRAINT_KEYS),
            )
        )
        return {"verdicts": verdicts, "constraints": constraints, "left_out": self.left_out}


def rate(passed: int, of: int) -> dict[str, Any]:
    """Return a rate in percent with its 95 % Wilson interval; null of none."""
    interval = wilson_interval(passed, of)
    return {
        "percent": 100.0 * passed / of if of else None,
        "low_percent": interval[0] if interval else None,
        "high_percent": interval[1] if interval else None,
    }


def _count(groups: dict[str, dict[str, Counts]], case: CaseReading, status: str) -> None:
    own = {"all": "", "region": case.region, "level": case.level, "template": case.template}
    for kind, name in own.items():
        counts = groups.setdefault(kind, {}).setdefault(name, dict.fromkeys(STATUSES, 0))
        counts[status] += 1


def _grouped(found: Mapping[str, Mapping[str, Counts]]) -> dict[str, Any]:
    return {
        "all": _rated("", found["all"][""]),
        **{
            f"by_{kind}": [
                _rated(name, found[kind][name])
                for name in sorted(found[kind], key=lambda n: (_ORDER.get(n, 0), n))
            ]
            for kind in ("region", "level", "template")
        },
    }


def _rated(name: str, counts: Counts) -> dict[str, Any]:
    evaluated = counts["pass"] + counts["caution"] + counts["fail"]
    return {
        "name": name,
        "cases": sum(counts.values()),
        **counts,
        "evaluated": evaluated,
        **rate(counts["pass"], evaluated),
    }
