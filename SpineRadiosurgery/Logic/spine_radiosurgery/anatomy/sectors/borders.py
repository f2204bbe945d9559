"""Which sector a place in a vertebra belongs to.

The borders in the vertebra's own frame: body and pedicles part at the posterior wall, pedicles and
laminae at the coronal plane through the canal's centre; what rises above the body there is
articular process and goes with the lamina. The spinous process is what stands out
behind the laminae that form the posterior canal wall, within the canal's middle third. Bone beside
the body that belongs to the arch (transverse processes that reach forward) goes with the arch; the
free part of the spinous process is followed where it is wider than the middle third or leaves it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..frame.finding import FoundFrame
from ..frame.local import LocalVolume
from .arch import arch_beside_body, lamina_back, lateral_limit, spinous_tail

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]

ABOVE_BODY_MM = 2.0
"""A pedicle rises no more than this above the posterior wall of the body."""
BODY, LEFT_PEDICLE, RIGHT_PEDICLE, LEFT_LAMINA, RIGHT_LAMINA, SPINOUS = range(6)


@dataclass(frozen=True, eq=False)
class Borders:
    """Borders of the sectors in the found frame.

    Attributes
    ----------
    wall_mm : float
        Posterior wall of the body.
    third_mm : float
        Half of the canal's middle third.
    inner_mm : float
        Half width within which bone in front of the canal's centre is body (a bulging wall).
    lateral_mm : (float, float)
        Outer border of the left and right pedicle.
    lamina_back_mm : (z,) array
        Where the backs of the laminae would meet in the midline, at each height.
    local : LocalVolume
    top_mm : float
        Height above which bone in front of the canal's centre is articular process.
    body_half_mm : float
        Half width of the body.
    arch_beside_body : (z, y, x) bool array
        Where bone beside the body, in front of its posterior wall, belongs to the arch.
    spinous_tail : (z, y, x) bool array
        Free part of the spinous process.
    """

    wall_mm: float
    third_mm: float
    inner_mm: float
    lateral_mm: tuple[float, float]
    lamina_back_mm: FloatArray
    local: LocalVolume
    top_mm: float
    body_half_mm: float
    arch_beside_body: Mask
    spinous_tail: Mask

    def shares(self, points: FloatArray, widths: FloatArray) -> FloatArray:
        """Share of each voxel in the six sectors; they add up to 1.

        Parameters
        ----------
        points : (n, 3) array
            Voxel centres in the frame.
        widths : (3,) array
            Extent of a voxel along the frame's axes.

        Returns
        -------
        (n, 6) array
            In the order of the module's constants.
        """
        x, y = points[:, 0], points[:, 1]
        at = self.local.nearest(points)
        right = _beyond(x, widths[0])
        front = _beyond(y - self.wall_mm, widths[1])
        beyond = 1 - _within(x, self.body_half_mm, widths[0])
        front = front * (1 - np.where(self.arch_beside_body[at], beyond, 0.0))
        pedicle = _beyond(y, widths[1]) * (1 - front)
        behind = 1 - front - pedicle
        bulge = pedicle * _within(x, self.inner_mm, widths[0])
        pedicle = pedicle - bulge
        left_limit, right_limit = self.lateral_mm
        outside = _beyond(x - right_limit, widths[0]) + _beyond(-x - left_limit, widths[0])
        above = _beyond(points[:, 2] - self.top_mm, widths[2])
        beside = pedicle * np.maximum(outside, above)
        spinous = np.interp(points[:, 2], self.local.z_mm, self.lamina_back_mm) - y
        middle = _within(x, self.third_mm, widths[0])
        middle[self.spinous_tail[at]] = 1.0
        spinous = behind * middle * _beyond(spinous, widths[1])
        lamina = behind - spinous + beside
        pedicle = pedicle - beside
        parts = [front + bulge, pedicle * (1 - right), pedicle * right]
        parts += [lamina * (1 - right), lamina * right, spinous]
        return np.column_stack(parts)


def _beyond(distance: FloatArray, width: float) -> FloatArray:
    """Share of a voxel of this width that lies beyond a plane, from its centre's distance."""
    share: FloatArray = np.clip(0.5 + distance / width, 0.0, 1.0)
    return share


def _within(x: FloatArray, half_mm: float, width: float) -> FloatArray:
    share: FloatArray = _beyond(x + half_mm, width) - _beyond(x - half_mm, width)
    return share


def borders_of(found: FoundFrame) -> Borders:
    """Measure the borders of a vertebra in its frame."""
    local, canal = found.local, found.canal
    lateral = (
        lateral_limit(local, canal.front_mm, canal.half_width_mm, side=-1),
        lateral_limit(local, canal.front_mm, canal.half_width_mm, side=1),
    )
    third = canal.half_width_mm / 3
    body_half, beside = arch_beside_body(local, canal.front_mm, canal.half_width_mm)
    tail = spinous_tail(local, third, canal.half_width_mm)
    return Borders(
        wall_mm=canal.front_mm,
        third_mm=third,
        inner_mm=0.6 * canal.half_width_mm,
        lateral_mm=lateral,
        lamina_back_mm=lamina_back(local, tail, canal.half_width_mm),
        local=local,
        top_mm=np.inf if found.wall is None else found.wall.high_mm + ABOVE_BODY_MM,
        body_half_mm=body_half,
        arch_beside_body=beside,
        spinous_tail=tail,
    )
