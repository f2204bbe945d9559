"""Structures as binary label maps on one lattice: what a segmentation file or node holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .contours import ContourStack
from .grid import Grid
from .masks import OccupancyMask
from .progress import report_progress, with_progress
from .structure import Structure

ALIGNED = 1 - 1e-9
"""Cosine above which two axes are one direction."""
LABELS_IN_LAYER = 255
CONTOUR_STEP_MM = 1.0
"""Voxel edge where all structures are contours and none brings voxels of its own."""

Box = tuple[slice, slice, slice]


@dataclass(frozen=True, eq=False)
class Layer:
    """Structures that do not overlap, in one label map.

    Attributes
    ----------
    labels : (k, j, i) uint8 array
        0 for none, else the structure's label.
    members : dict of int to int
        Label of each structure, by its position in the list.
    """

    labels: NDArray[np.uint8]
    members: dict[int, int]


def layers_of(structures: Sequence[Structure], grid: Grid) -> list[Layer]:
    """Put structures into as few label maps as they fit in, without changing their shapes.

    A voxel is a structure's where it is at least half occupied, or, for masks of another lattice
    and for oblique contours, where its centre lies inside.

    Parameters
    ----------
    structures : sequence of Structure
    grid : Grid
        Voxels outside it are lost.
    """
    layers: list[Layer] = []
    for number, structure in enumerate(
        with_progress(structures, lambda structure: f"Drawing {structure.name}")
    ):
        box, inside = _voxels_inside(structure, grid)
        for layer in layers:
            if len(layer.members) < LABELS_IN_LAYER and not layer.labels[box][inside].any():
                break
        else:
            layer = Layer(np.zeros(grid.shape_kji, dtype=np.uint8), {})
            layers.append(layer)
        label = len(layer.members) + 1
        layer.labels[box][inside] = label
        layer.members[number] = label
    return layers


def finest_lattice(structures: Sequence[Structure]) -> Grid:
    """Return the smallest voxels among the structures' own, around all of them.

    Contours alone: voxels of `CONTOUR_STEP_MM` along the axes of the first.
    """
    grids = [s.shape.grid for s in structures if isinstance(s.shape, OccupancyMask)]
    if grids:
        return cropped_to(structures, min(grids, key=lambda grid: grid.voxel_volume_mm3))
    matrix = np.eye(4)
    first = structures[0].shape
    if isinstance(first, ContourStack):
        matrix[:3, :3] = CONTOUR_STEP_MM * first.axes.T
    return cropped_to(structures, Grid((1, 1, 1), matrix))


def cropped_to(structures: Sequence[Structure], grid: Grid) -> Grid:
    """Return the part of the endless lattice of `grid` that holds structures, a voxel to spare."""
    ends = [_index_range(s, grid) for s in structures]
    low = np.min([a for a, _ in ends], axis=0) - 1
    size = np.max([b for _, b in ends], axis=0) + 2 - low
    i, j, k = (int(n) for n in size)
    return grid.cropped(low[::-1], (k, j, i))


def are_aligned(columns: NDArray[np.float64], others: NDArray[np.float64]) -> bool:
    """Say whether two sets of unit vectors (columns) are the same axes in any order and sign."""
    return bool((np.abs(columns.T @ others).max(axis=1) > ALIGNED).all())


def _one_lattice(one: Grid, other: Grid) -> bool:
    shift = other.to_ijk(one.ijk_to_ras[np.newaxis, :3, 3])[0]
    return bool(
        np.allclose(one.ijk_to_ras[:3, :3], other.ijk_to_ras[:3, :3], atol=1e-6)
        and np.allclose(shift, np.rint(shift), atol=1e-4)
    )


def _index_range(structure: Structure, grid: Grid) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last voxel index (i, j, k) that a structure may reach."""
    low, high = [], []
    for axis in range(3):
        # Along the reciprocal axis, so that sheared lattices are covered too.
        row = np.linalg.inv(grid.ijk_to_ras)[axis]
        length = float(np.linalg.norm(row[:3]))
        ends = structure.extent_mm(row[:3] / length)
        low.append(np.floor(ends[0] * length + row[3]))
        high.append(np.ceil(ends[1] * length + row[3]))
    return np.array(low).astype(np.int64), np.array(high).astype(np.int64)


def _voxels_inside(structure: Structure, grid: Grid) -> tuple[Box, NDArray[np.bool_]]:
    """Box of a structure in the grid and which of its voxels are the structure's."""
    low, high = _index_range(structure, grid)
    low = np.maximum(low, 0)
    high = np.minimum(high, np.array(grid.shape_kji[::-1]) - 1)
    if (high < low).any():
        return (slice(0, 0),) * 3, np.zeros((0, 0, 0), dtype=bool)
    k, j, i = (slice(int(a), int(b) + 1) for a, b in zip(low[::-1], high[::-1], strict=True))
    box = (k, j, i)
    local = grid.cropped(low[::-1], (k.stop - k.start, j.stop - j.start, i.stop - i.start))
    shape = structure.shape
    if isinstance(shape, ContourStack):
        is_quick = are_aligned(shape.axes.T, grid.directions)
    else:
        is_quick = _one_lattice(shape.grid, local)
    if is_quick:
        return box, structure.mask_on(local.shape_kji, local.ijk_to_ras) >= 0.5
    return box, _centres_inside(structure, local)


def _centres_inside(structure: Structure, grid: Grid) -> NDArray[np.bool_]:
    """Test voxel centres only, layer by layer: exact occupancy is slow where grids are oblique."""
    _, rows, columns = grid.shape_kji
    j, i = np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij")
    found = np.zeros(grid.shape_kji, dtype=bool)
    for k in range(grid.shape_kji[0]):
        report_progress()
        centres = grid.to_ras(np.column_stack([i.ravel(), j.ravel(), np.full(i.size, k)]))
        found[k] = structure.contains(centres).reshape(rows, columns)
    return found
