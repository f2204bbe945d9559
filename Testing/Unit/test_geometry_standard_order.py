"""One index order for voxels: the same voxels at the same places."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from spine_radiosurgery.dose import DoseGrid
from spine_radiosurgery.geometry import (
    Grid,
    Structure,
    in_standard_order,
    voxels_in_standard_order,
)

STANDARD = np.array([[-1.5, 0, 0, 20], [0, -2.0, 0, 30], [0, 0, 3.0, -12], [0, 0, 0, 1]])
VALUES = np.arange(24.0).reshape(4, 3, 2) / 24
ORDERS = list(
    itertools.product(itertools.permutations(range(3)), itertools.product((1, -1), repeat=3))
)


def counted(axes: tuple[int, ...], signs: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """`VALUES` at the places of `STANDARD`, with i, j, k along other axes and ways."""
    values, matrix = VALUES, STANDARD.copy()
    for axis, sign in enumerate(signs):
        if sign < 0:
            values = np.flip(values, 2 - axis)
            matrix[:3, 3] += matrix[:3, axis] * (values.shape[2 - axis] - 1)
            matrix[:3, axis] *= -1
    matrix[:3, :3] = matrix[:3, list(axes)]
    return values.transpose(2, 1, 0).transpose(axes).transpose(2, 1, 0), matrix


@pytest.mark.parametrize(("axes", "signs"), ORDERS)
def test_every_order_becomes_the_standard_one(
    axes: tuple[int, ...], signs: tuple[int, ...]
) -> None:
    values, matrix = voxels_in_standard_order(*counted(axes, signs))
    assert np.array_equal(values, VALUES)
    assert np.array_equal(matrix, STANDARD)


def test_standard_voxels_are_not_copied() -> None:
    values, matrix = voxels_in_standard_order(VALUES, STANDARD)
    assert values is VALUES
    assert matrix is STANDARD
    dose = DoseGrid(VALUES, STANDARD)
    assert dose.in_standard_order() is dose


def test_a_turned_grid_takes_the_nearest_axes() -> None:
    cosine, sine = np.cos(0.6), np.sin(0.6)
    turn = np.eye(4)
    turn[:2, :2] = [[cosine, -sine], [sine, cosine]]
    values, matrix = counted((1, 0, 2), (1, -1, -1))
    found, placed = voxels_in_standard_order(values, turn @ matrix)
    assert np.array_equal(found, VALUES)
    assert placed == pytest.approx(turn @ STANDARD)


def test_a_dose_keeps_its_doses_and_its_interpolation() -> None:
    dose = DoseGrid(*counted((2, 0, 1), (1, -1, 1)), interpolation="cubic")
    ordered = dose.in_standard_order()
    assert ordered.interpolation == "cubic"
    points = Grid(VALUES.shape, STANDARD).to_ras(np.random.default_rng(0).uniform(0, 1, (20, 3)))
    assert ordered.sample(points) == pytest.approx(dose.sample(points))


@pytest.mark.parametrize(("axes", "signs"), ORDERS[::7])
def test_a_mask_remembers_which_ends_of_its_image_it_reached(
    axes: tuple[int, ...], signs: tuple[int, ...]
) -> None:
    solid = np.zeros((4, 3, 2))
    solid[2:, 1, :] = 1.0
    expected = Structure.from_mask("Bone", solid, STANDARD, number=7)
    matrix = counted(axes, signs)[1]
    again = solid
    for axis, sign in enumerate(signs):
        again = np.flip(again, 2 - axis) if sign < 0 else again
    again = again.transpose(2, 1, 0).transpose(axes).transpose(2, 1, 0)
    found = in_standard_order(Structure.from_mask("Bone", again, matrix, number=7))
    assert np.array_equal(found.mask.values, expected.mask.values)
    assert np.array_equal(found.mask.grid.ijk_to_ras, expected.mask.grid.ijk_to_ras)
    assert found.mask.edges == expected.mask.edges == ((2, 0), (0, 1), (2, 1))
    assert found.number == 7


def test_contours_have_no_order() -> None:
    square = np.array([[0.0, 0, 0], [4, 0, 0], [4, 4, 0], [0, 4, 0]])
    drawn = Structure.from_contours("Cord", [square], slice_spacing_mm=2.0)
    assert in_standard_order(drawn) is drawn
