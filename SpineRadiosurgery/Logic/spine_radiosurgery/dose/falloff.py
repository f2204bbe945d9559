"""Fall-off of the dose from the target toward the cord (Ryu et al. 2015, "Physics aspect")."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from ..geometry import Grid, InputError, Structure, trace_isolines
from .grid import DoseGrid

FloatArray = NDArray[np.float64]

PLANE_STEP_MM = 2.0
PIXEL_MM = 0.5
RAY_STEP_MM = 0.1
BACKWARD_MM = 40.0
"""How far a ray is followed back into the target in search of its 90 % crossing."""
FAILED_SHARE = 0.10
"""With more failed rays than this the median is a lower bound."""


@dataclass(frozen=True, eq=False)
class FallOff:
    """Distances between two isodoses toward the cord.

    Attributes
    ----------
    from_percent, to_percent : float
        Of the prescription.
    toward, plane : str
    median_mm, min_mm, max_mm : float
        nan when no ray crosses both isodoses.
    rays, not_reached_90, not_reached_50 : int
        Rays in all; those that never reach the upper, and those that never fall to the lower
        isodose before the cord's far side.
    lower_bound : bool
        More than 10 % of the rays failed: the median is a lower bound.
    upper_ras, lower_ras : (n, 3)
        Where the successful rays cross the two isodoses.
    """

    from_percent: float
    to_percent: float
    toward: str
    plane: str
    median_mm: float
    min_mm: float
    max_mm: float
    rays: int
    not_reached_90: int
    not_reached_50: int
    lower_bound: bool
    upper_ras: FloatArray
    lower_ras: FloatArray


def fall_off(
    target: Structure,
    cord: Structure,
    dose: DoseGrid,
    *,
    prescription_gy: float,
    from_percent: float = 90.0,
    to_percent: float = 50.0,
) -> FallOff:
    """Measure the fall-off in axial planes, in which the beams lie.

    From every point of the target's outline that sees the cord, a ray runs to the nearest point of
    the cord in the same plane and on to the cord's far side; it is also followed backwards into the
    target. The fall-off is the distance between its last crossing of the upper isodose and the
    first crossing of the lower isodose after that.

    Raises
    ------
    InputError
        Percentages not descending, or target and cord share no axial plane.
    """
    if not 0 < to_percent < from_percent:
        raise InputError(
            f"The fall-off runs from a higher to a lower isodose, not from {from_percent:g} % "
            f"to {to_percent:g} %."
        )
    low = max(target.extent_mm()[0], cord.extent_mm()[0])
    high = min(target.extent_mm()[1], cord.extent_mm()[1])
    if high <= low:
        raise InputError(
            f"Target {target.name} and cord {cord.name} share no axial plane; "
            "a fall-off toward the cord cannot be measured."
        )
    count = max(1, round((high - low) / PLANE_STEP_MM))
    heights = low + (np.arange(count) + 0.5) * (high - low) / count
    levels = prescription_gy * np.array([from_percent, to_percent]) / 100.0
    found = [_measure_plane(target, cord, dose, float(h), levels) for h in heights]
    upper = np.concatenate([f[0] for f in found])
    lower = np.concatenate([f[1] for f in found])
    rays = sum(f[2] for f in found)
    missed_upper, missed_lower = sum(f[3] for f in found), sum(f[4] for f in found)
    distance = np.linalg.norm(upper - lower, axis=1)
    nan = float("nan")
    return FallOff(
        from_percent=from_percent,
        to_percent=to_percent,
        toward=cord.name,
        plane="axial",
        median_mm=float(np.median(distance)) if len(distance) else nan,
        min_mm=float(distance.min()) if len(distance) else nan,
        max_mm=float(distance.max()) if len(distance) else nan,
        rays=rays,
        not_reached_90=missed_upper,
        not_reached_50=missed_lower,
        lower_bound=missed_upper + missed_lower > FAILED_SHARE * max(1, rays),
        upper_ras=upper,
        lower_ras=lower,
    )


def _measure_plane(
    target: Structure, cord: Structure, dose: DoseGrid, height: float, levels: FloatArray
) -> tuple[FloatArray, FloatArray, int, int, int]:
    """Crossing points (n, 3) twice; rays; rays without the upper; without the lower isodose."""
    nothing = (np.empty((0, 3)), np.empty((0, 3)), 0, 0, 0)
    bounds = np.array([target.bounds_ras(), cord.bounds_ras()])
    low, high = bounds[:, 0].min(axis=0) - 2.0, bounds[:, 1].max(axis=0) + 2.0
    width, depth = (int(np.ceil((high[a] - low[a]) / PIXEL_MM)) for a in (0, 1))
    matrix = np.diag([PIXEL_MM, PIXEL_MM, 0.1, 1.0])
    matrix[:3, 3] = low[0], low[1], height
    plane = Grid((1, depth, width), matrix)
    solid = target.mask_on(plane.shape_kji, matrix)[0] >= 0.5
    outlines = [_outline(s, plane) for s in (target, cord)]
    if not len(outlines[0]) or not len(outlines[1]):
        return nothing
    start = outlines[0]
    distance, nearest = cKDTree(outlines[1]).query(start)
    clear = distance > PIXEL_MM
    start, distance = start[clear], distance[clear]
    if not len(start):
        return nothing
    direction = (outlines[1][nearest[clear]] - start) / distance[:, np.newaxis]
    seen = _sees(start, direction, distance, solid, low)
    start, direction, distance = start[seen], direction[seen], distance[seen]
    far = distance + _depth(cord, start + direction * distance[:, np.newaxis], direction, height)
    upper, lower, missed = [], [], [0, 0]
    farthest = float(far.max(initial=0.0)) + RAY_STEP_MM
    steps: FloatArray = np.arange(-BACKWARD_MM, farthest, RAY_STEP_MM, dtype=np.float64)
    flat = start[:, np.newaxis] + steps[:, np.newaxis] * direction[:, np.newaxis]
    points = np.concatenate([flat, np.full((*flat.shape[:2], 1), height)], axis=2)
    profiles = dose.sample(points.reshape(-1, 3)).reshape(flat.shape[:2])
    for ray, profile in enumerate(profiles):
        reach = int(np.searchsorted(steps, far[ray] + RAY_STEP_MM / 2))
        crossing = _crossings(steps[:reach], profile[:reach], levels)
        if isinstance(crossing, int):
            missed[crossing] += 1
            continue
        upper.append([*(start[ray] + crossing[0] * direction[ray]), height])
        lower.append([*(start[ray] + crossing[1] * direction[ray]), height])
    return (
        np.array(upper).reshape(-1, 3),
        np.array(lower).reshape(-1, 3),
        len(start),
        missed[0],
        missed[1],
    )


def _outline(structure: Structure, plane: Grid) -> FloatArray:
    """Points (n, 2) of R, A along a structure's outline in a plane, one or two a pixel."""
    occupancy = structure.mask_on(plane.shape_kji, plane.ijk_to_ras)[0]
    lines = trace_isolines(occupancy) if occupancy.max() > 0.5 else []
    if not lines:
        return np.empty((0, 2))
    return np.concatenate(lines) * PIXEL_MM + plane.ijk_to_ras[:2, 3]


