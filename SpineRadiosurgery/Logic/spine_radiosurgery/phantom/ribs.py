"""Ribs: from the costovertebral joint past the transverse process, then round the rib cage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from .lattice import Lattice, Volume, Window
from .levels import LEVELS
from .solids import rod
from .torso import Torso
from .vertebra import VertebraSolids

_FIRST, _LAST = LEVELS.index("T1"), LEVELS.index("T11")
# Where the straight neck and back of a rib pass into the arc, to the side of the spine.
_ANGLE_MM = 62.0
# How far a rib descends from the back to the front, and half its thickness and height.
_DESCENT_MM, _HALF_THICKNESS_MM, _HALF_HEIGHT_MM = 95.0, 3.4, 6.5
_SLIM = (3.2, _HALF_THICKNESS_MM), (4.0, _HALF_HEIGHT_MM)


def make_ribs(
    lattice: Lattice, torso: Torso, vertebrae: Mapping[int, VertebraSolids]
) -> Iterator[tuple[Window, Volume]]:
    """Yield the ribs' solids (negative inside), each on a window of the image's lattice.

    Arcs of the ribs that start above the image pass through it further in front.
    """
    levels = sorted(vertebrae)
    heights = [vertebrae[level].frame.origin[2] for level in levels]
    spacing = (heights[0] - heights[-1]) / (levels[-1] - levels[0])
    shell, descent = _cage(lattice, torso)
    for level in range(max(_FIRST, levels[0] - 5), min(_LAST, levels[-1]) + 1):
        if level >= levels[0]:
            yield from _necks(lattice, torso, vertebrae[level])
        base = float(np.interp(level, levels, heights)) + spacing * max(0, levels[0] - level)
        yield from _arc(lattice, base, shell, descent)


def _cage(lattice: Lattice, torso: Torso) -> tuple[Volume, Volume]:
    """Distance from the rib cage's oval, and descent of the ribs there, both (j, i)."""
    x, y, _ = lattice.mesh()
    shell = torso.skin(lattice, torso.region.fat_mm + 10.0)[0]
    share = np.abs(np.arctan2(x[0] - torso.centre[0], torso.centre[1] - y[0])) / np.pi
    back = np.arctan2(_ANGLE_MM, torso.region.half_depth_mm - 20) / np.pi
    descent = _DESCENT_MM * (share - back) + 9.0
    lateral = np.maximum(_ANGLE_MM - np.abs(x[0]), 0) / _HALF_THICKNESS_MM
    ratio = np.hypot(shell / _HALF_THICKNESS_MM, lateral)
    return ratio.astype(np.float32), descent.astype(np.float32)


def _arc(
    lattice: Lattice, base_mm: float, ratio: Volume, descent: Volume
) -> Iterator[tuple[Window, Volume]]:
    near = ratio < 3
    high = base_mm - float(descent[near].min()) + _HALF_HEIGHT_MM + 3
    low = base_mm - float(descent[near].max()) - _HALF_HEIGHT_MM - 3
    z = lattice.axis(2).astype(np.float32)
    slices = np.flatnonzero((z > low) & (z < high))
    if len(slices) == 0:
        return
    axis = slice(int(slices[0]), int(slices[-1]) + 1)
    rise = (z[axis, None, None] - np.float32(base_mm) + descent) / np.float32(_HALF_HEIGHT_MM)
    solid = (np.sqrt(ratio**2 + rise**2) - 1) * np.float32(_HALF_THICKNESS_MM)
    _, j, i = lattice.shape_kji
    yield (axis, slice(0, j), slice(0, i)), solid


def _necks(
    lattice: Lattice, torso: Torso, vertebra: VertebraSolids
) -> Iterator[tuple[Window, Volume]]:
    sizes, frame = vertebra.sizes, vertebra.frame
    depth = torso.region.half_depth_mm - torso.region.fat_mm - 10.0
    width = torso.region.half_width_mm - torso.region.fat_mm - 10.0
    cage = torso.centre[1] - depth * (1 - (_ANGLE_MM / width) ** 2.4) ** (1 / 2.4)
    for side in (-1.0, 1.0):
        head = np.array([0.5 * sizes.body_width_mm + 2, -0.4 * sizes.body_depth_mm, 8.0])
        tubercle = np.array(
            [0.5 * sizes.transverse_span_mm - 1, -0.5 * sizes.body_depth_mm - 15, 4.0]
        )
        bend = frame.origin + frame.axes @ (tubercle * [side, 1, 1])
        ends = frame.origin + frame.axes @ (head * [side, 1, 1]), bend
        angle = np.array([side * _ANGLE_MM, cage, frame.origin[2] - 8.0])
        for start, stop in (ends, (bend, angle)):
            low, high = np.minimum(start, stop) - 10, np.maximum(start, stop) + 10
            if low[2] < lattice.axis(2)[-1] and high[2] > lattice.axis(2)[0]:
                window = lattice.window(low, high)
                yield window, rod(lattice.part(window).mesh(), start, stop, *_SLIM)
