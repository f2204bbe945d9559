"""The canal's course beside a vertebra, from a contoured canal or cord."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...geometry import InputError, Structure
from .bone import Bone, Voxels
from .foramen import Foramen

FloatArray = NDArray[np.float64]

_CELL_MM = 1.5
_SLAB_MM = 2.0
_FEWEST_SLABS = 4
_FILLED = 0.2
"""A mask that holds more than this share of the canal beside it fills it."""


def without_outline(voxels: Voxels, outline: Structure) -> Voxels:
    """Take a canal or cord out of a mask that fills it, so that its walls can be measured.

    A contour that only touches the bone takes nothing: the bone tells better where its walls are.
    """
    shape = voxels.values.shape
    matrix = np.eye(4)
    matrix[:3, :3] = voxels.spacing
    matrix[:3, 3] = voxels.middle_ras - voxels.spacing @ (0.5 * (np.array(shape[::-1]) - 1))
    inside = outline.mask_on(shape, matrix)
    beside = inside[(voxels.values >= 0.5).any(axis=(1, 2))]
    filled = float((inside * (voxels.values >= 0.5)).sum())
    if filled < _FILLED * float(beside.sum()):
        return voxels
    return replace(voxels, values=voxels.values * (1 - inside))


def foramen_of(outline: Structure, bone: Bone, middle_ras: FloatArray) -> Foramen:
    """Fit a line through a canal's or cord's axial sections beside a vertebra.

    Parameters
    ----------
    outline : Structure
        Canal or cord.
    bone : Bone
    middle_ras : (3,)
        The bone's middle.

    Raises
    ------
    InputError
        It does not run beside the vertebra.
    """
    points = outline.cells(_CELL_MM).centres_ras - middle_ras
    if bone.mirrored:
        points = points * [-1.0, 1.0, 1.0]
    shell = bone.shell
    low, high = shell[:, 2].min(), shell[:, 2].max()
    points = points[(points[:, 2] >= low) & (points[:, 2] <= high)]
    slab = np.floor(points[:, 2] / _SLAB_MM).astype(int)
    centres = np.array([points[slab == n].mean(axis=0) for n in np.unique(slab)])
    if len(centres) < _FEWEST_SLABS:
        raise InputError(
            f"{outline.name} does not run beside the vertebra: their common stretch is under "
            f"{_FEWEST_SLABS * _SLAB_MM:.0f} mm. Give the canal or cord of this level, or none."
        )
    height = centres[:, 2]
    slopes = [float(np.polyfit(height, centres[:, n], 1)[0]) for n in (0, 1)]
    direction: FloatArray = np.array([*slopes, 1.0])
    direction /= np.linalg.norm(direction)
    area = len(points) * _CELL_MM**3 / max(float(np.ptp(height)), _SLAB_MM)
    return Foramen(direction, centres.mean(axis=0), max(area, 50.0), closed=True)
