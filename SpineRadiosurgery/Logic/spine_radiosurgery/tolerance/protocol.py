"""A named, versioned, cited set of constraints."""

from __future__ import annotations

from dataclasses import dataclass

from ..case import InputError
from .constraint import Constraint

VERDICT_RULES = ("decisive_rows", "any_of")
"""decisive_rows: every deciding row decides, the worst wins.
any_of: deciding rows of one group stand in for each other: pass only if all pass, caution if one
does, fail if none does."""


@dataclass(frozen=True)
class Protocol:
    """A set of constraints and the rule that makes one verdict of them.

    Attributes
    ----------
    identifier : str
        As given to `--protocol`.
    title, version, citation : str
    verdict_rule : str
        One of `VERDICT_RULES`.
    constraints : tuple of Constraint
        In the order of the report.
    note : str
        What a reader must know about the set.
    sha256 : str
        Of the file that it was read from; "" for one made in code.

    Raises
    ------
    InputError
        No constraint, two rows on the same metric, or a group of one.
    """

    identifier: str
    title: str
    version: str
    citation: str
    verdict_rule: str
    constraints: tuple[Constraint, ...]
    note: str = ""
    sha256: str = ""

    def __post_init__(self) -> None:
        if self.verdict_rule not in VERDICT_RULES:
            raise InputError(
                f"verdict_rule {self.verdict_rule!r} is not known; "
                f"it is one of {', '.join(VERDICT_RULES)}"
            )
        if not self.constraints:
            raise InputError("there are no constraints")
        self._check_duplicates()
        if self.verdict_rule == "any_of":
            self._check_groups()

    @property
    def fractions(self) -> tuple[int, ...]:
        """Numbers of fractions that switched-on rows hold for, ascending."""
        return tuple(sorted({n for c in self.constraints if c.enabled for n in c.fractions}))

    @property
    def switched_off(self) -> tuple[Constraint, ...]:
        """Rows that want checking against their primary source first."""
        return tuple(c for c in self.constraints if not c.enabled)

    def constraints_for(self, fractions: int) -> tuple[Constraint, ...]:
        """Return the switched-on rows for a number of fractions; none when it has no such rows."""
        return tuple(c for c in self.constraints if c.enabled and fractions in c.fractions)

    def _check_duplicates(self) -> None:
        seen: set[tuple[str, str, int]] = set()
        for constraint in self.constraints:
            for number in constraint.fractions:
                row = (constraint.structure, constraint.metric, number)
                if row in seen:
                    raise InputError(
                        f"{constraint.structure} {constraint.metric} for {number} fraction(s) "
                        "is there twice; keep one"
                    )
                seen.add(row)

    def _check_groups(self) -> None:
        for number in self.fractions:
            names = [
                c.group for c in self.constraints_for(number) if c.role == "decides" and c.group
            ]
            for name in sorted(set(names)):
                if names.count(name) == 1:
                    raise InputError(
                        f"group {name!r} has one row for {number} fraction(s); any_of needs two"
                    )


def choose_protocol(fractions: int, primary: str = "auto") -> str:
    """Choose the protocol that decides.

    Parameters
    ----------
    fractions : int
    primary : str
        "auto", or the choice of the caller, which is returned as it is.

    Returns
    -------
    str
        ryu-2015 for 1 fraction, tg-101 for 3 or 5, else hytec-cord.
    """
    if primary != "auto":
        return primary
    return {1: "ryu-2015", 3: "tg-101", 5: "tg-101"}.get(fractions, "hytec-cord")
