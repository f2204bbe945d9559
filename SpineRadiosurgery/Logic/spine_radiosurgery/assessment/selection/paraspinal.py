"""The tumor's part beside the spine: its largest diameter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ...geometry import Grid, Structure, report_progress

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]

STEP_MM = 1.0
"""Voxels of the common grid; larger where it would have more than `MOST_VOXELS`."""
MOST_VOXELS = 8_000_000
RIM_MM = 3.0
"""A layer thinner than this is where two contours do not quite agree, no mass; our constant.

Contours of one tumor by several observers differ by 1.5 to 1.6 mm (Radiat Oncol 2016,
s13014-016-0631-9), images by 1.1 to 2.4 mm after registration.
"""
LEAST_CC = 0.1
"""Smaller parts are no mass; our constant."""
DISC_MM = 14.0
"""Bone above and below within this makes what lies between a disc; our constant."""
MISSING_MM = 1.0
"""Vertebrae or canal that end less than this before the tumor does are still beside it."""
BODY_MM = 8.0
"""A vertebra is beside the tumor where bone lies so near in front of the canal, or to its side."""
READING_ERROR_MM = 2.5
"""By how much a diameter may be misread: voxels, and tips that go with the thin layers."""
DIRECTIONS = 1000
"""The largest width over so many directions is within 0.2 % of the diameter."""


@dataclass(frozen=True)
class ParaspinalExtent:
    """Largest diameter of the tumor's part beside the spine.

    Attributes
    ----------
    diameter_mm : float or None
        0 where there is no such part; None where it is open.
    reason : str
        Why it is open, or how it was measured, as a clause.
    """

    diameter_mm: float | None
    reason: str


def paraspinal_extent(
    tumour: Structure | None, *, vertebrae: Sequence[Structure] = (), canal: Structure | None = None
) -> ParaspinalExtent:
    """Measure the tumor outside vertebrae, the discs between them, and canal.

    What remains is opened with a ball, so that a thin layer between two contours that do not quite
    agree is no mass; of the connected parts, that of the largest diameter counts. Tumor where bone
    is destroyed counts as paraspinal if the vertebra's mask leaves it out.

    Parameters
    ----------
    tumour : Structure or None
    vertebrae : sequence of Structure
        All whole vertebrae beside the tumor.
    canal : Structure or None
    """
    if tumour is None:
        return ParaspinalExtent(None, "no tumor (GTV) is chosen")
    if not vertebrae:
        return ParaspinalExtent(None, f"no vertebra beside {tumour.name} is segmented")
    if canal is None:
        return ParaspinalExtent(None, "no spinal canal is chosen")
    grid = _grid_around(tumour, [*vertebrae, canal])
    bone = np.zeros(grid.shape_kji, dtype=bool)
    for vertebra in vertebrae:
        report_progress()
        bone |= _mask(vertebra, grid)
    # Slabs would make a round mass too large by their corners.
    inside, lumen = _mask(tumour.interpolated(), grid), _mask(canal, grid)
    if not inside.any():
        return ParaspinalExtent(None, f"{tumour.name} is thinner than {STEP_MM:g} mm")
    missing = _missing(inside, bone, lumen, grid, (tumour.name, canal.name))
    if missing:
        return ParaspinalExtent(None, missing)
    left = inside & ~(_with_discs(bone, grid) | lumen)
    diameters = [_diameter_mm(part, grid) for part in _masses(left, grid)]
    names = ", ".join(vertebra.name for vertebra in vertebrae)
    reason = (
        f"{tumour.name} outside {names}, the discs between, and {canal.name}; layers thinner than "
        f"about {RIM_MM:g} mm and parts below {LEAST_CC:g} cc do not count"
    )
    return ParaspinalExtent(max(diameters, default=0.0), reason)


def _mask(structure: Structure, grid: Grid) -> Mask:
    half: Mask = structure.mask_on(grid.shape_kji, grid.ijk_to_ras) >= 0.5
    return half


def _grid_around(tumour: Structure, others: Iterable[Structure]) -> Grid:
    """Along the patient's axes; as high as the tumor and a disc above and below."""
    bounds = tumour.bounds_ras()
    around = np.array([bounds, *(other.bounds_ras() for other in others)])
    low, high = around[:, 0].min(axis=0), around[:, 1].max(axis=0)
    low[2], high[2] = bounds[0, 2] - DISC_MM, bounds[1, 2] + DISC_MM
    step = max(STEP_MM, float((np.prod(high - low) / MOST_VOXELS) ** (1 / 3)))
    low, high = low - RIM_MM, high + RIM_MM
    size = np.ceil((high - low) / step).astype(int) + 1
    matrix = np.diag([step, step, step, 1.0])
    matrix[:3, 3] = low
    i, j, k = (int(n) for n in size)
    return Grid((k, j, i), matrix)


