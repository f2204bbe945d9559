"""Neighbouring levels share a target, separate sites get one each."""

from __future__ import annotations

import pytest
from sector_boxes import VOLUMES_CC, box, box_vertebra, column

from spine_radiosurgery.geometry import InputError, Structure
from spine_radiosurgery.targets import Override, define_targets, make_target, make_targets


def test_neighbours_make_one_target_in_any_order():
    levels = column("T12", "L1", "L2")
    target = make_target(levels[::-1], "body")
    assert target.name == "CTV_T12_L1_L2"
    assert target.volume_cc == pytest.approx(3 * VOLUMES_CC["body"])
    assert target.extent_mm() == pytest.approx((-72.0, 12.0))


def test_separate_sites_are_refused_and_the_way_out_is_named():
    with pytest.raises(InputError, match=r"2 separate sites \(L1; L3\).*make_targets"):
        make_target([column("L1")[0], *column("L3", first_mm=-60.0)])


def test_separate_sites_get_a_target_each_from_head_to_foot():
    levels = [*column("L4", first_mm=-120.0), *column("T12", "L1")]
    targets = make_targets(levels, "body")
    assert [t.name for t in targets] == ["CTV_T12_L1", "CTV_L4"]
    assert [t.volume_cc for t in targets] == pytest.approx([2 * 17.28, 17.28])


def test_without_names_the_height_decides():
    near = [box_vertebra(None, (0, 0, z), name=f"Bone {z}") for z in (0, -30)]
    far = [box_vertebra(None, (0, 0, z), name=f"Bone {z}") for z in (0, -60)]
    assert len(make_targets(near)) == 1
    assert len(make_targets(far)) == 2


def test_transitional_vertebrae_are_neighbours_too():
    assert len(make_targets(column("L5", "L6", "S1"))) == 1
    assert len(make_targets(column("L5", "S1"))) == 1


def test_names_that_do_not_go_with_the_heights_are_remarked():
    swapped = make_target(column("L3", "L2"))
    assert any("L3 lies above L2; check" in text for text in swapped.warnings)
    apart = make_target([*column("L2"), *column("L3", first_mm=-90.0)])
    assert any("66 mm apart, although they are named as neighbors" in w for w in apart.warnings)


def test_one_level_twice_or_none_is_refused():
    with pytest.raises(InputError, match="L3 was given twice"):
        make_target(column("L3", "L3"))
    with pytest.raises(InputError, match="at least one vertebra"):
        make_target([])


def test_levels_on_other_voxels_are_united_with_their_volume():
    upper = box_vertebra("L2", (0.3, 0.1, 30.2))
    lower = box_vertebra("L3", spacing=(0.5, 0.5, 1.5))
    target = make_target([upper, lower], "whole_vertebra")
    volume = upper.vertebra.volume_cc + lower.vertebra.volume_cc
    assert target.volume_cc == pytest.approx(volume, rel=1e-6)


def test_tumours_go_to_the_site_that_they_lie_at():
    levels = [*column("L1"), *column("L4", first_mm=-90.0)]
    first, second = box((-5, 4, -5), (5, 10, 5), "Upper"), box((-5, 4, -95), (5, 10, -85), "Lower")
    upper, lower = define_targets(levels, "body", gtv=[first, second])
    assert (upper.gtv_names, lower.gtv_names) == (("Upper",), ("Lower",))
    both = united(first, second)
    upper, lower = define_targets(levels, "body", gtv=both, consensus="isrc-cox-recalled")
    assert upper.structure.volume_cc == pytest.approx(17.28 + 0.4)
    assert lower.structure.volume_cc == pytest.approx(17.28 + 0.4)
    assert upper.proposal.involved == lower.proposal.involved == ("body",)


def united(first: Structure, second: Structure) -> Structure:
    contours = []
    for body in (first, second):
        low, high = body.bounds_ras()
        for n in range(20):
            z = low[2] + 0.25 + 0.5 * n
            contours.append(
                [
                    (low[0], low[1], z),
                    (high[0], low[1], z),
                    (high[0], high[1], z),
                    (low[0], high[1], z),
                ]
            )
    return Structure.from_contours("GTV", contours)


def test_overrides_find_their_level_among_the_sites():
    levels = [*column("L1"), *column("L4", first_mm=-90.0)]
    upper, lower = define_targets(
        levels, "body", overrides=[Override("left_pedicle", True, level="L4")]
    )
    assert upper.sectors["L1"] == ("body",)
    assert lower.sectors["L4"] == ("body", "left_pedicle")
    with pytest.raises(InputError, match="No target has the level L2"):
        define_targets(levels, overrides=[Override("body", True, level="L2")])
    with pytest.raises(InputError, match="2 separate targets"):
        make_targets(levels, name="CTV")
