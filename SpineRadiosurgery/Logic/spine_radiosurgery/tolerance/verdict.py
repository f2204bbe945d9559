"""One verdict from the results of a protocol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..cord import CORD_VOLUME
from .evaluation import check_previous_radiation
from .protocol import Protocol
from .result import CAUTION, FAIL, NOT_EVALUABLE, PASS, ConstraintResult, worst
from .wording import limit_of, sentence_of, short_metric, value_of

_EFFECTS = {
    "decides": {FAIL: FAIL, NOT_EVALUABLE: NOT_EVALUABLE, CAUTION: CAUTION, PASS: PASS},
    "whole_cord": {FAIL: FAIL, NOT_EVALUABLE: PASS, CAUTION: CAUTION, PASS: PASS},
    "advisory": {FAIL: CAUTION, NOT_EVALUABLE: PASS, CAUTION: CAUTION, PASS: PASS},
    "organ": {FAIL: FAIL, NOT_EVALUABLE: PASS, CAUTION: CAUTION, PASS: PASS},
}
"""What a row's status makes of a verdict that would be a pass; the gravest effect wins."""


@dataclass(frozen=True)
class Verdict:
    """The outcome of a protocol for a plan.

    Attributes
    ----------
    status : str
        "pass", "caution", "fail" or "not_evaluable".
    reason : str
        The figures and what is held against them, in words a clinician reads.
    decided_by : str
        The rows that the status comes from.
    """

    status: str
    reason: str
    decided_by: str


@dataclass(frozen=True)
class _Finding:
    """What one row, or one group of rows, makes of the verdict."""

    status: str
    text: str
    rows: tuple[ConstraintResult, ...]


def decide(
    protocol: Protocol,
    results: Sequence[ConstraintResult],
    *,
    gate_cautions: Sequence[str] = (),
    previous_radiation: str = "unknown",
) -> Verdict:
    """Make one verdict: fail > not evaluable cord row > caution > pass.

    Each cord volume decides; the worst wins. What rows do by their role: `constraint.ROLES`.

    Parameters
    ----------
    protocol : Protocol
    results : sequence of ConstraintResult
        Of `evaluate_protocol`; rows that are switched off do not count.
    gate_cautions : sequence of str
        What the safety gate says; a pass becomes a caution.
    previous_radiation : str
        "yes", "no" or "unknown", which is said.

    Returns
    -------
    Verdict
    """
    check_previous_radiation(previous_radiation)
    rows = [r for r in results if r.enabled]
    decisive = [r for r in rows if r.role == "decides"]
    cord = _deciding_findings(protocol, decisive)
    others = [_Finding(_effect(r), "", (r,)) for r in rows if r.role != "decides"]
    findings = [*cord, *others]
    status = worst((CAUTION if gate_cautions else PASS, *(f.status for f in findings)))
    shown_too = [r for r in rows if r.role == "advisory" and r.constraint_structure == CORD_VOLUME]
    texts = [
        _figures(status, findings, decisive, shown_too),
        *_remarks(rows, status, gate_cautions),
    ]
    if previous_radiation == "unknown":
        texts.append("earlier irradiation unknown")
    return Verdict(
        status,
        _joined(texts),
        _decided_by(cord if status == PASS else findings, status, gate_cautions),
    )


def _effect(row: ConstraintResult) -> str:
    return _EFFECTS[row.role][row.status]


def _deciding_findings(protocol: Protocol, rows: list[ConstraintResult]) -> list[_Finding]:
    if not rows:
        text = f"{protocol.identifier} has no switched-on row that decides for the cord"
        return [_Finding(NOT_EVALUABLE, text, ())]
    grouped = [r for r in rows if r.group] if protocol.verdict_rule == "any_of" else []
    findings = [_Finding(_effect(r), "", (r,)) for r in rows if r not in grouped]
    for group in dict.fromkeys(r.group for r in grouped):
        members = [r for r in grouped if r.group == group]
        findings.extend(_any_of(site) for site in _by_site(members))
    return findings


def _by_site(members: list[ConstraintResult]) -> list[tuple[ConstraintResult, ...]]:
    """One set of rows for each cord volume; rows on other structures belong to every set."""
    sites = dict.fromkeys(r.structure for r in members if r.constraint_structure == CORD_VOLUME)
    if not sites:
        return [tuple(members)]
    return [
        tuple(r for r in members if r.constraint_structure != CORD_VOLUME or r.structure == site)
        for site in sites
    ]


