"""The editor of protocols: reading, copying and changing rows, and what is said at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from protocol_editors import (
    CAUTION,
    LIMIT,
    METRIC,
    ON,
    REMARK,
    STRUCTURE,
    VERIFIED,
    Editing,
    answer_dialogs,
)

if TYPE_CHECKING:
    from host import Host

CITATION = "Ryu S, et al. 2015, Radiat Oncol J (review of spine radiosurgery)"


@pytest.fixture
def editing(host: Host, module_file: Path, monkeypatch: pytest.MonkeyPatch) -> Editing:
    """The editor with a protocol that comes with the program."""
    logic = host.load_module(module_file).SpineRadiosurgeryLogic()
    editing = Editing(host, logic, answer_dialogs(monkeypatch))
    editing.show("ryu-2015")
    return editing


@pytest.fixture
def copied(editing: Editing) -> Editing:
    editing.press("Copy")
    return editing


def test_a_shipped_protocol_is_shown_and_cannot_be_changed(editing: Editing) -> None:
    ui = editing.ui
    assert editing.line("Identifier") == "ryu-2015"
    assert ui.protocolTable.rowCount == 3
    assert editing.cells(0) == [
        "on", "SpinalCord_Partial", "V10Gy[%]", "<= 10 %", "", "1", "decides", "yes", CITATION,
    ]  # fmt: skip
    assert ui.protocolTitleLineEdit.readOnly
    assert ui.protocolLimitLineEdit.readOnly
    assert not ui.protocolRoleComboBox.isEnabled()
    for name in ("Add", "Duplicate", "Remove", "Reset", "Save", "SaveAs"):
        assert not editing.enabled(name)
    assert ui.protocolSaveAsButton.toolTip == "Copy it to edit first."
    assert "stays as it is: copy it to edit" in ui.protocolSourceLabel.text


def test_a_copy_can_be_changed_and_says_what_it_is_based_on(copied: Editing) -> None:
    assert copied.line("Identifier") == "ryu-2015-copy"
    assert "Based on ryu-2015 1." in copied.ui.protocolSourceLabel.text
    assert copied.problem == ""
    assert copied.enabled("SaveAs")
    assert not copied.enabled("Save")
    copied.type("Limit", "8")
    assert copied.cells(0)[LIMIT] == "<= 8 %"


def test_a_changed_limit_loses_its_source_and_gets_it_back_by_reset(copied: Editing) -> None:
    copied.type("Limit", "8,5")
    assert copied.cells(0)[LIMIT:] == [
        "<= 8.5 %", "", "1", "decides", "no", "limit was 10 %; institutional limit",
    ]  # fmt: skip
    assert copied.line("RowCitation") == f"Institutional limit, changed from: {CITATION}"
    assert not copied.ui.protocolVerifiedCheckBox.isEnabled()
    copied.press("Reset")
    assert copied.cells(0)[LIMIT] == "<= 10 %"
    assert copied.cells(0)[VERIFIED] == "yes"
    assert copied.line("RowCitation") == CITATION
    assert not copied.enabled("Reset")


def test_a_changed_limit_with_a_source_of_its_own(copied: Editing) -> None:
    copied.type("Limit", "8")
    copied.type("RowCitation", "Smith 2024, table 2")
    assert copied.cells(0)[VERIFIED] == "yes"
    copied.tick("Verified", False)
    assert copied.cells(0)[VERIFIED] == "no"
    copied.tick("Verified", True)
    assert copied.cells(0)[VERIFIED] == "yes"


def test_a_wrong_field_is_said_beside_its_row(copied: Editing) -> None:
    for line, text, said in (
        ("Limit", "ten", 'limit must be a number, not "ten".'),
        ("Limit", "110", "limit 110 % is more than 100 %."),
        ("CautionLimit", "12", "caution_limit 12 % must be stricter than the limit 10 %."),
        ("Metric", "V10[%]", "Metric 'V10[%]' is not known"),
        ("Structure", "", "structure is empty."),
        ("Fractions", "1, x", "fractions must be a list of whole numbers"),
        ("RowCitation", " ", "citation is empty."),
    ):
        copied.type(line, text)
        assert said in copied.problem
        assert "constraint 1" in copied.problem
        assert copied.cells(0)[REMARK].rstrip(".") in copied.problem
        assert not copied.enabled("SaveAs")
        assert copied.ui.protocolSaveAsButton.toolTip == copied.problem
        assert copied.line(line) == text
        copied.press("Reset")
        assert copied.problem == ""
        assert copied.enabled("SaveAs")


def test_a_wrong_head_is_said(copied: Editing) -> None:
    for line, text, said in (
        ("Title", "", "title is empty"),
        ("Identifier", "tg-101", "tg-101 comes with the program; choose another identifier"),
        ("Version", " ", "version is empty"),
        ("Date", "1.2.2026", "write it as 2026-01-31"),
        ("Citation", "", "citation is empty"),
    ):
        former = copied.line(line)
        copied.type(line, text)
        assert said in copied.problem
        assert not copied.enabled("SaveAs")
        copied.type(line, former)
        assert copied.problem == ""


def test_the_unit_follows_the_metric(copied: Editing) -> None:
    copied.type("Metric", "D0.035cc[Gy]")
    assert copied.ui.protocolUnitLabel.text == "Gy"
    assert copied.cells(0)[LIMIT] == "<= 10 Gy"
    assert copied.problem == ""


def test_a_new_row_asks_for_what_it_needs(copied: Editing) -> None:
    copied.press("Add")
    assert copied.ui.protocolTable.currentRow() == 3
    assert "constraint 4: structure is empty. 2 more." in copied.problem
    for line, text in (("Structure", "Esophagus"), ("Metric", "V11.9Gy[cc]"), ("Limit", "5"), ("Fractions", "1, 2")):
        copied.type(line, text)
    assert copied.problem == ""
    assert copied.cells(3) == [
        "on", "Esophagus", "V11.9Gy[cc]", "<= 5 cc", "", "1, 2", "organ", "no", "new row; institutional limit",
    ]  # fmt: skip


def test_rows_are_duplicated_and_removed(copied: Editing) -> None:
    copied.press("Duplicate")
    assert "is there twice; keep one" in copied.problem
    assert copied.cells(1)[METRIC] == "V10Gy[%]"
    copied.type("Metric", "V8Gy[%]")
    assert copied.problem == ""
    copied.press("Remove")
    assert [copied.cells(row)[METRIC] for row in range(3)] == ["V10Gy[%]", "V10Gy[cc]", "V10Gy[cc]"]
    copied.press("Remove")
    copied.press("Remove")
    assert copied.ui.protocolTable.rowCount == 1
    assert not copied.enabled("Remove")


def test_role_comparator_and_state_are_chosen(copied: Editing) -> None:
    copied.select(2)
    copied.choose("Role", "organ")
    copied.choose("Comparator", ">=")
    copied.type("CautionLimit", "0.4")
    copied.tick("Enabled", False)
    cells = copied.cells(2)
    assert (cells[ON], cells[STRUCTURE], cells[LIMIT], cells[CAUTION]) == ("off", "SpinalCord", ">= 0.35 cc", "0.4 cc")
    copied.select(0)
    assert copied.line("Structure") == "SpinalCord_Partial"
    assert copied.ui.protocolEnabledCheckBox.checked


def test_a_lonely_group_is_said_for_its_row(copied: Editing) -> None:
    copied.choose("VerdictRule", "rows of one group")
    copied.type("Group", "cord")
    assert "group 'cord' has one row for 1 fraction(s); any_of needs two" in copied.problem


def test_closing_asks_before_changes_are_lost(copied: Editing) -> None:
    copied.type("Limit", "8")
    copied.answers["yes"] = False
    copied.press("Close")
    assert copied.editor.dialog.isVisible()
    copied.editor.dialog.close()
    assert copied.editor.dialog.isVisible()
    assert len(copied.asked) == 2
    assert "not saved" in copied.asked[0]
    copied.answers["yes"] = True
    copied.press("Close")
    assert not copied.editor.dialog.isVisible()


def test_escape_asks_likewise(copied: Editing) -> None:
    import qt

    copied.answers["yes"] = False
    escape = qt.QKeyEvent(qt.QEvent.KeyPress, qt.Qt.Key_Escape, qt.Qt.NoModifier)
    qt.QApplication.sendEvent(copied.ui.protocolLimitLineEdit, escape)
    assert copied.editor.dialog.isVisible()
    assert len(copied.asked) == 1


def test_what_was_not_changed_closes_at_once(editing: Editing) -> None:
    editing.press("Close")
    assert not editing.editor.dialog.isVisible()
    assert editing.asked == []


def test_a_protocol_of_many_rows_is_quick_to_change(editing: Editing) -> None:
    import time

    editing.show("tg-101")
    editing.press("Copy")
    assert editing.ui.protocolTable.rowCount == 166
    editing.select(160)
    start = time.thread_time()
    editing.type("RowNote", "x")
    assert time.thread_time() - start < 0.5
