"""Sections, parts and distances of boxes, whose figures are plain."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from shapes import affine, at, centred_affine, prism, rectangle

from spine_radiosurgery.geometry import (
    Grid,
    HalfSpace,
    InputError,
    OccupancyMask,
    Structure,
    connected_parts,
    moved,
    rigid_matrix,
    sections_along,
    surface_distance,
)

RIGHT, ANTERIOR, SUPERIOR = np.eye(3)
BOX = prism(rectangle(4, 6), 10.0, name="Box")
OBLIQUE = Rotation.from_euler("xyz", (25, -40, 10), degrees=True)


def stacked(*polygons_at: tuple[float, list[np.ndarray]]) -> Structure:
    contours = [at(p, height) for height, polygons in polygons_at for p in polygons]
    return Structure.from_contours("Body", contours)


@pytest.mark.parametrize(
    ("step", "layers"), [(1.0, 4), (2.0, 2), (1.5, 3), (1.7, 2), (4.0, 1), (50.0, 1)]
)
def test_a_body_is_cut_into_whole_layers_across_its_contours(step: float, layers: int) -> None:
    found = sections_along(BOX, RIGHT, step_mm=step)
    thickness = 4.0 / layers
    middles = -2.0 + thickness * (np.arange(layers) + 0.5)
    assert found.position_mm == pytest.approx(middles)
    assert found.area_mm2 == pytest.approx([60.0] * layers)
    assert found.centroid_ras == pytest.approx(middles[:, np.newaxis] * RIGHT, abs=0.03)


def test_sections_along_the_other_way_come_in_the_other_order() -> None:
    heights = [0.0, 2.0, 5.0]
    body = stacked(*[(h, [rectangle(2 + h, 2, (h, 0))]) for h in heights])
    found = sections_along(body, -SUPERIOR)
    assert found.position_mm.tolist() == [-5.0, -2.0, 0.0]
    assert found.area_mm2 == pytest.approx([14.0, 8.0, 4.0])
    assert found.centroid_ras[:, 0] == pytest.approx([5.0, 2.0, 0.0])


def test_layers_without_the_body_are_left_out() -> None:
    apart = [rectangle(2, 2, (-4, 0)), rectangle(2, 2, (4, 0))]
    found = sections_along(stacked((0.0, apart), (2.0, apart)), RIGHT, step_mm=2.0)
    assert found.position_mm == pytest.approx([-4.0, 4.0])
    assert found.area_mm2 == pytest.approx([8.0, 8.0])


def test_sections_of_a_mask_are_its_layers_whatever_the_step() -> None:
    values = np.ones((2, 3, 4))
    values[:, :, 1] = 0.5
    body = Structure.from_mask("Mask", values, affine((1.5, 1.0, 1.0)))
    found = sections_along(body, RIGHT, step_mm=0.4)
    assert found.position_mm == pytest.approx([0.0, 1.5, 3.0, 4.5])
    assert found.area_mm2 == pytest.approx([6.0, 3.0, 6.0, 6.0])


def test_sections_of_a_turned_mask_are_as_thick_as_asked() -> None:
    matrix = centred_affine((8, 8, 8), (1, 1, 1), OBLIQUE)
    found = sections_along(Structure.from_mask("Mask", np.ones((8, 8, 8)), matrix), step_mm=2.0)
    assert np.diff(found.position_mm) == pytest.approx(2.0, abs=0.3)
    assert found.area_mm2.sum() * np.diff(found.position_mm)[0] == pytest.approx(512, rel=2e-3)
    assert found.area_mm2 @ found.centroid_ras == pytest.approx(np.zeros(3), abs=1e-6)


def test_columns_that_meet_above_are_one_part_and_count_once() -> None:
    columns = [rectangle(2, 2, (x, 0)) for x in (-6, 0, 6)]
    bar = [rectangle(16, 2)]
    (part,) = connected_parts(stacked((0.0, columns), (2.0, columns), (4.0, bar)))
    assert (part.lower_mm, part.upper_mm) == (-1.0, 5.0)
    assert part.volume_cc == pytest.approx((2 * 2 * 12 + 2 * 32) / 1000)
    assert len(connected_parts(stacked((0.0, columns), (2.0, columns)))) == 3


def test_parts_come_in_order_along_the_axis_asked() -> None:
    body = stacked(*[(h, [rectangle(2, 2, (x, 0))]) for x, h in ((0, 0), (0, 2), (9, 4), (9, 6))])
    upward, downward, across = (
        [(p.lower_mm, p.upper_mm) for p in connected_parts(body, axis)]
        for axis in (SUPERIOR, -SUPERIOR, -RIGHT)
    )
    assert upward == [(-1.0, 3.0), (3.0, 7.0)]
    assert downward == [(-7.0, -3.0), (-3.0, 1.0)]
    assert across == [(-10.0, -8.0), (-1.0, 1.0)]


@pytest.mark.parametrize("gap_mm", [1.0, 3.0, 25.0])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_two_boxes_are_as_far_apart_as_their_faces(gap_mm: float, axis: int) -> None:
    size = np.array([4.0, 6.0, 10.0])
    shift = np.zeros(3)
    shift[axis] = size[axis] + gap_mm
    matrix = np.eye(4)
    matrix[:3, 3] = shift
    found = surface_distance(BOX, moved(BOX, matrix))
    assert found.distance_mm == pytest.approx(gap_mm, abs=0.05)
    assert found.first_ras[axis] == pytest.approx(size[axis] / 2)
    assert found.second_ras[axis] == pytest.approx(size[axis] / 2 + gap_mm)


def test_two_edges_are_as_far_apart_as_their_corner_points() -> None:
    matrix = np.eye(4)
    matrix[:3, 3] = (4.0 + 3.0, 6.0 + 4.0, 10.0 + 12.0)
    found = surface_distance(BOX, moved(BOX, matrix))
    assert found.distance_mm == pytest.approx(13.0)
    assert found.first_ras == pytest.approx([2.0, 3.0, 5.0])
    assert found.second_ras == pytest.approx([5.0, 7.0, 17.0])


def test_where_boxes_overlap_the_place_is_in_both() -> None:
    matrix = np.eye(4)
    matrix[:3, 3] = (3.0, 4.0, 5.0)
    found = surface_distance(BOX, moved(BOX, matrix))
    assert found.distance_mm == 0.0
    assert (found.first_ras >= [1.0, 1.0, 0.0]).all()
    assert (found.first_ras <= [2.0, 3.0, 5.0]).all()


@pytest.mark.parametrize("first", [True, False])
def test_a_structure_of_which_nothing_is_left_has_no_distance(first: bool) -> None:
    nothing = BOX.between(50.0, 60.0).renamed("Nothing")
    pair = (nothing, BOX) if first else (BOX, nothing)
    with pytest.raises(InputError, match="Structure Nothing has no surface"):
        surface_distance(*pair)


@pytest.mark.parametrize(("stretch", "accepted"), [(1.0004, True), (1.0006, False)])
def test_transforms_may_be_a_thousandth_off(stretch: float, accepted: bool) -> None:
    matrix = np.diag([stretch, 1.0, 1.0, 1.0])
    if accepted:
        assert rigid_matrix(matrix) == pytest.approx(np.eye(4), abs=1e-12)
    else:
        with pytest.raises(InputError, match="not rigid"):
            rigid_matrix(matrix)


def test_a_cut_face_goes_along_with_its_structure() -> None:
    matrix = np.eye(4)
    matrix[:3, :3] = Rotation.from_euler("z", 90, degrees=True).as_matrix()
    matrix[:3, 3] = (10.0, 20.0, 30.0)
    there = moved(BOX.clipped(HalfSpace(RIGHT, 0.5)), matrix)
    (clip,) = there.clips
    assert clip.normal == pytest.approx(ANTERIOR)
    assert clip.offset_mm == pytest.approx(20.5)
    assert there.name == "Box"


def test_a_grid_is_cropped_from_a_voxel_on() -> None:
    matrix = centred_affine((4, 5, 6), (1.0, 2.0, 3.0), OBLIQUE)
    grid = Grid((4, 5, 6), matrix)
    part = grid.cropped((1, 2, 3), (2, 2, 2))
    assert part.shape_kji == (2, 2, 2)
    assert part.to_ras([[0, 0, 0]]) == pytest.approx(grid.to_ras([[3, 2, 1]]))
    assert part.directions == pytest.approx(OBLIQUE.as_matrix())


@pytest.mark.parametrize("turn", [None, OBLIQUE], ids=["straight", "turned"])
def test_ways_in_space_are_steps_in_voxels(turn: Rotation | None) -> None:
    grid = Grid((2, 2, 2), affine((1.0, 2.0, 4.0), (5.0, 6.0, 7.0), turn))
    start, stop = grid.to_ras([[0.5, 1.0, 2.0], [3.5, 0.0, 4.0]])
    assert grid.to_ijk_steps(np.array([stop - start]))[0] == pytest.approx([3.0, -1.0, 2.0])
    assert grid.to_ijk([start])[0] == pytest.approx([0.5, 1.0, 2.0])


def test_the_extent_of_thin_voxels_is_that_of_all_of_them() -> None:
    values = np.zeros((3, 2, 5))
    values[1, 1, 1:4] = 0.3
    thin = Structure.from_mask("Thin", values, affine((1, 1, 2)))
    assert thin.extent_mm(RIGHT) == (0.5, 3.5)
    assert thin.extent_mm() == (1.0, 3.0)
    nothing = OccupancyMask(np.zeros((1, 1, 1)), Grid((1, 1, 1), np.eye(4)))
    with pytest.raises(InputError, match="without any voxel"):
        nothing.extent_mm(RIGHT)


def test_half_a_voxel_is_measured_along_its_own_nearest_axis() -> None:
    mask = Structure.from_mask("Mask", np.ones((1, 1, 1)), affine((1.0, 2.0, 4.0))).mask
    assert [mask.half_voxel_mm(axis) for axis in np.eye(3)] == [0.5, 1.0, 2.0]
    assert mask.half_voxel_mm(np.array([0.6, 0.0, -0.8])) == pytest.approx(2.0 * 0.8)


@pytest.mark.parametrize(
    ("place", "value_mm"), [((0, 3), 1.1e5), ((2, 3), -1e300), ((0, 0), 1001.0), ((2, 0), -1e308)]
)
def test_a_grid_where_no_patient_lies_is_refused(place: tuple[int, int], value_mm: float) -> None:
    matrix = np.eye(4)
    matrix[place] = value_mm
    with pytest.raises(InputError, match="as no patient does"):
        Grid((2, 2, 2), matrix)