def _missing(inside: Mask, bone: Mask, lumen: Mask, grid: Grid, names: tuple[str, str]) -> str:
    """Say where no canal or no vertebra is beside the tumor; "" where both are all along it."""
    tumour, canal = names
    step = float(grid.spacing_mm[2])
    heights = np.flatnonzero(inside.any(axis=(1, 2)))
    beside = slice(int(heights[0]), int(heights[-1]) + 1)
    has_canal = np.asarray(lumen.any(axis=(1, 2)), dtype=bool)
    without = np.count_nonzero(~has_canal[beside]) * step
    if without > MISSING_MM:
        return f"{canal} is missing beside {tumour} for {without:.0f} mm"
    has_body = _has_body(bone, lumen, grid)
    bridged = ndimage.binary_closing(
        np.pad(has_body, len(has_body)), np.ones(round(DISC_MM / step) + 1)
    )[len(has_body) : -len(has_body)]
    without = np.count_nonzero(~(has_body | bridged)[beside]) * step
    if without > MISSING_MM:
        return f"the vertebra beside {tumour} is not segmented for {without:.0f} mm"
    return ""


def _has_body(bone: Mask, lumen: Mask, grid: Grid) -> Mask:
    """Whether each axial slice has bone in front of the canal; spinous processes do not count."""
    k, j, i = grid.shape_kji
    right, anterior = np.arange(i), np.arange(j)
    found = np.zeros(k, dtype=bool)
    reach = BODY_MM / float(grid.spacing_mm[0])
    for n in np.flatnonzero(lumen.any(axis=(1, 2))):
        columns, rows = lumen[n].sum(axis=0), lumen[n].sum(axis=1)
        across: Mask = np.abs(right - np.average(right, weights=columns)) <= reach
        middle, front = np.average(anterior, weights=rows), np.flatnonzero(rows).max()
        ahead: Mask = (anterior > middle) & (anterior <= front + reach)
        found[n] = bone[n][ahead][:, across].any()
    return found


def _with_discs(bone: Mask, grid: Grid) -> Mask:
    """Bone, and what has bone above and below it within the height of a disc."""
    reach = round(DISC_MM / float(grid.spacing_mm[2]))
    height = np.arange(len(bone))[:, np.newaxis, np.newaxis]
    below = np.maximum.accumulate(np.where(bone, height, -2 * len(bone)), axis=0)
    above = np.minimum.accumulate(np.where(bone, height, 3 * len(bone))[::-1], axis=0)[::-1]
    filled: Mask = bone | (above - below <= reach)
    return filled


def _masses(left: Mask, grid: Grid) -> list[NDArray[np.int64]]:
    """Indices (n, 3) of the border of each part that is left when thin layers are taken off."""
    # Distances run from center to center: the surface is half a voxel nearer.
    radius = RIM_MM / 2 + 0.5 * float(grid.spacing_mm[0])
    core = _distance_mm(left, grid) >= radius
    if not core.any():
        return []
    opened = left & (_distance_mm(~core, grid) < radius)
    labels, _ = ndimage.label(opened, structure=np.ones((3, 3, 3)))
    volumes_cc = np.bincount(labels.ravel()) * grid.voxel_volume_mm3 / 1000
    large = [n for n in np.flatnonzero(volumes_cc >= LEAST_CC) if n]
    border = opened & ~ndimage.binary_erosion(opened)
    return [np.argwhere(border & (labels == n)) for n in large]


def _distance_mm(mask: Mask, grid: Grid) -> FloatArray:
    """From each voxel of a mask to the nearest voxel outside it."""
    sampling = tuple(float(s) for s in grid.spacing_mm[::-1])
    distance: FloatArray = ndimage.distance_transform_edt(mask, sampling=sampling)
    return distance


def _diameter_mm(kji: NDArray[np.int64], grid: Grid) -> float:
    """Largest width over all directions.

    Half a voxel is added: the centres of a pointed part leave out one, those of a round one none.
    """
    points = grid.to_ras(kji[:, ::-1])
    lowest, highest = np.full(DIRECTIONS, np.inf), np.full(DIRECTIONS, -np.inf)
    axes = _directions()
    for start in range(0, len(points), 20_000):
        along = points[start : start + 20_000] @ axes.T
        lowest = np.minimum(lowest, along.min(axis=0))
        highest = np.maximum(highest, along.max(axis=0))
    return float((highest - lowest).max() + 0.5 * grid.spacing_mm[0])


def _directions() -> FloatArray:
    """Unit vectors (n, 3) spread evenly over half a sphere."""
    n = np.arange(DIRECTIONS) + 0.5
    up = n / DIRECTIONS
    angle = np.pi * (1 + np.sqrt(5.0)) * n
    across = np.sqrt(1 - up**2)
    return np.column_stack([across * np.cos(angle), across * np.sin(angle), up])
