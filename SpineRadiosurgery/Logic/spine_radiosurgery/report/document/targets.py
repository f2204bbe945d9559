"""`target_definitions` in `report.json`: targets with the vertebrae and sectors they lie in."""

from __future__ import annotations

from typing import Any

from ...anatomy import SECTORS
from ...targets import Involvement, Proposal, TargetDefinition
from ..model import Report
from ..targets.review import TAKEN_SHARE, TargetReview, VertebraReview, picture_of
from .values import reason_of, uncertainty_of

QUALITY_KEYS = (
    "frame_residual_mm", "symmetry", "canal", "canal_width_mm", "canal_depth_mm", "volume_cc",
)  # fmt: skip
DRAWN = "drawn"
"""Origin of a target that the case brought along."""


def definitions_document(report: Report) -> list[dict[str, Any]]:
    """Return one entry a target that was defined or whose vertebrae were split."""
    return [target_entry(review) for review in report.target_reviews]


def target_entry(review: TargetReview) -> dict[str, Any]:
    """Return the entry of one target with its vertebrae; `plain` makes it JSON values."""
    definition = review.definition
    found: dict[str, Any] = {
        "target": review.target.name,
        "origin": DRAWN if definition is None else definition.rule_set,
        "template": None,
        "levels": [v.label for v in review.vertebrae],
        "rules": [],
        "margin_mm": None,
        "gtv": [g.name for g in review.gtv],
        "united_with": [],
        "cord": None,
        "prv": None,
        "clipped_to": None,
        "removed_cc": {},
        "overrides": [],
        "taken_share": TAKEN_SHARE if definition is None else None,
        "warnings": [],
        "parameters": {},
        "vertebrae": [_vertebra(v) for v in review.vertebrae],
    }
    return found if definition is None else found | _defined(definition)


def _defined(definition: TargetDefinition) -> dict[str, Any]:
    return {
        "template": definition.template,
        "levels": definition.levels,
        "rules": [
            {key: getattr(rule, key) for key in ("name", "text", "citation", "verified", "remark")}
            for rule in definition.rules
        ],
        "margin_mm": definition.margin_mm,
        "united_with": definition.gtv_names,
        "cord": definition.cord_name,
        "prv": definition.prv_name,
        "clipped_to": definition.clip_name,
        "removed_cc": definition.removed_cc,
        "overrides": [
            {
                key: getattr(override, key)
                for key in ("sector", "included", "level", "reason", "by", "text")
            }
            for override in definition.overrides
        ],
        "warnings": definition.warnings,
        "parameters": definition.parameters,
    }


def _vertebra(review: VertebraReview) -> dict[str, Any]:
    sectors = review.sectors
    frame = sectors.frame
    return {
        "vertebra": sectors.vertebra.name,
        "level": sectors.level,
        "volume_cc": sectors.vertebra.volume_cc,
        "picture": picture_of(review),
        "frame": {
            "origin_ras": frame.origin,
            "right_ras": frame.axes[:, 0],
            "anterior_ras": frame.axes[:, 1],
            "superior_ras": frame.axes[:, 2],
            "posterior_wall_mm": frame.posterior_wall_mm,
            "canal_back_mm": frame.canal_back_mm,
            "canal_half_width_mm": frame.canal_half_width_mm,
        },
        "quality": {key: sectors.quality.get(key) for key in QUALITY_KEYS},
        "warnings": sectors.warnings,
        "sectors": [_sector(review, name) for name in SECTORS],
        "involvement": _involvement(review.involvement),
        "proposal": _proposal(review.proposal),
        "added": review.added if review.proposal else [],
        "left_out": review.left_out,
    }


def _sector(review: VertebraReview, name: str) -> dict[str, Any]:
    share = review.sectors.quality.get("shares", {}).get(name, {})
    found, proposal = review.involvement, review.proposal
    return {
        "name": name,
        "present": name in review.sectors.present,
        "volume_cc": review.sectors.sector(name).volume_cc,
        "percent": share.get("percent"),
        "usual_percent": [share.get("low"), share.get("high")],
        "usual": share.get("usual"),
        "in_target_percent": _percent(review.covered.get(name)),
        "decided": name in review.decided,
        "gtv_percent": None if found is None else _percent(found.shares.get(name)),
        "involved": None if found is None else name in found.involved,
        "proposed": None if proposal is None else name in proposal.sectors,
    }


def _percent(share: float | None) -> float | None:
    return None if share is None else 100.0 * share


def _involvement(found: Involvement | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "gtv": found.tumour,
        "text": found.text,
        "involved": found.involved,
        "body_pattern": found.body_pattern,
        "outside_cc": found.outside_cc,
        "threshold": found.threshold,
    }


def _proposal(proposal: Proposal | None) -> dict[str, Any] | None:
    if proposal is None:
        return None
    keys = ("rule_set", "involved", "sectors", "rule", "citation", "verified", "remark")
    return {
        **{key: getattr(proposal, key) for key in keys},
        "encircles_cord": proposal.encircles_cord,
    }


def skin_document(report: Report) -> list[dict[str, Any]]:
    """Return one entry a target in the posterior elements."""
    return [
        {
            "target": row.target,
            "distance_mm": None if row.distance is None else row.distance.distance_mm,
            "target_ras": None if row.distance is None else row.distance.first_ras,
            "skin_ras": None if row.distance is None else row.distance.second_ras,
            "structure": None if row.skin is None else row.skin.name,
            "derived": row.derived,
            "notes": [] if row.skin is None else row.skin.warnings,
            "metrics": [
                {
                    "metric": metric.name,
                    "value": metric.value,
                    "unit": metric.unit,
                    "uncertainty": uncertainty_of(metric.value, metric.uncertainty),
                    "reason": reason_of(metric.value, metric.reason),
                }
                for metric in row.metrics
            ],
            "reason": row.reason,
        }
        for row in report.skin
    ]
