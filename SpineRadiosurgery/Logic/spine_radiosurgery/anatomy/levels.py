"""Vertebral levels and their names."""

from __future__ import annotations

import re

LEVELS: tuple[str, ...] = (
    *(f"C{n}" for n in range(1, 8)),
    *(f"T{n}" for n in range(1, 13)),
    *(f"L{n}" for n in range(1, 6)),
    *(f"S{n}" for n in range(1, 6)),
)
"""From head to foot."""

# Th and D are used for thoracic levels too; T08 and T8 are the same. A level is not part of a word.
_LEVEL = re.compile(r"(?<![A-Za-z0-9])(C|TH|T|D|L|S)0?(\d{1,2})(?![0-9A-Za-z])", re.IGNORECASE)


def levels_in_name(name: str) -> tuple[str, ...]:
    """Find the vertebral levels that a structure's name mentions, from head to foot.

    Examples
    --------
    >>> levels_in_name("CTV_L2_L3")
    ('L2', 'L3')
    >>> levels_in_name("VB_T08")
    ('T8',)
    >>> levels_in_name("SpinalCord")
    ()
    """
    # Underscores and dashes separate words here, although they are word characters to `re`.
    found = set()
    for letter, number in _LEVEL.findall(re.sub(r"[_\-+/.]", " ", name)):
        level = f"{'T' if letter.upper() in ('T', 'TH', 'D') else letter.upper()}{int(number)}"
        if level in LEVELS:
            found.add(level)
    return tuple(level for level in LEVELS if level in found)


def is_below(level: str, other: str) -> bool:
    """Say whether a level lies nearer to the feet than another."""
    return LEVELS.index(level) > LEVELS.index(other)
