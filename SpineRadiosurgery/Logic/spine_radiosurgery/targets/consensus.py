"""From involved sectors to a proposal for the target, by a named set of consensus rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..anatomy import SECTORS
from .involvement import Involvement
from .rules import BRAINLAB, Row, RuleSet, rule_set_of
from .templates import checked_sectors, in_words

NO_EXPANSION = (
    "No expansion into the epidural space without epidural disease (Cox et al. 2012, abstract)."
)
COMBINED = (
    "The table has no row for just these sectors: the rows that apply are united, and every "
    "involved sector is taken whole. That combination is this program's reading."
)
RING_TEXT = (
    "encircles the cord: a ring is advised only when the body, both pedicles/laminae and the "
    "spinous process are all involved, or with extensive disease around the epidural circumference "
    "(Cox et al. 2012, abstract)"
)


@dataclass(frozen=True)
class Proposal:
    """The sectors that a rule set proposes for one vertebra.

    Attributes
    ----------
    rule_set : str
    vertebra : str
        Level or structure name; "" if the sectors were given by name.
    involved, sectors : tuple of str
        What the tumour involves, and what the target should take.
    rule : str
        The text of the rows that were applied.
    citation : str
    verified : bool
        The rows were read at the citation and one of them covers just this case.
    remark : str
        What a person should know before following it.
    """

    rule_set: str
    vertebra: str
    involved: tuple[str, ...]
    sectors: tuple[str, ...]
    rule: str
    citation: str
    verified: bool
    remark: str

    @property
    def encircles_cord(self) -> bool:
        """The sectors close into a ring around the cord."""
        return encircles_cord(self.sectors)


def encircles_cord(sectors: Iterable[str]) -> bool:
    """Say whether sectors of one vertebra close into a ring: all six of them."""
    return set(SECTORS) <= set(sectors)


def propose_sectors(
    involved: Involvement | Iterable[str], rule_set: str = BRAINLAB.name
) -> Proposal:
    """Propose the sectors of the clinical target volume for a tumour in some sectors.

    If a row of the set covers exactly the involved sectors, it is followed. Otherwise all rows
    whose sectors are among the involved ones are united with the involved sectors themselves.

    Parameters
    ----------
    involved : Involvement or iterable of str
        With names only, a tumour in the body is taken to fill a part of it.
    rule_set : str
        A key of `RULE_SETS`.

    Raises
    ------
    InputError
        There is no such rule set or sector.
    """
    rules = rule_set_of(rule_set)
    if isinstance(involved, Involvement):
        names, pattern, vertebra = involved.involved, involved.body_pattern, involved.vertebra
    else:
        names, vertebra = checked_sectors(involved), ""
        pattern = "part" if "body" in names else ""
    if not names:
        text = "The tumor involves no sector of this vertebra: none is proposed."
        return Proposal(rules.name, vertebra, (), (), text, rules.citation, rules.verified, "")
    rows = list(_rows(rules, set(names), pattern))
    exact = [(row, side) for row, side in rows if _sided(row.involves, side) == set(names)]
    chosen = exact[:1] or rows
    taken = set(names).union(*(_sided(row.includes, side) for row, side in chosen))
    remarks = [row.remark for row, _ in chosen]
    if not exact:
        remarks.insert(0, COMBINED)
    if encircles_cord(taken):
        remarks.append(f"The proposal {RING_TEXT}.")
    remarks += [NO_EXPANSION, rules.remark]
    return Proposal(
        rules.name,
        vertebra,
        names,
        checked_sectors(taken),
        " ".join(_text(row, side) for row, side in chosen)
        or f"Involved sectors whole: {', '.join(in_words(name) for name in names)}.",
        rules.citation,
        rules.verified and bool(exact),
        " ".join(dict.fromkeys(remark for remark in remarks if remark)),
    )


def _rows(rules: RuleSet, involved: set[str], pattern: str) -> Iterator[tuple[Row, str]]:
    """The rows that apply, each with the side that it is read for ("" if it has none)."""
    no_pedicle = not {"left_pedicle", "right_pedicle"} & involved
    for row in rules.rows:
        sides = ("left", "right") if _has_side(row) else ("",)
        if row.body_pattern:
            if not no_pedicle or row.body_pattern != _kind(pattern):
                continue
            sides = (pattern,) if row.body_pattern == "lateral" else ("",)
        for side in sides:
            if _sided(row.involves, side) <= involved:
                yield row, side


def _has_side(row: Row) -> bool:
    return any(word.startswith("same_") for word in (*row.involves, *row.includes))


def _kind(pattern: str) -> str:
    return "lateral" if pattern in ("left", "right") else pattern


def _sided(words: Iterable[str], side: str) -> set[str]:
    """Sector names for a row's words."""
    names: set[str] = set()
    for word in words:
        if word == "both_pedicles":
            names |= {"left_pedicle", "right_pedicle"}
        elif word == "both_laminae":
            names |= {"left_lamina", "right_lamina"}
        else:
            names.add(word.replace("same", side, 1) if word.startswith("same_") else word)
    return names


def _text(row: Row, side: str) -> str:
    return f"{row.text.removesuffix('.')} ({side})." if side else row.text
