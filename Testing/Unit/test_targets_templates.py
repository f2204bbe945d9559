"""Templates: sectors, margin, tumour, less the cord; on vertebrae of boxes with known volumes."""

from __future__ import annotations

import json
from math import pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sector_boxes import VOLUMES_CC, box, box_vertebra, column, straight_cord
from shapes import cylinder
from vertebra_shapes import make_shape

from spine_radiosurgery.anatomy import SECTORS, split_vertebra
from spine_radiosurgery.cord import cord_volume, prv
from spine_radiosurgery.geometry import InputError
from spine_radiosurgery.targets import TEMPLATES, Override, define_target, make_target, template_of
from spine_radiosurgery.targets.lattice import occupancy

VERTEBRA = box_vertebra()


def template_cc(template):
    return sum(VOLUMES_CC[name] for name in TEMPLATES[template])


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_has_exactly_its_sectors_voxels(template):
    target = make_target(VERTEBRA, template)
    grid = VERTEBRA.vertebra.shape.grid
    expected = sum(VERTEBRA.sector(name).shape.values for name in TEMPLATES[template])
    assert (target.mask_on(grid.shape_kji, grid.ijk_to_ras) == expected).all()
    assert target.shape.grid.spacing_mm == pytest.approx(grid.spacing_mm)
    assert target.volume_cc == pytest.approx(template_cc(template), rel=1e-12)


def test_the_whole_vertebra_is_the_vertebra_also_where_sectors_share_voxels():
    shared = np.where(VERTEBRA.vertebra.shape.values > 0, 1 / 3, 0.0)
    body = VERTEBRA.body.shape.values
    mixed = box_vertebra()
    for name in SECTORS:
        values = mixed.sector(name).shape.values
        values[:] = np.where(shared > 0, 0.7 * values + 0.3 / 6, 0.0)
    assert body.sum() > mixed.body.shape.values.sum()
    target = make_target(mixed, "whole_vertebra")
    grid = mixed.vertebra.shape.grid
    assert (target.mask_on(grid.shape_kji, grid.ijk_to_ras) == mixed.vertebra.shape.values).all()


def test_body_is_the_default_and_dorsal_an_alias():
    assert make_target(VERTEBRA).volume_cc == pytest.approx(template_cc("body"))
    assert template_of("dorsal") == template_of("Posterior elements") == "posterior_elements"
    assert define_target(VERTEBRA, "dorsal").template == "posterior_elements"
    with pytest.raises(InputError, match=r"'front'.*body_and_pedicles"):
        make_target(VERTEBRA, "front")


def test_the_target_is_a_ctv_named_after_its_levels():
    assert make_target(VERTEBRA).name == "CTV_L3"
    assert make_target(VERTEBRA).interpreted_type == "CTV"
    assert make_target(column("L2", "L3")).name == "CTV_L2_L3"
    assert make_target(box_vertebra(None, name="Bone 7")).name == "CTV_Bone 7"
    assert make_target(VERTEBRA, name="CTV_mine").name == "CTV_mine"


@pytest.mark.parametrize("name", ["CTV_bone", "ctv bone", "bone"])
def test_a_vertebra_called_ctv_does_not_double_the_prefix(name):
    assert define_target(box_vertebra(None, name=name)).name == "CTV_bone"


def test_an_isotropic_margin_is_true_millimetres():
    # A box with a ball rolled around it (Steiner's formula).
    a, b, c, r = 30.0, 24.0, 24.0, 4.0
    ball = 4 / 3 * pi * r**3 + pi * r**2 * (a + b + c)
    expected = a * b * c + 2 * r * (a * b + b * c + c * a) + ball
    target = make_target(VERTEBRA, "body", margin_mm=r)
    assert target.volume_cc == pytest.approx(expected / 1000, rel=0.005)
    assert target.extent_mm() == pytest.approx((-16.0, 16.0), abs=0.1)


