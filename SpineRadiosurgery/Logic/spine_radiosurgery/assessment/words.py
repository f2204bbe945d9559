"""How lists and numbers beside a limit are said."""

from __future__ import annotations

from collections.abc import Iterable


def listed(words: Iterable[str], last: str = "and") -> str:
    """Return words as a list; "" of none.

    Examples
    --------
    >>> listed(["T8", "T9", "L1"])
    'T8, T9 and L1'
    """
    *first, end = [*words] or [""]
    return f"{', '.join(first)} {last} {end}" if first else end


def beside_limit(value: float, limit: float) -> str:
    """Return a number with as many decimals as keep it on its side of a limit, at least one.

    Examples
    --------
    >>> beside_limit(2.96, 3.0)
    '2.96'
    """
    side = value > limit, value < limit
    for decimals in range(1, 18):
        text = f"{value:.{decimals}f}"
        if (float(text) > limit, float(text) < limit) == side:
            return text
    return f"{value:g}"
