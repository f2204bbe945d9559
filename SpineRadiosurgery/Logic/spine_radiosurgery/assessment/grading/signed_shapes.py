"""Structures as distances to their outlines, to be cut by planes of any direction.

Between two slices the signed distances to the outlines are interpolated (shape-based interpolation:
Raya and Udupa, IEEE Trans Med Imaging 1990; 9:32): a canal that runs obliquely through thick slices
makes no steps.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ...geometry import ContourStack, Grid, Structure

FloatArray = NDArray[np.float64]

APART_MM = 1e4
"""Of the slices, where distances are wanted within each of them only."""
SAME_EDGE_MM = 0.2
CONTOUR_PIXEL_MM = 0.4
"""Pixels onto which contours are drawn, exactly to the share of each."""
CONTOUR_ACCURACY_MM = 1.0
"""Ours: a contour does not tell the pixels of the image it was drawn on; about those of planning
images are assumed."""
SLAB_MM = (0.5, 5.0)
"""Thinnest and thickest layer onto which contours are drawn."""
PARALLEL = 1e-9
"""Of two grids' axes: what they may differ by, in voxels each."""
ALIGNED = 1e-3
"""Of the voxels of two masks: what they may differ by, in voxels."""
FAR = -1e3
"""Signed distance of points more than a voxel off the structure's box."""
INSIDE = 0.5
"""Occupancy from which a voxel counts as inside."""


@dataclass(frozen=True, eq=False)
class SignedShape:
    """One structure near the tumor.

    Attributes
    ----------
    name : str
    signed_mm : (k, j, i) float array
        Distance of the voxels' centres to the outline in their slice, positive inside. Half a
        slice beyond its ends, the structure ends.
    grid : Grid
    spacing_mm : (3,)
        How finely it is known along i, j, k: the voxels' edges, or of contours
        `CONTOUR_ACCURACY_MM` in their planes.
    is_drawn : bool
        From contours: the voxels are not those of an image.
    """

    name: str
    signed_mm: FloatArray
    grid: Grid
    spacing_mm: FloatArray
    is_drawn: bool = False

    @cached_property
    def points_ras(self) -> FloatArray:
        """Centres (n, 3) of the voxels inside."""
        return self.grid.to_ras(np.argwhere(self.signed_mm > 0)[:, ::-1])

    def voxel_mm(self, direction: FloatArray) -> float:
        """Edge of a voxel along a direction; of oblique voxels, all edges count by their share."""
        return float(np.linalg.norm(self.spacing_mm * (direction @ self.grid.directions)))

    def shares_voxels_with(self, other: SignedShape) -> bool:
        """Whether both are masks on the voxels of one image."""
        if self.is_drawn or other.is_drawn:
            return False
        between = np.linalg.inv(self.grid.ijk_to_ras) @ other.grid.ijk_to_ras
        same = np.abs(between[:3, :3] - np.eye(3)).max() < ALIGNED
        offset = between[:3, 3] - np.round(between[:3, 3])
        return bool(same and np.abs(offset).max() < ALIGNED)

    def on(self, grid: Grid) -> NDArray[np.float32]:
        """Signed distances to the outline at the points of another grid, (k, j, i); far: `FAR`."""
        to_own = np.linalg.inv(self.grid.ijk_to_ras) @ grid.ijk_to_ras
        # Both arrays are indexed k, j, i. Axes that are parallel are sampled one by one, faster.
        turn = to_own[:3, :3][::-1, ::-1]
        is_parallel = np.abs(turn - np.diag(np.diag(turn))).max() < PARALLEL
        with warnings.catch_warnings():
            # The scipy of Slicer 5.10 tells of a change of 2016 whenever axes are sampled so.
            warnings.filterwarnings("ignore", "The behavior of affine_transform", UserWarning)
            sampled = ndimage.affine_transform(
                self.signed_mm,
                np.diag(turn) if is_parallel else turn,
                offset=to_own[:3, 3][::-1],
                output_shape=grid.shape_kji,
                output=np.float32,
                order=1,
                mode="constant",
                cval=FAR,
                prefilter=False,
            )
        return np.asarray(sampled)


