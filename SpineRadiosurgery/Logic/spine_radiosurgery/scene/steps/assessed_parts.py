"""Step 2: which structures of a case play which part in what is measured for the record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...anatomy import are_contiguous, in_order, level_of
from ...anatomy.levels.column import COLUMN
from ...geometry import with_progress
from .provenance import Input
from .remembered import remembered_extent_mm
from .roles import (
    guessed_roles,
    is_called_body,
    is_called_sac,
    suggested_inputs,
    suggested_sac,
)
from .splitting import level_of_sectors
from .structures import Segment

BESIDE_MM = 1.0
"""A vertebra that ends this near above or below the tumor is still beside it."""


@dataclass(frozen=True, eq=False)
class AssessedParts:
    """Structures of a case by their parts.

    Attributes
    ----------
    tumour, cord, canal, sac, target : Segment or None
    level : str
        That is graded and scored; "" where no name tells one.
    vertebrae : mapping of str to Segment
        Beside the tumor, by level; by a number where the name tells none.
    split : mapping of str to node or Segment
        The graded vertebra and its neighbors, by level: their sectors, else the vertebra's mask;
        "1" is a vertebra whose level is not known.
    """

    tumour: Segment | None = None
    cord: Segment | None = None
    canal: Segment | None = None
    sac: Segment | None = None
    target: Segment | None = None
    level: str = ""
    vertebrae: Mapping[str, Segment] = field(default_factory=dict)
    split: Mapping[str, Any] = field(default_factory=dict)

    def inputs(self) -> dict[str, Input]:
        """Every segment and node that is there, by the part under which a record notes it."""
        single = {
            "tumor": self.tumour,
            "cord": self.cord,
            "canal": self.canal,
            "thecal sac": self.sac,
            "target": self.target,
        }
        bones = {f"vertebra {label}": bone for label, bone in self.vertebrae.items()}
        for level, one in self.split.items():
            kind = "vertebra" if isinstance(one, Segment) else "sectors"
            bones[f"{kind} {level}"] = one
        return {part: one for part, one in {**single, **bones}.items() if one is not None}


def parts_of(
    structures_node: Any,
    roles: Mapping[str, str],
    *,
    chosen: Mapping[str, Segment | None] | None = None,
    sectors: Sequence[Any] = (),
    level: str = "",
) -> AssessedParts:
    """Find what can be measured in a case.

    Parameters
    ----------
    structures_node : vtkMRMLSegmentationNode or None
    roles : mapping of str to str
        Of its segments, as confirmed or guessed.
    chosen : mapping of str to Segment or None, optional
        "tumor", "cord", "canal", "vertebra" and "target" as a person chose them; what is None, or
        not there anymore, is found by the roles.
    sectors : sequence of vtkMRMLSegmentationNode
        Vertebrae that were split.
    level : str
        That is graded; by default the tumor's name tells it, else the chosen vertebra's, else the
        target's.
    """
    given = {part: one for part, one in (chosen or {}).items() if one is not None and _is_in(one)}
    found = _suggested(structures_node, roles, level)
    tumour = given.get("tumor") or found.get("gtv")
    target = given.get("target") or found.get("target")
    canal, sac = _canal_and_sac(given.get("canal"), found)
    bones = _vertebrae(structures_node, roles, given.get("vertebra"))
    split: dict[str, Any] = {name: bone for name, bone in bones.items() if name in COLUMN}
    split.update({level_of_sectors(node): node for node in sectors})
    named = (tumour, given.get("vertebra"), target, found.get("vertebra"))
    known = (level, *(level_of(one.name) or "" for one in named if one is not None))
    own = next((one for one in known if one), "")
    graded = {one: split[one] for one in _with_neighbours(own, split)}
    if not own:
        graded = _unnamed(sectors, given.get("vertebra") or found.get("vertebra"))
    return AssessedParts(
        tumour,
        given.get("cord") or found.get("cord"),
        canal,
        sac,
        target,
        own,
        _beside(tumour, bones),
        graded,
    )


def _is_in(segment: Segment) -> bool:
    return segment.node.GetSegmentation().GetSegment(segment.segment_id) is not None


def _suggested(node: Any, roles: Mapping[str, str], level: str) -> dict[str, Segment]:
    if node is None:
        return {}
    found = suggested_inputs(node, roles, level=level)
    ids = {part: i for part, i in found.items() if part != "level"}
    ids["sac"] = suggested_sac(node, roles)
    return {part: Segment(node, i) for part, i in ids.items() if i}


def _canal_and_sac(
    chosen: Segment | None, found: Mapping[str, Segment]
) -> tuple[Segment | None, Segment | None]:
    """A sac that was chosen as the canal, to split a vertebra by, is still a sac here."""
    if chosen is not None and is_called_sac(chosen.name):
        return found.get("canal"), chosen
    return chosen or found.get("canal"), found.get("sac")


def vertebrae_by_level(node: Any, roles: Mapping[str, str] | None = None) -> dict[str, Segment]:
    """Return the vertebrae of a segmentation whose names tell a level, by level.

    Parameters
    ----------
    node : vtkMRMLSegmentationNode
    roles : mapping of str to str, optional
        By segment ID; by default guessed.
    """
    return {
        level: bone for level, bone in _labelled(_bones(node, roles)).items() if level in COLUMN
    }


def _bones(node: Any, roles: Mapping[str, str] | None = None) -> list[Segment]:
    known = guessed_roles(node) if roles is None else roles
    found = (Segment(node, i) for i, role in known.items() if role == "vertebra")
    return [bone for bone in found if _is_in(bone)]


def _labelled(bones: Sequence[Segment]) -> dict[str, Segment]:
    """Bones by level, from head to foot, then those of no level by a number.

    A body that is drawn by itself beside its whole vertebra is left out; without that it counts as
    bone, but not as the vertebra of its level.
    """
    levels: dict[str, Segment] = {}
    others: list[tuple[str, Segment]] = []
    for bone in bones:
        level = level_of(bone.name) or level_of(bone.segment_id) or ""
        if level and level not in levels and not is_called_body(bone.name):
            levels[level] = bone
        else:
            others.append((level if is_called_body(bone.name) else "", bone))
    kept = [bone for level, bone in others if level not in levels]
    return {
        **{level: levels[level] for level in in_order(levels)},
        **{str(number): bone for number, bone in enumerate(kept, start=1)},
    }


def _vertebrae(node: Any, roles: Mapping[str, str], chosen: Segment | None) -> dict[str, Segment]:
    """Those of the case, and those beside a chosen one, which comes first."""
    there = [] if node is None else _bones(node, roles)
    if chosen is None:
        return _labelled(there)
    if chosen.node is not node:
        there += _bones(chosen.node)
    key = chosen.node.GetID(), chosen.segment_id
    return _labelled([chosen, *(b for b in there if (b.node.GetID(), b.segment_id) != key)])


def _beside(tumour: Segment | None, bones: Mapping[str, Segment]) -> dict[str, Segment]:
    """Those that have tumor at their height."""
    if tumour is None:
        return {}
    height = remembered_extent_mm(tumour.node, tumour.segment_id)
    if height is None:
        return {}
    low, high = height
    found = {}
    for name, bone in with_progress(list(bones.items())):
        ends = remembered_extent_mm(bone.node, bone.segment_id)
        if ends is not None and ends[0] - BESIDE_MM < high and low < ends[1] + BESIDE_MM:
            found[name] = bone
    return found


def _unnamed(sectors: Sequence[Any], vertebra: Segment | None) -> dict[str, Any]:
    """The only vertebra that can be meant, where no name tells a level."""
    if len(sectors) == 1:
        return {"1": sectors[0]}
    return {"1": vertebra} if vertebra is not None and not sectors else {}


def _with_neighbours(level: str, levels: Iterable[str]) -> list[str]:
    """A level and those that follow on it without a gap, as far as they are there."""
    there = [one for one in levels if one]
    if level not in there:
        return []
    column = in_order(there)
    place = column.index(level)
    near = [*column[max(place - 1, 0) : place], *column[place + 1 : place + 2]]
    return [level, *(one for one in near if are_contiguous((level, one)))]
