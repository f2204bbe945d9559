"""Step 2 of the panel, clicked through on the demo case."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from person import NAME, Person

if TYPE_CHECKING:
    from host import Host

CORD, TUMOR = "SpinalCord", "GTV_T8"


@pytest.fixture(scope="session")
def demo_scene(tmp_path_factory: Any, runnable_host: None, module_file: Path) -> Path:
    """The demo case with tumor and cord chosen, saved: making it takes longer than loading it."""
    from host import start_host

    path = tmp_path_factory.mktemp("scene") / "demo.mrb"
    host = start_host()
    try:
        workflow = Person(host, module_file).workflow
        empty, case = workflow.case, workflow.logic.loadDemoCase()
        workflow.cases.show(case)
        workflow.cases.removeIfEmpty(empty)
        case.gtvNode, case.gtvSegmentID = case.structuresNode, TUMOR
        case.cordNode, case.cordSegmentID = case.structuresNode, CORD
        host.save_scene(path)
    finally:
        host.stop()
    return path


@pytest.fixture
def panel(host: Host, module_file: Path) -> Any:
    """The panel, with the page of step 2 in front."""
    person = Person(host, module_file)
    person.open("assess")
    return person.widget


@pytest.fixture
def ui(panel: Any) -> Any:
    return panel.workflow.page("assess").ui


@pytest.fixture
def case(host: Host, panel: Any, demo_scene: Path) -> Any:
    """The demo case, shown."""
    host.load_scene(demo_scene)
    assert panel.workflow.case.gtvSegmentID == TUMOR
    return panel.workflow.case


def choose(host: Host, comboBox: Any, text: str) -> None:
    """Choose the item that begins with a text, as a person does."""
    items = [comboBox.itemText(number) for number in range(comboBox.count)]
    comboBox.setCurrentIndex(next(n for n, item in enumerate(items) if item.startswith(text)))
    host.settle()


def grade(host: Host, ui: Any, radiographic: str = "II", neurological: str = "b") -> None:
    choose(host, ui.assessRadiographicComboBox, f"{radiographic}:")
    choose(host, ui.assessNeurologicalComboBox, f"{neurological}:")


def record(host: Host, ui: Any) -> None:
    grade(host, ui)
    host.click(ui.assessButton)


def texts_in(host: Host) -> list[str]:
    scene, kind = host.scene, "vtkMRMLTextNode"
    nodes = [scene.GetNthNodeByClass(n, kind) for n in range(scene.GetNumberOfNodesByClass(kind))]
    return [node.GetName() for node in nodes if not node.GetHideFromEditors()]


def state(panel: Any) -> Any:
    return panel.workflow.states["assess"]


def test_the_button_says_what_is_missing_until_nothing_is(host: Host, panel: Any, ui: Any, case: Any) -> None:
    button = ui.assessButton
    assert ui.assessLevelsLineEdit.text == "T8"
    assert (button.enabled, button.toolTip) == (False, "Choose the radiographic grade.")
    choose(host, ui.assessRadiographicComboBox, "II:")
    assert (button.enabled, button.toolTip) == (False, "Choose the neurological grade.")
    assert state(panel).mark == "todo"
    choose(host, ui.assessNeurologicalComboBox, "b:")
    assert (button.enabled, state(panel).mark) == (True, "ready")
    for levels, reason in (
        ("", "Name the levels to be treated, such as T8, T9."),
        ("T8, X9", "'X9' is no vertebral level; write levels as T8, T9 or C3-C5."),
        ("T8-T10", "T8 to T10 are 3 contiguous levels"),
    ):
        ui.assessLevelsLineEdit.text = levels
        host.settle()
        assert not button.enabled
        assert button.toolTip.startswith(reason)
    choose(host, ui.assessScenarioComboBox, "d:")
    assert button.enabled


def test_the_criteria_stand_below_the_choices(host: Host, ui: Any, case: Any) -> None:
    assert ui.assessScenarioLabel.text.startswith("a: Solitary spine metastasis")
    assert not ui.assessRadiographicLabel.visible
    choose(host, ui.assessRadiographicComboBox, "IV:")
    assert "partial block" in ui.assessRadiographicLabel.text
    assert "At the cauda equina: more than 50 %" in ui.assessRadiographicLabel.text
    choose(host, ui.assessRadiographicComboBox, "III:")
    ui.assessLevelsLineEdit.text = "L4"
    host.settle()
    assert "but not grade III." in ui.assessRadiographicLabel.text
    choose(host, ui.assessNeurologicalComboBox, "d:")
    assert "3/5 or less" in ui.assessNeurologicalLabel.text
    choose(host, ui.assessEsccComboBox, "1b:")
    assert ui.assessEsccLabel.text == "The thecal sac is deformed; the cord is not touched."
    choose(host, ui.assessScenarioComboBox, "b:")
    assert ui.assessScenarioLabel.text.startswith("Scenario b was chosen, although")


def test_a_recorded_assessment_is_shown_and_kept_as_json(host: Host, panel: Any, ui: Any, case: Any) -> None:
    assert not ui.assessResultFrame.visible
    record(host, ui)
    assert (state(panel).mark, state(panel).reason) == ("done", "")
    kept = json.loads(case.assessmentNode.GetText())
    assert kept == panel.logic.assessment(case.assessmentNode)
    gap = kept["cord_gap"]["gap_mm"]
    assert ui.assessScenarioResultLabel.text.startswith("a: Solitary spine metastasis")
    assert f"GTV_T8 comes within {gap:.1f} mm of SpinalCord." in ui.assessGapResultLabel.text
    assert "RTOG 0631" in ui.assessGapResultLabel.text
    assert ui.assessDecisionResultLabel.text == kept["decision"]["text"]
    assert "not advice to a patient" in ui.assessInformationLabel.text
    assert "Ryu et al. 2015" in ui.assessInformationLabel.text
    host.click(ui.assessShowGapButton)
    centre = [host.scene.GetFirstNodeByClass("vtkMRMLSliceNode").GetSliceToRAS().GetElement(i, 3)
              for i in range(3)]  # fmt: skip
    assert centre == pytest.approx(kept["cord_gap"]["tumour_ras"])


def test_recording_again_replaces_the_record(host: Host, ui: Any, case: Any) -> None:
    record(host, ui)
    choose(host, ui.assessNeurologicalComboBox, "e:")
    host.click(ui.assessButton)
    assert texts_in(host) == ["T8 assessment"]
    assert "surgical opinion" in ui.assessDecisionResultLabel.text


def test_another_choice_makes_the_record_stale_until_it_is_taken_back(
    host: Host, panel: Any, ui: Any, case: Any
) -> None:
    record(host, ui)
    choose(host, ui.assessRadiographicComboBox, "IV:")
    assert state(panel).mark == "stale"
    assert state(panel).reason == "radiographic grade is IV, recorded was II"
    choose(host, ui.assessRadiographicComboBox, "II:")
    assert state(panel).mark == "done"
    case.gtvSegmentID = "CTV_T8"
    host.settle()
    assert state(panel).reason == "another tumor is chosen"


def test_a_removed_cord_makes_the_record_stale(host: Host, panel: Any, ui: Any, case: Any) -> None:
    record(host, ui)
    segmentation = case.structuresNode.GetSegmentation()
    segmentation.RemoveSegment(CORD)
    host.settle()
    assert state(panel).mark == "stale"
    assert "cord SpinalCord was removed" in state(panel).reason


def test_without_tumor_the_grades_are_recorded_and_the_gap_says_why_not(
    host: Host, panel: Any, ui: Any, case: Any
) -> None:
    case.gtvNode, case.gtvSegmentID = None, ""
    host.settle()
    record(host, ui)
    assert "not evaluable: no tumor (GTV) is chosen." in ui.assessGapResultLabel.text
    assert not ui.assessShowGapButton.visible
    assert state(panel).mark == "done"


def test_the_record_survives_saving_and_loading(host: Host, panel: Any, ui: Any, case: Any, tmp_path: Path) -> None:
    record(host, ui)
    before = panel.logic.assessment(case.assessmentNode)
    host.save_scene(tmp_path / "scene.mrb")
    host.load_scene(tmp_path / "scene.mrb")
    shown = panel.workflow.case
    assert panel.logic.assessment(shown.assessmentNode) == before
    assert (state(panel).mark, state(panel).reason) == ("done", "")


def test_a_record_that_was_spoiled_or_removed_breaks_nothing(host: Host, panel: Any, ui: Any, case: Any) -> None:
    record(host, ui)
    case.assessmentNode.SetText("spoiled")
    host.settle()
    assert "is damaged; record the assessment again" in state(panel).reason
    assert not ui.assessResultFrame.visible
    host.click(ui.assessButton)
    assert state(panel).mark == "done"
    host.scene.RemoveNode(case.assessmentNode)
    host.settle()
    assert state(panel).mark == "ready"
    assert not ui.assessResultFrame.visible


def test_a_line_that_was_cleared_stays_clear(host: Host, ui: Any, case: Any) -> None:
    ui.assessLevelsLineEdit.text = ""
    host.settle()
    assert case.assessmentLevels == ""
    assert ui.assessLevelsLineEdit.text == ""


def test_an_empty_case_says_what_comes_first(panel: Any, ui: Any) -> None:
    assert not ui.assessButton.enabled
    assert ui.assessButton.toolTip == "Name the levels to be treated, such as T8, T9."
    assert ui.assessCordLabel.text == "not chosen yet (step 4)"


def test_title_and_choices_can_be_translated(host: Host, module_file: Path) -> None:
    seen: set[str] = set()

    def translator(context: str, text: str) -> str:
        seen.add(text)
        return text

    host.translate_with(translator)
    host.load_module(module_file)
    host.widget(NAME).workflow.goTo("assess")
    assert {"Assess", "Choose...", "As the levels tell", "Not given"} <= seen
