"""What was measured of a target stays with it; a drawn target is noted with its case."""

from __future__ import annotations

import pytest
from steps_plans import (
    CANAL,
    CORD,
    VERTEBRA,
    edit,
    saved_and_loaded,
    segment,
)

from spine_radiosurgery.geometry import surface_distance
from spine_radiosurgery.scene.steps.provenance import changes_since
from spine_radiosurgery.scene.steps.splitting import split_segment
from spine_radiosurgery.scene.steps.structures import Segment
from spine_radiosurgery.scene.steps.targets import (
    TargetOptions,
    create_target,
    definition_of,
    drawn_target_note,
    drawn_target_of,
    facts_of,
    forget_drawn_target,
    take_drawn_target,
)

DRAWN = "CTV_T8"


@pytest.fixture
def sectors(nodes):
    return split_segment(segment(nodes, VERTEBRA), canal=segment(nodes, CANAL))


@pytest.fixture
def case_node(scene_and_nodes):
    return scene_and_nodes[0].AddNewNodeByClass("vtkMRMLScriptedModuleNode", "Case")


def test_a_made_target_tells_what_its_definition_tells(nodes, sectors) -> None:
    target = create_target([sectors], TargetOptions(), cord=segment(nodes, CORD))
    facts, made = facts_of(target.node), definition_of(target)
    low, high = made.structure.extent_mm()
    assert (facts["name"], facts["cord"]) == (target.segment_id, CORD)
    assert facts["volume_cc"] == made.structure.volume_cc
    assert facts["length_mm"] == high - low
    assert facts["cord_gap_mm"] == made.cord_gap.distance_mm
    assert facts["sectors"] == {"T8": ["body"]}
    # And that there is a tumour beside it.
    assert facts["warnings"][:-1] == list(made.warnings)
    assert "GTV_T8" in facts["warnings"][-1]


def test_without_a_cord_the_gap_is_not_known(sectors) -> None:
    facts = facts_of(create_target([sectors]).node)
    assert (facts["cord"], facts["cord_gap_mm"]) == (None, None)


def test_the_gap_is_measured_to_a_cord_that_is_not_taken_out(nodes, sectors) -> None:
    cord = segment(nodes, CORD)
    target = create_target([sectors], near=cord)
    gap = surface_distance(target.structure(), cord.structure()).distance_mm
    assert facts_of(target.node)["cord"] == CORD
    assert facts_of(target.node)["cord_gap_mm"] == pytest.approx(gap, abs=1e-9)
    assert definition_of(target) is not None


def test_a_drawn_target_is_measured(nodes, case_node) -> None:
    target, cord = segment(nodes, DRAWN), segment(nodes, CORD)
    facts = facts_of(take_drawn_target(case_node, target, cord))
    structure = target.structure()
    low, high = structure.extent_mm()
    assert facts["volume_cc"] == structure.volume_cc
    assert facts["length_mm"] == high - low
    assert facts["cord_gap_mm"] == surface_distance(structure, cord.structure()).distance_mm
    assert any("3 mm between the cord" in text for text in facts["warnings"])


def test_a_note_knows_when_the_drawn_target_was_edited(nodes, case_node) -> None:
    note = take_drawn_target(case_node, segment(nodes, DRAWN))
    assert changes_since(note) == ()
    edit(nodes.structures, DRAWN)
    assert changes_since(note) == (f"target {DRAWN} was changed",)


def test_a_drawn_target_survives_saving(scene_and_nodes, case_node, tmp_path) -> None:
    scene, nodes = scene_and_nodes
    facts = facts_of(take_drawn_target(case_node, segment(nodes, DRAWN), segment(nodes, CORD)))
    with saved_and_loaded(scene, tmp_path / "scene.mrb") as again:
        node = again.GetFirstNodeByName("Case")
        assert drawn_target_of(node).segment_id == DRAWN
        assert facts_of(drawn_target_note(node)) == facts
        assert changes_since(drawn_target_note(node)) == ()


def test_taking_another_one_replaces_the_note_and_forgetting_removes_it(nodes, case_node) -> None:
    first = take_drawn_target(case_node, segment(nodes, DRAWN))
    assert take_drawn_target(case_node, Segment(nodes.structures, VERTEBRA)) is first
    assert drawn_target_of(case_node).segment_id == VERTEBRA
    forget_drawn_target(case_node)
    assert drawn_target_note(case_node) is drawn_target_of(case_node) is None
