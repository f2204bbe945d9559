"""The smallest distance between two structures, surface to surface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from .errors import InputError
from .progress import report_progress
from .structure import Structure
from .surface import surface_points

FloatArray = NDArray[np.float64]

FIRST_STEP_MM = 4.0
ERROR_MM = 0.05
"""The search is refined until points of this density cannot miss the distance by more."""
REFINEMENT = 4.0
MOST_POINTS = 300_000
MOST_ROUNDS = 6
SAMPLE = 500
"""Points whose distances bound the smallest one beforehand."""
QUERIED_AT_ONCE = 10_000
"""Points between two checkpoints."""


@dataclass(frozen=True, eq=False)
class SurfaceDistance:
    """Smallest distance between two surfaces, and where.

    Attributes
    ----------
    distance_mm : float
        0 where the structures touch or overlap.
    first_ras, second_ras : (3,)
        The two nearest points; the same point where the structures overlap.
    """

    distance_mm: float
    first_ras: FloatArray
    second_ras: FloatArray


def surface_distance(first: Structure, second: Structure) -> SurfaceDistance:
    """Find the smallest distance between two structures' surfaces.

    Both surfaces (walls, end faces, steps, cut faces) are covered with points 4 mm apart, the
    nearest pair is found with a k-d tree, and the places that may be nearer still are covered more
    densely until the points cannot miss the distance by more than 0.05 mm: points `s` apart lie
    within s / sqrt(2) of the nearest place of each surface, sideways, so that a distance d is read
    as sqrt(d^2 + 2 s^2) at most. Structures overlap where a surface point of one lies in the other.

    Raises
    ------
    InputError
        A structure has no surface.
    """
    step = FIRST_STEP_MM
    box: FloatArray | None = None
    for _ in range(MOST_ROUNDS):
        report_progress()
        one, other = (surface_points(s, step, box=box, smooth=False) for s in (first, second))
        for points, structure in ((one, first), (other, second)):
            if not len(points):
                raise InputError(
                    f"Structure {structure.name} has no surface to measure a distance from; "
                    "check its contours or mask."
                )
        place = _common_place(first, second, one, other)
        if place is not None:
            return SurfaceDistance(0.0, place, place)
        sideways = float(np.sqrt(2) * step)
        distance, index = _nearest(one, other, sideways)
        nearest = int(np.argmin(distance))
        found = SurfaceDistance(float(distance[nearest]), one[nearest], other[index[nearest]])
        if np.hypot(found.distance_mm, sideways) - found.distance_mm <= ERROR_MM:
            return found
        may_be = distance <= found.distance_mm + sideways
        pair = np.concatenate([one[may_be], other[index[may_be]]])
        box = np.stack([pair.min(axis=0) - 2 * step, pair.max(axis=0) + 2 * step])
        within = [
            np.count_nonzero(((p >= box[0]) & (p <= box[1])).all(axis=1)) for p in (one, other)
        ]
        finer = max(1 / REFINEMENT, float(np.sqrt(sum(within) / MOST_POINTS)))
        if finer >= 1:
            return found
        step *= finer
    return found


def nearest_neighbours(
    tree: cKDTree, points: FloatArray, neighbours: int = 1, **options: Any
) -> tuple[FloatArray, NDArray[np.int64]]:
    """Find the points of a tree nearest to others (n, d), with a checkpoint now and then.

    Parameters
    ----------
    tree : cKDTree
    points : (n, d)
    neighbours : int
    **options
        Of `cKDTree.query`.

    Returns
    -------
    distance, index : (n,) or (n, neighbours)
    """
    found = []
    for start in range(0, max(len(points), 1), QUERIED_AT_ONCE):
        report_progress()
        found.append(tree.query(points[start : start + QUERIED_AT_ONCE], k=neighbours, **options))
    distance, index = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return distance, index


def _nearest(
    points: FloatArray, others: FloatArray, slack_mm: float
) -> tuple[FloatArray, NDArray[np.int64]]:
    """Distance and index of each point's nearest other one.

    Those that exceed the smallest by more than `slack_mm` may be inf.
    """
    tree = cKDTree(others)
    some = tree.query(points[:: 1 + len(points) // SAMPLE])[0]
    return nearest_neighbours(tree, points, distance_upper_bound=float(some.min()) + slack_mm)


def _common_place(
    first: Structure, second: Structure, one: FloatArray, other: FloatArray
) -> FloatArray | None:
    """The surface point of one inside the other that is nearest to the middle of all such."""
    inside = np.concatenate([one[second.contains(one)], other[first.contains(other)]])
    if not len(inside):
        return None
    place: FloatArray = inside[np.argmin(((inside - inside.mean(axis=0)) ** 2).sum(axis=1))]
    return place
