"""Planes through the patient as a radiologist looks at them, and what lies in their pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage

from ...case import ImageVolume
from ...dose import DoseGrid
from ...geometry import Grid, InputError, Structure

FloatArray = NDArray[np.float64]

VIEWS = ("axial", "sagittal", "coronal")
THICKNESS_MM = 0.2
"""Structures are cut by a slice this thin: an outline at the plane, not a projection."""

# RAS directions toward the viewer's right and downward, and the letters at the four edges.
_RIGHTWARD = {"axial": (-1, 0, 0), "sagittal": (0, -1, 0), "coronal": (-1, 0, 0)}
_DOWNWARD = {"axial": (0, -1, 0), "sagittal": (0, 0, -1), "coronal": (0, 0, -1)}
_LETTERS = {"axial": "RLAP", "sagittal": "APSI", "coronal": "RLSI"}


@dataclass(frozen=True, eq=False)
class Plane:
    """A plane of square pixels; row 0 is the top, column 0 the left of the picture.

    Attributes
    ----------
    view : str
        "axial", "sagittal" or "coronal"; the patient's right is on the left of the picture.
    grid : Grid
        One layer of voxels (1, rows, columns).
    """

    view: str
    grid: Grid

    @property
    def letters(self) -> str:
        """Orientation at the left, right, top and bottom edge."""
        return _LETTERS[self.view]

    @property
    def step_mm(self) -> float:
        """Pixel edge length."""
        return float(self.grid.spacing_mm[0])

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height."""
        _, rows, columns = self.grid.shape_kji
        return columns * self.step_mm, rows * self.step_mm

    def to_picture(self, points_ras: ArrayLike) -> FloatArray:
        """Map RAS points (n, 3) to mm rightward and downward from the plane's top left corner."""
        ijk = self.grid.to_ijk(points_ras)
        return (ijk[:, :2] + 0.5) * self.step_mm

    def pixels_ras(self) -> FloatArray:
        """RAS points of the pixel centres (rows * columns, 3), row by row."""
        _, rows, columns = self.grid.shape_kji
        j, i = np.mgrid[0:rows, 0:columns]
        return self.grid.to_ras(np.column_stack([i.ravel(), j.ravel(), np.zeros(rows * columns)]))


def plane_through(
    point_ras: ArrayLike, view: str, low_ras: ArrayLike, high_ras: ArrayLike, *, step_mm: float
) -> Plane:
    """Return the plane through a point that shows a box.

    Parameters
    ----------
    point_ras : (3,) array_like
    view : str
        One of `VIEWS`.
    low_ras, high_ras : (3,) array_like
        Corners of the box in RAS mm.
    step_mm : float
        Pixel edge length.

    Raises
    ------
    InputError
        The view is not known.
    """
    if view not in VIEWS:
        raise InputError(f"View {view!r} is not known; choose {', '.join(VIEWS)}.")
    right, down = np.array(_RIGHTWARD[view], float), np.array(_DOWNWARD[view], float)
    point = np.asarray(point_ras, float)
    corners = np.array([low_ras, high_ras], float)
    normal = np.cross(right, down)
    start = point * np.abs(normal)
    shape = [1, 1, 1]
    for axis, direction in ((2, right), (1, down)):
        reach = corners @ direction
        shape[axis] = max(1, int(np.ceil((reach.max() - reach.min()) / step_mm)))
        start = start + direction * (reach.min() + step_mm / 2)
    matrix = np.eye(4)
    columns = (right * step_mm, down * step_mm, normal * THICKNESS_MM, start)
    matrix[:3] = np.column_stack(columns)
    return Plane(view, Grid((shape[0], shape[1], shape[2]), matrix))


def image_on(image: ImageVolume, plane: Plane) -> FloatArray:
    """Image values (rows, columns), interpolated linearly; nan outside the image."""
    ijk = image.grid.to_ijk(plane.pixels_ras())
    size = np.array(image.values.shape[::-1])
    low = np.clip(np.floor(ijk.min(axis=0)).astype(int) - 1, 0, size - 1)
    high = np.clip(np.ceil(ijk.max(axis=0)).astype(int) + 2, low + 1, size)
    block = image.values[low[2] : high[2], low[1] : high[1], low[0] : high[0]].astype(np.float32)
    inside = ((ijk >= -0.5) & (ijk <= size - 0.5)).all(axis=1)
    local = np.clip(ijk, 0, size - 1) - low
    values = ndimage.map_coordinates(block, local[:, ::-1].T, order=1, mode="nearest")
    return np.where(inside, values, np.nan).reshape(plane.grid.shape_kji[1:])


def dose_on(dose: DoseGrid, plane: Plane) -> FloatArray:
    """Dose in Gy (rows, columns); nan outside the dose grid."""
    return dose.sample(plane.pixels_ras()).reshape(plane.grid.shape_kji[1:])


def structure_on(structure: Structure, plane: Plane) -> FloatArray:
    """Occupancy 0..1 (rows, columns) of a structure at the plane."""
    occupancy = structure.mask_on(plane.grid.shape_kji, plane.grid.ijk_to_ras)
    return np.asarray(occupancy[0], dtype=np.float64)
