"""Structures that a report expects at the target's level, and which of them are contoured."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ...anatomy import LEVELS, LevelOrgans, expected_organs
from ...case import guess_role, rois_of
from ...geometry import Structure
from ..inputs import Question
from .review import TargetReview

NEURAL, ORGAN, NERVE_ROOT = "neural", "organ", "nerve root"
_SIDES = {"l": "L", "left": "L", "r": "R", "right": "R"}


@dataclass(frozen=True)
class ExpectedStructure:
    """A structure that belongs to the target's levels.

    Attributes
    ----------
    name : str
        TG-263, where it has a name for it.
    kind : str
        "neural", "organ" or "nerve root" (optional).
    levels : tuple of str
    source : str
        Why it is expected.
    found : tuple of str
        The ROIs that are it or its parts; empty: not contoured.
    """

    name: str
    kind: str
    levels: tuple[str, ...]
    source: str
    found: tuple[str, ...]


def expected_structures(
    question: Question, reviews: Sequence[TargetReview]
) -> tuple[ExpectedStructure, ...]:
    """List what should be contoured at the target's levels, from names and split vertebrae.

    Nothing where no name tells a level.
    """
    split = {v.sectors.level for review in reviews for v in review.vertebrae}
    known = {*question.levels, *split}
    levels = tuple(level for level in LEVELS if level in known)
    rows: dict[str, ExpectedStructure] = {}
    for level in levels:
        for name, kind, source in _of_level(expected_organs(level)):
            before = rows.get(name)
            rows[name] = ExpectedStructure(
                name,
                kind,
                (*(before.levels if before else ()), level),
                before.source if before else source,
                before.found if before else _found(question, name, kind),
            )
    order = (NEURAL, ORGAN, NERVE_ROOT)
    return tuple(sorted(rows.values(), key=lambda row: order.index(row.kind)))


def _of_level(expected: LevelOrgans) -> list[tuple[str, str, str]]:
    """Name, kind and source of everything at one level."""
    reason = f"{expected.level}: {expected.neural_reason}"
    rows = [(name, NEURAL, reason) for name in expected.neural]
    rows += [(n, ORGAN, s) for n, s in zip(expected.organs, expected.sources, strict=True)]
    return rows + [(name, NERVE_ROOT, "optional") for name in expected.nerve_roots]


def _found(question: Question, name: str, kind: str) -> tuple[str, ...]:
    structures = question.case.structures
    if kind == NERVE_ROOT:
        return tuple(s.name for s in structures if _is_root(s, name))
    names = list(dict.fromkeys([question.cord.name, *(s.name for s in structures)]))
    found = rois_of(name, names)
    if name == "SpinalCord" and not rois_of("CaudaEquina", [question.cord.name]):
        # What was named as cord is the cord, whatever it is called.
        return tuple(dict.fromkeys([question.cord.name, *found]))
    return found


def _is_root(structure: Structure, name: str) -> bool:
    """Whether a nerve root ROI is "NerveRoot_L3_L" or holds it: no other root or side is named."""
    if guess_role(structure) != "nerve_root":
        return False
    _, root, side = name.split("_")
    plain = re.sub(r"(?<=[A-Za-z])0+(?=\d)", "", structure.name).lower()
    words = re.findall(r"[a-z]+\d+|[a-z]+", plain)
    roots = [word for word in words if re.fullmatch(r"[ctls]\d+", word)]
    sides = [_SIDES[word] for word in words if word in _SIDES]
    return root.lower() in (roots or [root.lower()]) and side in (sides or [side])
