"""Metrics beyond those of every report: which a result must hold, and which a run lists of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from ..report.subjects import ALWAYS, listed_metrics
from .result import CaseResult


def further_metrics(asked: Collection[str]) -> tuple[str, ...]:
    """Return the metrics that only a result has that was evaluated with them, by name."""
    return tuple(sorted(set(asked) - set(ALWAYS)))


def with_metrics(result: CaseResult, asked: Collection[str]) -> CaseResult:
    """Return a result without the further metrics that only a former run asked for.

    Parameters
    ----------
    result : CaseResult
    asked : collection of str
        Further metrics of this run.
    """
    document = result.document
    if document is None:
        return result
    roles = {s["name"]: s["role"] for s in document["case"]["structures"]}
    metrics = [
        found
        for found in document["metrics"]
        if found["metric"] in {*listed_metrics(roles.get(found["structure"], "")), *asked}
    ]
    return replace(result, document={**document, "metrics": metrics})
