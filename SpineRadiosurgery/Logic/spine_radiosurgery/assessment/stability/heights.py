"""Heights of a vertebral body over its endplates, along the vertebra's own axis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ...anatomy import VertebraSectors
from ...anatomy.frame.bone import STEP_MM
from ...anatomy.frame.local import first_bone_mm
from ...geometry import OccupancyMask

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]

PLACES: tuple[tuple[str, float, float], ...] = (
    ("in front", 0.0, 1.0),
    ("in front on the right", 0.5, 0.87),
    ("in front on the left", -0.5, 0.87),
    ("in the middle", 0.0, 0.5),
    ("on the right", 0.6, 0.5),
    ("on the left", -0.6, 0.5),
    ("behind", 0.0, 0.12),
    ("behind on the right", 0.5, 0.12),
    ("behind on the left", -0.5, 0.12),
)
"""Name, half widths to the right of the body's middle, share of its depth from behind."""
BEHIND = slice(6, 9)
"""Those of `PLACES` along the posterior wall."""

_ALL_CONNECTED = np.ones((3, 3, 3), dtype=bool)
_REACH = 0.45
"""Columns around a place that tell its height: in half widths, and in half depths."""
_FEWEST_COLUMNS = 12
_WAIST_MM = 1.5
_CUT_SHARE = 0.35
"""A body that ends at the mask's last layer over this share of its endplate is cut."""


@dataclass(frozen=True, eq=False)
class BodyHeights:
    """Heights of a body.

    Attributes
    ----------
    heights_mm : (9,) or None
        At `PLACES`; None if they cannot be had.
    voxel_mm : float
        Size of the mask's voxels along the vertebra's axis.
    reason : str
        Why there are none.
    """

    heights_mm: FloatArray | None
    voxel_mm: float
    reason: str = ""


@dataclass(frozen=True, eq=False)
class _Columns:
    """A body on a lattice in its vertebra's frame, one column along the axis per (x, y).

    `x_mm`, `y_mm`, `bottom_mm`, `top_mm` are (x, y); `occupancy` is (x, y, z).
    """

    x_mm: FloatArray
    y_mm: FloatArray
    z_mm: FloatArray
    occupancy: FloatArray
    bottom_mm: FloatArray
    top_mm: FloatArray


def body_heights(sectors: VertebraSectors) -> BodyHeights:
    """Measure the height of a body at nine places of its endplates.

    Columns along the posterior wall's direction run from endplate to endplate; holes between are
    passed over. Only columns inside the waist count, so that rims and osteophytes do not, and each
    place's height is a plane fitted to the columns around it, so that the steps of the voxels
    average out.

    Parameters
    ----------
    sectors : VertebraSectors
    """
    mask = sectors.body.shape
    assert isinstance(mask, OccupancyMask)
    voxel_mm = 2 * mask.half_voxel_mm(sectors.frame.axes[:, 2])
    reason = _unmeasurable(sectors)
    if reason:
        return BodyHeights(None, voxel_mm, reason)
    columns = _columns(sectors, mask)
    waist = _waist(columns)
    inner = waist & (ndimage.binary_erosion(waist) | ~ndimage.binary_opening(waist))
    if inner.sum() < _FEWEST_COLUMNS:
        return BodyHeights(None, voxel_mm, "hardly anything of the body is left")
    side = _cut_side(columns, inner, sectors, mask)
    if side:
        return BodyHeights(None, voxel_mm, f"its mask is cut off {side}")
    across, forward = _places_of(columns, waist, sectors.frame.posterior_wall_mm)
    height = columns.top_mm - columns.bottom_mm
    found = [_height_at(across[inner] - u, forward[inner] - v, height[inner]) for _, u, v in PLACES]
    return BodyHeights(np.array(found), voxel_mm)


def _unmeasurable(sectors: VertebraSectors) -> str:
    if sectors.level == "C1":
        return "C1 has no vertebral body"
    if sectors.level == "C2":
        return "the dens of C2 is part of its body"
    if sectors.body.volume_cc == 0:
        return "there is no body in its mask"
    if sectors.quality["frame_residual_mm"] is None:
        return "no posterior wall of a body was found"
    return ""


