"""Vertebral levels and their order."""

from __future__ import annotations

from collections.abc import Iterable

from ...geometry import InputError

LEVELS: tuple[str, ...] = (
    *(f"C{n}" for n in range(1, 8)),
    *(f"T{n}" for n in range(1, 13)),
    *(f"L{n}" for n in range(1, 6)),
    *(f"S{n}" for n in range(1, 6)),
)
"""From head to foot."""
TRANSITIONAL = ("T13", "L6")
"""Vertebrae that a few patients have: they have names and a place, but no number to count by."""
COLUMN: tuple[str, ...] = (
    *LEVELS[: LEVELS.index("L1")],
    "T13",
    *LEVELS[LEVELS.index("L1") : LEVELS.index("S1")],
    "L6",
    *LEVELS[LEVELS.index("S1") :],
)
"""All of them from head to foot."""


def is_below(level: str, other: str) -> bool:
    """Say whether a level lies nearer to the feet than another."""
    return _place(level) > _place(other)


def in_order(levels: Iterable[str]) -> tuple[str, ...]:
    """Sort levels from head to foot, each once."""
    return tuple(sorted(set(levels), key=_place))


def are_contiguous(levels: Iterable[str]) -> bool:
    """Say whether levels follow on one another without a gap, in any order.

    A transitional vertebra need not be among them: few patients have one.
    """
    places = [_place(level) for level in in_order(levels)]
    missing = set(range(places[0], places[-1])) - set(places) if places else set()
    return all(COLUMN[place] in TRANSITIONAL for place in missing)


def steps_between(upper: str, lower: str) -> int:
    """Count the levels from one to another, toward the feet; transitional ones only if named."""
    ends = sorted((_place(upper), _place(lower)))
    between = COLUMN[ends[0] + 1 : ends[1]]
    count = sum(level not in TRANSITIONAL for level in between) + (ends[0] != ends[1])
    return count if is_below(lower, upper) else -count


def shifted(level: str, by: int) -> str:
    """Return the level `by` places nearer to the feet (negative: to the head).

    Raises
    ------
    InputError
        The level is transitional (who has a T13 or an L6 cannot be counted by the usual numbers),
        or there is none that far.
    """
    if level in TRANSITIONAL:
        raise InputError(
            f"{level} is a transitional vertebra, from which levels cannot be counted; "
            "name the new level of each vertebra."
        )
    place = LEVELS.index(level) + by if level in LEVELS else _place(level)
    if not 0 <= place < len(LEVELS):
        raise InputError(
            f"There is no level {abs(by)} {'below' if by > 0 else 'above'} {level}; levels run "
            f"from {LEVELS[0]} to {LEVELS[-1]}."
        )
    return LEVELS[place]


def _place(level: str) -> int:
    if level not in COLUMN:
        raise InputError(
            f"{level!r} is no vertebral level; levels are C1 to C7, T1 to T12, L1 to L5, S1 to S5 "
            "and the transitional T13 and L6."
        )
    return COLUMN.index(level)
