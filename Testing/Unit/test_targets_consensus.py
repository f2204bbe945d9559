"""Involved sectors and what the consensus rules propose for them."""

from __future__ import annotations

import itertools

import pytest
from sector_boxes import box, box_vertebra, column
from shapes import cylinder
from vertebra_shapes import make_shape

from spine_radiosurgery.anatomy import SECTORS, split_vertebra
from spine_radiosurgery.geometry import InputError, Structure
from spine_radiosurgery.targets import (
    RULE_SETS,
    Override,
    define_target,
    involvement,
    propose_sectors,
)

PUBLISHED = "isrc-as-published-by-brainlab"
RECALLED = "isrc-cox-recalled"
VERTEBRA = box_vertebra()
LEFT, RIGHT = ("left_pedicle", "left_lamina"), ("right_pedicle", "right_lamina")
SUBSETS = [s for n in range(1, 7) for s in itertools.combinations(SECTORS, n)]


def mirrored(names):
    swap = {"left": "right", "right": "left"}
    return {"_".join(swap.get(word, word) for word in name.split("_")) for name in names}


# The rows of clinical.md section 5, written out again: involved, proposed.
PUBLISHED_ROWS = [
    (("left_pedicle",), LEFT),
    (("spinous_process",), ("left_lamina", "right_lamina", "spinous_process")),
    (("body", "left_pedicle", "right_pedicle"), SECTORS),
    (("body", "left_pedicle"), ("body", *LEFT)),
    (("left_lamina",), (*LEFT, "spinous_process")),
    (("body",), ("body",)),
]
RECALLED_ROWS = [
    (("body",), ("body",)),
    (("body", "left_pedicle"), ("body", *LEFT)),
    (("body", "left_pedicle", "right_pedicle"), ("body", *LEFT, *RIGHT)),
    (("left_pedicle",), LEFT),
    (("left_lamina",), (*LEFT, "spinous_process")),
    (("spinous_process",), ("left_lamina", "right_lamina", "spinous_process")),
]


@pytest.mark.parametrize(
    ("rule_set", "involved", "proposed"),
    [(PUBLISHED, *row) for row in PUBLISHED_ROWS] + [(RECALLED, *row) for row in RECALLED_ROWS],
)
def test_every_row_proposes_its_sectors_on_both_sides(rule_set, involved, proposed):
    for sides in (set, mirrored):
        found = propose_sectors(sides(involved), rule_set)
        assert set(found.sectors) == sides(proposed)
        assert found.verified == (rule_set == PUBLISHED)
        assert found.rule and found.citation


@pytest.mark.parametrize("rule_set", RULE_SETS)
@pytest.mark.parametrize("involved", SUBSETS, ids="+".join)
def test_every_combination_has_a_proposal(rule_set, involved):
    found = propose_sectors(involved, rule_set)
    assert set(involved) <= set(found.sectors)
    assert set(propose_sectors(mirrored(involved), rule_set).sectors) == mirrored(found.sectors)
    rows = PUBLISHED_ROWS if rule_set == PUBLISHED else RECALLED_ROWS
    listed = [set(row) for row, _ in rows] + [mirrored(row) for row, _ in rows]
    if set(involved) not in listed:
        assert not found.verified
        assert "no row for just these sectors" in found.remark
    assert found.encircles_cord == (set(found.sectors) == set(SECTORS))
    assert ("encircles the cord" in found.remark) == found.encircles_cord
    assert "No expansion into the epidural space" in found.remark


def test_combinations_unite_the_rows_that_apply():
    found = propose_sectors(("body", "right_lamina"), PUBLISHED)
    assert set(found.sectors) == {"body", *RIGHT, "spinous_process"}
    assert set(propose_sectors(("left_pedicle", "right_pedicle")).sectors) == {*LEFT, *RIGHT}


def test_the_spinous_process_of_the_bilateral_row_is_said():
    row = ("body", "left_pedicle", "right_pedicle")
    published, recalled = propose_sectors(row, PUBLISHED), propose_sectors(row, RECALLED)
    assert set(published.sectors) - set(recalled.sectors) == {"spinous_process"}
    assert "Check the original table" in published.remark
    assert "Check the original table" in recalled.remark
    assert "not verified" in recalled.remark


