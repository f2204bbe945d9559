"""Rigid motion of structures: nothing is resampled, everything goes along."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation
from shapes import affine, at, circle, cylinder

from spine_radiosurgery.geometry import (
    HalfSpace,
    InputError,
    Structure,
    moved,
    surface_distance,
)

ANGLES = st.floats(-180, 180)
SHIFTS = st.floats(-50, 50)


def rigid(angles, shift):
    matrix = np.eye(4)
    matrix[:3, :3] = Rotation.from_euler("xyz", angles, degrees=True).as_matrix()
    matrix[:3, 3] = shift
    return matrix


def bodies():
    mask = np.zeros((6, 7, 8))
    mask[1:5, 2:6, 1:7] = 0.7
    mask[2:4, 3:5, 2:6] = 1.0
    tube = cylinder(6.0, 30.0, centre=(3.0, -4.0, 10.0))
    return [
        tube,
        Structure.from_mask("Mask", mask, affine((1.0, 2.0, 3.0), (5.0, 6.0, 7.0))),
        tube.clipped(HalfSpace(np.array([0.6, 0.0, 0.8]), 9.0)),
    ]


@settings(max_examples=15, deadline=None)
@given(st.tuples(ANGLES, ANGLES, ANGLES), st.tuples(SHIFTS, SHIFTS, SHIFTS))
def test_points_inside_stay_inside(angles, shift):
    matrix = rigid(angles, shift)
    for body in bodies():
        points = np.random.default_rng(1).uniform(-10, 30, (500, 3))
        there = points @ matrix[:3, :3].T + matrix[:3, 3]
        # Points within a hair of a face may fall on either side of it.
        differ = moved(body, matrix).contains(there) != body.contains(points)
        assert differ.sum() <= 1


@pytest.mark.parametrize("body", bodies(), ids=["contours", "mask", "clipped"])
def test_volume_and_contours_stay(body):
    matrix = rigid((20, -10, 30), (1, 2, 3))
    there = moved(body, matrix)
    assert there.volume_cc == pytest.approx(body.volume_cc, rel=2e-3 if body.clips else 1e-9)
    if not body.clips:
        cells = [float(b.cells(1.0).volumes_mm3.sum()) for b in (body, there)]
        assert cells[1] == pytest.approx(cells[0], rel=1e-9)


def test_moving_there_and_back_gives_the_same_place():
    matrix = rigid((10, 20, 30), (4, 5, 6))
    for body in bodies():
        back = moved(moved(body, matrix), np.linalg.inv(matrix))
        assert back.bounds_ras() == pytest.approx(body.bounds_ras(), abs=0.02)


def test_a_lifted_stack_is_cut_at_the_new_heights():
    lifted = moved(cylinder(6.0, 30.0), rigid((0, 0, 40), (0, 0, 100)))
    part = lifted.between(95.0, 105.0)
    assert not part.clips
    assert part.extent_mm() == pytest.approx((95.0, 105.0))
    assert part.volume_cc == pytest.approx(np.pi * 36 * 10 / 1000)


def test_gaps_move_with_their_contours():
    heights = [0, 2, 4, 6, 14, 16, 18]
    body = Structure.from_contours("Gap", [at(circle(5.0), h) for h in heights])
    (gap,) = moved(body, rigid((0, 0, 0), (0, 0, 50))).gaps
    assert (gap.lower_mm, gap.upper_mm) == pytest.approx((57.0, 63.0))


def test_a_shift_is_the_distance_moved():
    body = cylinder(6.0, 30.0)
    away = moved(body, rigid((0, 0, 0), (20.0, 0, 0)), name="Moved")
    assert away.name == "Moved"
    assert surface_distance(body, away).distance_mm == pytest.approx(8.0, abs=0.06)


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        (np.diag([1.02, 1, 1, 1]), "not rigid"),
        (np.diag([-1.0, 1, 1, 1]), "mirrors"),
        (np.eye(3), "4x4"),
        (np.full((4, 4), np.nan), "finite"),
        (np.eye(4) + np.outer([0, 0, 0, 1], [0, 0, 1, 0]), "last row"),
        (np.eye(4) + np.outer([1, 0, 0, 0], [0, 0.1, 0, 0]), "not rigid"),
    ],
)
def test_what_is_not_rigid_is_refused(matrix, words):
    with pytest.raises(InputError, match=words):
        moved(cylinder(6.0, 30.0), matrix)


def test_rounded_matrices_are_taken_as_rigid():
    matrix = np.round(rigid((10, 20, 30), (4, 5, 6)), 5)
    there = moved(bodies()[1], matrix)
    directions = there.shape.grid.directions
    assert directions.T @ directions == pytest.approx(np.eye(3), abs=1e-12)
