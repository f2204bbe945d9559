"""What the report says of a target and the vertebrae it lies in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...anatomy import SECTORS, VertebraSectors
from ...geometry import Structure
from ...targets import (
    Involvement,
    Proposal,
    TargetDefinition,
    involvement,
    propose_sectors,
)
from .asking import TargetQuestion, label_of

Overlap = tuple[VertebraSectors, Involvement]
"""A vertebra with the shares of its sectors inside a target."""
TAKEN_SHARE = 0.5
"""A drawn target takes a sector if it covers at least this share of its volume."""


@dataclass(frozen=True, eq=False)
class VertebraReview:
    """One vertebra beside a target.

    Attributes
    ----------
    sectors : VertebraSectors
    covered : mapping of str to float
        Share of each present sector's volume inside the target, 0..1.
    decided : tuple of str
        Sectors of the target: as defined, or, of a drawn target, those that it covers by
        `TAKEN_SHARE`.
    involvement : Involvement or None
        None where no tumour is known at this vertebra.
    proposal : Proposal or None
    """

    sectors: VertebraSectors
    covered: Mapping[str, float]
    decided: tuple[str, ...]
    involvement: Involvement | None
    proposal: Proposal | None

    @property
    def label(self) -> str:
        """Level, or the structure's name."""
        return label_of(self.sectors)

    @property
    def added(self) -> tuple[str, ...]:
        """Sectors of the target that were not proposed; none without a proposal."""
        proposed = self.proposal.sectors if self.proposal else SECTORS
        return tuple(name for name in self.decided if name not in proposed)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Sectors that were proposed, are there, and are not in the target."""
        proposed = self.proposal.sectors if self.proposal else ()
        return tuple(n for n in proposed if n not in self.decided and n in self.sectors.present)


@dataclass(frozen=True, eq=False)
class TargetReview:
    """A target with the vertebrae it lies in.

    Attributes
    ----------
    target : Structure
    definition : TargetDefinition or None
        None for a target that was drawn.
    gtv : tuple of Structure
        Tumours at these vertebrae.
    vertebrae : tuple of VertebraReview
        From head to foot.
    """

    target: Structure
    definition: TargetDefinition | None
    gtv: tuple[Structure, ...]
    vertebrae: tuple[VertebraReview, ...]


def review_targets(
    targets: Sequence[Structure], question: TargetQuestion
) -> tuple[TargetReview, ...]:
    """Review every target that was defined or that lies in a vertebra that was split."""
    by_target: dict[str, list[Overlap]] = {t.name: [] for t in targets}
    for sectors in question.vertebrae:
        overlaps = [(involvement(sectors, t, threshold=0.0), t.name) for t in targets]
        overlap, name = max(overlaps, key=lambda pair: sum(pair[0].tumour_cc.values()))
        by_target[name].append((sectors, overlap))
    definitions = {d.structure.name: d for d in question.definitions}
    reviews = []
    for target in targets:
        definition = definitions.get(target.name)
        own = sorted(by_target[target.name], key=lambda pair: -_middle_mm(pair[0]))
        rows = [_vertebra(s, overlap, definition, question.gtv) for s, overlap in own]
        if rows or definition:
            gtv = tuple(g for g in question.gtv if any(_touches(g, s) for s, _ in own))
            reviews.append(TargetReview(target, definition, gtv, tuple(rows)))
    return tuple(reviews)


def _vertebra(
    sectors: VertebraSectors,
    overlap: Involvement,
    definition: TargetDefinition | None,
    gtv: Sequence[Structure],
) -> VertebraReview:
    label = label_of(sectors)
    covered = overlap.shares
    decided = tuple(n for n in SECTORS if covered.get(n, 0.0) >= TAKEN_SHARE)
    found, proposal = None, None
    if definition is not None and label in definition.sectors:
        decided = definition.sectors[label]
        found, proposal = definition.involvements.get(label), definition.proposals.get(label)
    near = [g for g in gtv if _touches(g, sectors)]
    if found is None and near:
        found = involvement(sectors, near)
    if proposal is None and found is not None and found.involved:
        proposal = propose_sectors(found)
    return VertebraReview(sectors, covered, decided, found, proposal)


def _touches(structure: Structure, sectors: VertebraSectors) -> bool:
    """Whether the boxes around the two overlap."""
    one, other = structure.bounds_ras(), sectors.vertebra.bounds_ras()
    return bool((one[1] > other[0]).all() and (one[0] < other[1]).all())


def _middle_mm(sectors: VertebraSectors) -> float:
    low, high = sectors.vertebra.extent_mm()
    return 0.5 * (low + high)


def review_warnings(reviews: Sequence[TargetReview]) -> tuple[str, ...]:
    """What a reader must know about the splits; a made target says its own warnings itself."""
    found: list[str] = []
    for review in reviews:
        for vertebra in review.vertebrae:
            found += _split_warnings(vertebra) if review.definition is None else []
            found += _difference(review, vertebra)
            if not sum(vertebra.covered.values()) > 0:
                found.append(
                    f"{review.target.name} does not reach {vertebra.sectors.vertebra.name}; "
                    "check that both are of the same level and the same scan."
                )
    return tuple(dict.fromkeys(found))


def _split_warnings(vertebra: VertebraReview) -> list[str]:
    label = vertebra.label
    return [t if label in t else f"{label}: {t}" for t in vertebra.sectors.warnings]


def _difference(review: TargetReview, vertebra: VertebraReview) -> list[str]:
    """The sectors that a verified rule proposes and that the target does not take."""
    proposal = vertebra.proposal
    if proposal is None or not proposal.verified or not vertebra.left_out:
        return []
    names = ", ".join(name.replace("_", " ") for name in vertebra.left_out)
    return [
        f"{review.target.name} leaves out the {names} of {vertebra.label}, which the rule set "
        f"{proposal.rule_set} proposes for this tumor."
    ]


def picture_of(review: VertebraReview) -> str:
    """File name of the vertebra's picture."""
    return f"sectors_{re.sub('[^A-Za-z0-9]+', '_', review.label)}.png"
