"""The cord volume: 6 mm beyond the target, exactly, and what limits it."""

from __future__ import annotations

import numpy as np
import pytest
from shapes import (
    affine,
    at,
    bodies_in_all_orders,
    centred_affine,
    circle,
    cylinder,
    occupancy_of,
    planes,
    prism,
    rectangle,
)

from spine_radiosurgery.cord import cord_volume, cord_volumes
from spine_radiosurgery.geometry import InputError, Structure

AREA_MM2 = np.pi * 25


def cord(length: float = 120.0, spacing: float = 2.5, centre: float = 0.0) -> Structure:
    return cylinder(5.0, length, spacing, (0, 0, centre), name="SpinalCord")


def target(low: float, high: float, slices: int = 5) -> Structure:
    spacing = (high - low) / slices
    outline = rectangle(30, 25, (0, 25))
    return prism(outline, high - low, spacing, (low + high) / 2, name="CTV")


@pytest.mark.parametrize("spacing", [1.0, 2.5, 3.0])
@pytest.mark.parametrize("margin_mm", [0.0, 6.0, 7.3])
def test_the_margin_is_exact_whatever_the_slices(spacing: float, margin_mm: float) -> None:
    found = cord_volume(cord(spacing=spacing), target(-11.3, 12.2), margin_mm=margin_mm)
    length = 23.5 + 2 * margin_mm
    assert found.volume_cc == pytest.approx(AREA_MM2 * length / 1000, rel=1e-9)
    assert found.length_mm == pytest.approx(length)
    assert (found.superior_mm, found.inferior_mm) == pytest.approx((margin_mm, margin_mm))
    assert (found.lower_mm, found.upper_mm) == pytest.approx((-11.3 - margin_mm, 12.2 + margin_mm))
    assert not found.truncated and found.missing_cc == 0
    assert found.structure.name == "SpinalCord_Partial"
    assert found.target_name == "CTV"


def test_the_extent_of_the_target_includes_half_a_slice() -> None:
    slices = [at(rectangle(30, 25, (0, 25)), h) for h in (-10, -7, -4, -1, 2, 5)]
    found = cord_volume(cord(), Structure.from_contours("CTV", slices))
    assert (found.target_lower_mm, found.target_upper_mm) == (-11.5, 6.5)
    assert found.length_mm == pytest.approx(18 + 12)


def test_the_extent_of_a_target_mask_ends_at_voxels_at_least_half_occupied() -> None:
    occupancy = np.zeros((8, 4, 4))
    occupancy[1:7] = np.array([0.4, 0.5, 1, 1, 1, 0.3])[:, np.newaxis, np.newaxis]
    mask = Structure.from_mask("CTV", occupancy, affine((5, 5, 2.5), (0, 20, 0)))
    found = cord_volume(cord(), mask)
    assert (found.target_lower_mm, found.target_upper_mm) == (3.75, 13.75)


@pytest.mark.parametrize("side", ["above", "below"])
def test_a_cord_that_ends_early_says_what_is_missing(side: str) -> None:
    sign = 1 if side == "above" else -1
    short = cord(60.0, centre=-sign * 16.0)
    found = cord_volume(short, target(-10, 10))
    missing = (found.missing_superior_mm, found.missing_inferior_mm)
    assert found.truncated
    assert missing[::sign] == pytest.approx((2.0, 0.0))
    assert found.missing_cc == pytest.approx(AREA_MM2 * 2 / 1000, rel=1e-6)
    assert found.volume_cc == pytest.approx(AREA_MM2 * 30 / 1000)
    assert found.length_mm == pytest.approx(30)
    assert f"ends 2.0 mm before the 6 mm margin {side} the target" in found.warnings[0]


def test_a_cord_that_ends_beside_the_target_misses_that_length_too() -> None:
    found = cord_volume(cord(50.0, centre=-20.0), target(-10, 10))
    assert found.superior_mm == pytest.approx(-5)
    assert found.missing_superior_mm == pytest.approx(11)


def test_contours_and_mask_of_the_same_cord_agree() -> None:
    shape = (48, 28, 28)
    matrix = centred_affine(shape, (0.5, 0.5, 2.5))
    inside = lambda p: np.hypot(p[..., 0], p[..., 1]) < 5  # noqa: E731
    masked = Structure.from_mask("SpinalCord", occupancy_of(inside, shape, matrix), matrix)
    first = cord_volume(cord(), target(-11.3, 12.2))
    second = cord_volume(masked, target(-11.3, 12.2))
    assert second.volume_cc == pytest.approx(first.volume_cc, rel=2e-3)
    assert second.length_mm == pytest.approx(first.length_mm)


@pytest.mark.slow
def test_a_mask_in_any_index_order_gives_the_same() -> None:
    mask = np.ones((15, 5, 6), dtype=bool)
    bodies = bodies_in_all_orders("SpinalCord", mask, centred_affine((15, 5, 6), (1.5, 1.5, 5.0)))
    found = [cord_volume(b, target(-11.3, 12.2)).volume_cc for b in bodies]
    assert found == pytest.approx([30 * 2.25 * 35.5 / 1000] * 48, rel=1e-9)


def test_reversed_contours_give_the_same() -> None:
    slices = [at(circle(5), h) for h in planes(120, 2.5)]
    forward = cord_volume(Structure.from_contours("SpinalCord", slices), target(-11.3, 12.2))
    backward = cord_volume(Structure.from_contours("SpinalCord", slices[::-1]), target(-11.3, 12.2))
    assert backward.volume_cc == pytest.approx(forward.volume_cc, rel=1e-12)