def test_no_sector_involved_proposes_none():
    assert propose_sectors(()).sectors == ()


def test_unknown_names_are_refused():
    with pytest.raises(InputError, match="rule set 'isrc'"):
        propose_sectors(("body",), "isrc")
    with pytest.raises(InputError, match="'tail'"):
        propose_sectors(("tail",))


def test_shares_of_sectors_are_volumes():
    gtv = box((-14, 2, 0), (-8, 14, 10))  # 6 of the pedicle's 8 mm, 6 mm into the body
    found = involvement(VERTEBRA, gtv)
    assert found.shares["left_pedicle"] == pytest.approx(0.75)
    assert found.tumour_cc["body"] == pytest.approx(6 * 6 * 10 / 1000)
    assert found.outside_cc == pytest.approx(0.0, abs=1e-6)
    assert found.involved == ("body", "left_pedicle")
    assert "left pedicle (75 %)" in found.text


def test_shares_hold_between_voxels_and_for_contours():
    ball = cylinder(4.13, 8.0, centre=(-1.77, 20.3, 0.4), spacing=0.8)
    found = involvement(box_vertebra(spacing=(1.0, 1.0, 3.0)), ball)
    assert found.tumour_cc["body"] == pytest.approx(ball.volume_cc, rel=1e-3)


@pytest.mark.parametrize("spacing_mm", [(1.0, 1.0, 1.0), (1.0, 1.0, 3.0)])
@pytest.mark.parametrize("name", SECTORS)
def test_a_tumour_that_ends_at_a_border_does_not_involve_the_sector_beyond(spacing_mm, name):
    # Turned, so that borders cut through voxels, which then belong to two sectors.
    shape = make_shape("L3", spacing_mm=spacing_mm, rotation_deg=(8.0, -5.0, 12.0))
    split = split_vertebra(shape.structure())
    found = involvement(split, split.sector(name))
    assert found.involved == (name,)
    assert found.shares[name] == pytest.approx(1.0, abs=0.01)
    assert found.outside_cc == pytest.approx(0.0, abs=0.01)


def test_a_tumour_across_a_border_keeps_its_volume_in_both_sectors():
    shape = make_shape("L3", rotation_deg=(8.0, -5.0, 12.0))
    split = split_vertebra(shape.structure())
    grid = split.vertebra.shape.grid
    both = split.body.shape.values + split.left_pedicle.shape.values
    found = involvement(split, Structure.from_mask("GTV", both, grid.ijk_to_ras))
    assert found.involved == ("body", "left_pedicle")
    assert found.tumour_cc["body"] == pytest.approx(split.body.volume_cc, rel=0.01)
    assert found.tumour_cc["left_pedicle"] == pytest.approx(split.left_pedicle.volume_cc, rel=0.02)


def test_overlapping_tumours_count_once_and_epidural_parts_are_outside():
    bone, epidural = box((-5, 6, -5), (5, 16, 5)), box((-5, 2, -5), (5, 8, 5), "Epidural")
    found = involvement(VERTEBRA, [bone, epidural])
    assert found.tumour == "GTV + Epidural"
    assert found.tumour_cc["body"] == pytest.approx(10 * 8 * 10 / 1000)
    assert found.outside_cc == pytest.approx(10 * 6 * 10 / 1000, abs=1e-6)


def test_a_touch_counts_only_without_a_threshold():
    gtv = box((-14.0, 7.9, 0), (-4, 28, 10), spacing=0.1)
    assert involvement(VERTEBRA, gtv, threshold=0.02).involved == ("body",)
    assert involvement(VERTEBRA, gtv, threshold=0.0).involved == ("body", "left_pedicle")
    assert involvement(VERTEBRA, gtv).involved == ("body", "left_pedicle")
    with pytest.raises(InputError, match="between 0 and 1, not 5"):
        involvement(VERTEBRA, gtv, threshold=5)


