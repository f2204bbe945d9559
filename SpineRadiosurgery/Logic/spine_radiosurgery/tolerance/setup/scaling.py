"""By which factor a plan's dose may be scaled before the cord limit breaks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...dose import DoseSamples
from ..protocol import Protocol
from ..result import FAIL, PASS
from .following import FollowedRow, Outcome


@dataclass(frozen=True)
class RoomToScale:
    """By which factor the dose may be scaled before the cord limit breaks.

    Attributes
    ----------
    factor : float
        Below 1 when the limit is broken already; nan when not known or without end.
    limit : str
        The row or rows that break.
    reason : str
        Why there is no factor; "" when there is one.
    """

    factor: float
    limit: str = ""
    reason: str = ""

    @property
    def sentence(self) -> str:
        """For a planner."""
        if math.isnan(self.factor):
            return f"By which factor the plan may be scaled is not known: {self.reason}."
        if self.factor < 1:
            return (
                f"The plan must be scaled by {_down(self.factor):.2f} or less to hold the cord "
                f"limit ({self.limit})."
            )
        return (
            f"The plan may be scaled by {_down(self.factor):.2f} before the cord limit breaks "
            f"({self.limit})."
        )


def room_to_scale(
    protocol: Protocol,
    rows: Sequence[FollowedRow],
    samples: Mapping[str, DoseSamples],
    *,
    prescription_gy: float | None = None,
) -> RoomToScale:
    """Find the largest factor on the whole dose for which the verdict is no failure.

    D metrics scale with the dose; a V metric holds its limit until the dose at the limit's volume
    reaches the metric's dose.

    Parameters
    ----------
    protocol : Protocol
    rows : sequence of FollowedRow
    samples : mapping of str to DoseSamples
        By the structures' own names.
    prescription_gy : float, optional
    """
    outcome = Outcome(protocol, rows)
    if not outcome.decides:
        return RoomToScale(math.nan, reason="no cord limit could be evaluated")
    factors = [
        _factor(row, samples[row.nominal.structure], prescription_gy) for row in outcome.rows
    ]
    for row, factor in zip(outcome.rows, factors, strict=True):
        if math.isnan(factor):
            return RoomToScale(math.nan, reason=f"{row.limit_text} does not scale with the dose")
    for candidate in sorted(f for f in factors if math.isfinite(f)):
        # What any larger factor breaks.
        statuses = [FAIL if f <= candidate else PASS for f in factors]
        if outcome.status(statuses) == FAIL:
            last = [
                row.limit_text
                for row, factor in zip(outcome.rows, factors, strict=True)
                if factor == candidate
            ]
            return RoomToScale(candidate, ", ".join(last))
    reason = "no dose breaks the cord limit: the cord volume is smaller than the volume allowed"
    return RoomToScale(math.nan, reason=reason)


def _factor(row: FollowedRow, samples: DoseSamples, prescription_gy: float | None) -> float:
    """Largest factor that the row holds; inf when it holds any, nan when it cannot be told."""
    constraint, metric = row.constraint, row.constraint.parsed_metric
    at_most = constraint.comparator in ("<=", "<")
    limit = constraint.limit
    if constraint.unit == "Gy" and at_most:
        value = samples.metric(constraint.metric).value
        return limit / value if value > 0 else math.inf
    if metric.kind == ("V" if at_most else "CV"):
        allowed_cc = limit if constraint.unit == "cc" else limit / 100.0 * samples.covered_cc
        if not at_most:
            allowed_cc = samples.covered_cc - allowed_cc
        limit_gy = metric.at
        if metric.at_unit == "%":
            limit_gy *= math.nan if prescription_gy is None else prescription_gy / 100.0
        if allowed_cc >= samples.covered_cc:
            return math.inf
        dose = samples.dose_at_volume(cc=max(allowed_cc, 0.0))
        return limit_gy / dose if dose > 0 else math.inf
    return math.nan


def _down(factor: float) -> float:
    """Round down to two decimals, so that what is written still holds."""
    return math.floor(factor * 100 + 1e-9) / 100
