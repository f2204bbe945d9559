"""Rigid motion: a structure brought from one image to another by their registration."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .cells import HalfSpace
from .contours import ContourStack, Gap
from .errors import InputError
from .grid import Grid
from .masks import OccupancyMask
from .structure import Structure

FloatArray = NDArray[np.float64]

RIGID_TOLERANCE = 1e-3
"""Transform files round: axes may be this much too long, too short or off a right angle."""


def moved(structure: Structure, ras_to_ras: ArrayLike, *, name: str | None = None) -> Structure:
    """Return a structure where a rigid transform takes it; nothing is resampled.

    Contours keep their points and a mask its voxels; only the frame that they lie in moves.

    Parameters
    ----------
    structure : Structure
    ras_to_ras : array_like, shape (4, 4)
        From the structure's place to the new one, RAS mm: new = matrix @ old.
    name : str, optional
        Of the result; the structure's own by default.

    Raises
    ------
    InputError
        The matrix is no rotation and translation: it scales, shears, mirrors or is not finite.
    """
    matrix = rigid_matrix(ras_to_ras)
    turn, shift = matrix[:3, :3], matrix[:3, 3]
    shape: ContourStack | OccupancyMask
    if isinstance(structure.shape, OccupancyMask):
        grid = structure.shape.grid
        shape = replace(structure.shape, grid=Grid(grid.shape_kji, matrix @ grid.ijk_to_ras))
    else:
        shape = _moved_stack(structure.shape, turn, shift)
    clips = tuple(_moved_clip(clip, turn, shift) for clip in structure.clips)
    return replace(structure, name=name or structure.name, shape=shape, clips=clips, number=None)


def rigid_matrix(ras_to_ras: ArrayLike) -> FloatArray:
    """Check that a 4x4 matrix is rigid and free it of rounding.

    Raises
    ------
    InputError
        As in `moved`.
    """
    matrix = np.array(ras_to_ras, dtype=np.float64)
    if matrix.shape != (4, 4) or not np.isfinite(matrix).all():
        raise InputError("A transform must be a finite 4x4 matrix in millimeters.")
    if not np.allclose(matrix[3], [0, 0, 0, 1], atol=1e-9):
        raise InputError("The last row of a rigid transform must be 0 0 0 1.")
    turn = matrix[:3, :3]
    off = float(np.abs(turn.T @ turn - np.eye(3)).max())
    if off > RIGID_TOLERANCE:
        raise InputError(
            f"The transform is not rigid: it scales or shears by about {100 * off:.1f} %; "
            "register the images with rotation and translation only."
        )
    if np.linalg.det(turn) < 0:
        raise InputError(
            "The transform mirrors the patient: left would become right; "
            "register the images with rotation and translation only."
        )
    left, _, right = np.linalg.svd(turn)
    matrix[:3, :3] = left @ right
    return matrix


def _moved_stack(stack: ContourStack, turn: FloatArray, shift: FloatArray) -> ContourStack:
    axes = stack.axes @ turn.T
    origin = turn @ stack.origin_ras + shift
    # Heights are counted from the plane through 0, 0, 0, as in every stack.
    rise = float(origin @ axes[2] - stack.origin_ras @ stack.axes[2])
    slabs = tuple(
        replace(
            slab,
            position_mm=slab.position_mm + rise,
            lower_mm=slab.lower_mm + rise,
            upper_mm=slab.upper_mm + rise,
        )
        for slab in stack.slabs
    )
    gaps = tuple(Gap(gap.lower_mm + rise, gap.upper_mm + rise) for gap in stack.gaps)
    return replace(stack, origin_ras=origin - rise * axes[2], axes=axes, slabs=slabs, gaps=gaps)


def _moved_clip(clip: HalfSpace, turn: FloatArray, shift: FloatArray) -> HalfSpace:
    normal = turn @ clip.normal
    return HalfSpace(normal, clip.offset_mm + float(normal @ shift))