def _sees(
    start: FloatArray,
    direction: FloatArray,
    distance: FloatArray,
    solid: NDArray[np.bool_],
    low: FloatArray,
) -> NDArray[np.bool_]:
    """Say which straight ways to the cord do not lead through the target."""
    steps = np.arange(1.5 * PIXEL_MM, max(float(distance.max()), 2 * PIXEL_MM), PIXEL_MM)
    points = start[:, np.newaxis] + direction[:, np.newaxis] * steps[:, np.newaxis]
    pixel = np.rint((points - low[:2]) / PIXEL_MM).astype(int)
    height, width = solid.shape
    column, row = np.clip(pixel[..., 0], 0, width - 1), np.clip(pixel[..., 1], 0, height - 1)
    blocked = solid[row, column] & (steps < distance[:, np.newaxis])
    return np.asarray(~blocked.any(axis=1))


def _depth(cord: Structure, entry: FloatArray, direction: FloatArray, height: float) -> FloatArray:
    """How far each ray runs through the cord behind its point of entry, mm."""
    reach = float(np.linalg.norm(np.diff(cord.bounds_ras()[:, :2], axis=0)))
    steps = np.arange(PIXEL_MM / 2, reach + PIXEL_MM, PIXEL_MM)
    points = entry[:, np.newaxis] + direction[:, np.newaxis] * steps[:, np.newaxis]
    flat = np.column_stack([points.reshape(-1, 2), np.full(points.size // 2, height)])
    inside = cord.contains(flat).reshape(points.shape[:2])
    depth: FloatArray = np.where(inside, steps, 0.0).max(axis=1)
    return depth


def _crossings(
    steps: FloatArray, values: FloatArray, levels: FloatArray
) -> tuple[float, float] | int:
    """Positions of the two crossings along a ray, or 0 / 1 for the isodose never reached."""
    hot = np.flatnonzero(values >= levels[0])
    if not len(hot):
        return 0
    last = int(hot[-1])
    cold = np.flatnonzero(values[last:] < levels[1])
    if last == len(steps) - 1 or not len(cold):
        return 1
    first = last + int(cold[0])

    def between(n: int, level: float) -> float:
        share = (values[n] - level) / (values[n] - values[n + 1])
        return float(steps[n] + share * RAY_STEP_MM)

    return between(last, levels[0]), between(first - 1, levels[1])
