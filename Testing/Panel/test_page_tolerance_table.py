"""Step 5 of the panel: the table of constraints."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from person import Person
from tolerance_plans import (
    CORD,
    click_cell,
    evaluate,
    texts,
)

from spine_radiosurgery.scene.headless import add_singleton

if TYPE_CHECKING:
    pass


def test_at_first_the_cord_comes_first_and_what_fails_leads(person: Person, hot: Any) -> None:
    table = evaluate(person)
    verdicts = texts(table, 0)
    structures = [text.replace("\n", "") for text in texts(table, 1)]
    cord = [s.startswith(CORD) for s in structures]
    assert cord == sorted(cord, reverse=True)
    of_cord = verdicts[: sum(cord)]
    assert of_cord[0] == "FAIL"
    assert of_cord == sorted(of_cord, key=["FAIL", "NOT\nEVAL.", "CAUTION", "PASS"].index)


def test_organs_without_a_finding_are_left_out_until_asked_for(person: Person, hot: Any) -> None:
    table = evaluate(person)
    every, few = hot.constraintsTable.GetNumberOfRows(), table.rowCount
    assert {"Esophagus", "Lung_L"} <= set(texts(table, 1))
    assert "Skin" not in texts(table, 1)
    box = person.page("tolerance").ui.toleranceAllRowsCheckBox
    assert box.text == f"All {every} rows"
    person.host.click(box)
    assert table.rowCount == every > few
    assert "Skin" in texts(table, 1)


def test_columns_sort_by_number_and_keep_their_order(person: Person, hot: Any) -> None:
    table = evaluate(person)
    person.host.click(person.page("tolerance").ui.toleranceAllRowsCheckBox)
    shown = person.page("tolerance").table
    header = table.horizontalHeader()
    header.sectionClicked.emit(3)
    values = [row.value for row in shown.shownRows]
    known = [value for value in values if not math.isnan(value)]
    assert known == sorted(known)
    assert values[: len(known)] == known, "rows without a value come last"
    header.sectionClicked.emit(3)
    known = [row.value for row in shown.shownRows if not math.isnan(row.value)]
    assert known == sorted(known, reverse=True)
    header.sectionClicked.emit(4)
    limits = [row.limit for row in shown.shownRows]
    assert limits == sorted(limits)
    assert table.horizontalHeaderItem(4).text() == "Limit ▴"
    evaluate(person)
    assert [row.limit for row in shown.shownRows] == limits
    header.sectionClicked.emit(4)
    header.sectionClicked.emit(4)
    assert table.horizontalHeaderItem(4).text() == "Limit"


def test_verdicts_sort_by_gravity(person: Person, hot: Any) -> None:
    table = evaluate(person)
    person.host.click(person.page("tolerance").ui.toleranceAllRowsCheckBox)
    table.horizontalHeader().sectionClicked.emit(0)
    order = ["FAIL", "NOT\nEVAL.", "CAUTION", "PASS"]
    assert texts(table, 0) == sorted(texts(table, 0), key=order.index)


def test_the_margin_is_negative_beyond_a_limit(person: Person, hot: Any) -> None:
    evaluate(person)
    for row in person.page("tolerance").table.rows:
        if row.status == "fail":
            assert row.marginPercent < 0 or row.comparator == "<"
            assert row.cells()[5].startswith("−")
        if row.status == "pass":
            assert row.marginPercent >= 0


def test_copy_puts_all_shown_rows_with_units_on_the_clipboard(person: Person, hot: Any) -> None:
    import slicer

    table = evaluate(person)
    person.host.click(person.page("tolerance").ui.toleranceCopyButton)
    header, *lines = slicer.app.clipboard().text().rstrip("\n").split("\n")
    names = header.split("\t")
    assert names[:7] == [
        "Verdict", "Structure", "Metric", "Value", "Uncertainty", "Limit", "Unit",
    ]  # fmt: skip
    assert len(lines) == table.rowCount
    for line in lines:
        cells = dict(zip(names, line.split("\t"), strict=True))
        assert cells["Unit"] in ("%", "Gy", "cc")
        assert math.isfinite(float(cells["Value"]))
        assert cells["Verified"] in ("yes", "no")


def test_ctrl_c_copies_the_selected_rows(person: Person, hot: Any) -> None:
    import slicer
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    table = evaluate(person)
    slicer.app.clipboard().setText("")
    person.host.panel("SpineRadiosurgery").activateWindow()
    click_cell(person.host, table, 1, 1)
    table.setFocus()
    QTest.keyClick(table, Qt.Key_C, Qt.ControlModifier)
    lines = slicer.app.clipboard().text().rstrip("\n").split("\n")
    assert len(lines) == 2
    assert lines[1].split("\t")[1] == texts(table, 1)[1].replace("\n", "")


def test_a_click_on_a_row_goes_to_the_hottest_point(person: Person, small: Any) -> None:

    slice_node = add_singleton(person.host.scene, "vtkMRMLSliceNode", "Red")
    table = evaluate(person)
    click_cell(person.host, table, 2, 2)
    point = person.widget.logic.evaluation(small.constraintsTable)["hottest_ras"][CORD]
    matrix = slice_node.GetSliceToRAS()
    assert [matrix.GetElement(row, 3) for row in range(3)] == pytest.approx(point)
    label = person.page("tolerance").ui.tolerancePlaceLabel
    assert label.text.startswith(f"{CORD}: 1")
    assert " Gy at R " in label.text
    assert label.text.endswith(" mm")


def test_a_row_without_dose_says_so(person: Person, hot: Any) -> None:
    table = evaluate(person)
    page = person.page("tolerance")
    person.host.click(page.ui.toleranceAllRowsCheckBox)
    skin = texts(table, 1).index("Skin")
    click_cell(person.host, table, skin, 1)
    assert page.ui.tolerancePlaceLabel.text == "Skin has no dose in this evaluation."


def test_a_saved_scene_shows_the_same_table(person: Person, hot: Any, tmp_path: Path) -> None:
    table = evaluate(person)
    page = person.page("tolerance")
    before = [texts(table, column) for column in range(6)]
    facts = page.ui.toleranceFallOffLabel.text
    person.host.save_scene(tmp_path / "scene.mrb")
    person.host.load_scene(tmp_path / "scene.mrb")
    person.open("tolerance")
    assert [texts(table, column) for column in range(6)] == before
    assert page.ui.toleranceFallOffLabel.text == facts
    assert person.marks()["tolerance"] == "done"


def test_a_closed_scene_empties_the_page(person: Person, small: Any) -> None:
    table = evaluate(person)
    person.host.close_scene()
    assert table.rowCount == 0
    assert not person.page("tolerance").ui.toleranceResultFrame.isVisible()
    assert person.marks()["tolerance"] == "todo"
