"""Sites: runs of neighbouring levels, each of which gets one target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..anatomy import LEVELS, TRANSITIONAL, VertebraSectors, are_contiguous, is_below
from ..geometry import InputError, Structure, connected_parts

NEIGHBOUR_GAP_MM = 15.0
"""Bodies of vertebrae without level names are neighbours if less than this apart along superior:
a disc is 3 to 12 mm high; a level between, even compressed to half, with its discs is more."""
NAMED = (*LEVELS, *TRANSITIONAL)
UNLIKELY_GAP_MM = 25.0
"""Bodies farther apart than this are hardly neighbours, whatever their names say."""


@dataclass(frozen=True, eq=False)
class Site:
    """Neighbouring vertebrae that share a target.

    Attributes
    ----------
    levels : tuple of VertebraSectors
        From head to foot.
    notes : tuple of str
        What a person should look at: names that do not go with the heights.
    """

    levels: tuple[VertebraSectors, ...]
    notes: tuple[str, ...] = ()


def label_of(sectors: VertebraSectors) -> str:
    """Level of a vertebra, or its structure's name where the level is not known."""
    return sectors.level or sectors.vertebra.name


def find_sites(
    levels: VertebraSectors | Sequence[VertebraSectors],
) -> tuple[Site, ...]:
    """Group levels into sites, from head to foot.

    Two levels are neighbours if their names are, or, where a name is not known, if their bodies
    are less than `NEIGHBOUR_GAP_MM` apart along the superior axis.

    Raises
    ------
    InputError
        No level, or the same one twice.
    """
    given = [levels] if isinstance(levels, VertebraSectors) else list(levels)
    if not given:
        raise InputError("A target needs the sectors of at least one vertebra; none was given.")
    labels = [label_of(level) for level in given]
    for label in labels:
        if labels.count(label) > 1:
            raise InputError(f"Vertebra {label} was given twice; give each level once.")
    ordered = sorted(given, key=_middle_mm, reverse=True)
    runs = [[ordered[0]]]
    for above, below in pairwise(ordered):
        if _are_neighbours(above, below):
            runs[-1].append(below)
        else:
            runs.append([below])
    return tuple(Site(tuple(run), _notes(run)) for run in runs)


def the_site(levels: VertebraSectors | Sequence[VertebraSectors]) -> Site:
    """Return the one site that the levels form.

    Raises
    ------
    InputError
        They form several, or as in `find_sites`.
    """
    sites = find_sites(levels)
    if len(sites) > 1:
        named = "; ".join(", ".join(label_of(level) for level in site.levels) for site in sites)
        raise InputError(
            f"The vertebrae are {len(sites)} separate sites ({named}), not one; "
            "use make_targets, which makes a target for each."
        )
    return sites[0]


def share_out(structures: Sequence[Structure], sites: Sequence[Site]) -> list[list[Structure]]:
    """Give each structure (a GTV) to the site it belongs to; cut those with parts in several.

    A connected part belongs to the site nearest to it along the superior axis. Where parts belong
    to several sites, the structure is cut half way between those sites.
    """
    ends = [_site_extent_mm(site) for site in sites]
    shares: list[list[Structure]] = [[] for _ in sites]
    for structure in structures:
        owners = {
            _nearest(0.5 * (p.lower_mm + p.upper_mm), ends) for p in connected_parts(structure)
        }
        for owner in sorted(owners):
            part = structure
            if len(owners) > 1:
                upper = 0.5 * (ends[owner - 1][0] + ends[owner][1]) if owner else float("inf")
                last = owner == len(sites) - 1
                lower = -float("inf") if last else 0.5 * (ends[owner][0] + ends[owner + 1][1])
                low, high = structure.extent_mm()
                part = structure.between(max(lower, low), min(upper, high))
            shares[owner].append(part)
    return shares


def _nearest(height_mm: float, ends: Sequence[tuple[float, float]]) -> int:
    away = [max(low - height_mm, height_mm - high, 0.0) for low, high in ends]
    return away.index(min(away))


def _site_extent_mm(site: Site) -> tuple[float, float]:
    extents = [_body(level).extent_mm() for level in site.levels]
    return min(low for low, _ in extents), max(high for _, high in extents)


def _body(level: VertebraSectors) -> Structure:
    """The body, by whose height a level is placed; the vertebra where it has none."""
    return level.body if "body" in level.present else level.vertebra


def _middle_mm(level: VertebraSectors) -> float:
    low, high = _body(level).extent_mm()
    return 0.5 * (low + high)


def _gap_mm(above: VertebraSectors, below: VertebraSectors) -> float:
    return _body(above).extent_mm()[0] - _body(below).extent_mm()[1]


def _are_neighbours(above: VertebraSectors, below: VertebraSectors) -> bool:
    if above.level in NAMED and below.level in NAMED:
        return are_contiguous((above.level, below.level))
    return _gap_mm(above, below) < NEIGHBOUR_GAP_MM


def _notes(run: Sequence[VertebraSectors]) -> tuple[str, ...]:
    notes = []
    for above, below in pairwise(run):
        pair = f"{label_of(above)} and {label_of(below)}"
        gap = _gap_mm(above, below)
        if gap > UNLIKELY_GAP_MM:
            notes.append(
                f"The bodies of {pair} are {gap:.0f} mm apart, although they are named as "
                "neighbors; check the levels' names."
            )
        if above.level in NAMED and below.level in NAMED and is_below(above.level, below.level):
            notes.append(f"{pair.replace(' and', ' lies above')}; check the levels' names.")
    return tuple(notes)
