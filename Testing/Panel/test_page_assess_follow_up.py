"""Step 2 of the panel: visits, volumes, failures and complications."""

from __future__ import annotations

import json
from typing import Any

import pytest
from person import Person

RECURRENCE = "GTV_T8"


@pytest.fixture
def page(person: Person) -> Any:
    """The page of step 2 with the follow-up unfolded, of an empty case whose levels are typed."""
    page = person.open("assess")
    person.type(page.ui.assessLevelsLineEdit, "T8")
    return person.unfold("FollowUp")


@pytest.fixture
def planned(small: Any, person: Person) -> Any:
    """The same of a small plan, with a segment chosen that lies in its target."""
    person.open("assess")
    small.followUpNode, small.followUpSegmentID = small.targetNode, small.targetSegmentID
    page = person.unfold("FollowUp")
    person.type(page.ui.assessLevelsLineEdit, "T8")
    return page


def rows(person: Person, name: str) -> Any:
    return json.loads(person.case.assessmentDraft).get("follow_up", {}).get(name, [])


def follow_up(page: Any) -> Any:
    return page.sections[-1]


def add_visit(person: Person, page: Any, day: str, pain: str) -> None:
    person.host.click(page.ui.assessAddVisitsButton)
    visits = follow_up(page).visits
    person.type(visits.field(-1, "day").widget, day)
    person.type(visits.field(-1, "pain_score").widget, pain)


def remove_first(person: Person, table: Any) -> None:
    table.cellWidget(0, table.columnCount - 1).click()
    person.host.settle()


def test_visits_are_entered_in_their_rows(person: Person, page: Any) -> None:
    ui = page.ui
    assert not ui.assessVisitsTable.visible
    add_visit(person, page, "0", "7")
    add_visit(person, page, "90", "0")
    person.choose(follow_up(page).visits.field(1, "ambulatory").widget, "yes")
    person.choose(follow_up(page).visits.field(1, "neurological").widget, "b")
    assert rows(person, "visits") == [
        {"day": 0, "pain_score": 7},
        {"ambulatory": "yes", "day": 90, "neurological": "b", "pain_score": 0},
    ]
    assert ui.assessFollowUpSection.text == "Follow-up (visits: 2, failures: 0)"
    assert "RTOG 0631" in ui.assessVisitsLabel.text
    assert "International consensus" in ui.assessVisitsLabel.text


def test_a_row_without_a_day_counts_nowhere_until_it_has_one(person: Person, page: Any) -> None:
    add_visit(person, page, "0", "7")
    before = page.ui.assessVisitsLabel.text
    person.host.click(page.ui.assessAddVisitsButton)
    assert page.ui.assessVisitsLabel.text == before
    button = page.ui.assessButton
    assert (button.enabled, button.toolTip) == (False, "Visit 2: enter the day.")
    person.type(follow_up(page).visits.field(1, "day").widget, "14")
    assert button.enabled


def test_two_visits_on_one_day_are_refused_in_words(person: Person, page: Any) -> None:
    add_visit(person, page, "0", "7")
    add_visit(person, page, "0", "3")
    assert "day 0" in page.ui.assessProblemLabel.text
    assert not page.ui.assessButton.enabled


def test_a_row_can_be_removed(person: Person, page: Any) -> None:
    add_visit(person, page, "0", "7")
    add_visit(person, page, "14", "3")
    remove_first(person, page.ui.assessVisitsTable)
    assert rows(person, "visits") == [{"day": 14, "pain_score": 3}]
    assert follow_up(page).visits.field(0, "day").widget.text == "14"
    remove_first(person, page.ui.assessVisitsTable)
    assert not page.ui.assessVisitsTable.visible
    assert rows(person, "visits") == []


def test_volumes_are_told_as_a_course_and_plotted(person: Person, page: Any) -> None:
    ui = page.ui
    for day, volume in (("0", "2"), ("60", "0,7")):
        person.host.click(ui.assessAddVolumesButton)
        person.type(follow_up(page).volumes.field(-1, "day").widget, day)
        person.type(follow_up(page).volumes.field(-1, "volume_cc").widget, volume)
    assert rows(person, "volumes")[1] == {"day": 60, "kind": "epidural", "volume_cc": 0.7}
    assert "65 % less" in ui.assessVolumesLabel.text
    assert (ui.assessPlotButton.enabled, ui.assessPlotButton.toolTip) == (False, "Record the assessment first.")
    person.press("assess")
    person.unfold("FollowUp")
    person.host.click(ui.assessPlotButton)
    assert person.host.scene.GetNumberOfNodesByClass("vtkMRMLPlotChartNode") == 1


def test_a_complication_needs_its_kind(person: Person, page: Any) -> None:
    person.host.click(page.ui.assessAddComplicationsButton)
    table = follow_up(page).complications
    person.type(table.field(0, "day").widget, "2")
    assert page.ui.assessButton.toolTip == "Complication 1: choose its kind."
    person.choose(table.field(0, "kind").widget, "pain flare")
    assert page.ui.assessButton.enabled
    assert "Pain flare" in page.ui.assessComplicationsLabel.text


