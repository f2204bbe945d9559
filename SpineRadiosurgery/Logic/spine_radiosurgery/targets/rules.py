"""Published rules for the clinical target, as data: what a rule says, who says it, who checked.

`verified` means that the rule's text was read where `citation` says. What is from memory, or this
program's own reading, is not verified; it is offered with its remark and never silently.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..geometry import InputError


@dataclass(frozen=True)
class Rule:
    """One rule that was applied, as it is shown to a person.

    Attributes
    ----------
    name, text, citation : str
    verified : bool
        The text was read at the citation.
    remark : str
        What a person should know before following it.
    """

    name: str
    text: str
    citation: str
    verified: bool
    remark: str = ""


@dataclass(frozen=True)
class Row:
    """One row of a rule set: a tumour in these sectors asks for those.

    A row that names "same_pedicle" or "same_lamina" is read for the left and for the right side.

    Attributes
    ----------
    involves : frozenset of str
        All of these are involved: body, both_pedicles, same_pedicle, same_lamina, spinous_process.
    includes : tuple of str
        What the target takes: as in `involves`, and both_laminae.
    text, remark : str
    body_pattern : str
        "part", "lateral" (the side of the body is then the same side) or "diffuse": where in the
        body the tumour lies; such a row holds while no pedicle is involved. "" if it matters not.
    """

    involves: frozenset[str]
    includes: tuple[str, ...]
    text: str
    remark: str = ""
    body_pattern: str = ""


@dataclass(frozen=True)
class RuleSet:
    """A named table of rows.

    Attributes
    ----------
    name, title, citation : str
    verified : bool
        The table was read at the citation.
    rows : tuple of Row
    remark : str
        Holds for every proposal of the set.
    """

    name: str
    title: str
    citation: str
    verified: bool
    rows: tuple[Row, ...]
    remark: str = ""


def _row(
    involves: str, includes: str, text: str, *, remark: str = "", body_pattern: str = ""
) -> Row:
    return Row(frozenset(involves.split()), tuple(includes.split()), text, remark, body_pattern)


RING_REMARK = (
    "This row takes the spinous process too, so that the target closes into a ring around the "
    "cord, although the tumor is not in it; the consortium's table is remembered without the "
    "spinous process here, and Cox 2012 reserves a ring for tumors in the body, both "
    "pedicles/laminae and the spinous process. Check the original table."
)

BRAINLAB = RuleSet(
    "isrc-as-published-by-brainlab",
    "Consortium-like rules as published by Brainlab",
    "Brainlab SmartBrush software user guides 2.6 (2018) and 3.0 (2019), "
    "rules for automatic outlining of CTVs in spine planning",
    True,
    (
        _row(
            "body",
            "body",
            "Every sector that the tumor touches is included whole: the body.",
        ),
        _row(
            "same_pedicle",
            "same_pedicle same_lamina",
            "One pedicle: the pedicle and the transverse process/lamina of the same side.",
        ),
        _row(
            "spinous_process",
            "spinous_process both_laminae",
            "Spinous process: the whole spinous process and both laminae.",
        ),
        _row(
            "body both_pedicles",
            "body both_pedicles both_laminae spinous_process",
            "Body and both pedicles/transverse processes: the whole body, both pedicles, "
            "transverse processes/laminae and the spinous process.",
            remark=RING_REMARK,
        ),
        _row(
            "body same_pedicle",
            "body same_pedicle same_lamina",
            "Body and one pedicle: the whole body, the pedicle and the transverse process/lamina "
            "of the same side.",
        ),
        _row(
            "same_lamina",
            "same_lamina same_pedicle spinous_process",
            "One lamina: the lamina/transverse process, the pedicle of the same side and the "
            "spinous process (guide 3.0 only).",
        ),
    ),
    "A vendor's rules; the guides do not cite the consortium's table.",
)

COX_RECALLED = RuleSet(
    "isrc-cox-recalled",
    "Consortium table as remembered",
    "Cox et al. 2012, Int J Radiat Oncol Biol Phys 83:e597, table of CTV recommendations",
    False,
    (
        _row(
            "body",
            "body",
            "Part of the body only: the whole body.",
            body_pattern="part",
        ),
        _row(
            "body",
            "body same_pedicle",
            "Body, on one side: the body and the pedicle/transverse process of that side.",
            body_pattern="lateral",
            remark="The transverse process lies in the lamina sector and is not taken with the "
            "pedicle; add that sector if you want it. What counts as one side is this program's "
            "own limit.",
        ),
        _row(
            "body",
            "body both_pedicles",
            "Body, diffusely: the body and both pedicles/transverse processes.",
            body_pattern="diffuse",
            remark="The transverse processes lie in the lamina sectors and are not taken with the "
            "pedicles; add those sectors if you want them. What counts as diffuse is this "
            "program's own limit.",
        ),
        _row(
            "body same_pedicle",
            "body same_pedicle same_lamina",
            "Body and one pedicle: the body, the pedicle and the transverse process/lamina of the "
            "same side.",
        ),
        _row(
            "body both_pedicles",
            "body both_pedicles both_laminae",
            "Body and both pedicles/transverse processes: the body, both pedicles/transverse "
            "processes and both laminae.",
            remark="The spinous process is not remembered in this row; rules published by a vendor "
            "take it too, which closes the target into a ring. Check the original table.",
        ),
        _row(
            "same_pedicle",
            "same_pedicle same_lamina",
            "One pedicle: the pedicle and the transverse process/lamina of the same side; the "
            "body is optional.",
            remark="The body is optional in this row and is not taken.",
        ),
        _row(
            "same_lamina",
            "same_lamina same_pedicle spinous_process",
            "One lamina: the lamina, the pedicle/transverse process of the same side and the "
            "spinous process.",
        ),
        _row(
            "spinous_process",
            "spinous_process both_laminae",
            "Spinous process: the whole spinous process and both laminae.",
        ),
    ),
    "From memory, not verified: check it against the original table before you follow it.",
)

RULE_SETS: Mapping[str, RuleSet] = {s.name: s for s in (BRAINLAB, COX_RECALLED)}


def rule_set_of(name: str) -> RuleSet:
    """Return a rule set by its name.

    Raises
    ------
    InputError
        There is no such set.
    """
    if name not in RULE_SETS:
        raise InputError(f"There is no rule set {name!r}; choose one of {', '.join(RULE_SETS)}.")
    return RULE_SETS[name]
