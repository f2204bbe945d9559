"""Any structure as contours on the planes of an image, with its volume.

A reader of planar contours gives each the thickness of a slice. What does not fit that (voxels
of another grid, a cord cut between two slices, oblique faces) is averaged over each slice, and the
contour is drawn so that its area times the slice is the volume that the structure has there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...geometry import ContourStack, Grid, InputError, OccupancyMask, Structure, report_progress
from .outlines import outlines_of_area
from .planes import ImagePlanes

FloatArray = NDArray[np.float64]

ON_PLANE_SHARE = 0.05
"""Contours this near to a slice, in slices, lie on it (coordinates are rounded text)."""
WHOLE_SLAB = 1e-3
"""A slab that lacks less than this share of its slice is whole."""
END_SHARE = 1e-3
"""An end slice that holds less of the volume than this gets no contour."""
FINEST_MM, COARSEST_MM, NODES_ACROSS = 0.2, 0.5, 100
"""Pixels in which shapes that have none of their own are drawn."""
PARALLEL = 1 - 1e-6
DECIMALS = 4
"""Of coordinates in mm."""


@dataclass(frozen=True, eq=False)
class PlanarContours:
    """Contours of one structure on image planes.

    Attributes
    ----------
    polygons : tuple of (int, (n, 3) array)
        Number of the image plane and RAS points in mm, ascending. Regions with holes are several
        polygons of one plane, inside by the even-odd rule.
    drawn : bool
        These are the very contours that were drawn; else they were made for these planes.
    volume_cc : float
        That a reader gets who gives each contour the thickness of its slice.
    cut_planes : tuple of int
        Planes whose slice the structure fills only in part, with a smaller contour for it.
    """

    polygons: tuple[tuple[int, FloatArray], ...]
    drawn: bool
    volume_cc: float
    cut_planes: tuple[int, ...] = ()


def planar_contours(structure: Structure, planes: ImagePlanes) -> PlanarContours:
    """Draw a structure on the planes of an image.

    Parameters
    ----------
    structure : Structure
    planes : ImagePlanes

    Raises
    ------
    InputError
        It lies outside the image, or is too small for a contour.
    """
    stack = structure.shape
    shares = _shares_of_drawn(structure, planes)
    if isinstance(stack, ContourStack) and shares is not None and not shares[1].any():
        polygons = [
            (int(plane), stack.to_ras(polygon, slab.position_mm))
            for plane, slab in zip(shares[0], stack.slabs, strict=True)
            for polygon in slab.polygons
        ]
        cleaned = _cleaned(polygons)
        return PlanarContours(cleaned, True, _as_read(structure, cleaned, planes))
    layers = _drawn_layers(structure, planes, shares) if shares else _layers(structure, planes)
    total = sum(layer.volume_mm3 for layer in layers)
    if not total > 0:
        raise InputError(
            f"{structure.name} lies outside the planning image; it cannot be written on its slices."
        )
    layers = _without_thin_ends(layers, total)
    polygons = [(layer.plane, polygon) for layer in layers for polygon in layer.polygons()]
    cleaned = _cleaned(polygons)
    if not cleaned:
        raise InputError(
            f"{structure.name} ({structure.volume_cc:.4f} cc) is too small for a contour."
        )
    cut = tuple(sorted({layer.plane for layer in layers if layer.cut}))
    return PlanarContours(cleaned, False, _as_read(structure, cleaned, planes), cut)


@dataclass(frozen=True, eq=False)
class _Layer:
    """Occupancy of one slice, on a lattice of its own.

    `values` (rows, columns); `to_ras` maps (column, row, 1) to RAS; `kept` are contours that need
    no drawing.
    """

    plane: int
    values: FloatArray
    to_ras: FloatArray
    pixel_mm2: float
    thickness_mm: float
    kept: tuple[FloatArray, ...] = ()
    cut: bool = False

    @property
    def volume_mm3(self) -> float:
        return float(self.values.sum()) * self.pixel_mm2 * self.thickness_mm

    def polygons(self) -> list[FloatArray]:
        report_progress()
        if self.kept:
            return list(self.kept)
        lines = outlines_of_area(self.values, float(self.values.sum()))
        return [np.column_stack([line, np.ones(len(line))]) @ self.to_ras.T for line in lines]


def _shares_of_drawn(
    structure: Structure, planes: ImagePlanes
) -> tuple[NDArray[np.int64], NDArray[np.bool_], FloatArray] | None:
    """Of contours on the image's planes: plane, whether cut, and share of its slice, each slab.

    None where the structure is no stack of contours on these planes.
    """
    stack = structure.shape
    if not isinstance(stack, ContourStack) or structure.clips:
        return None
    sign = float(np.sign(stack.axes[2] @ planes.axes[2]))
    if structure.between_contours != "slabs" or abs(stack.axes[2] @ planes.axes[2]) < PARALLEL:
        return None
    heights = np.array([slab.position_mm for slab in stack.slabs])
    heights = sign * (heights + stack.origin_ras @ stack.axes[2])
    distance = np.abs(heights[:, np.newaxis] - planes.positions_mm)
    nearest = distance.argmin(axis=1)
    if distance.min(axis=1).max() > ON_PLANE_SHARE * planes.spacing_mm:
        return None
    natural = _restacked(structure, stack.contours_ras(), planes).shape
    if not isinstance(natural, ContourStack) or len(natural.slabs) != len(stack.slabs):
        return None
    thickness = [slab.upper_mm - slab.lower_mm for slab in stack.slabs]
    order = 1 if natural.axes[2] @ stack.axes[2] > 0 else -1
    whole = [slab.upper_mm - slab.lower_mm for slab in natural.slabs[::order]]
    shares = np.array(thickness) / np.array(whole)
    return nearest, shares < 1 - WHOLE_SLAB, np.minimum(shares, 1.0)


def _drawn_layers(
    structure: Structure,
    planes: ImagePlanes,
    shares: tuple[NDArray[np.int64], NDArray[np.bool_], FloatArray],
) -> list[_Layer]:
    """Drawn contours, those of cut slices as an occupancy that is less than 1."""
    layers = []
    stack = structure.shape
    assert isinstance(stack, ContourStack)
    faces = planes.faces_mm
    for slab, plane, cut, share in zip(stack.slabs, *shares, strict=True):
        step = _pixel_mm(slab.area_mm2)
        corners = np.concatenate(slab.polygons)
        low = np.floor(corners.min(axis=0) / step) - 1
        columns, rows = (np.ceil(corners.max(axis=0) / step) + 2 - low).astype(int).tolist()
        frame = np.column_stack([*(step * stack.axes[:2]), stack.axes[2]])
        start = stack.to_ras(low[np.newaxis] * step, slab.position_mm)[0]
        matrix = np.eye(4)
        matrix[:3, :3], matrix[:3, 3] = frame, start
        flat = Structure.from_contours(
            structure.name,
            [stack.to_ras(p, slab.position_mm) for p in slab.polygons],
            slice_spacing_mm=1.0,
        )
        values = share * flat.mask_on((1, rows, columns), matrix)[0].astype(np.float64)
        layers.append(
            _Layer(
                int(plane),
                values,
                np.column_stack([frame[:, :2], start]),
                step * step,
                float(faces[plane + 1] - faces[plane]),
                () if cut else tuple(stack.to_ras(p, slab.position_mm) for p in slab.polygons),
                bool(cut),
            )
        )
    return layers


def _layers(structure: Structure, planes: ImagePlanes) -> list[_Layer]:
    """Mean occupancy of every slice that the structure touches."""
    mask = structure.shape
    faces = planes.faces_mm
    low, high = structure.extent_mm(planes.axes[2])
    touched = np.flatnonzero((faces[1:] > low - 1) & (faces[:-1] < high + 1))
    if isinstance(mask, OccupancyMask) and not structure.clips:
        axis = _axis_along(mask.grid, planes.axes[2])
        if axis is not None:
            return [_averaged(mask, axis, planes, int(n)) for n in touched]
    bounds = structure.bounds_ras()
    corners = np.array(
        [[x, y, z] for x in bounds[:, 0] for y in bounds[:, 1] for z in bounds[:, 2]]
    )
    uv = corners @ planes.axes[:2].T
    area = float(structure.volume_cc * 1000 / max(high - low, planes.spacing_mm))
    step = _pixel_mm(area)
    if isinstance(mask, OccupancyMask):
        # Voxels tell nothing finer than themselves.
        step = max(step, 0.5 * float(mask.grid.spacing_mm.min()))
    return [_sampled(structure, planes, int(n), uv, step) for n in touched]


def _axis_along(grid: Grid, normal: FloatArray) -> int | None:
    """Axis of a grid (0 i, 1 j, 2 k) that runs along the normal, across both others."""
    cosines = np.abs(normal @ grid.directions)
    axis = int(np.argmax(cosines))
    others = np.abs(np.delete(cosines, axis)).max()
    return axis if cosines[axis] > PARALLEL and others < 1e-3 else None


def _averaged(mask: OccupancyMask, axis: int, planes: ImagePlanes, number: int) -> _Layer:
    """Mean of a mask's layers over one slice."""
    grid = mask.grid
    low, high = planes.faces_mm[number : number + 2]
    step = grid.ijk_to_ras[:3, axis] @ planes.axes[2]
    first = grid.ijk_to_ras[:3, 3] @ planes.axes[2]
    layers = np.moveaxis(mask.values, 2 - axis, 0)
    middle = first + np.arange(len(layers)) * step
    half = 0.5 * abs(step)
    overlap = np.minimum(middle + half, high) - np.maximum(middle - half, low)
    weights = np.clip(overlap, 0.0, None) / (high - low)
    values = np.tensordot(weights, layers, axes=1)
    row, column = (a for a in (2, 1, 0) if a != axis)
    lift = planes.positions_mm[number] - first
    start = grid.ijk_to_ras[:3, 3] + lift / step * grid.ijk_to_ras[:3, axis]
    matrix = np.column_stack([grid.ijk_to_ras[:3, column], grid.ijk_to_ras[:3, row], start])
    area = float(np.linalg.norm(np.cross(matrix[:, 0], matrix[:, 1])))
    return _Layer(number, values, matrix, area, float(high - low))


