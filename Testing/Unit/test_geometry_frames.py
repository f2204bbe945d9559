"""The frame that contours lie in, what counts as one plane, and where slices are missing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation
from shapes import at, circle, rectangle

from spine_radiosurgery.geometry import InputError, Structure

SQUARE = rectangle(4, 4)
ANGLES = st.floats(-180, 180)


def body(heights: object, **options: object) -> Structure:
    return Structure.from_contours("Body", [at(SQUARE, h) for h in np.ravel(heights)], **options)


def faces(structure: Structure) -> list[tuple[float, float]]:
    return [(s.lower_mm, s.upper_mm) for s in structure.shape.slabs]


def gaps(structure: Structure) -> list[tuple[float, float]]:
    return [(gap.lower_mm, gap.upper_mm) for gap in structure.gaps]


def lifted(by_mm: float) -> NDArray[np.float64]:
    """A square of 4 mm in eight points, the middle one of one side out of its plane."""
    sides = np.array(
        [(-2, -2), (0, -2), (2, -2), (2, 0), (2, 2), (0, 2), (-2, 2), (-2, 0)], dtype=float
    )
    points = at(sides, 0.0)
    points[1, 2] = by_mm
    return points


@settings(max_examples=40, deadline=None, derandomize=True)
@given(angles=st.tuples(ANGLES, ANGLES, ANGLES))
def test_a_frame_is_upright_right_handed_and_its_normal_points_up_its_longest_part(
    angles: tuple[float, float, float],
) -> None:
    turn = Rotation.from_euler("xyz", angles, degrees=True)
    contours = [turn.apply(at(SQUARE, h)) for h in (0.0, 2.0)]
    axes = Structure.from_contours("Body", contours).shape.axes
    assert axes @ axes.T == pytest.approx(np.eye(3), abs=1e-12)
    assert np.linalg.det(axes) == pytest.approx(1.0)
    # Within a thousandth of an axis the normal is that axis.
    assert abs(axes[2] @ turn.apply([0, 0, 1.0])) == pytest.approx(1.0, abs=2e-6)
    assert axes[2][np.argmax(np.abs(axes[2]))] > 0
    # Its first row is the patient's axis nearest to the plane, laid into it.
    nearest = int(np.argmin(np.abs(axes[2])))
    assert axes[0][nearest] == pytest.approx(np.sqrt(1 - axes[2][nearest] ** 2))


@pytest.mark.parametrize("clockwise", [False, True])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_planes_along_the_patients_axes_have_exactly_such_frames(
    axis: int, clockwise: bool
) -> None:
    contours = [np.roll(at(SQUARE, h), axis + 1, axis=1) for h in (1.0, 3.0)]
    if clockwise:
        contours = [contour[::-1] for contour in contours]
    found = Structure.from_contours("Body", contours).shape
    assert np.abs(found.axes).max(axis=0).tolist() == [1.0, 1.0, 1.0]
    assert found.axes[2].tolist() == np.eye(3)[axis].tolist()
    assert [slab.position_mm for slab in found.slabs] == [1.0, 3.0]


@pytest.mark.parametrize(("tilt", "straightened"), [(1.2e-3, True), (1.7e-3, False)])
def test_a_tilt_of_rounding_is_straightened(tilt: float, straightened: bool) -> None:
    turn = Rotation.from_rotvec([tilt, 0, 0])
    contours = [turn.apply(at(SQUARE, h)) for h in (0.0, 2.0)]
    normal = Structure.from_contours("Body", contours).shape.axes[2]
    assert (normal.tolist() == [0, 0, 1]) is straightened
    assert normal == pytest.approx(turn.apply([0, 0, 1.0]), abs=tilt if straightened else 1e-12)


def test_the_largest_contour_says_how_all_of_them_lie() -> None:
    lean = Rotation.from_euler("x", 0.05)
    small = lean.apply(at(rectangle(2, 2), 0.0)) + np.array([0, 0, 2.0])
    large = [at(rectangle(9, 9), h) for h in (0.0, 4.0)]
    assert Structure.from_contours("Body", [small, *large]).shape.axes[2].tolist() == [0, 0, 1]


def test_contours_smaller_than_a_square_millimeter_lie_as_they_are_drawn() -> None:
    small = [np.roll(at(rectangle(0.5, 0.8), h), 1, axis=1) for h in (0.0, 1.0)]
    found = Structure.from_contours("Speck", small)
    assert found.shape.axes[2].tolist() == [1, 0, 0]
    assert found.volume_cc == pytest.approx(0.8 / 1000)


def test_points_map_into_the_frame_and_back() -> None:
    turn = Rotation.from_euler("xyz", (20, -35, 50), degrees=True)
    stack = Structure.from_contours("Body", [turn.apply(at(SQUARE, h)) for h in (3, 5)]).shape
    points = np.random.default_rng(1).uniform(-9, 9, (5, 3))
    local = stack.to_frame(points)
    assert stack.to_ras(local[:, :2], local[:, 2]) == pytest.approx(points)
    assert stack.contours_ras()[1] == pytest.approx(turn.apply(at(SQUARE, 5)))


def test_points_may_leave_their_plane_by_a_tenth_of_a_millimeter() -> None:
    base = at(rectangle(9, 9), 2)
    assert Structure.from_contours("Body", [lifted(0.09), base]).extent_mm() == (-1, 3)
    with pytest.raises(InputError, match=r"contour 1 .* leaves its plane by 0.1[0-9] mm"):
        Structure.from_contours("Body", [lifted(0.12), base])


def test_contours_two_hundredths_of_a_millimeter_apart_lie_on_one_plane() -> None:
    aside = rectangle(4, 4, (20, 0))
    together, apart = (
        Structure.from_contours("Body", [at(SQUARE, 0), at(aside, rise)], slice_spacing_mm=2)
        for rise in (0.02, 0.03)
    )
    assert [slab.position_mm for slab in together.shape.slabs] == [0.0]
    assert together.volume_cc == pytest.approx(2 * 32 / 1000)
    assert [slab.position_mm for slab in apart.shape.slabs] == [0.0, 0.03]


def test_a_last_point_near_the_first_is_a_point_of_its_own() -> None:
    nearly = np.vstack([SQUARE, SQUARE[0] + (0.0, 0.001)])
    closed = Structure.from_contours("Body", [at(nearly, 0)], slice_spacing_mm=2)
    assert len(closed.contours()[0]) == 5
    triangle = at([(0, 0), (4, 0), (0, 4)], 0)
    assert Structure.from_contours("Body", [triangle], slice_spacing_mm=2).volume_cc == 0.016


def single(*outlines: NDArray[np.float64]) -> Structure:
    """Outlines on one plane, which is 2 mm thick."""
    return Structure.from_contours(
        "Body", [at(o, 0) for o in outlines], slice_spacing_mm=2.0, warnings=("Given.",)
    )


TRIANGLE = np.array([(0.0, 0.0), (4.0, 1.0), (1.0, 3.0)])


@pytest.mark.parametrize(
    ("other", "area_mm2"),
    [
        (np.add(SQUARE, (10.0, 0.0)), 32),
        (np.add(SQUARE, (0.5, 0.0)), 4),
        (np.add(TRIANGLE, (20.0, 0.0)), 16 + 5.5),
    ],
)
def test_outlines_that_differ_are_no_copies(other: NDArray[np.float64], area_mm2: float) -> None:
    found = single(SQUARE, other)
    assert found.warnings == ("Given.",)
    assert found.volume_cc == pytest.approx(2 * area_mm2 / 1000)


def test_outlines_that_differ_by_rounding_are_copies() -> None:
    found = single(TRIANGLE, np.add(TRIANGLE, (8e-5, -8e-5)), np.add(SQUARE, (20.0, 0.0)))
    assert found.volume_cc == pytest.approx(2 * (5.5 + 16) / 1000)
    assert found.warnings[0] == "Given."
    assert found.warnings[1].startswith("Contour 2 of Body at R 1.7, A 1.3, S 0.0 mm is stored")


def test_a_loop_is_noted_with_its_place() -> None:
    outline = circle(5.0, (30.0, -20.0))
    outline[[10, 11]] = outline[[11, 10]]
    (note,) = Structure.from_contours("Cord", [at(outline, 7)], slice_spacing_mm=2.0).warnings
    assert note.startswith("Contour 1 of Cord at R 30.0, A -20.0, S 7.0 mm crosses itself in a")


def test_steps_up_to_half_as_long_again_as_those_beside_are_no_gaps() -> None:
    assert gaps(body([0, 2, 5, 7])) == []
    assert gaps(body([0, 2, 5.1, 7.1])) == [(3.0, 4.1)]
    assert gaps(body([0, 2, 4, 7.1])) == [(5.0, 6.1)]
    assert gaps(body([0, 4, 6, 8])) == [(1.0, 3.0)]
    # The longer one of two neighbors counts.
    assert gaps(body([0, 1, 4, 7, 11.4])) == []


def test_a_plane_with_no_neighbor_is_as_thick_as_most_steps() -> None:
    found = body([0, 10, 12, 13, 16])
    assert gaps(found) == [(0.75, 9.0), (13.5, 15.25)]
    assert faces(found) == [(-0.75, 0.75), (9.0, 11.0), (11.0, 12.5), (12.5, 13.5), (15.25, 16.75)]


def test_a_plane_between_two_gaps_is_as_thick_as_it_is_said_to_be() -> None:
    images = np.arange(0, 20, 2)
    found = body([2, 6, 10], slice_positions_mm=images, slice_spacing_mm=1.0)
    assert faces(found) == [(1.5, 2.5), (5.5, 6.5), (9.5, 10.5)]
    assert gaps(found) == [(2.5, 5.5), (6.5, 9.5)]


def test_the_images_slices_may_come_in_any_order() -> None:
    images = [8, 0, 6, 2, 10, 4]
    assert gaps(body([2, 4, 8], slice_positions_mm=images)) == [(5.0, 7.0)]


@pytest.mark.parametrize(("shift", "missing"), [(-0.45, 0), (0.45, 0), (0.55, 3), (1.0, 3)])
def test_a_slice_a_quarter_of_the_spacing_off_a_contour_is_that_contours(
    shift: float, missing: int
) -> None:
    heights = np.array([0.0, 2, 4, 6])
    found = body(heights, slice_positions_mm=np.arange(-4, 12, 2) + shift)
    assert len(found.gaps) == missing


def test_one_or_two_slices_of_the_image_tell_what_they_can() -> None:
    assert faces(body([4], slice_positions_mm=[4, 7])) == [(2.5, 5.5)]
    # One: that something is missing, by how much say the contours.
    alone = body([0, 10, 12], slice_positions_mm=[0.3])
    assert (faces(alone)[0], gaps(alone)) == ((-1.0, 1.0), [(1.0, 9.0)])
    both = body([0, 10, 12], slice_positions_mm=[0, 5])
    assert (faces(both)[0], gaps(both)) == ((-2.5, 2.5), [(2.5, 9.0)])
    assert faces(body([0, 10], slice_positions_mm=[5])) == [(-5.0, 5.0), (5.0, 15.0)]


def test_steps_shorter_than_the_images_slices_are_no_gaps() -> None:
    found = body([0, 0.5, 1, 1.5], slice_positions_mm=[-3, 0, 3, 6])
    assert gaps(found) == []


def test_only_axial_contours_are_measured_by_the_images_slices() -> None:
    coronal = [np.roll(at(SQUARE, h), 2, axis=1) for h in (0, 4, 8)]
    found = Structure.from_contours("Body", coronal, slice_positions_mm=range(-10, 20, 2))
    assert found.gaps == ()
    assert found.extent_mm((0, 1, 0)) == (-2.0, 10.0)


def test_a_cut_through_a_gap_keeps_the_part_of_it_inside() -> None:
    whole = body([0, 2, 4, 10, 12])
    assert gaps(whole) == [(5.0, 9.0)]
    assert gaps(whole.between(6.0, 8.0)) == [(6.0, 8.0)]
    assert faces(whole.between(6.0, 8.0)) == []
    for low, high in ((-1.0, 5.0), (9.0, 20.0)):
        assert gaps(whole.between(low, high)) == []
    # A slab whose face only touches the cut is gone.
    assert faces(whole.between(1.0, 9.0)) == [(1.0, 3.0), (3.0, 5.0)]
