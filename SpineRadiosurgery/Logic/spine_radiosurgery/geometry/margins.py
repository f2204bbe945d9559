"""Margins in true millimetres from a structure's surface, isotropic or one for each side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from .contours import ContourStack
from .distance import nearest_neighbours
from .errors import InputError
from .grid import Grid
from .masks import OccupancyMask, occupancy_mask
from .progress import report_progress
from .structure import Structure
from .surface import surface_points

FloatArray = NDArray[np.float64]

NEGLIGIBLE_MM = 0.01
"""Smaller margins are none: coordinates of contours are rounded to this."""
SIDES = ("right", "left", "anterior", "posterior", "superior", "inferior")
SPACING_MM = (0.25, 0.5)
"""Finest and coarsest voxels of the result."""
VOXELS_PER_MARGIN = 3
MOST_VOXELS = 3_000_000
"""Larger results get coarser voxels."""
SURFACE_POINTS = 400_000
ROUGH = 1.5
"""Voxels by which a way from voxel to voxel may differ from that to the surface."""
EDGE = 0.5
"""Voxels by which partial occupancy reaches beyond the margin."""
NEIGHBOURS = 2
"""Surface points looked at in each eighth where the margins differ."""


def margins_mm(margin_mm: float | Sequence[float]) -> tuple[float, ...]:
    """Margins to the right, left, anterior, posterior, superior and inferior side.

    Raises
    ------
    InputError
        Neither one number nor six, not finite, or negative.
    """
    given = np.atleast_1d(np.asarray(margin_mm, dtype=np.float64))
    if given.shape not in ((1,), (6,)):
        raise InputError(
            "A margin is one number in mm or six (right, left, anterior, posterior, superior, "
            f"inferior), not {given.size}."
        )
    margins = np.broadcast_to(given, (6,))
    for side, margin in zip(SIDES, margins.tolist(), strict=True):
        if not np.isfinite(margin) or margin < 0:
            raise InputError(
                f"The margin of {margin:g} mm to the {side} side must be 0 mm or more; "
                "structures are not shrunk."
            )
    return tuple(margins.tolist())


def expanded(
    structure: Structure, margin_mm: float | Sequence[float], *, name: str | None = None
) -> Structure:
    """Add a margin all around a structure, in true millimetres from its surface.

    The result holds every point whose offset from some point of the structure lies in a ball of
    that radius or, with different margins, in the body made of eighths of ellipsoids with the
    margins as semi-axes. Distances are measured to the surface itself, not in voxels.

    Parameters
    ----------
    structure : Structure
        Of contours or a mask, clips included.
    margin_mm : float or sequence of 6 floats
        To all sides, or to the right, left, anterior, posterior, superior and inferior side.
    name : str, optional
        Of the result; the structure's own by default.

    Returns
    -------
    Structure
        A mask with partial voxels on a fine grid of its own; the same region for a margin of 0.

    Raises
    ------
    InputError
        A margin is negative or not finite, or there are neither one nor six.
    """
    margins = np.array(margins_mm(margin_mm)).reshape(3, 2)
    margins[margins < NEGLIGIBLE_MM] = 0.0
    name = name or structure.name
    if not margins.any():
        return structure.renamed(name)
    grid, base = _fine_grid(structure, margins)
    sides = _sides_of(grid, margins)
    # A side thinner than a voxel gets a voxel first and gives back the rest.
    reach = np.maximum(sides, grid.spacing_mm[:, np.newaxis]) if np.ptp(margins) > 0 else sides
    grown = _drawn_back(_grown(structure, reach, grid, base), (reach - sides).T / grid.spacing_mm)
    mask = occupancy_mask(name, np.maximum(base, grown), grid.ijk_to_ras)
    return replace(structure, name=name, shape=mask, clips=(), number=None)


def _fine_grid(structure: Structure, margins: FloatArray) -> tuple[Grid, FloatArray]:
    """A grid around the result and the structure's occupancy on it; along its axes if possible."""
    shape = structure.shape
    directions = shape.axes.T if isinstance(shape, ContourStack) else shape.grid.directions
    along_axes = np.allclose(np.abs(directions).max(axis=0), 1.0, atol=1e-9)
    own = along_axes or np.ptp(margins) == 0
    if not own:
        directions = np.eye(3)
    extent = np.array([structure.extent_mm(axis) for axis in directions.T])
    reach = margins.max() + SPACING_MM[1]
    wanted = float(margins[margins > 0].min() / VOXELS_PER_MARGIN)
    room = float(np.prod(np.ptp(extent, axis=1) + 2 * reach))
    spacing = max(float(np.clip(wanted, *SPACING_MM)), (room / MOST_VOXELS) ** (1 / 3))
    if isinstance(shape, OccupancyMask) and own and not structure.clips:
        return _subdivided(shape, reach, spacing)
    low = extent[:, 0] - reach
    size = np.ceil((np.ptp(extent, axis=1) + 2 * reach) / spacing).astype(int)
    matrix = np.eye(4)
    matrix[:3, :3] = directions * spacing
    matrix[:3, 3] = directions @ (low + 0.5 * spacing)
    grid = Grid((int(size[2]), int(size[1]), int(size[0])), matrix)
    return grid, structure.mask_on(grid.shape_kji, matrix).astype(np.float64)


