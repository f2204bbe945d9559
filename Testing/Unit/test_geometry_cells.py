"""Cells that fill structures: their places, edges and volumes by hand and by moments."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation
from shapes import affine, at, circle, rectangle

from spine_radiosurgery.geometry import Cells, Grid, HalfSpace, Structure, voxels_per_cell

RIGHT, ANTERIOR, SUPERIOR = np.eye(3)
SQUARE = rectangle(4.0, 4.0)


def box(edges_mm: tuple[float, float, float], center: tuple[float, ...], volume: float) -> Cells:
    """One cell along the patient's axes."""
    return Cells(np.array([center]), np.array([volume]), np.diag(edges_mm)[np.newaxis])


def mask(values: object, spacing: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> Structure:
    return Structure.from_mask("Mask", values, affine(spacing))


def ordered(cells: Cells) -> list[tuple[float, ...]]:
    """Center, edge lengths and volume of every cell, sorted."""
    lengths = np.linalg.norm(cells.edges_mm, axis=2)
    rows = np.column_stack([cells.centres_ras, lengths, cells.volumes_mm3])
    return sorted(tuple(row) for row in np.round(rows, 9).tolist())


def test_a_cell_reaches_half_of_all_its_edges_along_a_direction() -> None:
    edges = np.array([[[2.0, 0, 0], [-1.0, 3, 0], [0, 0, 4]], np.eye(3)])
    cells = Cells(np.zeros((2, 3)), np.ones(2), edges)
    assert cells.reach_mm(RIGHT).tolist() == [1.5, 0.5]
    assert cells.reach_mm(ANTERIOR).tolist() == [1.5, 0.5]
    assert cells.reach_mm(0.6 * RIGHT + 0.8 * ANTERIOR).tolist() == pytest.approx([1.5, 0.7])


def test_cells_are_joined_and_chosen_with_all_that_belongs_to_them() -> None:
    first, second = box((1, 2, 3), (4, 5, 6), 7.0), box((8, 9, 10), (11, 12, 13), 14.0)
    both = first.joined(second)
    assert ordered(both) == [(4, 5, 6, 1, 2, 3, 7), (11, 12, 13, 8, 9, 10, 14)]
    assert ordered(both.chosen(np.array([False, True]))) == ordered(second)


def test_cells_are_cut_along_every_edge_that_is_longer_than_the_step() -> None:
    cells = box((1.0, 1.0, 1.0), (0, 0, 0), 6.0).joined(box((2.0, 1.0, 3.0), (10, 20, 30), 12.0))
    pieces = cells.cut(1.0)
    expected = [(0, 0, 0, 1, 1, 1, 6.0)]
    expected += [(x, 20, z, 1, 1, 1, 2.0) for x in (9.5, 10.5) for z in (29.0, 30.0, 31.0)]
    assert ordered(pieces) == expected


def test_pieces_are_a_little_shorter_where_the_step_does_not_divide_the_edge() -> None:
    pieces = box((1.0, 0.2, 0.2), (0, 0, 0), 3.0).cut(0.4)
    thirds = [(x, 0, 0) for x in (-1 / 3, 0.0, 1 / 3)]
    assert pieces.centres_ras == pytest.approx(np.array(thirds))
    assert pieces.edges_mm == pytest.approx(np.array([np.diag([1 / 3, 0.2, 0.2])] * 3))
    assert pieces.volumes_mm3 == pytest.approx([1.0, 1.0, 1.0])


def test_an_edge_of_whole_steps_gets_no_piece_more_by_rounding() -> None:
    edge = 6 * 0.1
    assert edge / 0.2 > 3
    assert len(box((edge, 0.1, 0.1), (0, 0, 0), 1.0).cut(0.2).volumes_mm3) == 3


def test_pieces_follow_the_edges_of_a_leaning_cell() -> None:
    edges = np.array([[[2.0, 0, 0], [1.0, 2.0, 0], [0, 0, 1.0]]])
    found = Cells(np.zeros((1, 3)), np.array([4.0]), edges).cut(2.0)
    assert found.edges_mm == pytest.approx(np.stack([edges[0] * [[1], [0.5], [1]]] * 2))
    assert found.centres_ras == pytest.approx(np.array([[-0.25, -0.5, 0], [0.25, 0.5, 0]]))


def test_pieces_outside_give_their_volume_to_those_of_the_same_cell_inside() -> None:
    cells = box((1.0, 1.0, 1.0), (0, 0, 0), 8.0).joined(box((1.0, 0.5, 1.5), (9, 0, 0), 6.0))

    def within(points: NDArray[np.float64]) -> NDArray[np.bool_]:
        right_half = (points[:, 0] > 0) & (points[:, 0] < 5)
        return np.asarray(right_half | ((points[:, 0] > 9) & (points[:, 2] > 0.3)))

    found = cells.cut(0.5, within)
    halves = [(0.25, y, z, 0.5, 0.5, 0.5, 2.0) for y in (-0.25, 0.25) for z in (-0.25, 0.25)]
    assert ordered(found) == [*halves, (9.25, 0, 0.5, 0.5, 0.5, 0.5, 6.0)]


def test_a_cell_with_no_piece_inside_keeps_all_of_them() -> None:
    cells = box((1.0, 0.5, 0.5), (0, 0, 0), 4.0)
    found = cells.cut(0.5, lambda points: np.zeros(len(points), dtype=bool))
    assert ordered(found) == ordered(cells.cut(0.5))


@pytest.mark.parametrize(
    ("spacing", "step", "expected"),
    [
        ((1.0, 2.5, 3.0), 2.5, (2.0, 1.0, 0.5)),
        ((1.0, 1.0, 1.0), 1.999, (1.0, 1.0, 1.0)),
        ((1.0, 0.5, 0.25), 2.0, (2.0, 4.0, 8.0)),
        ((2.0, 3.0, 4.0), 1.0, (1 / 2, 1 / 3, 1 / 4)),
        ((3 * 0.1, 0.1, 0.15), 0.3, (1.0, 3.0, 2.0)),
        ((6 * 0.1, 0.2, 0.3), 0.2, (1 / 3, 1.0, 1 / 2)),
    ],
)
def test_cells_are_whole_blocks_of_voxels_or_even_parts_of_one(
    spacing: tuple[float, ...], step: float, expected: tuple[float, ...]
) -> None:
    assert voxels_per_cell(Grid((1, 1, 1), affine(spacing)), step) == pytest.approx(expected)


def test_a_voxel_as_long_as_the_step_is_one_cell() -> None:
    values = np.zeros((2, 1, 3))
    values[0, 0, 0], values[1, 0, 2] = 0.25, 1.0
    found = mask(values, (1.0, 1.0, 2.0)).cells(2.0 - 1e-12).volumes_mm3
    assert found.tolist() == [0.5, 2.0]
    cells = mask(values, (1.0, 1.0, 1.0)).cells(1.0)
    assert ordered(cells) == [(0, 0, 0, 1, 1, 1, 0.25), (2, 0, 1, 1, 1, 1, 1.0)]


def test_a_voxel_longer_than_the_step_is_cut_and_shares_its_occupancy() -> None:
    found = mask([[[0.5]]], (1.0, 2.0, 1.0)).cells(1.0)
    assert ordered(found) == [(0, y, 0, 1, 1, 1, 0.5) for y in (-0.5, 0.5)]


def test_small_voxels_are_joined_into_an_odd_number_of_blocks() -> None:
    found = mask(np.ones((1, 1, 4))).cells(2.0)
    assert ordered(found) == [(0, 0, 0, 1, 1, 1, 1), (1.5, 0, 0, 2, 1, 1, 2), (3, 0, 0, 1, 1, 1, 1)]


def test_voxels_are_joined_along_one_axis_and_cut_along_another() -> None:
    found = mask(np.ones((1, 1, 2)), (1.0, 3.0, 4.0)).cells(2.0)
    pieces = [(y, z) for y in (-0.75, 0.75) for z in (-1.0, 1.0)]
    assert ordered(found) == [(0.5, y, z, 2, 1.5, 2, 6.0) for y, z in pieces]


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    values=arrays(np.float64, (3, 5, 7), elements=st.sampled_from([0.0, 0.25, 1.0])),
    step=st.floats(0.6, 8.0),
)
def test_cells_of_a_mask_have_its_volume_middle_and_spread(
    values: NDArray[np.float64], step: float
) -> None:
    values[0, 0, 0] = values[-1, -1, -1] = 1.0
    spacing = np.array([0.7, 1.0, 1.6])
    cells = mask(values, (0.7, 1.0, 1.6)).cells(step)
    kji = np.argwhere(values > 0)
    places, weights = kji[:, ::-1] * spacing, values[values > 0] * spacing.prod()
    lengths = np.linalg.norm(cells.edges_mm, axis=2)
    assert cells.volumes_mm3.sum() == pytest.approx(weights.sum())
    assert cells.volumes_mm3 @ cells.centres_ras == pytest.approx(weights @ places, abs=1e-9)
    assert cells.volumes_mm3 @ (cells.centres_ras**2 + lengths**2 / 12) == pytest.approx(
        weights @ (places**2 + spacing**2 / 12)
    )


