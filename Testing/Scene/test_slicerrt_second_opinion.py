"""SlicerRT's metrics beside ours, with stand-ins for its histogram classes only."""

from __future__ import annotations

import math

import pytest
from scene_plans import dose, tube
from slicerrt_doubles import HistogramLogic, HistogramNode, modules
from steps_plans import saved_and_loaded

from spine_radiosurgery.case import InputError, Prescription
from spine_radiosurgery.dose import sample_dose
from spine_radiosurgery.scene import slicerrt
from spine_radiosurgery.scene.headless import fresh_scene
from spine_radiosurgery.scene.hierarchy import place_in_hierarchy
from spine_radiosurgery.scene.segmentations import segmentation_node
from spine_radiosurgery.scene.segments import structure_from_segment
from spine_radiosurgery.scene.slicerrt import histograms
from spine_radiosurgery.scene.steps.evaluations import VERDICT
from spine_radiosurgery.scene.steps.opinions import (
    add_opinions,
    compare_with_slicerrt,
    kept_opinions,
    opinions_table_of,
    rows_of,
)
from spine_radiosurgery.scene.steps.provenance import note_provenance
from spine_radiosurgery.scene.steps.records import Record, write_record
from spine_radiosurgery.scene.steps.structures import Segment, add_segmentation
from spine_radiosurgery.scene.volumes import dose_grid_from_node, dose_node

NAMES = ("SpinalCord", "Esophagus", "Lung_L")
NODE_CLASS = "vtkMRMLDoseVolumeHistogramNode"


class Bench:
    """A scene with dose and structures, and SlicerRT's classes stood in for."""

    def __init__(self, scene, monkeypatch) -> None:
        self.scene = scene
        self.monkeypatch = monkeypatch
        self.dose = dose_node(scene, dose(), Prescription(16, 1))
        structures = [
            tube(name, anterior, 5.0, -10.0, 10.0)
            for name, anterior in zip(NAMES, (-8.0, 5.0, -2.0), strict=True)
        ]
        self.segments = segmentation_node(
            scene, "Structures", structures, step_mm=1.0, surfaces=False
        )
        self.nodes: list[HistogramNode] = []

    def use(self, values, failing=()) -> HistogramLogic:
        import slicer

        logic = HistogramLogic(values, failing)
        found = modules(dosevolumehistogram=logic)
        self.monkeypatch.setattr(slicer, "modules", found, raising=False)
        self.monkeypatch.setattr(histograms, "new_node", self._new_node)
        real_nodes = histograms._nodes
        self.monkeypatch.setattr(
            histograms,
            "_nodes",
            lambda scene, name: self._alive() if name == NODE_CLASS else real_nodes(scene, name),
        )
        return logic

    def _new_node(self, scene, class_name, name) -> HistogramNode:
        self.nodes.append(HistogramNode(scene, class_name, name))
        return self.nodes[-1]

    def _alive(self) -> list[HistogramNode]:
        return [node for node in self.nodes if node.real.GetScene() is not None]

    def ours(self, name: str) -> dict[str, float]:
        grid = dose_grid_from_node(self.dose)
        samples = sample_dose(
            structure_from_segment(self.segments, name), grid, metrics=slicerrt.METRICS
        )
        return {metric: samples.metric(metric).value for metric in slicerrt.METRICS}

    def counts(self) -> dict[str, int]:
        classes = ("vtkMRMLTableNode", "vtkMRMLPlotSeriesNode", "vtkMRMLScriptedModuleNode")
        return {name: self.scene.GetNumberOfNodesByClass(name) for name in classes}


@pytest.fixture
def bench(slicer_core, monkeypatch):
    with fresh_scene() as scene:
        yield Bench(scene, monkeypatch)


