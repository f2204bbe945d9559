"""Structures from masks and from masks' voxels: volume, extent, contours, containment."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from shapes import INDEX_ORDERS, affine, bodies_in_all_orders, centred_affine, voxel_centres

from spine_radiosurgery.geometry import Grid, InputError, Structure
from spine_radiosurgery.geometry.polygons import signed_area_mm2


def block() -> np.ndarray:
    mask = np.zeros((6, 7, 8), dtype=bool)
    mask[2:5, 1:3, 3:7] = True
    return mask


def test_volume_and_extent_are_those_of_the_voxels() -> None:
    body = Structure.from_mask("VB", block(), affine((1, 2, 3), (10, 20, 30)))
    assert body.volume_cc == pytest.approx(24 * 6 / 1000)
    assert np.allclose(body.bounds_ras(), [[12.5, 21, 34.5], [16.5, 25, 43.5]])


def test_extent_is_the_same_in_all_48_index_orders() -> None:
    bodies = list(bodies_in_all_orders("VB", block(), affine((1, 2, 3))))
    assert len({tuple(np.round(b.bounds_ras().ravel(), 9)) for b in bodies}) == 1
    assert len(INDEX_ORDERS) == len(set(INDEX_ORDERS)) == 48


def test_extent_counts_voxels_at_least_half_occupied() -> None:
    occupancy = np.zeros((5, 3, 3))
    occupancy[:, 1, 1] = [0.49, 0.5, 1, 1, 0.2]
    body = Structure.from_mask("VB", occupancy, affine((1, 1, 2)))
    assert body.extent_mm() == (1, 7)
    assert body.volume_cc == pytest.approx(3.19 * 2 / 1000)


def test_extent_on_an_oblique_grid_is_that_of_the_body_not_of_its_box() -> None:
    shape = (90, 60, 60)
    turn = Rotation.from_euler("x", 30, degrees=True)
    matrix = centred_affine(shape, (1, 1, 1), turn)
    centres = voxel_centres(shape, matrix)
    upright = (np.hypot(centres[..., 0], centres[..., 1]) < 5) & (np.abs(centres[..., 2]) < 20)
    low, high = Structure.from_mask("Cord", upright, matrix).extent_mm()
    assert low == pytest.approx(-20, abs=1.0)
    assert high == pytest.approx(20, abs=1.0)


def test_contours_of_a_mask_lie_at_its_layers_half_way_between_voxels() -> None:
    body = Structure.from_mask("VB", block(), affine((1, 2, 3)))
    contours = body.contours()
    assert [c[0, 2] for c in contours] == [6, 9, 12]
    # Corners are cut by an eighth of a voxel each.
    assert abs(signed_area_mm2(contours[0][:, :2])) == pytest.approx(16 - 4 * 2 / 8)


def test_contours_of_a_mask_are_traced_in_the_layers_most_nearly_axial() -> None:
    for body in bodies_in_all_orders("VB", block(), affine((1, 2, 3))):
        contours = body.contours()
        assert sorted(round(c[0, 2], 6) for c in contours) == [6, 9, 12]
        assert all(np.ptp(c[:, 2]) < 1e-9 for c in contours)


def test_a_point_is_inside_where_the_voxel_is_at_least_half_occupied() -> None:
    body = Structure.from_mask("VB", np.array([[[0.4, 0.5, 1.0]]]), affine((2, 2, 2)))
    points = [[0, 0, 0], [2, 0, 0], [4.9, 0.9, -0.9], [5.1, 0, 0], [4, 1.1, 0]]
    assert body.contains(points).tolist() == [False, True, True, False, False]


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        (np.zeros((2, 2, 2)), "VB is empty"),
        (np.ones((2, 2)), "three axes"),
        (np.full((2, 2, 2), 3), "between 0 and 1"),
        (np.array([[[1.0, -0.1]]]), "between 0 and 1"),
        (np.array([[[1.0, np.nan]]]), "between 0 and 1"),
    ],
)
def test_unusable_masks_are_refused_with_their_name(mask: np.ndarray, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Structure.from_mask("VB", mask, np.eye(4))


def test_a_grid_maps_there_and_back_and_knows_its_size() -> None:
    turn = Rotation.from_euler("xyz", (20, 30, -50), degrees=True)
    grid = Grid((3, 4, 5), affine((1, 2, -3), (7, 8, 9), turn))
    points = np.random.default_rng(1).random((10, 3)) * 20
    assert np.allclose(grid.to_ras(grid.to_ijk(points)), points)
    assert np.allclose(grid.spacing_mm, (1, 2, 3))
    assert grid.voxel_volume_mm3 == pytest.approx(6)


@pytest.mark.parametrize(
    ("shape", "matrix"),
    [
        ((2, 2, 2), np.eye(3)),
        ((2, 2, 2), np.full((4, 4), np.nan)),
        ((2, 2, 2), np.diag([1.0, 0, 1, 1])),
        ((2, 0, 2), np.eye(4)),
    ],
)
def test_a_grid_that_is_none_is_refused(shape: tuple[int, int, int], matrix: np.ndarray) -> None:
    with pytest.raises(InputError):
        Grid(shape, matrix)


def test_only_a_structure_of_voxels_has_a_mask() -> None:
    body = Structure.from_mask("VB", np.ones((2, 2, 2)), np.eye(4))
    assert body.mask.grid.shape_kji == (2, 2, 2)
    square = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], dtype=float)
    drawn = Structure.from_contours("VB", [square, square + np.array([0.0, 0.0, 1.0])])
    with pytest.raises(InputError, match="VB is made of contours"):
        _ = drawn.mask
