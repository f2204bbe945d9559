"""What of two plans does not stand for the same, so that nobody subtracts it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...dose import parse_metric_name
from ...geometry import InputError
from ..page.language import Translate
from .difference import HIGHER, LOWER, NEITHER
from .pairing import paired

Document = Mapping[str, Any]

SAME_VOLUME = 0.01
"""Contours of one name whose volumes differ by a larger share are other contours."""
LABELS = ("A", "B")
TARGET_ROLES = ("target", "gtv", "ptv")
SPARED_ROLES = ("cord", "cord_volume", "prv", "canal", "organ")
_COVERAGE_PERCENT = 50.0
"""D of at least this share of a target is about coverage, D of less about hot spots."""


def check_same_patient(first: Document, second: Document) -> None:
    """Refuse reports of two patients.

    Raises
    ------
    InputError
        Their study codes differ.
    """
    codes = [document["case"]["identifier"] for document in (first, second)]
    if codes[0] != codes[1]:
        raise InputError(
            f"The reports are of different patients: study codes {codes[0]} and {codes[1]}. "
            "Compare two plans of one patient, or allow different patients."
        )


@dataclass(frozen=True)
class Comparability:
    """Why values of two plans cannot be subtracted; "" where they can.

    Attributes
    ----------
    fractions, prescription, target : str
        For all doses; for metrics relative to the prescription; for what refers to the target.
    structures : mapping of str to str
        By the structures' names.
    """

    fractions: str
    prescription: str
    target: str
    structures: Mapping[str, str]

    def of_metric(self, structure: str, metric: str) -> str:
        """Why a metric of a structure cannot be compared."""
        name = parse_metric_name(metric)
        if name.kind == "Volume":
            return ""
        relative = name.kind in ("V", "CV") and name.at_unit == "%"
        dose = self.fractions or (self.prescription if relative else "")
        return self.structures.get(structure, "") or dose


def comparability(first: Document, second: Document, translate: Translate) -> Comparability:
    """Return what of two documents does not stand for the same, in words for a cell of a table."""
    plans = [document["prescription"] for document in (first, second)]
    fractions = prescription = ""
    if plans[0]["fractions"] != plans[1]["fractions"]:
        fractions = translate("other fractions")
    if plans[0]["dose_gy"] != plans[1]["dose_gy"]:
        prescription = translate("other prescription")
    structures = dict.fromkeys(other_contours(first, second), translate("other contours"))
    structures |= dict.fromkeys(other_cord_volumes(first, second), translate("other cord volume"))
    names = [document["target"]["name"] for document in (first, second)]
    target = translate("other target") if names[0] != names[1] else structures.get(names[0], "")
    return Comparability(fractions, prescription, target, structures)


def other_contours(first: Document, second: Document) -> dict[str, tuple[float, float]]:
    """Volumes in cc of structures that share a name and no more."""
    volumes = [
        {row["name"]: row["volume_cc"] for row in document["case"]["structures"]}
        for document in (first, second)
    ]
    return {
        name: (cc, volumes[1][name])
        for name, cc in volumes[0].items()
        if name in volumes[1] and not _is_close(cc, volumes[1][name])
    }


def _is_close(first: float | None, second: float | None) -> bool:
    if first is None or second is None:
        return first is second
    return abs(first - second) <= SAME_VOLUME * max(first, second)


def other_cord_volumes(first: Document, second: Document) -> list[str]:
    """Names of cord volumes that were cut in another way or beside another target."""
    keys = ("target", "margin_mm", "mode")
    pairs = paired(first["cord_volumes"], second["cord_volumes"], lambda v: str(v["name"]))
    return [
        a["name"]
        for a, b in pairs
        if a and b and (first["cord"] != second["cord"] or any(a[k] != b[k] for k in keys))
    ]


def better_of_metric(role: str, metric: str) -> str:
    """Which value of a metric is better in a structure of this role, where no limit says it."""
    name = parse_metric_name(metric)
    if name.kind == "Volume":
        return NEITHER
    if role in SPARED_ROLES:
        return HIGHER if name.kind == "CV" else LOWER
    if role not in TARGET_ROLES:
        return NEITHER
    if name.kind == "D" and name.at_unit == "%" and name.at >= _COVERAGE_PERCENT:
        return HIGHER
    is_coverage = name.kind == "V" and name.at_unit == "%" and name.at <= 100.0
    return HIGHER if is_coverage or name.kind == "Min" else NEITHER


def roles_of(documents: Sequence[Document]) -> dict[str, str]:
    """Roles of the structures of all documents by name, the first document's first."""
    found: dict[str, str] = {}
    for document in documents:
        for row in document["case"]["structures"]:
            found.setdefault(row["name"], row["role"])
    return found
