"""Linear shape interpolation: thin sub-slices between contour planes instead of thick slabs.

Between two planes the signed distances to the two outlines are mixed in proportion to the height
(shape-based interpolation: Raya and Udupa, IEEE Trans Med Imaging 1990; 9:32). Outlines that move
sideways are first laid over each other by their centroids where that makes them overlap more
(Higgins et al., IEEE Trans Med Imaging 1993; 12:439), so that a tilted cylinder stays one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .contours import ContourStack, Slab
from .morphing import Morph
from .polygons import even_odd_area_mm2, overlap

FloatArray = NDArray[np.float64]
Polygons = tuple[FloatArray, ...]

SUB_SLICE_MM = 0.5
SUB_SLICE_SHARE = 0.02
"""Sub-slices are no thicker than this, or than this share of a large structure's size (the edge of
a cube of its volume)."""
FEWEST = 3
"""Sub-slices between two planes."""
TOUCHING_MM = 1e-6
"""Slabs closer than this touch; farther apart, slices are missing between them."""
CLASH_MM2 = 0.5
"""Parts that run into each other by more than this are left as slabs."""


def interpolated_stack(stack: ContourStack) -> ContourStack:
    """Replace slabs by thin sub-slices, interpolated between the contour planes.

    - The contours drawn keep their planes.
    - A part without an overlapping counterpart in the next plane, and parts whose interpolation
      would pinch off or run into another part, reach half way as slabs do.
    - Missing slices stay missing.
    - End caps: at both ends (and beside missing slices) the region reaches half a slice beyond the
      outermost contour, as slabs do. Over that half slice the change between the last two planes
      goes on: outward by at most 45 degrees, inward until a last speck is left, which reaches
      the end, so that the extent is that of the slabs. A single plane stays a slab.

    Parameters
    ----------
    stack : ContourStack
        Of one slab a contour plane. Cut it (`trimmed`) after the interpolation, not before.
    """
    slabs: list[Slab] = []
    size_mm = stack.volume_mm3() ** (1 / 3)
    thickest_mm = max(SUB_SLICE_MM, SUB_SLICE_SHARE * size_mm)
    for run in _runs(stack.slabs):
        slabs += run if len(run) == 1 else _interpolated_run(run, thickest_mm)
    return replace(stack, slabs=tuple(slabs))


def _runs(slabs: Sequence[Slab]) -> list[list[Slab]]:
    """Slabs that touch, together."""
    runs: list[list[Slab]] = []
    for slab in slabs:
        if runs and abs(runs[-1][-1].upper_mm - slab.lower_mm) < TOUCHING_MM:
            runs[-1].append(slab)
        else:
            runs.append([slab])
    return runs


def _interpolated_run(run: Sequence[Slab], thickest_mm: float) -> list[Slab]:
    spans = [_Span(low, high, thickest_mm) for low, high in pairwise(run)]
    slabs = spans[0].cap(below=True)
    for n, span in enumerate(spans):
        slabs.append(_plane(run[n], spans[n - 1] if n else None, span))
        slabs += span.between()
    slabs.append(_plane(run[-1], spans[-1], None))
    slabs += spans[-1].cap(below=False)
    # The very same number for both slabs at a face, so that no point falls between them.
    faces = [run[0].lower_mm, *(s.upper_mm for s in slabs[:-1]), run[-1].upper_mm]
    return [
        replace(s, lower_mm=low, upper_mm=high)
        for s, (low, high) in zip(slabs, pairwise(faces), strict=True)
        if high > low
    ]


def _plane(slab: Slab, below: _Span | None, above: _Span | None) -> Slab:
    """The drawn contours as a sub-slice of their own, half a step to both sides."""
    steps = [span.step_mm if span else None for span in (below, above)]
    down, up = steps[0] or steps[1] or 0.0, steps[1] or steps[0] or 0.0
    return replace(
        slab, lower_mm=slab.position_mm - 0.5 * down, upper_mm=slab.position_mm + 0.5 * up
    )


class _Span:
    """The space between two neighbouring contour planes and, at an end, the cap beyond."""

    def __init__(self, low: Slab, high: Slab, thickest_mm: float) -> None:
        self.low, self.high, self.thickest_mm = low, high, thickest_mm
        self.height_mm = high.position_mm - low.position_mm
        # An odd number, so that a face lies half way, where slabs change.
        odd = 2 * int(np.ceil(0.5 * (self.height_mm / thickest_mm - 1) - 1e-9)) + 1
        self.count = max(FEWEST, odd)
        self.step_mm = self.height_mm / self.count
        self.same = _alike(low.polygons, high.polygons)
        self.morphs: list[Morph] = []
        self.loose: tuple[Polygons, Polygons] = ((), ())
        if not self.same:
            self._match()

    def _match(self) -> None:
        """Pair the parts of both planes; parts that cannot be paired well stay loose."""
        loose: tuple[list[FloatArray], list[FloatArray]] = ([], [])
        for low, high in _counterparts(self.low.polygons, self.high.polygons):
            morph = Morph(low, high, self.height_mm) if low and high else None
            if morph is None or morph.pinches():
                loose[0].extend(low)
                loose[1].extend(high)
            else:
                self.morphs.append(morph)
        self.loose = tuple(loose[0]), tuple(loose[1])
        if len(self.morphs) + len(self.loose[0]) + len(self.loose[1]) > 1 and any(
            self._clashes(share) for share in (0.25, 0.75)
        ):
            self.morphs, self.loose = [], (self.low.polygons, self.high.polygons)

    def _clashes(self, share: float) -> bool:
        """Say whether parts overlap at a height; the even-odd rule would take that area out."""
        parts = [m.outlines(share) for m in self.morphs] + [self.loose[share > 0.5]]
        parts = [p for p in parts if p]
        if len(parts) < 2:
            return False
        apart = sum(even_odd_area_mm2(p) for p in parts)
        return apart - even_odd_area_mm2([q for p in parts for q in p]) > CLASH_MM2

    def _outlines(self, share: float) -> Polygons:
        if self.same:
            return self.low.polygons
        loose = self.loose[share > 0.5]
        return (*(p for m in self.morphs for p in m.outlines(share)), *loose)

    def between(self) -> list[Slab]:
        """The sub-slices strictly between the two planes."""
        base, step = self.low.position_mm, self.step_mm
        return [
            Slab(base + n * step, base + (n - 0.5) * step, base + (n + 0.5) * step, outlines)
            for n, outlines in ((n, self._outlines(n / self.count)) for n in range(1, self.count))
        ]

    def cap(self, *, below: bool) -> list[Slab]:
        """The sub-slices of the end cap, ascending."""
        slab, face, sign = (
            (self.low, self.low.lower_mm, -1) if below else (self.high, self.high.upper_mm, 1)
        )
        start = slab.position_mm + sign * 0.5 * self.step_mm
        length = sign * (face - start)
        if length < TOUCHING_MM:
            return []
        count = int(np.ceil(length / self.thickest_mm - 1e-9))
        faces = np.linspace(start, face, count + 1)
        clash = self._clashes((face - self.low.position_mm) / self.height_mm)
        slabs: list[Slab] = []
        outlines = slab.polygons
        for inner, outer in pairwise(faces.tolist()):
            middle = 0.5 * (inner + outer)
            if not clash:
                onward = self._outlines((middle - self.low.position_mm) / self.height_mm)
                # A trend may throw off splinters; only what touches the region so far goes on.
                touching = [p for p in onward if any(overlap(p, q) for q in outlines)]
                outlines = tuple(touching) or outlines
            slabs.append(Slab(middle, min(inner, outer), max(inner, outer), outlines))
        return slabs[::-1] if below else slabs


def _alike(first: Polygons, second: Polygons) -> bool:
    return len(first) == len(second) and all(
        p.shape == q.shape and np.array_equal(p, q) for p, q in zip(first, second, strict=True)
    )


def _counterparts(first: Polygons, second: Polygons) -> list[tuple[Polygons, Polygons]]:
    """Groups of polygons that share area, within a plane or across both."""
    polygons = [(p, 0) for p in first] + [(p, 1) for p in second]
    groups: list[list[int]] = []
    for n, (polygon, _) in enumerate(polygons):
        joined, apart = [n], []
        for group in groups:
            if any(overlap(polygons[m][0], polygon) for m in group):
                joined = group + joined
            else:
                apart.append(group)
        groups = [*apart, joined]
    return [
        (
            tuple(polygons[n][0] for n in group if polygons[n][1] == 0),
            tuple(polygons[n][0] for n in group if polygons[n][1] == 1),
        )
        for group in groups
    ]
