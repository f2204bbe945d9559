"""Counts, scores with their intervals, the table."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from campaign import Outcome
from children import KILLED, NOT_COVERED, SURVIVED, TIMEOUT
from rooms import ROOMS

Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Score:
    """One row: how many mutants there are, how many were run and what became of them."""

    room: str
    all_mutants: int
    run: int
    killed: int
    timeouts: int
    survived: int
    not_covered: int

    @property
    def percent(self) -> float:
        """Killed in percent of those run; a timeout counts as killed, one not covered does not."""
        return 100 * (self.killed + self.timeouts) / self.run if self.run else math.nan

    def interval_percent(self) -> tuple[float, float]:
        """Give the 95 % interval of Wilson (1927); of all mutants there is nothing to infer."""
        if self.run in {0, self.all_mutants}:
            return self.percent, self.percent
        n, p = self.run, self.percent / 100
        middle = (p + Z_95**2 / (2 * n)) / (1 + Z_95**2 / n)
        half = Z_95 / (1 + Z_95**2 / n) * math.sqrt(p * (1 - p) / n + Z_95**2 / (4 * n**2))
        return 100 * (middle - half), 100 * (middle + half)


def scores(counts: dict[str, int], outcomes: Sequence[Outcome]) -> list[Score]:
    """Give a row for each room that was run, and their sum where there are several.

    Parameters
    ----------
    counts
        Number of all mutants by room.
    outcomes
        Of those that were run.
    """
    rooms = [room for room in ROOMS if room in counts]
    rows = [
        _score(room, counts[room], [o for o in outcomes if o.mutant.room == room]) for room in rooms
    ]
    if len(rows) > 1:
        rows.append(_score("all four", sum(counts.values()), outcomes))
    return rows


def _score(room: str, number: int, outcomes: Sequence[Outcome]) -> Score:
    of = Counter(outcome.status for outcome in outcomes)
    return Score(
        room, number, len(outcomes), of[KILLED], of[TIMEOUT], of[SURVIVED], of[NOT_COVERED]
    )


def markdown(rows: Sequence[Score]) -> str:
    """Write the table for docs/benchmarks.md."""
    lines = [
        "| room | mutants | run | killed | timeouts | survived | not covered "
        "| score, % (95 % interval) |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        low, high = row.interval_percent()
        lines.append(
            f"| {row.room} | {row.all_mutants} | {row.run} | {row.killed} | {row.timeouts} "
            f"| {row.survived} | {row.not_covered} | {row.percent:.1f} ({low:.1f} to {high:.1f}) |"
        )
    return "\n".join(lines) + "\n"
