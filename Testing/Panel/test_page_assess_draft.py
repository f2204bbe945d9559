"""Step 2 of the panel on a case without images: what is typed and chosen, and what follows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from person import NAME, Person

if TYPE_CHECKING:
    from host import Host


@pytest.fixture
def page(person: Person) -> Any:
    """The page of step 2, of an empty case whose levels are typed."""
    page = person.open("assess")
    person.type(page.ui.assessLevelsLineEdit, "T8")
    return page


@pytest.fixture
def ui(page: Any) -> Any:
    return page.ui


def state(person: Person) -> Any:
    return person.workflow.states["assess"]


def draft(person: Person) -> Any:
    return json.loads(person.case.assessmentDraft or "{}")


def test_without_levels_there_is_no_record(person: Person) -> None:
    button = person.open("assess").ui.assessButton
    assert (button.enabled, button.toolTip) == (False, "Name the levels to be treated, such as T8, T9.")
    assert person.case.assessmentDraft == ""


def test_levels_alone_are_no_record(person: Person, ui: Any) -> None:
    assert (ui.assessButton.enabled, ui.assessButton.toolTip) == (False, "Choose a grade, or measure.")
    assert state(person).mark == "todo"
    person.choose(ui.assessRapidComboBox, "no")
    assert ui.assessButton.enabled
    person.choose(ui.assessRapidComboBox, "Not known")
    assert not ui.assessButton.enabled


def test_what_is_wrong_with_the_levels_stands_instead_of_results(person: Person, ui: Any) -> None:
    person.grade()
    assert ui.assessDecisionLabel.visible
    person.type(ui.assessLevelsLineEdit, "T8, X9")
    sentence = "'X9' is no vertebral level; write levels as T8, T9 or C3-C5."
    assert (ui.assessButton.enabled, ui.assessButton.toolTip) == (False, sentence)
    assert ui.assessProblemLabel.text == sentence
    assert not ui.assessDecisionLabel.visible
    assert ui.assessLevelsLineEdit.text == "T8, X9"


def test_levels_stay_as_they_were_typed(person: Person, ui: Any) -> None:
    person.type(ui.assessLevelsLineEdit, "T8-T9,")
    assert ui.assessLevelsLineEdit.text == "T8-T9,"
    person.grade()
    person.press("assess")
    assert person.widget.logic.assessment(person.case.assessmentNode)["levels"] == ["T8", "T9"]


def test_the_graded_level_is_asked_for_where_there_are_several(person: Person, ui: Any) -> None:
    assert not ui.assessIndexComboBox.visible
    person.type(ui.assessLevelsLineEdit, "T8, T12")
    assert ui.assessIndexComboBox.visible
    assert "which of them is graded" in ui.assessGradesRemarksLabel.text
    person.choose(ui.assessIndexComboBox, "T12")
    assert not ui.assessGradesRemarksLabel.visible
    person.grade()
    assert ui.assessLocationComboBox.currentText.startswith("By level: Junctional")
    person.type(ui.assessLevelsLineEdit, "T8")
    assert ui.assessButton.enabled
    assert ui.assessLocationComboBox.currentText.startswith("By level: Semirigid")


def test_the_criteria_stand_below_the_choices(person: Person, ui: Any) -> None:
    assert not ui.assessRadiographicLabel.visible
    person.grade("IV", "d", "1b")
    assert "partial block" in ui.assessRadiographicLabel.text
    assert "3/5 or less" in ui.assessNeurologicalLabel.text
    assert ui.assessEsccLabel.text == "The thecal sac is deformed; the cord is not touched."
    person.type(ui.assessLevelsLineEdit, "L4")
    assert "more than 50 % of the spinal canal" in ui.assessRadiographicLabel.text


def test_a_click_on_a_drawing_chooses_the_grade(person: Person, page: Any, ui: Any) -> None:
    from SpineRadiosurgeryPanel.assess.grade_drawing import CELL, GAP

    page.grades.drawing.label.onClicked(3 * (CELL + GAP) + 5)
    person.host.settle()
    assert ui.assessRadiographicComboBox.currentText.startswith("III:")


def test_an_answer_that_is_open_is_not_in_the_draft(person: Person, ui: Any) -> None:
    person.choose(ui.assessRapidComboBox, "yes")
    person.choose(ui.assessEcogComboBox, "0")
    assert draft(person) == {
        "grades": {"rapid_decline": "yes"}, "levels": "T8", "selection": {"performance_ecog": 0}
    }  # fmt: skip
    person.choose(ui.assessRapidComboBox, "Not known")
    person.choose(ui.assessEcogComboBox, "Not given")
    assert draft(person) == {"grades": {}, "levels": "T8", "selection": {}}


@pytest.mark.parametrize(
    ("typed", "kept"), [("64", 64), ("64.5", 64.5), ("64,5", 64.5), ("64.", 64), ("", None), ("old", "old")]
)
def test_a_number_is_read_as_it_is_typed(person: Person, ui: Any, typed: str, kept: Any) -> None:
    person.type(ui.assessAgeLineEdit, "1")
    person.type(ui.assessAgeLineEdit, typed)
    assert draft(person)["selection"].get("age_years") == kept
    assert ui.assessAgeLineEdit.text == typed


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("170", "Age cannot be 170 years; enter 0 to 120 years."), ("old", "must be a number, not 'old'")],
)
def test_the_library_says_what_is_wrong_with_a_number(person: Person, ui: Any, typed: str, sentence: str) -> None:
    person.type(ui.assessAgeLineEdit, typed)
    assert sentence in ui.assessProblemLabel.text
    assert not ui.assessButton.enabled
    person.type(ui.assessAgeLineEdit, "17")
    assert ui.assessButton.enabled
    assert not ui.assessProblemLabel.visible


def test_sins_says_what_the_level_tells_until_a_person_chooses(person: Person, ui: Any) -> None:
    assert ui.assessLocationComboBox.currentText.startswith("By level: Semirigid")
    assert ui.assessPainComboBox.currentText == "Choose... (0 to 3)"
    for name, text in (
        ("Location", "Junctional"), ("Pain", "Mechanical"), ("Lesion", "Lytic"), ("Alignment", "Normal"),
        ("Collapse", "None"), ("Posterolateral", "Both"),
    ):  # fmt: skip
        person.choose(getattr(ui, f"assess{name}ComboBox"), text)
    assert ui.assessStabilitySection.text == "Stability (SINS): 11"
    assert ui.assessSinsLabel.text.startswith("SINS 11 of 18: potentially unstable")
    assert "Fisher" in ui.assessSinsTextLabel.text


def test_the_checklist_tells_what_is_met_and_what_is_open(person: Person, ui: Any) -> None:
    person.type(ui.assessAgeLineEdit, "17")
    table = ui.assessEligibilityTable
    rows = {table.item(n, 0).text(): table.item(n, 2).text() for n in range(table.rowCount)}
    assert rows["Age of 18 years or more"] == "not met"
    assert rows["Levels from C1 to L5"] == "met"
    assert rows["MRI within 4 weeks"] == "open"
    assert "RTOG 0631" in table.item(0, 0).toolTip()
    assert ui.assessSelectionSection.text.startswith("Selection: scenario a; ")
    assert ui.assessGapLabel.text == "Not measured: press Measure above."
    assert not ui.assessShowGapButton.visible


def test_a_scenario_that_disagrees_with_the_levels_is_doubted(person: Person, ui: Any) -> None:
    assert ui.assessScenarioLabel.text.startswith("a: Solitary spine metastasis")
    person.choose(ui.assessScenarioComboBox, "b:")
    assert ui.assessScenarioLabel.text.startswith("Scenario b was chosen, although")
    person.type(ui.assessLevelsLineEdit, "T8-T10")
    person.choose(ui.assessScenarioComboBox, "As the levels tell")
    assert "3 contiguous levels" in ui.assessScenarioLabel.text


def test_the_prescription_of_the_case_is_compared_with_published_ranges(person: Person, ui: Any) -> None:
    person.case.prescriptionGy, person.case.fractions, person.case.previousRadiation = 18.0, 1, "yes"
    person.host.settle()
    assert ui.assessPrescriptionSection.text == "Prescription: 18 Gy x 1"
    assert ui.assessDoseLabel.text.endswith("earlier irradiation of this region: yes (both from step 1).")
    assert "irradiated before" in ui.assessCautionsLabel.text
    person.choose(ui.assessSettingComboBox, "no surgery")
    table = ui.assessRangesTable
    rows = {table.item(n, 1).text(): table.item(n, 2).text() for n in range(table.rowCount)}
    assert rows["16 or 18 Gy in 1 fraction"] == "within"
    assert rows["10 to 16 Gy in 1 fraction"] == "outside"


def test_the_decision_is_information_with_its_source(person: Person, ui: Any) -> None:
    person.grade("II", "e")
    assert ui.assessDecisionSection.text == "What the paper says: surgical opinion"
    assert "surgical opinion" in ui.assessDecisionLabel.text
    assert "Ryu et al. 2015" in ui.assessDecisionSourceLabel.text
    assert "not advice to a patient" in ui.assessInformationLabel.text
    assert "Neurological grade: e" in ui.assessNeurologicNomsLabel.text
    assert "not recorded)" in ui.assessOncologicNomsLabel.text
    assert "Histology: not recorded" in ui.assessOncologicNomsLabel.toolTip


def test_recording_again_writes_into_the_same_record(person: Person, ui: Any) -> None:
    person.grade()
    person.press("assess")
    record = person.case.assessmentNode
    assert (state(person).mark, state(person).reason) == ("done", "")
    assert ui.assessRecordedLabel.text == "Recorded: T8 assessment."
    person.grade("II", "e")
    person.press("assess")
    assert person.case.assessmentNode is record
    assert json.loads(record.GetText())["grades"]["neurological"] == "e"


def test_another_choice_makes_the_record_stale_until_it_is_taken_back(person: Person, ui: Any) -> None:
    person.grade()
    person.press("assess")
    person.grade("IV")
    assert state(person).mark == "stale"
    assert state(person).reason == "radiographic grade is IV, recorded was II"
    assert not ui.assessRecordedLabel.visible
    person.grade("II")
    assert state(person).mark == "done"
    person.type(ui.assessLevelsLineEdit, "T8, X")
    assert "is no vertebral level" in state(person).reason


def test_many_differences_are_counted(person: Person, ui: Any) -> None:
    person.choose(ui.assessRapidComboBox, "no")
    person.press("assess")
    person.grade("IV", "d", "2")
    person.type(ui.assessAgeLineEdit, "64")
    person.choose(ui.assessPainComboBox, "Mechanical")
    assert state(person).reason.startswith("radiographic grade is IV, recorded was open; ")
    assert state(person).reason.endswith("; and 2 more")


def test_a_prescription_that_was_changed_makes_the_record_stale(person: Person, ui: Any) -> None:
    person.grade()
    person.press("assess")
    person.case.prescriptionGy, person.case.fractions = 16.0, 1
    person.host.settle()
    assert state(person).reason == "dose in Gy is 16.0, recorded was open; fractions is 1, recorded was open"


def test_a_record_that_was_spoiled_or_removed_breaks_nothing(person: Person, ui: Any) -> None:
    person.grade()
    person.press("assess")
    person.case.assessmentNode.SetText("spoiled")
    person.host.settle()
    assert "is damaged; record the assessment again" in state(person).reason
    assert not ui.assessSaveButton.enabled
    person.press("assess")
    assert state(person).mark == "done"
    person.host.scene.RemoveNode(person.case.assessmentNode)
    person.host.settle()
    assert state(person).mark == "ready"


def test_a_draft_that_was_spoiled_is_an_empty_one(person: Person, ui: Any) -> None:
    person.case.assessmentDraft = "spoiled"
    person.host.settle()
    assert ui.assessLevelsLineEdit.text == ""
    assert ui.assessButton.toolTip == "Name the levels to be treated, such as T8, T9."


def test_each_case_has_its_own_draft(person: Person, ui: Any) -> None:
    person.grade()
    first = person.case
    person.workflow.cases.show(person.widget.logic.createCase("second"))
    person.host.settle()
    assert (ui.assessLevelsLineEdit.text, ui.assessRadiographicComboBox.currentText) == ("", "Choose...")
    person.workflow.cases.show(first)
    person.host.settle()
    assert ui.assessRadiographicComboBox.currentText.startswith("II:")


def test_the_wheel_changes_no_grade(person: Person, ui: Any) -> None:
    import qt

    person.grade()
    combo_box = ui.assessRadiographicComboBox
    center = qt.QPointF(5.0, 5.0)
    turned = qt.QWheelEvent(
        center, center, qt.QPoint(0, 0), qt.QPoint(0, -120), qt.Qt.NoButton, qt.Qt.NoModifier,
        qt.Qt.NoScrollPhase, False,
    )  # fmt: skip
    qt.QCoreApplication.sendEvent(combo_box, turned)
    assert combo_box.currentText.startswith("II:")


def test_titles_and_choices_can_be_translated(host: Host, module_file: Any) -> None:
    seen: set[str] = set()

    def translator(context: str, text: str) -> str:
        seen.add(text)
        return text

    host.translate_with(translator)
    host.load_module(module_file)
    host.widget(NAME).workflow.goTo("assess")
    assert {"Assess", "Choose...", "As the levels tell", "Not given", "Grades", "pain flare", "Day"} <= seen
