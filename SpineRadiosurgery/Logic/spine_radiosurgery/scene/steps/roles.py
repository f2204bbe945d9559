"""Step 1: what the segments of a segmentation are, guessed for a person to confirm."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ...anatomy import level_of, levels_in_name
from ...case import ROLES, Structure, guess_role
from ...case.naming import role_by_name
from ..segmentations import ROLE_TAG
from ..segments import tag_of
from ..terminology import role_of_code
from .structures import Segment, readable_structures, segment_ids

IGNORED = "ignore"
_BODY = re.compile(r"^vb([ _\d]|$)|body|corpus", re.IGNORECASE)
_SAC = re.compile(r"thecal|csf|spinal[ _]?space", re.IGNORECASE)
"""Narrower than the bony canal, by which a vertebra is split."""
_OWN_TAGS = {"ctv": "target", "other cord": "cord"}
"""Of tags that are no roles; the others, a sector or a cord volume, tell our own results."""
_TYPES = {"target": "CTV", "gtv": "GTV", "ptv": "PTV", "external": "EXTERNAL"}


def guessed_roles(segmentation_node: Any) -> dict[str, str]:
    """Guess what every segment is, from its name, our or Slicer's codes, and its ID.

    Parameters
    ----------
    segmentation_node : vtkMRMLSegmentationNode
        From any source: RTSTRUCT, DICOM SEG, TotalSegmentator, drawn.

    Returns
    -------
    dict of str to str
        One of `case.ROLES` by segment ID, in the segments' order.
    """
    segmentation = segmentation_node.GetSegmentation()
    return {i: _guessed(segmentation.GetSegment(i), i) for i in segment_ids(segmentation_node)}


def with_role(structure: Structure, role: str) -> Structure:
    """Return a structure that is what a person says, whatever its name and type tell.

    Parameters
    ----------
    structure : Structure
    role : str
        One of `case.ROLES`; "" leaves the guess.
    """
    if not role:
        return structure
    known = structure.interpreted_type
    if guess_role(structure) != role or not known:
        known = _TYPES.get(role, "")
    return replace(structure, role=role, interpreted_type=known)


def suggested_inputs(
    segmentation_node: Any, roles: Mapping[str, str] | None = None, *, level: str = ""
) -> dict[str, str]:
    """Choose the segments that the steps begin with.

    The treated level is told by the target's name, else by the tumour's: of several, the uppermost.
    Where names tell none, the vertebra that the target lies in is taken.

    Parameters
    ----------
    segmentation_node : vtkMRMLSegmentationNode
    roles : mapping of str to str, optional
        By segment ID, as confirmed; by default guessed.
    level : str
        That is treated, where it is known: for vertebrae in a segmentation of their own.

    Returns
    -------
    dict of str to str
        Segment ID of "target", "gtv", "vertebra", "cord" and "canal", "" where there is none;
        and the "level" that is treated, "" where it is not known.
    """
    guessed = guessed_roles(segmentation_node)
    chosen = {**guessed, **{i: r for i, r in (roles or {}).items() if i in guessed}}
    names = {i: Segment(segmentation_node, i).name for i in chosen}

    def of(*wanted: str) -> list[str]:
        return [i for role in wanted for i, its in chosen.items() if its == role]

    targets, tumours = of("target", "ptv"), of("gtv")
    own = {i: level_of(name) or level_of(i) for i, name in names.items()}
    levels = (level,) if level else _levels([names[i] for i in (*targets, *tumours)])
    target = _first(targets, lambda i: own[i] in levels)
    tumour = _first(tumours, lambda i: own[i] in levels)
    # A body drawn by itself has nothing left to split.
    vertebrae = sorted(of("vertebra"), key=lambda i: is_called_body(names[i]))
    vertebra = next((i for at in levels for i in vertebrae if own[i] == at), "")
    if not vertebra and not levels:
        vertebra = _vertebra_around(segmentation_node, vertebrae, target or tumour)
    treated = own[vertebra] if vertebra else next(iter(levels), None)
    return {
        "target": target,
        "gtv": tumour,
        "vertebra": vertebra,
        "cord": _first(of("cord"), lambda i: _is_called(names[i], "spinalcord", "cord")),
        "canal": next((i for i in of("canal") if not is_called_sac(names[i])), ""),
        "level": treated or "",
    }


def suggested_sac(segmentation_node: Any, roles: Mapping[str, str]) -> str:
    """Return the segment ID of the thecal sac; "" where names tell none.

    Parameters
    ----------
    segmentation_node : vtkMRMLSegmentationNode
    roles : mapping of str to str
        By segment ID; a sac has the role "canal".
    """
    canals = [i for i in segment_ids(segmentation_node) if roles.get(i) == "canal"]
    return next((i for i in canals if is_called_sac(Segment(segmentation_node, i).name)), "")


def is_called_sac(name: str) -> bool:
    """Whether a name tells the thecal sac, which is narrower than the bony canal."""
    return bool(_SAC.search(name))


def is_called_body(name: str) -> bool:
    """Whether a name tells the body of a vertebra only."""
    return bool(_BODY.search(name))


def _guessed(segment: Any, segment_id: str) -> str:
    tag = tag_of(segment, ROLE_TAG)
    if tag == IGNORED or (tag and tag not in (*ROLES, *_OWN_TAGS)):
        return IGNORED
    guesses = (
        role_by_name(segment.GetName()),
        _OWN_TAGS.get(tag, tag),
        role_of_code(segment.GetTerminology() or ""),
        role_by_name(segment_id),
    )
    return next((guess for guess in guesses if guess not in ("", "organ")), "organ")


def _levels(names: Iterable[str]) -> tuple[str, ...]:
    """Levels of the first name that mentions any."""
    return next((found for name in names if (found := levels_in_name(name))), ())


def _is_called(name: str, *plain_names: str) -> bool:
    return "".join(filter(str.isalpha, name.lower())) in plain_names


def _first(ids: Sequence[str], is_preferred: Callable[[str], bool]) -> str:
    """The first preferred ID, else the first, else ""."""
    return next((i for i in ids if is_preferred(i)), next(iter(ids), ""))


def _vertebra_around(node: Any, vertebrae: Sequence[str], inside: str) -> str:
    """The vertebra whose box is nearest to the middle of a segment; the only one without that."""
    if not inside or len(vertebrae) < 2:
        return vertebrae[0] if len(vertebrae) == 1 else ""
    found, _ = readable_structures(node, [*vertebrae, inside])
    if inside not in found:
        return ""
    middle = found[inside].bounds_ras().mean(axis=0)

    def distance(vertebra: str) -> float:
        low, high = found[vertebra].bounds_ras()
        return float(np.linalg.norm(np.maximum(0, np.maximum(low - middle, middle - high))))

    return min((i for i in vertebrae if i in found), key=distance, default="")
