"""Convex solids whose dose-volume curve in a linear dose is a closed form.

With D = D0 + g t, t the distance along the gradient from the solid's middle and h half its width
along it, the share v of the volume that receives at least D is, for tau = t / h:

sphere, ellipsoid, any direction; h = |semi-axes * direction|     v = (2 - 3 tau + tau^3) / 4
cylinder, across its axis                                         v = (acos tau - tau q) / pi
any prism, along its axis                                         v = (1 - tau) / 2
cone, along its axis toward the base, s = (1 + tau) / 2           v = 1 - s^3
cone, across its axis (tau > 0; v(-tau) = 1 - v(tau))
    v = (acos tau - 2 tau q + tau^3 ln((1 + q) / tau)) / pi
where q = sqrt(1 - tau^2). All were checked by Monte Carlo to 0.0004 when they were collected.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

FloatArray = NDArray[np.float64]

RAYS = 360
"""Vertices of a contour; a circle then lacks 0.005 % of its area."""


def share_of_ball(tau: FloatArray) -> FloatArray:
    return (2 - 3 * tau + tau**3) / 4


def share_of_disc(tau: FloatArray) -> FloatArray:
    return (np.arccos(tau) - tau * np.sqrt(1 - tau**2)) / np.pi


def share_of_prism(tau: FloatArray) -> FloatArray:
    return (1 - tau) / 2


def share_of_cone_along(tau: FloatArray) -> FloatArray:
    return 1 - ((1 + tau) / 2) ** 3


def share_of_cone_across(tau: FloatArray) -> FloatArray:
    size = np.clip(np.abs(tau), 1e-12, 1)
    q = np.sqrt(1 - size**2)
    share = (np.arccos(size) - 2 * size * q + size**3 * np.log((1 + q) / size)) / np.pi
    return np.where(tau >= 0, share, 1 - share)


@dataclass(frozen=True, eq=False)
class Solid:
    """A convex solid in its own frame (axis along z, middle at the origin) and its place in RAS.

    Attributes
    ----------
    outside : callable
        Convex function of points (n, 3) in the own frame; below 0 inside.
    volume_mm3 : float
    share_along, share_across : callable
        Closed forms of tau for a dose along the axis and across it.
    half_width_mm : callable
        Half the width along a unit vector of the own frame, along or across the axis.
    turn : Rotation
        From the own frame to RAS.
    """

    name: str
    outside: Callable[[FloatArray], FloatArray]
    volume_mm3: float
    share_along: Callable[[FloatArray], FloatArray]
    share_across: Callable[[FloatArray], FloatArray]
    half_width_mm: Callable[[FloatArray], float]
    turn: Rotation = field(default_factory=Rotation.identity)

    def turned(self, name: str, turn: Rotation) -> Solid:
        return replace(self, name=name, turn=turn)

    def direction(self, along_axis: bool) -> FloatArray:
        """Unit vector in RAS of the dose's rise; across the axis as nearly anterior as can be."""
        axis = self.turn.apply([0.0, 0.0, 1.0])
        if along_axis:
            return axis
        across = np.array([0.0, 1.0, 0.0]) - axis[1] * axis
        return across / np.linalg.norm(across)

    def half_mm(self, along_axis: bool) -> float:
        """Half the width along `direction`."""
        own = self.turn.apply(self.direction(along_axis), inverse=True)
        return self.half_width_mm(own)

    def outside_ras(self, points: FloatArray) -> FloatArray:
        return self.outside(self.turn.apply(points, inverse=True))


def ball(radius: float) -> Solid:
    return ellipsoid("sphere", (radius, radius, radius))


def ellipsoid(name: str, semi_axes: tuple[float, float, float]) -> Solid:
    axes = np.array(semi_axes)

    def half_width_mm(direction: FloatArray) -> float:
        return float(np.linalg.norm(axes * direction))

    def outside(p: FloatArray) -> FloatArray:
        return np.linalg.norm(p / axes, axis=1) - 1

    volume = 4 / 3 * np.pi * float(axes.prod())
    return Solid(name, outside, volume, share_of_ball, share_of_ball, half_width_mm)


