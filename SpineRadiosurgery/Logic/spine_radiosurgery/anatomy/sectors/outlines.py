"""The six sectors as one axial picture: their outlines seen along the canal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from ...geometry import trace_isolines
from .splitting import SECTORS, VertebraSectors

FloatArray = NDArray[np.float64]

PIXEL_MM = 1.0
_BLUR_PIXELS = 0.6
"""Hides the steps of voxels; outlines stay where they are within half a pixel."""
_THINNEST_MM = 2.0
"""Less bone than this along the line of sight is left out: lips and voxels at the edge."""
_SMALLEST_MM2 = 4.0
_BORDER_PIXELS = 3


def axial_outlines(sectors: VertebraSectors) -> dict[str, tuple[FloatArray, ...]]:
    """Outline every sector as it is seen along the vertebra's own superior axis.

    All heights fall into one picture, since a spinous process lies lower than the pedicles; where
    sectors lie above one another, the one with more bone is seen. The canal stays open.

    Parameters
    ----------
    sectors : VertebraSectors

    Returns
    -------
    dict of str to tuple of (n, 2) arrays
        Closed lines of each present sector, mm toward the vertebra's right and anterior; holes
        run the other way round.
    """
    present = sectors.present
    bone = [_bone(sectors, name) for name in present]
    pixel_mm = _pixel_mm(sectors)
    every = np.concatenate([places for places, _ in bone])
    low = every.min(axis=0) - _BORDER_PIXELS * pixel_mm
    columns, rows = np.ceil((every.max(axis=0) - low) / pixel_mm).astype(int) + _BORDER_PIXELS
    maps = np.stack([_thickness_mm(*one, low, (rows, columns), pixel_mm) for one in bone])
    total = maps.sum(axis=0)
    # Without its true height, which says nothing of where the edge is.
    enough = _blurred(np.minimum(total / _THINNEST_MM, 2.0)) - 1.0
    shares = [_blurred(one / np.maximum(total, 1e-9)) for one in maps]
    found = {}
    for number, name in enumerate(present):
        others = [share for n, share in enumerate(shares) if n != number]
        ahead = shares[number] - np.max([np.zeros_like(total), *others], axis=0)
        lines = trace_isolines(np.minimum(ahead, enough), 0.0)
        kept = (line * pixel_mm + low for line in lines)
        found[name] = tuple(line for line in kept if _area_mm2(line) >= _SMALLEST_MM2)
    return {name: found[name] for name in SECTORS if found.get(name)}


def _pixel_mm(sectors: VertebraSectors) -> float:
    """Raster of the picture: at least as coarse as the voxels are in it."""
    edges = sectors.vertebra.mask.grid.ijk_to_ras[:3, :3].T @ sectors.frame.axes[:, :2]
    return max(PIXEL_MM, float(np.linalg.norm(edges, axis=1).max()))


def _bone(sectors: VertebraSectors, name: str) -> tuple[FloatArray, FloatArray]:
    """Places (right, anterior) of a sector's voxels, and their bone in mm^3."""
    shape = sectors.sector(name).mask
    kji = np.argwhere(shape.values > 0)
    affine = shape.grid.ijk_to_ras
    places = sectors.frame.local(kji[:, ::-1] @ affine[:3, :3].T + affine[:3, 3])[:, :2]
    voxel_mm3 = abs(float(np.linalg.det(affine[:3, :3])))
    return places, shape.values[tuple(kji.T)] * voxel_mm3


def _thickness_mm(
    places: FloatArray,
    bone_mm3: FloatArray,
    low: FloatArray,
    shape: tuple[int, int],
    pixel_mm: float,
) -> FloatArray:
    """Millimetres of bone behind every pixel [anterior, right]."""
    summed = np.zeros(shape)
    at = (places - low) / pixel_mm
    base = np.floor(at).astype(int)
    part = at - base
    for column, row in ((0, 0), (1, 0), (0, 1), (1, 1)):
        share = np.abs(1 - column - part[:, 0]) * np.abs(1 - row - part[:, 1])
        np.add.at(summed, (base[:, 1] + row, base[:, 0] + column), share * bone_mm3)
    return summed / pixel_mm**2


def _blurred(values: FloatArray) -> FloatArray:
    result: FloatArray = gaussian_filter(values, _BLUR_PIXELS)
    return result


def _area_mm2(line: FloatArray) -> float:
    x, y = line.T
    return 0.5 * abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))))