def test_cells_of_a_mirrored_mask_are_the_mirrored_cells() -> None:
    values = np.random.default_rng(2).random((6, 9, 10))
    there = mask(values).cells(2.5)
    back = mask(values[::-1, ::-1, ::-1]).cells(2.5)
    mirrored = Cells(np.array([9, 8, 5]) - back.centres_ras, back.volumes_mm3, back.edges_mm)
    assert np.array(ordered(there)) == pytest.approx(np.array(ordered(mirrored)))


def test_a_plane_takes_from_every_cell_the_share_beyond_it() -> None:
    body = mask(np.ones((1, 1, 3)), (1.0, 2.0, 2.0))
    cut = body.clipped(HalfSpace(RIGHT, 0.75), HalfSpace(-ANTERIOR, 0.0))
    assert ordered(cut.cells(2.0)) == [(0, 0, 0, 1, 2, 2, 2.0), (1, 0, 0, 1, 2, 2, 0.5)]


@pytest.mark.parametrize("normal", [RIGHT, -ANTERIOR, SUPERIOR])
def test_planes_along_the_faces_cut_contours_exactly(normal: NDArray[np.float64]) -> None:
    body = Structure.from_contours("Box", [at(SQUARE, h) for h in (-1.0, 1.0)])
    cells = body.clipped(HalfSpace(normal, 0.3)).cells(0.9)
    assert cells.volumes_mm3.sum() == pytest.approx(16 * 2.3)
    assert (cells.volumes_mm3 > 0).all()


