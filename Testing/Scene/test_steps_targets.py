"""Sectors and targets in a scene are the library's own, and stay honest when they are edited."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from steps_plans import (
    CANAL,
    CORD,
    TUMOUR,
    VERTEBRA,
    case,
    edit,
    loaded,
    put_under,
    rigid,
    saved_and_loaded,
    segment,
)

from spine_radiosurgery.anatomy import SECTORS, VertebraSectors, split_vertebra
from spine_radiosurgery.geometry import InputError
from spine_radiosurgery.report.palette import SECTOR_COLOURS
from spine_radiosurgery.scene.steps.provenance import (
    changes_since,
    inputs_of,
    parameters_of,
    step_of,
)
from spine_radiosurgery.scene.steps.splitting import sectors_of, source_of, split_segment
from spine_radiosurgery.scene.steps.structures import Segment, segment_ids
from spine_radiosurgery.scene.steps.targets import (
    TargetOptions,
    create_target,
    definition_of,
    propose,
)
from spine_radiosurgery.targets import Override, define_target, involvement, propose_sectors


@pytest.fixture(scope="module")
def split() -> VertebraSectors:
    plan = case()
    return split_vertebra(
        plan.structure(VERTEBRA), plan.structure(CANAL), cord=plan.structure(CORD)
    )


@pytest.fixture
def sectors_node(nodes):
    return split_segment(segment(nodes, VERTEBRA), image_node=nodes.image)


def assert_same_sectors(read: VertebraSectors, split: VertebraSectors) -> None:
    for name in SECTORS:
        mine, theirs = read.sector(name), split.sector(name)
        assert np.array_equal(mine.shape.values, theirs.shape.values)
        assert np.array_equal(mine.shape.grid.ijk_to_ras, theirs.shape.grid.ijk_to_ras)
    assert np.array_equal(read.vertebra.shape.values, split.vertebra.shape.values)
    assert np.array_equal(read.frame.axes, split.frame.axes)
    assert (read.level, read.warnings) == (split.level, split.warnings)
    assert read.quality == split.quality


def test_sectors_in_the_scene_are_the_librarys_also_after_saving(
    scene_and_nodes, sectors_node, split, tmp_path
) -> None:
    assert_same_sectors(sectors_of(sectors_node), split)
    with saved_and_loaded(scene_and_nodes[0], tmp_path / "scene.mrb") as other:
        node = other.GetFirstNodeByName("T8 sectors")
        assert_same_sectors(sectors_of(node), split)
        assert changes_since(node) == ()
        assert source_of(node)[0].name == VERTEBRA


def test_a_sector_has_its_colour_and_code(sectors_node, split) -> None:
    ids = segment_ids(sectors_node)
    assert ids == tuple(split.sector(name).name for name in split.present)
    pedicle = sectors_node.GetSegmentation().GetSegment(split.left_pedicle.name)
    expected = [c / 255 for c in bytes.fromhex(SECTOR_COLOURS["left_pedicle"].removeprefix("#"))]
    assert pedicle.GetColor() == pytest.approx(expected)
    assert "Pedicle of vertebra" in pedicle.GetTerminology()
    assert "Left" in pedicle.GetTerminology()


def test_the_users_segmentation_is_not_changed(nodes) -> None:
    segmentation = nodes.structures.GetSegmentation()
    before = segmentation.GetMTime(), segment_ids(nodes.structures)
    sectors = split_segment(segment(nodes, VERTEBRA))
    create_target([sectors], cord=segment(nodes, CORD))
    assert (segmentation.GetMTime(), segment_ids(nodes.structures)) == before


def test_results_know_what_they_were_made_from(nodes, sectors_node) -> None:
    assert step_of(sectors_node) == "splitting"
    assert {part: s.segment_id for part, s in inputs_of(sectors_node).items()} == {
        "vertebra": VERTEBRA, "cord": CORD,
    }  # fmt: skip
    edit(nodes.structures, VERTEBRA)
    assert changes_since(sectors_node) == (f"vertebra {VERTEBRA} was changed",)
    nodes.structures.GetSegmentation().RemoveSegment(VERTEBRA)
    assert changes_since(sectors_node) == (f"vertebra {VERTEBRA} was removed",)


def test_a_transform_above_the_vertebra_moves_its_sectors(nodes, split) -> None:
    put_under(nodes.structures, rigid())
    found = sectors_of(split_segment(segment(nodes, VERTEBRA)))
    for name in SECTORS:
        expected = split.sector(name).volume_cc
        assert found.sector(name).volume_cc == pytest.approx(expected, rel=0.05, abs=0.02)
    moved = rigid()[:3, :3] @ split.frame.origin + rigid()[:3, 3]
    assert found.frame.origin == pytest.approx(moved, abs=1.0)


def test_a_transform_above_the_sectors_moves_sectors_and_frame(sectors_node, split) -> None:
    put_under(sectors_node, rigid())
    found = sectors_of(sectors_node)
    assert found.frame.origin == pytest.approx(
        rigid()[:3, :3] @ split.frame.origin + rigid()[:3, 3]
    )
    assert found.body.volume_cc == pytest.approx(split.body.volume_cc)


def test_edited_sectors_count_as_edited(sectors_node, split) -> None:
    edit(sectors_node, split.body.name)
    found = sectors_of(sectors_node)
    assert found.body.volume_cc == pytest.approx(split.body.volume_cc / 2, rel=0.15)
    assert found.left_lamina.volume_cc == pytest.approx(split.left_lamina.volume_cc, rel=0.03)
    assert "Sectors were edited by hand after the split." in found.warnings
    parts = sum(found.sector(name).shape.values for name in SECTORS)
    assert parts == pytest.approx(found.vertebra.shape.values)


def test_a_segmentation_without_sectors_is_refused(nodes) -> None:
    with pytest.raises(InputError, match="does not hold the sectors of a vertebra"):
        sectors_of(nodes.structures)


OPTIONS = {
    "body": TargetOptions(),
    "with a margin": TargetOptions("body_and_pedicles", margin_mm=(1.0, 2.0, 0.0, 0.0, 3.0, 0.0)),
    "chosen": TargetOptions(
        None, choice=("body",), overrides=(Override("left_pedicle", True, by="a physicist"),)
    ),
}


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS.keys())
def test_a_target_is_the_librarys(nodes, sectors_node, split, options) -> None:
    made = create_target(
        [sectors_node], options, gtv=[segment(nodes, TUMOUR)], cord=segment(nodes, CORD)
    )
    plan = case()
    expected = define_target(
        split,
        options.template,
        gtv=[plan.structure(TUMOUR)],
        cord=plan.structure(CORD),
        margin_mm=options.margin_mm,
        choice=options.choice,
        overrides=options.overrides,
    )
    assert np.array_equal(made.structure().shape.values, expected.structure.shape.values)
    again = definition_of(made)
    assert again is not None
    assert again.parameters == expected.parameters
    assert again.sectors == expected.sectors
    assert again.warnings == expected.warnings
    assert parameters_of(made.node)["template"] == options.template


def test_a_target_gets_a_name_of_its_own_beside_the_drawn_one(sectors_node) -> None:
    made = create_target([sectors_node])
    assert (made.segment_id, made.name) == ("CTV_T8_body", "CTV_T8_body")
    assert made.node.GetName() == "CTV_T8_body target"


def test_an_edited_target_stands_for_itself(sectors_node) -> None:
    made = create_target([sectors_node])
    whole = made.structure().volume_cc
    edit(made.node, made.segment_id)
    assert definition_of(made) is None
    assert made.structure().volume_cc == pytest.approx(whole / 2, rel=0.15)


def test_a_target_outlives_its_sectors(scene_and_nodes, sectors_node) -> None:
    made = create_target([sectors_node])
    volume = made.structure().volume_cc
    scene_and_nodes[0].RemoveNode(sectors_node)
    assert definition_of(made) is None
    assert made.structure().volume_cc == volume
    assert changes_since(made.node) == ("sectors 1 T8 sectors was removed",)


def test_a_target_of_sectors_that_were_edited_since_is_not_explained_by_them(
    sectors_node, split
) -> None:
    made = create_target([sectors_node])
    edit(sectors_node, split.body.name)
    assert definition_of(made) is None
    assert changes_since(made.node) == ("sectors 1 T8 sectors was changed",)


def test_a_drawn_target_has_no_definition(nodes) -> None:
    assert definition_of(Segment(nodes.structures, "CTV_T8")) is None


def test_the_proposal_is_the_librarys(nodes, sectors_node, split) -> None:
    expected = propose_sectors(involvement(split, [case().structure(TUMOUR)]))
    assert propose(sectors_node, [segment(nodes, TUMOUR)]) == expected


def test_a_given_canal_is_used(nodes) -> None:
    node = split_segment(segment(nodes, VERTEBRA), canal=segment(nodes, CANAL))
    assert sectors_of(node).quality["canal"] == "given"
    assert set(inputs_of(node)) == {"vertebra", "canal", "cord"}


def test_without_canal_and_cord_the_bone_decides(slicer_core) -> None:
    alone = replace(case(), structures=(case().structure(VERTEBRA),))
    with loaded(alone) as (_, nodes):
        found = sectors_of(split_segment(segment(nodes, VERTEBRA)))
    assert found.quality["canal"] == "found"
