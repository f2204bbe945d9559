"""The second plan's value less the first's, and what that means."""

from __future__ import annotations

import math
from dataclasses import dataclass

BETTER, WORSE, WITHIN, EQUAL = "better", "worse", "within", "equal"
DIFFERENT, OPEN, NOT_COMPARABLE = "different", "open", "not_comparable"
LOWER, HIGHER, NEITHER = "lower", "higher", "neither"
"""Which value is better."""
RELATIVE_ROUNDING = 2e-7
"""Documents have seven significant digits."""


@dataclass(frozen=True)
class Measured:
    """A value with what sampling may have moved it by; both None where they could not be had."""

    value: float | None
    uncertainty: float | None = None


@dataclass(frozen=True)
class Difference:
    """How the second plan differs from the first.

    Attributes
    ----------
    value : float or None
        Second less first, in the unit of both; None where there is nothing to subtract.
    meaning : str
        BETTER or WORSE: the second plan is; WITHIN: no more than both uncertainties together;
        EQUAL; DIFFERENT: neither value is the better one; OPEN: a value is missing;
        NOT_COMPARABLE: `reason` says why the values do not stand for the same.
    reason : str
    uncertainty : float
        Both plans' together.
    """

    value: float | None
    meaning: str
    reason: str = ""
    uncertainty: float = 0.0


def difference_of(
    first: Measured | None, second: Measured | None, better: str, why_not: str = ""
) -> Difference:
    """Compare the value of the second plan with that of the first.

    Parameters
    ----------
    first, second : Measured or None
        None: the plan has no such value.
    better : str
        LOWER, HIGHER or NEITHER.
    why_not : str
        Why the values do not stand for the same; they are then neither subtracted nor judged.
    """
    if first is None or second is None or first.value is None or second.value is None:
        return Difference(None, OPEN)
    if why_not:
        return Difference(None, NOT_COMPARABLE, why_not)
    value = second.value - first.value
    if abs(value) <= RELATIVE_ROUNDING * max(abs(first.value), abs(second.value)):
        return Difference(0.0, EQUAL)
    # Uncertainties are bounds of what sampling may have done, hence their sum.
    uncertainty = (first.uncertainty or 0.0) + (second.uncertainty or 0.0)
    return Difference(value, _meaning(value, uncertainty, better), uncertainty=uncertainty)


def _meaning(value: float, uncertainty: float, better: str) -> str:
    if abs(value) <= uncertainty:
        return WITHIN
    if better == NEITHER:
        return DIFFERENT
    return BETTER if (value < 0) == (better == LOWER) else WORSE


def better_for_limit(comparator: str) -> str:
    """Which value of a metric is better under a limit."""
    return HIGHER if comparator.startswith(">") else LOWER


_DECIMALS = {"Gy": 2, "%": 2, "cc": 3, "mm": 2}


def format_judged_difference(found: Difference, unit: str) -> str:
    """Write a difference with its sign: "+0.12 Gy", "−0.12 Gy"; "–" where there is none.

    Of two plans, hence rounded by the uncertainty of both.
    """
    if found.value is None:
        return "–"
    if found.value == 0.0:
        return f"0 {unit}".rstrip()
    size, decimals = abs(found.value), _DECIMALS.get(unit, 3)
    if found.uncertainty > 0:
        # No digit that the uncertainty leaves open, but never all of them away.
        decimals = min(decimals, max(0, -math.floor(math.log10(found.uncertainty))))
    text = f"{size:.{decimals}f}"
    sign = "+" if found.value > 0 else "−"
    return f"{sign}{text if float(text) else format(size, '.1g')} {unit}".rstrip()
