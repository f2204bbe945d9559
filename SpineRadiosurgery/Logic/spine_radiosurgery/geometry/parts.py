"""Parts of a structure and its cross-sections along an axis."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage

from .cells import fill
from .contours import ContourStack
from .errors import InputError
from .masks import OccupancyMask
from .polygons import nesting_depth, overlap, signed_area_mm2
from .structure import SUPERIOR, Structure

FloatArray = NDArray[np.float64]

SPECK_CC = 0.01
"""Parts smaller than this are ignored where an extent is taken, and reported."""


@dataclass(frozen=True)
class Part:
    """One connected part of a structure.

    Attributes
    ----------
    lower_mm, upper_mm : float
        Extent along the axis, with half slices or outer voxel faces.
    volume_cc : float
    """

    lower_mm: float
    upper_mm: float
    volume_cc: float


@dataclass(frozen=True, eq=False)
class Sections:
    """Cross-sections along an axis.

    Attributes
    ----------
    position_mm : (n,)
        Ascending heights along the axis.
    area_mm2 : (n,)
        Area normal to the axis.
    centroid_ras : (n, 3)
    """

    position_mm: FloatArray
    area_mm2: FloatArray
    centroid_ras: FloatArray


def connected_parts(structure: Structure, axis: ArrayLike = SUPERIOR) -> tuple[Part, ...]:
    """Find the connected parts, ordered from the lowest along `axis` upward.

    Contours are connected where they overlap between touching slabs; mask voxels of at least half
    occupancy where they share a corner.

    Raises
    ------
    InputError
        No voxel of the mask is at least half occupied.
    """
    direction: FloatArray = np.asarray(axis, dtype=np.float64)
    if isinstance(structure.shape, OccupancyMask):
        parts = _mask_parts(structure.name, structure.shape, direction)
    else:
        parts = _stack_parts(structure.shape, direction)
    return tuple(sorted(parts, key=lambda part: part.lower_mm))


def _mask_parts(name: str, mask: OccupancyMask, axis: FloatArray) -> list[Part]:
    labels, count = ndimage.label(mask.values >= 0.5, structure=np.ones((3, 3, 3)))
    if not count:
        raise InputError(
            f"Structure {name} is thinner than its voxels: none is at least half occupied; "
            "use a finer mask or contours."
        )
    kji = np.argwhere(labels > 0)
    label = labels[labels > 0]
    height = mask.grid.to_ras(kji[:, ::-1]) @ axis
    half = mask.half_voxel_mm(axis)
    index = np.arange(1, count + 1)
    low = ndimage.minimum(height, label, index) - half
    high = ndimage.maximum(height, label, index) + half
    occupancy = mask.values[labels > 0]
    volume = ndimage.sum(occupancy, label, index) * mask.grid.voxel_volume_mm3 / 1000.0
    return [Part(float(a), float(b), float(v)) for a, b, v in zip(low, high, volume, strict=True)]


def _stack_parts(stack: ContourStack, axis: FloatArray) -> list[Part]:
    nodes = [(s, p) for s, slab in enumerate(stack.slabs) for p in range(len(slab.polygons))]
    number = {node: n for n, node in enumerate(nodes)}
    leader = list(range(len(nodes)))

    def find(n: int) -> int:
        while leader[n] != n:
            leader[n] = leader[leader[n]]
            n = leader[n]
        return n

    for s, slab in enumerate(stack.slabs):
        pairs = [((s, p), (s, q)) for p in range(len(slab.polygons)) for q in range(p)]
        if s and abs(stack.slabs[s - 1].upper_mm - slab.lower_mm) < 1e-6:
            below = range(len(stack.slabs[s - 1].polygons))
            pairs += [((s, p), (s - 1, q)) for p in range(len(slab.polygons)) for q in below]
        for (a, p), (b, q) in pairs:
            if overlap(stack.slabs[a].polygons[p], stack.slabs[b].polygons[q]):
                leader[find(number[a, p])] = find(number[b, q])
    found: dict[int, list[tuple[float, float, float]]] = {}
    for s, slab in enumerate(stack.slabs):
        depth = nesting_depth(slab.polygons) if len(slab.polygons) > 1 else np.zeros(1, dtype=int)
        for p, polygon in enumerate(slab.polygons):
            corners = np.concatenate(
                [stack.to_ras(polygon, face) @ axis for face in (slab.lower_mm, slab.upper_mm)]
            )
            area = abs(signed_area_mm2(polygon)) * (-1 if depth[p] % 2 else 1)
            volume = area * (slab.upper_mm - slab.lower_mm) / 1000.0
            found.setdefault(find(number[s, p]), []).append(
                (float(corners.min()), float(corners.max()), volume)
            )
    return [
        Part(min(r[0] for r in rows), max(r[1] for r in rows), sum(r[2] for r in rows))
        for rows in found.values()
    ]


def sections_along(
    structure: Structure, axis: ArrayLike = SUPERIOR, *, step_mm: float = 1.0
) -> Sections:
    """Cross-sections normal to an axis.

    Contours drawn normal to the axis give one section a contour plane; anything else is filled
    with cells of half `step_mm` and cut into layers of `step_mm`.
    """
    direction: FloatArray = np.asarray(axis, dtype=np.float64)
    shape = structure.shape
    if isinstance(shape, ContourStack) and abs(shape.axes[2] @ direction) > 1 - 1e-9:
        return _plane_sections(shape, direction, 0.5 * step_mm)
    low, high = structure.extent_mm(direction)
    if isinstance(shape, OccupancyMask):
        cosines = np.abs(direction @ shape.grid.directions)
        nearest = int(np.argmax(cosines))
        if cosines[nearest] > 1 - 1e-6:
            step_mm = float(shape.grid.spacing_mm[nearest])
    layers = max(1, round((high - low) / step_mm))
    edges = np.linspace(low, high, layers + 1)
    thickness = np.diff(edges)
    cells = structure.cells(min(0.5, 0.5 * float(thickness.min())))
    # A cell belongs to every layer that it reaches into, by share.
    height, reach = cells.centres_ras @ direction, cells.reach_mm(direction)
    moments = cells.volumes_mm3[:, np.newaxis] * np.column_stack(
        [np.ones(len(height)), cells.centres_ras]
    )
    below = np.stack(
        [np.clip(0.5 + (edge - height) / (2.0 * reach), 0.0, 1.0) @ moments for edge in edges]
    )
    volume, sums = np.diff(below[:, 0]), np.diff(below[:, 1:], axis=0)
    used = volume > 1e-9
    middle = 0.5 * (edges[1:] + edges[:-1])
    return Sections(middle[used], (volume / thickness)[used], sums[used] / volume[used, np.newaxis])


def _plane_sections(stack: ContourStack, axis: FloatArray, step_mm: float) -> Sections:
    """One section a contour plane."""
    position, area, centroid = [], [], []
    for slab in stack.slabs:
        cells = fill(replace(stack, slabs=(slab,)), (), step_mm)
        position.append(float(stack.axes[2] @ axis) * slab.position_mm)
        area.append(slab.area_mm2)
        centroid.append(np.average(cells.centres_ras, axis=0, weights=cells.volumes_mm3))
    order = np.argsort(position)
    return Sections(np.array(position)[order], np.array(area)[order], np.array(centroid)[order])
