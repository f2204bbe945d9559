"""Distances between surfaces against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from shapes import at, centred_affine, circle, cylinder, planes, prism, rectangle, turned

from spine_radiosurgery.geometry import (
    HalfSpace,
    InputError,
    Structure,
    surface_distance,
    surface_points,
)

ACCURACY_MM = 0.1
CORD = cylinder(5.0, 60.0, 2.0, vertices=180)


def small_cube(middle: tuple[float, float, float], edge: float = 0.2) -> Structure:
    matrix = np.diag([edge, edge, edge, 1.0])
    matrix[:3, 3] = middle
    return Structure.from_mask("Seed", np.ones((1, 1, 1), bool), matrix)


@pytest.mark.parametrize("gap_mm", [0.2, 2.0, 9.0])
def test_parallel_cylinders(gap_mm: float) -> None:
    other = cylinder(6.0, 30.0, 2.5, (11.0 + gap_mm, 0, 3), vertices=180)
    found = surface_distance(CORD, other)
    assert found.distance_mm == pytest.approx(gap_mm, abs=ACCURACY_MM)
    assert np.linalg.norm(found.first_ras - found.second_ras) == pytest.approx(found.distance_mm)
    assert np.allclose(found.first_ras[:2], (5, 0), atol=0.3)


def test_it_does_not_matter_which_structure_comes_first() -> None:
    other = cylinder(6.0, 30.0, 2.5, (8.0, 11.0, 3))
    there, back = surface_distance(CORD, other), surface_distance(other, CORD)
    assert there.distance_mm == pytest.approx(back.distance_mm, abs=ACCURACY_MM)


def test_the_middle_of_an_end_face_counts() -> None:
    body = prism(rectangle(40, 40), 10.0, 2.0)
    found = surface_distance(body, small_cube((2.2, 3.3, 8.6)))
    assert found.distance_mm == pytest.approx(3.5, abs=ACCURACY_MM)
    assert np.allclose(found.first_ras, (2.2, 3.3, 5.0), atol=0.3)


def test_a_face_between_slabs_of_different_size_counts() -> None:
    body = Structure.from_contours(
        "GTV", [at(rectangle(w, w), h) for w, h in ((40, 0), (40, 4), (6, 8), (6, 12))]
    )
    found = surface_distance(body, small_cube((12.0, 0, 9.1)))
    assert found.distance_mm == pytest.approx(3.0, abs=ACCURACY_MM)


def test_an_oblique_cut_face_counts() -> None:
    normal = np.array([0.0, np.sin(0.5), np.cos(0.5)])
    cut = CORD.clipped(HalfSpace(normal, 10.0))
    found = surface_distance(cut, small_cube(tuple(normal * 16)))
    assert found.distance_mm == pytest.approx(6 - 0.1 * normal.sum(), abs=ACCURACY_MM)


def test_a_tilted_corner_above_a_plate() -> None:
    turn = Rotation.from_euler("xyz", (30, 20, 10), degrees=True)
    body = Structure.from_contours(
        "GTV", turned([at(rectangle(10, 8), h) for h in planes(30, 2)], turn)
    )
    corners = turn.apply(np.array(np.meshgrid([-5, 5], [-4, 4], [-15, 15])).reshape(3, -1).T)
    corner = corners[np.argmax(corners[:, 2])]
    plate = prism(rectangle(60, 60, corner[:2]), 4.0, 2.0, corner[2] + 3.7)
    found = surface_distance(body, plate)
    assert found.distance_mm == pytest.approx(1.7, abs=ACCURACY_MM)
    assert np.allclose(found.first_ras, corner, atol=0.3)


def test_masks_are_measured_from_their_voxel_faces() -> None:
    shape = (10, 10, 10)
    matrix = centred_affine(shape, (2, 2, 2))
    matrix[0, 3] += 18.0
    cube = Structure.from_mask("GTV", np.ones(shape, bool), matrix)
    assert surface_distance(CORD, cube).distance_mm == pytest.approx(3.0, abs=ACCURACY_MM)


def test_a_ring_around_the_cord_is_measured_from_inside() -> None:
    contours = [at(circle(r), h) for h in planes(30, 3) for r in (15, 8)]
    ring = Structure.from_contours("PTV", contours, between="linear")
    assert surface_distance(CORD, ring).distance_mm == pytest.approx(3.0, abs=ACCURACY_MM)


@pytest.mark.parametrize(
    "other",
    [
        cylinder(6.0, 30.0, 2.5, (9.0, 0, 3)),
        cylinder(2.0, 10.0, 2.5),
        prism(rectangle(10, 10, (10, 0)), 20.0),
    ],
    ids=["overlapping", "inside", "touching"],
)
def test_structures_that_share_a_place_have_no_distance(other: Structure) -> None:
    for pair in ((CORD, other), (other, CORD)):
        found = surface_distance(*pair)
        assert found.distance_mm == pytest.approx(0, abs=1e-3)
        assert np.allclose(found.first_ras, found.second_ras, atol=1e-3)


def test_surface_points_lie_on_the_surface_and_cover_it() -> None:
    points = surface_points(CORD, 0.5)
    across = np.hypot(points[:, 0], points[:, 1])
    along = np.abs(points[:, 2])
    assert ((np.abs(across - 5) < 0.02) | (np.abs(along - 30) < 1e-9)).all()
    ends = points[(along > 29.99) & (across < 4)]
    assert len(ends) > 2 * np.pi * 16 / 0.5**2 * 0.8


def test_a_mask_thinner_than_its_voxels_has_no_surface() -> None:
    thin = Structure.from_mask("GTV", np.full((2, 2, 2), 0.3), np.eye(4))
    with pytest.raises(InputError, match=r"GTV is thinner"):
        surface_distance(CORD, thin)
