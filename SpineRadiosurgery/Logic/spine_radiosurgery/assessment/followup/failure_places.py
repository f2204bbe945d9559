"""A recurrence in the anatomy: which share of it lies in which place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from ...anatomy import LEVELS, TRANSITIONAL, in_order
from ...geometry import Cells, Structure, nearest_neighbours
from .entry import PLACES

FloatArray = NDArray[np.float64]
Flags = NDArray[np.bool_]

PLACE_SHARE_PERCENT = 5.0
"""A place counts from this share of the recurrence; less may be the border of a segmentation. Our
own choice; smaller shares are listed all the same."""
PARASPINAL_REACH_MM = 50.0
"""What lies farther from the treated and adjacent vertebrae is not beside them. Our own choice,
after the largest paraspinal mass of RTOG 0631 (5 cm)."""
SURFACE_STEP_MM = 3.0
SPREAD = 1.2207440846057596 ** -np.arange(1.0, 4.0)
"""Steps of the Kronecker sequence that spreads one point a cell (powers of the root of
x**4 = x + 1): centers of cells lie on planes, which a flat border takes or leaves all at once."""
UNKNOWN_PLACE = -1
ROUNDING_PERCENT = 1e-6


@dataclass(frozen=True)
class PlaceShares:
    """Where a recurrence lies in the anatomy.

    Attributes
    ----------
    places : tuple of str
        With at least `PLACE_SHARE_PERCENT` each, the largest first.
    shares : tuple of (str, float)
        All places and their shares in percent, the largest first.
    reason : str
        Why a part, or all, cannot be placed; "" for nothing.
    """

    places: tuple[str, ...]
    shares: tuple[tuple[str, float], ...]
    reason: str


@dataclass(frozen=True)
class _Neighbourhood:
    """Treated and adjacent vertebrae, and which of them have no structure.

    Attributes
    ----------
    treated, adjacent, other : tuple of Structure
    near_mm : tuple of (float, float)
        For each treated level: from the lower end of the vertebra below to the upper end of the
        one above, as far as there are structures.
    doubtful_mm : tuple of (float, float)
        Heights at which a missing vertebra may lie.
    missing : tuple of str
        Their levels, from head to foot.
    """

    treated: tuple[Structure, ...]
    adjacent: tuple[Structure, ...]
    other: tuple[Structure, ...]
    near_mm: tuple[tuple[float, float], ...]
    doubtful_mm: tuple[tuple[float, float], ...]
    missing: tuple[str, ...]


def place_shares(
    cells: Cells,
    vertebrae: Mapping[str, Structure] | None = None,
    treated_levels: Sequence[str] = (),
    canal: Structure | None = None,
) -> PlaceShares:
    """Tell where the cells of a recurrence lie in the anatomy, each in one place.

    * epidural: in the canal at a treated or adjacent level. What lies within the dura is not told
      apart.
    * same_level: in the bone of a treated vertebra.
    * adjacent_level: in the bone of the next vertebra above or below a treated one.
    * paraspinal: outside bone and canal, at the height of a treated or adjacent vertebra and within
      `PARASPINAL_REACH_MM` of one; discs, too.
    * remote: everything else, other vertebrae and the canal beside them.

    Where a mask of the canal overlaps bone, the canal counts. A part of the recurrence that may lie
    in a structure that is not given (the canal, a vertebra) is not placed; the reason names it.

    Parameters
    ----------
    cells : Cells
        Of the recurrence, on the planning image.
    vertebrae : mapping of level to Structure
        Whole vertebrae.
    treated_levels : sequence of str
    canal : Structure, optional

    Raises
    ------
    InputError
        A level that is none.
    """
    treated, known = in_order(treated_levels), dict(vertebrae or {})
    in_order(known)
    if not treated:
        return PlaceShares((), (), "the treated levels are not given")
    if not any(level in known for level in treated):
        return PlaceShares((), (), f"no structure of a treated vertebra ({', '.join(treated)})")
    around = _neighbourhood(known, treated)
    place = _placed(cells, around, canal)
    volumes = np.bincount(place + 1, cells.volumes_mm3, len(PLACES) + 1)
    percent = 100.0 * volumes / volumes.sum()
    order = sorted(range(len(PLACES)), key=lambda n: -percent[n + 1])
    shares = tuple(
        (PLACES[n], round(float(percent[n + 1]), 3))
        for n in order
        if percent[n + 1] > ROUNDING_PERCENT
    )
    unknown = float(percent[0])
    return PlaceShares(
        tuple(place for place, share in shares if share >= PLACE_SHARE_PERCENT),
        shares,
        _reason(unknown, around.missing, canal) if unknown > ROUNDING_PERCENT else "",
    )


def _neighbourhood(known: Mapping[str, Structure], treated: Sequence[str]) -> _Neighbourhood:
    # Few patients have a transitional vertebra: it is a neighbour only where it is named.
    column = in_order([*LEVELS, *({*known, *treated} & set(TRANSITIONAL))])
    adjacent: dict[str, None] = {}
    near: list[tuple[float, float]] = []
    doubtful: list[tuple[float, float]] = []
    missing = [level for level in treated if level not in known]
    if missing:
        doubtful.append((-np.inf, np.inf))
    for level in treated:
        place = column.index(level)
        neighbours = {n: column[n] for n in (place - 1, place + 1) if 0 <= n < len(column)}
        group = [known[c] for c in (level, *neighbours.values()) if c in known]
        if group:
            ends = [structure.extent_mm() for structure in group]
            near.append((min(low for low, _ in ends), max(high for _, high in ends)))
        for n, neighbour in neighbours.items():
            if neighbour in treated:
                continue
            adjacent[neighbour] = None
            if neighbour not in known:
                missing.append(neighbour)
                if level in known:
                    low, high = known[level].extent_mm()
                    doubtful.append((low, np.inf) if n < place else (-np.inf, high))
    others = [level for level in known if level not in treated and level not in adjacent]
    return _Neighbourhood(
        tuple(known[level] for level in treated if level in known),
        tuple(known[level] for level in adjacent if level in known),
        tuple(known[level] for level in others),
        tuple(near),
        tuple(doubtful),
        in_order(missing),
    )


def _placed(cells: Cells, around: _Neighbourhood, canal: Structure | None) -> NDArray[np.int64]:
    """Number of each cell's place in `PLACES`, `UNKNOWN_PLACE` where it cannot be told, (n,)."""
    same, adjacent, epidural, paraspinal, remote = range(len(PLACES))
    points = spread_points(cells)
    is_near = _between(points, around.near_mm)
    is_beside = is_near & _within_reach(points, (*around.treated, *around.adjacent))
    place = np.where(is_beside, paraspinal, remote)
    place[_between(points, around.doubtful_mm)] = UNKNOWN_PLACE
    if canal is None:
        place[is_beside] = UNKNOWN_PLACE
    for structures, number in (
        (around.other, remote),
        (around.adjacent, adjacent),
        (around.treated, same),
    ):
        for structure in structures:
            place[inside(structure, points)] = number
    if canal is not None:
        place[inside(canal, points) & is_near] = epidural
    return place


