"""Curves of a plot: as few points as draw the same line, and a free place for each label."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""

LABEL_STEP = 6.0
"""Between the places that a label is tried at."""
MOST_STEPS = 400
"""A curve of a damaged report may lead far out of the drawing, which is 640 wide."""
_FAR_FROM_LABELS, _FAR_FROM_CURVES = 44.0, 15.0
"""Beyond these distances more is no better."""


def thin(points: Sequence[Point], tolerance: float) -> list[Point]:
    """Leave out points of a curve that the line between the others passes closely enough.

    Parameters
    ----------
    points : sequence of (x, y)
        With rising x.
    tolerance : float
        Largest distance along y between a point left out and the line.

    Returns
    -------
    list of (x, y)
        Points of the curve itself, its first and last among them.
    """
    if len(points) < 3:
        return list(points)
    kept = [points[0]]
    steepest_down, steepest_up = -math.inf, math.inf
    for before, (x, y) in itertools.pairwise(points):
        run, rise = x - kept[-1][0], y - kept[-1][1]
        if not steepest_down <= rise / run <= steepest_up:
            kept.append(before)
            steepest_down, steepest_up = -math.inf, math.inf
            run, rise = x - before[0], y - before[1]
        steepest_down = max(steepest_down, (rise - tolerance) / run)
        steepest_up = min(steepest_up, (rise + tolerance) / run)
    kept.append(points[-1])
    return kept


def place_labels(
    curves: Sequence[Sequence[Point]],
    inside: Box,
    *,
    around: Sequence[Sequence[Point]] = (),
    taken: Sequence[Point] = (),
) -> list[Point]:
    """Return a point on each curve for its label, away from other curves and other labels.

    Parameters
    ----------
    curves : sequence of sequences of (x, y)
        The important ones first; in units of the drawing.
    inside : Box
        Where a label may stand, if its curve comes there.
    around : sequence of sequences of (x, y)
        Curves that get no label here.
    taken : sequence of (x, y)
        Where there are labels already.
    """
    walks = [_walk(np.asarray(curve, dtype=float)) for curve in (*curves, *around)]
    labels = list(taken)
    for number, walk in enumerate(walks[: len(curves)]):
        left, top, right, bottom = inside
        free = walk[
            (walk[:, 0] >= left) & (walk[:, 0] <= right)
            & (walk[:, 1] >= top) & (walk[:, 1] <= bottom)
        ]  # fmt: skip
        tried = free if len(free) else walk
        others = [w for other, w in enumerate(walks) if other != number]
        room = 2.0 * _room(tried, np.array(labels).reshape(-1, 2), _FAR_FROM_LABELS)
        room += _room(tried, np.concatenate([np.empty((0, 2)), *others]), _FAR_FROM_CURVES)
        x, y = tried[int(np.argmax(room))]
        labels.append((float(x), float(y)))
    return labels[len(taken) :]


def _room(
    points: NDArray[np.float64], others: NDArray[np.float64], enough: float
) -> NDArray[np.float64]:
    """Distance to the nearest of the others, as a share of what is enough: 1 at most."""
    if not len(others):
        return np.ones(len(points))
    nearest = np.linalg.norm(points[:, np.newaxis] - others[np.newaxis], axis=2).min(axis=1)
    return np.minimum(nearest / enough, 1.0)


def _walk(curve: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points at equal steps along a polyline, shape (n, 2)."""
    lengths = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(curve, axis=0), axis=1))])
    steps = min(math.ceil(lengths[-1] / LABEL_STEP), MOST_STEPS)
    along = np.linspace(0.0, lengths[-1], steps + 1)
    return np.column_stack([np.interp(along, lengths, curve[:, axis]) for axis in (0, 1)])