def test_risk_factors_and_the_last_day_are_recorded(person: Person, page: Any) -> None:
    person.choose(page.ui.assessRiskDiabetesComboBox, "yes")
    person.type(page.ui.assessLastDayLineEdit, "400")
    person.choose(page.ui.assessDiedComboBox, "no")
    person.press("assess")
    kept = json.loads(person.case.assessmentNode.GetText())["follow_up"]
    assert (kept["risk_factors"]["diabetes"], kept["last_day"], kept["died"]) == ("yes", 400, "no")


def test_a_failure_is_decided_by_pattern_and_places(person: Person, page: Any) -> None:
    person.host.click(page.ui.assessAddFailuresButton)
    failures = follow_up(page).failures
    person.type(failures.field(0, "day").widget, "240")
    person.choose(failures.field(0, "pattern").widget, "marginal")
    places = failures.field(0, "places")
    for code in ("epidural", "adjacent_level"):
        places.actions[code].trigger()
        person.host.settle()
    assert rows(person, "failures") == [{"day": 240, "pattern": "marginal", "places": ["adjacent_level", "epidural"]}]
    assert places.widget.text == "adjacent vertebra, epidural"
    assert "marginal" in page.ui.assessFailuresLabel.text


def test_the_volume_of_a_segment_becomes_a_row(person: Person, planned: Any) -> None:
    button = planned.ui.assessMeasureVolumeButton
    assert (button.enabled, button.toolTip) == (False, "Enter the day after treatment, a whole number.")
    person.type(planned.ui.assessDayLineEdit, "60")
    person.host.click(button)
    (row,) = rows(person, "volumes")
    assert (row["day"], row["structure"]) == (60, "CTV_T8")
    assert row["volume_cc"] > 1


def test_a_measured_failure_keeps_what_was_measured_beside_the_decision(person: Person, planned: Any) -> None:
    person.type(planned.ui.assessDayLineEdit, "240")
    person.host.click(planned.ui.assessMeasureFailureButton)
    (row,) = rows(person, "failures")
    assert row["measured"]["recurrence"] == "CTV_T8"
    shown = follow_up(planned).failures.field(0, "pattern").widget.currentText
    assert shown.startswith("measured: " if row["measured"]["pattern"] else "open: ")
    person.choose(follow_up(planned).failures.field(0, "pattern").widget, "distant")
    assert rows(person, "failures")[0]["measured"] == row["measured"]
    assert rows(person, "failures")[0]["pattern"] == "distant"


def test_the_error_of_a_registration_must_be_entered(person: Person, planned: Any) -> None:
    ui = planned.ui
    person.type(ui.assessDayLineEdit, "240")
    assert (ui.assessErrorLineEdit.enabled, ui.assessMeasureFailureButton.enabled) == (False, True)
    transform = person.host.scene.AddNewNodeByClass("vtkMRMLLinearTransformNode", "registration")
    person.case.followUpTransform = transform
    person.host.settle()
    button = ui.assessMeasureFailureButton
    assert (button.enabled, button.toolTip) == (False, "Enter the error of the registration in mm, or unknown.")
    person.type(ui.assessErrorLineEdit, "1.5")
    person.host.click(button)
    measured = rows(person, "failures")[0]["measured"]
    assert (measured["registration"], measured["registration_error_mm"]) == ("registration", 1.5)
    person.type(ui.assessErrorLineEdit, "-1")
    assert not button.enabled
    person.type(ui.assessErrorLineEdit, "Unknown")
    person.host.click(button)
    measured = rows(person, "failures")[1]["measured"]
    assert measured["registration"] == "registration"
    assert measured.get("registration_error_mm") is None
    person.case.followUpTransform = None
    person.host.settle()
    assert ui.assessErrorLineEdit.text == ""


def test_a_removed_segmentation_is_not_replaced_by_another(person: Person, planned: Any) -> None:
    person.host.scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "of another patient")
    person.host.settle()
    person.host.scene.RemoveNode(person.case.followUpNode)
    person.host.settle()
    assert (person.case.followUpNode, person.case.followUpSegmentID) == (None, "")
    assert planned.ui.assessMeasureVolumeButton.toolTip == "Choose the segment first."


def test_day_and_error_of_a_case_are_not_those_of_another(person: Person, planned: Any) -> None:
    person.type(planned.ui.assessDayLineEdit, "60")
    person.workflow.cases.show(person.widget.logic.createCase("second"))
    person.host.settle()
    assert planned.ui.assessDayLineEdit.text == ""


def test_every_section_fits_into_the_panels_width(person: Person, page: Any) -> None:
    for name in ("Visits", "Volumes", "Failures", "Complications"):
        person.host.click(getattr(page.ui, f"assessAdd{name}Button"))
    person.type(page.ui.assessLevelsLineEdit, "T8, T12")
    for section in page.sections:
        person.unfold(section.name)
        assert page.widget.minimumSizeHint().width() <= 420, section.name
        assert section.widget.layout().minimumSize().width() <= 390, section.name
