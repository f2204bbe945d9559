"""A target with the decisions that made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..anatomy import VertebraSectors
from ..geometry import InputError, Structure, SurfaceDistance
from .consensus import Proposal
from .involvement import Involvement
from .rules import Rule
from .templates import checked_sectors, in_words


@dataclass(frozen=True)
class Override:
    """A sector that a person put into the target or took out of it, whatever the rule says.

    Attributes
    ----------
    sector : str
    included : bool
    level : str or None
        Of which level (or vertebra structure); of all if None.
    reason, by : str
        Why, and who decided; optional.
    """

    sector: str
    included: bool
    level: str | None = None
    reason: str = ""
    by: str = ""

    def __post_init__(self) -> None:
        checked_sectors(self.sector)

    @property
    def text(self) -> str:
        """The decision in words."""
        verb = "added" if self.included else "left out"
        where = f" of {self.level}" if self.level else ""
        why = f": {self.reason}" if self.reason else ""
        who = f" ({self.by})" if self.by else ""
        return f"{in_words(self.sector)}{where} {verb}{why}{who}"


@dataclass(frozen=True, eq=False)
class TargetDefinition:
    """A clinical target volume and how it came about.

    Attributes
    ----------
    structure : Structure
        The target: a mask with partial voxels, interpreted type CTV.
    levels : tuple of str
        Level of each vertebra (its structure's name where not known), from head to foot.
    template : str or None
        Key of `TEMPLATES`; None if a consensus rule or a person chose the sectors.
    rule_set : str
        "rtog-0631", a key of `RULE_SETS`, "redmond-2017-postoperative" or "chosen".
    sectors : mapping of str to tuple of str
        What was decided for each of `levels`; sectors that the vertebra lacks are not in it.
    missing : mapping of str to tuple of str
        Sectors that were asked for and that the vertebra lacks.
    rules : tuple of Rule
        What was applied, with sources.
    proposals : mapping of str to Proposal
        What the consensus rules propose for each level; empty if they were not asked.
    involvements : mapping of str to Involvement
        Of each level; empty without a GTV.
    overrides : tuple of Override
    margin_mm : tuple of 6 floats
        To the right, left, anterior, posterior, superior and inferior side.
    gtv_names : tuple of str
    cord_name, prv_name, clip_name : str or None
    removed_cc : mapping of str to float
        Volume that each structure took out of the target, by its name.
    cord_gap : SurfaceDistance or None
        Between the finished target and the cord; None without a cord.
    sources : tuple of VertebraSectors
    warnings : tuple of str
        The structure's too.
    parameters : dict
        Everything that decided the result, as plain JSON values.
    """

    structure: Structure
    levels: tuple[str, ...]
    template: str | None
    rule_set: str
    sectors: Mapping[str, tuple[str, ...]]
    missing: Mapping[str, tuple[str, ...]]
    rules: tuple[Rule, ...]
    proposals: Mapping[str, Proposal]
    involvements: Mapping[str, Involvement]
    overrides: tuple[Override, ...]
    margin_mm: tuple[float, ...]
    gtv_names: tuple[str, ...]
    cord_name: str | None
    prv_name: str | None
    clip_name: str | None
    removed_cc: Mapping[str, float]
    cord_gap: SurfaceDistance | None
    sources: tuple[VertebraSectors, ...]
    warnings: tuple[str, ...]
    parameters: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if set(self.sectors) != set(self.levels) or len(self.sources) != len(self.levels):
            raise InputError(
                f"Target {self.structure.name}: sectors must be decided for each of its levels."
            )

    @property
    def name(self) -> str:
        """The target's name."""
        return self.structure.name

    @property
    def proposal(self) -> Proposal | None:
        """The proposal for the only level, or for the first one that has any."""
        some = (p for p in self.proposals.values() if p.sectors)
        return next(some, next(iter(self.proposals.values()), None))

    @property
    def gtv_name(self) -> str | None:
        """The tumour's names in one."""
        return " + ".join(self.gtv_names) or None

    def added(self, level: str) -> tuple[str, ...]:
        """Sectors of a level that were decided but not proposed; none without a proposal."""
        proposal = self.proposals.get(level)
        proposed = proposal.sectors if proposal else self.sectors[level]
        return tuple(name for name in self.sectors[level] if name not in proposed)

    def left_out(self, level: str) -> tuple[str, ...]:
        """Sectors of a level that were proposed but neither decided nor missing."""
        proposal = self.proposals.get(level)
        decided = (*self.sectors[level], *self.missing.get(level, ()))
        return tuple(name for name in (proposal.sectors if proposal else ()) if name not in decided)
