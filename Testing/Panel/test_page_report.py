"""Step 6 of the panel: what is written and how, what is kept of the choices, the script."""

from __future__ import annotations

import ast
import json
import re
import textwrap
from pathlib import Path
from typing import Any

import pytest
from person import Person

A4_POINTS, LETTER_POINTS = (595, 842), (612, 792)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Files that were given to the computer's own programs."""
    import qt

    given: list[str] = []
    monkeypatch.setattr(qt.QDesktopServices, "openUrl", lambda url: given.append(url.toLocalFile()))
    return given


def folder(person: Person) -> Path:
    return Path(person.case.reportFolder)


def message(person: Person) -> str:
    return person.workflow.ui.messageLabel.text


def paper(pdf: Path) -> tuple[int, int]:
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf.read_bytes())
    assert box is not None
    return round(float(box[1])), round(float(box[2]))


def test_page_and_pdf_are_written_and_opened(evaluated: Person, opened: list[str]) -> None:
    ui = evaluated.page("report").ui
    assert not ui.reportOpenButton.enabled and not ui.reportOpenPdfButton.enabled
    evaluated.host.click(ui.reportPdfCheckBox)
    evaluated.press("report")
    evaluated.press("report", "reportOpenButton")
    evaluated.press("report", "reportOpenPdfButton")
    written = [str(folder(evaluated) / name) for name in ("report.html", "report.pdf")]
    assert opened == written
    assert paper(folder(evaluated) / "report.pdf") == A4_POINTS


def test_without_pdf_there_is_none_and_its_button_says_how(evaluated: Person) -> None:
    evaluated.press("report")
    assert not (folder(evaluated) / "report.pdf").exists()
    button = evaluated.page("report").ui.reportOpenPdfButton
    assert (button.enabled, button.toolTip) == (False, "Write the report with PDF first.")


def test_language_dates_and_paper_are_the_reader_s(evaluated: Person) -> None:
    page = evaluated.page("report")
    evaluated.choose(page.ui.reportLanguageComboBox, "Deutsch")
    evaluated.choose(page.ui.reportDateFormatComboBox, "22.11.2026")
    evaluated.choose(page.ui.reportPaperComboBox, "Letter")
    evaluated.case.reportPdf = True
    evaluated.press("report")
    assert 'lang="de"' in (folder(evaluated) / "report.html").read_text(encoding="utf-8")
    assert paper(folder(evaluated) / "report.pdf") == LETTER_POINTS


