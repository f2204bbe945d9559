"""The lattice on which structures are shown: fine enough to look like them.

For display and editing only: no number of a report comes from a label map.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..case import Structure
from ..geometry import ContourStack, Grid, are_aligned, cropped_to

FINE_STEP_MM = 0.4
COARSE_STEP_MM = 2.0
"""Where there is no image whose voxels could be divided."""
MAXIMUM_VOXELS = 40_000_000
"""Of the box around all structures of one segmentation; beyond it the lattice is made coarser."""


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
        grid = cropped_to(structures, Grid((1, 1, 1), fine))
        if np.prod(grid.shape_kji) <= MAXIMUM_VOXELS or (parts == 1).all() or step_mm is None:
            return grid
        step_mm *= 1.25


def _follows(structures: Sequence[Structure], grid: Grid) -> bool:
    return all(
        are_aligned(s.shape.axes.T, grid.directions)
        for s in structures
        if isinstance(s.shape, ContourStack)
    )


def _own_axes(structures: Sequence[Structure]) -> Grid:
    shape = structures[0].shape
    if not isinstance(shape, ContourStack):
        return shape.grid
    matrix = np.eye(4)
    matrix[:3, :3] = COARSE_STEP_MM * shape.axes.T
    return Grid((1, 1, 1), matrix)