def _sampled(
    structure: Structure, planes: ImagePlanes, number: int, uv: FloatArray, step: float
) -> _Layer:
    """Occupancy of one slice on a lattice laid around the structure."""
    report_progress()
    low = np.floor(uv.min(axis=0) / step) - 1
    columns, rows = (np.ceil(uv.max(axis=0) / step) + 2 - low).astype(int).tolist()
    bottom, top = planes.faces_mm[number : number + 2]
    start = low * step @ planes.axes[:2]
    matrix = np.eye(4)
    matrix[:3, :3] = (planes.axes * [[step], [step], [top - bottom]]).T
    matrix[:3, 3] = start + 0.5 * (bottom + top) * planes.axes[2]
    values = structure.mask_on((1, rows, columns), matrix)[0].astype(np.float64)
    at_plane = start + planes.positions_mm[number] * planes.axes[2]
    to_ras = np.column_stack([matrix[:3, :2], at_plane])
    return _Layer(number, values, to_ras, step * step, float(top - bottom))


def _pixel_mm(area_mm2: float) -> float:
    return float(np.clip(np.sqrt(max(area_mm2, 0.0)) / NODES_ACROSS, FINEST_MM, COARSEST_MM))


def _without_thin_ends(layers: list[_Layer], total: float) -> list[_Layer]:
    """Drop empty slices, and those at both ends that hold next to nothing."""
    kept = [layer for layer in layers if layer.volume_mm3 > 0]
    while len(kept) > 1 and kept[0].volume_mm3 < END_SHARE * total:
        kept = kept[1:]
    while len(kept) > 1 and kept[-1].volume_mm3 < END_SHARE * total:
        kept = kept[:-1]
    return kept


