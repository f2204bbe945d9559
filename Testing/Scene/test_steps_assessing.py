"""An assessment in a scene: measured on segments, kept as JSON, out of date when they change."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from steps_plans import CORD, TUMOUR, VERTEBRA, case, edit, saved_and_loaded, segment

from spine_radiosurgery.geometry import InputError, surface_distance
from spine_radiosurgery.scene.steps.assessing import (
    Choices,
    assess,
    assessment_of,
    gap_point,
    proposed_levels,
    record_assessment,
)
from spine_radiosurgery.scene.steps.provenance import changes_since, inputs_of
from spine_radiosurgery.scene.steps.structures import Segment

CHOICES = Choices("T8", "II", "b", escc="1b")


@pytest.fixture
def record(scene_and_nodes):
    scene, nodes = scene_and_nodes
    tumour, cord = segment(nodes, TUMOUR), segment(nodes, CORD)
    made = assess(CHOICES, tumour, cord)
    return record_assessment(scene, made, tumour=tumour, cord=cord, beside=nodes.structures)


def test_the_gap_is_the_librarys(record) -> None:
    plan = case()
    truth = surface_distance(plan.structure(TUMOUR), plan.structure(CORD))
    assert assessment_of(record).gap.gap_mm == truth.distance_mm
    assert gap_point(record) == truth.first_ras.tolist()


def test_the_node_holds_readable_json(record) -> None:
    assert (record.GetClassName(), record.GetName()) == ("vtkMRMLTextNode", "T8 assessment")
    assert json.loads(record.GetText()) == assessment_of(record).to_dict()


def test_a_record_survives_saving_and_knows_its_inputs(scene_and_nodes, record, tmp_path) -> None:
    before = assessment_of(record)
    with saved_and_loaded(scene_and_nodes[0], tmp_path / "scene.mrb") as other:
        node = other.GetFirstNodeByName("T8 assessment")
        assert assessment_of(node) == before
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


def test_without_segments_the_grades_are_kept(scene_and_nodes) -> None:
    record = record_assessment(scene_and_nodes[0], assess(CHOICES, None, None))
    assert assessment_of(record).gap.gap_mm is None
    assert changes_since(record) == ()
    with pytest.raises(InputError, match="There is no place to show: no tumor"):
        gap_point(record)


def test_what_was_mistyped_is_told_before_anything_is_measured(nodes) -> None:
    missing = Segment(nodes.structures, "not there")
    with pytest.raises(InputError, match="'T99' is no vertebral level"):
        assess(replace(CHOICES, levels="T99"), missing, missing)
    with pytest.raises(InputError, match="Segment not there is not in"):
        assess(CHOICES, missing, missing)


def test_names_of_targets_and_tumors_tell_the_levels(nodes) -> None:
    assert proposed_levels(nodes.structures) == ("T8",)
    segmentation = nodes.structures.GetSegmentation()
    segmentation.GetSegment(TUMOUR).SetName("GTV_L1")
    assert proposed_levels(nodes.structures) == ("T8", "L1")
    assert proposed_levels(None, [segment(nodes, TUMOUR)], segment(nodes, VERTEBRA)) == ("L1",)
    segmentation.GetSegment(TUMOUR).SetName("GTV")
    assert proposed_levels(None, [segment(nodes, TUMOUR)], segment(nodes, VERTEBRA)) == ("T8",)
    assert proposed_levels(None) == ()


def test_a_node_without_an_assessment_is_refused(nodes, record) -> None:
    with pytest.raises(InputError, match="keeps no assessment; record one first"):
        assessment_of(nodes.structures)
    record.SetText("{")
    with pytest.raises(InputError, match="is damaged; record the assessment again"):
        assessment_of(record)
