"""Connected parts of structures and their cross-sections."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from shapes import affine, at, bodies_in_all_orders, circle, cylinder, planes, rectangle, turned

from spine_radiosurgery.geometry import InputError, Structure, connected_parts, sections_along

SQUARE = rectangle(10, 10)


def test_contours_that_overlap_from_slice_to_slice_are_one_part() -> None:
    leaning = [at(rectangle(4, 4, (1.5 * n, 0)), 2.0 * n) for n in range(8)]
    (part,) = connected_parts(Structure.from_contours("VB", leaning))
    assert (part.lower_mm, part.upper_mm) == (-1, 15)
    assert part.volume_cc == pytest.approx(16 * 16 / 1000)


def test_parts_side_by_side_are_two() -> None:
    slices = [at(rectangle(4, 4, (u, 0)), h) for h in (0, 2, 4) for u in (-10, 10)]
    assert len(connected_parts(Structure.from_contours("VB", slices))) == 2


def test_parts_beyond_a_gap_are_two_with_half_slices_each() -> None:
    body = Structure.from_contours("VB", [at(SQUARE, h) for h in (20, 22, 24, 0, 2, 4)])
    parts = connected_parts(body)
    assert [(p.lower_mm, p.upper_mm) for p in parts] == [(-1, 5), (19, 25)]


def test_a_hole_takes_its_volume_from_its_part() -> None:
    slices = [at(p, h) for h in (0, 2) for p in (SQUARE, rectangle(4, 4))]
    (part,) = connected_parts(Structure.from_contours("Ring", slices))
    assert part.volume_cc == pytest.approx(84 * 4 / 1000)


def test_parts_of_a_mask_end_at_outer_faces_of_voxels_at_least_half_occupied() -> None:
    occupancy = np.zeros((12, 3, 3))
    occupancy[:, 1, 1] = [0.2, 0.5, 1, 1, 0.4, 0, 0, 1, 1, 0.6, 0.1, 0]
    parts = connected_parts(Structure.from_mask("VB", occupancy, affine((5, 5, 2.5))))
    assert [(p.lower_mm, p.upper_mm) for p in parts] == [(1.25, 8.75), (16.25, 23.75)]
    assert parts[0].volume_cc == pytest.approx(2.5 * 62.5 / 1000)


def test_voxels_that_share_a_corner_are_connected() -> None:
    mask = np.zeros((2, 2, 2), dtype=bool)
    mask[0, 0, 0] = mask[1, 1, 1] = True
    assert len(connected_parts(Structure.from_mask("VB", mask, np.eye(4)))) == 1


def test_parts_are_the_same_in_all_48_index_orders() -> None:
    mask = np.zeros((9, 4, 5), dtype=bool)
    mask[1:4, 1:3, 2:4] = mask[6:8, 0:2, 0:2] = True
    found = {
        tuple((round(p.lower_mm, 9), round(p.upper_mm, 9)) for p in connected_parts(body))
        for body in bodies_in_all_orders("VB", mask, affine((1, 1, 3)))
    }
    assert found == {((1.5, 10.5), (16.5, 22.5))}


def test_a_mask_thinner_than_its_voxels_has_no_part() -> None:
    with pytest.raises(InputError, match="VB is thinner than its voxels"):
        connected_parts(Structure.from_mask("VB", np.full((3, 3, 3), 0.4), np.eye(4)))


def test_sections_of_contours_are_their_planes() -> None:
    outlines = [at(circle(2.0 + n, (n, 0)), 2.5 * n) for n in range(4)]
    sections = sections_along(Structure.from_contours("Cone", outlines[::-1]))
    assert np.allclose(sections.position_mm, [0, 2.5, 5, 7.5])
    assert np.allclose(sections.area_mm2, np.pi * np.arange(2, 6) ** 2)
    assert np.allclose(sections.centroid_ras[:, 0], range(4), atol=0.02)


def test_sections_of_a_mask_are_its_layers() -> None:
    mask = np.zeros((5, 6, 6), dtype=bool)
    mask[1:4, 1:3, 1:5] = True
    sections = sections_along(Structure.from_mask("VB", mask, affine((1, 1, 2.5))))
    assert np.allclose(sections.position_mm, [2.5, 5, 7.5])
    assert np.allclose(sections.area_mm2, 8)
    assert np.allclose(sections.centroid_ras[0], [2.5, 1.5, 2.5])


def test_sections_of_oblique_contours_are_normal_to_the_axis_asked() -> None:
    turn = Rotation.from_euler("x", 30, degrees=True)
    body = Structure.from_contours("Cord", turned([at(circle(4), h) for h in planes(60, 1)], turn))
    sections = sections_along(body)
    middle = np.abs(sections.position_mm) < 15
    assert np.allclose(sections.area_mm2[middle], np.pi * 16 / np.cos(np.pi / 6), rtol=0.03)


def test_sections_of_a_cylinder_add_up_to_its_volume() -> None:
    body = cylinder(5.0, 40.0, 2.5)
    sections = sections_along(body)
    assert sections.area_mm2.sum() * 2.5 / 1000 == pytest.approx(body.volume_cc)