def _subdivided(mask: OccupancyMask, reach_mm: float, spacing_mm: float) -> tuple[Grid, FloatArray]:
    """The mask's own voxels cut into equal smaller ones."""
    spacing = mask.grid.spacing_mm
    cuts = np.maximum(1, np.rint(spacing / spacing_mm)).astype(int)
    room = np.ceil(reach_mm / spacing).astype(int)
    values: FloatArray = np.pad(mask.values, [(int(n), int(n)) for n in room[::-1]])
    for axis in range(3):
        values = np.repeat(values, int(cuts[2 - axis]), axis=axis)
    matrix = mask.grid.ijk_to_ras.copy()
    matrix[:3, :3] /= cuts
    first = -room - 0.5 + 0.5 / cuts
    matrix[:3, 3] = mask.grid.to_ras(first[np.newaxis])[0]
    k, j, i = values.shape
    return Grid((k, j, i), matrix), values


def _sides_of(grid: Grid, margins: FloatArray) -> FloatArray:
    """Margins (3, 2) toward rising and falling i, j, k from those to R L, A P, S I."""
    order = np.argmax(np.abs(grid.directions), axis=0)
    rising = grid.directions[order, np.arange(3)] > 0
    sides: FloatArray = np.where(rising[:, np.newaxis], margins[order], margins[order, ::-1])
    return sides


def _grown(structure: Structure, reach: FloatArray, grid: Grid, base: FloatArray) -> FloatArray:
    """Occupancy of the voxels within reach (3, 2); those at its edge by their distance."""
    spacing = grid.spacing_mm
    solid = base >= 0.5 if (base >= 0.5).any() else base > 0
    report_progress()
    sure, possible = _bounds(solid, reach / spacing[:, np.newaxis])
    report_progress()
    grown: FloatArray = sure.astype(np.float64)
    kji = np.argwhere(possible & ~sure)
    points = grid.to_ras(kji[:, ::-1])
    inside = structure.contains(points)
    report_progress()
    axes = grid.directions
    surface = _surface(structure, float(min(spacing.min(), reach.min()))) @ axes
    occupancy = _occupancy(points @ axes, surface, reach, float(grid.voxel_volume_mm3 ** (1 / 3)))
    grown[tuple(kji.T)] = np.where(inside, 1.0, occupancy)
    return grown


