"""What the page shows of targets and sectors: how made, which sectors, what the rules propose."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .formats import format_margins, format_place
from .language import Translate, mark
from .words import listed, word_of

Row = dict[str, Any]
Document = Mapping[str, Any]
Numbering = Callable[[str], int]
"""Gives a citation its number on the page."""

CANAL_WORDS = {
    "given": mark("the canal was contoured"),
    "cord": mark("the canal's direction is the cord's"),
    "found": mark("the canal was found in the bone"),
    "inferred": mark("the canal is open and was inferred"),
}
DRAWN = "drawn"
NERVE_ROOT = "nerve root"
NERVE_ROOT_METRICS = ("Mean[Gy]", "D0.035cc[Gy]")
"""Nerve roots have no limit."""


def targets_content(document: Document, number: Numbering, translate: Translate) -> dict[str, Any]:
    """Return what the template needs for the section on targets and sectors."""
    return {
        "definitions": [_definition(d, number, translate) for d in document["target_definitions"]],
        "expected": _expected(document, number, translate),
        "skin": [
            {**row, "place": format_place(row["skin_ras"]), "reason": row["reason"].rstrip(".")}
            for row in document["skin"]
        ],
    }


def _definition(found: Mapping[str, Any], number: Numbering, translate: Translate) -> Row:
    return {
        "target": found["target"],
        "drawn": found["origin"] == DRAWN,
        "taken_percent": None if found["taken_share"] is None else 100 * found["taken_share"],
        "made": _made(found, translate),
        "rules": [_cited(rule, number) for rule in found["rules"]],
        "overrides": [override["text"] for override in found["overrides"]],
        "vertebrae": [_vertebra(v, number, translate) for v in found["vertebrae"]],
    }


def _made(found: Mapping[str, Any], _: Translate) -> str:
    """How the target was made, in one sentence."""
    if found["origin"] == DRAWN:
        return ""
    parts = [_("Made from %(levels)s") % {"levels": listed(found["levels"], _)}]
    if found["template"]:
        named = {"template": word_of(_)(found["template"]), "rules": found["origin"]}
        parts.append(_("by the template %(template)s (%(rules)s)") % named)
    else:
        parts.append(_("by %(rules)s") % {"rules": found["origin"]})
    margin = found["margin_mm"]
    if any(margin or ()):
        parts.append(_("with a margin of %(margin)s") % {"margin": format_margins(margin)})
    if found["united_with"]:
        parts.append(_("united with %(names)s") % {"names": listed(found["united_with"], _)})
    out = [
        _("%(name)s (%(volume)s cc taken out)") % {"name": name, "volume": f"{cc:.2f}"}
        for name, cc in found["removed_cc"].items()
    ]
    if out:
        parts.append(_("kept out of %(names)s") % {"names": listed(out, _)})
    if found["clipped_to"]:
        parts.append(_("inside %(name)s") % {"name": found["clipped_to"]})
    return f"{', '.join(parts)}."


def _cited(rule: Mapping[str, Any], number: Numbering) -> Row:
    return {**rule, "footnote": number(rule["citation"]) if rule["citation"] else None}


def _vertebra(found: Mapping[str, Any], number: Numbering, translate: Translate) -> Row:
    quality = found["quality"]
    proposal = found["proposal"]
    return {
        "name": found["vertebra"],
        "label": found["level"] or found["vertebra"],
        "volume_cc": found["volume_cc"],
        "picture": found["picture"],
        "sectors": [_sector(sector, translate) for sector in found["sectors"]],
        "with_gtv": found["involvement"] is not None,
        "involvement": None if found["involvement"] is None else found["involvement"]["text"],
        "proposal": None if proposal is None else _proposal(found, number, translate),
        "residual_mm": quality["frame_residual_mm"],
        "symmetry_percent": None if quality["symmetry"] is None else 100 * quality["symmetry"],
        "canal": translate(CANAL_WORDS.get(quality["canal"], quality["canal"] or "")),
    }


def _sector(found: Mapping[str, Any], _: Translate) -> Row:
    low, high = found["usual_percent"]
    usual = ""
    if low is not None and high is not None:
        usual = _("%(low)s to %(high)s") % {"low": f"{low:.0f}", "high": f"{high:.0f}"}
    return {
        **found,
        "words": word_of(_)(found["name"]),
        "usual_range": usual,
        "unusual": found["usual"] is False,
    }


def _proposal(found: Mapping[str, Any], number: Numbering, _: Translate) -> Row:
    proposal = found["proposal"]
    added, left_out = _sectors(found["added"], _), _sectors(found["left_out"], _)
    differences = []
    if added:
        words = _("beyond the proposal the target takes the %(sectors)s")
        differences.append(words % {"sectors": added})
    if left_out:
        differences.append(_("the target leaves out the %(sectors)s") % {"sectors": left_out})
    return {
        **_cited(proposal, number),
        "names": _sectors(proposal["sectors"], _),
        "difference": "; ".join(differences) or _("the target takes just these"),
    }


def _expected(document: Document, number: Numbering, translate: Translate) -> Row | None:
    """Structures of the target's levels: contoured, missing, and the nerve roots' doses."""
    rows = document["expected_structures"]
    if not rows:
        return None
    roots = [row for row in rows if row["kind"] == NERVE_ROOT]
    return {
        "levels": listed(_levels(rows), translate),
        "rows": [
            {**row, "footnote": number(row["source"])} for row in rows if row["kind"] != NERVE_ROOT
        ],
        "roots": [_root(document, roi) for row in roots for roi in row["found"]],
        "absent_roots": [row["name"] for row in roots if not row["found"]],
    }


def _levels(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(level for row in rows for level in row["levels"]))


def _root(document: Document, roi: str) -> Row:
    values = {r["metric"]: r for r in document["metrics"] if r["structure"] == roi}
    return {"name": roi, "metrics": [values[name] for name in NERVE_ROOT_METRICS if name in values]}


def _sectors(names: Sequence[str], translate: Translate) -> str:
    return listed([word_of(translate)(name) for name in names], translate)