def _any_of(rows: tuple[ConstraintResult, ...]) -> _Finding:
    """Pass only if all rows pass, caution if one does, fail if none does."""
    statuses = {r.status for r in rows}
    if NOT_EVALUABLE in statuses:
        return _Finding(NOT_EVALUABLE, "", rows)
    if FAIL not in statuses:
        return _Finding(worst(tuple(statuses)), "", rows)
    if statuses == {FAIL}:
        return _Finding(FAIL, "", rows)
    passed = ", ".join(limit_of(r) for r in rows if r.status == PASS)
    doubtful = ", ".join(limit_of(r) for r in rows if r.status == CAUTION)
    failed = ", ".join(f"{short_metric(r)} = {value_of(r)}" for r in rows if r.status == FAIL)
    by = f"passes by {passed} only" if passed else f"may pass by {doubtful} only"
    site = rows[0].structure if rows[0].structure != CORD_VOLUME else ""
    return _Finding(CAUTION, f"{site} {by}; {failed}".strip(), rows)


def _figures(
    status: str,
    findings: list[_Finding],
    decisive: list[ConstraintResult],
    shown_too: list[ConstraintResult],
) -> str:
    """Write the figures that a reader wants first: those that the verdict comes from."""
    if status == NOT_EVALUABLE:
        open_rows = [r for r in decisive if r.status == NOT_EVALUABLE]
        texts = [f.text for f in findings if f.status == NOT_EVALUABLE]
        return _joined([*texts, *(r.reason for r in open_rows)])
    failed = [r for f in findings if f.status == FAIL for r in f.rows if r.status == FAIL]
    # The whole cord's figure is news only where the cord volume's own holds the limit.
    first = [r for r in failed if r.role != "whole_cord" or not _twin_in(r, failed)]
    told = [r for f in findings if f.text for r in f.rows]
    others = [
        r
        for r in (*decisive, *shown_too)
        if r not in failed and r not in told and r.status != NOT_EVALUABLE
    ]
    order = list(dict.fromkeys(r.structure for r in (*first, *others)))
    rows = sorted((*first, *others), key=lambda r: order.index(r.structure))
    return _joined([f.text for f in findings] + [sentence_of(rows)])


def _joined(texts: Sequence[str]) -> str:
    return "; ".join(dict.fromkeys(t for t in texts if t))


def _twin_in(row: ConstraintResult, rows: Sequence[ConstraintResult]) -> bool:
    return any(r.metric == row.metric and r.constraint_structure == CORD_VOLUME for r in rows)


def _remarks(rows: list[ConstraintResult], status: str, gate_cautions: Sequence[str]) -> list[str]:
    """What is held against the figures, and what could not be evaluated."""
    failed = [r for r in rows if r.status == FAIL]
    remarks = [
        f"the advisory limit of {limit_of(r)} is exceeded"
        if r.constraint_structure == CORD_VOLUME
        else f"{sentence_of([r])} is beyond the advisory limit"
        for r in failed
        if r.role == "advisory"
        and (r.constraint_structure == CORD_VOLUME or not _twin_in(r, failed))
    ]
    if status != NOT_EVALUABLE:
        remarks += [r.reason for r in rows if r.role == "decides" and r.status == NOT_EVALUABLE]
    cautions = [r for r in rows if r.status == CAUTION]
    remarks += [
        r.reason if r.role in ("decides", "advisory") else f"{sentence_of([r])}: {r.reason}"
        for r in cautions
        if not (r.role == "whole_cord" and _twin_in(r, cautions))
    ]
    remarks += [text.rstrip(".") for text in gate_cautions]
    remarks += _not_evaluated(rows)
    return remarks


def _not_evaluated(rows: list[ConstraintResult]) -> list[str]:
    decisive_reasons = {r.reason for r in rows if r.role == "decides"}
    silent = [
        r
        for r in rows
        if r.role != "decides" and r.status == NOT_EVALUABLE and r.reason not in decisive_reasons
    ]
    remarks = []
    beyond = [r for r in silent if r.role != "organ" and r.outside_dose_cc > 0]
    if beyond:
        remarks.append(
            f"{beyond[0].outside_dose_cc:.3g} cc of {beyond[0].structure} outside the dose grid "
            "could not be evaluated"
        )
    remarks += [r.reason for r in silent if r.role != "organ" and not r.outside_dose_cc > 0]
    organs = sum(r.role == "organ" for r in silent)
    if organs:
        remarks.append(f"{organs} organ limit{'' if organs == 1 else 's'} not evaluable")
    return remarks


def _decided_by(findings: list[_Finding], status: str, gate_cautions: Sequence[str]) -> str:
    rows = [f"{r.structure} {r.metric}" for f in findings if f.status == status for r in f.rows]
    if status == CAUTION and gate_cautions:
        rows.append("safety gate")
    return ", ".join(dict.fromkeys(rows)) or "protocol"
