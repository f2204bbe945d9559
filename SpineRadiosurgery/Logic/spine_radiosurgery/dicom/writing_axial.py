"""Volumes of any index order as stacks of axial DICOM frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_LPS_FROM_RAS = np.array([-1.0, -1.0, 1.0])


@dataclass(frozen=True, eq=False)
class AxialStack:
    """Frames [frame, row, column] in ascending order along row direction x column direction.

    Attributes
    ----------
    values : (frame, row, column) array
    column_direction, row_direction : (3,)
        LPS unit vectors along which the column and the row index grow.
    positions : (frame, 3)
        LPS mm of the first voxel of every frame.
    pixel_spacing_mm : (row spacing, column spacing)
    frame_spacing_mm : float
    """

    values: NDArray[Any]
    column_direction: FloatArray
    row_direction: FloatArray
    positions: FloatArray
    pixel_spacing_mm: tuple[float, float]
    frame_spacing_mm: float

    @property
    def normal(self) -> FloatArray:
        """LPS direction in which the frames are stacked."""
        normal = np.cross(self.column_direction, self.row_direction)
        return np.asarray(normal, dtype=np.float64)

    @property
    def orientation(self) -> FloatArray:
        """Image Orientation (Patient): column direction, then row direction, shape (6,)."""
        return np.concatenate([self.column_direction, self.row_direction])

    @property
    def patient_position(self) -> str:
        """Head or feet first, supine or prone, that a scanner with these axes would name."""
        head = "HF" if self.normal[2] > 0 else "FF"
        return head + ("S" if self.row_direction[1] > 0 else "P")


def axial_stack(values: NDArray[Any], ijk_to_ras: FloatArray) -> AxialStack:
    """Order a volume [k, j, i] into frames across its axis nearest to the superior one."""
    steps = ijk_to_ras[:3, :3] * _LPS_FROM_RAS[:, None]
    origin = ijk_to_ras[:3, 3] * _LPS_FROM_RAS
    frame = int(np.argmax(np.abs(steps[2])))
    column, row = sorted({0, 1, 2} - {frame}, key=lambda axis: -abs(float(steps[0, axis])))
    stacked = np.transpose(values, [2 - frame, 2 - row, 2 - column])
    lengths = np.linalg.norm(steps, axis=0)
    across, down = steps[:, column] / lengths[column], steps[:, row] / lengths[row]
    positions = origin + np.arange(stacked.shape[0])[:, None] * steps[:, frame]
    if np.cross(across, down) @ steps[:, frame] < 0:
        stacked, positions = stacked[::-1], positions[::-1]
    return AxialStack(
        np.ascontiguousarray(stacked),
        across,
        down,
        positions,
        (float(lengths[row]), float(lengths[column])),
        float(lengths[frame]),
    )
