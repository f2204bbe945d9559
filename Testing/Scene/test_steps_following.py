"""A recurrence on a follow-up image, brought to the plan; volumes and their plot."""

from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np
import pytest
from assessing_plans import assessed_case, curved_transform, linear_transform
from steps_plans import (
    CANAL,
    TUMOUR,
    case,
    edit,
    loaded,
    put_under,
    rigid,
    saved_and_loaded,
    segment,
)

from spine_radiosurgery.assessment import measure_failure
from spine_radiosurgery.geometry import InputError, moved
from spine_radiosurgery.scene.steps.assessing import checked, document_of, record_assessment
from spine_radiosurgery.scene.steps.following import (
    FailurePlan,
    failure,
    placed_recurrence,
    volume_cc,
    volume_chart,
    with_entry,
)
from spine_radiosurgery.scene.steps.provenance import changes_since
from spine_radiosurgery.scene.steps.response_chart import chart_of
from spine_radiosurgery.scene.steps.structures import Segment, add_segmentation

GY = 16.0
TO_PLAN = rigid(8.0, (6.0, -4.0, 9.0))


@pytest.fixture
def scene(scene_and_nodes):
    return scene_and_nodes[0]


@pytest.fixture
def plan(nodes):
    return FailurePlan(nodes.dose, GY, target=segment(nodes, "CTV_T8"), canal=segment(nodes, CANAL))


@pytest.fixture
def recurrence(scene):
    """What was drawn on the follow-up image: the tumor, where that image has it."""
    there = moved(case().structure(TUMOUR), np.linalg.inv(TO_PLAN))
    node = add_segmentation(scene, "Follow-up", [there], {there.name: "gtv"})
    return Segment(node, there.name)


def expected(**options):
    plan = case()
    found = measure_failure(
        plan.structure(TUMOUR),
        plan.dose,
        GY,
        target=plan.structure("CTV_T8"),
        canal=plan.structure(CANAL),
        treated_levels=("T8",),
        vertebrae={"T8": plan.structure("Vertebra_T08")},
        **options,
    )
    return json.loads(json.dumps(asdict(found)))


def nearly(one, other, **tolerance) -> bool:
    names = ("volume_cc", "min_gy", "mean_gy", "max_gy", "in_target_percent")
    same = all(one[n] == pytest.approx(other[n], **tolerance) for n in names)
    return same and one["pattern"] == other["pattern"] and one["places"] == other["places"]


def test_on_the_planning_image_it_is_the_librarys(nodes, plan) -> None:
    found = failure(segment(nodes, TUMOUR), plan)
    assert found == expected()
    assert found["registration"] == "same image"
    record = checked({"follow_up": {"failures": [{"day": 200, "measured": found}]}})
    assert record["follow_up"]["failures"][0]["measured"] == found


def test_a_transform_brings_it_to_the_plan_given_or_above_it(scene, plan, recurrence) -> None:
    transform = linear_transform(scene, TO_PLAN)
    given = failure(recurrence, plan, transform=transform, registration_error_mm=1.0)
    recurrence.node.SetAndObserveTransformNodeID(transform.GetID())
    above = failure(recurrence, plan, registration_error_mm=1.0)
    assert given == above
    assert (given["registration"], given["registration_error_mm"]) == ("Registration", 1.0)
    assert nearly(given, expected(), rel=1e-3)
    assert recurrence.node.GetParentTransformNode() is transform


def test_the_direction_is_that_of_the_parent_transform(scene, plan, recurrence) -> None:
    wrong = linear_transform(scene, np.linalg.inv(TO_PLAN))
    assert not nearly(failure(recurrence, plan, transform=wrong), expected(), rel=1e-2)


def test_the_same_transform_twice_is_refused(scene, plan, recurrence) -> None:
    transform, other = (linear_transform(scene, TO_PLAN, name) for name in ("One", "Other"))
    recurrence.node.SetAndObserveTransformNodeID(transform.GetID())
    with pytest.raises(InputError, match=r"under the transform One already.*applied twice"):
        failure(recurrence, plan, transform=transform)
    with pytest.raises(InputError, match="under the transform One, and Other is given, too"):
        failure(recurrence, plan, transform=other)
    transform.SetAndObserveTransformNodeID(other.GetID())
    with pytest.raises(InputError, match="under the transform Other already"):
        failure(recurrence, plan, transform=other)


def test_a_plan_that_was_moved_as_a_whole_is_no_registration(nodes, plan) -> None:
    put_under(nodes.dose, rigid())
    nodes.structures.SetAndObserveTransformNodeID(nodes.dose.GetTransformNodeID())
    found = failure(segment(nodes, TUMOUR), plan)
    assert found["registration"] == "same image"
    assert nearly(found, expected(), rel=1e-3)


