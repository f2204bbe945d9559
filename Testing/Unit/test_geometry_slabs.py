"""Faces of slabs, gaps and the two ends of what is told about contours."""

from __future__ import annotations

import numpy as np
import pytest
from shapes import at, circle, rectangle

from spine_radiosurgery.geometry import InputError, Structure
from spine_radiosurgery.geometry.polygons import (
    even_odd_area_mm2,
    even_odd_areas_mm2,
    nesting_depth,
    overlap,
    signed_area_mm2,
)

SQUARE = rectangle(4, 4)


def body(heights, **options) -> Structure:
    return Structure.from_contours("Body", [at(SQUARE, h) for h in heights], **options)


def faces(structure: Structure) -> list[tuple[float, float]]:
    return [(s.lower_mm, s.upper_mm) for s in structure.shape.slabs]


def gaps(structure: Structure) -> list[tuple[float, float]]:
    return [(gap.lower_mm, gap.upper_mm) for gap in structure.gaps]


def test_faces_lie_half_way_and_half_the_local_spacing_beyond_the_ends() -> None:
    assert faces(body([0, 2, 5])) == [(-1.0, 1.0), (1.0, 3.5), (3.5, 6.5)]
    assert faces(body([5, 0, 2])) == faces(body([0, 2, 5]))


def test_a_single_plane_is_as_thick_as_it_is_said_to_be() -> None:
    assert faces(body([4], slice_spacing_mm=3)) == [(2.5, 5.5)]
    assert faces(body([4], slice_positions_mm=[0, 2, 4, 6])) == [(3.0, 5.0)]
    assert faces(body([4], slice_spacing_mm=3, slice_positions_mm=[0, 2, 4])) == [(2.5, 5.5)]
    for options in ({}, {"slice_positions_mm": [4]}):
        with pytest.raises(InputError, match="on one plane only"):
            body([4], **options)


def test_a_missing_slice_of_the_image_is_a_gap_with_half_a_slice_on_both_sides() -> None:
    images = np.arange(0, 20, 2)
    found = body([2, 4, 8, 10], slice_positions_mm=images)
    assert faces(found) == [(1.0, 3.0), (3.0, 5.0), (7.0, 9.0), (9.0, 11.0)]
    assert gaps(found) == [(5.0, 7.0)]
    alone = body([2, 6, 10], slice_positions_mm=images)
    assert faces(alone) == [(1.0, 3.0), (5.0, 7.0), (9.0, 11.0)]
    assert gaps(alone) == [(3.0, 5.0), (7.0, 9.0)]
    assert body([2, 4, 6], slice_positions_mm=images).gaps == ()


def test_without_an_images_slices_a_step_far_longer_than_those_beside_it_is_a_gap() -> None:
    found = body([0, 2, 4, 10, 12])
    assert gaps(found) == [(5.0, 9.0)]
    assert faces(found)[2:4] == [(3.0, 5.0), (9.0, 11.0)]
    assert body([0, 10]).gaps == ()
    assert body([0, 10], slice_spacing_mm=2).gaps == ()


def test_a_cut_keeps_what_lies_between_two_heights() -> None:
    found = body([0, 2, 4, 10, 12]).between(1.5, 7.0)
    assert faces(found) == [(1.5, 3.0), (3.0, 5.0)]
    assert gaps(found) == [(5.0, 7.0)]
    assert found.extent_mm() == (1.5, 5.0)
    assert faces(body([0, 2, 4]).between(1.0, 3.0)) == [(1.0, 3.0)]


def test_contours_of_one_plane_may_differ_by_rounding_and_are_used_once() -> None:
    twice = [at(SQUARE, 0.0), at(np.roll(SQUARE, 1, axis=0), 0.0), at(SQUARE[::-1], 2.0)]
    found = Structure.from_contours("Body", twice)
    assert found.volume_cc == pytest.approx(16 * 4 / 1000)
    assert found.warnings == (
        "Contour 2 of Body at R 0.0, A 0.0, S 0.0 mm is stored twice; used once.",
    )
    ring = [at(rectangle(10, 10), 0.0), at(SQUARE, 0.0), at(SQUARE, 2.0)]
    assert Structure.from_contours("Ring", ring).volume_cc == pytest.approx((84 + 16) * 2 / 1000)


def test_what_a_structure_is_not_told_is_empty() -> None:
    found = body([0, 2])
    assert (found.number, found.color, found.clips, found.warnings) == (None, None, (), ())
    assert (found.interpreted_type, found.algorithm, found.role) == ("", "", "")
    assert found.between_contours == "slabs"
    mask = Structure.from_mask("Mask", np.ones((2, 2, 2)), np.eye(4))
    assert mask.between_contours == ""
    assert mask.interpolated() is mask
    assert found.interpolated().interpolated().between_contours == "linear"
    for name in ("", "  "):
        with pytest.raises(InputError, match="no name"):
            found.renamed(name)


def test_even_odd_areas_of_several_groups() -> None:
    nested = [rectangle(10, 10), rectangle(6, 6), rectangle(2, 2)]
    assert even_odd_area_mm2(nested) == pytest.approx(100 - 36 + 4)
    assert even_odd_areas_mm2([nested, [SQUARE], nested[:2]]) == pytest.approx([68, 16, 64])
    assert even_odd_areas_mm2([]).shape == (0,)
    assert nesting_depth(nested).tolist() == [0, 1, 2]
    assert nesting_depth([SQUARE, SQUARE + 20]).tolist() == [0, 0]
    assert signed_area_mm2(SQUARE) == -signed_area_mm2(SQUARE[::-1]) == pytest.approx(16)


def test_polygons_overlap_where_they_share_area() -> None:
    assert overlap(SQUARE, np.add(SQUARE, (3.9, 0)))
    assert not overlap(SQUARE, np.add(SQUARE, (4.1, 0)))
    assert not overlap(SQUARE, np.add(SQUARE, (0, 4.1)))
    assert not overlap(SQUARE, np.add(SQUARE, (0, -4.1)))
    assert not overlap(SQUARE, np.add(SQUARE, (-4.1, 0)))
    # Boxes that touch while the outlines do not, and one within the other.
    assert not overlap(circle(5), circle(5, (8, 8)))
    assert overlap(circle(5), circle(1, (1, 0)))
    assert overlap(circle(1, (1, 0)), circle(5))
    assert overlap(rectangle(20, 2), rectangle(2, 20))
