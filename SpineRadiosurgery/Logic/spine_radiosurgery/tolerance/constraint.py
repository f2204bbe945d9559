"""One limit on one metric of one structure."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..case import InputError
from ..dose import MetricName, parse_metric_name

ROLES = ("decides", "whole_cord", "advisory", "organ")
"""What a row does to the verdict.

decides     on the cord volume; its status is the verdict's.
whole_cord  the same limit on the whole contoured cord: failing fails; cord outside the dose grid,
            which only this row sees, is said and does not decide.
advisory    failing gives a caution, passing never rescues.
organ       failing fails; an organ that is not contoured is counted and does not decide.
"""
COMPARATORS = ("<=", "<", ">=")


@dataclass(frozen=True)
class Constraint:
    """One limit on one metric of one structure, for given numbers of fractions.

    Attributes
    ----------
    fractions : tuple of int
        Numbers of fractions that the limit holds for.
    structure : str
        TG-263 name, or `SpinalCord_Partial` for the cord volume.
    role : str
        One of `ROLES`.
    metric : str
        TG-263 notation, `V10Gy[%]`; `CV7Gy[cc]` is the volume that stays below 7 Gy.
    comparator : str
        "<=", "<" or ">=".
    limit : float
        In `unit`.
    unit : str
        "Gy", "%" or "cc": the metric's own.
    citation : str
        Source of the limit.
    verified : bool
        A copy of the number in its source, or of a public print of it, was read.
    enabled : bool
        Rows that want checking ship switched off and are never evaluated.
    group : str
        With the verdict rule `any_of`, deciding rows of one group stand in for each other.
    caution_limit : float or None
        Beyond this value, but within the limit, the row is a caution.
    endpoint, note : str

    Raises
    ------
    InputError
        Anything that makes the row ambiguous or impossible.
    """

    fractions: tuple[int, ...]
    structure: str
    role: str
    metric: str
    comparator: str
    limit: float
    unit: str
    citation: str
    verified: bool
    enabled: bool = True
    group: str = ""
    caution_limit: float | None = None
    endpoint: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if not self.structure.strip():
            raise InputError("the structure has no name")
        if not self.fractions or min(self.fractions) < 1:
            raise InputError(f"fractions {list(self.fractions)} must be whole numbers from 1 up")
        if len(set(self.fractions)) != len(self.fractions):
            raise InputError(f"fractions {list(self.fractions)} name one number twice")
        _one_of("role", self.role, ROLES)
        _one_of("comparator", self.comparator, COMPARATORS)
        wanted = self.parsed_metric.unit
        if self.unit != wanted:
            raise InputError(f"metric {self.metric} is in {wanted}, but unit is {self.unit!r}")
        self._check_limits()

    @property
    def parsed_metric(self) -> MetricName:
        """The metric's name, parsed."""
        return parse_metric_name(self.metric)

    def holds(self, value: float, limit: float | None = None) -> bool:
        """Compare an unrounded value with the limit, or with another limit in its place."""
        bound = self.limit if limit is None else limit
        if self.comparator == "<=":
            return value <= bound
        if self.comparator == "<":
            return value < bound
        return value >= bound

    def _check_limits(self) -> None:
        for name, value in (("limit", self.limit), ("caution_limit", self.caution_limit)):
            if value is None:
                continue
            if not math.isfinite(value) or value < 0:
                raise InputError(f"{name} {value:g} {self.unit} must be a number from 0 up")
            if self.unit == "%" and value > 100:
                raise InputError(f"{name} {value:g} % is more than 100 %")
        if self.caution_limit is None:
            return
        if self.caution_limit == self.limit or not self.holds(self.caution_limit):
            raise InputError(
                f"caution_limit {self.caution_limit:g} {self.unit} must be stricter than the "
                f"limit {self.limit:g} {self.unit}"
            )


def _one_of(key: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise InputError(f"{key} {value!r} is not known; it is one of {', '.join(allowed)}")
