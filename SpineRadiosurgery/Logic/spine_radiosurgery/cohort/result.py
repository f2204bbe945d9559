"""What became of one case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

EVALUATED, FAILED = "evaluated", "failed"


@dataclass(frozen=True)
class CaseResult:
    """The result of one row of a manifest.

    Attributes
    ----------
    case : str
    status : str
        "evaluated" (whatever the verdict) or "failed".
    reason : str
        Why it failed, a sentence; "" where it did not.
    fingerprint : str
        SHA-256 of inputs and parameters.
    seconds : float
        That it took.
    document : mapping or None
        `report.json` without its pictures; None where it failed.
    assessment : mapping
        Cells of the patient's record (`record_row`); empty where there is none.
    try_again : bool
        It failed for want of something that is no input (memory, a disk that is full, a worker that
        was killed): never stored, so that the next run tries again.
    """

    case: str
    status: str
    reason: str = ""
    fingerprint: str = ""
    seconds: float = 0.0
    document: Mapping[str, Any] | None = None
    assessment: Mapping[str, Any] = field(default_factory=dict)
    try_again: bool = False
