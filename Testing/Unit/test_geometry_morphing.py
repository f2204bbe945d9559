"""Outlines between two outlines, against those of growing, moving and vanishing shapes."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from shapes import at, circle, ellipse, rectangle

from spine_radiosurgery.geometry import Structure
from spine_radiosurgery.geometry.interpolation import interpolated_stack
from spine_radiosurgery.geometry.morphing import Morph
from spine_radiosurgery.geometry.polygons import even_odd_area_mm2


def bounds(outlines: tuple[NDArray[np.float64], ...]) -> NDArray[np.float64]:
    points = np.concatenate(outlines)
    return np.concatenate([points.min(axis=0), points.max(axis=0)])


def sub_slices(heights: list[float], sizes: list[float]) -> list[float]:
    """Number of slabs from plane to plane of a stack of squares, both planes included."""
    contours = [at(rectangle(w, w), h) for w, h in zip(sizes, heights, strict=True)]
    body = Structure.from_contours("Body", contours, between="linear")
    inside = [s for s in body.shape.slabs if heights[0] <= s.position_mm <= heights[1]]
    return [round(s.upper_mm - s.lower_mm, 9) for s in inside]


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 0.8, 1.0])
def test_a_growing_disc_has_the_radius_of_its_height(share: float) -> None:
    morph = Morph((circle(4.0, (1, 2)),), (circle(6.0, (1, 2)),), 3.0)
    (line,) = morph.outlines(share)
    radius = np.hypot(*(line - (1, 2)).T)
    assert radius == pytest.approx(4.0 + 2.0 * share, abs=0.01)


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_an_outline_that_moves_farther_than_its_width_keeps_its_shape(share: float) -> None:
    morph = Morph((ellipse((2, 3), (0, 0)),), (ellipse((2, 3), (5, -1)),), 3.0)
    (line,) = morph.outlines(share)
    away = (line - (5 * share, -share)) / (2, 3)
    assert np.hypot(*away.T) == pytest.approx(1.0, abs=0.01)


def test_an_outline_that_moves_and_stretches_does_both_evenly() -> None:
    morph = Morph((rectangle(4, 8, (0, 0)),), (rectangle(8, 4, (6, 2)),), 3.0)
    assert bounds(morph.outlines(0.5)) == pytest.approx([0, -2, 6, 4], abs=0.05)
    assert bounds(morph.outlines(0.25)) == pytest.approx([-1, -3, 4, 4], abs=0.05)


@pytest.mark.parametrize(("share", "radius"), [(-0.5, 3.0), (1.5, 7.0), (-0.25, 3.5)])
def test_beyond_the_planes_the_change_goes_on(share: float, radius: float) -> None:
    morph = Morph((circle(4.0),), (circle(6.0),), 6.0)
    (line,) = morph.outlines(share)
    assert np.hypot(*line.T) == pytest.approx(radius, abs=0.01)


@pytest.mark.parametrize(("share", "radius"), [(1.5, 7.0), (1.25, 6.5), (-0.5, 7.0)])
def test_beyond_the_planes_it_grows_by_no_more_than_the_way(share: float, radius: float) -> None:
    outlines = (circle(3.0),), (circle(6.0),)
    if share < 0:
        outlines = outlines[::-1]
    (line,) = Morph(*outlines, 2.0).outlines(share)
    assert np.hypot(*line.T) == pytest.approx(radius, abs=0.02)


def test_beyond_the_planes_what_vanishes_leaves_a_speck() -> None:
    (speck,) = Morph((circle(4.0),), (circle(1.0),), 3.0).outlines(1.6)
    assert 0 < even_odd_area_mm2([speck]) < 0.3
    assert np.abs(speck).max() < 0.3


def test_holes_and_several_outlines_go_along() -> None:
    low = (circle(8.0), circle(3.0))
    high = (circle(10.0), circle(5.0))
    half = Morph(low, high, 3.0).outlines(0.5)
    assert even_odd_area_mm2(half) == pytest.approx(np.pi * (81 - 16), rel=0.02)
    assert len(half) == 2


@pytest.mark.parametrize(
    ("high", "pinched"),
    [
        ((circle(9.0), circle(8.0)), False),
        ((circle(5.0), circle(4.5)), False),
        ((rectangle(20, 20), rectangle(19, 19)), True),
    ],
)
def test_outlines_that_have_little_in_common_pinch_off(
    high: tuple[NDArray[np.float64], ...], pinched: bool
) -> None:
    assert Morph((circle(10.0), circle(9.0)), high, 3.0).pinches() is pinched


def test_a_lattice_step_is_a_share_of_the_narrower_side_within_limits() -> None:
    """Where an outline ends up is known to a fraction of a step; the areas tell how fine it is."""
    for radius, worst in ((2.0, 1e-3), (20.0, 1e-3), (80.0, 1e-3)):
        outlines = Morph((circle(radius),), (circle(1.5 * radius),), 3.0).outlines(0.5)
        ideal = np.pi * (1.25 * radius) ** 2
        assert even_odd_area_mm2(outlines) == pytest.approx(ideal, rel=worst)


@pytest.mark.parametrize(
    ("height", "count"), [(0.4, 3), (1.0, 3), (1.5, 3), (1.6, 5), (2.5, 5), (3.0, 7), (3.5, 7)]
)
def test_between_two_planes_lies_an_odd_number_of_thin_sub_slices(
    height: float, count: int
) -> None:
    found = sub_slices([0.0, height, 2 * height], [4.0, 5.0, 6.0])
    assert found == pytest.approx([height / count] * (count + 1))


def test_sub_slices_of_a_large_structure_are_a_fiftieth_of_its_size() -> None:
    found = sub_slices([0.0, 5.0, 10.0], [60.0, 60.0, 60.0])
    size = (60.0 * 60.0 * 15.0) ** (1 / 3)
    count = 5.0 / found[0]
    assert count == pytest.approx(7)
    assert 5.0 / 7 <= 0.02 * size < 5.0 / 5


def test_planes_with_unequal_distances_are_as_thick_as_the_sub_slices_on_either_side() -> None:
    contours = [at(rectangle(w, w), h) for w, h in ((4.0, 0.0), (5.0, 3.0), (6.0, 5.0))]
    stack = Structure.from_contours("Body", contours, between="linear").shape
    drawn = {s.position_mm: (s.lower_mm, s.upper_mm) for s in stack.slabs}
    step, narrow = 3 / 7, 2 / 5
    assert drawn[0.0] == pytest.approx((-step / 2, step / 2))
    assert drawn[3.0] == pytest.approx((3 - step / 2, 3 + narrow / 2))
    assert drawn[5.0] == pytest.approx((5 - narrow / 2, 5 + narrow / 2))


def test_the_caps_have_sub_slices_as_thin_as_those_between() -> None:
    contours = [at(rectangle(w, w), h) for w, h in ((4.0, 0.0), (5.0, 3.0))]
    slabs = Structure.from_contours("Body", contours, between="linear").shape.slabs
    above = [s for s in slabs if s.position_mm > 3.0]
    # From 3 + 3/14 to 4.5 mm: three of 3/7 mm.
    faces = [s.lower_mm for s in above] + [above[-1].upper_mm]
    assert faces == pytest.approx(np.linspace(3 + 3 / 14, 4.5, 4))
    assert [s.position_mm for s in above] == pytest.approx(np.array(faces[1:]) - 3 / 14)
    below = [s for s in slabs if s.position_mm < 0.0]
    assert [s.lower_mm for s in below] == pytest.approx(np.linspace(-1.5, -3 / 14, 4)[:-1])


def test_caps_go_on_as_the_last_planes_do() -> None:
    contours = [at(circle(r), h) for r, h in ((4.0, 0.0), (5.0, 3.0))]
    slabs = Structure.from_contours("Body", contours, between="linear").shape.slabs
    for slab in slabs:
        radius = np.sqrt(slab.area_mm2 / np.pi)
        assert radius == pytest.approx(4.0 + slab.position_mm / 3, abs=0.01)


def test_slabs_that_do_not_touch_are_interpolated_each_on_its_own() -> None:
    contours = [at(circle(4 + h / 9), h) for h in (0.0, 2.0, 9.0, 11.0)]
    stack = Structure.from_contours("Body", contours, slice_positions_mm=range(-1, 20)).shape
    found = interpolated_stack(stack)
    assert found.gaps == stack.gaps
    assert found.gaps
    covered = sum(s.upper_mm - s.lower_mm for s in found.slabs)
    assert covered == pytest.approx(sum(s.upper_mm - s.lower_mm for s in stack.slabs))


def areas(body: Structure, low: float, high: float) -> list[float]:
    """Areas of the sub-slices strictly between two heights."""
    return [s.area_mm2 for s in body.shape.slabs if low < s.position_mm < high]


@pytest.mark.parametrize(("edge", "stays"), [(1.0, True), (0.55, True), (0.45, False)])
def test_parts_that_would_run_into_each_other_stay_slabs(edge: float, stays: bool) -> None:
    """A bar that turns into an upright one would pass over a square beside it."""
    lying, upright, beside = rectangle(20, 2), rectangle(2, 20), rectangle(edge, edge, (2.5, 4.0))
    contours = [at(lying, 0.0), at(upright, 3.0), at(beside, 3.0)]
    found = areas(Structure.from_contours("Body", contours, between="linear"), 0.0, 3.0)
    if stays:
        assert found == pytest.approx([40.0] * 3 + [40.0 + edge**2] * 3)
    else:
        assert max(found) > 80


@pytest.mark.parametrize(("middle", "clash"), [(3.5, True), (6.0, False)])
def test_caps_that_would_run_into_each_other_keep_the_last_outlines(
    middle: float, clash: bool
) -> None:
    contours = [
        at(rectangle(w, 6, (x, 0)), h) for w, h in ((2, 0.0), (6, 3.0)) for x in (-middle, middle)
    ]
    body = Structure.from_contours("Body", contours, between="linear")
    found = areas(body, 3.0, 9.0)
    if clash:
        assert found == pytest.approx([72.0] * 3)
    else:
        assert min(found) > 75


def test_a_part_alone_in_its_plane_reaches_half_way_to_the_next() -> None:
    aside = rectangle(2, 2, (20, 0))
    contours = [*(at(rectangle(w, 4), h) for w, h in ((4, 0.0), (5, 3.0))), at(aside, 3.0)]
    body = Structure.from_contours("Body", contours, between="linear")
    here = [s for s in body.shape.slabs if any(p[:, 0].max() > 15 for p in s.polygons)]
    assert here[0].lower_mm == pytest.approx(1.5)
    assert here[-1].upper_mm == pytest.approx(4.5)


def test_outlines_drawn_twice_over_go_on_unchanged() -> None:
    outline = ellipse((3, 4), (1, 2), 37)
    body = Structure.from_contours("Body", [at(outline, h) for h in (0.0, 3.0)], between="linear")
    for slab in body.shape.slabs:
        assert np.array_equal(slab.polygons[0], outline)
