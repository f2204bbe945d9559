"""A vertebra's own frame: canal direction, mid-sagittal plane, posterior wall."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...geometry import InputError, report_progress
from .bone import Bone
from .foramen import Foramen, find_foramen, find_open_foramen
from .local import LocalVolume, local_volume
from .symmetry import MidPlane, Mirror
from .walls import CanalWalls, PosteriorWall, canal_walls, posterior_wall

FloatArray = NDArray[np.float64]

_ROUNDS = 4
# Below this share the bone is not its own mirror image: something is missing on one side, or the
# plane is wrong.
_LIKE_ITS_IMAGE, _HALF_MISSING = 0.9, 0.75
# Below this many millimetres of wall its slope is not followed.
_SHORT_WALL_MM = 7.0
_MOST_TILT = np.tan(np.radians(15.0))


@dataclass(frozen=True, eq=False)
class VertebraFrame:
    """A vertebra's own coordinate system and the borders in it.

    Attributes
    ----------
    origin : (3,)
        Centre of the canal at mid-height of the body, RAS mm.
    axes : (3, 3)
        Unit vectors right, anterior, superior of the vertebra as columns, in RAS.
    posterior_wall_mm : float
        Posterior wall of the body along `anterior`: border of body and pedicles.
    canal_back_mm : float
        Posterior wall of the canal in the midline, negative. The coronal plane through the origin
        is the border of pedicles and laminae.
    canal_half_width_mm : float
        Half of the canal's width. Within its middle third, a third of this on each side, lies the
        spinous process.
    low_mm, high_mm : float
        Heights of the body's posterior wall along `superior`.
    """

    origin: FloatArray
    axes: FloatArray
    posterior_wall_mm: float
    canal_back_mm: float
    canal_half_width_mm: float
    low_mm: float
    high_mm: float

    def __post_init__(self) -> None:
        axes = np.asarray(self.axes, dtype=np.float64)
        if axes.shape != (3, 3) or not np.allclose(axes.T @ axes, np.eye(3), atol=1e-6):
            raise InputError("A vertebra's axes must be three unit vectors square to each other.")
        if not self.canal_back_mm < 0 < self.posterior_wall_mm:
            raise InputError(
                f"The canal must lie between its walls: posterior wall of the body at "
                f"{self.posterior_wall_mm:.1f} mm, back at {self.canal_back_mm:.1f} mm."
            )

    @property
    def third_mm(self) -> float:
        """Half of the canal's middle third."""
        return self.canal_half_width_mm / 3

    def local(self, points_ras: ArrayLike) -> FloatArray:
        """Map RAS points (n, 3) to mm toward the vertebra's right, anterior, superior."""
        points: FloatArray = np.asarray(points_ras, dtype=np.float64)
        return (points - self.origin) @ self.axes

    def ras(self, local: ArrayLike) -> FloatArray:
        """Map points (n, 3) of the frame to RAS mm."""
        points: FloatArray = np.asarray(local, dtype=np.float64)
        return self.origin + points @ self.axes.T


@dataclass(frozen=True, eq=False)
class FoundFrame:
    """A frame in the bone's own coordinates, with what it was found from.

    Attributes
    ----------
    origin, axes
        As in `VertebraFrame`, in mm from the bone's middle.
    local : LocalVolume
        The bone along them.
    wall : PosteriorWall or None
        None where there is no body.
    canal : CanalWalls
    mid_plane : MidPlane
    foramen : Foramen
    """

    origin: FloatArray
    axes: FloatArray
    local: LocalVolume
    wall: PosteriorWall | None
    canal: CanalWalls
    mid_plane: MidPlane
    foramen: Foramen


def find_frame(bone: Bone, canal: Foramen | None) -> FoundFrame:
    """Find a vertebra's frame from its bone, with the canal's direction when it is known.

    Parameters
    ----------
    bone : Bone
    canal : Foramen or None
        From a contoured canal or cord, in the bone's coordinates.

    Raises
    ------
    InputError
        There is no canal in it.
    """
    if canal is not None:
        found = _with_canal(bone, canal)
        if found.wall is not None:
            return found
        # A canal that the mask fills tells less than the bone.
        try:
            alone = _from_bone(bone)
        except InputError:
            return found
        return alone if alone.wall is not None and alone.foramen.closed else found
    return _from_bone(bone)