def test_the_same_numbers_agree(bench) -> None:
    bench.use({"SpinalCord": bench.ours("SpinalCord")})
    (opinion,) = slicerrt.second_opinion(bench.dose, bench.segments, ["SpinalCord"])
    assert opinion.agrees
    assert opinion.warnings == ()
    assert [pair.metric for pair in opinion.pairs] == list(slicerrt.METRICS)
    for pair in opinion.pairs:
        assert pair.theirs == pytest.approx(pair.ours, rel=1e-5)
        assert pair.explained > 0


def test_a_difference_beyond_sampling_is_a_sentence_with_both_numbers(bench) -> None:
    theirs = bench.ours("SpinalCord")
    theirs["D10%[Gy]"] += 3.0
    bench.use({"SpinalCord": theirs})
    (opinion,) = slicerrt.second_opinion(bench.dose, bench.segments, ["SpinalCord"])
    assert not opinion.agrees
    (sentence,) = opinion.warnings
    assert "SpinalCord: SlicerRT gives D10%[Gy]" in sentence
    assert f"{theirs['D10%[Gy]']:.4g} Gy" in sentence


def test_one_segment_that_fails_keeps_no_other_from_its_opinion(bench) -> None:
    values = {name: bench.ours(name) for name in NAMES}
    logic = bench.use(values, failing=("Esophagus",))
    found = slicerrt.second_opinion(bench.dose, bench.segments, NAMES)
    assert [opinion.agrees for opinion in found] == [True, False, True]
    assert found[1].failure == "SlicerRT: Dose volume and the structure do not overlap"
    assert all(
        len(ids) == 1 for node in bench.nodes for ids in node.arguments_of("SetSelectedSegmentIDs")
    )
    assert logic.computed[-1] != "Esophagus"


def test_events_are_not_left_held_back_after_a_failure(bench) -> None:
    bench.use({name: bench.ours(name) for name in NAMES}, failing=("Lung_L",))
    slicerrt.second_opinion(bench.dose, bench.segments, NAMES)
    (node,) = bench.nodes
    assert not node.real.GetDisableModifiedEvent()


def test_a_segment_that_is_not_there_says_so_and_is_not_sent(bench) -> None:
    logic = bench.use({"SpinalCord": bench.ours("SpinalCord")})
    missing, found = slicerrt.second_opinion(bench.dose, bench.segments, ["Heart", "SpinalCord"])
    assert "Heart is not in segmentation Structures" in missing.failure
    assert found.agrees
    assert logic.computed == ["SpinalCord"]


def test_oversampling_is_never_automatic(bench) -> None:
    bench.use({"SpinalCord": bench.ours("SpinalCord")})
    slicerrt.second_opinion(bench.dose, bench.segments, ["SpinalCord"])
    assert bench.nodes[0].arguments_of("SetAutomaticOversampling") == [False]


def test_columns_are_found_by_number_whatever_the_order_asked(bench) -> None:
    metrics = ("D0.35cc[Gy]", "V10Gy[%]", "V7Gy[cc]", "D10%[Gy]", "Min[Gy]", "V7Gy[%]", "D2%[Gy]")
    theirs = {name: 100.0 + number for number, name in enumerate(metrics)}
    bench.use({"SpinalCord": theirs})
    (opinion,) = slicerrt.second_opinion(
        bench.dose, bench.segments, ["SpinalCord"], metrics=metrics
    )
    assert {pair.metric: pair.theirs for pair in opinion.pairs} == theirs
    assert bench.nodes[0].arguments_of("SetVDoseValues") == ["10,7"]
    assert bench.nodes[0].arguments_of("SetDVolumeValuesCc") == ["0.35"]
    assert bench.nodes[0].arguments_of("SetDVolumeValuesPercent") == ["10,2"]


@pytest.mark.parametrize("metric", ["D100%[Gy]", "D1.5cc[Gy]"])
def test_the_zero_for_the_whole_volume_is_no_dose(bench, metric) -> None:
    bench.use({"SpinalCord": {metric: 0.0}})
    (opinion,) = slicerrt.second_opinion(
        bench.dose, bench.segments, ["SpinalCord"], metrics=(metric,)
    )
    (pair,) = opinion.pairs
    assert math.isnan(pair.theirs)
    assert "whole volume" in pair.reason
    assert not pair.differs
    assert not opinion.agrees


