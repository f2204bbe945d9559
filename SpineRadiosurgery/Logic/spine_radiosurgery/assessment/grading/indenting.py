"""How far tumor pushes in the outline of the sac, along rays from where its middle would be."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from .limits import EDGE_ERROR_VOXELS, SIGMAS, Measured
from .profiles import Profile
from .references import Beside, zones_of

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]

RAYS = 36
STEP_MM = 0.2
"""Along a ray."""
AVERAGED = 3
"""Neighbouring rays, and sections, that are averaged."""
LONGEST = 1.5
"""Of a ray, in roots of the area."""


def indentation_of(
    signed_mm: FloatArray,
    tumour: Mask,
    structure: Profile,
    where: Beside,
    edges_mm: tuple[float, float],
) -> Measured | None:
    """Measure how far tumor pushes in a structure, against the sections above and below.

    Only rays count on which tumor lies within a voxel of the outline: what else makes a section
    uneven is no work of the tumor.

    Parameters
    ----------
    signed_mm : (k, j, i) float array
        Distance to the outline of what tumor leaves of the structure, positive inside.
    tumour : (k, j, i) bool array
        Tumor in the canal.
    structure : Profile
        Of what tumor leaves.
    where : Beside
    edges_mm : (float, float)
        Of a section's pixels, and of voxels: how wrong the structures' edges may be.

    Returns
    -------
    Measured or None
        In mm; 0 where tumor is nowhere near; None without a reference.
    """
    pixel_mm, voxel_mm = edges_mm
    heights_mm = where.heights_mm
    found: list[Measured] = []
    for zone in zones_of(structure, where):
        if not zone.sides:
            return None
        course = where.course_mm(zone)
        at = np.concatenate([zone.stretch, *zone.ends])
        middles = course[at] + zone.line(structure.centre_mm - course, heights_mm, at)
        longest = LONGEST * float(np.sqrt(np.nanmax(structure.area_mm2[at])))
        reach = _first_exit(_along_rays(signed_mm[at], middles, pixel_mm, longest))
        filled = tumour[at].astype(np.float32)
        tumour_there = _along_rays(filled, middles, pixel_mm, longest + 2 * voxel_mm) > 0.5
        radii = np.full((len(heights_mm), RAYS), np.nan)
        radii[at] = _averaged(reach)
        stretch = np.arange(len(zone.stretch))
        pushed = zone.expected(radii, heights_mm) - radii[zone.stretch]
        pushed = ndimage.uniform_filter1d(pushed, AVERAGED, axis=0, mode="nearest")
        is_near = _meets(tumour_there[stretch], reach[stretch], voxel_mm)
        if not is_near.any():
            found.append(Measured(0.0, 0.0))
            continue
        # Of the edge here; the reference is a mean of many, and may be wrong by its scatter.
        steps = SIGMAS * EDGE_ERROR_VOXELS * voxel_mm
        scatter = SIGMAS * zone.scatter(radii, heights_mm) / float(np.sqrt(RAYS))
        greatest = float(np.where(is_near, pushed, 0.0).max())
        found.append(Measured(max(greatest, 0.0), max(steps, scatter)))
    return max(found, key=lambda m: m.value, default=None)


def _along_rays(
    values: FloatArray, middles_mm: FloatArray, pixel_mm: float, longest_mm: float
) -> FloatArray:
    """Values at the points of rays (n, ray, step) from each section's middle."""
    angle = 2 * np.pi * np.arange(RAYS) / RAYS
    radius = np.arange(0.0, longest_mm, STEP_MM)
    x = middles_mm[:, 0, None, None] + np.cos(angle)[:, None] * radius
    y = middles_mm[:, 1, None, None] + np.sin(angle)[:, None] * radius
    section = np.broadcast_to(np.arange(len(values))[:, None, None], x.shape)
    sampled = ndimage.map_coordinates(
        values, [section, y / pixel_mm, x / pixel_mm], order=1, prefilter=False
    )
    return np.asarray(sampled)


def _first_exit(signed_mm: FloatArray) -> FloatArray:
    """Length of every ray to where it first leaves, between its last step inside and the next."""
    steps = np.logical_and.accumulate(signed_mm > 0, axis=2).sum(axis=2)
    after = np.minimum(steps, signed_mm.shape[2] - 1)[..., np.newaxis]
    inner = np.take_along_axis(signed_mm, np.maximum(after - 1, 0), axis=2)[..., 0]
    outer = np.take_along_axis(signed_mm, after, axis=2)[..., 0]
    share = np.where((steps > 0) & (outer < 0), inner / np.maximum(inner - outer, 1e-6), 0.0)
    return np.asarray(np.maximum(steps - 1 + share, 0.0) * STEP_MM)


def _meets(tumour: Mask, reach_mm: FloatArray, voxel_mm: float) -> Mask:
    """Whether a ray meets tumor within a voxel beyond where it leaves the structure."""
    radius = np.arange(tumour.shape[2]) * STEP_MM
    behind = radius - reach_mm[:, :, np.newaxis]
    return np.asarray((tumour & (behind >= -STEP_MM) & (behind <= voxel_mm)).any(axis=2))


def _averaged(radii: FloatArray) -> FloatArray:
    return np.asarray(ndimage.uniform_filter1d(radii, AVERAGED, axis=1, mode="wrap"))
