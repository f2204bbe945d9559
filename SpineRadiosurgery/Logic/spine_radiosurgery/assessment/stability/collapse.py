"""How much of its height a vertebral body has lost, against its neighbors or itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...anatomy import VertebraSectors
from .entry import ITSELF, NEIGHBORS, ONE_NEIGHBOR
from .heights import BEHIND, PLACES, BodyHeights, body_heights

FloatArray = NDArray[np.float64]

UNCERTAINTY_PERCENT = {NEIGHBORS: 7.0, ONE_NEIGHBOR: 12.0, ITSELF: 12.0}
"""Percentage points by which a collapse may be more or less, with voxels of no size.

This program's own figures, not published ones: with the voxels' part they hold 98 % of phantoms
C4 to L4 of known collapse, and all healthy vertebrae L1 to L5 of two automatic segmentations.
"""
VOXEL_SHARE = 0.8
"""Of a voxel along the vertebra's axis: what two endplates on voxels add to that."""
DEFORMED_PERCENT = 30.0
"""A neighbor that has lost this much against its own posterior wall is no measure for others."""
LOW_SHARE = 0.65
"""Nor is one of two neighbors that is lower than the other by more than this ratio."""
FARTHEST_HEIGHTS = 3.2
"""Nor is one that lies farther away than this many of its heights: about two levels."""
SAME_PLACE_MM = 6.0
"""Vertebrae whose bodies are no farther apart are the same one."""


@dataclass(frozen=True)
class Collapse:
    """Lost height of a body.

    Attributes
    ----------
    percent, uncertainty_percent : float or None
        None where it is open.
    compared : str
        "neighbors", "one_neighbor", "itself" or "".
    reference : str
        What it was compared with, or why it was not.
    """

    percent: float | None
    uncertainty_percent: float | None
    compared: str
    reference: str


@dataclass(frozen=True, eq=False)
class _Neighbor:
    """A body beside the vertebra; `distance_mm` is positive above it."""

    name: str
    distance_mm: float
    heights_mm: FloatArray


def measure_collapse(
    sectors: VertebraSectors, neighbours: Sequence[VertebraSectors] = ()
) -> Collapse:
    """Compare a body's heights with those that its neighbors let expect.

    The collapse is the largest share of height lost at any of nine places of the endplates,
    against the heights at the same places of the nearest usable neighbor above and below,
    interpolated by distance. With one neighbor its heights are taken as they are; with none, the
    vertebra's own posterior wall is all there is, and a loss of the whole height is not seen.

    Parameters
    ----------
    sectors : VertebraSectors
    neighbours : sequence of VertebraSectors
        In any order; the vertebra itself and neighbors that are cut or deformed are passed over.
    """
    own = body_heights(sectors)
    if own.heights_mm is None:
        return Collapse(None, None, "", f"The height was not measured: {own.reason}.")
    beside, passed_over = _usable(sectors, neighbours)
    if not beside:
        expected = np.full(len(PLACES), float(own.heights_mm[BEHIND].mean()))
        words = (
            "compared with its own posterior wall only, so that a loss of the whole height is "
            "not seen"
        )
        return _compared(own, expected, ITSELF, words, passed_over)
    names = " and ".join(n.name for n in beside)
    if len(beside) == 1:
        words = f"compared with {names} alone, which is less certain"
        return _compared(own, beside[0].heights_mm, ONE_NEIGHBOR, words, passed_over)
    above, below = beside
    share = above.distance_mm / (above.distance_mm - below.distance_mm)
    expected = (1 - share) * above.heights_mm + share * below.heights_mm
    return _compared(own, expected, NEIGHBORS, f"compared with {names}", passed_over)


def _compared(
    own: BodyHeights, expected_mm: FloatArray, compared: str, words: str, passed_over: list[str]
) -> Collapse:
    assert own.heights_mm is not None
    lost = 1 - own.heights_mm / expected_mm
    place = int(lost.argmax())
    percent = float(np.clip(100 * lost[place], 0, 100))
    voxel = 100 * VOXEL_SHARE * own.voxel_mm / float(expected_mm[place])
    uncertainty = min(float(np.hypot(UNCERTAINTY_PERCENT[compared], voxel)), 100.0)
    reference = (
        f"Lowest {PLACES[place][0]}: {max(own.heights_mm[place], 0.0):.1f} mm of "
        f"{expected_mm[place]:.1f} mm; {words}."
    )
    if passed_over:
        reference += f" Passed over: {'; '.join(passed_over)}."
    return Collapse(percent, uncertainty, compared, reference)


def _usable(
    sectors: VertebraSectors, neighbours: Sequence[VertebraSectors]
) -> tuple[list[_Neighbor], list[str]]:
    """The nearest usable neighbor on each side, the upper first, and why others are none."""
    here = _centre(sectors)
    found: list[_Neighbor] = []
    passed_over = []
    for other in neighbours:
        if other.body.volume_cc == 0:
            passed_over.append(f"{_name(other)} (there is no body in its mask)")
            continue
        between = _centre(other) - here
        distance = float(np.linalg.norm(between))
        if distance <= SAME_PLACE_MM:
            continue
        measured = body_heights(other)
        reason = measured.reason or _deformed(measured)
        if measured.heights_mm is None or reason:
            passed_over.append(f"{_name(other)} ({reason})")
            continue
        if distance > FARTHEST_HEIGHTS * float(measured.heights_mm.mean()):
            passed_over.append(f"{_name(other)} (too far away)")
            continue
        side = 1.0 if float(between @ sectors.frame.axes[:, 2]) > 0 else -1.0
        found.append(_Neighbor(_name(other), side * distance, measured.heights_mm))
    above = min((n for n in found if n.distance_mm > 0), key=lambda n: n.distance_mm, default=None)
    below = max((n for n in found if n.distance_mm < 0), key=lambda n: n.distance_mm, default=None)
    return _as_high([n for n in (above, below) if n is not None], passed_over)


def _as_high(beside: list[_Neighbor], passed_over: list[str]) -> tuple[list[_Neighbor], list[str]]:
    """Leave the lower of two neighbors out where it must have lost height itself."""
    if len(beside) < 2:
        return beside, passed_over
    low, high = sorted(beside, key=lambda n: float(n.heights_mm.mean()))
    ratio = float(low.heights_mm.mean() / high.heights_mm.mean())
    if ratio >= LOW_SHARE:
        return beside, passed_over
    why = f"{low.name} ({100 * (1 - ratio):.0f} % lower than {high.name})"
    return [high], [*passed_over, why]


def _deformed(measured: BodyHeights) -> str:
    assert measured.heights_mm is not None or measured.reason
    if measured.heights_mm is None:
        return measured.reason
    ratio = measured.heights_mm / float(measured.heights_mm[BEHIND].mean())
    lost = 100 * float(1 - ratio.min())
    if lost < DEFORMED_PERCENT:
        return ""
    return f"itself {lost:.0f} % lower {PLACES[int(ratio.argmin())][0]}"


def _centre(sectors: VertebraSectors) -> FloatArray:
    low, high = sectors.body.bounds_ras()
    centre: FloatArray = 0.5 * (low + high)
    return centre


def _name(sectors: VertebraSectors) -> str:
    return sectors.level or sectors.vertebra.name