def test_a_chain_of_transforms_is_followed(scene, plan, recurrence) -> None:
    half = linear_transform(scene, rigid(0.0, (1.0, 2.0, 3.0)), "Second")
    first = linear_transform(scene, np.linalg.inv(rigid(0.0, (1.0, 2.0, 3.0))) @ TO_PLAN, "First")
    first.SetAndObserveTransformNodeID(half.GetID())
    found = failure(recurrence, plan, transform=first)
    assert found["registration"] == "First, Second"
    assert nearly(found, expected(), rel=1e-3)


@pytest.mark.parametrize("is_given", [True, False])
def test_a_curved_transform_that_only_shifts_is_as_good_as_the_shift(
    scene, nodes, plan, is_given
) -> None:
    shift = np.array([4.0, -3.0, 6.0])
    curved = curved_transform(scene, lambda points: np.tile(shift, (len(points), 1)))
    assert not curved.IsTransformToWorldLinear()
    there = moved(case().structure(TUMOUR), rigid(0.0, -shift))
    node = add_segmentation(scene, "Follow-up", [there], {there.name: "gtv"})
    if not is_given:
        node.SetAndObserveTransformNodeID(curved.GetID())
    found = failure(Segment(node, TUMOUR), plan, transform=curved if is_given else None)
    assert found["registration"] == "Curved registration"
    truth = expected()
    assert nearly(found, truth, rel=0.02)


def test_a_curved_transform_moves_every_part_as_it_says(scene, nodes) -> None:
    def stretched(points):
        return np.column_stack([np.zeros((len(points), 2)), 0.5 * points[:, 2]])

    tumour = segment(nodes, TUMOUR)
    before = tumour.structure()
    placed, _ = placed_recurrence(tumour, curved_transform(scene, stretched))
    low, high = before.extent_mm()
    assert placed.extent_mm() == pytest.approx((1.5 * low, 1.5 * high), abs=0.5)
    assert placed.volume_cc == pytest.approx(1.5 * before.volume_cc, rel=0.03)
    assert tumour.structure().volume_cc == before.volume_cc


def test_a_record_is_out_of_date_when_its_registration_changes(scene, recurrence) -> None:
    curved = curved_transform(scene, lambda points: np.full((len(points), 3), 2.0))
    inputs = {"recurrence": recurrence, "registration": curved}
    node = record_assessment(scene, {}, inputs=inputs)
    assert changes_since(node) == ()
    linear = linear_transform(scene, TO_PLAN, "Parent")
    curved.SetAndObserveTransformNodeID(linear.GetID())
    assert changes_since(node) == ("registration Curved registration was changed",)


def test_a_record_is_out_of_date_when_a_recurrence_is_taken_elsewhere(scene, recurrence) -> None:
    one, other = (
        curved_transform(scene, lambda points, mm=mm: np.full((len(points), 3), mm))
        for mm in (2.0, 3.0)
    )
    recurrence.node.SetAndObserveTransformNodeID(one.GetID())
    node = record_assessment(scene, {}, inputs={"recurrence": recurrence})
    assert changes_since(node) == ()
    recurrence.node.SetAndObserveTransformNodeID(other.GetID())
    assert changes_since(node) == (f"recurrence {TUMOUR} was changed",)


def test_vertebrae_and_levels_are_told_by_names_unless_given(nodes, plan) -> None:
    tumour = segment(nodes, TUMOUR)
    assert failure(tumour, plan)["places"]
    bare = failure(tumour, FailurePlan(nodes.dose, GY))
    assert (bare["in_target_percent"], bare["places"]) == (None, [])
    esophagus = FailurePlan(nodes.dose, GY, vertebrae=[segment(nodes, "Esophagus")])
    with pytest.raises(InputError, match=r"Esophagus of .* does not tell one level"):
        failure(tumour, esophagus)
    with pytest.raises(InputError, match="'T99' is no vertebral level"):
        failure(tumour, FailurePlan(nodes.dose, GY, treated_levels="T99"))


def test_thresholds_are_fields_of_the_librarys(nodes, plan) -> None:
    found = failure(segment(nodes, TUMOUR), plan, thresholds={"high_percent": 80.0})
    assert found["thresholds"]["high_percent"] == 80.0
    with pytest.raises(InputError, match="no threshold 'high'; choose high_percent"):
        failure(segment(nodes, TUMOUR), plan, thresholds={"high": 80.0})


