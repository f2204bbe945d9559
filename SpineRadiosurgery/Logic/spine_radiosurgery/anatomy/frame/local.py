"""A vertebra resampled along its own axes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .bone import STEP_MM, Bone

FloatArray = NDArray[np.float64]
FloatVolume = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class LocalVolume:
    """Occupancy along a vertebra's own axes, `STEP_MM` apart.

    Attributes
    ----------
    occupancy : (z, y, x) float32 array
        z toward superior, y toward anterior, x toward right.
    x_mm, y_mm, z_mm : (n,) arrays
        Coordinates of the voxels; whole steps from the frame's origin.
    """

    occupancy: FloatVolume
    x_mm: FloatArray
    y_mm: FloatArray
    z_mm: FloatArray

    @property
    def bone(self) -> Mask:
        """Voxels at least half occupied."""
        return self.occupancy >= 0.5

    def with_mirror_image(self) -> LocalVolume:
        """The bone united with its mirror image, for measuring what one side lacks."""
        image = np.zeros_like(self.occupancy)
        here = np.isin(self.x_mm, -self.x_mm)
        image[:, :, here] = self.occupancy[:, :, here][:, :, ::-1]
        return replace(self, occupancy=np.maximum(self.occupancy, image))

    def nearest(self, local: FloatArray) -> tuple[NDArray[np.intp], ...]:
        """Indices (z, y, x) of the voxels nearest to local points (..., 3), kept inside."""
        axes = (self.z_mm, self.y_mm, self.x_mm)
        return tuple(
            np.clip(np.rint((local[..., 2 - n] - axis[0]) / STEP_MM), 0, len(axis) - 1).astype(
                np.intp
            )
            for n, axis in enumerate(axes)
        )


def local_volume(bone: Bone, origin: FloatArray, axes: FloatArray) -> LocalVolume:
    """Resample a bone around an origin (mm from the middle) along axes (3, 3) as columns."""
    local = (bone.shell - origin) @ axes
    low = np.floor(local.min(axis=0) / STEP_MM).astype(int) - 2
    high = np.ceil(local.max(axis=0) / STEP_MM).astype(int) + 3
    # The axis itself lies inside, also beside an incomplete vertebra.
    low, high = np.minimum(low, -2), np.maximum(high, 3)
    low[0], high[0] = min(low[0], 1 - high[0]), max(high[0], 1 - low[0])
    x, y, z = (STEP_MM * np.arange(a, b) for a, b in zip(low, high, strict=True))
    values = bone.along(origin, axes, np.array([x[0], y[0], z[0]]), (len(z), len(y), len(x)))
    return LocalVolume(values, x, y, z)


def first_bone_mm(line: FloatVolume) -> FloatArray:
    """Distance from the first voxel to where occupancy first reaches one half, per line.

    Parameters
    ----------
    line : (..., n) array
        Occupancy along each line, `STEP_MM` apart.

    Returns
    -------
    (...) array
        mm, between voxels by linear interpolation; nan where no bone is met, 0 where the line
        starts in bone.
    """
    inside = line >= 0.5
    index = inside.argmax(axis=-1)
    return np.where(inside.any(axis=-1), _crossing_mm(line, index), np.nan)


def first_run_mm(line: FloatVolume) -> tuple[FloatArray, FloatArray]:
    """Distances from the first voxel to where each line enters bone and next leaves it, mm.

    Parameters
    ----------
    line : (..., n) array
        As in `first_bone_mm`; a line that ends in bone leaves it half a step farther.
    """
    inside = line >= 0.5
    index = inside.argmax(axis=-1)
    count = line.shape[-1]
    gap = ~inside & (np.arange(count) > index[..., np.newaxis])
    ends = gap.any(axis=-1)
    leave = _crossing_mm(line, gap.argmax(axis=-1))
    leave = np.where(ends, leave, STEP_MM * (count - 0.5))
    met = inside.any(axis=-1)
    enter = np.where(met, _crossing_mm(line, index), np.nan)
    return enter, np.where(met, leave, np.nan)


def mean_between(values: FloatArray, low: float, high: float) -> float:
    """Mean of the sorted values between two shares; steps of the voxels average out in it."""
    ordered = np.sort(values)
    first = int(low * len(ordered))
    return float(ordered[first : max(int(np.ceil(high * len(ordered))), first + 1)].mean())


def _crossing_mm(line: FloatVolume, index: NDArray[np.intp]) -> FloatArray:
    """Where occupancy passes one half between the voxel before `index` and that one."""
    before = np.take_along_axis(line, np.maximum(index - 1, 0)[..., np.newaxis], -1)[..., 0]
    at = np.take_along_axis(line, index[..., np.newaxis], -1)[..., 0]
    rise = at - before
    share = (0.5 - before) / np.where(np.abs(rise) < 1e-6, 1.0, rise)
    crossing: FloatArray = STEP_MM * np.where(index > 0, index - 1 + np.clip(share, 0, 1), 0.0)
    return crossing
