"""One limit on one metric of one structure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

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
LARGEST_LIMIT = 1e9


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
        for _, text in row_complaints(vars(self)):
            raise InputError(text)

    @property
    def name(self) -> str:
        """Structure and metric, as messages name the row."""
        return f"{self.structure} {self.metric}"

    @property
    def parsed_metric(self) -> MetricName:
        """The metric's name, parsed."""
        return parse_metric_name(self.metric)

    def holds(self, value: float, limit: float | None = None) -> bool:
        """Compare an unrounded value with the limit, or with another limit in its place."""
        return _holds(self.comparator, value, self.limit if limit is None else limit)


def row_complaints(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Say all that is wrong with the fields of a row.

    Parameters
    ----------
    values : mapping
        Fields of a `Constraint`, of the right types; those that are missing are not judged.

    Yields
    ------
    tuple of str
        Field, and sentence without a full stop.
    """
    yield from empty_texts(values, ("structure", "citation"))
    if "fractions" in values:
        yield from _about_fractions(list(values["fractions"]))
    for key, allowed in (("role", ROLES), ("comparator", COMPARATORS)):
        if key in values and values[key] not in allowed:
            known = ", ".join(allowed)
            yield key, f"{key} {values[key]!r} is not known; it is one of {known}"
    if "metric" in values:
        yield from _about_metric(values["metric"], values.get("unit"))
    yield from _about_limits(values)


def empty_texts(values: Mapping[str, Any], keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Say which of some texts are there and hold nothing; field and sentence."""
    for key in keys:
        if key in values and not values[key].strip():
            yield key, f"{key} is empty"


def _about_fractions(fractions: list[int]) -> Iterator[tuple[str, str]]:
    if not fractions or min(fractions) < 1:
        yield "fractions", f"fractions {fractions} must be whole numbers from 1 up"
    elif len(set(fractions)) != len(fractions):
        yield "fractions", f"fractions {fractions} name one number twice"


def _about_metric(metric: str, unit: str | None) -> Iterator[tuple[str, str]]:
    try:
        # Digits of other scripts would be numbers to Python, and not to the published schema.
        wanted = parse_metric_name(metric.encode("ascii", "replace").decode()).unit
    except InputError as error:
        yield "metric", str(error).rstrip(".")
        return
    if unit is not None and unit != wanted:
        yield "unit", f"metric {metric} is in {wanted}, but unit is {unit!r}"


def _about_limits(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    unit, fits = values.get("unit", ""), True
    for key in ("limit", "caution_limit"):
        value = values.get(key)
        if value is None:
            continue
        if not math.isfinite(value) or not 0 <= value < LARGEST_LIMIT:
            fits = False
            yield key, f"{key} {value:g} {unit} must be a number from 0 up, below 1e9"
        elif unit == "%" and value > 100:
            fits = False
            yield key, f"{key} {value:g} % is more than 100 %"
    limit, caution = values.get("limit"), values.get("caution_limit")
    comparator = values.get("comparator")
    if not fits or limit is None or caution is None or comparator not in COMPARATORS:
        return
    if caution == limit or not _holds(comparator, caution, limit):
        yield (
            "caution_limit",
            f"caution_limit {caution:g} {unit} must be stricter than the limit {limit:g} {unit}",
        )


def _holds(comparator: str, value: float, bound: float) -> bool:
    if comparator == "<=":
        return value <= bound
    if comparator == "<":
        return value < bound
    return value >= bound