@pytest.mark.parametrize(
    ("margins", "spacing"),
    [
        ((2.0, 4.0, 3.0, 3.0, 3.0, 3.0), (1.0, 1.0, 1.0)),
        ((3.0, 3.0, 2.0, 4.0, 3.0, 3.0), (2.0, 2.0, 1.5)),
        ((0.0, 0.0, 0.0, 0.0, 2.0, 5.0), (0.5, 0.5, 3.0)),
    ],
)
def test_margins_differ_by_side(margins, spacing):
    vertebra = box_vertebra(spacing=spacing)
    grown = make_target(vertebra, "body", margin_mm=margins).bounds_ras()
    body = vertebra.body.bounds_ras()
    right, left, anterior, posterior, superior, inferior = margins
    # Half a voxel of the result: 1 mm in the plane, 0.5 mm along superior.
    tolerance = np.array([0.51, 0.51, 0.26])
    assert (np.abs(grown[1] - body[1] - [right, anterior, superior]) <= tolerance).all()
    assert (np.abs(body[0] - grown[0] - [left, posterior, inferior]) <= tolerance).all()


def test_a_margin_never_reaches_into_the_cord():
    cord = straight_cord()
    target = make_target(VERTEBRA, "body_and_pedicles", margin_mm=4.0, cord=cord)
    grid = target.shape.grid
    assert (target.shape.values + occupancy(cord, grid) <= 1 + 1e-6).all()
    without_cord = make_target(VERTEBRA, "body_and_pedicles", margin_mm=4.0)
    assert target.volume_cc < without_cord.volume_cc
    assert any("no cord was given" in text for text in without_cord.warnings)


def test_a_prv_is_taken_out_too():
    cord = straight_cord()
    risk = prv(cord, 2.0).structure
    definition = define_target(VERTEBRA, "body", margin_mm=3.0, cord=cord, prv=risk)
    assert definition.prv_name == "SpinalCord_PRV02"
    assert set(definition.removed_cc) == {"SpinalCord", "SpinalCord_PRV02"}
    assert definition.cord_gap.distance_mm == pytest.approx(2.0, abs=0.15)


def test_a_tumour_is_united_once():
    epidural = box((-5, 4, -6), (5, 12, 6))  # half of it in the body, half in the canal
    target = make_target(VERTEBRA, "body", gtv=epidural)
    assert target.volume_cc == pytest.approx(template_cc("body") + 10 * 4 * 12 / 1000)
    several = make_target(VERTEBRA, "body", gtv=[epidural, box((-5, 4, -6), (5, 6, 6), "Other")])
    assert several.volume_cc == pytest.approx(target.volume_cc)


def test_a_tumour_between_voxels_keeps_its_volume():
    epidural = box((-4.87, 2.13, -6.31), (5.13, 8.0, 5.69), spacing=0.01 * 10)
    low, high = epidural.bounds_ras()
    outside = np.prod(high - low) * (8.0 - low[1]) / (high - low)[1] / 1000
    target = make_target(VERTEBRA, "body", gtv=epidural)
    inside = max(0.0, high[1] - 8.0)
    assert inside < 0.2
    assert target.volume_cc == pytest.approx(template_cc("body") + outside, rel=2e-3)


def test_the_margin_goes_around_the_tumour_only_when_asked():
    paraspinal = box((13, 15, -5), (23, 25, 5))
    around_bone = define_target(VERTEBRA, "body", gtv=paraspinal, margin_mm=3.0)
    around_both = define_target(
        VERTEBRA, "body", gtv=paraspinal, margin_mm=3.0, margin_around="sectors_and_gtv"
    )
    assert around_bone.structure.bounds_ras()[1, 0] == pytest.approx(23.0, abs=0.1)
    assert around_both.structure.bounds_ras()[1, 0] == pytest.approx(26.0, abs=0.6)
    with pytest.raises(InputError, match="everything"):
        define_target(VERTEBRA, margin_around="everything")


