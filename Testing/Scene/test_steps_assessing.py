"""A record in a scene: kept as JSON, out of date when what it was measured on changes."""

from __future__ import annotations

import json
import time

import pytest
from assessing_plans import GRADED
from steps_plans import CORD, TUMOUR, VERTEBRA, edit, saved_and_loaded, segment

from spine_radiosurgery.geometry import InputError
from spine_radiosurgery.scene.steps.assessing import (
    checked,
    choices_of,
    document_of,
    export_assessment,
    gap_point,
    import_assessment,
    proposed_levels,
    record_assessment,
    remove_assessment,
    tightest_point,
)
from spine_radiosurgery.scene.steps.measuring import selection
from spine_radiosurgery.scene.steps.provenance import changes_since, inputs_of, parts_of
from spine_radiosurgery.scene.steps.response_chart import chart_of


@pytest.fixture
def inputs(nodes):
    return {"tumor": segment(nodes, TUMOUR), "cord": segment(nodes, CORD)}


@pytest.fixture
def record(scene_and_nodes, inputs):
    measured = {"measured": selection(inputs["tumor"], inputs["cord"])}
    return record_assessment(scene_and_nodes[0], {**GRADED, "selection": measured}, inputs=inputs)


def test_the_node_holds_readable_json_with_what_follows(record) -> None:
    assert (record.GetClassName(), record.GetName()) == ("vtkMRMLTextNode", "T8 assessment")
    document = json.loads(record.GetText())
    assert document == document_of(record) == checked(document)
    assert document["grades"]["radiographic"] == "II"
    assert document["derived"]["decision"]["option"] == "radiosurgery"


def test_the_record_lies_beside_what_it_was_measured_on(scene_and_nodes, record) -> None:
    scene, nodes = scene_and_nodes
    hierarchy = scene.GetSubjectHierarchyNode()
    items = [hierarchy.GetItemByDataNode(node) for node in (record, nodes.structures)]
    assert len({hierarchy.GetItemParent(item) for item in items}) == 1


def test_a_record_survives_saving_and_knows_its_inputs(scene_and_nodes, record, tmp_path) -> None:
    before = document_of(record)
    with saved_and_loaded(scene_and_nodes[0], tmp_path / "scene.mrb") as other:
        node = other.GetFirstNodeByName("T8 assessment")
        assert document_of(node) == before
        assert changes_since(node) == ()
        assert {part: s.segment_id for part, s in inputs_of(node).items()} == {
            "tumor": TUMOUR, "cord": CORD,
        }  # fmt: skip


@pytest.mark.parametrize(("part", "name"), [("tumor", TUMOUR), ("cord", CORD)])
def test_a_record_is_out_of_date_when_tumor_or_cord_change(nodes, record, part, name) -> None:
    assert changes_since(record) == ()
    edit(nodes.structures, name)
    assert changes_since(record) == (f"{part} {name} was changed",)
    nodes.structures.GetSegmentation().RemoveSegment(name)
    assert changes_since(record) == (f"{part} {name} was removed",)


def test_writing_on_does_not_hide_that_an_input_has_changed(scene_and_nodes, record) -> None:
    scene, nodes = scene_and_nodes
    edit(nodes.structures, TUMOUR)
    later = {**document_of(record), "follow_up": {"visits": [{"day": 30, "pain_score": 2}]}}
    assert record_assessment(scene, later, node=record) is record
    assert document_of(record)["follow_up"]["visits"][0]["pain_score"] == 2
    assert changes_since(record) == (f"tumor {TUMOUR} was changed",)


def test_inputs_are_noted_anew_or_forgotten_one_by_one(scene_and_nodes, record, inputs) -> None:
    scene, nodes = scene_and_nodes
    edit(nodes.structures, TUMOUR)
    bone = segment(nodes, VERTEBRA)
    changed = {"tumor": inputs["tumor"], "cord": None, "vertebra T8": bone}
    record_assessment(scene, document_of(record), inputs=changed, node=record)
    assert parts_of(record) == ("tumor", "vertebra T8")
    edit(nodes.structures, CORD)
    assert changes_since(record) == ()


def test_what_cannot_be_recorded_changes_nothing(scene_and_nodes, record) -> None:
    scene, before = scene_and_nodes[0], record.GetText()
    count = scene.GetNumberOfNodes()
    wrong = {**GRADED, "grades": {"radiographic": "VII"}}
    for node in (None, record):
        with pytest.raises(InputError, match="grades"):
            record_assessment(scene, wrong, node=node)
    assert (scene.GetNumberOfNodes(), record.GetText()) == (count, before)


