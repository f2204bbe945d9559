"""Outlines between two outlines: signed distances on a fine lattice, mixed and traced back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from .isolines import trace_isolines
from .polygons import edges_of, even_odd_area_mm2, scan, signed_area_mm2

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Polygons = tuple[FloatArray, ...]

STEPS_ACROSS = 40
"""Lattice steps across a round outline; distances are traced far below one step."""
STEP_MM = (0.1, 1.0)
"""Finest and coarsest lattice."""
LATTICE_NODES = 90_000
"""A lattice is made coarser rather than have more nodes."""
SPECK_MM = 0.05
"""Beyond the outermost contour an outline that tapers off is never narrower than this."""
PINCHED = 0.5
"""Half way between two outlines there is at least this share of the smaller one's area."""


class Morph:
    """The outlines between (and a little beyond) those of two planes.

    Parameters
    ----------
    low, high : tuple of (n, 2) arrays
        Polygons in mm of the lower and the upper plane; inside by the even-odd rule.
    height_mm : float
        Distance of the planes.
    """

    def __init__(self, low: Polygons, high: Polygons, height_mm: float) -> None:
        self.height_mm = height_mm
        self._step = _lattice_step((low, high))
        boxes = _Box.around(low), _Box.around(high)
        both = _Box.around((*low, *high))
        self._boxes = both, both
        self._common = both
        self._lattice = _Lattice(low, high, self._step, 0.5 * height_mm)
        common = _Box(np.zeros(2), 0.5 * (boxes[0].size + boxes[1].size))
        fitted = [
            tuple(box.mapped(p, common) for p in polygons)
            for polygons, box in zip((low, high), boxes, strict=True)
        ]
        lattice = _Lattice(fitted[0], fitted[1], self._step, 0.5 * height_mm)
        if lattice.likeness > self._lattice.likeness:
            self._lattice, self._boxes, self._common = lattice, boxes, common
        self._near: tuple[FloatArray, FloatArray] | None = None
        self._everywhere: tuple[FloatArray, FloatArray] | None = None

    def outlines(self, share: float) -> Polygons:
        """The outlines at a height: share 0 is the lower plane, 1 the upper one.

        Between the planes the signed distances (positive inside) are mixed linearly. Beyond, the
        change goes on, outward by no more than the height gone, inward until a last speck is left.
        """
        level = 0.0
        low, high = self._boxes
        box = _Box(
            (1 - share) * low.centre + share * high.centre,
            (1 - share) * low.size + share * high.size,
        )
        if 0 <= share <= 1:
            mixed = self._between(share)
        else:
            last, beyond_mm = (0, -share) if share < 0 else (1, share - 1)
            beyond_mm *= self.height_mm
            mixed = self._beyond(share, last, beyond_mm)
            level = min(0.0, float(mixed.max()) - self._step)
            size = self._boxes[last].size
            box = _Box(box.centre, np.clip(box.size, SPECK_MM, size + 2 * beyond_mm))
        return tuple(
            self._common.mapped(self._lattice.origin + self._step * line, box)
            for line in trace_isolines(mixed, level)
        )

    def pinches(self) -> bool:
        """Say whether little or nothing is left half way: the outlines do not belong together."""
        left = np.count_nonzero(self._between(0.5) > 0)
        whole = min(int(np.count_nonzero(side)) for side in self._lattice.inside)
        return int(left) < PINCHED * whole

    def _between(self, share: float) -> FloatArray:
        if self._near is None:
            self._near = self._lattice.distances(self._lattice.changing())
        return (1 - share) * self._near[0] + share * self._near[1]

    def _beyond(self, share: float, last: int, beyond_mm: float) -> FloatArray:
        if self._everywhere is None:
            everywhere = np.ones(self._lattice.inside[0].shape, dtype=bool)
            self._everywhere = self._lattice.distances(everywhere)
        onward = (1 - share) * self._everywhere[0] + share * self._everywhere[1]
        return np.minimum(onward, self._everywhere[last] + beyond_mm)


def _lattice_step(sides: Sequence[Polygons]) -> float:
    """A share of the width of the narrower side: four areas by the perimeter, a disc's diameter."""
    widths = []
    for polygons in sides:
        edges = edges_of(polygons)
        perimeter = np.hypot(edges[:, 2] - edges[:, 0], edges[:, 3] - edges[:, 1]).sum()
        single = len(polygons) == 1
        area = abs(signed_area_mm2(polygons[0])) if single else even_odd_area_mm2(polygons)
        widths.append(4 * area / perimeter)
    points = np.concatenate([p for polygons in sides for p in polygons])
    box = float(np.prod(points.max(axis=0) - points.min(axis=0)))
    step = float(np.clip(min(widths) / STEPS_ACROSS, *STEP_MM))
    return max(step, float(np.sqrt(box / LATTICE_NODES)))