def _bounds(
    solid: NDArray[np.bool_], reach: FloatArray
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Voxels that are surely and those that are possibly within reach (3, 2), in voxels.

    The way is taken from voxel to voxel (see `ROUGH`).
    """
    if np.ptp(reach, axis=1).max() == 0:
        way = ndimage.distance_transform_edt(~solid, sampling=1.0 / reach[::-1, 0])
        slack = ROUGH * float(np.linalg.norm(1.0 / reach[:, 0]))
        return solid | (way < 1 - slack), way <= 1 + slack
    shrunk = np.maximum(reach - ROUGH, 0.5)
    return _within(solid, shrunk), _within(solid, reach + ROUGH + EDGE)


def _within(solid: NDArray[np.bool_], reach: FloatArray) -> NDArray[np.bool_]:
    """Voxels from which a solid one lies in the body of eighths of ellipsoids, reach in voxels.

    The squared relative way is a sum over the axes: each is gone along in its turn.
    """
    squared = np.where(solid, 0.0, np.inf).astype(np.float32)
    for axis in range(3):
        rising, falling = reach[axis]
        steps = np.arange(-int(rising), int(falling) + 1)
        # A voxel on the rising side finds the solid one at a negative step.
        cost = (steps / np.where(steps < 0, rising, falling)) ** 2
        size = [1, 1, 1]
        size[2 - axis] = 2 * int(np.abs(steps).max()) + 1
        kernel = np.full(size[2 - axis], np.inf)
        kernel[steps + size[2 - axis] // 2] = cost
        squared = ndimage.grey_erosion(
            squared, structure=-kernel.reshape(size), mode="constant", cval=np.inf
        )
        report_progress()
    return np.asarray(squared <= 1)


def _surface(structure: Structure, spacing_mm: float) -> FloatArray:
    """Points dense enough that the way to them is that to the surface, to a few micrometres."""
    coarse = surface_points(structure, 1.0)
    step = max(0.3 * spacing_mm, float(np.sqrt(len(coarse) / SURFACE_POINTS)))
    return surface_points(structure, step) if step < 1 else coarse


def _occupancy(
    points: FloatArray, surface: FloatArray, reach: FloatArray, voxel_mm: float
) -> FloatArray:
    """Share of voxels within reach of a surface; all along the axes to which `reach` refers.

    With offset d the relative way is |d / semi-axes|, of the eighth in which d lies. The nearest
    surface points are sought for each eighth's ellipsoid and then judged by their own eighth.
    """
    way = np.full(len(points), np.inf)
    slope = np.ones(len(points))
    eighths = {tuple(reach[np.arange(3), list(corner)].tolist()) for corner in np.ndindex(2, 2, 2)}
    for semi_axes in sorted(eighths):
        neighbours = 1 if len(eighths) == 1 else NEIGHBOURS
        report_progress()
        tree = cKDTree(surface / semi_axes)
        index = nearest_neighbours(tree, points / semi_axes, neighbours, workers=-1)[1]
        for nearest in index.reshape(len(points), -1).T:
            offset = points - surface[nearest]
            own = np.where(offset > 0, reach[:, 0], reach[:, 1])
            here = np.sqrt(((offset / own) ** 2).sum(axis=1))
            steep = np.sqrt(((offset / own**2) ** 2).sum(axis=1)) / np.maximum(here, 1e-12)
            better = here < way
            way, slope = np.where(better, here, way), np.where(better, steep, slope)
    # On a point of the surface itself way and slope are 0: wholly within reach.
    with np.errstate(divide="ignore"):
        occupancy: FloatArray = np.clip(0.5 + (1 - way) / (slope * voxel_mm), 0.0, 1.0)
    return occupancy


def _drawn_back(grown: FloatArray, voxels: FloatArray) -> FloatArray:
    """Take up to a voxel off the sides toward rising and falling i, j, k, `voxels` (2, 3)."""
    for side, sign in enumerate((1, -1)):
        for axis in range(3):
            share = float(voxels[side, axis])
            if share > 0:
                ahead = np.roll(grown, -sign, axis=2 - axis)
                grown = np.minimum(grown, (1 - share) * grown + share * ahead)
    return grown
