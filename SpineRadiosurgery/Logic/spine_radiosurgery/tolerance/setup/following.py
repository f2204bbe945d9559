"""Rows of a protocol in every setup scenario."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from ...dose import StructureRobustness
from ..constraint import Constraint
from ..evaluation import compare, is_open
from ..protocol import Protocol
from ..result import FAIL, NOT_EVALUABLE, ConstraintResult
from ..verdict import decide

DECIDING = ("decides", "whole_cord")
"""Roles of the rows on the cord whose failing fails the plan."""
NO_UNCERTAINTY = math.nan
"""A scenario is a question of what would be; only its value is held against the limit."""


@dataclass(frozen=True)
class FollowedRow:
    """A row that was evaluable in the nominal setup.

    Attributes
    ----------
    constraint : Constraint
    nominal : ConstraintResult
    """

    constraint: Constraint
    nominal: ConstraintResult

    @property
    def name(self) -> str:
        """Structure and metric, "SpinalCord_Partial V10Gy[%]"."""
        return f"{self.nominal.structure} {self.nominal.metric}"

    @property
    def limit_text(self) -> str:
        """With the limit, "SpinalCord_Partial V10Gy[%] <= 10 %"."""
        row = self.nominal
        return f"{self.name} {row.comparator} {row.limit:g} {row.unit}"

    def with_status(self, status: str) -> ConstraintResult:
        """Return the nominal result with another status."""
        return replace(self.nominal, status=status, reason="")

    def statuses(self, followed: StructureRobustness) -> list[str]:
        """Return the row's status in every scenario, by the rules of the nominal evaluation."""
        metric = self.constraint.metric
        triples = zip(
            followed.metrics[metric].tolist(),
            followed.if_cold[metric].tolist(),
            followed.if_hot[metric].tolist(),
            strict=True,
        )
        return [self._status(value, cold, hot) for value, cold, hot in triples]

    def _status(self, value: float, cold: float, hot: float) -> str:
        if math.isnan(value) or is_open(self.constraint, value, NO_UNCERTAINTY, (cold, hot)):
            return NOT_EVALUABLE
        return compare(self.constraint, value, NO_UNCERTAINTY)[0]


def followed_rows(
    protocol: Protocol,
    results: Sequence[ConstraintResult],
    fractions: int,
    structures: Collection[str],
) -> tuple[tuple[FollowedRow, ...], tuple[ConstraintResult, ...]]:
    """Find the switched-on rows on some structures.

    Returns
    -------
    rows : tuple of FollowedRow
        Those that are evaluable in the nominal setup.
    others : tuple of ConstraintResult
        Those that are not.
    """
    asked = {(c.structure, c.metric): c for c in protocol.constraints_for(fractions)}
    here = [r for r in results if r.enabled and r.structure in structures]
    rows = tuple(
        FollowedRow(asked[r.constraint_structure, r.metric], r)
        for r in here
        if r.status != NOT_EVALUABLE and (r.constraint_structure, r.metric) in asked
    )
    return rows, tuple(r for r in here if r.status == NOT_EVALUABLE)


class Outcome:
    """The verdict that the deciding rows of a protocol make, by their statuses.

    Parameters
    ----------
    protocol : Protocol
    rows : sequence of FollowedRow
        The deciding ones among them count.
    """

    def __init__(self, protocol: Protocol, rows: Sequence[FollowedRow]) -> None:
        self.protocol = protocol
        self.rows = tuple(r for r in rows if r.nominal.role in DECIDING)
        self._known: dict[tuple[str, ...], str] = {}

    @property
    def decides(self) -> bool:
        """Whether there is a row on the cord volume to decide by."""
        return any(row.nominal.role == "decides" for row in self.rows)

    def status(self, statuses: Sequence[str]) -> str:
        """Return the verdict when the deciding rows have these statuses."""
        key = tuple(statuses)
        if key not in self._known:
            results = [row.with_status(s) for row, s in zip(self.rows, key, strict=True)]
            self._known[key] = decide(self.protocol, results).status
        return self._known[key]

    def failing(self, statuses: Sequence[str]) -> tuple[FollowedRow, ...]:
        """Return the rows that fail."""
        return tuple(r for r, s in zip(self.rows, statuses, strict=True) if s == FAIL)
