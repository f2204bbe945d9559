"""Structures on one grid: exact shares of voxels, unions of partial ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation
from sector_boxes import box
from shapes import INDEX_ORDERS, affine, cylinder, reordered

from spine_radiosurgery.geometry import Grid, Structure
from spine_radiosurgery.targets.lattice import CELL_MM, SUPERIOR_CELL_MM, grid_around, occupancy
from spine_radiosurgery.targets.uniting import common, united, without

UNIT = Grid((3, 3, 3), np.eye(4))
BLOCK = Grid((6, 6, 6), np.eye(4))


def half_space(normal, offset, grid=UNIT, points_per_edge=12):
    """Occupancy of the points with normal . x < offset, counted from the grid's middle."""
    sub = (np.arange(points_per_edge) + 0.5) / points_per_edge - 0.5
    inner = np.stack(np.meshgrid(sub, sub, sub, indexing="ij"), -1).reshape(-1, 3)
    kji = np.argwhere(np.ones(grid.shape_kji))
    points = grid.to_ras(kji[:, ::-1])[:, np.newaxis] + inner - 1.0
    return points @ np.asarray(normal) < offset


def shares(inside):
    return inside.mean(axis=1).reshape(UNIT.shape_kji)


def binary(seed):
    return (np.random.default_rng(seed).random((6, 6, 6)) < 0.4).astype(float)


def test_binary_structures_are_united_as_sets():
    one, other = binary(1), binary(2)
    assert (united(one, other, BLOCK) == np.maximum(one, other)).all()
    assert (common(one, other, BLOCK) == one * other).all()
    assert (without(one, other, BLOCK) == one * (1 - other)).all()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_partial_structures_never_leave_what_is_possible(seed):
    random = np.random.default_rng(seed)
    one, other = np.round(random.random((2, 4, 5, 6)), 1)
    grid = Grid((4, 5, 6), affine((1.0, 2.0, 0.5)))
    shared = common(one, other, grid)
    assert (shared <= np.minimum(one, other) + 1e-12).all()
    assert (shared >= np.maximum(one + other - 1, 0) - 1e-12).all()
    assert united(one, other, grid) == pytest.approx(united(other, one, grid))
    assert united(one, other, grid) == pytest.approx(one + other - shared)
    assert (without(one, other, grid) + other <= 1 + 1e-12).all()


@pytest.mark.parametrize("normal", [(1, 0, 0), (0.6, 0.8, 0), (0.48, 0.6, 0.64)])
@pytest.mark.parametrize("same_side", [True, False])
def test_parallel_planes_are_united_exactly(normal, same_side):
    first = half_space(normal, 0.1)
    second = half_space(normal, -0.2) if same_side else half_space(np.negative(normal), 0.15)
    made = united(shares(first), shares(second), UNIT)[1, 1, 1]
    # The gradient of a few voxels knows the planes' direction to a degree or so.
    assert made == pytest.approx((first | second).mean(axis=1)[13], abs=0.01)


def test_the_rule_beats_largest_sum_and_product():
    random = np.random.default_rng(3)
    errors = []
    while len(errors) < 300:
        normals = random.normal(size=(2, 3))
        normals /= np.linalg.norm(normals, axis=1, keepdims=True)
        offsets = random.uniform(-0.45, 0.45, 2)
        first, second = (half_space(n, o) for n, o in zip(normals, offsets, strict=True))
        truth = (first | second).mean(axis=1)[13]
        a, b = shares(first), shares(second)
        x, y = a[1, 1, 1], b[1, 1, 1]
        guesses = [united(a, b, UNIT)[1, 1, 1], max(x, y), min(1.0, x + y), x + y - x * y]
        errors.append(np.array(guesses) - truth)
    rule, largest, total, product = np.abs(errors).mean(axis=0)
    assert rule < 0.5 * min(largest, total, product)
    assert abs(np.mean(errors, axis=0)[0]) < 0.005


def test_voxels_cut_into_parts_keep_their_occupancy():
    values = np.random.default_rng(4).random((4, 5, 6))
    mask = Structure.from_mask("Mask", values, affine((0.7, 2.0, 3.0), (1.0, 2.0, 3.0)))
    grid = grid_around([mask], mask.shape.grid, fine=True)
    parts = np.round(mask.shape.grid.spacing_mm / grid.spacing_mm).astype(int)
    assert (grid.spacing_mm <= [CELL_MM, CELL_MM, SUPERIOR_CELL_MM]).all()
    assert parts.tolist() == [1, 2, 6]
    repeated = values.repeat(6, axis=0).repeat(2, axis=1)
    assert occupancy(mask, grid)[6:-6, 2:-2, 1:-1] == pytest.approx(repeated, abs=1e-8)
    assert occupancy(mask, grid).sum() == pytest.approx(repeated.sum(), rel=1e-8)


def test_a_grid_of_whole_voxels_holds_the_structure():
    mask = Structure.from_mask("Mask", np.ones((4, 5, 6)), affine((1.0, 2.0, 3.0)))
    grid = grid_around([mask], mask.shape.grid, fine=False)
    assert grid.shape_kji == (4, 5, 6)
    assert (occupancy(mask, grid) == 1).all()


def test_voxels_that_are_hardly_occupied_are_held_too():
    values = np.full((4, 5, 6), 0.1)
    values[1:3, 2:4, 2:4] = 1.0
    mask = Structure.from_mask("Mask", values, affine((1.0, 1.0, 1.0)))
    for fine in (False, True):
        grid = grid_around([mask], mask.shape.grid, fine=fine)
        volume = occupancy(mask, grid).sum() * grid.voxel_volume_mm3
        assert volume == pytest.approx(values.sum())


@pytest.mark.parametrize("order", INDEX_ORDERS[::5])
def test_volume_between_parallel_masks_is_exact(order):
    values = np.random.default_rng(5).random((4, 5, 6))
    source = Structure.from_mask("Mask", *reordered(values, affine((1.1, 0.8, 2.7)), order))
    grid = Grid((20, 22, 24), affine((0.9, 0.7, 1.3), (-4.03, -3.1, -5.2)))
    volume = occupancy(source, grid).sum() * grid.voxel_volume_mm3 / 1000
    assert volume == pytest.approx(source.volume_cc, rel=1e-7)


def test_oblique_masks_are_sampled_where_they_lie():
    turn = Rotation.from_euler("x", 20, degrees=True)
    source = Structure.from_mask("Mask", np.ones((10, 10, 10)), affine((1, 1, 1), turn=turn))
    grid = grid_around([source], Grid((1, 1, 1), np.eye(4)), fine=True)
    volume = occupancy(source, grid).sum() * grid.voxel_volume_mm3 / 1000
    assert volume == pytest.approx(source.volume_cc, rel=5e-3)


def test_a_cord_of_contours_cut_out_of_a_block_leaves_the_block_less_the_cord():
    block = box((-15, -15, -20), (15, 15, 20), spacing=1.0)
    cord = cylinder(5.0, 60.0, centre=(0.2, 0.3, 0.1))
    grid = grid_around([block], block.shape.grid, fine=True)
    left = without(occupancy(block, grid), occupancy(cord, grid), grid)
    volume = left.sum() * grid.voxel_volume_mm3
    assert volume == pytest.approx(30 * 30 * 40 - np.pi * 25 * 40, rel=1e-4)
