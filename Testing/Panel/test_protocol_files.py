"""Protocols as files in step 5: saved, opened, kept in the scene, evaluated with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from person import Person
from protocol_editors import Editing, answer_dialogs
from tolerance_plans import evaluate, texts

from spine_radiosurgery.report import load_protocol
from spine_radiosurgery.tolerance import copied_as, protocol_document, read_protocol, with_row_changed, write_protocol

if TYPE_CHECKING:
    from host import Host


@pytest.fixture
def answers(host: Host, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    return answer_dialogs(monkeypatch)


@pytest.fixture
def editing(host: Host, module_file: Path, answers: dict[str, Any]) -> Editing:
    logic = host.load_module(module_file).SpineRadiosurgeryLogic()
    editing = Editing(host, logic, answers)
    editing.show("ryu-2015")
    return editing


def clinic_file(folder: Path) -> Path:
    """A protocol that even little dose fails."""
    copy = copied_as(load_protocol("ryu-2015", 1), "clinic", "Clinic: spine")
    path = folder / "clinic.json"
    write_protocol(with_row_changed(copy, 1, metric="V1Gy[%]", limit=1), path)
    return path


def chosen_text(person: Person) -> str:
    return str(person.page("tolerance").ui.toleranceProtocolComboBox.currentText)


# The editor alone


def test_a_copy_is_saved_as_one_file_and_chosen(editing: Editing, tmp_path: Path) -> None:
    editing.press("Copy")
    editing.type("Limit", "8")
    editing.type("Identifier", "clinic")
    editing.save_as(tmp_path / "clinic")
    path = tmp_path / "clinic.json"
    saved = read_protocol(path)
    assert (saved.identifier, saved.constraints[0].limit, saved.constraints[0].verified) == ("clinic", 8, False)
    assert editing.chosen == [(saved, str(path))]
    assert "Saved, and chosen for the case" in editing.ui.protocolMessageLabel.text
    assert f"File: {path}" in editing.ui.protocolSourceLabel.text
    assert not editing.enabled("Save")


def test_rows_that_change_need_another_version(editing: Editing, tmp_path: Path) -> None:
    path = clinic_file(tmp_path)
    editing.open_file(path)
    editing.type("Limit", "7")
    assert "version 1 must be higher than 1: rows of clinic were changed since" in editing.problem
    assert not editing.enabled("Save")
    editing.type("Version", "2")
    assert editing.problem == ""
    editing.press("Save")
    assert (read_protocol(path).version, read_protocol(path).constraints[0].limit) == ("2", 7)
    assert [name.name for name in tmp_path.iterdir()] == ["clinic.json"]


def test_a_file_that_cannot_be_opened_leaves_the_editor_as_it_was(editing: Editing, tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text('{"title": 3}')
    editing.open_file(path)
    assert "Protocol file broken.json: title must be text" in editing.ui.protocolMessageLabel.text
    assert editing.line("Identifier") == "ryu-2015"
    assert editing.chosen == []


def test_a_file_of_something_else_is_not_overwritten(editing: Editing, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text("{}")
    editing.press("Copy")
    editing.save_as(path)
    assert "report.json is there already and is no protocol" in editing.ui.protocolMessageLabel.text
    assert path.read_text() == "{}"
    assert editing.chosen == []


def test_canceled_dialogs_change_nothing(editing: Editing) -> None:
    editing.press("Copy")
    editing.press("SaveAs")
    editing.press("Open")
    assert editing.line("Identifier") == "ryu-2015-copy"
    assert editing.chosen == []


# Step 5


def test_a_saved_protocol_is_chosen_and_evaluated_with(
    person: Person, small: Any, answers: dict[str, Any], tmp_path: Path
) -> None:
    evaluate(person)
    person.press("tolerance", "toleranceEditProtocolButton")
    editor = person.page("tolerance").editing.editor
    person.host.click(editor.ui.protocolCopyButton)
    editor.ui.protocolTitleLineEdit.text = "Clinic: spine"
    editor.ui.protocolIdentifierLineEdit.text = "clinic"
    editor.ui.protocolMetricLineEdit.text = "V1Gy[%]"
    person.host.settle()
    answers["save"] = str(tmp_path / "clinic.json")
    person.host.click(editor.ui.protocolSaveAsButton)
    person.host.click(editor.ui.protocolCloseButton)
    assert chosen_text(person) == "Clinic: spine, version 1"
    assert small.protocolName == "clinic"
    assert small.protocolText.encode() == (tmp_path / "clinic.json").read_bytes()
    assert person.marks()["tolerance"] == "stale"
    assert "protocol was ryu-2015, now clinic" in person.workflow.states["tolerance"].reason
    table = evaluate(person)
    assert texts(table, 0)[0] == "FAIL"
    assert person.marks()["tolerance"] == "done"
    assert person.widget.logic.evaluation()["protocol"] == "clinic"


def test_the_scene_is_evaluated_without_the_file(person: Person, small: Any, tmp_path: Path) -> None:
    logic = person.widget.logic
    path = clinic_file(tmp_path)
    logic.chooseProtocol(small, path)
    path.unlink()
    evaluate(person)
    person.host.save_scene(tmp_path / "case.mrb")
    person.host.close_scene()
    person.host.load_scene(tmp_path / "case.mrb")
    person.host.settle()
    assert chosen_text(person) == "Clinic: spine, version 1"
    assert person.marks()["tolerance"] == "done"
    table = evaluate(person)
    assert texts(table, 0)[0] == "FAIL"


def test_another_text_of_the_same_protocol_makes_the_step_stale(person: Person, small: Any, tmp_path: Path) -> None:
    logic = person.widget.logic
    protocol = logic.readProtocol(clinic_file(tmp_path))
    logic.chooseProtocol(small, protocol)
    evaluate(person)
    for changed, said in (
        (logic.changeProtocolRow(protocol, 1, limit=2, version="2"), "protocol was clinic 1, now clinic 2"),
        (logic.changeProtocolRow(protocol, 1, limit=2), "protocol was clinic 1, now clinic 1 with another text"),
    ):
        logic.chooseProtocol(small, changed)
        assert person.marks()["tolerance"] == "stale"
        assert said in person.workflow.states["tolerance"].reason
    logic.chooseProtocol(small, protocol)
    assert person.marks()["tolerance"] == "done"


def test_a_shipped_protocol_leaves_the_clinics_one_in_the_scene(person: Person, small: Any, tmp_path: Path) -> None:
    person.widget.logic.chooseProtocol(small, clinic_file(tmp_path))
    person.host.settle()
    box = person.page("tolerance").ui.toleranceProtocolComboBox
    person.choose(box, "RTOG 0631")
    assert small.protocolName == "rtog-0631"
    person.choose(box, "Clinic: spine, version 1")
    assert small.protocolName == "clinic"
    person.choose(box, "auto")
    assert (small.protocolName, chosen_text(person)) == ("auto", "auto: Ryu 2015")


def test_files_used_lately_are_offered_and_missing_ones_are_said(
    person: Person, small: Any, answers: dict[str, Any], tmp_path: Path
) -> None:
    path = clinic_file(tmp_path)
    page = person.page("tolerance")
    page.editing.choose(read_protocol(path), str(path))
    other = person.widget.logic.createCase("Other")
    person.workflow.cases.selector.setCurrentNode(other.parameterNode)
    person.host.settle()
    box = page.ui.toleranceProtocolComboBox
    assert box.itemText(box.count - 1) == "Clinic: spine (clinic.json)"
    box.setCurrentIndex(box.count - 1)
    person.host.settle()
    assert person.case.protocolName == "clinic"
    path.unlink()
    box.setCurrentIndex(box.count - 1)
    person.host.settle()
    assert "Protocol file clinic.json cannot be read: No such file" in person.workflow.ui.messageLabel.text
    assert "The choice stays as it was." in person.workflow.ui.messageLabel.text
    assert chosen_text(person) == "Clinic: spine, version 1"
    assert not any("clinic.json" in box.itemText(number) for number in range(box.count))


def test_the_page_with_the_button_fits_the_panel(person: Person, small: Any) -> None:
    panel = person.host.panel("SpineRadiosurgery")
    panel.resize(420, 900)
    person.host.settle()
    assert panel.width == 420
    ui = person.page("tolerance").ui
    assert ui.toleranceEditProtocolButton.isVisible()
    assert ui.toleranceProtocolComboBox.width > 150


# The console


@pytest.mark.parametrize("kind", ["file", "protocol", "document"])
def test_the_console_evaluates_with_any_protocol(person: Person, small: Any, tmp_path: Path, kind: str) -> None:
    logic = person.widget.logic
    path = clinic_file(tmp_path)
    given = {
        "file": str(path),
        "protocol": read_protocol(path),
        "document": json.loads(path.read_text("utf-8")),
    }[kind]
    table = logic.evaluateTolerance(
        small.doseNode, small.targetNode, small.targetSegmentID, small.cordNode, small.cordSegmentID,
        structuresNode=small.structuresNode, protocol=given, robustness=False,
    )  # fmt: skip
    assert logic.evaluation(table)["verdict"]["status"] == "fail"
    from spine_radiosurgery.scene.steps.provenance import parameters_of

    assert parameters_of(table)["protocol"] == protocol_document(read_protocol(path))
    assert str(tmp_path) not in json.dumps(parameters_of(table))


def test_another_version_of_a_shipped_protocol_is_not_chosen(person: Person, small: Any) -> None:
    from dataclasses import replace

    logic = person.widget.logic
    older = replace(logic.readProtocol("ryu-2015"), version="0")
    with pytest.raises(ValueError, match="ryu-2015 0 is not the one that comes with the program"):
        logic.chooseProtocol(small, older)
    assert (small.protocolName, small.protocolText) == ("auto", "")
