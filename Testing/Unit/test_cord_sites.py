"""Parts of a target at the limits of size and distance, and the curve through a cord's ends."""

from __future__ import annotations

import numpy as np
import pytest
from shapes import at, planes, prism, rectangle

from spine_radiosurgery.cord import centreline_of, cord_volume, cord_volumes, find_sites, prv_name
from spine_radiosurgery.cord.centreline import Centreline
from spine_radiosurgery.geometry import InputError, Structure

LEANING = Centreline(np.array([[0.0, 0, 0], [0, 3, 4], [0, 6, 8]]), np.array([0.0, 5, 10]))
"""Headward 4 mm and forward 3 mm for every 5 mm of arc."""


def block(name: str, low: float, high: float) -> Structure:
    length = high - low
    return prism(rectangle(10, 10, (0, 30)), length, length / 4, (low + high) / 2, name)


def voxel_of(volume_cc: float) -> Structure:
    edge = (1000 * volume_cc) ** (1 / 3)
    return Structure.from_mask("Speck", np.ones((1, 1, 1)), np.diag([edge, edge, edge, 1.0]))


def test_a_part_of_the_limit_itself_is_no_speck() -> None:
    (site,), notes = find_sites([voxel_of(0.0101)], 6.0)
    assert notes == ()
    assert site.length_mm == pytest.approx(10.1 ** (1 / 3))
    with pytest.raises(InputError, match=r"at least 0\.01 cc"):
        find_sites([voxel_of(0.0099)], 6.0)


@pytest.mark.parametrize(("gap_mm", "sites"), [(11.9, 1), (12.0, 2), (12.1, 2)])
def test_parts_exactly_twice_the_margin_apart_are_separate(gap_mm: float, sites: int) -> None:
    found, _ = find_sites([block("A", 0.0, 10.0), block("B", 10.0 + gap_mm, 30.0 + gap_mm)], 6.0)
    assert len(found) == sites


def test_sites_run_from_head_to_foot_with_the_names_of_their_parts() -> None:
    bodies = [block("High", 40.0, 50.0), block("Low", 0.0, 20.0), block("Within", 4.0, 8.0)]
    upper, lower = find_sites(bodies, 6.0)[0]
    assert (upper.lower_mm, upper.upper_mm, upper.names) == (40.0, 50.0, ("High",))
    # The longer part reaches on beyond the one that starts after it.
    assert (lower.lower_mm, lower.upper_mm, lower.names) == (0.0, 20.0, ("Low", "Within"))
    joined = find_sites([*bodies[1:], block("Next", 30.0, 36.0)], 6.0)[0]
    assert len(joined) == 1


def test_heights_and_arc_go_on_straight_beyond_both_ends() -> None:
    assert LEANING.at_height(4.0) == pytest.approx(5.0)
    assert LEANING.at_height(-4.0) == pytest.approx(-5.0)
    assert LEANING.at_height(12.0) == pytest.approx(15.0)
    assert LEANING.point(-5.0) == pytest.approx([0, -3, -4])
    assert LEANING.point(0.5) == pytest.approx([0, 0.3, 0.4])
    assert LEANING.point(15.0) == pytest.approx([0, 9, 12])
    assert LEANING.tangent(99.0) == pytest.approx([0, 0.6, 0.8])
    assert LEANING.tilt_deg(0.0, 8.0) == pytest.approx(np.degrees(np.arctan2(3, 4)))


def test_the_slope_counts_along_the_arc_where_points_are_uneven() -> None:
    line = Centreline(
        np.array([[0.0, 0, 0], [0, 0, 1], [0, 3, 5], [0, 6, 9]]), np.array([0.0, 1, 6, 11])
    )
    # Second order over steps of 1 and 5 mm: 3 / 30 forward, 29 / 30 headward for a mm of arc.
    assert line.tangent(1.0) == pytest.approx(np.array([0, 3, 29]) / np.hypot(3, 29))


