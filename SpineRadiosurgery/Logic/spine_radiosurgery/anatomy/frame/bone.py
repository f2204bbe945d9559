"""One vertebra on a lattice of its own, however the mask came."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ...geometry import InputError, OccupancyMask, Structure

FloatArray = NDArray[np.float64]
FloatVolume = NDArray[np.float32]
Mask = NDArray[np.bool_]

STEP_MM = 1.0
"""Of the lattice on which a vertebra is measured, and of the mask that contours become."""
_SOFTEN_MM = 0.7
_ALL_CONNECTED = np.ones((3, 3, 3), dtype=bool)


@dataclass(frozen=True, eq=False)
class Bone:
    """The main part of a vertebra, as measured: right, anterior, superior from its own middle.

    Attributes
    ----------
    occupancy : (k, j, i) float32 array
        On a lattice along superior, anterior, right, `STEP_MM` apart.
    corner_mm : (3,)
        Of voxel [0, 0, 0] from the middle, along right, anterior, superior.
    mirrored : bool
        Right and left are exchanged, so that a vertebra and its mirror image are measured alike.
    """

    occupancy: FloatVolume
    corner_mm: FloatArray
    mirrored: bool

    def along(
        self, origin: FloatArray, axes: FloatArray, corner: FloatArray, shape: tuple[int, int, int]
    ) -> FloatVolume:
        """Occupancy on a lattice (z, y, x), `STEP_MM` apart, along axes (columns) at an origin.

        Parameters
        ----------
        origin : (3,)
            mm from the middle.
        axes : (3, 3)
        corner : (3,)
            Voxel [0, 0, 0] along the axes, mm from the origin.
        shape : (int, int, int)
            Number of voxels along z, y, x.
        """
        start = (origin + axes @ corner - self.corner_mm) / STEP_MM
        values: FloatVolume = ndimage.affine_transform(
            self.occupancy,
            axes[::-1, ::-1],
            offset=start[::-1],
            output_shape=shape,
            order=1,
            mode="constant",
        )
        return values

    @cached_property
    def shell(self) -> FloatArray:
        """Voxel centres (n, 3) on the surface; they cast the same shadow as the whole."""
        inside = self.occupancy >= 0.5
        core = ndimage.binary_erosion(inside)
        return self._centres(inside & ~core)

    def centres(self) -> FloatArray:
        """Voxel centres (n, 3) of the whole bone, in mm from the middle."""
        return self._centres(self.occupancy >= 0.5)

    def body_core(self) -> Bone:
        """The thick part alone: the body without its pedicles."""
        inside = self.occupancy >= 0.5
        depth = ndimage.distance_transform_edt(inside)
        radius = 0.55 * float(depth.max())
        core = ndimage.distance_transform_edt(depth <= radius) <= radius
        return replace(self, occupancy=np.where(core & inside, self.occupancy, np.float32(0)))

    def _centres(self, mask: Mask) -> FloatArray:
        kji = np.argwhere(mask)
        return self.corner_mm + STEP_MM * kji[:, ::-1]


@dataclass(frozen=True, eq=False)
class Voxels:
    """A vertebra's voxels in an index order along right, anterior, superior.

    Attributes
    ----------
    values : (k, j, i) float array
        Occupancy.
    spacing : (3, 3)
        Steps along i, j, k as columns, RAS mm.
    middle_ras : (3,)
        Centre of the array in RAS; `points` are counted from here.
    order : tuple of int, flips : tuple of bool
        How the mask's own axes k, j, i were permuted and turned.
    edges : tuple of str
        Sides of the image that the vertebra reaches, where the image is more than a box around it.
    """

    values: FloatArray
    spacing: FloatArray
    middle_ras: FloatArray
    order: tuple[int, int, int]
    flips: tuple[bool, bool, bool]
    edges: tuple[str, ...] = ()

    def points(self) -> FloatArray:
        """Voxel centres (k, j, i, 3) from the middle, along right, anterior, superior, mm."""
        axes = [np.arange(n) - 0.5 * (n - 1) for n in self.values.shape]
        k, j, i = np.meshgrid(*axes, indexing="ij")
        return np.stack([i, j, k], axis=-1) @ self.spacing.T

    def in_own_order(self, values: NDArray[np.generic]) -> NDArray[np.generic]:
        """Bring values of these voxels back into the mask's own index order."""
        turned = np.flip(values, tuple(axis for axis in range(3) if self.flips[axis]))
        return np.transpose(turned, np.argsort(self.order))


def voxels_of(vertebra: Structure) -> tuple[Structure, Voxels]:
    """Give the vertebra as a mask, and its voxels along right, anterior, superior.

    Contours become an occupancy mask of `STEP_MM`; a mask keeps its own voxels.
    """
    vertebra = as_mask(vertebra)
    mask = vertebra.shape
    assert isinstance(mask, OccupancyMask)
    directions = mask.grid.directions
    # i, j, k of the result are the mask's axes nearest to right, anterior, superior.
    axes = _nearest_axes(directions)
    flips_ras = [bool(directions[n, axes[n]] < 0) for n in range(3)]
    order = (2 - axes[2], 2 - axes[1], 2 - axes[0])
    flips = (flips_ras[2], flips_ras[1], flips_ras[0])
    values = np.transpose(mask.values, order)
    values = np.ascontiguousarray(np.flip(values, tuple(n for n in range(3) if flips[n])))
    steps = mask.grid.ijk_to_ras[:3, :3]
    spacing = np.column_stack([(-1 if flips_ras[n] else 1) * steps[:, axes[n]] for n in range(3)])
    middle = mask.grid.to_ras(0.5 * (np.array([mask.grid.shape_kji[::-1]]) - 1))[0]
    edges = _sides(mask.edges, order, flips)
    return vertebra, Voxels(values, spacing, middle, order, flips, edges)


