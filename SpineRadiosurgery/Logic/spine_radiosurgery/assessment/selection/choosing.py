"""The scenario of Fig. 3 from the levels and from what is recorded of other lesions."""

from __future__ import annotations

from collections.abc import Sequence

from ...anatomy import in_order
from ..sources import RTOG_0631
from .entry import Selection
from .scenarios import (
    FIG_3,
    MOST_SITES,
    SCENARIOS,
    UNDECIDED,
    Scenario,
    doubt_about,
    scenario_of,
)

SMALL_PERCENT = 20.0
"""RTOG 0631: other lesions are small if they take less than this share of a vertebral body."""
_CHOSEN = "Chosen by a person."


def proposed_scenario(levels: Sequence[str], selection: Selection) -> Scenario:
    """Propose the scenario from the levels and the other lesions; a person confirms it.

    Where other, small lesions are recorded beside one to three sites, it is d. The levels alone
    tell a, b or c. A further lesion that RTOG 0631 does not count as small leaves it open: whether
    it is gross disease, a person says.

    Parameters
    ----------
    levels : sequence of str
        To be treated.
    selection : Selection

    Raises
    ------
    InputError
        No level, or something that is none.
    """
    told = scenario_of(levels)
    share = selection.other_lesions_percent
    if not share:
        return told
    others = f"Another lesion, which takes {share:g} % of a vertebral body, is recorded"
    if share >= SMALL_PERCENT:
        return _undecided(
            f"{told.reason} {others}: {RTOG_0631} counts lesions below {SMALL_PERCENT:g} % as "
            "small; whether it is gross disease, a person says."
        )
    if not told.is_decided:
        return _undecided(f"{told.reason} {others}, as in scenario d.")
    reason = f"{told.reason} {others}: small lesions beside limited gross disease are scenario d."
    if len(in_order(levels)) > MOST_SITES:
        reason += (
            f" These are {len(in_order(levels))} vertebrae; whether the paper counts its one to "
            "three gross metastases by vertebra or by site, it does not say."
        )
    return Scenario("d", SCENARIOS["d"], f"{reason} A person confirms this.", FIG_3)


def decided_scenario(levels: Sequence[str], selection: Selection) -> Scenario:
    """Return the scenario that a person chose, else the proposed one.

    Parameters
    ----------
    levels : sequence of str
    selection : Selection

    Raises
    ------
    InputError
        No level, or something that is none.
    """
    proposed = proposed_scenario(levels, selection)
    if selection.scenario in ("", proposed.code):
        return proposed
    return Scenario(selection.scenario, SCENARIOS[selection.scenario], _CHOSEN, FIG_3)


def scenario_doubt(levels: Sequence[str], selection: Selection) -> str:
    """Say how the chosen scenario disagrees with the levels or other lesions; "" if it does not.

    Parameters
    ----------
    levels : sequence of str
    selection : Selection

    Raises
    ------
    InputError
        No level, or something that is none.
    """
    code, share = selection.scenario, selection.other_lesions_percent
    if not code:
        return ""
    if code == "d" and share == 0:
        return "Scenario d was chosen, although no other, small lesion is recorded."
    proposed = proposed_scenario(levels, selection)
    if code != "d" and proposed.code == "d":
        return f"Scenario {code} was chosen, although the record tells d: {proposed.reason}"
    return doubt_about(code, levels)


def _undecided(reason: str) -> Scenario:
    return Scenario(UNDECIDED, "A person decides", reason, FIG_3)