def spread_points(cells: Cells) -> FloatArray:
    """One RAS point in each cell, spread evenly over the places in it, (n, 3)."""
    number = np.arange(1.0, len(cells.volumes_mm3) + 1.0)[:, np.newaxis]
    offsets = (number * SPREAD) % 1.0 - 0.5
    points: FloatArray = cells.centres_ras + np.einsum("na,nai->ni", offsets, cells.edges_mm)
    return points


def inside(structure: Structure, points_ras: FloatArray) -> Flags:
    """Say which RAS points (n, 3) lie in a structure; those outside its bounds are not tested."""
    low, high = structure.bounds_ras()
    found: Flags = np.all((points_ras >= low) & (points_ras <= high), axis=1)
    found[found] = structure.contains(points_ras[found])
    return found


def _between(points: FloatArray, ranges_mm: Sequence[tuple[float, float]]) -> Flags:
    """Say which points lie at one of these heights."""
    height = points[:, 2]
    found = np.zeros(len(points), dtype=bool)
    for low, high in ranges_mm:
        found |= (height >= low) & (height <= high)
    return found


def _within_reach(points: FloatArray, structures: Sequence[Structure]) -> Flags:
    surface = np.concatenate([s.surface_points(SURFACE_STEP_MM) for s in structures])
    if not len(surface):
        return np.zeros(len(points), dtype=bool)
    distance, _ = nearest_neighbours(
        cKDTree(surface), points, distance_upper_bound=PARASPINAL_REACH_MM
    )
    return np.asarray(np.isfinite(distance))


def _reason(unknown_percent: float, missing: Sequence[str], canal: Structure | None) -> str:
    lacking = []
    if missing:
        lacking.append(f"no structure of {', '.join(missing)}")
    if canal is None:
        lacking.append("no canal, without which epidural and paraspinal cannot be told apart")
    part = f"{unknown_percent:.0f} %" if unknown_percent >= 1 else "less than 1 %"
    return f"{part} of it cannot be placed: {'; '.join(lacking)}"
