"""The dose on its own grid: interpolation and its limits."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from shapes import INDEX_ORDERS, affine, linear_dose, reordered, voxel_centres

from spine_radiosurgery.dose import DoseGrid
from spine_radiosurgery.geometry import InputError

GRADIENT = np.array([0.3, -0.5, 0.7])
POINTS = np.random.default_rng(5).uniform(-12, 12, (200, 3))
TURN = Rotation.from_euler("xyz", (25, -40, 70), degrees=True)


def test_a_linear_dose_is_read_exactly_on_an_oblique_grid_of_uneven_voxels() -> None:
    dose = linear_dose(GRADIENT, 60.0, spacing=(1.7, 2.3, 3.1), half_width=(25, 25, 25), turn=TURN)
    assert np.allclose(dose.sample(POINTS), 60.0 + POINTS @ GRADIENT, rtol=1e-12)


def test_all_48_index_orders_give_the_same_dose() -> None:
    values = np.random.default_rng(7).random((6, 7, 8))
    matrix = affine((4, 5, 6), (-14, -15, -15))
    on_centres = voxel_centres((6, 7, 8), matrix).reshape(-1, 3)[::5]
    points = np.concatenate([POINTS, on_centres, on_centres + np.array([1.0, 0, 0])])
    for interpolation in ("trilinear", "cubic"):
        expected = DoseGrid(values, matrix, interpolation).sample(points)
        for order in INDEX_ORDERS:
            turned = DoseGrid(*reordered(values, matrix, order), interpolation)
            assert np.allclose(turned.sample(points), expected, rtol=1e-9, equal_nan=True)


def test_a_cubic_dose_goes_through_its_voxels_and_follows_a_curve_between_them() -> None:
    matrix = affine((2, 2, 2), (-30, -30, -30))
    centres = voxel_centres((31, 31, 31), matrix)

    def bump(points: np.ndarray) -> np.ndarray:
        return 16 * np.exp(-(points**2).sum(axis=-1) / 150)

    linear = DoseGrid(bump(centres), matrix)
    cubic = linear.with_interpolation("cubic")
    on_voxels = centres[4:-4:5, 4:-4:5, 4:-4:5].reshape(-1, 3)
    assert np.allclose(cubic.sample(on_voxels), bump(on_voxels), atol=1e-9)
    errors = [np.abs(dose.sample(POINTS) - bump(POINTS)).max() for dose in (linear, cubic)]
    assert errors[0] > 0.2 and errors[1] < 0.002


def test_a_cubic_dose_is_never_negative_nor_known_beyond_the_grid() -> None:
    values = np.zeros((3, 3, 6))
    values[:, :, 3:] = 20.0
    dose = DoseGrid(values, affine((2, 2, 2)), "cubic")
    line = np.column_stack([np.linspace(-1, 11, 200), np.full(200, 2.0), np.full(200, 2.0)])
    assert dose.sample(line).min() == 0.0
    assert np.isnan(dose.sample([[-1.1, 2, 2], [11.1, 2, 2]])).all()


def test_a_grid_of_one_layer_is_read_in_both_ways() -> None:
    for interpolation in ("trilinear", "cubic"):
        dose = DoseGrid(np.full((1, 3, 3), 4.0), affine((2, 2, 2)), interpolation)
        assert np.allclose(dose.sample([[1.0, 1.0, 0.5]]), 4.0)


def test_an_unknown_interpolation_is_refused() -> None:
    with pytest.raises(InputError, match="'nearest'; choose trilinear or cubic"):
        DoseGrid(np.ones((2, 2, 2)), np.eye(4), "nearest")


def test_dose_is_known_up_to_the_outer_voxel_faces_and_not_beyond() -> None:
    dose = DoseGrid(np.full((2, 3, 4), 5.0), affine((2, 2, 2)))
    inside = [[-1, 0, 0], [7, 5, 3], [-0.999, -0.999, -0.999]]
    outside = [[-1.001, 0, 0], [7.001, 5, 3], [0, 0, -1.01]]
    assert np.allclose(dose.sample(inside), 5.0)
    assert np.isnan(dose.sample(outside)).all()


def test_the_outer_half_voxel_has_the_dose_of_its_centre() -> None:
    dose = DoseGrid(np.arange(3.0).reshape(1, 1, 3), affine((2, 2, 2)))
    assert np.allclose(dose.sample([[-0.9, 0, 0], [4.9, 0, 0], [1, 0.9, -0.9]]), [0, 2, 0.5])


def test_the_values_cannot_be_changed_from_outside() -> None:
    values = np.ones((2, 2, 2))
    dose = DoseGrid(values, np.eye(4))
    values[:] = 9
    assert dose.max_gy == 1
    with pytest.raises(ValueError, match="read-only"):
        dose.values_gy[0, 0, 0] = 2


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.ones((2, 2)), "three axes"),
        (np.full((2, 2, 2), np.nan), "not finite"),
        (np.full((2, 2, 2), -0.5), r"negative values \(down to -0.5 Gy\)"),
    ],
)
def test_a_dose_that_is_none_is_refused(values: np.ndarray, message: str) -> None:
    with pytest.raises(InputError, match=message):
        DoseGrid(values, np.eye(4))