def test_contours_of_which_nothing_is_left_have_no_cells() -> None:
    body = Structure.from_contours("Box", [at(SQUARE, h) for h in (0.0, 2.0)])
    cells = body.between(5.0, 6.0).cells(1.0)
    assert cells.centres_ras.shape == (0, 3)
    assert cells.volumes_mm3.shape == (0,)
    assert cells.edges_mm.shape == (0, 3, 3)


def test_a_slab_is_cut_into_layers_no_thicker_than_the_step() -> None:
    thickness = 6 * 0.1
    body = Structure.from_contours("Slab", [at(SQUARE, 1.0)], slice_spacing_mm=thickness)
    heights = np.unique(np.round(body.cells(0.2).centres_ras[:, 2], 9))
    assert heights.tolist() == pytest.approx([0.8, 1.0, 1.2])
    assert np.unique(np.round(body.cells(0.21).edges_mm[:, 2, 2], 9)) == pytest.approx([0.2])
    assert np.unique(body.cells(5.0).centres_ras[:, 2]) == pytest.approx([1.0])


def test_cells_of_every_slab_lie_in_it_with_its_volume() -> None:
    sides = [(2.0, 0.0), (6.0, 3.0), (4.0, 4.0)]
    body = Structure.from_contours("Steps", [at(rectangle(w, w), h) for w, h in sides])
    cells = body.cells(0.8)
    for slab in body.shape.slabs:
        here = np.abs(cells.centres_ras[:, 2] - 0.5 * (slab.lower_mm + slab.upper_mm))
        inside = here < 0.5 * (slab.upper_mm - slab.lower_mm)
        volume = slab.area_mm2 * (slab.upper_mm - slab.lower_mm)
        assert cells.volumes_mm3[inside].sum() == pytest.approx(volume)
        half = np.sqrt(slab.area_mm2) / 2
        reach = np.stack([cells.reach_mm(axis) for axis in (RIGHT, ANTERIOR)], axis=1)
        assert (np.abs(cells.centres_ras[inside, :2]) + reach[inside]).max() <= half + 1e-9


@pytest.mark.parametrize("slit_mm", [0.02, 3.0])
def test_rows_whose_middle_line_runs_through_a_slit_give_their_area_to_the_others(
    slit_mm: float,
) -> None:
    polygons = [rectangle(10, 10), rectangle(10, slit_mm)]
    body = Structure.from_contours("Slit", [at(p, 0.0) for p in polygons], slice_spacing_mm=3.0)
    with np.errstate(divide="raise", invalid="raise"):
        cells = body.cells(2.0)
    assert cells.volumes_mm3.sum() == pytest.approx(3 * (100 - 10 * slit_mm))
    assert cells.volumes_mm3 @ cells.centres_ras == pytest.approx(0.0, abs=1e-9)


