"""Structures as whole voxels of the planning image, as many as their volume fills."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ...geometry import Grid, InputError, OccupancyMask, Structure, report_progress
from .contours import PARALLEL
from .planes import ImagePlanes

FloatArray = NDArray[np.float64]

_ALIKE_DECIMALS = 3
"""Shares of voxels are compared to this many decimals; among alike ones, the inner go first."""
_SAMPLING_ERROR = 0.01
"""Share of the volume by which its voxels' shares may miss it within the image."""


def touched_planes(structure: Structure, planes: ImagePlanes) -> range:
    """Slices of the image that a structure reaches into."""
    low, high = structure.extent_mm(planes.axes[2])
    faces = planes.faces_mm
    touched = np.flatnonzero((faces[1:] > low) & (faces[:-1] < high))
    return range(int(touched[0]), int(touched[-1]) + 1) if len(touched) else range(0)


def whole_voxels(
    structure: Structure, planes: ImagePlanes, rows: range
) -> tuple[NDArray[np.bool_], float]:
    """Choose the voxels that stand for a structure: the fullest ones, until its volume is reached.

    Binary objects hold whole voxels only. Those at least half full would miss the volume of thin
    parts and of ends cut within a slice; their number is chosen to be right within half a voxel.

    Parameters
    ----------
    structure : Structure
    planes : ImagePlanes
    rows : range
        Slices to fill.

    Returns
    -------
    (slices, rows, columns) bool, and its volume in cc

    Raises
    ------
    InputError
        It fills no voxel.
    """
    slabs = [planes.slab(number) for number in rows]
    share = np.zeros((len(slabs), planes.size[1], planes.size[0]), dtype=np.float32)
    touched = touched_planes(structure, planes)
    for n, number in enumerate(rows):
        report_progress()
        if number in touched:
            share[n] = _share(structure, slabs[n])
    voxel_cc = np.array([slab.voxel_volume_mm3 for slab in slabs]) / 1000.0
    inside_cc = float(share.sum(axis=(1, 2), dtype=np.float64) @ voxel_cc)
    volume_cc = structure.volume_cc
    wanted_cc = volume_cc if abs(inside_cc / volume_cc - 1) < _SAMPLING_ERROR else inside_cc
    k, j, i = np.nonzero(share)
    if not len(k):
        raise InputError(f"{structure.name} lies outside the planning image.")
    depth = _depth(share > 0, planes)
    order = np.lexsort((-depth[k, j, i], -np.round(share[k, j, i], _ALIKE_DECIMALS)))
    filled = np.cumsum(voxel_cc[k[order]])
    count = int(np.argmin(np.abs(np.concatenate([[0.0], filled]) - wanted_cc)))
    if not count:
        raise InputError(
            f"{structure.name} ({volume_cc:.4f} cc) is smaller than half a voxel of the image."
        )
    chosen = order[:count]
    voxels = np.zeros(share.shape, dtype=bool)
    voxels[k[chosen], j[chosen], i[chosen]] = True
    return voxels, float(filled[count - 1])


def _share(structure: Structure, slab: Grid) -> FloatArray:
    """Share of each voxel of one slice that lies in the structure, (rows, columns)."""
    mask = structure.shape
    if isinstance(mask, OccupancyMask) and not structure.clips:
        order = _along(mask.grid, slab)
        if order is not None:
            share = np.transpose(mask.values, [2 - order[2 - n] for n in range(3)])
            for axis in range(3):
                weights = _overlaps(mask.grid, order[axis], slab, axis)
                share = np.moveaxis(np.tensordot(weights, share, axes=(1, 2 - axis)), 0, 2 - axis)
            return np.asarray(share[0], dtype=np.float64)
    return structure.mask_on(slab.shape_kji, slab.ijk_to_ras)[0].astype(np.float64)


def _along(own: Grid, other: Grid) -> list[int] | None:
    """Axes of a grid that run along i, j and k of another; None where they are oblique."""
    turn = np.abs(own.directions.T @ other.directions)
    order = [int(axis) for axis in turn.argmax(axis=0)]
    return order if sorted(order) == [0, 1, 2] and turn.max(axis=0).min() > PARALLEL else None


def _overlaps(own: Grid, own_axis: int, other: Grid, axis: int) -> FloatArray:
    """Share of each voxel of `other` that voxels of `own` cover along one axis, (other, own)."""
    direction = other.directions[:, axis]
    faces = []
    for grid, along in ((own, own_axis), (other, axis)):
        step = float(grid.ijk_to_ras[:3, along] @ direction)
        # The other axes do not move along this one.
        first = float(grid.ijk_to_ras[:3, 3] @ direction)
        middle = first + np.arange(grid.shape_kji[2 - along]) * step
        faces.append((middle - abs(step) / 2, middle + abs(step) / 2))
    (low, high), (bottom, top) = faces
    covered = np.minimum(high, top[:, np.newaxis]) - np.maximum(low, bottom[:, np.newaxis])
    shares: FloatArray = np.clip(covered, 0.0, None) / (top - bottom)[:, np.newaxis]
    return shares


def _depth(region: NDArray[np.bool_], planes: ImagePlanes) -> FloatArray:
    """Distance of every voxel from the outside, mm."""
    spacing = (planes.spacing_mm, planes.pixel_mm[1], planes.pixel_mm[0])
    box = ndimage.find_objects(region.astype(np.uint8))[0]
    depth = np.zeros(region.shape)
    inner = np.pad(region[box], 1)
    found = ndimage.distance_transform_edt(inner, sampling=spacing)
    depth[box] = found[1:-1, 1:-1, 1:-1]
    return depth
