"""The four scenarios of the paper's Fig. 3, as far as the list of treated levels tells them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ...anatomy import are_contiguous, in_order, levels_in_name
from ...geometry import InputError
from ..sources import RTOG_0631, RYU_2015
from ..words import listed

FIG_3 = f"{RYU_2015}, Fig. 3"
MOST_SITES = 3
"""RTOG 0631 takes up to three sites, as the paper's scenario d does."""
MOST_CONTIGUOUS = 2
"""The paper and RTOG 0631 speak of two contiguous levels at most."""
UNDECIDED = ""
"""Code of what the levels do not tell: a person decides."""

SCENARIOS: dict[str, str] = {
    "a": "Solitary spine metastasis, with or without cord compression",
    "b": "Two contiguous spine levels",
    "c": "Separate spine metastases that are not adjacent",
    "d": "One to three gross metastases, with scattered small ones on MRI",
}
"""Code to the scenario, in about the paper's words."""

_TOKEN = re.compile(r"(?:[a-zäöü]+\d{1,2}(?:[-/](?:[a-zäöü]+)?\d{1,2})*|sacrum)", re.IGNORECASE)
_JOINT = re.compile("[-/]")
_RANGE_WORD = re.compile(r"\s*(?:[-–—]|\b(?:to|through|thru|bis)\b)\s*", re.IGNORECASE)
_SLASH = re.compile(r"\s*/\s*")
_BETWEEN = re.compile(r"(?:[,;+&\s]|\band\b|\bund\b)+", re.IGNORECASE)


@dataclass(frozen=True)
class Scenario:
    """A scenario of Fig. 3, or that a person has to decide.

    Attributes
    ----------
    code : str
        Key of `SCENARIOS`; `UNDECIDED` where a person decides.
    words : str
    reason : str
        What in the levels says so, in one or two sentences.
    citation : str
    """

    code: str
    words: str
    reason: str
    citation: str = FIG_3

    @property
    def is_decided(self) -> bool:
        """Whether it is one of the four."""
        return self.code != UNDECIDED


def levels_from_text(text: str) -> tuple[str, ...]:
    """Read a list of levels that a person typed; nothing in it is passed over.

    Parameters
    ----------
    text : str
        "T8", "T8, T9", "T12/L1", "L2/3", "C3-C5", "L2 to L4", "BWK12".

    Returns
    -------
    tuple of str
        From head to foot, each once; empty for an empty text.

    Raises
    ------
    InputError
        Something in it is no level.

    Examples
    --------
    >>> levels_from_text("L1, T12")
    ('T12', 'L1')
    """
    found: list[str] = []
    closed = _SLASH.sub("/", _RANGE_WORD.sub("-", text.strip()))
    for token in _BETWEEN.split(closed):
        levels = levels_in_name(token) if _TOKEN.fullmatch(token) else ()
        if token and len(levels) <= len(_JOINT.findall(token)):
            raise InputError(f"{token!r} is no vertebral level; write levels as T8, T9 or C3-C5.")
        found += levels
    return in_order(found)


def sites_of(levels: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Group levels into sites: runs of contiguous levels, from head to foot.

    Examples
    --------
    >>> sites_of(["L1", "T12", "T8"])
    (('T8',), ('T12', 'L1'))
    """
    ordered = in_order(levels)
    sites = [[level] for level in ordered[:1]]
    for upper, lower in pairwise(ordered):
        if are_contiguous((upper, lower)):
            sites[-1].append(lower)
        else:
            sites.append([lower])
    return tuple(tuple(site) for site in sites)


def scenario_of(levels: Sequence[str]) -> Scenario:
    """Propose the scenario of Fig. 3 from the levels to be treated.

    Scenario d is never proposed: that small metastases are scattered in the rest of the spine is
    not in the list of treated levels, only a person can say so.

    Parameters
    ----------
    levels : sequence of str
        In any order.

    Raises
    ------
    InputError
        No level, or something that is none.

    Examples
    --------
    >>> scenario_of(["T12", "L1"]).code
    'b'
    """
    sites = sites_of(levels)
    if not sites:
        raise InputError("No level is given; name the levels to be treated, such as T8, T9.")
    longest = max(sites, key=len)
    if len(longest) > MOST_CONTIGUOUS:
        return _undecided(
            f"{longest[0]} to {longest[-1]} are {len(longest)} contiguous levels; the four "
            f"scenarios have {MOST_CONTIGUOUS} at most."
        )
    if len(sites) > MOST_SITES:
        return _undecided(
            f"There are {len(sites)} separate sites; scenario d and {RTOG_0631} have "
            f"{MOST_SITES} at most."
        )
    if len(sites) > 1:
        named = listed("/".join(site) for site in sites)
        return _situation("c", f"{named} are {len(sites)} sites that are not adjacent.")
    if len(longest) == MOST_CONTIGUOUS:
        return _situation("b", f"{longest[0]} and {longest[1]} are contiguous.")
    return _situation("a", f"{longest[0]} is the only level.")


def doubt_about(code: str, levels: Sequence[str]) -> str:
    """Say how a scenario that a person chose disagrees with the levels; "" where it does not.

    Parameters
    ----------
    code : str
        Key of `SCENARIOS`.
    levels : sequence of str

    Raises
    ------
    InputError
        There is no such scenario, or no level.
    """
    if code not in SCENARIOS:
        raise InputError(f"{code!r} is no scenario of Fig. 3; choose {', '.join(SCENARIOS)}.")
    proposed = scenario_of(levels)
    if proposed.code == code or (code == "d" and len(sites_of(levels)) <= MOST_SITES):
        return ""
    told = f"the levels tell {proposed.code}" if proposed.is_decided else "the levels tell none"
    return f"Scenario {code} was chosen, although {told}: {proposed.reason}"


def _situation(code: str, reason: str) -> Scenario:
    return Scenario(code, SCENARIOS[code], reason)


def _undecided(reason: str) -> Scenario:
    return Scenario(UNDECIDED, "A person decides", reason)