def test_nothing_outside_the_body_outline_is_kept():
    external = cylinder(20.0, 100.0, name="External")
    target = define_target(VERTEBRA, "body", clip_to=external)
    grid = target.structure.shape.grid
    assert (target.structure.shape.values <= occupancy(external, grid) + 1e-6).all()
    # The rectangle 30 x 24 in front of A = 8, cut by a circle of 20 mm.
    x = np.linspace(-15, 15, 20001)
    area = np.clip(np.sqrt(400 - x**2) - 8, 0, 24).mean() * 30
    assert target.structure.volume_cc == pytest.approx(area * 24 / 1000, rel=2e-3)
    assert target.removed_cc["External"] == pytest.approx(17.28 - area * 24 / 1000, rel=5e-3)


def test_the_cord_volume_sees_the_targets_true_extent():
    gtv = box((-5, 10, -17.25), (5, 20, 0))
    target = make_target(VERTEBRA, "body", gtv=gtv, margin_mm=(0, 0, 0, 0, 2.5, 0))
    volume = cord_volume(straight_cord(), target)
    expected = (-17.25 - 6, 12 + 2.5 + 6)
    assert volume.structure.extent_mm() == pytest.approx(expected, abs=0.26)


@pytest.mark.slow
@settings(max_examples=6, deadline=None)
@given(st.floats(0.4, 3.2), st.floats(0.4, 3.2), st.tuples(*[st.floats(-40, 40)] * 3))
def test_volume_of_bone_is_kept_when_voxels_are_cut(in_plane, thickness, centre):
    vertebra = box_vertebra(centre=centre, spacing=(in_plane, in_plane, thickness))
    far = box(np.add(centre, (60, 60, 0)), np.add(centre, (70, 70, 10)))
    body = make_target(vertebra, "body").volume_cc
    assert make_target(vertebra, "body", gtv=far).volume_cc == pytest.approx(body + 1.0, rel=1e-3)


def test_missing_sectors_are_said_and_the_rest_is_made():
    operated = box_vertebra(without=("left_lamina", "right_lamina", "spinous_process"))
    definition = define_target(operated, "whole_vertebra")
    assert definition.sectors["L3"] == TEMPLATES["body_and_pedicles"]
    assert definition.missing["L3"] == TEMPLATES["posterior_elements"]
    assert any("L3 has no left lamina, right lamina" in text for text in definition.warnings)
    with pytest.raises(InputError, match=r"L3 has no left lamina.*another template"):
        make_target(operated, "posterior_elements")


def test_the_sectors_warnings_come_along_with_their_level():
    vertebra = box_vertebra(warnings=("The canal is open.",))
    assert "L3: The canal is open." in make_target(vertebra).warnings


def test_a_long_target_is_remarked():
    long = make_target(column("L1", "L2", "L3"), "body")
    assert any("84 mm long; above 60 mm" in text for text in long.warnings)
    assert any("3 parts that are not connected (discs" in text for text in long.warnings)
    assert not any("mm long" in text for text in make_target(column("L1", "L2")).warnings)


def test_a_ring_around_the_cord_is_remarked():
    warnings = make_target(VERTEBRA, "whole_vertebra").warnings
    assert any("At L3 the target encircles the cord" in text for text in warnings)
    assert not any("encircles" in w for w in make_target(VERTEBRA, "body_and_pedicles").warnings)


def test_a_tumour_elsewhere_and_a_tumour_beyond_the_template_are_remarked():
    away = make_target(VERTEBRA, gtv=box((20, 10, 0), (26, 20, 8)))
    assert any("GTV lies 5.0 mm from the chosen sectors" in text for text in away.warnings)
    beyond = make_target(VERTEBRA, gtv=box((-14, 2, 0), (-8, 12, 10)))
    assert any("not in the target (left pedicle 75 %)" in text for text in beyond.warnings)


