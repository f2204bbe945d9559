"""What another program says about the same structures and the same dose."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SecondOpinionRow:
    """One metric of one structure beside another program's.

    Attributes
    ----------
    program : str
        "SlicerRT".
    structure, metric, unit : str
        `metric` in TG-263 notation; both "" in the row of a structure that has no opinion.
    ours, theirs, explained : float or None
        `explained` is the largest difference that sampling explains.
    status : str
        "agrees", "differs" or "not comparable".
    sentence : str
    """

    program: str
    structure: str
    metric: str
    unit: str
    ours: float | None
    theirs: float | None
    explained: float | None
    status: str
    sentence: str