def test_an_input_that_is_gone_leaves_no_record_behind(scene_and_nodes, inputs) -> None:
    scene, nodes = scene_and_nodes
    nodes.structures.GetSegmentation().RemoveSegment(TUMOUR)
    count = scene.GetNumberOfNodes()
    with pytest.raises(InputError, match=f"Segment {TUMOUR} is not in segmentation"):
        record_assessment(scene, GRADED, inputs=inputs)
    assert scene.GetNumberOfNodes() == count


def test_an_empty_record_is_a_record(scene_and_nodes) -> None:
    node = record_assessment(scene_and_nodes[0], {})
    assert (node.GetName(), document_of(node)["levels"]) == ("Assessment", [])
    assert choices_of(node) == {}
    with pytest.raises(InputError, match="the gap to the cord was not measured"):
        gap_point(node)
    with pytest.raises(InputError, match="no grade was proposed"):
        tightest_point(node)


def test_the_places_are_those_that_were_measured(scene_and_nodes, record) -> None:
    gap = document_of(record)["selection"]["measured"]["cord_gap"]
    assert gap_point(record) == gap["tumour_ras"]
    proposal = {"compression": {"tightest_ras": [1.0, -2.0, 30.0]}}
    node = record_assessment(scene_and_nodes[0], {"grades": {"proposal": proposal}})
    assert tightest_point(node) == [1.0, -2.0, 30.0]


def test_without_cord_or_tumor_in_the_canal_there_is_no_place(scene_and_nodes, inputs) -> None:
    measured = {"measured": selection(inputs["tumor"], None)}
    open_grade = {"proposal": {"reason": "No tumor is seen in the canal."}}
    record = {"selection": measured, "grades": open_grade}
    node = record_assessment(scene_and_nodes[0], record)
    with pytest.raises(InputError, match="There is no place to show: no cord is chosen"):
        gap_point(node)
    with pytest.raises(
        InputError, match="no tightest slice to show: No tumor is seen in the canal"
    ):
        tightest_point(node)


def test_choices_leave_out_what_is_open(record) -> None:
    kept = choices_of(record)
    assert set(kept) == {"levels", "grades", "selection"}
    assert kept["grades"] == GRADED["grades"]
    assert checked(kept) == document_of(record)


def test_identity_leaves_the_scene_only_on_request(scene_and_nodes, tmp_path) -> None:
    named = {**GRADED, "patient_name": "Doe, Jane", "treatment_date": "2024-05-31"}
    node = record_assessment(scene_and_nodes[0], named)
    assert document_of(node)["patient_name"] == "Doe, Jane"
    path = export_assessment(node, tmp_path / "record.json")
    assert "Doe" not in path.read_text(encoding="utf-8")
    export_assessment(node, path, identify=True)
    assert import_assessment(path)["treatment_date"] == "2024-05-31"


def test_export_and_import_give_the_same_record(record, tmp_path) -> None:
    path = export_assessment(record, tmp_path / "record.json")
    assert import_assessment(str(path)) == document_of(record)
    with pytest.raises(InputError, match=r"other\.json"):
        import_assessment(tmp_path / "other.json")


def test_checking_a_record_is_fast(record) -> None:
    document = document_of(record)
    checked(document)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        checked(document)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.02


def test_removing_a_record_removes_its_chart(scene_and_nodes) -> None:
    from spine_radiosurgery.scene.steps.following import volume_chart

    scene = scene_and_nodes[0]
    count = scene.GetNumberOfNodes()
    volumes = [{"day": 0, "volume_cc": 2.0}, {"day": 60, "volume_cc": 0.7}]
    node = record_assessment(scene, {"follow_up": {"volumes": volumes}})
    volume_chart(node)
    assert chart_of(node) is not None
    remove_assessment(node)
    assert scene.GetNumberOfNodes() == count


def test_names_of_targets_and_tumors_tell_the_levels(nodes) -> None:
    assert proposed_levels(nodes.structures) == ("T8",)
    segmentation = nodes.structures.GetSegmentation()
    segmentation.GetSegment(TUMOUR).SetName("GTV_L1")
    assert proposed_levels(nodes.structures) == ("T8", "L1")
    assert proposed_levels(None, [segment(nodes, TUMOUR)], segment(nodes, VERTEBRA)) == ("L1",)
    segmentation.GetSegment(TUMOUR).SetName("GTV")
    assert proposed_levels(None, [segment(nodes, TUMOUR)], segment(nodes, VERTEBRA)) == ("T8",)
    assert proposed_levels(None) == ()


@pytest.mark.parametrize("text", ["{", "[]", "", '{"levels": 3}', '{"unknown": 1}'])
def test_a_node_without_a_usable_record_is_refused(nodes, record, text) -> None:
    with pytest.raises(InputError, match="keeps no assessment; record one first"):
        document_of(nodes.structures)
    record.SetText(text)
    with pytest.raises(InputError, match="is damaged; record the assessment again"):
        document_of(record)
