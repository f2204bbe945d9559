"""Solids as functions that are negative inside and grow about 1 per mm through the surface."""

from __future__ import annotations

import numpy as np

from .lattice import FloatArray, Volume

# x, y, z of any common broadcast shape, in mm.
Points = tuple[Volume, Volume, Volume]


def smooth_union(first: Volume, second: Volume, radius_mm: float) -> Volume:
    """Union with a fillet of about `radius_mm` (polynomial smooth minimum)."""
    share = np.clip(0.5 + 0.5 * (second - first) / np.float32(radius_mm), 0, 1)
    result: Volume = second + (first - second) * share - np.float32(radius_mm) * share * (1 - share)
    return result


def smooth_intersection(first: Volume, second: Volume, radius_mm: float) -> Volume:
    """Intersection with an edge rounded by about `radius_mm`."""
    return -smooth_union(-first, -second, radius_mm)


def rod(
    points: Points,
    start: FloatArray,
    stop: FloatArray,
    half_width_mm: tuple[float, float],
    half_height_mm: tuple[float, float],
) -> Volume:
    """Straight rod with a flattened cross-section and rounded ends.

    Parameters
    ----------
    points : tuple of arrays
        Where to evaluate, mm.
    start, stop : (3,)
        Ends of the axis.
    half_width_mm, half_height_mm : tuple of float
        Half axes at start and stop; "height" is the direction nearest to z across the axis.
    """
    length = float(np.linalg.norm(stop - start))
    axis = ((stop - start) / length).astype(np.float32)
    tall = np.array([0.0, 0.0, 1.0], np.float32) - axis[2] * axis
    if np.linalg.norm(tall) < 1e-3:
        tall = np.array([0.0, 1.0, 0.0], np.float32)
    tall /= np.float32(np.linalg.norm(tall))
    x, y, z = (points[n] - np.float32(start[n]) for n in range(3))
    along = np.clip(x * axis[0] + y * axis[1] + z * axis[2], 0, np.float32(length))
    height = x * tall[0] + y * tall[1] + z * tall[2]
    square = (x - along * axis[0]) ** 2 + (y - along * axis[1]) ** 2 + (z - along * axis[2]) ** 2
    share = along / np.float32(length)
    width_axis = half_width_mm[0] + (half_width_mm[1] - half_width_mm[0]) * share
    height_axis = half_height_mm[0] + (half_height_mm[1] - half_height_mm[0]) * share
    across = np.maximum(square - height**2, 0)
    return _radial(square, across / width_axis**2 + height**2 / height_axis**2)


def ellipsoid(points: Points, centre: FloatArray, half_axes_mm: FloatArray) -> Volume:
    """Ellipsoid along x, y, z."""
    offsets = [points[n] - np.float32(centre[n]) for n in range(3)]
    square = sum(offset**2 for offset in offsets)
    halves = half_axes_mm.astype(np.float32)
    scaled = sum((offset / half) ** 2 for offset, half in zip(offsets, halves, strict=True))
    return _radial(np.asarray(square), np.asarray(scaled))


def oval(
    x: Volume,
    y: Volume,
    half_width_mm: Volume | float,
    half_depth_mm: Volume | float,
    power: float = 2.0,
) -> Volume:
    """Cylinder along z whose cross-section is a superellipse |x/a|^p + |y/b|^p = 1."""
    if power == 2.0:
        return _radial(x**2 + y**2, (x / half_width_mm) ** 2 + (y / half_depth_mm) ** 2)
    level = np.abs(x / half_width_mm) ** power + np.abs(y / half_depth_mm) ** power
    return _radial(x**2 + y**2, level ** np.float32(2.0 / power))


def _radial(square: Volume, scaled: Volume) -> Volume:
    """Distance to the surface along the ray from the centre, shortened to the flat sides' scale."""
    ratio = np.sqrt(np.maximum(scaled, np.float32(1e-6)))
    radius = np.sqrt(np.maximum(square, np.float32(1e-6)))
    result: Volume = ((1 - 1 / ratio) * radius).astype(np.float32)
    return result


def occupancy(solid: Volume, pitch_mm: float) -> Volume:
    """Share of a voxel of edge `pitch_mm` that lies inside, from the distance at its centre."""
    result: Volume = np.clip(0.5 - solid / np.float32(pitch_mm), 0, 1)
    return result


def nearer_to(own: Volume, other: Volume, space_mm: np.float32) -> Volume:
    """Region nearer to the own solid than to another, drawn back by half of `space_mm`."""
    result: Volume = 0.5 * (own - other) + np.float32(0.5) * space_mm
    return result
