"""Contours as slabs: thickness, gaps, repair and refusal."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from shapes import at, circle, planes, prism, rectangle, turned

from spine_radiosurgery.geometry import InputError, Structure

SQUARE = rectangle(10, 10)


def stack(heights: list[float] | np.ndarray, **options: object) -> Structure:
    return Structure.from_contours("Cord", [at(SQUARE, h) for h in heights], **options)


def faces(structure: Structure) -> list[tuple[float, float]]:
    return [(s.lower_mm, s.upper_mm) for s in structure.shape.slabs]


def test_first_and_last_contour_get_half_a_slice() -> None:
    assert stack([0, 2, 4]).extent_mm() == (-1, 5)
    assert stack([0, 2, 4]).volume_cc == pytest.approx(0.6)


def test_slabs_meet_half_way_where_slice_distances_change() -> None:
    body = stack([0, 2, 4, 9, 14])
    assert faces(body) == [(-1, 1), (1, 3), (3, 6.5), (6.5, 11.5), (11.5, 16.5)]
    assert body.gaps == ()


def test_the_order_of_contours_does_not_matter() -> None:
    forward, backward = stack([0, 2, 4, 9, 14]), stack([14, 9, 4, 2, 0])
    assert faces(forward) == faces(backward)
    assert forward.volume_cc == backward.volume_cc


def test_a_missing_slice_is_a_gap_and_not_filled() -> None:
    body = stack([0, 2, 4, 8, 10, 12])
    assert [(g.lower_mm, g.upper_mm) for g in body.gaps] == [(5, 7)]
    assert body.volume_cc == pytest.approx(0.1 * 12)


def test_image_slices_tell_a_wide_spacing_from_a_missing_slice() -> None:
    wide = stack([0, 4, 8], slice_positions_mm=[0, 4, 8, 12])
    missing = stack([0, 4, 8], slice_positions_mm=[0, 2, 4, 6, 8, 10])
    assert wide.gaps == () and wide.extent_mm() == (-2, 10)
    assert len(missing.gaps) == 2
    assert missing.extent_mm() == (-1, 9)


def test_image_slices_may_be_off_by_rounding() -> None:
    heights = np.arange(6) * 2.5
    body = stack(heights, slice_positions_mm=heights + 0.01)
    assert body.gaps == ()


def test_separate_parts_are_not_bridged() -> None:
    body = stack([0, 2, 4, 20, 22, 24])
    assert body.volume_cc == pytest.approx(0.1 * 12)
    assert not body.contains([[0, 0, 12]])[0]


def test_several_polygons_in_a_slice_add_up_and_a_hole_is_left_out() -> None:
    slices = [at(p, h) for h in (0, 2) for p in (SQUARE, rectangle(4, 4), rectangle(2, 2, (20, 0)))]
    body = Structure.from_contours("Ring", slices)
    assert body.volume_cc == pytest.approx((100 - 16 + 4) * 4 / 1000)
    assert body.contains([[0, 0, 1], [4, 0, 1], [20, 0, 1]]).tolist() == [False, True, True]


@pytest.mark.parametrize("again", [SQUARE, np.roll(SQUARE, 1, axis=0), SQUARE[::-1]])
def test_a_contour_stored_twice_counts_once_and_is_named(again: np.ndarray) -> None:
    body = Structure.from_contours("Cord", [at(SQUARE, 0), at(SQUARE, 2), at(again, 2)])
    assert body.volume_cc == pytest.approx(0.4)
    assert "stored twice" in body.warnings[0]


@pytest.mark.parametrize("off_mm", [4e-5, 6e-5, 9e-4])
def test_a_contour_stored_twice_may_be_rounded_anew(off_mm: float) -> None:
    again = SQUARE + off_mm * np.array([[1, 0], [0, -1], [-1, 0], [0, 1]])
    body = Structure.from_contours("Cord", [at(SQUARE, 0), at(SQUARE, 2), at(again, 2)])
    assert body.volume_cc == pytest.approx(0.4)
    assert "stored twice" in body.warnings[0]


def test_a_contour_of_other_corners_is_another_contour() -> None:
    hole = SQUARE * 0.5
    body = Structure.from_contours("Cord", [at(SQUARE, 0), at(SQUARE, 2), at(hole, 2)])
    assert body.volume_cc < 0.4
    assert body.warnings == ()


@pytest.mark.parametrize("far_mm", [1.1e5, -1e200, 1.7e308])
def test_a_coordinate_where_no_patient_lies_is_refused(far_mm: float) -> None:
    damaged = at(SQUARE, 2.0)
    damaged[1, 0] = far_mm
    with pytest.raises(InputError, match=r"Cord: contour 2 has a coordinate of .* mm, where no"):
        Structure.from_contours("Cord", [at(SQUARE, 0), damaged])


def test_a_closing_point_that_repeats_the_first_is_dropped() -> None:
    closed = at(np.vstack([SQUARE, SQUARE[:1]]), 0.0)
    body = Structure.from_contours("Cord", [closed], slice_spacing_mm=2)
    assert len(body.contours()[0]) == 4


def test_a_single_plane_needs_a_slice_spacing() -> None:
    with pytest.raises(InputError, match=r"Cord.*one plane only"):
        stack([0])
    assert stack([0], slice_spacing_mm=3).extent_mm() == (-1.5, 1.5)
    assert stack([4], slice_positions_mm=[0, 2, 4]).extent_mm() == (3, 5)


def test_no_point_falls_between_two_slabs() -> None:
    heights = np.arange(200) * 0.3
    body = stack(heights)
    middles = 0.5 * (heights[1:] + heights[:-1])
    points = np.column_stack([np.zeros((199, 2)), middles])
    lifted = points + np.array([0, 0, 1e-14])
    assert body.contains(points).all()
    assert body.contains(lifted).all()


@pytest.mark.parametrize("angles", [(30, 0, 0), (20, -35, 50), (0, 90, 0), (90, 0, 0)])
def test_oblique_planes_keep_the_volume_and_the_inside(angles: tuple[float, ...]) -> None:
    turn = Rotation.from_euler("xyz", angles, degrees=True)
    upright = [at(SQUARE, h) for h in planes(20, 2)]
    body = Structure.from_contours("Cord", turned(upright, turn))
    assert body.volume_cc == pytest.approx(2.0)
    probes = np.array([[4.9, 4.9, 9.9], [5.1, 0, 0], [0, 0, -9.9], [0, 0, 10.1]])
    assert body.contains(turn.apply(probes)).tolist() == [True, False, True, False]


def test_bounds_hold_the_oblique_caps() -> None:
    turn = Rotation.from_euler("x", 30, degrees=True)
    body = Structure.from_contours("Cord", turned([at(SQUARE, h) for h in planes(20, 2)], turn))
    high = 10 * np.cos(np.pi / 6) + 5 * np.sin(np.pi / 6)
    assert np.allclose(body.extent_mm(), (-high, high))


def test_a_part_between_two_planes_has_exact_fractional_slices() -> None:
    part = prism(SQUARE, 20.0, 2.5).between(-3.7, 6.1)
    assert part.volume_cc == pytest.approx(0.98)
    assert part.extent_mm() == (-3.7, 6.1)


def test_a_tiny_loop_is_noted_and_kept() -> None:
    outline = circle(5.0)
    outline[[10, 11]] = outline[[11, 10]]
    body = Structure.from_contours("Cord", [at(outline, 0), at(circle(5.0), 2)])
    assert "loop" in body.warnings[0]


BOW_TIE = [(0, 0), (10, 0), (2, 8), (8, 8)]

REFUSED = {
    "no contours": ([], "Cord has no contours"),
    "two points": ([at([(0, 0), (1, 1)], 0)], "Cord: contour 1 .*2 points"),
    "closed two points": ([at([(0, 0), (1, 1), (0, 0)], 0)], "2 points"),
    "a line": ([at([(0, 0), (1, 1), (2, 2)], 0)], "encloses 0 mm2"),
    "a bow tie": ([at(SQUARE, 0), at(BOW_TIE, 2)], "contour 2 .*crosses itself"),
    "not flat": (
        [[(0, 0, 0), (10, 0, 0), (10, 10, 3), (0, 10, 0)]],
        "leaves its plane by [0-9.]+ mm",
    ),
    "not parallel": (
        [at(SQUARE, 0), Rotation.from_euler("x", 20, degrees=True).apply(at(SQUARE, 9))],
        "contour 2 .*leaves its plane",
    ),
    "not finite": ([[(0, 0, 0), (1, 0, np.nan), (0, 1, 0)]], "finite"),
    "not points": ([[(0, 0), (1, 0), (0, 1)]], "finite"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_unusable_contours_are_refused_with_their_name(name: str) -> None:
    contours, message = REFUSED[name]
    with pytest.raises(InputError, match=message):
        Structure.from_contours("Cord", contours)


def test_a_structure_needs_a_name() -> None:
    with pytest.raises(InputError, match="no name"):
        Structure.from_contours(" ", [at(SQUARE, 0), at(SQUARE, 2)])
