"""The patient's record as part of the report and of its scene."""

from __future__ import annotations

import json

import pytest
from assessing_plans import GRADED
from steps_plans import CORD, TUMOUR, edit, segment

from spine_radiosurgery.scene.headless import fresh_scene
from spine_radiosurgery.scene.steps.assessing import document_of, record_assessment
from spine_radiosurgery.scene.steps.evaluations import add_evaluation
from spine_radiosurgery.scene.steps.reporting import export_report, with_record
from spine_radiosurgery.scene.steps.tolerance import EvaluationOptions, Plan, evaluate_plan

RECORD = {**GRADED, "patient": "P12", "patient_name": "Doe, Jane", "sins": {"pain": "mechanical"}}


@pytest.fixture
def evaluated(scene_and_nodes):
    scene, nodes = scene_and_nodes
    cord = segment(nodes, CORD)
    plan = Plan(nodes.dose, nodes.structures, (segment(nodes, "CTV_T8"),), cord, image=nodes.image)
    options = EvaluationOptions(robustness=False, previous_radiation="no")
    report = evaluate_plan(plan, options)
    return scene, nodes, add_evaluation(plan, options, report), report


def test_the_report_and_its_scene_hold_the_record_without_the_name(evaluated, tmp_path) -> None:
    scene, _, table, report = evaluated
    node = record_assessment(scene, RECORD)
    page = export_report(table, tmp_path / "report", report=report, record=node)
    written = json.loads((page.parent / "report.json").read_text(encoding="utf-8"))["assessment"]
    assert (written["patient"], written["grades"]["radiographic"]) == ("P12", "II")
    # What the record leaves open is completed from the plan.
    assert written["prescription"]["dose_gy"] == 16.0
    assert written["prescription"]["previous_radiation"] == "no"
    assert "Doe, Jane" not in page.read_text(encoding="utf-8")
    with fresh_scene() as other:
        assert other.ReadFromMRB(str(page.parent / "case.mrb"), True)
        read = document_of(other.GetFirstNodeByName("T8 assessment"))
    assert {**read, "derived": None} == {**written, "derived": None}
    assert "patient_name" not in read
    assert document_of(node)["prescription"]["dose_gy"] is None


def test_without_a_record_the_report_has_none(evaluated, tmp_path) -> None:
    _, _, table, report = evaluated
    page = export_report(table, tmp_path / "report", report=report, scene=False)
    assert json.loads((page.parent / "report.json").read_text("utf-8"))["assessment"] is None


def test_the_report_warns_of_a_record_that_is_out_of_date_or_of_another_plan(evaluated) -> None:
    scene, nodes, _, report = evaluated
    other = {**RECORD, "prescription": {"dose_gy": 24.0, "fractions": 3}}
    node = record_assessment(scene, other, inputs={"tumor": segment(nodes, TUMOUR)})
    before = with_record(report, node, "no").warnings
    edit(nodes.structures, TUMOUR)
    after = with_record(report, node, "no").warnings
    assert set(before) > set(report.warnings)
    assert set(after) - set(before) == {
        f"Since the assessment was recorded tumor {TUMOUR} was changed."
    }
