"""How far the patient may move toward the target before the cord limit breaks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...case import Structure
from ...cord import CordVolume
from ...dose import SetupScenario, StaticDoseModel, centroid_ras
from ..protocol import Protocol
from ..result import FAIL, NOT_EVALUABLE
from .following import FollowedRow, Outcome

FloatArray = NDArray[np.float64]

FARTHEST_MM = 10.0
COARSE_MM, FINE_MM = 0.5, 0.05
SAME_PLANE_MM = 2.0
SURFACE_STEP_MM = 1.0
_WORDS = (
    "right",
    "anterior-right",
    "anterior",
    "anterior-left",
    "left",
    "posterior-left",
    "posterior",
    "posterior-right",
)


@dataclass(frozen=True)
class RoomToMove:
    """How far the patient may move toward the target before the cord limit breaks.

    Attributes
    ----------
    distance_mm : float
        Largest distance, in steps of 0.05 mm, up to which the limit holds; 0 when it is broken
        already; nan when not known.
    more_than : bool
        The limit holds all along the way that was searched: there is at least this much room.
    direction : str
        In words, "anterior-left".
    direction_ras : (3,) tuple
        Unit vector of the patient's movement in the axial plane.
    cord_volume : str
    limit : str
        The row or rows that break.
    reason : str
        Why there is no distance; "" when there is one.
    """

    distance_mm: float
    more_than: bool = False
    direction: str = ""
    direction_ras: tuple[float, float, float] = (math.nan, math.nan, math.nan)
    cord_volume: str = ""
    limit: str = ""
    reason: str = ""

    @property
    def sentence(self) -> str:
        """For a planner."""
        if math.isnan(self.distance_mm):
            return f"How far the patient may move toward the target is not known: {self.reason}."
        if self.more_than:
            return (
                f"The patient may move more than {self.distance_mm:g} mm toward the target "
                f"({self.direction}) before the cord limit breaks."
            )
        if self.distance_mm == 0:
            return f"The patient may not move toward the target at all ({self.limit})."
        # Rounded down, so that what is written still holds.
        written = math.floor(self.distance_mm * 10 + 1e-9) / 10
        length = f"{written:.1f} mm" if written > 0 else "less than 0.1 mm"
        return (
            f"The patient may move {length} toward the target "
            f"({self.direction}) before the cord limit breaks ({self.limit})."
        )


def room_to_move(
    model: StaticDoseModel,
    protocol: Protocol,
    rows: Sequence[FollowedRow],
    volume: CordVolume,
    targets: Sequence[Structure],
    *,
    prescription_gy: float | None = None,
) -> RoomToMove:
    """Move the patient from the cord volume toward the target until the verdict is a failure.

    The direction leads, in the axial plane, from the cord volume's centroid to the nearest point of
    the target's surface; the shift brings the cord into the dose of that place. Groups of rows that
    stand in for each other break when the group does.

    Parameters
    ----------
    model : StaticDoseModel
        That holds the rows' structures and the cord volume.
    protocol : Protocol
    rows : sequence of FollowedRow
        Those on this cord volume and on the whole cord.
    volume : CordVolume
    targets : sequence of Structure
    prescription_gy : float, optional
    """
    name = volume.structure.name
    outcome = Outcome(protocol, rows)
    if not outcome.decides:
        return RoomToMove(math.nan, cord_volume=name, reason="no cord limit could be evaluated")
    direction = _toward(centroid_ras([volume.structure]), targets)
    if direction is None:
        reason = f"the center of {name} lies inside the target's outline"
        return RoomToMove(math.nan, cord_volume=name, reason=reason)
    first, second, third = direction.tolist()
    room = RoomToMove(
        0.0,
        direction=_WORDS[round(math.degrees(math.atan2(second, first)) / 45.0) % 8],
        direction_ras=(first, second, third),
        cord_volume=name,
    )
    nominal = [row.nominal.status for row in outcome.rows]
    if outcome.status(nominal) == FAIL:
        return replace(room, limit=_limits(outcome, nominal))
    reached, statuses = _searched(model, outcome, direction, prescription_gy)
    if outcome.status(statuses) == FAIL:
        return replace(room, distance_mm=reached, limit=_limits(outcome, statuses))
    if outcome.status(statuses) == NOT_EVALUABLE:
        why = (
            f"beyond {reached:.2f} mm {name} leaves the dose grid so far that the verdict depends "
            "on the dose outside"
        )
        return replace(room, distance_mm=math.nan, reason=why)
    return replace(room, distance_mm=reached, more_than=True)


def _searched(
    model: StaticDoseModel,
    outcome: Outcome,
    direction: FloatArray,
    prescription_gy: float | None,
) -> tuple[float, list[str]]:
    """Largest distance before the verdict breaks or opens, and the statuses just beyond it."""
    reached, statuses = 0.0, [row.nominal.status for row in outcome.rows]
    for step, length in ((COARSE_MM, FARTHEST_MM), (FINE_MM, COARSE_MM)):
        count = round(length / step) + 1
        distances: FloatArray = reached + step * np.arange(count, dtype=np.float64)
        found = _along(model, outcome, direction, distances, prescription_gy)
        broken = [n for n, s in enumerate(found) if outcome.status(s) in (FAIL, NOT_EVALUABLE)]
        if not broken:
            return float(distances[-1]), found[-1]
        statuses = found[broken[0]]
        reached = float(distances[max(broken[0] - 1, 0)])
    return reached, statuses


def _toward(start_ras: FloatArray, targets: Sequence[Structure]) -> FloatArray | None:
    """Unit vector in the axial plane to the nearest target surface; None from within a target."""
    points = np.concatenate([t.surface_points(SURFACE_STEP_MM) for t in targets])
    height = np.abs(points[:, 2] - start_ras[2])
    points = points[height <= max(SAME_PLANE_MM, float(height.min()))]
    off = points[:, :2] - start_ras[:2]
    distance = np.linalg.norm(off, axis=1)
    nearest = int(np.argmin(distance))
    inside = any(bool(t.contains(start_ras[np.newaxis])[0]) for t in targets)
    if inside or distance[nearest] < 1e-6:
        return None
    return np.array([*(off[nearest] / distance[nearest]), 0.0])


def _along(
    model: StaticDoseModel,
    outcome: Outcome,
    direction: FloatArray,
    distances_mm: FloatArray,
    prescription_gy: float | None,
) -> list[list[str]]:
    """Statuses of the deciding rows at each distance."""
    shifts = (distances_mm[:, np.newaxis] * direction).tolist()
    scenarios = [
        SetupScenario(f"{d:.2f} mm", (r, a, s))
        for d, (r, a, s) in zip(distances_mm, shifts, strict=True)
    ]
    asked: dict[str, list[str]] = {}
    for row in outcome.rows:
        asked.setdefault(row.nominal.structure, []).append(row.constraint.metric)
    found = model.evaluate(scenarios, asked, prescription_gy=prescription_gy).structures
    columns = [row.statuses(found[row.nominal.structure]) for row in outcome.rows]
    return [list(statuses) for statuses in zip(*columns, strict=True)]


def _limits(outcome: Outcome, statuses: Sequence[str]) -> str:
    return ", ".join(row.limit_text for row in outcome.failing(statuses))
