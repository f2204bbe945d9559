"""What a summary reads of one case's document: numbers by role, curves, levels, template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..levels import levels_of
from ..row import ManifestRow

FloatArray = NDArray[np.float64]

STATUSES = ("pass", "caution", "fail", "not_evaluable")
_WORST_FIRST = ("fail", "not_evaluable", "caution", "pass")
CONSTRAINT_KEYS = (
    "protocol", "role", "fractions",
    "constraint_structure", "metric", "comparator", "limit", "unit",
)  # fmt: skip
"""What makes two limits one; that of another number of fractions is another."""
DRAWN = "drawn"
SEVERAL, UNKNOWN = "several", "not known"
REGIONS = {"C": "cervical", "T": "thoracic", "L": "lumbar", "S": "sacral"}
ROLES_OF_ONE = ("target", "cord_volume", "cord", "prv")
"""Roles that can stand for a structure; of several the first."""


class CaseReading:
    """One evaluated case.

    Parameters
    ----------
    row : ManifestRow
    document : mapping
        `report.json`, with or without pictures.
    """

    def __init__(self, row: ManifestRow, document: Mapping[str, Any]) -> None:
        self.prescription_gy = float(document["prescription"]["dose_gy"])
        self.fractions = int(document["prescription"]["fractions"])
        self.levels = levels_of(row, document)
        self.template = row.template or DRAWN
        self.dose_step_gy = float(document["dvh"]["dose_step_gy"])
        self.verdict = str(document["verdict"]["status"])
        self.constraints = _worst_statuses(document, self.fractions)
        self.settings = _settings(document)
        self.protocol = str(document["provenance"]["protocol"]["identifier"])
        falloff = document["falloff"] or {"median_mm": None, "lower_bound": False}
        median_mm = falloff["median_mm"]
        # Not a distance but the least that it can be.
        self.has_falloff_bound = median_mm is not None and bool(falloff["lower_bound"])
        self.falloff_mm = None if median_mm is None or self.has_falloff_bound else float(median_mm)
        self._names = {
            "target": document["targets"][0]["name"],
            "cord_volume": document["cord_volumes"][0]["name"],
            "cord": document["cord"],
            "prv": document["prv"]["name"] if document["prv"] else None,
        }
        self._curves = {
            curve["structure"]: np.asarray(curve["volume_percent"], dtype=float)
            for curve in document["dvh"]["curves"]
            if curve["structure"] in self._names.values()
        }
        self._values = {
            (found["structure"], found["metric"]): float(found["value"])
            for found in (*document["constraints"], *document["metrics"])
            if found["value"] is not None
        }

    def curve(self, role: str) -> FloatArray | None:
        """Percent of the volume at steps of the dose; None where there is no curve."""
        found = self._curves.get(self._names[role])
        return found if found is not None and len(found) else None

    def metric(self, structure: str, metric: str) -> float | None:
        """Return a metric of a role's first structure or of an ROI; None where it is open."""
        name = self._names.get(structure, structure)
        return self._values.get((name, metric))

    @property
    def level(self) -> str:
        """The level, "several" or "not known"."""
        return self.levels[0] if len(self.levels) == 1 else SEVERAL if self.levels else UNKNOWN

    @property
    def region(self) -> str:
        """The region of the spine, "several" or "not known"."""
        found = {REGIONS[level[0]] for level in self.levels}
        return found.pop() if len(found) == 1 else SEVERAL if found else UNKNOWN


def _worst_statuses(document: Mapping[str, Any], fractions: int) -> dict[tuple[Any, ...], str]:
    """Each constraint once, with its worst status: sites have cord volumes of their own."""
    worst: dict[tuple[Any, ...], str] = {}
    for found in document["constraints"]:
        given = {**found, "fractions": fractions}
        key = tuple(given[name] for name in CONSTRAINT_KEYS)
        statuses = (worst.get(key, "pass"), found["status"])
        worst[key] = min(statuses, key=_WORST_FIRST.index)
    return worst


def _settings(document: Mapping[str, Any]) -> dict[str, str]:
    """What should be the same in all cases of a cohort."""
    parameters = document["provenance"]["parameters"]
    protocol = document["provenance"]["protocol"]
    margin, mode = parameters["cord_margin_mm"], parameters["cord_volume_mode"]
    return {
        "Protocol": f"{protocol['identifier']} {protocol['version']}".strip(),
        "Cord volume": f"{margin:g} mm above and below, {mode}",
        "Program": str(document["generated_by"]),
    }