def _columns(sectors: VertebraSectors, mask: OccupancyMask) -> _Columns:
    """Resample the body's main part along the vertebra's axes."""
    labels, count = ndimage.label(mask.values >= 0.5, structure=_ALL_CONNECTED)
    main = labels == 1 + np.bincount(labels.ravel(), minlength=count + 1)[1:].argmax()
    values = np.where(ndimage.binary_dilation(main, _ALL_CONNECTED), mask.values, 0.0)
    local = sectors.frame.local(mask.grid.to_ras(np.argwhere(values > 0)[:, ::-1]))
    low = np.floor(local.min(axis=0) / STEP_MM) - 4
    high = np.ceil(local.max(axis=0) / STEP_MM) + 4
    x, y, z = (STEP_MM * np.arange(a, b + 1) for a, b in zip(low, high, strict=True))
    points = np.stack(np.meshgrid(x, y, z, indexing="ij"), axis=-1)
    kji = mask.grid.to_ijk(sectors.frame.ras(points.reshape(-1, 3)))[:, ::-1]
    occupancy = ndimage.map_coordinates(values, kji.T, order=1, mode="grid-constant")
    occupancy = occupancy.reshape(points.shape[:3])
    return _Columns(
        points[:, :, 0, 0],
        points[:, :, 0, 1],
        z,
        occupancy,
        z[0] + first_bone_mm(occupancy),
        z[-1] - first_bone_mm(occupancy[..., ::-1]),
    )


def _waist(columns: _Columns) -> Mask:
    """Columns (x, y) that the body fills half way between its endplates."""
    height = columns.top_mm - columns.bottom_mm
    known = np.isfinite(height)
    tall = known & (np.nan_to_num(height) >= 0.5 * np.nanpercentile(height, 75))
    middle = 0.5 * (columns.top_mm + columns.bottom_mm)
    plane = _plane(columns.x_mm[tall], columns.y_mm[tall], middle[tall], np.ones(tall.sum()))
    half_way = plane[0] + plane[1] * columns.x_mm + plane[2] * columns.y_mm
    near = np.abs(columns.z_mm - half_way[..., np.newaxis]) <= _WAIST_MM
    filled = np.where(near, columns.occupancy, 0.0).max(axis=-1) >= 0.5
    labels, count = ndimage.label(ndimage.binary_fill_holes(filled) & known)
    if not count:
        return np.zeros_like(known)
    largest: Mask = labels == 1 + np.bincount(labels.ravel())[1:].argmax()
    return largest


def _places_of(columns: _Columns, waist: Mask, back_mm: float) -> tuple[FloatArray, FloatArray]:
    """Each column's half widths to the right of the middle, and its share of the depth."""
    depth = [
        row[inside].max() for row, inside in zip(columns.y_mm, waist, strict=True) if inside.any()
    ]
    rows = waist.any(axis=0)
    y = columns.y_mm[0]
    front = float(np.percentile(depth, 80))
    level = rows & (np.abs(y - 0.5 * (back_mm + front)) <= 0.2 * (front - back_mm))
    if not level.any():
        level = rows
    sides = [columns.x_mm[waist[:, n], n][[0, -1]] for n in np.flatnonzero(level)]
    left, right = np.median(sides, axis=0) + np.array([-0.5, 0.5]) * STEP_MM
    front += 0.5 * STEP_MM
    across = (columns.x_mm - 0.5 * (left + right)) / (0.5 * (right - left))
    return across, (columns.y_mm - back_mm) / (front - back_mm)


def _height_at(across: FloatArray, forward: FloatArray, height_mm: FloatArray) -> float:
    """Height (mm) at a place, from columns (n,) at these distances from it."""
    distance = np.hypot(across, 2 * forward) / (2 * _REACH)
    enough = np.sort(distance)[min(2 * _FEWEST_COLUMNS, len(distance)) - 1]
    weight = np.clip(1 - (distance / max(1.0, float(enough))) ** 3, 0, None) ** 3
    used = weight > 0
    return float(_plane(across[used], forward[used], height_mm[used], weight[used])[0])


def _plane(x: FloatArray, y: FloatArray, z: FloatArray, weight: FloatArray) -> FloatArray:
    """Value at 0 and slopes along x and y, by least absolute deviations (reweighted)."""
    design = np.column_stack([np.ones_like(x), x, y])
    own = weight
    result = np.zeros(3)
    for _ in range(4):
        root = np.sqrt(own)
        result = np.linalg.lstsq(design * root[:, np.newaxis], z * root, rcond=None)[0]
        own = weight / np.maximum(np.abs(z - design @ result), STEP_MM)
    return result


def _cut_side(columns: _Columns, inner: Mask, sectors: VertebraSectors, mask: OccupancyMask) -> str:
    """Where the body ends flat at the last layer of the vertebra's mask; "" if nowhere."""
    size = np.array(mask.grid.shape_kji[::-1])
    for side, heights in (("above", columns.top_mm), ("below", columns.bottom_mm)):
        ends = np.stack([columns.x_mm, columns.y_mm, heights], axis=-1)[inner]
        ijk = mask.grid.to_ijk(sectors.frame.ras(ends))
        axis = int(np.argmax(np.abs(sectors.frame.axes[:, 2] @ mask.grid.directions)))
        outer = np.minimum(ijk[:, axis] + 0.5, size[axis] - 0.5 - ijk[:, axis])
        if (outer <= 0.25).mean() >= _CUT_SHARE:
            return side
    return ""
