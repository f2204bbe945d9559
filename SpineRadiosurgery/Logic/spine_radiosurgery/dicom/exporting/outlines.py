"""Outlines that enclose a given area: iso-lines of a plane whose level is found for it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ...geometry import trace_isolines

FloatArray = NDArray[np.float64]

AREA_TOLERANCE = 2e-4
"""Share of the area wanted that an outline may be off."""
MOST_STEPS = 24
NARROWEST = 1e-7
"""The area jumps between levels as near as this."""
LEVELS = (0.01, 0.99)
"""Iso-levels outside are as good as none: the outline would run along pixel centers."""
CLEAR_OF_NODES = 1e-3
"""Values are kept this far from the level, so that no two vertices of an outline coincide."""
SPECK_PIXELS = 0.01
"""Outlines of a smaller area, in pixels, are crumbs of partial voxels."""
FINER = 4
"""Bilinear pixels in a pixel, where a level joins many corners at once."""
TOWARD_MIDDLE = 0.05
"""Slope of a plateau toward its middle, besides that from its outline."""
JUMP = 2e-3
"""A step of the level that changes the area by a jump crosses a plateau of the values."""


def outlines_of_area(values: FloatArray, area: float) -> list[FloatArray]:
    """Return the outlines in a plane of occupancies that together enclose an area.

    The level is near one half where the plane is sharp; it is moved until the area is right, so
    that corners cut by the iso-lines and thin parts lose nothing. Where the values have a plateau
    (a layer that is cut half way up), its outline moves inward evenly.

    Parameters
    ----------
    values : (rows, columns)
        Occupancy 0..1 at pixel centers.
    area : float
        Pixels; positive.

    Returns
    -------
    list of (n, 2) arrays
        (column, row) in pixels, counter-clockwise around the region, clockwise around holes; empty
        where nothing is large enough.
    """
    plane = np.pad(np.asarray(values, dtype=np.float64), 2)
    top = float(plane.max())
    if top <= 0 or area <= 0:
        return []
    bottom, roof = LEVELS[0] * top, LEVELS[1] * top
    found, low, high = _search(plane, area, bottom, roof, 0.5 * top)
    if _off(found, area) > AREA_TOLERANCE:
        middle = 0.5 * (low + high)
        ramp = _ramp(plane, middle - JUMP * top, np.inf if high == roof else middle + JUMP * top)
        lines, _, _ = _search(ramp, area, -0.999, 0.999, 0.0)
        found = min(found, lines, key=lambda tried: _off(tried, area))
        if _off(found, area) > AREA_TOLERANCE:
            # Corners that touch join all at once between coarse pixels, bit by bit between fine.
            fine = ndimage.zoom(plane, FINER, order=1, grid_mode=True, mode="nearest")
            lines, _, _ = _search(fine, FINER**2 * area, bottom, roof, middle)
            lines = [(line + 0.5) / FINER - 0.5 for line in lines]
            found = min(found, lines, key=lambda tried: _off(tried, area))
    return [line - 2.0 for line in found]


def _off(lines: list[FloatArray], area: float) -> float:
    return abs(enclosed_area(lines) / area - 1)


def enclosed_area(lines: list[FloatArray]) -> float:
    """Area inside outlines of which holes run the other way round."""
    return float(sum(_signed(line) for line in lines))


def _search(
    plane: FloatArray, area: float, low: float, high: float, start: float
) -> tuple[list[FloatArray], float, float]:
    """The outlines nearest to the area wanted, and the levels between which it was sought last."""
    tried = {level: _traced(plane, level) for level in (low, high)}
    level = start
    for step in range(MOST_STEPS):
        tried[level] = _traced(plane, level)
        missing = enclosed_area(tried[level]) - area
        if abs(missing) <= AREA_TOLERANCE * area:
            break
        low, high = (level, high) if missing > 0 else (low, level)
        more, less = (enclosed_area(tried[end]) - area for end in (low, high))
        # Straight to where the area would be right, and every third time to the middle.
        share = 0.5 if step % 3 == 2 or more <= 0 or less >= 0 else more / (more - less)
        level = low + min(max(share, 0.02), 0.98) * (high - low)
        if high - low < NARROWEST:
            break
    return min(tried.values(), key=lambda lines: _off(lines, area)), low, high


def _traced(plane: FloatArray, level: float) -> list[FloatArray]:
    near = np.abs(plane - level) < CLEAR_OF_NODES * max(1.0, abs(level))
    if near.any():
        aside = np.where(plane >= level, CLEAR_OF_NODES, -CLEAR_OF_NODES)
        plane = np.where(near, level + aside * max(1.0, abs(level)), plane)
    return [line for line in trace_isolines(plane, level) if abs(_signed(line)) > SPECK_PIXELS]


def _signed(line: FloatArray) -> float:
    u, v = (line - line[0]).T
    return float(0.5 * np.sum(u * np.roll(v, -1) - np.roll(u, -1) * v))


def _ramp(plane: FloatArray, low: float, high: float) -> FloatArray:
    """From -1 at what is surely outside to 1 at what is surely inside, evenly between them."""
    out, inside = plane < low, plane > high
    from_out = ndimage.distance_transform_edt(~out)
    if inside.any():
        from_inside = ndimage.distance_transform_edt(~inside)
        ramp = (from_out - from_inside) / np.maximum(from_out + from_inside, 1e-9)
    else:
        # Toward the middle everywhere, lest a ridge of equal distances is taken at once.
        rows, columns = np.indices(plane.shape)
        middle = ndimage.center_of_mass(~out)
        inward = from_out - TOWARD_MIDDLE * np.hypot(rows - middle[0], columns - middle[1])
        ramp = 2 * inward / max(float(inward.max()), 1e-9) - 1
    return np.asarray(ramp, dtype=np.float64)