def test_a_failed_pdf_loses_no_report(evaluated: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    import slicer

    evaluated.case.reportPdf = True
    monkeypatch.setattr(
        slicer.qSlicerWebWidget, "printToPdf", lambda self, path, layout: self.pdfPrintingFinished.emit(path, False)
    )
    evaluated.press("report")
    assert message(evaluated) == (
        "report.html is written, but not as PDF: The web engine could not print."
        " Open it in the web browser and print it there."
    )
    assert evaluated.marks()["report"] == "done"
    assert not (folder(evaluated) / "report.pdf").exists()


def test_an_engine_that_never_answers_is_given_up(evaluated: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    import slicer
    from SpineRadiosurgeryPanel import print_pdf

    monkeypatch.setattr(print_pdf, "LONGEST_MS", 50)
    monkeypatch.setattr(slicer.qSlicerWebWidget, "setUrl", lambda self, url: None)
    evaluated.case.reportPdf = True
    evaluated.press("report")
    assert "The web engine took more than 0 s." in message(evaluated)
    assert evaluated.marks()["report"] == "done"


def test_slicer_without_a_web_engine_offers_the_browser(evaluated: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    import slicer

    monkeypatch.delattr(slicer, "qSlicerWebWidget")
    evaluated.case.reportPdf = True
    evaluated.workflow.refresh()
    box = evaluated.page("report").ui.reportPdfCheckBox
    assert not box.enabled
    assert box.toolTip == ("This Slicer was built without a web engine. Open the page and print it in the web browser.")
    evaluated.press("report")
    assert message(evaluated).startswith("report.html is written, but not as PDF: This Slicer was built without")


def test_the_choices_are_those_of_the_library(evaluated: Person) -> None:
    from SpineRadiosurgeryPanel import report_page

    from spine_radiosurgery.report import presentation

    assert tuple(name for name, _label in report_page.languages()) == presentation.LANGUAGES
    assert dict(report_page.dateFormats()) == presentation.DATE_FORMATS
    assert tuple(name for name, _label in report_page.papers()) == presentation.PAPERS


def test_choices_survive_saving_and_loading(evaluated: Person, tmp_path: Path) -> None:
    chosen = {
        "reportPdf": False, "reportIdentify": True, "reportLanguage": "fr", "reportDateFormat": "words",
        "reportPaper": "letter", "exportRtstruct": False, "exportSeg": True, "exportSr": True, "exportMerge": True,
    }  # fmt: skip
    for field, value in chosen.items():
        setattr(evaluated.case, field, value)
    scene = tmp_path / "scene.mrb"
    evaluated.host.save_scene(scene)
    evaluated.host.close_scene()
    evaluated.host.load_scene(scene)
    assert {field: getattr(evaluated.case, field) for field in chosen} == chosen
    ui = evaluated.page("report").ui
    assert ui.reportLanguageComboBox.currentText == "Français"
    assert ui.reportPaperComboBox.currentText == "Letter"
    assert ui.reportIdentifyCheckBox.checked and not ui.reportPdfCheckBox.checked


def test_the_next_case_begins_in_the_folder_beside(evaluated: Person) -> None:
    evaluated.press("report")
    evaluated.host.click(evaluated.workflow.ui.newCaseButton)
    assert evaluated.case.reportFolder == str(folder(evaluated).parent / evaluated.case.caseName)


def test_a_patient_that_the_scene_does_not_know_cannot_be_named(evaluated: Person) -> None:
    evaluated.case.reportIdentify = True
    evaluated.press("report")
    assert "does not know the patient's name" in str(evaluated.host.take_errors()[0])
    assert not folder(evaluated).exists()


def test_a_known_patient_is_named_where_asked(evaluated: Person) -> None:
    from spine_radiosurgery.case import PatientIdentity
    from spine_radiosurgery.scene.identity import note_identity

    hierarchy = evaluated.host.scene.GetSubjectHierarchyNode()
    item = hierarchy.GetItemByDataNode(evaluated.case.constraintsTable)
    note_identity(hierarchy, hierarchy.GetItemParent(item), PatientIdentity("Doe^Jane", "12345", "19610203"))
    for identify in (False, True):
        evaluated.case.reportIdentify = identify
        evaluated.press("report")
        text = (folder(evaluated) / "report.json").read_text(encoding="utf-8")
        assert ("Doe^Jane" in text) is identify


def test_what_slicerrt_said_is_in_the_report(evaluated: Person) -> None:
    from spine_radiosurgery.scene.slicerrt import MetricPair, SecondOpinion
    from spine_radiosurgery.scene.steps import opinions

    pair = MetricPair("D10%[Gy]", "Gy", 8.6, 8.7, 0.2)
    said = [
        SecondOpinion("Segment_1", "SpinalCord", (pair,)),
        SecondOpinion("Segment_2", "GTV", (), "SlicerRT gave no curve of GTV."),
    ]
    opinions.add_opinions(evaluated.case.constraintsTable, said)
    evaluated.press("report")
    first, second = json.loads((folder(evaluated) / "report.json").read_text(encoding="utf-8"))["second_opinion"]
    assert (first["program"], first["structure"], first["theirs"]) == ("SlicerRT", "SpinalCord", 8.7)
    assert (second["metric"], second["ours"], second["status"]) == ("", None, "not comparable")


def report_call(person: Person) -> dict[str, Any]:
    """The folder and the keywords of `exportReport` in the script."""
    script = ast.parse(person.page("report").logic.pythonScript(person.case))
    calls = [node for node in ast.walk(script) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    call = next(call for call in calls if call.func.attr == "exportReport")
    keywords = {k.arg: ast.literal_eval(k.value) for k in call.keywords if isinstance(k.value, ast.Constant)}
    return {"folder": ast.literal_eval(call.args[0]), **keywords}


def test_the_script_writes_the_report_as_it_was_written(evaluated: Person) -> None:
    case = evaluated.case
    case.reportLanguage, case.reportPaper = "es", "letter"
    evaluated.press("report")
    case.reportLanguage = "fr"  # chosen since, and not written
    written = {"folder": case.reportFolder, "withScene": False, "language": "es", "paper": "letter"}
    assert report_call(evaluated) == written


def test_the_script_tells_the_cord_from_a_drawn_target_beside_it(evaluated: Person) -> None:
    script = evaluated.page("report").logic.pythonScript(evaluated.case)
    assert "target, 'SpinalCord'" in script and "target, targetID" in script


def test_the_script_of_a_case_without_a_report_writes_it_as_chosen(evaluated: Person) -> None:
    evaluated.case.reportDateFormat, evaluated.case.reportPdf = "words", True
    chosen = {"folder": evaluated.case.reportFolder, "withScene": False, "pdf": True, "dateFormat": "words"}
    assert report_call(evaluated) == chosen


def test_every_example_of_the_report_s_logic_runs(evaluated: Person, tmp_path: Path) -> None:
    import slicer
    from SpineRadiosurgeryPanel.logic_report import ReportLogic

    logic, case = evaluated.page("report").logic, evaluated.case
    names = {"slicer": slicer, "logic": logic, "case": case, "table": case.constraintsTable}
    for method in ("exportReport", "printPage", "reportOf", "isReported", "renderReport", "pythonScript"):
        example = getattr(ReportLogic, method).__doc__.split("::\n")[1]
        exec(textwrap.dedent(example), names)
    assert (Path(slicer.app.temporaryPath) / "report" / "report.pdf").is_file()
    assert "<html lang" in (Path(slicer.app.temporaryPath) / "report-de.html").read_text(encoding="utf-8")
