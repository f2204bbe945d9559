"""The cord volume along the cord's own centreline."""

from __future__ import annotations

import numpy as np
import pytest
from shapes import at, centred_affine, circle, ellipse, occupancy_of, planes, prism, rectangle

from spine_radiosurgery.cord import centreline_of, cord_volume
from spine_radiosurgery.geometry import InputError, Structure


def tilted_cord(degrees: float, spacing: float = 1.0, length: float = 120.0) -> Structure:
    """A straight cord of circular section, r 5 mm, leaning forward; contoured in axial planes."""
    slope = np.tan(np.radians(degrees))
    outline = ellipse((5.0, 5.0 / np.cos(np.radians(degrees))))
    return Structure.from_contours(
        "SpinalCord", [at(np.add(outline, (0, slope * h)), h) for h in planes(length, spacing)]
    )


def target(low: float = -10.0, high: float = 10.0) -> Structure:
    return prism(rectangle(30, 25, (0, 30)), high - low, 2.0, (low + high) / 2, name="CTV")


def test_an_upright_cord_gives_the_same_in_both_modes() -> None:
    upright = tilted_cord(0)
    axial = cord_volume(upright, target())
    along = cord_volume(upright, target(), mode="centreline")
    assert along.length_mm == pytest.approx(axial.length_mm) == pytest.approx(32)
    assert along.volume_cc == pytest.approx(axial.volume_cc, rel=1e-3)
    assert along.tilt_deg == pytest.approx(0, abs=0.1)
    assert along.warnings == ()


@pytest.mark.parametrize("degrees", [10.0, 25.0, 40.0])
def test_a_tilted_cord_is_cut_normal_to_itself_after_six_millimetres_of_arc(degrees: float) -> None:
    found = cord_volume(tilted_cord(degrees), target(), mode="centreline")
    length = 20 / np.cos(np.radians(degrees)) + 12
    assert found.length_mm == pytest.approx(length, rel=2e-3)
    assert found.volume_cc == pytest.approx(np.pi * 25 * length / 1000, rel=5e-3)
    assert (found.superior_mm, found.inferior_mm) == pytest.approx((6, 6), abs=0.02)
    assert found.tilt_deg == pytest.approx(degrees, abs=0.2)
    assert found.mode == "centreline"


def test_a_tilt_above_fifteen_degrees_is_reported_in_the_default_mode() -> None:
    assert cord_volume(tilted_cord(14), target()).warnings == ()
    (warning,) = cord_volume(tilted_cord(17), target()).warnings
    assert "tilted by 17 degrees" in warning


def test_the_default_mode_cuts_a_tilted_cord_horizontally() -> None:
    found = cord_volume(tilted_cord(25), target())
    assert found.length_mm == pytest.approx(32)
    area = np.pi * 25 / np.cos(np.radians(25))
    assert found.volume_cc == pytest.approx(area * 32 / 1000, rel=1e-6)


def test_a_mask_of_a_tilted_cord_agrees_with_its_contours() -> None:
    shape = (45, 60, 22)
    matrix = centred_affine(shape, (0.6, 1.0, 2.0))
    slope, lean = np.tan(np.radians(25)), np.cos(np.radians(25))
    inside = lambda p: np.hypot(p[..., 0], (p[..., 1] - slope * p[..., 2]) * lean) < 5  # noqa: E731
    masked = Structure.from_mask("SpinalCord", occupancy_of(inside, shape, matrix), matrix)
    for mode in ("axial", "centreline"):
        first = cord_volume(tilted_cord(25), target(), mode=mode)
        second = cord_volume(masked, target(), mode=mode)
        assert second.volume_cc == pytest.approx(first.volume_cc, rel=5e-3)
        assert second.length_mm == pytest.approx(first.length_mm, rel=5e-3)


def test_a_cord_that_ends_early_is_truncated_along_the_arc() -> None:
    degrees = 25.0
    short = tilted_cord(degrees, length=26.0)
    found = cord_volume(short, target(), mode="centreline")
    reached = 3 / np.cos(np.radians(degrees))
    assert found.truncated
    assert found.superior_mm == pytest.approx(reached, abs=0.05)
    assert found.missing_superior_mm == pytest.approx(6 - reached, abs=0.05)


def test_drawing_jumps_from_slice_to_slice_do_not_lengthen_the_centreline() -> None:
    rng = np.random.default_rng(2)
    slices = [at(circle(5, rng.normal(0, 0.4, 2)), h) for h in planes(80, 2.0)]
    line = centreline_of(Structure.from_contours("SpinalCord", slices))
    raw = 78.0
    assert line.arc_mm[-1] == pytest.approx(raw, rel=0.01)


def test_a_centreline_needs_two_slices() -> None:
    one = Structure.from_contours("SpinalCord", [at(circle(5), 0.0)], slice_spacing_mm=40)
    assert np.isnan(cord_volume(one, target()).tilt_deg)
    with pytest.raises(InputError, match="SpinalCord has one section only"):
        cord_volume(one, target(), mode="centreline")
