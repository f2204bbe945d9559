"""What the page shows beside constraints: indices, fall-off, setup robustness, biology."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .formats import format_index, format_place
from .language import Translate, mark

Row = dict[str, Any]
Document = Mapping[str, Any]

INDEX_WORDS = {
    "prescription_isodose_cc": (mark("Prescription isodose"), "cc", "PIV"),
    "half_prescription_isodose_cc": (mark("50 % isodose"), "cc", "PIV50"),
    "coverage_percent": (mark("Coverage"), "%", "TV_PIV / TV"),
    "paddick": (mark("Paddick conformity"), "", mark("TV_PIV² / (TV · PIV); 1 is perfect")),
    "paddick_inverse": (
        mark("Paddick conformity, inverse"), "", mark("TV · PIV / TV_PIV²; some vendors' own"),
    ),
    "rtog_conformity": (mark("RTOG conformity"), "", "PIV / TV"),
    "rtog_quality": (mark("RTOG quality of coverage"), "", mark("minimum / prescription")),
    "rtog_homogeneity": (mark("RTOG homogeneity"), "", mark("maximum / prescription")),
    "homogeneity": (mark("ICRU 83 homogeneity"), "", mark("(D2% − D98%) / D50%; 0 is even")),
    "gradient": (mark("Gradient index (GI)"), "", mark("PIV50 / PIV, Paddick and Lippitz 2006")),
    "r50": (mark("R50%"), "", "PIV50 / TV, RTOG 0915"),
    "gradient_distance_mm": (
        mark("Gradient measure"), "mm", mark("effective radius of PIV50 less PIV's"),
    ),
    "d2cm_gy": (mark("D2cm"), "Gy", mark("maximum 2 cm or more from the target")),
    "d2cm_percent": (mark("D2cm, relative"), "%", mark("of the prescription")),
}  # fmt: skip
PLANE_WORDS = {"axial": mark("axial planes"), "3d": mark("in 3-D")}
BIOLOGY_METRICS = ("D10%[Gy]", "D0.035cc[Gy]", "D2%[Gy]", "Max[Gy]")
"""Of the rows in report.json the page shows these, for target, cord volumes and cord."""


def plan_content(document: Document, translate: Translate) -> dict[str, Any]:
    """Return what the template needs for the sections after the constraints."""
    return {
        "indices": _indices(document["target"], translate),
        "falloffs": _falloffs(document["falloff"], translate),
        "percent_from": _percent(document, "from_percent"),
        "percent_to": _percent(document, "to_percent"),
        "gaps": _gaps(document["targets"]),
        "setup": _setup(document["robustness"]),
        "biology": _biology(document),
    }


def _indices(target: Mapping[str, Any], translate: Translate) -> list[Row]:
    """Indices in words; those that the page does not know by their own name."""
    shown = []
    for key in sorted(target["indices"], key=_place_of_index):
        words, unit, meaning = INDEX_WORDS.get(key, (key.replace("_", " ").capitalize(), "", ""))
        text, spread = format_index(
            target["indices"][key], unit, target["indices_uncertainty"].get(key)
        )
        reason = target["indices_reasons"].get(key, "")
        shown.append(
            {
                "name": translate(words),
                "value": text,
                "spread": spread,
                "meaning": translate(meaning),
                "reason": reason,
            }
        )
    return shown


def _place_of_index(key: str) -> int:
    known = list(INDEX_WORDS)
    return known.index(key) if key in known else len(known)


def _falloffs(falloff: Mapping[str, Any] | None, translate: Translate) -> list[Row]:
    """One row a plane, the one asked for first."""
    if falloff is None:
        return []
    rows = sorted(falloff["planes"].values(), key=lambda r: r["plane"] != falloff["plane"])
    return [
        {
            **row,
            "words": translate(PLANE_WORDS.get(row["plane"], row["plane"])),
            "min_at": format_place(row["min_at_ras"]),
            "max_at": format_place(row["max_at_ras"]),
        }
        for row in rows
    ]


def _percent(document: Document, key: str) -> str:
    """An isodose of the fall-off, as asked for; a fall-off without a value may not hold it."""
    found = (document["falloff"] or {}).get(key)
    asked = document["provenance"]["parameters"].get(f"falloff_{key}", found)
    return "–" if asked is None else f"{asked:g}"


def _gaps(targets: Sequence[Mapping[str, Any]]) -> list[Row]:
    return [
        {
            "target": target["name"],
            "distance_mm": target["cord_gap"]["distance_mm"],
            "place": format_place(target["cord_gap"]["target_ras"]),
        }
        for target in targets
        if target["cord_gap"] is not None
    ]


def _setup(robustness: Mapping[str, Any] | None) -> Row | None:
    """Setup robustness with the rows most likely to break first."""
    if robustness is None:
        return None
    likely = sorted(
        robustness["probability_of_violation"],
        key=lambda r: -1.0 if r["probability"] is None else -r["probability"],
    )
    decisive = [row for row in likely if row["role"] == "decides"]
    return {
        "sentences": [
            text.replace("<=", "≤").replace(">=", "≥") for text in robustness["room"]["sentences"]
        ],
        "worst": list(robustness["worst"].values()),
        "probabilities": likely,
        "verdict": robustness["verdict"] if len(decisive) > 1 else None,
        "random": robustness["monte_carlo"],
        "systematic": robustness["systematic"],
        "outside": robustness["outside_dose"],
        "not_evaluated": robustness["not_evaluated"],
        "model": robustness["model"],
    }


def _biology(document: Document) -> Row | None:
    found = document["biology"]
    if found is None:
        return None
    names = [t["name"] for t in document["targets"]]
    names += [v["name"] for v in document["cord_volumes"]] + [document["cord"]]
    rows = [r for r in found["rows"] if r["structure"] in names and r["metric"] in BIOLOGY_METRICS]
    return {**found, "rows": sorted(rows, key=lambda r: names.index(r["structure"]))}
