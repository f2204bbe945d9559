"""Correcting the levels of segmented vertebrae, and seeing that they need it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ...geometry import InputError, Structure
from .column import in_order, shifted, steps_between
from .names import renamed_level

FloatArray = NDArray[np.float64]

STEP_MM = (8.0, 55.0)
"""Distances of neighbouring vertebrae's centres outside this are said."""
CELL_MM = 4.0


def relabelled(
    vertebrae: Mapping[str, Structure],
    changes: Mapping[str, str] | None = None,
    *,
    by: int = 0,
) -> dict[str, Structure]:
    """Give vertebrae other levels; their names follow, each in its own way of naming.

    Automatic segmentations confuse neighbouring levels in one to two of a hundred vertebrae, often
    a whole column by one.

    Parameters
    ----------
    vertebrae : mapping of str to Structure
        By level, as `read_vertebrae` returns them; unchanged.
    changes : mapping of str to str, optional
        Old to new level of those that change ("L3" to "L4").
    by : int
        Instead: how far toward the feet all of them move (negative: to the head).

    Returns
    -------
    dict
        By new level, from head to foot.

    Raises
    ------
    InputError
        A level is not among them, two would get the same, or there is none that far.
    """
    if changes and by:
        raise InputError("Vertebrae are relabeled by a list of changes or by a shift, not both.")
    new = {level: shifted(level, by) for level in vertebrae} if by else dict(changes or {})
    for level in new:
        if level not in vertebrae:
            raise InputError(
                f"There is no vertebra {level} to relabel; there is: {', '.join(vertebrae)}."
            )
    after: dict[str, str] = {}
    for level in vertebrae:
        target = new.get(level, level)
        if target in after:
            raise InputError(
                f"{after[target]} and {level} would both become {target}; relabel both."
            )
        after[target] = level
    found = {}
    for target in in_order(after):
        structure = vertebrae[after[target]]
        if target != after[target]:
            structure = structure.renamed(renamed_level(structure.name, after[target], target))
        found[target] = structure
    return found


def check_order(vertebrae: Mapping[str, Structure]) -> tuple[str, ...]:
    """Say where the vertebrae's places do not go with their levels.

    Each must lie above the next one, and their centres 8 to 55 mm a level apart; to S1, which may
    be the whole sacrum, one more.

    Parameters
    ----------
    vertebrae : mapping of str to Structure
        By level.
    """
    found = []
    placed = [_Placed(level, _centre_ras(vertebrae[level])) for level in in_order(vertebrae)]
    for upper, lower in pairwise(placed):
        fall = upper.centre_ras[2] - lower.centre_ras[2]
        distance = float(np.linalg.norm(upper.centre_ras - lower.centre_ras))
        steps = steps_between(upper.level, lower.level)
        names = f"{upper.level} and {lower.level}"
        if fall <= 0:
            found.append(
                f"{lower.level} lies {-fall:.0f} mm above {upper.level}: "
                "the levels and the heights do not go together; check them."
            )
        elif distance < STEP_MM[0] * steps:
            found.append(
                f"The centers of {names} are only {distance:.0f} mm apart, {steps} "
                f"level{'s' if steps > 1 else ''} by their names; check whether they are one "
                "vertebra or a level was skipped in counting."
            )
        elif distance > STEP_MM[1] * (steps + (lower.level == "S1")):
            found.append(
                f"The centers of {names} are {distance:.0f} mm apart, {steps} "
                f"level{'s' if steps > 1 else ''} by their names; "
                "check whether a vertebra between them was left out in counting."
            )
    return tuple(found)


@dataclass(frozen=True, eq=False)
class _Placed:
    level: str
    centre_ras: FloatArray


def _centre_ras(structure: Structure) -> FloatArray:
    cells = structure.cells(CELL_MM)
    centre: FloatArray = np.average(cells.centres_ras, axis=0, weights=cells.volumes_mm3)
    return centre