def test_a_second_comparison_takes_the_place_of_the_first(bench) -> None:
    bench.use({"SpinalCord": bench.ours("SpinalCord")})
    before = bench.counts()
    for _ in range(2):
        slicerrt.second_opinion(bench.dose, bench.segments, ["SpinalCord"])
        slicerrt.histogram_series(bench.dose, bench.segments, {"SpinalCord": (1.0, 0.8, 0.0)})
    assert bench.counts() == {
        "vtkMRMLTableNode": before["vtkMRMLTableNode"] + 2,
        "vtkMRMLPlotSeriesNode": 1,
        "vtkMRMLScriptedModuleNode": before["vtkMRMLScriptedModuleNode"] + 1,
    }
    slicerrt.remove_histograms(bench.dose, bench.segments)
    assert bench.counts() == before
    for node in (bench.dose, bench.segments):
        assert node.GetNumberOfNodeReferences(histograms.CREATED_ROLE) == 0


def test_curves_are_dashed_series_of_slicerrts_own_tables(bench) -> None:
    bench.use({name: bench.ours(name) for name in NAMES}, failing=("Lung_L",))
    slicerrt.second_opinion(bench.dose, bench.segments, NAMES)
    series = slicerrt.histogram_series(
        bench.dose, bench.segments, dict.fromkeys(NAMES, (1.0, 0.8, 0.0))
    )
    assert list(series) == ["SpinalCord", "Esophagus"]
    line = series["SpinalCord"]
    assert (line.GetXColumnName(), line.GetYColumnName()) == ("Dose", "Volume")
    assert line.GetLineStyle() == line.LineStyleDash
    assert line.GetName() == "SpinalCord (SlicerRT)"


def test_an_unmarked_volume_is_refused_since_it_gives_an_intensity_histogram(bench) -> None:
    logic = bench.use({})
    bench.dose.RemoveAttribute("DicomRtImport.DoseVolume")
    with pytest.raises(InputError, match="Volume Dose is not marked as a dose"):
        slicerrt.second_opinion(bench.dose, bench.segments, ["SpinalCord"])
    assert logic.calls == []


@pytest.mark.parametrize("metric", ["gEUD4[Gy]", "V100%[%]", "CV7Gy[cc]"])
def test_a_metric_that_slicerrt_has_not_is_refused(bench, metric) -> None:
    bench.use({})
    with pytest.raises(InputError, match="SlicerRT has no metric"):
        slicerrt.second_opinion(bench.dose, bench.segments, ["SpinalCord"], metrics=(metric,))


def test_without_slicerrt_a_comparison_says_how_to_install_it(bench) -> None:
    with pytest.raises(InputError, match="SlicerRT works in 3D Slicer only"):
        slicerrt.second_opinion(bench.dose, bench.segments, ["SpinalCord"])


# Rows and table


def row_of(rows, metric: str):
    return next(row for row in rows if row.metric == metric)


def test_what_is_compared_is_what_is_evaluated(bench) -> None:
    bench.segments = add_segmentation(
        bench.scene, "Kept", [tube("Cord", -8.0, 5.0, -10.0, 10.0)], {}
    )
    bench.use({"Cord": {}})
    (opinion,) = slicerrt.second_opinion(bench.dose, bench.segments, ["Cord"])
    evaluated = sample_dose(
        Segment(bench.segments, "Cord").structure(), dose_grid_from_node(bench.dose)
    )
    ours = {pair.metric: pair.ours for pair in opinion.pairs}
    assert ours["Volume[cc]"] == evaluated.covered_cc
    assert ours["D10%[Gy]"] == evaluated.metric("D10%[Gy]").value