def two_parts(distance: float) -> Structure:
    outline = rectangle(30, 25, (0, 25))
    slices = [at(outline, h) for h in (-20, -18, -16)]
    slices += [at(outline, -15 + distance + 1 + h) for h in (0, 2, 4)]
    return Structure.from_contours("CTV", slices)


def test_parts_nearer_than_twice_the_margin_are_one_target() -> None:
    (found,) = cord_volumes(cord(), two_parts(11.9))
    assert found.length_mm == pytest.approx(6 + 11.9 + 6 + 12)
    assert found.structure.name == "SpinalCord_Partial"


def test_parts_farther_apart_have_a_cord_volume_each_numbered_from_head_to_foot() -> None:
    found = cord_volumes(cord(), two_parts(12.1))
    assert [v.structure.name for v in found] == ["SpinalCord_Partial_1", "SpinalCord_Partial_2"]
    assert found[0].lower_mm > found[1].lower_mm
    assert [v.length_mm for v in found] == pytest.approx([18, 18])


def test_the_distance_that_joins_parts_follows_the_margin() -> None:
    assert len(cord_volumes(cord(), two_parts(12.1), margin_mm=6.1)) == 1
    assert len(cord_volumes(cord(), two_parts(11.9), margin_mm=5.9)) == 2


def test_one_cord_volume_of_separate_sites_is_refused_with_their_places() -> None:
    with pytest.raises(InputError, match=r"CTV has 2 separate sites .*S -21\.0 to -15\.0 mm"):
        cord_volume(cord(), two_parts(12.1))


def test_several_targets_are_sites_of_their_own_or_joined() -> None:
    far, near = target(30, 40), target(-3, 5).renamed("GTV")
    found = cord_volumes(cord(), [target(-20, -10), far, near])
    assert [v.target_name for v in found] == ["CTV", "CTV + GTV"]
    assert found[1].length_mm == pytest.approx(25 + 12)


def test_specks_do_not_lengthen_the_target_and_are_reported() -> None:
    slices = [at(rectangle(30, 25, (0, 25)), h) for h in (-4, -2, 0, 2, 4)]
    specks = [at(rectangle(1, 1), h) for h in (30, 32)]
    found = cord_volume(cord(), Structure.from_contours("CTV", [*slices, *specks]))
    assert found.length_mm == pytest.approx(10 + 12)
    assert "1 part(s) smaller than 0.01 cc" in found.warnings[0]


def test_a_target_of_specks_only_is_refused() -> None:
    speck = Structure.from_contours("CTV", [at(rectangle(1, 1), h) for h in (0, 2)])
    with pytest.raises(InputError, match=r"CTV has no part of at least 0\.01 cc"):
        cord_volume(cord(), speck)


def test_a_cord_elsewhere_is_refused_with_both_places() -> None:
    with pytest.raises(InputError, match=r"SpinalCord \(S 170\.0 to 230\.0 mm\) does not reach"):
        cord_volume(cord(60.0, centre=200.0), target(-10, 10))


def test_missing_slices_inside_are_named_and_not_filled() -> None:
    slices = [at(circle(5), h) for h in planes(60, 2) if abs(h - 1) > 0.5]
    found = cord_volume(Structure.from_contours("SpinalCord", slices), target(-10, 10))
    assert any("contours are missing between S 0.0 and 2.0 mm" in w for w in found.warnings)
    assert found.volume_cc == pytest.approx(AREA_MM2 * 30 / 1000)


def test_missing_slices_outside_the_cord_volume_are_no_matter() -> None:
    slices = [at(circle(5), h) for h in planes(100, 2) if abs(h - 41) > 0.5]
    found = cord_volume(Structure.from_contours("SpinalCord", slices), target(-10, 10))
    assert found.warnings == ()


def test_a_margin_below_zero_and_an_unknown_mode_are_refused() -> None:
    with pytest.raises(InputError, match="-1 mm must be 0 mm or more"):
        cord_volume(cord(), target(-10, 10), margin_mm=-1)
    with pytest.raises(InputError, match="axial or centreline"):
        cord_volume(cord(), target(-10, 10), mode="curved")


def test_an_empty_layer_of_a_mask_is_named_with_its_place() -> None:
    mask = np.zeros((40, 12, 12), dtype=bool)
    mask[:, 3:9, 3:9] = True
    mask[18:20] = False
    matrix = np.diag([1.5, 1.5, 2.0, 1.0])
    matrix[:3, 3] = -9.0, -9.0, -39.0
    drawn = Structure.from_mask("SpinalCord", mask, matrix)
    found = cord_volume(drawn, target(-11.0, 11.0))
    assert "contours are missing between S -4.0 and 0.0 mm" in " ".join(found.warnings)


def test_the_extent_of_an_obliquely_cut_cord_is_that_of_the_part() -> None:
    tilted = [at(circle(5.0, (0.3 * h, 0.0)), h) for h in np.arange(-60.0, 61.0, 2.0)]
    whole = Structure.from_contours("SpinalCord", tilted)
    found = cord_volume(whole, target(-10.0, 10.0), mode="centreline")
    low, high = found.structure.extent_mm()
    assert (low, high) == pytest.approx((found.lower_mm - 1.5, found.upper_mm + 1.5), abs=0.6)