def _with_canal(bone: Bone, canal: Foramen) -> FoundFrame:
    mirror = Mirror(bone)
    plane = mirror.plane_near(canal.direction, canal.centre)
    if plane.symmetry < _HALF_MISSING:
        plane = mirror.plane_through(canal.direction, canal.centre)
    return _framed(bone, plane, canal, whole=plane.symmetry >= _LIKE_ITS_IMAGE)


def _from_bone(bone: Bone) -> FoundFrame:
    mirror = Mirror(bone)
    foramen = find_foramen(bone.shell)
    plane = None if foramen is None else mirror.plane_near(foramen.direction, foramen.centre)
    if foramen is not None and plane is not None and plane.symmetry >= _LIKE_ITS_IMAGE:
        return _framed(bone, plane, foramen, whole=True)
    # Part of the ring is missing, and a chance hole may have been taken for the canal: the half
    # that is there stands for the other one too.
    likely = mirror.plane_near(None, None)
    if likely.symmetry < _LIKE_ITS_IMAGE:
        core = Mirror(bone.body_core()).plane_near(None, None)
        by_body = mirror.judged(core.right, core.offset_mm)
        if likely.symmetry < max(by_body.symmetry, _HALF_MISSING):
            likely = by_body
    if foramen is not None and plane is not None and plane.symmetry >= likely.symmetry - 0.01:
        return _framed(bone, plane, foramen, whole=plane.symmetry >= _HALF_MISSING)
    both = np.vstack([bone.shell, likely.mirrored(bone.shell)])
    closed = find_foramen(both)
    foramen = find_open_foramen(both, likely.right, likely.offset_mm) if closed is None else closed
    if foramen is None:
        raise InputError("no vertebral canal is found in it")
    return _framed(bone, likely, replace(foramen, closed=False), whole=False)


def _framed(bone: Bone, plane: MidPlane, foramen: Foramen, *, whole: bool) -> FoundFrame:
    """Turn a frame until the posterior wall runs straight up, and centre it in the canal.

    Where the bone is not `whole`, its mirror image helps to measure the canal.
    """
    first = up = _unit(foramen.direction - (foramen.direction @ plane.right) * plane.right)
    origin = foramen.centre - (foramen.centre @ plane.right - plane.offset_mm) * plane.right
    half_width = 0.5 * float(np.sqrt(foramen.area_mm2))
    for turn in range(_ROUNDS):
        report_progress()
        axes = np.column_stack([plane.right, np.cross(up, plane.right), up])
        local = local_volume(bone, origin, axes)
        measured = local if whole else local.with_mirror_image()
        wall = posterior_wall(measured, half_width)
        canal = canal_walls(measured, wall)
        half_width = canal.half_width_mm
        front = canal.front_mm
        height = 0.0 if wall is None else 0.5 * (wall.low_mm + wall.high_mm)
        if turn == _ROUNDS - 1:
            break
        if wall is not None and wall.high_mm - wall.low_mm >= _SHORT_WALL_MM:
            up = _tilted(first, _unit(up + wall.slope * axes[:, 1]))
        origin = origin + 0.5 * (front + canal.back_mm) * axes[:, 1] + height * axes[:, 2]
    return FoundFrame(origin, axes, local, wall, canal, plane, foramen)


def _tilted(first: FloatArray, up: FloatArray) -> FloatArray:
    """The new direction, but not far from the canal's own."""
    cosine = float(first @ up)
    away = up - cosine * first
    size = float(np.linalg.norm(away))
    if size <= _MOST_TILT * cosine:
        return up
    return _unit(first + _MOST_TILT * away / size)


def _unit(vector: FloatArray) -> FloatArray:
    unit: FloatArray = vector / float(np.linalg.norm(vector))
    return unit
