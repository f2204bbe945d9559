"""The gap between tumour and cord in every axial slice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation
from sector_boxes import box
from shapes import affine, at, circle, cylinder, occupancy_of, prism, rectangle, turned

from spine_radiosurgery.geometry import InputError, Structure
from spine_radiosurgery.targets import epidural_gaps

CORD = cylinder(5.0, 60.0, spacing=2.0, name="SpinalCord")


def masked_cylinder(radius, centre, name, spacing=0.5, length=20.0):
    shape = (round(length / 2), *[2 * round((radius + 2) / spacing)] * 2)
    middle = (np.array(shape[::-1]) - 1) / 2 * [spacing, spacing, 2.0]
    matrix = affine((spacing, spacing, 2.0), np.array([*centre, 0.0]) - middle)

    def inside(points):
        return np.linalg.norm(points[..., :2] - centre, axis=-1) < radius

    return Structure.from_mask(name, occupancy_of(inside, shape, matrix), matrix)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.05, 6.0), st.floats(0, 360), st.floats(2.0, 10.0))
def test_between_circles_of_contours_the_gap_is_exact(gap, angle, radius):
    away = 5.0 + radius + gap
    centre = away * np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    tumour = cylinder(radius, 20.0, centre=(*centre, 0.0), name="GTV", spacing=2.5)
    found = epidural_gaps(tumour, CORD)
    assert len(found.rows) == 8
    assert found.minimum_mm == pytest.approx(gap, abs=0.01)
    assert len(found.below) == (8 if found.minimum_mm < 2 - 1e-6 else 0)


@pytest.mark.parametrize("gap", [0.4, 1.3, 2.6])
def test_between_masks_with_partial_voxels_the_gap_is_a_tenth_of_a_millimetre_right(gap):
    tumour = masked_cylinder(6.0, (0.23, 11.0 + gap), "GTV")
    cord = masked_cylinder(5.0, (0.0, 0.0), "SpinalCord")
    truth = np.hypot(0.23, 11.0 + gap) - 11.0
    assert epidural_gaps(tumour, cord).minimum_mm == pytest.approx(truth, abs=0.1)
    assert epidural_gaps(tumour, CORD).minimum_mm == pytest.approx(truth, abs=0.1)


def test_between_flat_faces_of_binary_masks_the_gap_is_exact():
    found = epidural_gaps(box((-5, 6.5, -5), (5, 10, 5)), box((-4, -4, -30), (4, 4, 30), "Cord"))
    assert [row.gap_mm for row in found.rows] == pytest.approx([2.5] * 20)
    assert not found.below


def test_the_gap_is_in_the_slice_not_across_slices():
    upper = prism(rectangle(10, 4, (0, 12)), 10.0, centre=10.0, name="GTV")
    lower = prism(rectangle(10, 4, (0, 8)), 10.0, centre=-10.0)
    tumour = Structure.from_contours("GTV", [*upper.contours(), *lower.contours()])
    found = epidural_gaps(tumour, CORD)
    heights = [row.superior_mm for row in found.rows]
    assert heights == sorted(heights, reverse=True)
    assert {round(row.gap_mm, 2) for row in found.rows if row.superior_mm > 0} == {5.0}
    assert {round(row.gap_mm, 2) for row in found.below} == {1.0}
    assert found.smallest.superior_mm < 0
    assert "less than 2 mm on 5 of 10 slices" in found.text


def test_the_nearest_points_are_given():
    (row, *_) = epidural_gaps(prism(rectangle(2, 4, (0, 10)), 10.0, name="GTV"), CORD).rows
    assert row.tumour_ras == pytest.approx([row.tumour_ras[0], 8.0, row.superior_mm])
    assert np.linalg.norm(row.tumour_ras - row.cord_ras) == pytest.approx(row.gap_mm)


@pytest.mark.parametrize(
    "tumour",
    [
        prism(rectangle(20, 4, (0, 5.5)), 10.0, name="GTV"),
        prism(rectangle(2, 2), 10.0, name="GTV"),
        prism(rectangle(30, 30), 10.0, name="GTV"),
        prism(rectangle(1, 30), 10.0, name="GTV"),
    ],
    ids=["overlap", "inside", "around", "across"],
)
def test_touching_or_overlapping_is_a_gap_of_nothing(tumour):
    assert {row.gap_mm for row in epidural_gaps(tumour, CORD).rows} == {0.0}


def test_a_ring_around_the_cord_keeps_its_gap():
    contours = [at(circle(r), z) for z in (-2.0, 0.0, 2.0) for r in (6.5, 12.0)]
    found = epidural_gaps(Structure.from_contours("GTV", contours), CORD)
    assert [row.gap_mm for row in found.rows] == pytest.approx([1.5] * 3, abs=0.01)


def test_slices_without_a_cord_are_not_evaluable_and_say_why():
    short = cylinder(5.0, 10.0, spacing=2.0, name="SpinalCord")
    found = epidural_gaps(prism(rectangle(10, 4, (0, 9)), 20.0, name="GTV"), short)
    assert len(found.rows) == 10
    assert {row.superior_mm for row in found.not_evaluable} == {-9, -7, 7, 9}
    assert {row.reason for row in found.not_evaluable} == {"SpinalCord ends before this slice"}
    assert "4 not evaluable" in found.text
    far = epidural_gaps(prism(rectangle(4, 4), 10.0, centre=50.0, name="GTV"), short)
    assert far.minimum_mm is None
    assert "not evaluable on any slice" in far.text


def test_missing_cord_slices_inside_are_not_evaluable():
    heights = [-6, -4, -2, 4, 6, 8]
    cord = Structure.from_contours("SpinalCord", [at(circle(5.0), h) for h in heights])
    found = epidural_gaps(prism(rectangle(10, 4, (0, 9)), 14.0, name="GTV"), cord)
    reasons = {row.superior_mm: row.reason for row in found.not_evaluable}
    assert set(reasons) == {0.0, 2.0}
    assert "has no outline on this slice" in reasons[0.0]


def test_oblique_structures_are_cut_in_axial_slices():
    turn = Rotation.from_euler("x", 12, degrees=True)
    tilted = Structure.from_contours("SpinalCord", turned(CORD.contours(), turn))
    tumour = prism(rectangle(4, 4, (0, 12)), 10.0, name="GTV", spacing=2.0)
    for row in epidural_gaps(tumour, tilted).rows:
        # The axial cut of a tilted cylinder is an ellipse along anterior.
        edge = -row.superior_mm * np.tan(np.radians(12)) + 5.0 / np.cos(np.radians(12))
        assert row.gap_mm == pytest.approx(10.0 - edge, abs=0.1)


def test_a_step_may_be_asked_for():
    tumour = prism(rectangle(4, 4, (0, 12)), 10.0, name="GTV", spacing=2.0)
    assert len(epidural_gaps(tumour, CORD, step_mm=0.5).rows) == 20
    assert epidural_gaps(tumour, CORD, limit_mm=6.0).below
    for wrong in ({"step_mm": 0.0}, {"limit_mm": -1.0}):
        with pytest.raises(InputError, match="more than 0 mm"):
            epidural_gaps(tumour, CORD, **wrong)