def _sides(
    edges: tuple[tuple[int, int], ...], order: tuple[int, ...], flips: tuple[bool, ...]
) -> tuple[str, ...]:
    """Names of the image's sides that were reached; none if it is a box around the vertebra."""
    if len(edges) > 3:
        return ()
    names = (("inferior", "superior"), ("posterior", "anterior"), ("left", "right"))
    sides = []
    for axis, end in edges:
        place = order.index(axis)
        sides.append(names[place][end ^ int(flips[place])])
    return tuple(sides)


def as_mask(structure: Structure) -> Structure:
    """Return the structure on voxels: its own, or `STEP_MM` along the patient's axes."""
    if isinstance(structure.shape, OccupancyMask) and not structure.clips:
        return structure
    low, high = structure.bounds_ras()
    shape = np.ceil((high - low) / STEP_MM).astype(int)
    matrix = np.diag([STEP_MM, STEP_MM, STEP_MM, 1.0])
    matrix[:3, 3] = low + 0.5 * STEP_MM
    occupancy = structure.mask_on((int(shape[2]), int(shape[1]), int(shape[0])), matrix)
    return Structure.from_mask(
        structure.name,
        np.clip(occupancy, 0, 1),
        matrix,
        number=structure.number,
        interpreted_type=structure.interpreted_type,
        algorithm=structure.algorithm,
        color=structure.color,
        warnings=structure.warnings,
    )


def _nearest_axes(directions: FloatArray) -> tuple[int, int, int]:
    """Grid axis nearest to right, anterior, superior, each used once."""
    best = max(
        ((a, b, c) for a, b, c in np.ndindex(3, 3, 3) if len({a, b, c}) == 3),
        key=lambda p: sum(abs(directions[n, p[n]]) for n in range(3)),
    )
    return (best[0], best[1], best[2])


def bone_of(voxels: Voxels, main: Mask) -> Bone:
    """Measure-ready lattice of a vertebra's main part.

    Parameters
    ----------
    voxels : Voxels
    main : (k, j, i) bool array
        Its main part.
    """
    values = np.where(main, voxels.values, 0.0).astype(np.float32)
    mirrored = _leans_left(values)
    steps = voxels.spacing
    if mirrored:
        values = values[:, :, ::-1]
        steps = np.diag([-1.0, 1.0, 1.0]) @ steps @ np.diag([-1.0, 1.0, 1.0])
    lengths = np.linalg.norm(steps, axis=0)
    # Voxels finer than the lattice are averaged first, so that thin bone is not missed.
    blur = np.where(lengths < 0.75 * STEP_MM, 0.35 * STEP_MM / lengths, 0.0)
    if blur.any():
        values = ndimage.gaussian_filter(values, sigma=tuple(blur[::-1]), mode="constant")
    half = 0.5 * np.abs(steps) @ np.array(values.shape[::-1]) + 2 * STEP_MM
    count = np.ceil(half / STEP_MM).astype(int)
    corner = -STEP_MM * count.astype(np.float64)
    to_index = np.linalg.inv(steps)
    start = to_index @ corner + 0.5 * (np.array(values.shape[::-1]) - 1)
    # Axes are k, j, i for the array and right, anterior, superior for the matrix.
    matrix = (to_index * STEP_MM)[::-1, ::-1]
    shape = tuple(int(2 * n + 1) for n in count[::-1])
    occupancy = ndimage.affine_transform(
        values, matrix, offset=start[::-1], output_shape=shape, order=1, mode="constant"
    )
    # Walls along the voxels come as stairs; softened, they are found between the voxels.
    occupancy = ndimage.gaussian_filter(occupancy, _SOFTEN_MM / STEP_MM, mode="constant")
    return Bone(occupancy, corner, mirrored)


def _leans_left(values: FloatVolume) -> bool:
    """Say which of the two mirror images this is; exactly one of them leans left."""
    weight = values.sum(axis=(0, 1), dtype=np.float64)
    offset = np.arange(len(weight)) - 0.5 * (len(weight) - 1)
    return bool((weight * offset).sum() < 0)


def parts_of(name: str, values: FloatArray) -> tuple[NDArray[np.int32], FloatArray]:
    """Label the connected parts of a mask, the largest first.

    Returns
    -------
    labels : (k, j, i) int array
        0 outside, 1 in the largest part.
    shares : (n,)
        Share of each part in the volume.
    """
    labels, count = ndimage.label(values >= 0.5, structure=_ALL_CONNECTED)
    if count == 0:
        raise InputError(f"{name} has no voxel that is at least half filled; check the mask.")
    sizes = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    order = np.argsort(-sizes, kind="stable")
    rank = np.zeros(count + 1, dtype=np.int32)
    rank[order + 1] = np.arange(1, count + 1)
    return rank[labels], sizes[order] / sizes.sum()
