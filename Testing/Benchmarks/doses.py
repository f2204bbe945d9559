"""Doses that are known everywhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.transform import Rotation

from spine_radiosurgery.dose import DoseGrid

FloatArray = NDArray[np.float64]


def linear_dose(
    gradient_gy_mm: ArrayLike,
    at_origin_gy: float,
    *,
    spacing_mm: float,
    half_width_mm: float | tuple[float, float, float],
    shift_mm: ArrayLike = (0.0, 0.0, 0.0),
    turn: Rotation | None = None,
) -> DoseGrid:
    """A dose linear in space on a cubic grid around the origin, not below zero."""
    half = np.broadcast_to(np.asarray(half_width_mm, dtype=np.float64), (3,))
    size = 2 * np.ceil(half / spacing_mm).astype(int) + 2
    matrix = np.eye(4)
    matrix[:3, :3] = (turn or Rotation.identity()).as_matrix() * spacing_mm
    matrix[:3, 3] = -matrix[:3, :3] @ (size - 1) / 2 + np.asarray(shift_mm)
    along_each = np.asarray(gradient_gy_mm, dtype=np.float64) @ matrix[:3, :3]
    i, j, k = (along_each[n] * np.arange(size[n]) for n in range(3))
    start = at_origin_gy + float(np.asarray(gradient_gy_mm) @ matrix[:3, 3])
    values = start + k[:, None, None] + j[None, :, None] + i[None, None, :]
    return DoseGrid(np.maximum(values, 0.0), matrix)
