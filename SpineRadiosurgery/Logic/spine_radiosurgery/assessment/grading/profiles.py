"""Cross-sections of a structure along the canal: area, centroid, and width in every direction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]

LEAST_MM2 = 2.0
"""A smaller section is none."""
AVERAGED = 3
"""Neighbouring sections that are averaged against steps of the voxels."""


@dataclass(frozen=True, eq=False)
class Profile:
    """Sections of one structure; NaN where it has none.

    Attributes
    ----------
    area_mm2 : (k,)
    centre_mm : (k, 2)
        Centroid, right and anterior.
    spread_mm2 : (k, 2, 2)
        Second moments about the centroid over the area; `4 * sqrt(n @ spread @ n)` is the width in
        direction n of the ellipse that has them.
    """

    area_mm2: FloatArray
    centre_mm: FloatArray
    spread_mm2: FloatArray

    @property
    def is_there(self) -> Mask:
        """Which sections have it, (k,)."""
        return np.isfinite(self.area_mm2)

    def averaged(self) -> Profile:
        """Return the means over `AVERAGED` sections; sections without the structure count not."""
        return Profile(*(_averaged(v) for v in (self.area_mm2, self.centre_mm, self.spread_mm2)))


def profile_of(mask: Mask, pixel_mm: float) -> Profile:
    """Measure the sections of a mask.

    Parameters
    ----------
    mask : (k, j, i) bool array
    pixel_mm : float
    """
    y, x = (np.arange(n) * pixel_mm for n in mask.shape[1:])
    values = mask.astype(np.float32)
    rows, columns = values.sum(axis=2, dtype=np.float64), values.sum(axis=1, dtype=np.float64)
    count = rows.sum(axis=1)
    pixels = np.where(count * pixel_mm**2 >= LEAST_MM2, count, np.nan)
    centre = np.stack([columns @ x, rows @ y], axis=1) / pixels[:, np.newaxis]
    # About the grid's middle first: pixels are few, and differences of large squares inexact.
    xy = (values @ x.astype(np.float32)).astype(np.float64) @ y / pixels - centre.prod(axis=1)
    xx = columns @ x**2 / pixels - centre[:, 0] ** 2
    yy = rows @ y**2 / pixels - centre[:, 1] ** 2
    spread = np.stack([xx, xy, xy, yy], axis=1).reshape(-1, 2, 2)
    return Profile(pixels * pixel_mm**2, centre, spread)


def _averaged(values: FloatArray) -> FloatArray:
    half = AVERAGED // 2
    widths = [(half, half)] + [(0, 0)] * (values.ndim - 1)
    padded = np.pad(values, widths, constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, AVERAGED, axis=0)
    there = np.isfinite(windows)
    total = np.where(there, windows, 0.0).sum(axis=-1)
    mean: FloatArray = total / np.maximum(there.sum(axis=-1), 1)
    return np.where(np.isfinite(values), mean, np.nan)
