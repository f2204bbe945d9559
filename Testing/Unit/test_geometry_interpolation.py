"""Shapes interpolated between contour planes, against closed forms and the drawn contours."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation
from shapes import at, circle, ellipse, linear_dose, planes, prism, rectangle, turned

from spine_radiosurgery.dose import sample_dose
from spine_radiosurgery.geometry import InputError, Structure, connected_parts

SQUARE = rectangle(10, 10)


def linear(contours: list[np.ndarray], **options: object) -> Structure:
    return Structure.from_contours("GTV", contours, between="linear", **options)


# The solids of Nelms et al. 2015: 24 mm across, contours at slab centres, middle at the origin.
RADIUS, LENGTH = 12.0, 24.0


def half_width(height: float) -> float:
    return float(np.sqrt(RADIUS**2 - height**2))


def cone_on_its_side(height: float) -> np.ndarray:
    """Apex at A -12 mm: the section is bounded by a hyperbola."""
    along = 2 * abs(height) + (LENGTH - 2 * abs(height)) * np.linspace(0, 1, 150) ** 2
    width = np.sqrt(np.maximum((along / 2) ** 2 - height**2, 0))
    right = np.column_stack([width, along - RADIUS])
    return np.vstack([right, right[:0:-1] * (-1, 1)])


OUTLINES = {
    "sphere": lambda z: circle(half_width(z)),
    "cylinder": lambda z: circle(RADIUS),
    "cylinder on its side": lambda z: rectangle(2 * half_width(z), LENGTH),
    "cone": lambda z: circle((z + RADIUS) / 2),
    "cone on its side": cone_on_its_side,
}


def share_of_ball(tau: np.ndarray) -> np.ndarray:
    return (2 - 3 * tau + tau**3) / 4


def share_along(tau: np.ndarray) -> np.ndarray:
    return (1 - tau) / 2


def share_of_disc(tau: np.ndarray) -> np.ndarray:
    return (np.arccos(tau) - tau * np.sqrt(1 - tau**2)) / np.pi


def share_of_cone_along(tau: np.ndarray) -> np.ndarray:
    """Base hot."""
    return 1 - ((1 + tau) / 2) ** 3


def share_of_cone_across(tau: np.ndarray) -> np.ndarray:
    t = np.clip(np.abs(tau), 1e-9, 1)
    q = np.sqrt(1 - t**2)
    share = (np.arccos(t) - 2 * t * q + t**3 * np.log((1 + q) / t)) / np.pi
    return np.where(tau < 0, 1 - share, share)


ANTERIOR, SUPERIOR = (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
NELMS = (
    ("sphere", ANTERIOR, share_of_ball),
    ("sphere", SUPERIOR, share_of_ball),
    ("cylinder", ANTERIOR, share_of_disc),
    ("cylinder", SUPERIOR, share_along),
    ("cylinder on its side", ANTERIOR, share_along),
    ("cylinder on its side", SUPERIOR, share_of_disc),
    ("cone", ANTERIOR, share_of_cone_across),
    ("cone", SUPERIOR, share_of_cone_along),
    ("cone on its side", ANTERIOR, share_of_cone_along),
    ("cone on its side", SUPERIOR, share_of_cone_across),
)


@pytest.mark.parametrize(
    ("between", "spacing_mm", "worst_percent"),
    [("slabs", 2.0, 1.0), ("slabs", 3.0, 1.2), ("linear", 3.0, 1.0)],
)
@pytest.mark.parametrize(("solid", "direction", "share_of"), NELMS)
def test_the_dvh_of_a_nelms_solid_is_that_of_the_ideal_one(
    solid, direction, share_of, between, spacing_mm, worst_percent
) -> None:
    contours = [at(OUTLINES[solid](z), z) for z in planes(LENGTH, spacing_mm)]
    body = Structure.from_contours("PTV", contours, between=between)
    dose = linear_dose(direction, 16.0, spacing=3.0, half_width=(16, 16, 16), shift=(0.4, 0.7, 1.1))
    tau = np.linspace(-1, 1, 161)
    samples = sample_dose(body, dose)
    found = samples.cumulative(16.0 + RADIUS * tau) / samples.volume_cc
    assert 100 * np.abs(found - share_of(tau)).max() <= worst_percent


def test_the_drawn_contours_keep_their_planes() -> None:
    contours = [at(ellipse((6 + z / 4, 5)), z) for z in (0.0, 3.0, 6.0, 9.0)]
    body = linear(contours)
    drawn = [s for s in body.shape.slabs if s.position_mm in (0.0, 3.0, 6.0, 9.0)]
    for contour, slab in zip(contours, drawn, strict=True):
        assert np.array_equal(slab.polygons[0], contour[:, :2])


@pytest.mark.parametrize("spacing_mm", [0.4, 1.0, 2.0, 2.5, 3.0, 5.0])
def test_sub_slices_are_thin_and_meet_without_holes(spacing_mm: float) -> None:
    body = linear([at(circle(5 + n), n * spacing_mm) for n in range(4)])
    low = np.array([s.lower_mm for s in body.shape.slabs])
    high = np.array([s.upper_mm for s in body.shape.slabs])
    assert (high - low).max() <= 0.5 + 1e-9
    assert np.array_equal(low[1:], high[:-1])
    assert body.extent_mm() == pytest.approx((-spacing_mm / 2, 3.5 * spacing_mm), abs=1e-12)


def test_a_prism_is_the_same_as_with_slabs() -> None:
    slabs = prism(SQUARE, 24.0, 3.0)
    body = slabs.interpolated()
    assert body.between_contours == "linear" and slabs.between_contours == "slabs"
    assert body.volume_cc == pytest.approx(slabs.volume_cc)
    assert body.extent_mm() == slabs.extent_mm()
    assert body.interpolated() is body


def test_a_cone_is_a_cone_up_to_its_tip() -> None:
    body = linear([at(circle(h / 2), h) for h in planes(24, 3, 12)])
    assert body.volume_cc == pytest.approx(np.pi * 144 * 24 / 3 / 1000, rel=2e-3)
    assert body.extent_mm() == (0.0, 24.0)


@pytest.mark.parametrize("tilt_deg", [20, 45])
def test_a_tilted_cylinder_stays_a_cylinder(tilt_deg: float) -> None:
    lean = np.tan(np.radians(tilt_deg))
    outline = ellipse((5.0, 5.0 / np.cos(np.radians(tilt_deg))))
    body = linear([at(outline + np.array([0, lean * h]), h) for h in planes(30, 3)])
    ideal_cc = 30 * np.pi * 25 / np.cos(np.radians(tilt_deg)) / 1000
    assert body.volume_cc == pytest.approx(ideal_cc, rel=2e-3)
    heights = np.linspace(-13.3, 13.7, 40)
    axis = np.column_stack([np.zeros(40), lean * heights, heights])
    assert body.contains(axis + np.array([4.9, 0, 0])).all()
    assert not body.contains(axis + np.array([5.1, 0, 0])).any()


def test_the_region_between_two_planes_changes_evenly() -> None:
    body = linear([at(rectangle(10, 10), 0), at(rectangle(16, 16), 3), at(rectangle(16, 16), 6)])
    for height in (0.3, 1.0, 1.5, 2.2, 2.9):
        half = 5 + height
        near, far = half - 0.3, half + 0.3
        probes = [(near, 0, height), (0, -near, height), (far, 0, height), (0, far, height)]
        assert body.contains(probes).tolist() == [True, True, False, False]


def test_missing_slices_stay_missing() -> None:
    heights = [0, 2, 4, 8, 10, 12]
    body = linear([at(circle(5 + h / 10), h) for h in heights])
    assert [(g.lower_mm, g.upper_mm) for g in body.gaps] == [(5, 7)]
    assert not body.contains([[0, 0, 6], [0, 0, 5.1], [0, 0, 6.9]]).any()
    assert body.contains([[0, 0, 4.9], [0, 0, 7.1]]).all()


def test_a_part_without_counterpart_reaches_half_way() -> None:
    aside = rectangle(4, 4, (20, 0))
    body = linear(
        [at(SQUARE, 0), at(rectangle(11, 11), 3), at(SQUARE, 6), at(aside, 3)],
    )
    probes = [(20, 0, h) for h in (1.45, 1.55, 4.45, 4.55)]
    assert body.contains(probes).tolist() == [False, True, True, False]


def test_a_branching_part_grows_into_both_branches() -> None:
    trunk = rectangle(24, 6)
    branches = [rectangle(8, 6, (x, 0)) for x in (-8, 8)]
    body = linear([at(trunk, 0), at(trunk, 3), *(at(b, h) for b in branches for h in (6, 9))])
    assert body.contains([(-8, 0, 4.5), (8, 0, 4.5), (0, 0, 3.3)]).all()
    assert not body.contains([(0, 0, 5.7)])[0]
    assert len(connected_parts(body)) == 1


def test_a_hole_is_interpolated_with_its_outline() -> None:
    body = linear([at(p, h) for h in (0, 3, 6) for p in (circle(10 + h), circle(4 + h))])
    slab = next(s for s in body.shape.slabs if abs(s.position_mm - 1.5) < 0.3)
    height = slab.position_mm
    ring = np.pi * ((10 + height) ** 2 - (4 + height) ** 2)
    # The hole scales with the outline and changes with it: not quite linear, by 0.1 mm here.
    assert slab.area_mm2 == pytest.approx(ring, rel=0.015)


def test_outlines_that_do_not_belong_together_stay_slabs() -> None:
    """A ring and a spot that fits its hole share nothing half way."""
    ring = [circle(10), circle(8)]
    body = linear([at(p, 0) for p in ring] + [at(circle(8.2), 3), at(circle(8.2), 6)])
    assert body.contains([(9, 0, 1.4), (0, 0, 1.6)]).all()
    assert not body.contains([(0, 0, 1.4), (9, 0, 1.6)]).any()


def test_an_outline_that_vanishes_before_the_end_leaves_a_speck_and_the_extent() -> None:
    body = linear([at(circle(r), h) for r, h in ((9, 0), (6, 3), (0.8, 6))])
    assert body.extent_mm() == (-1.5, 7.5)
    top = [s.area_mm2 for s in body.shape.slabs if s.position_mm > 6]
    assert max(top) < np.pi * 0.8**2 and min(top) > 0


def test_an_end_grows_outward_by_45_degrees_at_most() -> None:
    body = linear([at(rectangle(w, 10), h) for w, h in ((10, 0), (30, 3), (60, 6))])
    (low, _, _), (high, _, _) = body.bounds_ras()
    assert high - low <= 60 + 2 * 1.5 + 1e-6


def test_oblique_planes_are_interpolated_in_their_own_frame() -> None:
    turn = Rotation.from_euler("xyz", (20, -35, 50), degrees=True)
    upright = [at(circle(half_width(z)), z) for z in planes(LENGTH, 2.0)]
    assert linear(turned(upright, turn)).volume_cc == pytest.approx(
        linear(upright).volume_cc, rel=1e-3
    )


def test_a_single_plane_stays_a_slab() -> None:
    body = linear([at(SQUARE, 0)], slice_spacing_mm=3)
    assert len(body.shape.slabs) == 1
    assert body.extent_mm() == (-1.5, 1.5)


def test_masks_have_nothing_between_contours() -> None:
    body = Structure.from_mask("GTV", np.ones((3, 3, 3)), np.eye(4))
    assert body.between_contours == "" and body.interpolated() is body


def test_an_unknown_choice_is_refused() -> None:
    with pytest.raises(InputError, match=r"Cord.*slabs or linear.*'splines'"):
        Structure.from_contours("Cord", [at(SQUARE, 0), at(SQUARE, 2)], between="splines")


@settings(max_examples=25, deadline=None)
@given(
    sizes=st.lists(
        st.tuples(st.floats(2, 15), st.floats(2, 15), st.floats(-1, 1), st.floats(-1, 1)),
        min_size=2,
        max_size=5,
    ),
    spacing_mm=st.floats(0.6, 5),
)
def test_any_stack_keeps_its_extent_and_stays_between_its_neighbours(sizes, spacing_mm) -> None:
    contours = [
        at(ellipse((a, b), (x, y), 60), n * spacing_mm) for n, (a, b, x, y) in enumerate(sizes)
    ]
    slabs = Structure.from_contours("GTV", contours)
    body = slabs.interpolated()
    assert body.extent_mm() == pytest.approx(slabs.extent_mm())
    for slab in body.shape.slabs:
        below = slab.position_mm / spacing_mm
        if 0 < below < len(sizes) - 1:
            pair = sizes[int(below) : int(below) + 2]
            least, most = (
                np.pi * f([p[0] for p in pair]) * f([p[1] for p in pair]) for f in (min, max)
            )
            assert 0.97 * least <= slab.area_mm2 <= 1.03 * most
