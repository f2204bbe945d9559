"""What stands for the same thing in two documents."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, TypeVar

T = TypeVar("T")
Row = Mapping[str, Any]
Pair = tuple[T | None, T | None]


def paired(first: Iterable[T], second: Iterable[T], key: Callable[[T], Hashable]) -> list[Pair[T]]:
    """Return items of equal key together; what only one side has stands alone.

    Items of one side that share a key are matched in their order. The result has the first side's
    order, then that of what only the second side has.
    """
    waiting: dict[Hashable, list[T]] = {}
    for item in second:
        waiting.setdefault(key(item), []).append(item)
    pairs: list[Pair[T]] = []
    for item in first:
        same = waiting.get(key(item))
        pairs.append((item, same.pop(0) if same else None))
    alone = [item for items in waiting.values() for item in items]
    return pairs + [(None, item) for item in alone]


def metric_key(row: Row) -> tuple[str, str]:
    """Metrics are the same when structure and metric are."""
    return row["structure"], row["metric"]


def limit_key(row: Row) -> tuple[str, str, str]:
    """A limit stands for the same when it bounds the same metric on the same side."""
    return row["structure"], row["metric"], row["comparator"]
