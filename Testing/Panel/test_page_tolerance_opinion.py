"""Step 5 of the panel: SlicerRT's second opinion."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import slicerrt_doubles
from person import Person
from tolerance_plans import (
    CORD,
    CORD_VOLUME,
    TARGET,
    evaluate,
    texts,
)

from spine_radiosurgery.dose import sample_dose
from spine_radiosurgery.scene import slicerrt
from spine_radiosurgery.scene.slicerrt import histograms
from spine_radiosurgery.scene.steps.structures import Segment
from spine_radiosurgery.scene.volumes import dose_grid_from_node

if TYPE_CHECKING:
    from host import Host


class Rival:
    """SlicerRT's histogram stood in for, with given departures from our numbers."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        import slicer

        self.nodes: list[Any] = []
        self.logic = slicerrt_doubles.HistogramLogic({})
        for name, module in vars(slicerrt_doubles.modules(dosevolumehistogram=self.logic)).items():
            monkeypatch.setattr(slicer.modules, name, module, raising=False)
        monkeypatch.setattr(histograms, "new_node", self._new)
        nodes = histograms._nodes
        own = "vtkMRMLDoseVolumeHistogramNode"
        monkeypatch.setattr(histograms, "_nodes", lambda s, name: self._alive() if name == own else nodes(s, name))

    def agree(self, case: Any, **apart: float) -> None:

        dose = dose_grid_from_node(case.doseNode)
        for node, name in (
            (case.cordNode, CORD), (case.cordVolumeNode, CORD_VOLUME), (case.targetNode, TARGET),
        ):  # fmt: skip
            samples = sample_dose(Segment(node, name).structure(), dose, metrics=slicerrt.METRICS)
            values = {metric: samples.metric(metric).value for metric in slicerrt.METRICS}
            values["D10%[Gy]"] += apart.get(name, 0.0)
            self.logic.values[name] = values

    def _new(self, scene: Any, class_name: str, name: str) -> Any:
        self.nodes.append(slicerrt_doubles.HistogramNode(scene, class_name, name))
        return self.nodes[-1]

    def _alive(self) -> list[Any]:
        return [node for node in self.nodes if node.real.GetScene() is not None]


@pytest.fixture
def rival(host: Host, monkeypatch: pytest.MonkeyPatch) -> Rival:
    return Rival(monkeypatch)


def test_without_slicerrt_the_comparison_says_how_to_get_it(person: Person, small: Any) -> None:
    evaluate(person)
    ui = person.page("tolerance").ui
    assert not ui.toleranceSecondButton.enabled
    assert "Extensions Manager" in ui.toleranceSecondReasonLabel.text
    assert not ui.toleranceSecondTable.isVisible()


def test_slicerrt_that_agrees(person: Person, small: Any, rival: Rival) -> None:
    rival.agree(small)
    evaluate(person)
    person.press("tolerance", "toleranceSecondButton")
    ui = person.page("tolerance").ui
    structures = [text.replace("\n", "") for text in texts(ui.toleranceSecondTable, 0)]
    assert set(structures) == {CORD, CORD_VOLUME, TARGET}
    assert texts(ui.toleranceSecondTable, 2) == texts(ui.toleranceSecondTable, 3)
    assert set(texts(ui.toleranceSecondTable, 5)) == {"✓"}
    assert "agree" in ui.toleranceSecondLabel.text


def test_slicerrts_curves_lie_dashed_over_ours(person: Person, small: Any, rival: Rival) -> None:
    rival.agree(small)
    evaluate(person)
    chart = person.widget.logic.showDvh(small.constraintsTable)
    ours = chart.GetNumberOfPlotSeriesNodes()
    for _ in range(2):
        person.press("tolerance", "toleranceSecondButton")
    series = [chart.GetNthPlotSeriesNode(n) for n in range(chart.GetNumberOfPlotSeriesNodes())]
    dashed = [node.GetName() for node in series if node.GetName().endswith("(SlicerRT)")]
    assert len(series) - ours == len(dashed) == 3
    assert {name.removesuffix(" (SlicerRT)") for name in dashed} == {CORD, CORD_VOLUME, TARGET}


def test_slicerrt_that_differs_is_a_warning(person: Person, small: Any, rival: Rival, tmp_path: Path) -> None:
    rival.agree(small, SpinalCord=3.0)
    evaluate(person)
    person.press("tolerance", "toleranceSecondButton")
    ui = person.page("tolerance").ui
    assert texts(ui.toleranceSecondTable, 5).count("differs") == 1
    assert "SpinalCord: SlicerRT gives D10%[Gy]" in ui.toleranceSecondLabel.text
    person.host.save_scene(tmp_path / "scene.mrb")
    before = [texts(ui.toleranceSecondTable, column) for column in range(6)]
    person.host.load_scene(tmp_path / "scene.mrb")
    person.open("tolerance")
    assert [texts(ui.toleranceSecondTable, column) for column in range(6)] == before
    evaluate(person)
    assert not ui.toleranceSecondTable.isVisible(), "an opinion is on one evaluation"