def _cleaned(polygons: list[tuple[int, FloatArray]]) -> tuple[tuple[int, FloatArray], ...]:
    """Round as written; drop points that are written twice or lie on a line, and what is left."""
    found = []
    for plane, polygon in polygons:
        points = np.round(polygon, DECIMALS)
        points = points[np.abs(points - np.roll(points, 1, axis=0)).max(axis=1) > 0]
        if len(points) > 3:
            ahead, back = np.roll(points, -1, axis=0) - points, points - np.roll(points, 1, axis=0)
            bends = np.linalg.norm(np.cross(back, ahead), axis=1) > 1e-6
            points = points[bends] if bends.sum() >= 3 else points
        if len(points) >= 3:
            found.append((plane, points))
    return tuple(found)


def _restacked(
    structure: Structure, contours: tuple[FloatArray, ...], planes: ImagePlanes
) -> Structure:
    return Structure.from_contours(
        structure.name,
        contours,
        slice_spacing_mm=planes.spacing_mm,
        slice_positions_mm=planes.superior_mm,
    )


def _as_read(
    structure: Structure, polygons: tuple[tuple[int, FloatArray], ...], planes: ImagePlanes
) -> float:
    """Volume that a reader finds in the contours."""
    return _restacked(structure, tuple(points for _, points in polygons), planes).volume_cc
