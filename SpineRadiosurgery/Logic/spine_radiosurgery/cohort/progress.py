"""How far a run is, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

LOOKING, EVALUATING, WRITING = "Looking for finished cases", "Evaluating", "Writing tables"


@dataclass(frozen=True)
class RunProgress:
    """How far a run is.

    Attributes
    ----------
    stage : str
    total : int
        Cases of the manifest.
    evaluated, failed : int
        Cases that this run dealt with.
    kept : int
        Cases whose results of a former run hold.
    worked_on : int
        Cases that came from a worker.
    seconds : float
        Since the first of them was handed out.
    """

    stage: str
    total: int
    evaluated: int = 0
    failed: int = 0
    kept: int = 0
    worked_on: int = 0
    seconds: float = 0.0

    @property
    def done(self) -> int:
        """Cases that are ready."""
        return self.evaluated + self.failed + self.kept

    @property
    def cases_per_minute(self) -> float | None:
        """That come from the workers; None before the first one did."""
        if not self.worked_on or not self.seconds > 0:
            return None
        return 60.0 * self.worked_on / self.seconds

    @property
    def remaining_s(self) -> float | None:
        """Time to go at this rate; None while the rate is not known."""
        rate = self.cases_per_minute
        return None if rate is None else 60.0 * (self.total - self.done) / rate


OnProgress = Callable[[RunProgress], None]


@dataclass(frozen=True)
class CohortRun:
    """A run that came to its end.

    Attributes
    ----------
    output : Path
    total, evaluated, failed : int
        Cases of the manifest; those kept are among them.
    kept : int
        Results of former runs that hold.
    not_in_manifest : tuple of str
        Folders of results whose rows left the manifest; kept, and not counted.
    """

    output: Path
    total: int
    evaluated: int
    failed: int
    kept: int
    not_in_manifest: tuple[str, ...] = ()
