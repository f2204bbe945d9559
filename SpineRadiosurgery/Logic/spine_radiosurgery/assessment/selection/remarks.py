"""What a clinician should look at beside the checklist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..sources import RYU_2015
from ..words import beside_limit
from .choosing import decided_scenario, scenario_doubt
from .entry import Selection
from .gap import gap_remarks
from .scenarios import FIG_3, MOST_CONTIGUOUS, sites_of

LONGEST_MM = 60.0
"""The paper: cord dose tends to be higher for targets longer than 6 cm."""
LENGTH_CITATION = f"{RYU_2015}, how many spine levels can be treated"


@dataclass(frozen=True)
class Remark:
    """A remark for the clinician who decides.

    Attributes
    ----------
    key : str
        "scenario", "contiguous_levels", "target_length" or "separation_surgery".
    text : str
    citation : str
    """

    key: str
    text: str
    citation: str


def selection_remarks(levels: Sequence[str], selection: Selection) -> tuple[Remark, ...]:
    """Collect the remarks on a selection; none where there is nothing to look at.

    Parameters
    ----------
    levels : sequence of str
        To be treated; empty where they are not recorded.
    selection : Selection

    Raises
    ------
    InputError
        Something is no level.
    """
    on_levels = [*_on_scenario(levels, selection), *_on_contiguous(levels)] if levels else []
    measured = selection.measured
    return (*on_levels, *_on_length(measured.target_length_mm), *_on_gap(selection))


def _on_scenario(levels: Sequence[str], selection: Selection) -> tuple[Remark, ...]:
    decided = decided_scenario(levels, selection)
    text = scenario_doubt(levels, selection) or ("" if decided.is_decided else decided.reason)
    return (Remark("scenario", text, FIG_3),) if text else ()


def _on_contiguous(levels: Sequence[str]) -> tuple[Remark, ...]:
    return tuple(
        Remark(
            "contiguous_levels",
            f"{site[0]} to {site[-1]} are {len(site)} contiguous levels; the paper and RTOG 0631 "
            f"describe {MOST_CONTIGUOUS} at most. The paper knows no limit to the number of "
            "metastases, but advises caution with long targets.",
            LENGTH_CITATION,
        )
        for site in sites_of(levels)
        if len(site) > MOST_CONTIGUOUS
    )


def _on_length(length_mm: float | None) -> tuple[Remark, ...]:
    if length_mm is None or length_mm <= LONGEST_MM:
        return ()
    shown = beside_limit(length_mm, LONGEST_MM)
    return (
        Remark(
            "target_length",
            f"The target is {shown} mm long: above {LONGEST_MM / 10:g} cm the paper found that the "
            "dose to the cord tends to be higher, which intensity modulation can lessen.",
            LENGTH_CITATION,
        ),
    )


def _on_gap(selection: Selection) -> tuple[Remark, ...]:
    gap = selection.measured.cord_gap
    found = gap_remarks(gap) if gap else ()
    return tuple(
        Remark("separation_surgery", remark.text, remark.citation)
        for remark in found
        if remark.status == "information"
    )
