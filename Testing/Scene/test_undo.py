"""Undo and redo with a real scene: what a step added goes and comes back whole."""

from __future__ import annotations

import pytest
from steps_plans import CORD, VERTEBRA, loaded, segment

from spine_radiosurgery.scene import undo
from spine_radiosurgery.scene.steps.cord import create_cord_volume
from spine_radiosurgery.scene.steps.evaluations import (
    add_evaluation,
    facts_of,
    latest_evaluation,
    results_of,
)
from spine_radiosurgery.scene.steps.loading import add_case
from spine_radiosurgery.scene.steps.provenance import changes_since, inputs_of
from spine_radiosurgery.scene.steps.splitting import sectors_of, split_segment
from spine_radiosurgery.scene.steps.structures import Segment, is_as_made
from spine_radiosurgery.scene.steps.targets import create_target, definition_of
from spine_radiosurgery.scene.steps.tolerance import EvaluationOptions, Plan, evaluate_plan
from spine_radiosurgery.scene.undo import undoable


@pytest.fixture
def opened(slicer_core):
    with loaded() as (scene, nodes):
        scene.SetUndoOn()
        yield scene, nodes


def ids(scene) -> set[str]:
    return {scene.GetNthNode(n).GetID() for n in range(scene.GetNumberOfNodes())}


def place(node) -> int:
    hierarchy = node.GetScene().GetSubjectHierarchyNode()
    return hierarchy.GetItemParent(hierarchy.GetItemByDataNode(node))


def test_undo_removes_all_that_a_step_added_and_redo_brings_it_back_whole(opened) -> None:
    scene, nodes = opened
    before = ids(scene)
    with undoable(scene):
        node = split_segment(segment(nodes, VERTEBRA), image_node=nodes.image)
    after, volume, parent = ids(scene), sectors_of(node).body.volume_cc, place(node)
    node_id = node.GetID()
    scene.Undo()
    assert ids(scene) == before
    scene.Redo()
    assert ids(scene) == after
    again = scene.GetNodeByID(node_id)
    assert is_as_made(again)
    assert sectors_of(again).body.volume_cc == volume
    assert changes_since(again) == ()
    assert set(inputs_of(again)) == {"vertebra", "cord"}
    assert again.GetDisplayNode() is not None
    assert place(again) == parent == place(nodes.structures)


def test_a_row_of_steps_goes_and_comes_back_one_by_one(opened) -> None:
    scene, nodes = opened
    states = [ids(scene)]
    with undoable(scene):
        sectors = split_segment(segment(nodes, VERTEBRA))
    states.append(ids(scene))
    with undoable(scene):
        target = create_target([sectors], cord=segment(nodes, CORD))
    states.append(ids(scene))
    with undoable(scene):
        create_cord_volume(segment(nodes, CORD), [target])
    states.append(ids(scene))
    for state in reversed(states[:-1]):
        scene.Undo()
        assert ids(scene) == state
    for state in states[1:]:
        scene.Redo()
        assert ids(scene) == state
    made = Segment(scene.GetNodeByID(target.node.GetID()), target.segment_id)
    assert definition_of(made) is not None
    volume = scene.GetFirstNodeByName(f"{CORD} volume")
    assert changes_since(volume) == ()


def test_an_evaluation_comes_back_with_its_tables_and_chart(opened) -> None:
    scene, nodes = opened
    options = EvaluationOptions(robustness=False)
    drawn, cord = segment(nodes, "CTV_T8"), segment(nodes, CORD)
    plan = Plan(nodes.dose, nodes.structures, (drawn,), cord)
    with undoable(scene):
        table = add_evaluation(plan, options, evaluate_plan(plan, options))
    facts, parts = facts_of(table), set(results_of(table))
    rows = table.GetNumberOfRows()
    scene.Undo()
    assert scene.GetNumberOfNodesByClass("vtkMRMLTableNode") == 0
    scene.Redo()
    again = latest_evaluation(scene)
    assert facts_of(again) == facts
    assert set(results_of(again)) == parts
    assert again.GetNumberOfRows() == rows
    assert changes_since(again) == ()
    assert place(results_of(again)["chart"]) == place(nodes.structures)


def test_undo_brings_back_what_a_step_replaced_and_who_referred_to_it(opened) -> None:
    scene, nodes = opened
    case = scene.AddNewNodeByClass("vtkMRMLScriptedModuleNode", "Case")

    def split_again() -> None:
        with undoable(scene, [case]):
            former = case.GetNodeReference("Sectors")
            if former is not None:
                scene.RemoveNode(former)
            case.SetNodeReferenceID("Sectors", split_segment(segment(nodes, VERTEBRA)).GetID())

    split_again()
    first = case.GetNodeReferenceID("Sectors")
    split_again()
    second = case.GetNodeReferenceID("Sectors")
    scene.Undo()
    assert case.GetNodeReferenceID("Sectors") == first
    restored = case.GetNodeReference("Sectors")
    assert is_as_made(restored)
    assert place(restored) == place(nodes.structures)
    scene.Redo()
    assert case.GetNodeReferenceID("Sectors") == second
    assert is_as_made(case.GetNodeReference("Sectors"))
    scene.Undo()
    scene.Undo()
    assert case.GetNodeReference("Sectors") is None


def test_a_failed_step_leaves_nothing_to_undo_and_gives_back_what_it_removed(opened) -> None:
    scene, nodes = opened
    with undoable(scene):
        former = split_segment(segment(nodes, VERTEBRA))
    before, node_id = ids(scene), former.GetID()
    with pytest.raises(ZeroDivisionError), undoable(scene):
        scene.RemoveNode(former)
        _ = 1 / 0
    assert (scene.GetNumberOfUndoLevels(), scene.GetNumberOfRedoLevels()) == (1, 0)
    assert ids(scene) == before
    assert is_as_made(scene.GetNodeByID(node_id))


def test_loading_a_case_is_not_undone(opened) -> None:
    from scene_plans import plan

    scene, _ = opened
    with undoable(scene):
        nodes = add_case(scene, plan())
    loaded_ids = ids(scene)
    scene.Undo()
    assert ids(scene) == loaded_ids
    assert not nodes.structures.GetUndoEnabled()


def test_a_segmentation_as_large_as_an_image_is_not_copied(opened, monkeypatch) -> None:
    scene, nodes = opened
    monkeypatch.setattr(undo, "LARGEST_KIB", 1)
    with undoable(scene):
        made = split_segment(segment(nodes, VERTEBRA))
    assert not made.GetUndoEnabled()


def test_where_undo_is_off_nothing_is_marked(slicer_core) -> None:
    with loaded() as (scene, nodes):
        with undoable(scene):
            made = split_segment(segment(nodes, VERTEBRA))
        assert not made.GetUndoEnabled()
        assert scene.GetNumberOfUndoLevels() == 0


def test_places_in_a_closed_scene_are_forgotten(opened) -> None:
    scene, nodes = opened
    with undoable(scene):
        split_segment(segment(nodes, VERTEBRA))
    scene.Clear(0)
    scene.SetUndoOn()
    other = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "Another")
    with undoable(scene):
        scene.AddNewNodeByClass("vtkMRMLTextNode", "Note")
    scene.Undo()
    scene.Redo()
    hierarchy = scene.GetSubjectHierarchyNode()
    assert hierarchy is None or not hierarchy.GetItemByDataNode(other)
