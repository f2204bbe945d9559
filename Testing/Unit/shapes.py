"""Bodies and doses with known answers: outlines, contours, masks, linear doses on any grid."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.transform import Rotation

from spine_radiosurgery.dose import DoseGrid
from spine_radiosurgery.geometry import Structure

FloatArray = NDArray[np.float64]

INDEX_ORDERS = tuple(
    itertools.product(itertools.permutations(range(3)), itertools.product((1, -1), repeat=3))
)
"""The 48 ways to number the voxels of one grid: order of the axes, direction of each."""


def ellipse(
    semi_axes: Sequence[float], centre: Sequence[float] = (0.0, 0.0), vertices: int = 180
) -> FloatArray:
    """A polygon (n, 2) with exactly the ellipse's area."""
    angle = 2 * np.pi * np.arange(vertices) / vertices
    step = 2 * np.pi / vertices
    scale = np.sqrt(step / np.sin(step))
    return np.column_stack([np.cos(angle), np.sin(angle)]) * scale * semi_axes + centre


def circle(radius: float, centre: Sequence[float] = (0.0, 0.0), vertices: int = 180) -> FloatArray:
    return ellipse((radius, radius), centre, vertices)


def rectangle(width: float, height: float, centre: Sequence[float] = (0.0, 0.0)) -> FloatArray:
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * (width / 2, height / 2)
    return corners + centre


def at(outline: ArrayLike, height: float) -> FloatArray:
    """The outline (n, 2) as a contour (n, 3) in an axial plane."""
    points = np.asarray(outline, dtype=np.float64)
    return np.column_stack([points, np.full(len(points), height)])


def planes(length: float, spacing: float, centre: float = 0.0) -> FloatArray:
    """Contour planes whose slabs, half slices included, fill `length` exactly."""
    count = round(length / spacing)
    assert np.isclose(count * spacing, length)
    return centre - length / 2 + (np.arange(count) + 0.5) * spacing


def prism(
    outline: ArrayLike,
    length: float,
    spacing: float = 2.0,
    centre: float = 0.0,
    name: str = "Prism",
) -> Structure:
    heights = planes(length, spacing, centre)
    contours = [at(outline, h) for h in heights]
    return Structure.from_contours(name, contours, slice_spacing_mm=spacing)


def cylinder(
    radius: float,
    length: float,
    spacing: float = 2.0,
    centre: Sequence[float] = (0.0, 0.0, 0.0),
    vertices: int = 180,
    name: str = "Cylinder",
) -> Structure:
    return prism(circle(radius, centre[:2], vertices), length, spacing, centre[2], name)


def ellipsoid_contours(
    semi_axes: Sequence[float], spacing: float, vertices: int = 180
) -> list[FloatArray]:
    """Contours at slab centres, from pole to pole along the third axis."""
    a, b, c = semi_axes
    contours = []
    for height in planes(2 * c, spacing):
        share = np.sqrt(1 - (height / c) ** 2)
        contours.append(at(ellipse((a * share, b * share), vertices=vertices), height))
    return contours


def affine(
    spacing: Sequence[float], origin: Sequence[float] = (0, 0, 0), turn: Rotation | None = None
) -> FloatArray:
    matrix = np.eye(4)
    matrix[:3, :3] = np.diag(spacing) if turn is None else turn.as_matrix() @ np.diag(spacing)
    matrix[:3, 3] = origin
    return matrix


def centred_affine(
    shape_kji: Sequence[int], spacing: Sequence[float], turn: Rotation | None = None
) -> FloatArray:
    """An affine whose grid has its middle at the origin."""
    matrix = affine(spacing, turn=turn)
    middle = (np.array(shape_kji[::-1]) - 1) / 2
    matrix[:3, 3] = -matrix[:3, :3] @ middle
    return matrix


def voxel_centres(shape_kji: Sequence[int], ijk_to_ras: FloatArray) -> FloatArray:
    """RAS centres, shape (k, j, i, 3)."""
    k, j, i = np.meshgrid(*[np.arange(n) for n in shape_kji], indexing="ij")
    return np.stack([i, j, k], axis=-1) @ ijk_to_ras[:3, :3].T + ijk_to_ras[:3, 3]


def occupancy_of(
    inside: Callable[[FloatArray], NDArray[np.bool_]],
    shape_kji: Sequence[int],
    ijk_to_ras: FloatArray,
    points_per_edge: int = 5,
) -> FloatArray:
    """Share of each voxel inside a body, by counting points in it."""
    offsets = (np.arange(points_per_edge) + 0.5) / points_per_edge - 0.5
    centres = voxel_centres(shape_kji, ijk_to_ras)
    share = np.zeros(tuple(shape_kji))
    for offset in itertools.product(offsets, repeat=3):
        share += inside(centres + ijk_to_ras[:3, :3] @ np.array(offset))
    return share / points_per_edge**3


def linear_dose(
    gradient: ArrayLike,
    at_origin_gy: float,
    *,
    spacing: float | Sequence[float] = 2.0,
    half_width: Sequence[float] = (20.0, 20.0, 40.0),
    turn: Rotation | None = None,
    shift: Sequence[float] = (0.0, 0.0, 0.0),
) -> DoseGrid:
    """A dose that rises linearly in space, on a grid of any spacing, rotation and offset.

    Where the line falls below zero the dose is zero.
    """
    edges = np.broadcast_to(np.asarray(spacing, dtype=np.float64), (3,))
    i, j, k = (2 * int(np.ceil(w / e)) + 2 for w, e in zip(half_width, edges, strict=True))
    matrix = centred_affine((k, j, i), edges, turn)
    matrix[:3, 3] += shift
    values = at_origin_gy + voxel_centres((k, j, i), matrix) @ np.asarray(gradient, np.float64)
    return DoseGrid(np.maximum(values, 0.0), matrix)


def reordered(
    values: NDArray[np.generic],
    ijk_to_ras: FloatArray,
    order: tuple[tuple[int, ...], tuple[int, ...]],
) -> tuple[NDArray[np.generic], FloatArray]:
    """The same voxels, numbered in another order (one of `INDEX_ORDERS`)."""
    axes, signs = order
    values = values.transpose([2 - a for a in reversed(axes)])
    matrix = ijk_to_ras[:, [*axes, 3]].copy()
    for axis, sign in enumerate(signs):
        if sign < 0:
            values = np.flip(values, axis=2 - axis)
            matrix[:, 3] += matrix[:, axis] * (values.shape[2 - axis] - 1)
            matrix[:, axis] *= -1
    return values, matrix


def turned(contours: Sequence[FloatArray], turn: Rotation) -> list[FloatArray]:
    return [turn.apply(c) for c in contours]


def bodies_in_all_orders(
    name: str, values: NDArray[np.generic], ijk_to_ras: FloatArray
) -> Iterator[Structure]:
    for order in INDEX_ORDERS:
        yield Structure.from_mask(name, *reordered(values, ijk_to_ras, order))