def test_a_small_lesion_in_a_large_body_counts():
    found = involvement(VERTEBRA, box((0, 18, 0), (3, 21, 3)))
    assert found.shares["body"] < found.threshold
    assert found.involved == ("body",)


@pytest.mark.parametrize(
    ("low", "high", "pattern", "recalled"),
    [
        ((-15, 8, -12), (-6, 32, 0), "left", ("body", "left_pedicle")),
        ((6, 8, -12), (15, 32, 0), "right", ("body", "right_pedicle")),
        ((-15, 8, -12), (15, 32, 4), "diffuse", ("body", "left_pedicle", "right_pedicle")),
        ((-5, 12, -5), (5, 20, 5), "part", ("body",)),
    ],
)
def test_where_in_the_body_decides_the_recalled_rows(low, high, pattern, recalled):
    found = involvement(VERTEBRA, box(low, high))
    assert found.body_pattern == pattern
    assert propose_sectors(found, RECALLED).sectors == recalled
    assert propose_sectors(found, PUBLISHED).sectors == ("body",)


def test_a_sector_that_is_gone_is_not_involved():
    operated = box_vertebra(without=("spinous_process",))
    found = involvement(operated, box((-3, -30, -6), (3, -8, 6)))
    assert found.involved == ()
    assert "spinous_process" not in found.shares


def test_the_rule_decides_alone_and_only_proposes_beside_a_template():
    gtv = box((-14, 2, 0), (-8, 14, 10))
    by_rule = define_target(VERTEBRA, gtv=gtv, consensus=PUBLISHED)
    assert by_rule.sectors["L3"] == ("body", "left_pedicle", "left_lamina")
    assert (by_rule.rule_set, by_rule.template) == (PUBLISHED, None)
    beside = define_target(VERTEBRA, "body", gtv=gtv, consensus=PUBLISHED)
    assert beside.sectors["L3"] == ("body",)
    assert beside.rule_set == "rtog-0631"
    assert beside.left_out("L3") == ("left_pedicle", "left_lamina")
    assert beside.proposal.sectors == by_rule.sectors["L3"]
    with pytest.raises(InputError, match="give the GTV"):
        define_target(VERTEBRA, consensus=PUBLISHED)


def test_proposal_and_decision_are_both_kept():
    gtv = box((-14, 2, 0), (-8, 14, 10))
    overrides = [
        Override("left_lamina", False, reason="metal artefact", by="CD"),
        Override("right_pedicle", True, level="L3"),
    ]
    definition = define_target(VERTEBRA, gtv=gtv, consensus=PUBLISHED, overrides=overrides)
    assert definition.proposal.sectors == ("body", "left_pedicle", "left_lamina")
    assert definition.sectors["L3"] == ("body", "left_pedicle", "right_pedicle")
    assert definition.added("L3") == ("right_pedicle",)
    assert definition.left_out("L3") == ("left_lamina",)
    assert definition.parameters["overrides"][0]["by"] == "CD"


def test_an_unverified_proposal_is_said_on_the_target():
    gtv = box((-5, 12, -5), (5, 20, 5))
    definition = define_target(VERTEBRA, gtv=gtv, consensus=RECALLED)
    assert any("isrc-cox-recalled for L3 is not verified" in text for text in definition.warnings)
    assert not definition.rules[0].verified
    published = define_target(VERTEBRA, gtv=gtv, consensus=PUBLISHED)
    assert not any("not verified" in text for text in published.warnings)


def test_each_level_has_its_own_proposal():
    levels = column("L2", "L3")
    definition = define_target(levels, gtv=box((-5, -25, -5), (5, 16, 5)), consensus=PUBLISHED)
    assert set(definition.proposals) == {"L2", "L3"}
    assert definition.sectors["L3"] == ()
    assert "No sector of L3 is in the target." in definition.warnings
    with pytest.raises(InputError, match="the tumor involves none"):
        define_target(levels, gtv=box((-5, -2, -5), (5, 2, 5)), consensus=PUBLISHED)
