"""Rays from the target's surface toward the cord, along which the fall-off is measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...geometry import InputError, Structure
from .surface import CordSurface, axial_heights, holds, surface_points

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

START_STEP_MM, START_PLANES_MM = 0.5, 2.0
"""Distance of the start points along an outline and, at most, from plane to plane."""
WALK_STEP_MM = 0.5
"""Step in which a ray is tested for lying in the target or in the cord."""
LEAVE_MM = 0.75
"""The target blocks a ray only beyond this distance from its start."""
TOUCH_MM = 0.5
"""Nearer to the cord, or inside it, the way to its nearest point has no sure direction."""
FORWARD_MM = 40.0
"""How far a ray in a given direction is followed."""
LONGEST_WAY_THROUGH_CORD_MM = 40.0


@dataclass(frozen=True, eq=False)
class Rays:
    """Straight ways from the target's surface.

    Attributes
    ----------
    start_ras : (n, 3)
        On the target's surface.
    direction : (n, 3)
        Unit vectors.
    cord_ras : (n, 3)
        The cord's nearest point; for axial rays within the axial plane.
    end_mm : (n,)
        Where each ray ends, as seen from its start.
    """

    start_ras: FloatArray
    direction: FloatArray
    cord_ras: FloatArray
    end_mm: FloatArray

    def at(self, distance_mm: FloatArray) -> FloatArray:
        """Points (n, 3) or (n, m, 3) at distances (n,) or (n, m) from the starts."""
        if distance_mm.ndim == 1:
            return self.start_ras + self.direction * distance_mm[:, np.newaxis]
        along: FloatArray = self.direction[:, np.newaxis] * distance_mm[..., np.newaxis]
        return self.start_ras[:, np.newaxis] + along

    def chosen(self, which: BoolArray | NDArray[np.int64]) -> Rays:
        """Return some of the rays."""
        return Rays(
            self.start_ras[which], self.direction[which], self.cord_ras[which], self.end_mm[which]
        )


def rays_to_nearest_cord_point(
    target: Structure, cord: Structure, plane: str
) -> tuple[Rays, CordSurface]:
    """Rays from the target's surface points that see the cord, each to its nearest cord point.

    A ray ends at the cord's far side. A start point that touches the cord or lies in it aims at the
    middle of the cord's outline instead.

    Raises
    ------
    InputError
        Axial rays, and target and cord share no axial plane.
    """
    start = surface_points(target, START_STEP_MM, START_PLANES_MM)
    surface = _surface(cord, start, plane)
    distance, place = surface.nearest(start)
    shared = np.isfinite(distance)
    if not shared.any():
        raise InputError(
            f"Target {target.name} and cord {cord.name} share no axial plane; "
            "a fall-off toward the cord cannot be measured."
        )
    start, distance, place = start[shared], distance[shared], place[shared]
    touching = (distance < TOUCH_MM) | holds(cord, start)
    aim = np.where(touching[:, np.newaxis], surface.middle(start), place)
    way = aim - start
    length = np.linalg.norm(way, axis=1)
    # nan where the cord has no outline at a touching point's height (3-D, beyond the cord's end).
    usable = length > 1e-6
    rays = Rays(start[usable], way[usable] / length[usable, np.newaxis], place[usable],
                length[usable])  # fmt: skip
    rays = rays.chosen(_leaves(target, rays))
    return Rays(rays.start_ras, rays.direction, rays.cord_ras, _far_side(cord, rays)), surface


def rays_in_direction(
    target: Structure, cord: Structure, plane: str, direction: FloatArray
) -> tuple[Rays, CordSurface]:
    """Parallel rays from the target's surface points that are seen from this direction.

    They are followed `FORWARD_MM` far.

    Parameters
    ----------
    direction : (3,)
        Unit vector in RAS; for axial rays without a part along the superior axis.
    """
    start = surface_points(target, START_STEP_MM, START_PLANES_MM)
    surface = _surface(cord, start, plane)
    rays = Rays(
        start,
        np.broadcast_to(direction, start.shape),
        surface.nearest(start)[1],
        np.full(len(start), FORWARD_MM),
    )
    return rays.chosen(_leaves(target, rays)), surface


def _surface(cord: Structure, start: FloatArray, plane: str) -> CordSurface:
    if plane == "axial":
        return CordSurface.in_planes(cord, axial_heights(start))
    return CordSurface.everywhere(cord)


def _leaves(target: Structure, rays: Rays) -> BoolArray:
    """Say which rays run from their start to their end without passing the target again."""
    farthest = float(rays.end_mm.max(initial=0.0))
    steps: FloatArray = np.arange(LEAVE_MM, max(farthest, LEAVE_MM + 1e-6), WALK_STEP_MM)
    free = np.ones(len(rays.end_mm), dtype=bool)
    # Most rays that start at the far side enter the target at once: few points tell.
    for part in (steps[:3], steps[3:]):
        alive = np.flatnonzero(free)
        ray, step = np.nonzero(part < rays.end_mm[alive, np.newaxis])
        points = rays.start_ras[alive[ray]] + rays.direction[alive[ray]] * part[step, np.newaxis]
        free[alive[ray[holds(target, points)]]] = False
    return free


def _far_side(cord: Structure, rays: Rays) -> FloatArray:
    """Where each ray leaves the cord that it enters at its present end, mm from the start."""
    box = np.diff(cord.bounds_ras(), axis=0)[0]
    reach = min(float(np.linalg.norm(box[:2])), LONGEST_WAY_THROUGH_CORD_MM)
    steps = np.arange(WALK_STEP_MM / 2, reach + WALK_STEP_MM, WALK_STEP_MM)
    points = rays.at(rays.end_mm[:, np.newaxis] + steps)
    inside = holds(cord, points.reshape(-1, 3)).reshape(points.shape[:2])
    depth: FloatArray = np.where(inside, steps + WALK_STEP_MM / 2, 0.0).max(axis=1, initial=0.0)
    return rays.end_mm + depth
