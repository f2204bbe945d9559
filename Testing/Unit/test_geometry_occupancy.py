"""Occupancy of structures on voxel grids."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation
from shapes import (
    INDEX_ORDERS,
    affine,
    at,
    centred_affine,
    circle,
    cylinder,
    planes,
    rectangle,
    reordered,
)

from spine_radiosurgery.geometry import Structure

SHAPE = (24, 20, 22)
MATRIX = centred_affine(SHAPE, (1.0, 1.1, 1.5))


def tube() -> Structure:
    slices = [at(circle(r), h) for h in planes(24, 2.5 * 0.96) for r in (6.0, 2.5)]
    return Structure.from_contours("Tube", slices)


def volume_cc(occupancy: np.ndarray, matrix: np.ndarray) -> float:
    return float(occupancy.sum(dtype=float) * abs(np.linalg.det(matrix[:3, :3])) / 1000)


def test_a_mask_on_its_own_lattice_is_itself() -> None:
    occupancy = np.random.default_rng(3).random(SHAPE).astype(np.float32)
    occupancy[:2] = 0
    body = Structure.from_mask("VB", occupancy, MATRIX)
    assert np.array_equal(body.mask_on(SHAPE, MATRIX), occupancy)


def test_a_mask_moves_by_whole_voxels_and_is_cut_at_the_border() -> None:
    body = Structure.from_mask("VB", np.ones((2, 2, 2)), np.eye(4))
    shifted = affine((1, 1, 1), (1, -3, 0))
    found = body.mask_on((2, 5, 2), shifted)
    assert np.argwhere(found).tolist() == [[0, 3, 0], [0, 4, 0], [1, 3, 0], [1, 4, 0]]
    assert not body.mask_on((2, 2, 2), affine((1, 1, 1), (50, 0, 0))).any()


def test_boundary_voxels_hold_their_exact_share() -> None:
    slices = [at(rectangle(2.5, 2, (0.75, 0.5)), h) for h in (0.0, 1.0)]
    body = Structure.from_contours("Block", slices)
    found = body.mask_on((4, 4, 4), affine((1, 1, 1), (-1, -1, -0.75)))
    assert np.allclose(found[1, 1], [0, 1, 1, 0.5], atol=1e-6)
    assert np.allclose(found[:, 1, 1], [0.25, 1, 0.75, 0], atol=1e-6)


def test_aligned_grids_keep_the_volume_with_holes() -> None:
    body = tube()
    assert volume_cc(body.mask_on(SHAPE, MATRIX), MATRIX) == pytest.approx(body.volume_cc, rel=2e-3)


def test_all_48_index_orders_give_the_same_voxels() -> None:
    body = tube()
    upright = body.mask_on(SHAPE, MATRIX)
    for order in INDEX_ORDERS:
        expected, matrix = reordered(upright, MATRIX, order)
        found = body.mask_on(expected.shape, matrix)
        # Rows of eight scan lines a voxel run along another axis in half of the orders.
        assert np.abs(found - expected).max() < 0.05
        assert found.sum() == pytest.approx(upright.sum(), rel=1e-3)


def test_masks_in_all_48_index_orders_are_the_same_body() -> None:
    occupancy = tube().mask_on(SHAPE, MATRIX)
    for order in INDEX_ORDERS[::5]:
        body = Structure.from_mask("Tube", *reordered(occupancy, MATRIX, order))
        assert np.allclose(body.mask_on(SHAPE, MATRIX), occupancy, atol=1e-6)


@pytest.mark.parametrize("angles", [(10, 0, 0), (15, -20, 35), (0, 45, 0)])
def test_oblique_grids_keep_the_volume(angles: tuple[float, ...]) -> None:
    matrix = centred_affine((34, 34, 34), (1, 1, 1), Rotation.from_euler("xyz", angles, True))
    body = tube()
    found = body.mask_on((34, 34, 34), matrix)
    assert volume_cc(found, matrix) == pytest.approx(body.volume_cc, rel=5e-3)
    assert 0 <= found.min() and found.max() <= 1


def test_a_mask_on_a_finer_oblique_grid_keeps_its_volume() -> None:
    occupancy = tube().mask_on(SHAPE, MATRIX)
    body = Structure.from_mask("Tube", occupancy, MATRIX)
    matrix = centred_affine((44, 34, 36), (0.7, 0.7, 0.7), Rotation.from_euler("z", 20, True))
    assert volume_cc(body.mask_on((44, 34, 36), matrix), matrix) == pytest.approx(
        body.volume_cc, rel=5e-3
    )


def test_a_grid_beside_the_body_is_empty() -> None:
    assert not tube().mask_on((3, 3, 3), affine((1, 1, 1), (100, 0, 0))).any()


def test_a_cut_body_fills_its_part_of_the_voxels() -> None:
    part = tube().between(-4.2, 5.1)
    assert volume_cc(part.mask_on(SHAPE, MATRIX), MATRIX) == pytest.approx(part.volume_cc, rel=3e-3)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    shift=st.tuples(*[st.floats(-0.5, 0.5)] * 3),
    spacing=st.tuples(*[st.floats(0.6, 2.5)] * 3),
)
def test_volume_on_a_grid_does_not_depend_on_its_offset(
    shift: tuple[float, ...], spacing: tuple[float, ...]
) -> None:
    body = cylinder(5.0, 20.0)
    shape = tuple(int(np.ceil(w / s)) + 3 for w, s in zip((20, 10, 10), spacing[::-1], strict=True))
    matrix = centred_affine(shape, spacing)
    matrix[:3, 3] += shift
    assert volume_cc(body.mask_on(shape, matrix), matrix) == pytest.approx(body.volume_cc, rel=4e-3)
