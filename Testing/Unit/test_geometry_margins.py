"""Margins against closed forms: balls, boxes (Steiner's formula), ellipsoids."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation
from shapes import (
    affine,
    at,
    centred_affine,
    circle,
    cylinder,
    ellipsoid_contours,
    occupancy_of,
    planes,
    prism,
    rectangle,
    turned,
)

from spine_radiosurgery.geometry import HalfSpace, InputError, Structure, expanded

RADIUS = 10.0
BOX = (20.0, 16.0, 24.0)


def ellipsoid_mask(semi_axes: tuple[float, float, float]) -> Structure:
    shape = (26, 26, 26)
    matrix = centred_affine(shape, (1, 1, 1))
    matrix[:3, 3] += (0.3, -0.2, 0.1)
    values = occupancy_of(
        lambda points: ((points / semi_axes) ** 2).sum(-1) <= 1, shape, matrix, points_per_edge=6
    )
    return Structure.from_mask("GTV", values, matrix)


def ball_of_contours() -> Structure:
    contours = ellipsoid_contours((RADIUS,) * 3, 1.0)
    return Structure.from_contours("GTV", contours, between="linear")


def ball_cc(radius: float) -> float:
    return 4 / 3 * np.pi * radius**3 / 1000


def box_of_contours() -> Structure:
    return prism(rectangle(*BOX[:2]), BOX[2], 2.0, name="GTV")


def box_of_voxels() -> Structure:
    shape = (12, 8, 10)
    return Structure.from_mask("GTV", np.ones(shape, bool), centred_affine(shape, (2, 2, 2)))


def box_with_margin_cc(margins: tuple[float, ...]) -> float:
    """Box, slabs on its faces, quarters of elliptic cylinders on its edges, eighths at corners."""
    x, y, z = BOX
    right, left, anterior, posterior, superior, inferior = margins
    p, q, r = right + left, anterior + posterior, superior + inferior
    faces = p * y * z + q * x * z + r * x * y
    edges = np.pi / 4 * (z * p * q + y * p * r + x * q * r)
    return (x * y * z + faces + edges + np.pi / 6 * p * q * r) / 1000


@pytest.mark.parametrize("make", [lambda: ellipsoid_mask((RADIUS,) * 3), ball_of_contours])
@pytest.mark.parametrize("margin_mm", [2.0, 5.0])
def test_a_ball_with_a_margin_is_a_larger_ball(make, margin_mm: float) -> None:
    grown = expanded(make(), margin_mm)
    assert grown.volume_cc == pytest.approx(ball_cc(RADIUS + margin_mm), rel=3e-3)


@pytest.mark.parametrize("make", [box_of_contours, box_of_voxels])
@pytest.mark.parametrize("margin_mm", [0.7, 2.0, 5.0])
def test_a_box_with_a_margin_has_steiners_volume(make, margin_mm: float) -> None:
    grown = expanded(make(), margin_mm)
    assert grown.volume_cc == pytest.approx(box_with_margin_cc((margin_mm,) * 6), rel=2e-3)


@pytest.mark.parametrize("make", [box_of_contours, box_of_voxels])
@pytest.mark.parametrize(
    ("margins", "tolerance"),
    [
        ((2, 2, 2, 2, 6, 6), 2e-3),
        ((2, 3, 4, 1, 5, 5), 2e-3),
        ((3, 3, 3, 0, 3, 3), 6e-3),
        ((0, 0, 0, 0, 5, 5), 2e-2),
    ],
)
def test_each_side_of_a_box_gets_its_own_margin(make, margins, tolerance: float) -> None:
    grown = expanded(make(), margins)
    assert grown.volume_cc == pytest.approx(box_with_margin_cc(margins), rel=tolerance)
    (left, posterior, inferior), (right, anterior, superior) = grown.bounds_ras()
    found = np.array([right, -left, anterior, -posterior, superior, -inferior])
    half = np.repeat(np.array(BOX) / 2, 2)
    assert np.abs(found - half - margins).max() <= 0.3


def test_an_ellipsoid_and_one_like_it_make_a_larger_one() -> None:
    body = ellipsoid_mask((8, 6, 10))
    grown = expanded(body, (4, 4, 3, 3, 5, 5))
    assert grown.volume_cc == pytest.approx(4 / 3 * np.pi * 480 * 1.5**3 / 1000, rel=3e-3)


def test_turned_contours_get_the_same_margin() -> None:
    turn = Rotation.from_euler("xyz", (25, -40, 10), degrees=True)
    contours = [at(rectangle(*BOX[:2]), h) for h in planes(BOX[2], 2.0)]
    body = Structure.from_contours("GTV", turned(contours, turn))
    assert expanded(body, 3.0).volume_cc == pytest.approx(box_with_margin_cc((3.0,) * 6), rel=2e-3)


def test_an_oblique_cut_face_gets_the_margin_too() -> None:
    normal = np.array([0.0, np.sin(0.5), np.cos(0.5)])
    body = cylinder(5.0, 60.0, 2.0).clipped(HalfSpace(normal, 0.0))
    grown = expanded(body, 3.0)
    assert grown.contains([normal * 2.7, [0, 0, -32.7], [7.7, 0, -20]]).all()
    assert not grown.contains([normal * 3.3, [0, 0, -33.3], [8.3, 0, -20]]).any()


def test_no_margin_is_the_same_region() -> None:
    body = box_of_contours()
    same = expanded(body, 0.0, name="PTV")
    assert same.shape is body.shape
    assert same.name == "PTV"


def test_a_coarse_mask_gets_a_margin_smaller_than_its_voxels() -> None:
    matrix = affine((3, 3, 5))
    body = Structure.from_mask("GTV", np.ones((4, 6, 6), bool), matrix)
    grown = expanded(body, 1.0)
    x, y, z = 18, 18, 20
    ideal = x * y * z + 2 * (x * y + x * z + y * z) + np.pi * (x + y + z) + 4 / 3 * np.pi
    assert grown.volume_cc == pytest.approx(ideal / 1000, rel=2e-3)


@pytest.mark.parametrize(
    ("margin", "message"),
    [
        (-1.0, "margin of -1 mm to the right side"),
        ((1, 1, 1, -2, 1, 1), "-2 mm to the posterior side"),
        (float("nan"), "nan mm"),
        ((1, 2), "six"),
    ],
)
def test_margins_that_make_no_sense_are_refused(margin, message: str) -> None:
    with pytest.raises(InputError, match=message):
        expanded(box_of_voxels(), margin)


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(
    margins=st.lists(st.floats(0, 4), min_size=2, max_size=2),
    semi_axes=st.tuples(*[st.floats(2, 6)] * 2),
    sides=st.booleans(),
)
def test_a_larger_margin_holds_the_smaller_one_and_both_the_structure(
    margins, semi_axes, sides: bool
) -> None:
    small, large = sorted(margins)
    outline = circle(1.0) * semi_axes
    body = Structure.from_contours("GTV", [at(outline, h) for h in planes(12, 3)])
    factors = np.array([1, 0.5, 1, 0, 0.3, 1]) if sides else np.ones(6)
    rng = np.random.default_rng(3)
    reach = max(semi_axes) + 6
    points = rng.uniform(-reach, reach, (4000, 3))
    inside = [body, expanded(body, small * factors), expanded(body, large * factors)]
    held = [b.contains(points) for b in inside]
    # Nearest-voxel membership: allow for half a voxel at the border.
    nudged = [b.contains(points * 0.93) for b in inside]
    assert nudged[1][held[0]].all()
    assert nudged[2][held[1]].all()
    assert inside[0].volume_cc <= inside[1].volume_cc * 1.002
    assert inside[1].volume_cc <= inside[2].volume_cc * 1.002


def test_six_margins_agree_with_all_offsets_of_all_voxels_tried_out() -> None:
    mask = np.zeros((9, 10, 8))
    mask[2:7, 2:8, 2:5] = 1.0
    mask[2:4, 2:4, 5:7] = 1.0  # an arm, so that the shape is not convex
    matrix = np.diag([2.0, 2.0, 2.0, 1.0])
    margins = (2.0, 3.0, 4.0, 1.0, 5.0, 6.0)
    grown = expanded(Structure.from_mask("bone", mask, matrix), margins)
    points = np.random.default_rng(1).uniform(-6, 24, (4000, 3))
    offset = points[:, np.newaxis] - 2.0 * np.argwhere(mask)[:, ::-1]
    beyond = np.sign(offset) * np.maximum(np.abs(offset) - 1.0, 0.0)
    semi_axes = np.where(beyond > 0, margins[::2], margins[1::2])
    way = np.sqrt(((beyond / semi_axes) ** 2).sum(axis=2)).min(axis=1)
    wrong = grown.contains(points) != (way <= 1)
    # A voxel of a third of a millimetre at the edge of the thinnest margin, 1 mm.
    assert np.abs(way[wrong] - 1).max(initial=0.0) < 0.3
    assert wrong.mean() < 0.01
