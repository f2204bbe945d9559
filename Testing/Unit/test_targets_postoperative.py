"""Targets after surgery: pre-operative extent, bone at risk, surgical bed, no hardware."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from sector_boxes import BOXES, VOLUMES_CC, box, box_vertebra, column, straight_cord

from spine_radiosurgery.anatomy import SECTORS
from spine_radiosurgery.geometry import InputError, moved
from spine_radiosurgery.targets import Override, adjacent_sectors, postoperative_target

VERTEBRA = box_vertebra()
BODY_TUMOUR = box((-6, 12, -5), (6, 24, 5), "Preoperative")


def borders(first, second):
    """Two sectors of boxes touch in a face."""
    for one in BOXES[first]:
        for other in BOXES[second]:
            low = np.maximum(one[0], other[0])
            high = np.minimum(one[1], other[1])
            if (high >= low).all() and np.sum(high > low) >= 2:
                return True
    return False


@pytest.mark.parametrize("sector", SECTORS)
def test_adjacent_sectors_are_those_that_share_a_border(sector):
    expected = {other for other in SECTORS if other == sector or borders(sector, other)}
    assert set(adjacent_sectors([sector])) == expected


def test_the_bone_beside_the_tumour_is_taken_unless_told_otherwise():
    wide = postoperative_target(VERTEBRA, BODY_TUMOUR)
    assert wide.sectors["L3"] == ("body", "left_pedicle", "right_pedicle")
    assert wide.structure.volume_cc == pytest.approx(
        sum(VOLUMES_CC[name] for name in wide.sectors["L3"])
    )
    assert wide.rule_set == "redmond-2017-postoperative"
    assert wide.rules[0].verified and "Redmond et al. 2017" in wide.rules[0].citation
    narrow = postoperative_target(VERTEBRA, BODY_TUMOUR, adjacent_bone=False)
    assert narrow.sectors["L3"] == ("body",)


def test_what_was_removed_is_covered_where_the_tumour_was():
    operated = box_vertebra(without=("left_lamina", "right_lamina", "spinous_process"))
    before = box((-3, -20, -6), (3, 12, 6), "Preoperative")
    definition = postoperative_target(operated, before)
    bone = sum(VOLUMES_CC[n] for n in ("body", "left_pedicle", "right_pedicle"))
    outside = 6 * 12 * (32 - 4) / 1000
    assert definition.structure.volume_cc == pytest.approx(bone + outside)
    assert any("L3 has no left lamina" in w and "cannot be seen" in w for w in definition.warnings)


def test_sectors_involved_before_surgery_can_be_named():
    operated = box_vertebra(without=("spinous_process",))
    before = box((-3, -20, -6), (3, -10, 6), "Preoperative")
    definition = postoperative_target(operated, before, involved="spinous_process")
    assert definition.sectors["L3"] == ("left_lamina", "right_lamina")
    assert definition.missing["L3"] == ("spinous_process",)
    assert definition.parameters["involved_before"] == {"L3": ["spinous_process"]}
    assert not any("cannot be seen" in text for text in definition.warnings)


def test_the_tumour_is_brought_over_by_the_registration():
    matrix = np.eye(4)
    matrix[:3, :3] = Rotation.from_euler("xyz", (10, -5, 30), degrees=True).as_matrix()
    matrix[:3, 3] = (12, -7, 40)
    there = moved(BODY_TUMOUR, np.linalg.inv(matrix))
    definition = postoperative_target(VERTEBRA, there, ras_to_ras=matrix)
    assert definition.sectors["L3"] == ("body", "left_pedicle", "right_pedicle")
    assert definition.involvements["L3"].outside_cc < 0.02
    parameters = json.loads(json.dumps(definition.parameters))
    assert parameters["ras_to_ras"] == pytest.approx(matrix)
    with pytest.raises(InputError, match="not rigid"):
        postoperative_target(VERTEBRA, there, ras_to_ras=np.diag([1.1, 1, 1, 1]))


def test_bed_and_residual_are_united_and_hardware_is_taken_out():
    bed = box((-10, -40, -6), (10, -30, 6), "Bed")
    residual = box((-5, 4, -5), (5, 8, 5), "Residual")
    screw = box((-13, 0, 3), (-9, 20, 7), "Screw")
    definition = postoperative_target(
        VERTEBRA, BODY_TUMOUR, surgical_bed=bed, residual=residual, hardware=screw
    )
    bone = sum(VOLUMES_CC[n] for n in ("body", "left_pedicle", "right_pedicle"))
    screw_cc = 4 * 20 * 4 / 1000
    expected = bone + bed.volume_cc + residual.volume_cc - screw_cc
    assert definition.structure.volume_cc == pytest.approx(expected)
    assert definition.removed_cc["Screw"] == pytest.approx(screw_cc)
    names = [rule.name for rule in definition.rules]
    assert names == ["preoperative extent and adjacent bone", "surgical bed", "hardware excluded"]
    assert any("'hardware excluded' is not verified" in text for text in definition.warnings)


def test_epidural_disease_gets_a_margin_up_and_down_only():
    epidural = box((-6, 3, -8), (6, 8, 8), "Epidural")
    definition = postoperative_target(
        VERTEBRA, BODY_TUMOUR, epidural=epidural, epidural_margin_mm=5.0, adjacent_bone=False
    )
    grown = definition.structure.volume_cc - VOLUMES_CC["body"]
    assert definition.structure.extent_mm() == pytest.approx((-13.0, 13.0), abs=0.01)
    # A margin of 0 beside one of 5 mm rounds the edges by a part of a voxel.
    assert grown == pytest.approx(12 * 5 * 26 / 1000, rel=0.03)
    assert "Epidural with margin" in definition.gtv_names
    for margin in (6.0, -1.0):
        with pytest.raises(InputError, match="0 to 5 mm"):
            postoperative_target(
                VERTEBRA, BODY_TUMOUR, epidural=epidural, epidural_margin_mm=margin
            )
    with pytest.raises(InputError, match="nothing to go around"):
        postoperative_target(VERTEBRA, BODY_TUMOUR, epidural_margin_mm=3.0)


def test_cord_levels_and_overrides_work_as_for_templates():
    definition = postoperative_target(
        column("L2", "L3"),
        box((-6, 12, -35), (6, 24, 5), "Preoperative"),
        cord=straight_cord(),
        overrides=[Override("right_pedicle", False)],
    )
    assert definition.name == "CTV_L2_L3"
    assert definition.sectors == {"L2": ("body", "left_pedicle"), "L3": ("body", "left_pedicle")}
    assert definition.cord_gap.distance_mm == pytest.approx(3.0, abs=0.06)
