"""Brings a `report.json` of an earlier format up to today's; what it did not have stays open."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ...geometry import InputError
from ..tables import DVH_COLUMNS, DVH_STEP_GY, neutral
from .pictures import MAX_PICTURE_BYTES, NAME, check_png, pictures_document

Document = dict[str, Any]

FALLOFF_OPEN = {
    "min_at_ras": None,
    "max_at_ras": None,
    "isodose_to_cord_mm": None,
    "isodose_to_cord_median_mm": None,
}
NOT_EVALUATED = "this plane was not evaluated"
MAX_TABLE_BYTES = 64 * 2**20
VOLUME_TOLERANCE = 0.005
"""Share by which a structure's volume may differ between a table and its report."""


def upgrade(document: Document) -> Document:
    """Return a document of any earlier format as one of today's.

    Parameters
    ----------
    document : dict
        Of a known `schema_version`; it is not changed.

    Raises
    ------
    InputError
        It lacks what its own format has.
    """
    try:
        while (step := STEPS.get(document["schema_version"])) is not None:
            document = step(document)
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"It lacks what its format {document['schema_version']} has ({error})."
        ) from error
    return document


def _to_1_1(document: Document) -> Document:
    case, falloff = document["case"], document["falloff"]
    dose = case["dose"]
    return {
        **document,
        "schema_version": "1.1",
        # Nothing else was there.
        "case": {**case, "dose": dose and {**dose, "interpolation": "trilinear"}},
        "target": {
            **document["target"],
            "cord_gap": None,
            "indices_uncertainty": {},
            "indices_reasons": {},
            "indices_notes": [],
        },
        "targets": [{**target, "cord_gap": None} for target in document["targets"]],
        "falloff": falloff and _with_planes({**falloff, **FALLOFF_OPEN}),
        "robustness": None,
        "prv": None,
        "biology": None,
    }


def _with_planes(falloff: Document) -> Document:
    other: Document = dict.fromkeys(falloff)
    planes = {
        plane: {**falloff, "plane": plane}
        if plane == (falloff["plane"] or "axial")
        else {**other, "plane": plane, "rays": 0, "reason": NOT_EVALUATED}
        for plane in ("axial", "3d")
    }
    return {**falloff, "planes": planes}


def _to_1_2(document: Document) -> Document:
    nothing: Document = {"target_definitions": [], "expected_structures": [], "skin": []}
    return {**document, "schema_version": "1.2", **nothing}


def _to_1_3(document: Document) -> Document:
    return {**document, "schema_version": "1.3", "assessment": None}


def _to_1_4(document: Document) -> Document:
    provenance = document["provenance"]
    copied: Document = {"center": "", "date": "", "based_on": None}
    return {
        **document,
        "schema_version": "1.4",
        "provenance": {**provenance, "protocol": {**copied, **provenance["protocol"]}},
        "case": {**document["case"], "patient": None},
        "dvh": {"dose_step_gy": DVH_STEP_GY, "curves": []},
        "second_opinion": [],
        "pictures": {},
    }


STEPS: Mapping[str, Callable[[Document], Document]] = {
    "1.0": _to_1_1,
    "1.1": _to_1_2,
    "1.2": _to_1_3,
    "1.3": _to_1_4,
}
"""By the format that each begins with."""


def complete(document: Document, folder: Path) -> Document:
    """Return an earlier document with the pictures and curves that lie beside its file.

    Parameters
    ----------
    document : dict
        Upgraded.
    folder : Path
        Of the file: pictures in `figures`, curves in `dvh.csv`. Either may be missing.

    Raises
    ------
    InputError
        One of these files is damaged or belongs to another report.
    """
    try:
        return {
            **document,
            "dvh": _curves_beside(document, folder / "dvh.csv"),
            "pictures": pictures_document(_pictures_beside(folder / "figures")),
        }
    except OSError as error:
        raise InputError(f"A file beside it cannot be read: {error.strerror or error}.") from error


def _pictures_beside(folder: Path) -> dict[str, bytes]:
    found = {}
    for path in sorted(folder.glob("*.png")):
        if NAME.fullmatch(path.name) and path.is_file():
            with path.open("rb") as file:
                data = file.read(MAX_PICTURE_BYTES + 1)
            check_png(path.name, data)
            found[path.name] = data
    return found


def _curves_beside(document: Document, path: Path) -> Document:
    nothing: Document = document["dvh"]
    if not path.is_file():
        return nothing
    if path.stat().st_size > MAX_TABLE_BYTES:
        raise InputError(f"The dvh.csv beside it has more than {MAX_TABLE_BYTES // 2**20} MB.")
    try:
        table = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
        # Cells of names were made harmless for spreadsheets.
        structures = {neutral(row["name"]): row for row in document["case"]["structures"]}
        curves: dict[str, Document] = {}
        for row in table:
            curve = curves.setdefault(row["structure"], {"volumes": [], "percents": []})
            _check_dose(row, len(curve["volumes"]))
            curve["volumes"].append(float(row["volume_cc"]))
            curve["percents"].append(float(row["volume_percent"]))
        found = [_curve(structures[name], c, document) for name, c in curves.items()]
    except (KeyError, TypeError, ValueError, csv.Error) as error:
        raise InputError(
            "The dvh.csv beside it is damaged or belongs to another report; put the report's own "
            f"there, whose columns are {', '.join(DVH_COLUMNS)}, or move it away."
        ) from error
    return {**nothing, "curves": found}


def _check_dose(row: Mapping[str, str], index: int) -> None:
    if abs(float(row["dose_gy"]) - index * DVH_STEP_GY) > 1e-6:
        raise ValueError(f"dose {row['dose_gy']}")


def _curve(structure: Document, curve: Document, document: Document) -> Document:
    covered = structure["volume_cc"] - (structure["outside_dose_cc"] or 0.0)
    if abs(curve["volumes"][0] - covered) > VOLUME_TOLERANCE * structure["volume_cc"] + 1e-3:
        raise ValueError(f"volume of {structure['name']}")
    return {
        "structure": structure["name"],
        "role": structure["role"],
        "covered_cc": curve["volumes"][0],
        "max_gy": _maximum_gy(structure["name"], curve, document),
        "volume_percent": curve["percents"],
    }


def _maximum_gy(name: str, curve: Document, document: Document) -> float:
    known = [
        row["value"]
        for row in document["metrics"]
        if (row["structure"], row["metric"]) == (name, "Max[Gy]") and row["value"] is not None
    ]
    return known[0] if known else DVH_STEP_GY * max(len(curve["percents"]) - 1, 0)
