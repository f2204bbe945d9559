"""Step 2 of the panel: records that come from a file and go into one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from person import Person


@pytest.fixture
def page(person: Person) -> Any:
    page = person.open("assess")
    person.type(page.ui.assessLevelsLineEdit, "T8")
    return page


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the file dialogs answer, as they do in Slicer: a path, or "" when canceled."""
    import qt

    answers = {"open": "", "save": ""}
    monkeypatch.setattr(qt.QFileDialog, "getOpenFileName", lambda *_: answers["open"])
    monkeypatch.setattr(qt.QFileDialog, "getSaveFileName", lambda *_: answers["save"])
    return answers


def test_a_record_goes_into_a_file_and_comes_back(
    person: Person, page: Any, chosen: dict[str, str], tmp_path: Path
) -> None:
    chosen["save"] = chosen["open"] = str(tmp_path / "P-01.json")
    person.type(page.ui.assessPatientLineEdit, "P-01")
    person.grade("III", "c", "1c")
    person.press("assess")
    person.press("assess", "assessSaveButton")
    assert person.workflow.ui.messageLabel.text == f"Saved: {tmp_path / 'P-01.json'}"
    person.grade("0", "a")
    person.press("assess", "assessLoadButton")
    assert page.ui.assessRadiographicComboBox.currentText.startswith("III:")
    assert page.ui.assessPatientLineEdit.text == "P-01"
    assert person.marks()["assess"] == "done"


def test_a_loaded_record_fills_tables_and_answers(
    person: Person, page: Any, chosen: dict[str, str], tmp_path: Path
) -> None:
    record = {
        "levels": ["L1", "L2"], "index_level": "L1", "sins": {"pain": "mechanical"},
        "selection": {"age_years": 64.5, "performance_ecog": 0, "fit_for_surgery": "no"},
        "follow_up": {"visits": [{"day": 0, "pain_score": 7}], "died": "yes"},
    }  # fmt: skip
    path = tmp_path / "record.json"
    path.write_text(json.dumps(record), encoding="utf-8")
    chosen["open"] = str(path)
    person.press("assess", "assessLoadButton")
    ui = page.ui
    assert (ui.assessLevelsLineEdit.text, ui.assessIndexComboBox.currentText) == ("L1, L2", "L1")
    assert (ui.assessAgeLineEdit.text, ui.assessEcogComboBox.currentText) == ("64.5", "0")
    assert (ui.assessFitComboBox.currentText, ui.assessDiedComboBox.currentText) == ("no", "yes")
    assert (ui.assessRapidComboBox.currentText, ui.assessVisitsTable.rowCount) == ("Not known", 1)
    assert ui.assessButton.enabled


def test_a_file_that_is_no_record_changes_nothing(
    person: Person, page: Any, chosen: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "other.json"
    path.write_text('{"color": "red"}', encoding="utf-8")
    chosen["open"] = str(path)
    before = person.case.assessmentDraft
    person.press("assess", "assessLoadButton")
    assert person.case.assessmentDraft == before
    (error,) = person.host.take_errors()
    assert "color is no field of the record" in str(error)


def test_canceling_a_dialog_changes_nothing(person: Person, page: Any, chosen: dict[str, str]) -> None:
    before = person.case.assessmentDraft
    person.press("assess", "assessLoadButton")
    assert person.case.assessmentDraft == before


def test_only_what_is_recorded_can_be_saved(person: Person, page: Any, chosen: dict[str, str]) -> None:
    button = page.ui.assessSaveButton
    assert (button.enabled, button.toolTip) == (False, "Record the assessment first.")
    person.grade()
    person.press("assess")
    assert button.enabled
    person.grade("IV")
    assert not button.enabled
    assert button.toolTip == "Record the assessment again first: it is the record that is saved."


def test_a_study_code_that_is_none_is_refused(person: Person, page: Any) -> None:
    person.type(page.ui.assessPatientLineEdit, "Jane Doe")
    assert "The study code cannot be 'Jane Doe'" in page.ui.assessButton.toolTip