@dataclass(frozen=True, eq=False)
class _Box:
    """The rectangle around some polygons, along u and v."""

    centre: FloatArray
    size: FloatArray

    @classmethod
    def around(cls, polygons: Polygons) -> _Box:
        points = np.concatenate(polygons)
        low, high = points.min(axis=0), points.max(axis=0)
        return cls(0.5 * (low + high), high - low)

    def mapped(self, points: FloatArray, other: _Box) -> FloatArray:
        """Points of this box where they lie in the other one."""
        mapped: FloatArray = other.centre + (points - self.centre) * (other.size / self.size)
        return mapped


class _Lattice:
    """Two even-odd regions on one lattice that holds them with some room around."""

    def __init__(self, low: Polygons, high: Polygons, step_mm: float, reach_mm: float) -> None:
        points = np.concatenate([*low, *high])
        self.step = step_mm
        self.sides = (low, high)
        # An irrational offset, so that no straight side lies on a row.
        self.origin = points.min(axis=0) - reach_mm - 1.381966 * step_mm
        room = points.max(axis=0) + reach_mm + step_mm - self.origin
        columns, rows = np.ceil(room / step_mm).astype(int) + 1
        self.size = int(columns), int(rows)
        self.inside = (self._region(low), self._region(high))
        both, either = self.inside[0] & self.inside[1], self.inside[0] | self.inside[1]
        self.likeness = int(np.count_nonzero(both)) / max(1, int(np.count_nonzero(either)))

    def _region(self, polygons: Polygons) -> BoolArray:
        columns, rows = self.size
        edges = edges_of(polygons)
        heights = self.origin[1] + self.step * np.arange(rows)
        row, start, stop = scan(edges, heights)
        turns = np.zeros((rows, columns + 1), dtype=np.int64)
        for ends, sign in ((start, 1), (stop, -1)):
            first = np.ceil((ends - self.origin[0]) / self.step).astype(np.int64)
            np.add.at(turns, (row, first), sign)
        region: BoolArray = np.cumsum(turns[:, :columns], axis=1) > 0
        return region

    def changing(self) -> BoolArray:
        """Nodes between the two outlines and beside them: only there outlines can run."""
        count = self.inside[0].astype(np.int8) + self.inside[1]
        beside = ndimage.maximum_filter(count, 3) != ndimage.minimum_filter(count, 3)
        return np.asarray(beside | (count == 1))

    def distances(self, where: BoolArray) -> tuple[FloatArray, FloatArray]:
        """Signed distances (mm) to both outlines at some nodes, one step from them elsewhere."""
        row, column = np.nonzero(where)
        points = self.origin + self.step * np.column_stack([column, row])
        fields = []
        for polygons, inside in zip(self.sides, self.inside, strict=True):
            field = np.full(inside.shape, self.step)
            field[row, column] = _distance_to(polygons, points, self.step)
            fields.append(np.where(inside, field, -field))
        return fields[0], fields[1]


def _distance_to(polygons: Polygons, points: FloatArray, spacing_mm: float) -> FloatArray:
    """Distance (n,) of points to the polygons' edges.

    The edges on which the two nearest of closely spaced sample points lie are measured exactly.
    """
    edges = edges_of(polygons)
    start, along = edges[:, :2], edges[:, 2:] - edges[:, :2]
    squared = np.maximum((along**2).sum(axis=1), 1e-18)
    count = np.maximum(1, np.ceil(np.sqrt(squared) / spacing_mm).astype(np.int64))
    owner = np.repeat(np.arange(len(edges)), count)
    nth = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count) + 0.5
    samples = start[owner] + along[owner] * (nth / count[owner])[:, np.newaxis]
    nearest = cKDTree(samples).query(points, k=min(2, len(samples)))[1].reshape(len(points), -1)
    best = np.full(len(points), np.inf)
    for edge in owner[nearest].T:
        away = points - start[edge]
        share = np.clip((away * along[edge]).sum(axis=1) / squared[edge], 0.0, 1.0)
        away -= share[:, np.newaxis] * along[edge]
        best = np.minimum(best, (away**2).sum(axis=1))
    distance: FloatArray = np.sqrt(best)
    return distance
