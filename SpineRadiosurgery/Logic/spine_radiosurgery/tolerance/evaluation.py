"""Constraints against the dose in their structures."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import partial

from ..case import InputError
from ..cord import CORD_VOLUME
from ..dose import Metric
from .constraint import Constraint
from .protocol import Protocol
from .result import (
    CAUTION,
    FAIL,
    NOT_EVALUABLE,
    PASS,
    ConstraintResult,
    EvaluatedStructure,
)

_NUMBERED_CORD_VOLUME = re.compile(rf"{CORD_VOLUME}_(\d+)")
PREVIOUS_RADIATION = ("yes", "no", "unknown")
UNVERIFIED = "this limit wants checking against its primary source"


def evaluate_protocol(
    protocol: Protocol,
    structures: Mapping[str, EvaluatedStructure],
    *,
    fractions: int,
    plan_maximum_gy: float,
    prescription_gy: float | None = None,
    cautions: Sequence[str] = (),
    previous_radiation: str = "unknown",
    mixed_fractionation: bool = False,
) -> tuple[ConstraintResult, ...]:
    """Evaluate the switched-on rows of a protocol for a number of fractions.

    Parameters
    ----------
    protocol : Protocol
    structures : mapping
        By the constraints' names (TG-263); the cord volume as `SpinalCord_Partial`, or as
        `SpinalCord_Partial_1`, `_2`, ... where separate sites have one each: then each has a row.
    fractions : int
    plan_maximum_gy : float
        The most that volume outside the dose grid can have received.
    prescription_gy : float, optional
        Total; needed by metrics in percent of it only.
    cautions : sequence of str
        What the safety gate holds against the cord: every cord row that would pass is a caution.
    previous_radiation : str
        "yes", "no" or "unknown"; with "yes" limits for unirradiated tissue do not apply.
    mixed_fractionation : bool
        The dose is a sum of plans with different fractionation.

    Returns
    -------
    tuple of ConstraintResult
        In the protocol's order. Where the protocol has no rows for this number of fractions, those
        for the nearest number it has, none of them evaluable.
    """
    check_previous_radiation(previous_radiation)
    blocked = _why_not_applicable(protocol, fractions, previous_radiation, mixed_fractionation)
    rows = protocol.constraints_for(fractions)
    if not rows and protocol.fractions:
        nearest = min(protocol.fractions, key=lambda number: (abs(number - fractions), number))
        rows = protocol.constraints_for(nearest)
    return tuple(
        evaluate_constraint(
            row,
            structure,
            protocol=protocol.identifier,
            plan_maximum_gy=plan_maximum_gy,
            prescription_gy=prescription_gy,
            cautions=() if row.role == "organ" else cautions,
            blocked=blocked,
        )
        for row in rows
        for structure in _structures_of(row, structures)
    )


def evaluate_constraint(
    constraint: Constraint,
    target: EvaluatedStructure,
    *,
    plan_maximum_gy: float,
    protocol: str = "",
    prescription_gy: float | None = None,
    cautions: Sequence[str] = (),
    blocked: str = "",
) -> ConstraintResult:
    """Evaluate one constraint in one structure.

    Parameters
    ----------
    constraint : Constraint
    target : EvaluatedStructure
    plan_maximum_gy : float
    protocol : str
        Identifier for the result.
    prescription_gy : float, optional
    cautions : sequence of str
        Beside the structure's own.
    blocked : str
        Why no limit of the protocol applies to this plan; "" when they do.

    Returns
    -------
    ConstraintResult
        The value is that of the volume inside the dose grid, unrounded.
    """
    refuse = partial(_result, constraint, target, protocol, status=NOT_EVALUABLE)
    nothing = Metric(constraint.metric, math.nan, constraint.unit)
    refused = blocked or _why_not_evaluable(constraint, target)
    if refused or target.samples is None:
        return refuse(metric=nothing, reason=refused)
    metric = target.samples.metric(constraint.metric, prescription_gy=prescription_gy)
    if math.isnan(metric.value):
        reason = metric.reason or f"{constraint.metric} has no value in {target.name}"
        return refuse(metric=metric, reason=reason)
    status, reason = compare(constraint, metric.value, metric.uncertainty)
    open_question = _what_uncovered_part_decides(
        constraint, target, metric, plan_maximum_gy, prescription_gy
    )
    if open_question:
        return refuse(metric=metric, reason=open_question)
    held_against = tuple(dict.fromkeys((*target.cautions, *cautions)))
    if status == PASS and held_against:
        status = CAUTION
    unverified = () if constraint.verified else (UNVERIFIED,)
    reasons = [r.rstrip(".") for r in (reason, *held_against, *unverified) if r]
    return _result(
        constraint, target, protocol, metric=metric, status=status, reason="; ".join(reasons)
    )


def check_previous_radiation(answer: str) -> None:
    """Refuse an answer that is not yes, no or unknown."""
    if answer not in PREVIOUS_RADIATION:
        raise InputError(
            f"Earlier irradiation is {answer!r}; say {', '.join(PREVIOUS_RADIATION[:-1])} or "
            f"{PREVIOUS_RADIATION[-1]}."
        )


def number_of_fractions(number: int) -> str:
    """Write a number of fractions in words."""
    return f"{number} fraction{'' if number == 1 else 's'}"


def _structures_of(
    row: Constraint, structures: Mapping[str, EvaluatedStructure]
) -> list[EvaluatedStructure]:
    if row.structure in structures:
        return [structures[row.structure]]
    if row.structure == CORD_VOLUME:
        matches = [(m, n) for n in structures if (m := _NUMBERED_CORD_VOLUME.fullmatch(n))]
        numbered = sorted((int(match[1]), name) for match, name in matches)
        if numbered:
            return [structures[name] for _, name in numbered]
    return [
        EvaluatedStructure(row.structure, None, missing_reason=f"{row.structure} is not contoured")
    ]


def _why_not_applicable(
    protocol: Protocol, fractions: int, previous_radiation: str, mixed_fractionation: bool
) -> str:
    """Why no limit of the protocol applies to this plan at all; "" when they do."""
    if mixed_fractionation:
        return "the dose is a sum of plans with different fractionation"
    if not protocol.constraints_for(fractions):
        wanted = protocol.fractions
        listed = ", ".join(map(str, wanted[:-1]))
        listed = f"{listed} or {wanted[-1]}" if listed else "".join(map(str, wanted))
        unit = "fraction" if wanted == (1,) else "fractions"
        return (
            f"{protocol.identifier} holds for {listed or 'no number of'} {unit}; "
            f"this plan has {number_of_fractions(fractions)}"
        )
    if previous_radiation == "yes":
        return "irradiated earlier: this limit is for tissue without earlier irradiation"
    return ""


def _why_not_evaluable(constraint: Constraint, target: EvaluatedStructure) -> str:
    """Why this structure cannot be held against the constraint; "" when it can."""
    if not constraint.enabled:
        return f"switched off: {UNVERIFIED}"
    if target.samples is None:
        return target.missing_reason or f"{target.name} has no dose"
    if target.truncated_organ and constraint.parsed_metric.needs_whole_volume:
        return f"{target.name} is cut off at the end of the image, its whole volume is not known"
    return ""


def compare(constraint: Constraint, value: float, uncertainty: float) -> tuple[str, str]:
    """Return the status of an unrounded value, and the reason of a caution."""
    for limit in (constraint.limit, constraint.caution_limit):
        if limit is not None and uncertainty > 0 and abs(value - limit) <= uncertainty:
            return CAUTION, (
                f"the limit of {limit:g} {constraint.unit} lies within the uncertainty of the "
                f"value (± {uncertainty:.2g} {constraint.unit})"
            )
    if not constraint.holds(value):
        return FAIL, ""
    stricter = constraint.caution_limit
    if stricter is not None and not constraint.holds(value, stricter):
        return CAUTION, f"beyond {stricter:g} {constraint.unit}, where caution begins"
    return PASS, ""


def is_open(
    constraint: Constraint, value: float, uncertainty: float, extremes: Sequence[float]
) -> bool:
    """Say whether the status would differ with one of the extremes that the value might have."""
    statuses = {compare(constraint, extreme, uncertainty)[0] for extreme in extremes}
    return statuses != {compare(constraint, value, uncertainty)[0]}


def _what_uncovered_part_decides(
    constraint: Constraint,
    target: EvaluatedStructure,
    metric: Metric,
    plan_maximum_gy: float,
    prescription_gy: float | None,
) -> str:
    """Say so when the status depends on the dose that the uncovered part received; else ""."""
    samples = target.samples
    if samples is None or not samples.outside_dose_cc > 0:
        return ""
    extremes = [
        samples.with_outside_at(dose_gy)
        .metric(constraint.metric, prescription_gy=prescription_gy)
        .value
        for dose_gy in (0.0, plan_maximum_gy)
    ]
    if not is_open(constraint, metric.value, metric.uncertainty, extremes):
        return ""
    return (
        f"{samples.outside_dose_cc:.3g} cc of {target.name} lies outside the dose grid, and the "
        f"verdict depends on its dose (0 to {plan_maximum_gy:.4g} Gy)"
    )


def _result(
    constraint: Constraint,
    target: EvaluatedStructure,
    protocol: str,
    *,
    metric: Metric,
    status: str,
    reason: str = "",
) -> ConstraintResult:
    return ConstraintResult(
        protocol=protocol,
        group=constraint.group,
        role=constraint.role,
        structure=target.name,
        constraint_structure=constraint.structure,
        metric=constraint.metric,
        comparator=constraint.comparator,
        limit=constraint.limit,
        caution_limit=constraint.caution_limit,
        value=metric.value,
        unit=constraint.unit,
        uncertainty=metric.uncertainty,
        outside_dose_cc=math.nan if target.samples is None else target.samples.outside_dose_cc,
        status=status,
        reason=reason,
        citation=constraint.citation,
        note=constraint.note,
        verified=constraint.verified,
        enabled=constraint.enabled,
    )
