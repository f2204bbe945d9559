"""The mid-sagittal plane: where a vertebra is most like its own mirror image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, optimize

from .bone import STEP_MM, Bone

FloatArray = NDArray[np.float64]

_POINTS = 4000
_BLUR_MM = 1.5
_TURNS_DEG = np.arange(-40.0, 41.0, 8.0)


@dataclass(frozen=True, eq=False)
class MidPlane:
    """The plane of best mirror symmetry.

    Attributes
    ----------
    right : (3,)
        Its normal, toward the patient's right.
    offset_mm : float
        Its distance from the middle along `right`.
    symmetry : float
        Share of the bone whose mirror image is bone again, 0 to 1.
    """

    right: FloatArray
    offset_mm: float
    symmetry: float

    def mirrored(self, points: FloatArray) -> FloatArray:
        """Mirror image of points (n, 3)."""
        depth = points @ self.right - self.offset_mm
        image: FloatArray = points - 2 * depth[:, np.newaxis] * self.right
        return image


class Mirror:
    """Compares a bone with its mirror image in any plane."""

    def __init__(self, bone: Bone) -> None:
        centres = bone.centres()
        self._points = centres[:: max(1, len(centres) // _POINTS)]
        self._bone = bone
        self._soft = ndimage.gaussian_filter(bone.occupancy, _BLUR_MM / STEP_MM, mode="constant")
        self.centroid: FloatArray = centres.mean(axis=0)

    def likeness(self, right: FloatArray, offset_mm: float) -> float:
        """Mean softened occupancy at the mirrored bone points."""
        return float(self._mirrored(self._soft, right, offset_mm).mean())

    def share(self, right: FloatArray, offset_mm: float) -> float:
        """Share of the bone points whose mirror image is bone."""
        return float((self._mirrored(self._bone.occupancy, right, offset_mm) >= 0.5).mean())

    def _mirrored(
        self, volume: NDArray[np.float32], right: FloatArray, offset_mm: float
    ) -> NDArray[np.float32]:
        depth = self._points @ right - offset_mm
        mirrored = self._points - 2 * depth[:, np.newaxis] * right
        index = (mirrored - self._bone.corner_mm) / STEP_MM
        values: NDArray[np.float32] = ndimage.map_coordinates(
            volume, index.T[::-1], order=1, mode="constant", output=np.float32
        )
        return values

    def plane_near(self, direction: FloatArray | None, point: FloatArray | None) -> MidPlane:
        """Best plane along a direction through a point, or anywhere near the patient's own.

        Parameters
        ----------
        direction : (3,) or None
            Canal direction, when it is known.
        point : (3,) or None
            On the canal's axis, when it is known.
        """
        through = self.centroid if point is None else point
        leans = _TURNS_DEG if direction is None else (_lean_of(direction),)
        starts = [(turn, lean) for turn in _TURNS_DEG for lean in leans]
        scores = [
            self.likeness(right_of(*start), float(right_of(*start) @ through)) for start in starts
        ]
        turn, lean = starts[int(np.argmax(scores))]
        start = np.array([turn, lean, float(right_of(turn, lean) @ through)])
        simplex = start + np.vstack([np.zeros(3), np.diag([4.0, 4.0, 1.5])])
        best = optimize.minimize(
            lambda x: -self.likeness(right_of(x[0], x[1]), x[2]),
            start,
            method="Nelder-Mead",
            options={"initial_simplex": simplex, "xatol": 0.02, "fatol": 1e-5, "maxfev": 150},
        ).x
        return self.judged(right_of(best[0], best[1]), float(best[2]))

    def plane_through(self, direction: FloatArray, point: FloatArray) -> MidPlane:
        """Best plane that holds a line: the axis of a canal that was given."""
        across = right_of(0.0, _lean_of(direction))
        across = across - (across @ direction) * direction
        across /= np.linalg.norm(across)
        ahead = np.cross(direction, across)
        turns = np.radians(np.arange(-40.0, 40.5, 2.0))
        rights = [np.cos(turn) * across + np.sin(turn) * ahead for turn in turns]
        scores = [self.likeness(right, float(right @ point)) for right in rights]
        right = rights[int(np.argmax(scores))]
        return self.judged(right, float(right @ point))

    def judged(self, right: FloatArray, offset_mm: float) -> MidPlane:
        """Give a plane with the symmetry of this bone about it."""
        return MidPlane(right, offset_mm, self.share(right, offset_mm))


def right_of(turn_deg: float, lean_deg: float) -> FloatArray:
    """Unit vector near right, turned toward anterior and leaning toward superior."""
    turn, lean = np.radians([turn_deg, lean_deg])
    return np.array([np.cos(turn) * np.cos(lean), np.sin(turn) * np.cos(lean), np.sin(lean)])


def _lean_of(direction: FloatArray) -> float:
    """Lean of the right axis that is square to a canal direction (turn 0)."""
    return float(np.degrees(np.arctan2(-direction[0], direction[2])))
