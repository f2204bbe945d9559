"""The steps in a scene give exactly what one call of the library gives; results can be trusted."""

from __future__ import annotations

import json

import numpy as np
import pytest
from steps_plans import (
    CORD,
    VERTEBRA,
    case,
    edit,
    loaded,
    put_under,
    rigid,
    saved_and_loaded,
    segment,
)

from spine_radiosurgery.geometry import InputError
from spine_radiosurgery.report import Report, evaluate
from spine_radiosurgery.scene.headless import add_singleton
from spine_radiosurgery.scene.steps.cord import create_cord_volume, create_planning_risk_volume
from spine_radiosurgery.scene.steps.evaluations import (
    add_evaluation,
    chart_of,
    evaluated_again,
    facts_of,
    hottest_point,
    latest_evaluation,
    options_of,
    results_of,
)
from spine_radiosurgery.scene.steps.provenance import changes_since, parameters_of
from spine_radiosurgery.scene.steps.reporting import export_report
from spine_radiosurgery.scene.steps.showing import jump_to, show_chart, show_dose_wash
from spine_radiosurgery.scene.steps.splitting import split_segment
from spine_radiosurgery.scene.steps.structures import Segment
from spine_radiosurgery.scene.steps.targets import create_target
from spine_radiosurgery.scene.steps.tolerance import EvaluationOptions, Plan, evaluate_plan

OPTIONS = EvaluationOptions(previous_radiation="no", prv_margin_mm=2.0, metrics=("D5%[Gy]",))
QUICK = EvaluationOptions(robustness=False)


def without_time(report: Report) -> dict:
    document = report.to_dict()
    del document["generated_at"]
    return document


def plan_with_target(nodes) -> Plan:
    sectors = split_segment(segment(nodes, VERTEBRA), image_node=nodes.image)
    cord = segment(nodes, CORD)
    target = create_target([sectors], cord=cord, image_node=nodes.image)
    return Plan(nodes.dose, nodes.structures, (target,), cord, image=nodes.image)


@pytest.fixture(scope="module")
def expected() -> Report:
    """One call of the library without a scene."""
    return evaluate(
        case(),
        vertebrae=[VERTEBRA],
        template="body",
        cord=CORD,
        previous_radiation="no",
        prv_margin_mm=2.0,
        metrics=["D5%[Gy]"],
    )


@pytest.fixture(scope="module")
def evaluated(slicer_core):
    """Scene, plan, report and table of the same plan, step by step."""
    with loaded() as (scene, nodes):
        plan = plan_with_target(nodes)
        report = evaluate_plan(plan, OPTIONS)
        yield scene, plan, report, add_evaluation(plan, OPTIONS, report)


def column(table, name: str) -> list:
    values = table.GetTable().GetColumnByName(name)
    return [values.GetValue(n) for n in range(values.GetNumberOfValues())]


def test_every_number_is_the_librarys(evaluated, expected) -> None:
    found, document = without_time(evaluated[2]), without_time(expected)
    assert json.dumps(found, sort_keys=True) == json.dumps(document, sort_keys=True)
    assert any(text.startswith("The target was made without GTV_T8") for text in found["warnings"])
    assert 0 < evaluated[2].metric("SpinalCord_Partial", "V10Gy[%]").value < 10


def test_the_tables_hold_the_same_rows(evaluated, expected) -> None:
    _, _, _, table = evaluated
    assert column(table, "Status") == [r.status for r in expected.constraints]
    assert column(table, "Metric") == [r.metric for r in expected.constraints]
    values = np.array([r.value for r in expected.constraints])
    assert np.array_equal(column(table, "Value"), values, equal_nan=True)
    metrics = results_of(table)["metrics"]
    values = np.array([r.metric.value for r in expected.metrics])
    assert np.array_equal(column(metrics, "Value"), values, equal_nan=True)


def test_the_facts_are_the_reports(evaluated, expected) -> None:
    facts, document = facts_of(evaluated[3]), expected.to_dict()
    assert facts["verdict"] == document["verdict"]
    assert facts["cord_volumes"] == document["cord_volumes"]
    assert facts["falloff"] == document["falloff"]
    hottest = expected.samples["SpinalCord_Partial"].hottest_point_ras
    assert hottest_point(evaluated[3]) == pytest.approx(hottest, abs=1e-9)
    assert options_of(evaluated[3]) == OPTIONS
    with pytest.raises(InputError, match="Nothing has no dose in this evaluation"):
        hottest_point(evaluated[3], "Nothing")


def test_a_saved_scene_evaluates_to_the_same(evaluated, tmp_path) -> None:
    scene, _, report, _ = evaluated
    with saved_and_loaded(scene, tmp_path / "scene.mrb") as other:
        table = latest_evaluation(other)
        assert changes_since(table) == ()
        assert chart_of(table).GetName() == "DVH chart"
        assert without_time(evaluated_again(table)) == without_time(report)