def test_a_straight_leaning_cord_keeps_its_line_up_to_both_ends() -> None:
    heights = planes(20.0, 2.0)
    cord = Structure.from_contours("Cord", [at(rectangle(8, 8, (0.5 * h, -h)), h) for h in heights])
    line = centreline_of(cord)
    assert line.points_ras[:, 2] == pytest.approx(np.arange(-9.0, 10.0))
    assert line.points_ras[:, 0] == pytest.approx(0.5 * line.points_ras[:, 2])
    assert line.points_ras[:, 1] == pytest.approx(-line.points_ras[:, 2])
    assert line.arc_mm[0] == 0.0
    assert np.diff(line.arc_mm) == pytest.approx(1.5)


def test_two_sections_nearer_than_a_step_are_a_line_too() -> None:
    cord = Structure.from_contours("Cord", [at(rectangle(8, 8), h) for h in (0.0, 0.4)])
    assert centreline_of(cord).arc_mm == pytest.approx([0.0, 0.4])


@pytest.mark.parametrize(
    ("margins", "name"),
    [
        ([2.0] * 6, "SpinalCord_PRV02"),
        ([12] * 6, "SpinalCord_PRV12"),
        ([99.0] * 6, "SpinalCord_PRV99"),
        ([100.0] * 6, "SpinalCord_PRV"),
        ([1.5] * 6, "SpinalCord_PRV"),
        ([2.0] * 5 + [3.0], "SpinalCord_PRV"),
    ],
)
def test_the_name_of_a_risk_volume_holds_whole_even_margins(margins: list, name: str) -> None:
    assert prv_name(margins) == name


def test_missing_ends_have_the_area_of_their_own_end_section() -> None:
    heights = planes(24.0, 2.0)
    sides = np.linspace(6.0, 10.0, len(heights))
    cord = Structure.from_contours(
        "Cord", [at(rectangle(s, s), h) for s, h in zip(sides, heights, strict=True)]
    )
    found = cord_volume(cord, block("CTV", -10.0, 9.0))
    assert (found.missing_inferior_mm, found.missing_superior_mm) == pytest.approx((4.0, 3.0))
    assert found.missing_cc == pytest.approx((4 * 36 + 3 * 100) / 1000)
    assert found.shortfalls[0].startswith("Cord ends 3.0 mm before the 6 mm margin above the")
    assert f"about {0.444 * 3 / 7:.2f} cc" in found.shortfalls[0]
    assert found.shortfalls[1].startswith("Cord ends 4.0 mm before the 6 mm margin below the")


def test_a_hundredth_of_a_millimetre_is_not_missing() -> None:
    cord = prism(rectangle(8, 8), 32.016, 2.001, 0.0, "Cord")
    assert not cord_volume(cord, block("CTV", -10.016, 10.016)).truncated
    assert cord_volume(cord, block("CTV", -10.03, 10.03)).truncated


def test_the_margin_may_be_nothing() -> None:
    (found,) = cord_volumes(prism(rectangle(8, 8), 60.0), block("CTV", -10, 10), margin_mm=0.0)
    assert found.length_mm == pytest.approx(20.0)
    assert found.volume_cc == pytest.approx(64 * 20 / 1000)


@pytest.mark.parametrize(
    ("mode", "how"),
    [
        ("axial", "horizontal planes cut it obliquely"),
        ("centreline", "it was cut normal to its centerline"),
    ],
)
def test_a_tilted_cord_is_told_how_it_was_cut(mode: str, how: str) -> None:
    heights = planes(80.0, 2.0)
    cord = Structure.from_contours("Cord", [at(rectangle(8, 8, (0, 0.5 * h)), h) for h in heights])
    found = cord_volume(cord, block("CTV", -10, 10), mode=mode)
    assert found.warnings == (
        f"Cord is tilted by 27 degrees against the superior axis; {how}, compare both modes.",
    )
