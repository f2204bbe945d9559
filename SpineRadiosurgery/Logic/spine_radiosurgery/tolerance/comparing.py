"""What two protocols differ in."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from .checking import Complaint
from .constraint import Constraint
from .editing import LIMIT_FIELDS
from .protocol import Protocol

HEAD_FIELDS = (
    "identifier", "title", "version", "citation", "center", "date", "based_on", "note",
    "verdict_rule",
)  # fmt: skip


@dataclass(frozen=True)
class RowChange:
    """A row that two protocols have with other values.

    Attributes
    ----------
    number : int
        In the second protocol, from 1.
    before, after : Constraint
    """

    number: int
    before: Constraint
    after: Constraint

    @property
    def fields(self) -> tuple[str, ...]:
        """What differs."""
        before, after = vars(self.before), vars(self.after)
        return tuple(key for key in after if before[key] != after[key])


@dataclass(frozen=True)
class ProtocolDifference:
    """What a second protocol has otherwise than a first.

    Attributes
    ----------
    fields : tuple of (str, value, value)
        Key, before and after, of what is not a row.
    added, removed : tuple of (int, Constraint)
        With their numbers, in the second and in the first protocol.
    changed : tuple of RowChange
    """

    fields: tuple[tuple[str, Any, Any], ...]
    added: tuple[tuple[int, Constraint], ...]
    removed: tuple[tuple[int, Constraint], ...]
    changed: tuple[RowChange, ...]

    @property
    def is_clinical(self) -> bool:
        """Whether a verdict may differ, or what a row says of itself."""
        rule = any(key == "verdict_rule" for key, _, _ in self.fields)
        return bool(rule or self.added or self.removed or self.changed)


def compare_protocols(first: Protocol, second: Protocol) -> ProtocolDifference:
    """Say what a second protocol has otherwise than a first.

    Rows belong together that have structure, metric and fractions in common, else structure and
    metric; a limit whose metric differs (V10Gy[%], V9Gy[%]) is another row. Their order does not
    count.

    Parameters
    ----------
    first, second : Protocol
    """
    before = dict(enumerate(first.constraints, start=1))
    after = dict(enumerate(second.constraints, start=1))
    pairs: list[tuple[int, int]] = []
    for key in (
        lambda row: (row.structure, row.metric, tuple(sorted(row.fractions))),
        lambda row: (row.structure, row.metric),
    ):
        pairs += _paired(before, after, pairs, key)
    changes = [
        RowChange(n, before[m], after[n]) for m, n in sorted(pairs, key=lambda pair: pair[1])
    ]
    return ProtocolDifference(
        fields=tuple(
            (key, getattr(first, key), getattr(second, key))
            for key in HEAD_FIELDS
            if getattr(first, key) != getattr(second, key)
        ),
        added=tuple((n, row) for n, row in after.items() if n not in {n for _, n in pairs}),
        removed=tuple((m, row) for m, row in before.items() if m not in {m for m, _ in pairs}),
        changed=tuple(change for change in changes if change.fields),
    )


def unfounded_claims(protocol: Protocol, source: Protocol) -> tuple[Complaint, ...]:
    """Say which rows of a copy claim a source that gives another limit.

    Parameters
    ----------
    protocol : Protocol
    source : Protocol
        What it is based on.
    """
    return tuple(
        Complaint(
            f"{', '.join(key for key in change.fields if key in LIMIT_FIELDS)} is not that of "
            f"{source.identifier}, but the row still cites {change.after.citation!r} as verified; "
            "give it a citation of its own, or set verified to false",
            "verified",
            change.number,
            change.after.name,
        )
        for change in compare_protocols(source, protocol).changed
        if change.after.verified
        and change.after.citation == change.before.citation
        and any(key in LIMIT_FIELDS for key in change.fields)
    )


def _paired(
    before: dict[int, Constraint],
    after: dict[int, Constraint],
    pairs: list[tuple[int, int]],
    key: Callable[[Constraint], Hashable],
) -> list[tuple[int, int]]:
    """Pairs of rows with the same key that are in no pair yet, in their order."""
    waiting: dict[Hashable, list[int]] = {}
    for number, row in before.items():
        if number not in {m for m, _ in pairs}:
            waiting.setdefault(key(row), []).append(number)
    found = []
    for number, row in after.items():
        numbers = waiting.get(key(row), [])
        if numbers and number not in {n for _, n in pairs}:
            found.append((numbers.pop(0), number))
    return found
