"""Standard codes of segments, from `Resources/Terminology`, written the way Slicer does."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .. import resources
from ..case import Structure
from ..case.naming import standard_organs

RESOURCE = "Terminology/SpineRadiosurgery.term.json"
NO_CODE = "^^"

_ROLE_TYPES = {
    "target": "Clinical target volume",
    "ctv": "Clinical target volume",
    "gtv": "Gross tumor volume",
    "ptv": "Planning target volume",
    "cord": "Spinal cord",
    "other cord": "Spinal cord",
    "cord_volume": "Spinal cord",
    "prv": "Planning Organ At Risk Volume",
    "canal": "Spinal canal",
    "vertebra": "Vertebra",
    "external": "Entire body",
    "body": "Vertebral body",
    "left_pedicle": "Pedicle of vertebra",
    "right_pedicle": "Pedicle of vertebra",
    "left_lamina": "Lamina of vertebra",
    "right_lamina": "Lamina of vertebra",
    "spinous_process": "Spinous process of vertebra",
}
_INTERPRETED_TYPES = {
    "CTV": "Clinical target volume",
    "GTV": "Gross tumor volume",
    "PTV": "Planning target volume",
    "EXTERNAL": "Entire body",
    "ORGAN": "Organ At Risk",
    "AVOIDANCE": "Organ At Risk",
}
# By a code's type; of vertebrae the meaning tells. The last three are other programs' tumours.
_TYPE_ROLES = {
    ("SCT", "2748008"): "cord",
    ("SCT", "61853006"): "canal",
    ("SCT", "37554007"): "canal",
    ("SCT", "51282000"): "vertebra",
    ("SCT", "3572006"): "vertebra",
    ("SCT", "228791009"): "gtv",
    ("SCT", "228792002"): "target",
    ("DCM", "130056"): "target",
    ("SCT", "228793007"): "ptv",
    ("DCM", "130057"): "prv",
    ("SCT", "38266002"): "external",
    ("SCT", "14799000"): "gtv",
    ("SCT", "86049000"): "gtv",
    ("SCT", "108369006"): "gtv",
}
# Names that TG-263 lacks, or that are finer than a role; tried in this order.
_NAME_TYPES = (
    (r"pedicle", "Pedicle of vertebra"),
    (r"lamina", "Lamina of vertebra"),
    (r"transverse", "Transverse process of vertebra"),
    (r"spinous", "Spinous process of vertebra"),
    (r"vertebral[ _]?arch|posterior[ _]?elements", "Vertebral arch"),
    (r"thecal", "Thecal sac"),
    (r"^vb([ _]|$)|vertebral[ _]?body|^body$|corpus", "Vertebral body"),
    (r"^sacrum", "Sacrum"),
    (r"aorta", "Aorta"),
    (r"v(ena)?[ _]?cava[ _]?(i|inf\w*)?$|^ivc$|inferior[ _]?vena", "Inferior vena cava"),
    (r"v(ena)?[ _]?cava[ _]?s|^svc$|superior[ _]?vena", "Superior vena cava"),
)
_LEVEL = re.compile(r"vert\w*?[ _]*([ctls])0?(\d{1,2})(?!\d)", re.IGNORECASE)
_SIDES = (
    ("Left", re.compile(r"(^|[ _\-.])(l|left)($|[ _\-.])", re.IGNORECASE)),
    ("Right", re.compile(r"(^|[ _\-.])(r|right)($|[ _\-.])", re.IGNORECASE)),
)


@dataclass(frozen=True)
class SegmentType:
    """What a segment is: category, type and modifier as (value, scheme, meaning)."""

    category: tuple[str, str, str]
    type: tuple[str, str, str]
    modifier: tuple[str, str, str] | None = None

    def serialized(self) -> str:
        """Return the value of Slicer's segment tag `TerminologyEntry`."""
        return "~".join(
            [
                _dictionary()["SegmentationCategoryTypeContextName"],
                _code(self.category),
                _code(self.type),
                _code(self.modifier) if self.modifier else NO_CODE,
                "",
                NO_CODE,
                NO_CODE,
            ]
        )


def segment_type(structure: Structure, role: str = "organ") -> SegmentType:
    """Find the codes of a structure by its role, name and DICOM type.

    Parameters
    ----------
    structure : Structure
    role : str
        As in the report ("target", "cord_volume", "organ", ...), or a sector's name.

    Returns
    -------
    SegmentType
        "Organ At Risk" where nothing more is known.
    """
    meaning = _meaning(structure, role)
    category, entry = _types()[meaning]
    modifiers = {m["CodeMeaning"]: m for m in entry.get("Modifier", ())}
    if role == "cord_volume":
        chosen = modifiers.get("Partial")
    else:
        chosen = modifiers.get(_side(role) or _side(structure.name))
    return SegmentType(_triple(category), _triple(entry), _triple(chosen) if chosen else None)


def role_of_code(serialized: str) -> str:
    """Tell a role from a segment's terminology; "" where the codes tell none.

    Parameters
    ----------
    serialized : str
        Value of Slicer's segment tag `TerminologyEntry`.
    """
    parts = serialized.split("~")
    scheme, value, meaning = (*(parts[2] if len(parts) > 2 else "").split("^"), "", "", "")[:3]
    if scheme == "SCT" and meaning.endswith(" vertebra") and meaning in _types():
        return "vertebra"
    return _TYPE_ROLES.get((scheme, value), "")


def _side(name: str) -> str:
    sides = [side for side, pattern in _SIDES if pattern.search(name)]
    return sides[0] if len(sides) == 1 else ""


def _meaning(structure: Structure, role: str) -> str:
    if role == "target" and structure.interpreted_type.upper() in ("PTV", "GTV"):
        return _INTERPRETED_TYPES[structure.interpreted_type.upper()]
    if role in _ROLE_TYPES and role not in ("vertebra", "canal"):
        return _ROLE_TYPES[role]
    name = structure.name.lower()
    for pattern, meaning in _NAME_TYPES:
        if re.search(pattern, name):
            return meaning
    level = _LEVEL.search(structure.name)
    guesses = [f"{level[1].upper()}{int(level[2])} vertebra"] if level else []
    guesses += [_by_standard_name().get(n, "") for n in standard_organs([structure.name])]
    guesses.append(_ROLE_TYPES.get(role, ""))
    guesses.append(_INTERPRETED_TYPES.get(structure.interpreted_type.upper(), ""))
    return next((guess for guess in guesses if guess in _types()), "Organ At Risk")


@lru_cache(maxsize=1)
def _dictionary() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(resources.path(RESOURCE).read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=1)
def _types() -> dict[str, tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Category and type by the type's meaning."""
    return {
        entry["CodeMeaning"]: (category, entry)
        for category in _dictionary()["SegmentationCodes"]["Category"]
        for entry in category["Type"]
    }


@lru_cache(maxsize=1)
def _by_standard_name() -> dict[str, str]:
    return {
        name: meaning for meaning, (_, entry) in _types().items() for name in entry.get("TG263", ())
    }


def _triple(entry: Mapping[str, Any]) -> tuple[str, str, str]:
    return entry["CodeValue"], entry["CodingSchemeDesignator"], entry["CodeMeaning"]


def _code(triple: tuple[str, str, str]) -> str:
    value, scheme, meaning = triple
    return f"{scheme}^{value}^{meaning}"
