"""Surface points of small bodies, point by point."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray
from shapes import affine, at, circle, prism, rectangle

from spine_radiosurgery.geometry import HalfSpace, InputError, Structure, surface_points

SQUARE = rectangle(4, 4)
RIGHT, _, SUPERIOR = np.eye(3)
Points = set[tuple[float, ...]]


def as_set(points: NDArray[np.float64]) -> Points:
    # Adding zero turns -0.0 into 0.0.
    return {tuple(p) for p in (np.round(points, 6) + 0.0).tolist()}


def mask(values: object, spacing: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> Structure:
    return Structure.from_mask("Mask", values, affine(spacing))


def shell(low: tuple[float, ...], high: tuple[float, ...], step: float) -> Points:
    """Points of a lattice on the faces of a box, borders included."""
    ranges = [np.arange(a, b + 1e-9, step) for a, b in zip(low, high, strict=True)]
    return {
        tuple(float(x) for x in p)
        for p in itertools.product(*ranges)
        if any(x in (a, b) for x, a, b in zip(p, low, high, strict=True))
    }


@pytest.mark.parametrize("step", [1.0, 0.5, 0.25])
def test_full_voxels_have_points_all_over_their_outer_faces(step: float) -> None:
    body = mask(np.ones((1, 1, 2)))
    expected = shell((-0.5, -0.5, -0.5), (1.5, 0.5, 0.5), step)
    assert as_set(surface_points(body, step)) == expected


def test_points_are_as_close_as_asked_along_each_edge_of_a_voxel() -> None:
    points = surface_points(mask(np.ones((1, 1, 1)), (1.0, 2.0, 3.0)), 1.0)
    corners = itertools.product((-0.5, 0.5), (-1.0, 0.0, 1.0), (-1.5, -0.5, 0.5, 1.5))
    assert as_set(points) == {
        p for p in corners if abs(p[0]) == 0.5 or abs(p[1]) == 1.0 or abs(p[2]) == 1.5
    }


def test_a_face_gets_no_more_than_seventeen_points_a_side() -> None:
    assert len(surface_points(mask(np.ones((1, 1, 1))), 0.001)) == 6 * 17**2


def test_a_soft_surface_runs_where_the_occupancy_is_one_half() -> None:
    values = np.zeros((5, 6, 4))
    values[..., 0:2], values[..., 2] = 1.0, 0.25
    points = surface_points(mask(values), 0.5)
    middle = points[(points[:, 0] > 0.5) & (np.abs(points[:, 1:] - (2.5, 2)).max(axis=1) < 1)]
    places = {(round(1 + 2 / 3, 6), y, z) for y in (2.0, 2.5, 3.0) for z in (1.5, 2.0, 2.5)}
    assert as_set(middle) == places


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_soft_surface_is_found_along_every_axis_and_both_ways(axis: int) -> None:
    share = np.array([0.2, 1.0, 1.0, 0.3])
    values = np.ones((5, 5, 5)) * np.pad(share, (0, 1)).reshape(np.roll([5, 1, 1], 2 - axis))
    points = np.roll(surface_points(mask(values), 1.0), -axis, axis=1)
    inner = points[np.abs(points[:, 1:] - 2.0).max(axis=1) < 0.6]
    expected = [3 / 8, 2 + 5 / 7]
    assert sorted({round(p[0], 6) for p in inner}) == pytest.approx(expected, abs=1e-6)


def test_a_voxel_half_full_has_a_surface_and_an_emptier_one_none() -> None:
    assert len(surface_points(mask([[[0.5]]]), 1.0)) > 0
    with pytest.raises(InputError, match="Mask is thinner"):
        surface_points(mask([[[0.499]]]), 1.0)


def test_a_slab_has_its_outline_on_every_layer_and_points_on_both_ends() -> None:
    body = Structure.from_contours("Slab", [at(SQUARE, 1.0)], slice_spacing_mm=2.0)
    border = {p[:2] for p in shell((-2.0, -2.0, 0), (2.0, 2.0, 1), 1.0) if max(map(abs, p)) == 2}
    walls = {(*p, z) for p in border for z in (0.0, 1.0, 2.0)}
    inner = (-1.5, -0.5, 0.5, 1.5)
    ends = set(itertools.product(inner, inner, (0.0, 2.0)))
    points = surface_points(body, 1.0)
    assert as_set(points) == walls | ends
    assert len(points) == len(walls) + len(ends)


def test_slabs_that_touch_have_only_the_bare_part_of_the_face_between_them() -> None:
    wide, narrow = rectangle(6, 6), rectangle(2, 2)
    body = Structure.from_contours("Step", [at(wide, 0.0), at(wide, 2.0), at(narrow, 4.0)])
    points = surface_points(body, 1.0)
    flat = points[np.abs(points[:, :2]).max(axis=1) % 1 == 0.5]
    heights = {round(z, 6): as_set(flat[flat[:, 2] == z][:, :2]) for z in np.unique(flat[:, 2])}
    places = np.arange(-2.5, 3)
    full = set(itertools.product(places, places))
    assert set(heights) == {-1.0, 3.0, 5.0}
    assert heights[-1.0] == full
    assert heights[3.0] == {p for p in full if max(map(abs, p)) > 1}
    assert heights[5.0] == {p for p in full if max(map(abs, p)) < 1}


def test_slabs_apart_are_closed_on_both_sides_of_the_gap() -> None:
    body = Structure.from_contours("Gap", [at(SQUARE, h) for h in (0, 2, 8, 10)])
    ((low, high),) = [(gap.lower_mm, gap.upper_mm) for gap in body.gaps]
    points = surface_points(body, 1.0)
    inner = points[np.abs(points[:, :2]).max(axis=1) < 2]
    assert np.unique(inner[:, 2]).tolist() == [-1.0, low, high, 11.0]


def test_points_in_a_box_are_those_of_the_whole_surface_that_lie_in_it() -> None:
    values = np.random.default_rng(1).choice([0.0, 0.3, 0.8, 1.0], (5, 6, 7))
    body, box = mask(values), np.array([[0.4, 0.3, 0.6], [3.1, 3.4, 2.7]])
    every = surface_points(body, 0.5)
    expected = every[((every >= box[0]) & (every <= box[1])).all(axis=1)]
    assert as_set(surface_points(body, 0.5, box=box)) == as_set(expected)


def test_walls_in_a_box_are_those_of_the_whole_surface_that_lie_in_it() -> None:
    body = prism(circle(5.0, vertices=24), 12.0)
    box = np.array([[1.0, -3.0, -2.5], [9.0, 9.0, 3.5]])
    every = surface_points(body, 0.5)
    expected = every[((every >= box[0]) & (every <= box[1])).all(axis=1)]
    assert as_set(surface_points(body, 0.5, box=box)) == as_set(expected)


def test_the_end_face_in_a_box_is_covered_as_densely_as_without() -> None:
    body = Structure.from_contours("Slab", [at(rectangle(20, 20), 0.0)], slice_spacing_mm=2.0)
    box = np.array([[-3.0, 2.0, 0.5], [4.0, 5.0, 1.5]])
    points = surface_points(body, 0.5, box=box)
    assert set(points[:, 2]) == {1.0}
    assert len(points) == 14 * 6


def test_a_cut_face_is_a_lattice_of_points_in_its_plane_and_inside() -> None:
    body = mask(np.ones((4, 4, 4))).clipped(HalfSpace(SUPERIOR, 1.25))
    points = surface_points(body, 0.5)
    face = points[points[:, 2] == 1.25]
    inner = face[np.abs(face[:, :2] - 1.5).max(axis=1) < 1.9]
    assert len(inner) == 7**2
    assert points[:, 2].max() == 1.25
    for along in inner[:, :2].T:
        assert np.diff(np.unique(np.round(along, 9))) == pytest.approx(0.5)


def test_a_cut_face_ends_at_the_other_cuts() -> None:
    slanted = np.array([0.6, 0.0, 0.8])
    body = prism(SQUARE, 10.0).clipped(HalfSpace(slanted, 1.0), HalfSpace(RIGHT, 0.5))
    points = surface_points(body, 0.25)
    assert (points @ slanted <= 1.0 + 1e-9).all()
    assert points[:, 0].max() <= 0.5 + 1e-9
    face = points[np.abs(points @ slanted - 1.0) < 1e-9]
    # 4 mm along the one axis, 2.5 mm as seen along the other one.
    assert len(face) * 0.25**2 == pytest.approx(4 * 2.5 / 0.8, rel=0.12)


@pytest.mark.parametrize("offset", [-7.0, 7.0])
def test_a_plane_beside_the_body_has_no_cut_face(offset: float) -> None:
    cut = prism(SQUARE, 10.0).clipped(HalfSpace(SUPERIOR, offset))
    expected = len(prism(SQUARE, 10.0).surface_points(1.0)) if offset > 0 else 0
    assert len(surface_points(cut, 1.0)) == expected


def test_a_cut_face_outside_the_box_is_left_out() -> None:
    cut = prism(SQUARE, 10.0).clipped(HalfSpace(SUPERIOR, 0.3))
    box = np.array([[-1.0, -1.0, -3.0], [1.0, 1.0, 0.0]])
    assert len(surface_points(cut, 0.5, box=box)) == 0
    box[1, 2] = 0.5
    assert np.unique(surface_points(cut, 0.5, box=box)[:, 2]).tolist() == [0.3]
    assert len(surface_points(cut, 0.5, box=np.add(box, (50.0, 0, 0)))) == 0


def test_a_smooth_slope_has_no_points_on_the_steps_of_its_sub_slices() -> None:
    contours = [at(circle(3.0 + h / 2, vertices=90), h) for h in (0.0, 4.0, 8.0)]
    cone = Structure.from_contours("Cone", contours, between="linear")
    points = surface_points(cone, 1.0)
    inner = np.hypot(points[:, 0], points[:, 1]) < 0.7 * (3.0 + points[:, 2] / 2)
    low, high = cone.extent_mm()
    assert set(np.round(points[inner][:, 2], 6)) == {low, high}
    stepped = surface_points(cone, 1.0, smooth=False)
    assert len(stepped) > len(points)