def test_a_hole_at_the_border_leaves_no_cell_of_no_width() -> None:
    polygons = [rectangle(10, 10), rectangle(8, 2, (-1.0, 0.0))]
    body = Structure.from_contours("Bite", [at(p, 0.0) for p in polygons], slice_spacing_mm=3.0)
    for offset in (5.0, 4.5):
        with np.errstate(divide="raise", invalid="raise"):
            cells = body.clipped(HalfSpace(-RIGHT, offset)).cells(1.0)
        area = 10 * (offset + 5) - 2 * (offset + 3)
        assert cells.volumes_mm3.sum() == pytest.approx(3 * area, rel=3e-3)


def test_blocks_without_a_voxel_are_no_cells() -> None:
    values = np.zeros((1, 1, 9))
    values[0, 0, [0, 8]] = 1.0
    with np.errstate(divide="raise", invalid="raise"):
        found = ordered(mask(values).cells(3.0))
    assert found == [(0, 0, 0, 1, 1, 1, 1), (8, 0, 0, 1, 1, 1, 1)]


def test_what_two_planes_leave_out_does_not_come_back() -> None:
    body = mask(np.ones((1, 3, 3)))
    cut = body.clipped(HalfSpace(RIGHT, 0.0), HalfSpace(ANTERIOR, 0.0))
    assert ordered(cut.cells(1.0)) == [(0, 0, 0, 1, 1, 1, 0.25)]


PLACES = [(0, 0), (0, 30), (0, -30), (30, 0), (-30, 0)]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("away", [(8, 0), (-8, 0), (0, 8), (0, -8)])
def test_outlines_apart_have_rows_of_their_own(
    place: tuple[int, int], away: tuple[int, int]
) -> None:
    """Of the least number, and the second one of the slabs' first outlines one more."""
    other = (place[0] + away[0], place[1] + away[1])
    assert rows_of_two(place, other) == (10, 11)


def rows_of_two(place: tuple[float, float], other: tuple[float, float]) -> tuple[int, int]:
    """Rows of cells in either of two squares in one slab."""
    squares = [rectangle(1, 1, place), rectangle(1, 1, other)]
    cells = Structure.from_contours(
        "Two", [at(square, 0.0) for square in squares], slice_spacing_mm=1.0
    ).cells(5.0)
    first = np.abs(cells.centres_ras[:, :2] - place).max(axis=1) < 0.5
    rows = [len(np.unique(np.round(cells.centres_ras[w, 1], 9))) for w in (first, ~first)]
    return rows[0], rows[1]


@pytest.mark.parametrize("away", [(1, 0.25), (-1, 0.25), (0.25, 1), (0.25, -1)])
def test_outlines_whose_boxes_touch_share_their_rows(away: tuple[float, float]) -> None:
    assert max(rows_of_two((0, 0), away)) < 10


@pytest.mark.parametrize("outline", ["triangle", "disc", "ring"])
def test_cells_of_contours_have_their_area_middle_and_spread(outline: str) -> None:
    turn = Rotation.from_euler("xyz", (20, -35, 50), degrees=True)
    polygons = {
        "triangle": [np.array([(0.0, 0), (6, 1), (2, 5)])],
        "disc": [circle(3.0, (1.0, 2.0), 360)],
        "ring": [circle(4.0, (1.0, 2.0), 360), circle(2.0, (1.0, 2.0), 360)],
    }[outline]
    middle = {"triangle": (8 / 3, 2.0)}.get(outline, (1.0, 2.0))
    across = {"triangle": (14 / 9, 7 / 6), "disc": (9 / 4,) * 2, "ring": (5.0,) * 2}[outline]
    contours = [turn.apply(at(polygon, h)) for h in (0.0, 2.0) for polygon in polygons]
    cells = Structure.from_contours("Body", contours).cells(0.4)
    local = turn.inv().apply(cells.centres_ras)
    weights = cells.volumes_mm3 / cells.volumes_mm3.sum()
    assert weights @ local == pytest.approx([*middle, 1.0], abs=1e-3)
    edges = turn.inv().apply(cells.edges_mm.reshape(-1, 3)).reshape(-1, 3, 3)
    spread = weights @ ((local - [*middle, 1.0]) ** 2 + (edges**2).sum(axis=1) / 12)
    assert spread == pytest.approx([*across, 16 / 12], rel=2e-3)