def test_every_metric_is_a_row_with_its_difference_and_a_sentence(bench) -> None:
    theirs = bench.ours("SpinalCord")
    theirs["D10%[Gy]"] += 3.0
    theirs["D0.35cc[Gy]"] = 0.0
    bench.use({"SpinalCord": theirs}, failing=("Lung_L",))
    rows = rows_of(slicerrt.second_opinion(bench.dose, bench.segments, ["SpinalCord", "Lung_L"]))
    assert len(rows) == len(slicerrt.METRICS) + 1
    differing, agreeing = row_of(rows, "D10%[Gy]"), row_of(rows, "Volume[cc]")
    assert differing.difference == pytest.approx(3.0, abs=1e-4)
    assert (differing.status, differing.agrees) == ("differs", False)
    assert "rely on either" in differing.sentence
    assert agreeing.agrees
    assert agreeing.sentence.startswith("SpinalCord: SlicerRT gives Volume[cc] = ")
    assert "whole volume" in row_of(rows, "D0.35cc[Gy]").sentence
    assert (rows[-1].structure, rows[-1].status) == ("Lung_L", "not comparable")
    assert "do not overlap" in rows[-1].sentence


@pytest.fixture
def constraints(bench):
    node = bench.scene.AddNewNodeByClass("vtkMRMLTableNode", "Constraints")
    note_provenance(node, "tolerance", {"dose": bench.dose}, {})
    place_in_hierarchy(bench.scene, "P", "Study", {"": [node]})
    return node


def test_opinions_are_kept_with_the_evaluation_and_in_a_saved_scene(
    bench, constraints, tmp_path
) -> None:
    theirs = bench.ours("SpinalCord")
    theirs["D10%[Gy]"] += 3.0
    bench.use({"SpinalCord": theirs})
    opinions = slicerrt.second_opinion(bench.dose, bench.segments, ["SpinalCord", "Gone"])
    slicerrt.remove_histograms(bench.dose, bench.segments)
    assert kept_opinions(constraints) == ()
    former = add_opinions(constraints, opinions)
    table = add_opinions(constraints, opinions)
    assert former.GetScene() is None
    assert opinions_table_of(constraints) is table
    hierarchy = bench.scene.GetSubjectHierarchyNode()
    places = [hierarchy.GetItemParent(hierarchy.GetItemByDataNode(n)) for n in (table, constraints)]
    assert places[0] == places[1] != 0
    expected = [repr(row) for row in rows_of(opinions)]
    assert [repr(row) for row in kept_opinions(constraints)] == expected
    with saved_and_loaded(bench.scene, tmp_path / "scene.mrb") as other:
        again = kept_opinions(other.GetFirstNodeByName("Constraints"))
        assert [(row.metric, row.status, row.sentence) for row in again] == [
            (row.metric, row.status, row.sentence) for row in rows_of(opinions)
        ]


def test_slicerrt_is_asked_about_targets_cord_and_more(bench) -> None:
    bench.use({name: bench.ours(name) for name in NAMES})
    target, cord, more = (Segment(bench.segments, name) for name in NAMES)
    node = bench.scene.AddNewNodeByClass("vtkMRMLTableNode", "Constraints")
    inputs = {"dose": bench.dose, "target 1": target, "cord": cord, "structures": bench.segments}
    note_provenance(node, "tolerance", inputs, {})
    write_record(node, VERDICT, Record({"nodes": []}))
    rows = compare_with_slicerrt(node, [more])
    assert {row.structure for row in rows} == set(NAMES)
    assert all(row.agrees for row in rows)
    assert len(kept_opinions(node)) == len(rows)
    bench.scene.RemoveNode(bench.dose)
    with pytest.raises(InputError, match="dose of this evaluation was removed"):
        compare_with_slicerrt(node)


def test_opinions_go_with_an_evaluation_only(bench) -> None:
    table = bench.scene.AddNewNodeByClass("vtkMRMLTableNode", "Mine")
    with pytest.raises(InputError, match="Table Mine is no evaluation"):
        add_opinions(table, ())