def cylinder(radius: float, length: float) -> Solid:
    def outside(p: FloatArray) -> FloatArray:
        return np.maximum(np.hypot(p[:, 0], p[:, 1]) / radius, 2 * np.abs(p[:, 2]) / length) - 1

    volume = np.pi * radius**2 * length
    half = _of_revolution(length / 2, radius)
    return Solid("cylinder", outside, volume, share_of_prism, share_of_disc, half)


def cone(radius: float, height: float) -> Solid:
    """With its apex below and its base above."""

    def outside(p: FloatArray) -> FloatArray:
        from_apex = p[:, 2] / height + 0.5
        return np.maximum(np.hypot(p[:, 0], p[:, 1]) / radius - from_apex, from_apex - 1)

    volume = np.pi * radius**2 * height / 3
    half = _of_revolution(height / 2, radius)
    return Solid("cone", outside, volume, share_of_cone_along, share_of_cone_across, half)


def _of_revolution(along_mm: float, across_mm: float) -> Callable[[FloatArray], float]:
    """Half widths of a body of revolution along its axis and across it."""
    return lambda direction: along_mm if abs(direction[2]) > 0.5 else across_mm


def solids() -> tuple[Solid, ...]:
    """Sphere, cylinder and cone as in Nelms 2015, an ellipsoid, two oblique bodies; 24 mm tall."""
    lying = Rotation.from_euler("y", 90, degrees=True)
    tilted = Rotation.from_euler("x", 30, degrees=True)
    turn = Rotation.from_euler("xyz", (25, 35, 10), degrees=True)
    axes = np.array([8.0, 6.0, 12.0])
    height = np.linalg.norm(axes * turn.inv().apply([0.0, 0.0, 1.0]))
    a, b, c = (float(v) for v in axes * 12 / height)
    return (
        ball(12),
        cylinder(12, 24),
        cylinder(12, 24).turned("cylinder, lying", lying),
        cone(12, 24),
        cone(12, 24).turned("cone, lying", lying),
        ellipsoid("ellipsoid", (8, 6, 12)),
        ellipsoid("", (a, b, c)).turned("ellipsoid, oblique", turn),
        cylinder(9, 15 / np.cos(np.pi / 6)).turned("cylinder, oblique", tilted),
    )


def contours(solid: Solid, spacing_mm: float, half_height_mm: float = 12.0) -> list[FloatArray]:
    """Axial contours (n, 3) at the centres of slabs that fill twice `half_height_mm`."""
    count = round(2 * half_height_mm / spacing_mm)
    heights = (np.arange(count) + 0.5) * spacing_mm - half_height_mm
    outlines = (section(solid, float(height)) for height in heights)
    return [outline for outline in outlines if outline is not None]


def section(solid: Solid, height_mm: float, reach_mm: float = 40.0) -> FloatArray | None:
    """The solid's outline at a height, found along rays from a point inside; None beside it."""
    centre = _deepest(solid, height_mm, reach_mm)
    if solid.outside_ras(centre[np.newaxis])[0] >= 0:
        return None
    angle = 2 * np.pi * np.arange(RAYS) / RAYS
    rays = np.column_stack([np.cos(angle), np.sin(angle), np.zeros(RAYS)])
    inside, beyond = np.zeros(RAYS), np.full(RAYS, 2 * reach_mm)
    for _ in range(50):
        middle = (inside + beyond) / 2
        within = solid.outside_ras(centre + middle[:, np.newaxis] * rays) < 0
        inside, beyond = np.where(within, middle, inside), np.where(within, beyond, middle)
    return centre + inside[:, np.newaxis] * rays


def _deepest(solid: Solid, height_mm: float, reach_mm: float) -> FloatArray:
    """Point of the plane where the convex function is smallest, by zooming in on it."""
    offsets = np.linspace(-1, 1, 15)
    right, anterior = (o.ravel() for o in np.meshgrid(offsets, offsets))
    star = np.column_stack([right, anterior, np.zeros(len(right))])
    centre = np.array([0.0, 0.0, height_mm])
    while reach_mm > 1e-3:
        points = centre + reach_mm * star
        centre = points[int(np.argmin(solid.outside_ras(points)))]
        reach_mm *= 0.4
    return centre