def test_cord_in_the_tumour_and_a_short_cord_are_remarked():
    warnings = make_target(
        VERTEBRA, gtv=box((-6, -6, -6), (6, 9, 6)), cord=straight_cord(10.0)
    ).warnings
    expected = pi * 25 * 10 / 1000
    assert any(f"{expected:.2f} cc of SpinalCord lay inside the target" in w for w in warnings)
    assert any("SpinalCord covers only superior -5.0 to 5.0 mm" in w for w in warnings)
    assert any("0.0 mm from SpinalCord; RTOG 0631 asked for 3 mm" in w for w in warnings)


def test_the_distance_to_the_cord_is_known():
    definition = define_target(VERTEBRA, "body", cord=straight_cord())
    assert definition.cord_gap.distance_mm == pytest.approx(3.0, abs=0.06)
    assert definition.removed_cc["SpinalCord"] == 0
    assert define_target(VERTEBRA, "body").cord_gap is None


def test_nothing_left_is_refused():
    with pytest.raises(InputError, match="Nothing is left of target CTV_L3 after External"):
        make_target(VERTEBRA, clip_to=cylinder(5.0, 100.0, centre=(80, 80, 0), name="External"))


def test_sectors_may_be_chosen_and_changed_by_hand():
    chosen = define_target(VERTEBRA, choice=("left_lamina", "left_pedicle"))
    assert chosen.sectors["L3"] == ("left_pedicle", "left_lamina")
    assert (chosen.template, chosen.rule_set) == (None, "chosen")
    changed = define_target(
        VERTEBRA, "body", overrides=[Override("left_pedicle", True, reason="oedema", by="AB")]
    )
    assert changed.sectors["L3"] == ("body", "left_pedicle")
    assert changed.overrides[0].text == "left pedicle added: oedema (AB)"
    with pytest.raises(InputError, match="not from both"):
        define_target(VERTEBRA, "body", choice="left_lamina")
    with pytest.raises(InputError, match="'tail'"):
        define_target(VERTEBRA, choice=["tail"])
    with pytest.raises(InputError, match="no level L4"):
        define_target(VERTEBRA, overrides=[Override("body", False, level="L4")])
    with pytest.raises(InputError, match="No sector of L3 is chosen"):
        define_target(VERTEBRA, overrides=[Override("body", False)])


def test_the_parameters_are_plain_json_and_say_how():
    definition = define_target(
        VERTEBRA, "body", gtv=box((-5, 4, -6), (5, 12, 6)), margin_mm=2, cord=straight_cord()
    )
    parameters = json.loads(json.dumps(definition.parameters, allow_nan=False))
    assert parameters["template"] == "body"
    assert parameters["margin_mm"] == [2.0] * 6
    assert parameters["united_with"] == ["GTV"]
    assert parameters["taken_out"] == ["SpinalCord"]
    assert definition.rules[0].verified and "Ryu et al. 2015" in definition.rules[0].citation


def test_sources_are_not_changed():
    before = {name: VERTEBRA.sector(name).shape.values.copy() for name in SECTORS}
    make_target(VERTEBRA, "whole_vertebra", margin_mm=2, cord=straight_cord())
    assert all((VERTEBRA.sector(name).shape.values == before[name]).all() for name in SECTORS)


@pytest.mark.parametrize("template", TEMPLATES)
def test_templates_of_a_split_vertebra_add_up_its_sectors(template):
    shape = make_shape("T12", rotation_deg=(10, 5, -8))
    sectors = split_vertebra(shape.structure())
    target = make_target(sectors, template)
    grid = sectors.vertebra.shape.grid
    expected = sum(sectors.sector(name).shape.values for name in TEMPLATES[template])
    found = target.mask_on(grid.shape_kji, grid.ijk_to_ras)
    assert np.abs(found - expected).max() < 1e-6
    if template == "whole_vertebra":
        assert (found == sectors.vertebra.shape.values).all()