def signed_shape_between(
    structure: Structure, lower_mm: float, upper_mm: float
) -> SignedShape | None:
    """Return a structure's signed distances between two heights along the superior axis.

    Parameters
    ----------
    structure : Structure
    lower_mm, upper_mm : float

    Returns
    -------
    SignedShape or None
        None where nothing of it lies there.
    """
    shape = structure.shape
    is_drawn = isinstance(shape, ContourStack)
    grid = _contour_grid(shape) if isinstance(shape, ContourStack) else shape.grid
    cropped = _cropped(grid, lower_mm, upper_mm)
    if cropped is None:
        return None
    values = structure.mask_on(cropped.shape_kji, cropped.ijk_to_ras).astype(np.float64)
    if not (values >= INSIDE).any():
        return None
    spacing = cropped.spacing_mm.copy()
    if is_drawn:
        spacing[:2] = CONTOUR_ACCURACY_MM
    # One voxel more all round, in which the structure ends.
    k, j, i = (n + 2 for n in values.shape)
    grid = cropped.cropped((-1, -1, -1), (k, j, i))
    return SignedShape(structure.name, _signed_mm(np.pad(values, 1), grid), grid, spacing, is_drawn)


def _signed_mm(values: FloatArray, grid: Grid) -> FloatArray:
    """Signed distances within slices, which are normal to the longest edge of the voxels."""
    rise = np.abs(grid.directions[2])
    longest = grid.spacing_mm > grid.spacing_mm.max() - SAME_EDGE_MM
    across = 2 - int(np.argmax(np.where(longest, rise, -1.0)))
    slices = np.moveaxis(values, across, 0)
    edges = np.delete(grid.spacing_mm[::-1], across)
    inside = slices >= INSIDE
    has = inside.any(axis=(1, 2))
    sampling = (APART_MM, *edges)
    signed = np.empty(slices.shape)
    inner = ndimage.distance_transform_edt(inside[has], sampling=sampling)
    outer = ndimage.distance_transform_edt(~inside[has], sampling=sampling)
    # The outline runs half way between two voxels' centres, or by the share of a voxel that is cut.
    half = 0.5 * float(edges.mean())
    signed[has] = np.where(inside[has], inner - half, half - outer)
    cut = 2.0 * half * (slices[has] - INSIDE)
    signed[has] = np.where(np.abs(signed[has]) <= 1.01 * half, cut, signed[has])
    there = np.flatnonzero(has)
    for empty in np.flatnonzero(~has):
        nearest = there[np.argmin(np.abs(there - empty))]
        signed[empty] = -np.abs(signed[nearest])
    return np.ascontiguousarray(np.moveaxis(signed, 0, across))


def _contour_grid(stack: ContourStack) -> Grid:
    """A grid along the contours' own axes, one layer for each of their planes."""
    outlines = np.concatenate([p for slab in stack.slabs for p in slab.polygons])
    thickness = [slab.upper_mm - slab.lower_mm for slab in stack.slabs]
    layer = float(np.clip(np.median(thickness), *SLAB_MM))
    low = np.array([*outlines.min(axis=0), stack.slabs[0].lower_mm])
    high = np.array([*outlines.max(axis=0), stack.slabs[-1].upper_mm])
    steps = np.array([CONTOUR_PIXEL_MM, CONTOUR_PIXEL_MM, layer])
    count = np.maximum(np.ceil((high - low) / steps - 1e-6), 1).astype(int)
    matrix = np.eye(4)
    matrix[:3, :3] = stack.axes.T * steps
    matrix[:3, 3] = stack.origin_ras + stack.axes.T @ (low + 0.5 * steps)
    i, j, k = (int(n) for n in count)
    return Grid((k, j, i), matrix)


def _cropped(grid: Grid, lower_mm: float, upper_mm: float) -> Grid | None:
    """The layers of a grid (along the axis nearest to superior) that reach between two heights."""
    axis = int(np.argmax(np.abs(grid.ijk_to_ras[2, :3])))
    sizes = grid.shape_kji[::-1]
    rise = grid.ijk_to_ras[2, :3]
    start = np.zeros((1, 3))
    base = float(grid.to_ras(start)[0, 2])
    # What the other two axes add to a layer's height at most and at least.
    others = [rise[a] * (sizes[a] - 1) for a in range(3) if a != axis]
    spread = sum(min(o, 0.0) for o in others), sum(max(o, 0.0) for o in others)
    ends = sorted(
        ((lower_mm - base - spread[1]) / rise[axis], (upper_mm - base - spread[0]) / rise[axis])
    )
    first = max(0, int(np.floor(ends[0])))
    last = min(sizes[axis] - 1, int(np.ceil(ends[1])))
    if last < first:
        return None
    shape = list(grid.shape_kji)
    offset = [0, 0, 0]
    shape[2 - axis], offset[2 - axis] = last - first + 1, first
    return grid.cropped(offset, (shape[0], shape[1], shape[2]))