@pytest.mark.parametrize("kind", ["rigid", "scaled", "curved"])
def test_a_registration_changes_no_volume(scene, nodes, kind) -> None:
    tumour = segment(nodes, TUMOUR)
    before = volume_cc(tumour)
    assert before == case().structure(TUMOUR).volume_cc
    made = {
        "rigid": lambda: linear_transform(scene, TO_PLAN),
        "scaled": lambda: linear_transform(scene, np.diag([1.2, 1.2, 1.2, 1.0])),
        "curved": lambda: curved_transform(scene, lambda points: 0.3 * points),
    }[kind]()
    nodes.structures.SetAndObserveTransformNodeID(made.GetID())
    assert volume_cc(tumour) == before
    nodes.structures.SetAndObserveTransformNodeID(None)
    edit(nodes.structures, TUMOUR)
    assert volume_cc(tumour) < before


def test_entries_are_added_to_a_copy_and_checked() -> None:
    record = {"levels": ["T8"]}
    later = with_entry(record, "volumes", {"day": 0, "volume_cc": 2.0})
    later = with_entry(later, "volumes", {"day": 60, "volume_cc": 0.7})
    assert [entry["day"] for entry in later["follow_up"]["volumes"]] == [0, 60]
    assert record == {"levels": ["T8"]}
    with pytest.raises(InputError, match="volume_cc"):
        with_entry(later, "volumes", {"day": 90, "volume_cc": "large"})


VOLUMES = [
    {"day": -10, "volume_cc": 2.0},
    {"day": 60, "volume_cc": 0.7},
    {"day": 60, "volume_cc": 3.0, "kind": "paraspinal"},
]


def plotted(chart):
    """Days and percent by the name of the series."""
    from vtkmodules.util.numpy_support import vtk_to_numpy

    found = {}
    for number in range(chart.GetNumberOfPlotSeriesNodes()):
        series = chart.GetNthPlotSeriesNode(number)
        table = series.GetTableNode().GetTable()
        columns = (series.GetXColumnName(), series.GetYColumnName())
        found[series.GetName()] = [vtk_to_numpy(table.GetColumnByName(c)).tolist() for c in columns]
    return found


def test_the_chart_shows_percent_of_the_baseline(scene) -> None:
    node = record_assessment(scene, {"follow_up": {"volumes": VOLUMES}})
    found = plotted(volume_chart(node))
    # Without a volume before treatment, paraspinal tumor has no percent.
    assert found == {
        "Epidural tumor": [[-10.0, 60.0], [100.0, pytest.approx(35.0)]],
        "Baseline": [[-10.0, 60.0], [100.0, 100.0]],
    }


def test_a_second_chart_replaces_the_first_and_a_record_carries_its_own(scene, tmp_path) -> None:
    node = record_assessment(scene, {"follow_up": {"volumes": VOLUMES}})
    chart = volume_chart(node)
    count = scene.GetNumberOfNodes()
    assert volume_chart(node) is chart
    later = [*VOLUMES, {"day": 120, "volume_cc": 1.0}]
    record_assessment(scene, {"follow_up": {"volumes": later}}, node=node)
    assert plotted(chart)["Epidural tumor"][1] == pytest.approx([100.0, 35.0, 50.0])
    assert scene.GetNumberOfNodes() == count
    with saved_and_loaded(scene, tmp_path / "scene.mrb") as other:
        read = other.GetFirstNodeByName(node.GetName())
        assert plotted(chart_of(read)) == plotted(chart)
        assert document_of(read) == document_of(node)
    record_assessment(scene, {}, node=node)
    assert chart_of(node) is None


@pytest.mark.parametrize(
    ("volumes", "why"),
    [
        ([], "No tumor volume is recorded"),
        (VOLUMES[2:], "No volume is recorded on or before day 0"),
        ([{"day": 0, "volume_cc": 0.0}], "is 0 cc"),
    ],
)
def test_without_a_baseline_there_is_nothing_to_plot(scene, volumes, why) -> None:
    node = record_assessment(scene, {"follow_up": {"volumes": volumes}})
    count = scene.GetNumberOfNodes()
    with pytest.raises(InputError, match=f"There is no response to plot.*{why}"):
        volume_chart(node)
    assert scene.GetNumberOfNodes() == count


def test_neighbors_are_told_apart_from_the_treated_level(slicer_core) -> None:
    with loaded(assessed_case()) as (_, nodes):
        plan = FailurePlan(
            nodes.dose, GY, target=segment(nodes, "CTV_T8"), canal=segment(nodes, CANAL)
        )
        found = failure(segment(nodes, "Vertebra_T07"), plan)
        assert found["places"][0] == "adjacent_level"