def test_the_report_of_a_table_is_the_reports(evaluated, tmp_path) -> None:
    pytest.importorskip("matplotlib")
    _, _, report, table = evaluated
    page = export_report(table, tmp_path / "out", report=report, scene=False)
    assert page == tmp_path / "out" / "report.html"
    written = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    del written["generated_at"]
    assert written.pop("pictures") and not report.to_dict()["pictures"]
    written["pictures"] = {}
    assert written == json.loads(json.dumps(without_time(report)))


def test_a_folder_with_other_files_is_refused_before_any_work(evaluated, tmp_path) -> None:
    pytest.importorskip("matplotlib")
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="holds other files"):
        export_report(evaluated[3], tmp_path)


def test_results_lie_beside_the_structures_in_the_hierarchy(evaluated) -> None:
    scene, plan, _, table = evaluated
    hierarchy = scene.GetSubjectHierarchyNode()

    def parent(node) -> int:
        return hierarchy.GetItemParent(hierarchy.GetItemByDataNode(node))

    for node in (table, chart_of(table), plan.targets[0].node):
        assert parent(node) == parent(plan.structures) != 0


def test_a_changed_input_makes_the_evaluation_stale(slicer_core, tmp_path) -> None:
    with loaded() as (_, nodes):
        drawn = segment(nodes, "CTV_T8")
        plan = Plan(nodes.dose, nodes.structures, (drawn,), segment(nodes, CORD))
        report = evaluate_plan(plan, QUICK)
        table = add_evaluation(plan, QUICK, report)
        assert changes_since(table) == ()
        edit(nodes.structures, "CTV_T8")
        assert f"target 1 {drawn.name} was changed" in changes_since(table)
        with pytest.raises(InputError, match=r"target 1 CTV_T8 was changed.*evaluate .* again"):
            evaluated_again(table)
        with pytest.raises(InputError, match="was changed"):
            export_report(table, tmp_path / "out", report=report)
        assert not (tmp_path / "out").exists()


def test_parent_transforms_on_every_input_are_honoured(slicer_core, expected) -> None:
    with loaded() as (_, nodes):
        plan = plan_with_target(nodes)
        for node in (nodes.dose, nodes.image, nodes.structures, plan.targets[0].node):
            # Level planes stay level, so that the cord volume is cut at the same place.
            put_under(node, rigid(shift_mm=(5.0, -8.0, 12.0)))
        report = evaluate_plan(plan, QUICK)
    for name in ("Mean[Gy]", "D10%[Gy]", "V10Gy[%]"):
        moved = report.metric("SpinalCord_Partial", name).value
        assert moved == pytest.approx(expected.metric("SpinalCord_Partial", name).value, rel=0.01)


def test_the_cord_volume_in_the_scene_is_the_librarys(slicer_core, expected) -> None:
    with loaded() as (_, nodes):
        plan = plan_with_target(nodes)
        node, (volume,) = create_cord_volume(plan.cord, plan.targets)
        facts = parameters_of(node)
        structure = Segment(node, "SpinalCord_Partial").structure()
        prv = create_planning_risk_volume(plan.cord, 2.0)
        assert prv.structure().volume_cc == expected.prv.volume_cc
    (wanted,) = expected.cord_volumes
    assert structure.volume_cc == wanted.volume_cc
    assert (volume.superior_mm, volume.inferior_mm) == (wanted.superior_mm, wanted.inferior_mm)
    assert facts["volumes"]["SpinalCord_Partial"]["superior_mm"] == wanted.superior_mm


def test_views_show_dose_chart_and_place(evaluated) -> None:
    scene, plan, _, table = evaluated
    composite = add_singleton(scene, "vtkMRMLSliceCompositeNode", "Red")
    slice_node = add_singleton(scene, "vtkMRMLSliceNode", "Red")
    plot = add_singleton(scene, "vtkMRMLPlotViewNode", "PlotView1")
    show_dose_wash(plan.dose, plan.image, 16.0)
    show_chart(chart_of(table))
    jump_to(scene, [1.0, 2.0, 3.0])
    assert composite.GetForegroundVolumeID() == plan.dose.GetID()
    assert composite.GetBackgroundVolumeID() == plan.image.GetID()
    assert plot.GetPlotChartNodeID() == chart_of(table).GetID()
    to_ras = slice_node.GetSliceToRAS()
    assert [to_ras.GetElement(row, 3) for row in range(3)] == [1.0, 2.0, 3.0]


def test_a_table_that_is_no_evaluation_is_one_sentence(slicer_core) -> None:
    with loaded() as (scene, _):
        table = scene.AddNewNodeByClass("vtkMRMLTableNode", "Mine")
        for call in (facts_of, evaluated_again):
            with pytest.raises(InputError, match="Table Mine is no evaluation"):
                call(table)
        with pytest.raises(InputError, match="Nothing was evaluated"):
            latest_evaluation(scene)
