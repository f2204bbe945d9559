"""Structures as binary label maps on one lattice that is fine enough to look like them.

For display and editing only: no number of a report comes from a label map.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..case import Structure
from ..geometry import ContourStack, Grid

FINE_STEP_MM = 0.4
COARSE_STEP_MM = 2.0
"""Where there is no image whose voxels could be divided."""
MAXIMUM_VOXELS = 40_000_000
"""Of the box around all structures of one segmentation; beyond it the lattice is made coarser."""
ALIGNED = 1 - 1e-9
"""Cosine above which two axes are one direction."""

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


def lattice_around(
    structures: Sequence[Structure], image: Grid | None, *, step_mm: float | None = FINE_STEP_MM
) -> Grid:
    """Choose a lattice for structures: the image's, divided into whole parts of at most `step_mm`.

    Without an image, or where the contours are oblique to it, the lattice follows the contours.

    Parameters
    ----------
    structures : sequence of Structure
    image : Grid or None
    step_mm : float or None
        None keeps the image's voxels (without an image: 2 mm).

    Returns
    -------
    Grid
        Covers all structures with a voxel to spare.
    """
    base = image if image is not None and _follows(structures, image) else _own_axes(structures)
    while True:
        steps = base.spacing_mm
        parts = np.ones(3) if step_mm is None else np.ceil(steps / step_mm - 1e-6)
        fine = np.eye(4)
        fine[:3, :3] = base.ijk_to_ras[:3, :3] / parts
        # The first small voxel lies in the corner of the first large one.
        fine[:3, 3] = base.to_ras([0.5 / parts - 0.5])[0]
        grid = _cropped_to(structures, Grid((1, 1, 1), fine))
        if np.prod(grid.shape_kji) <= MAXIMUM_VOXELS or (parts == 1).all() or step_mm is None:
            return grid
        step_mm *= 1.25


def layers_of(structures: Sequence[Structure], grid: Grid) -> list[Layer]:
    """Put structures into as few label maps as they fit in, without changing their shapes."""
    layers: list[Layer] = []
    for number, structure in enumerate(structures):
        box, inside = _voxels_inside(structure, grid)
        for layer in layers:
            if len(layer.members) < 255 and not layer.labels[box][inside].any():
                break
        else:
            layer = Layer(np.zeros(grid.shape_kji, dtype=np.uint8), {})
            layers.append(layer)
        label = len(layer.members) + 1
        layer.labels[box][inside] = label
        layer.members[number] = label
    return layers


def _follows(structures: Sequence[Structure], grid: Grid) -> bool:
    return all(
        _aligned(s.shape.axes.T, grid.directions)
        for s in structures
        if isinstance(s.shape, ContourStack)
    )


def _aligned(columns: NDArray[np.float64], others: NDArray[np.float64]) -> bool:
    return bool((np.abs(columns.T @ others).max(axis=1) > ALIGNED).all())


def _one_lattice(one: Grid, other: Grid) -> bool:
    shift = other.to_ijk(one.ijk_to_ras[np.newaxis, :3, 3])[0]
    return bool(
        np.allclose(one.ijk_to_ras[:3, :3], other.ijk_to_ras[:3, :3], atol=1e-6)
        and np.allclose(shift, np.rint(shift), atol=1e-4)
    )


def _own_axes(structures: Sequence[Structure]) -> Grid:
    shape = structures[0].shape
    if not isinstance(shape, ContourStack):
        return shape.grid
    matrix = np.eye(4)
    matrix[:3, :3] = COARSE_STEP_MM * shape.axes.T
    return Grid((1, 1, 1), matrix)


def _cropped_to(structures: Sequence[Structure], grid: Grid) -> Grid:
    ends = [_index_range(s, grid) for s in structures]
    low = np.min([a for a, _ in ends], axis=0) - 1
    size = np.max([b for _, b in ends], axis=0) + 2 - low
    i, j, k = (int(n) for n in size)
    return grid.cropped(low[::-1], (k, j, i))


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
    k, j, i = (slice(int(a), int(b) + 1) for a, b in zip(low[::-1], high[::-1], strict=True))
    box = (k, j, i)
    local = grid.cropped(low[::-1], (k.stop - k.start, j.stop - j.start, i.stop - i.start))
    shape = structure.shape
    if isinstance(shape, ContourStack):
        is_quick = _aligned(shape.axes.T, grid.directions)
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
        centres = grid.to_ras(np.column_stack([i.ravel(), j.ravel(), np.full(i.size, k)]))
        found[k] = structure.contains(centres).reshape(rows, columns)
    return found
