"""Step 6 of the panel: DICOM objects, and other reports to compare with or to render again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pydicom
import pytest
from panel_plans import plan
from person import Person
from test_page_report import message


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, str]:
    """What the file dialogs answer, and what was opened with the computer's own program."""
    import qt

    answers = {"folder": str(tmp_path / "dicom out"), "open": "", "save": "", "opened": ""}
    monkeypatch.setattr(qt.QFileDialog, "getExistingDirectory", lambda *_: answers["folder"])
    monkeypatch.setattr(qt.QFileDialog, "getOpenFileName", lambda *_: answers["open"])
    monkeypatch.setattr(qt.QFileDialog, "getSaveFileName", lambda *_: answers["save"])
    monkeypatch.setattr(qt.QDesktopServices, "openUrl", lambda url: answers.update(opened=url.toLocalFile()))
    return answers


def evaluated_from(person: Person, case: Any) -> None:
    """Take a case with a drawn target through cord and tolerance."""
    case.targetSource = "structure"
    case.targetNode, case.targetSegmentID = case.structuresNode, segment_id(case, "CTV_T8")
    case.cordNode, case.cordSegmentID = case.structuresNode, segment_id(case, "SpinalCord")
    case.robustness = case.reportWithScene = case.reportPdf = False
    person.host.settle()
    person.press("cord")
    person.press("tolerance")


def segment_id(case: Any, name: str) -> str:
    return str(case.structuresNode.GetSegmentation().GetSegmentIdBySegmentName(name))


@pytest.fixture
def planned(person: Person, chosen: dict[str, str], tmp_path: Path) -> Person:
    """A person at step 6 of a small plan that was loaded from DICOM files."""
    from spine_radiosurgery.dicom import write_dicom_case

    write_dicom_case(plan(), tmp_path / "plan", patient_name="Doe^Jane")
    logic = person.widget.logic
    loaded = logic.loadCase(str(tmp_path / "plan"))
    person.workflow.cases.show(loaded)
    evaluated_from(person, person.case)
    person.case.reportFolder = str(tmp_path / "report")
    person.open("report")
    return person


def test_an_rtstruct_is_written_for_the_series_of_the_plan(planned: Person, chosen: dict[str, str]) -> None:
    planned.press("report", "reportExportButton")
    written = pydicom.dcmread(Path(chosen["folder"]) / "rtstruct.dcm")
    planned_ct = pydicom.dcmread(next(Path(planned.case.reportFolder).with_name("plan").glob("CT/*.dcm")))
    assert written.FrameOfReferenceUID == planned_ct.FrameOfReferenceUID
    assert "SpinalCord_Partial" in {roi.ROIName for roi in written.StructureSetROISequence}
    assert "Jane" not in str(written.PatientName)
    assert message(planned).startswith("Exported: ")
    assert "exportDicom(" in planned.page("report").logic.pythonScript(planned.case)


def test_merged_in_a_folder_of_others_they_get_a_folder_and_the_case_s_structures(
    planned: Person, chosen: dict[str, str]
) -> None:
    folder = Path(chosen["folder"])
    folder.mkdir()
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    planned.host.click(planned.page("report").ui.reportMergeCheckBox)
    planned.press("report", "reportExportButton")
    own = f"{planned.case.caseName} DICOM"
    assert {path.name for path in folder.iterdir()} == {"notes.txt", own}
    written = pydicom.dcmread(folder / own / "rtstruct.dcm")
    assert {"Lung_L", "SpinalCord_Partial"} <= {roi.ROIName for roi in written.StructureSetROISequence}


def test_what_cannot_be_written_here_is_off_and_says_why(evaluated: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    reason = "DICOM SEG and SR need the package highdicom."
    monkeypatch.setattr(
        evaluated.page("report").logic, "whyNotExport", lambda kind: "" if kind == "rtstruct" else reason
    )
    evaluated.case.exportRtstruct, evaluated.case.exportSr = False, True
    evaluated.workflow.refresh()
    ui = evaluated.page("report").ui
    assert [box.enabled for box in (ui.reportRtstructCheckBox, ui.reportSegCheckBox, ui.reportSrCheckBox)] == [
        True, False, False,
    ]  # fmt: skip
    assert ui.reportExportReasonLabel.text == ui.reportSrCheckBox.toolTip == reason
    assert (ui.reportExportButton.enabled, ui.reportExportButton.toolTip) == (False, "Choose what to export.")


def test_nothing_is_exported_of_a_stale_evaluation_or_of_no_choice(evaluated: Person) -> None:
    ui = evaluated.page("report").ui
    evaluated.host.click(ui.reportRtstructCheckBox)
    assert (ui.reportExportButton.enabled, ui.reportExportButton.toolTip) == (False, "Choose what to export.")
    evaluated.case.cordMarginMm = 8.0
    evaluated.host.settle()
    assert ui.reportExportButton.toolTip == "The evaluation is stale; evaluate again (step 5)."


def test_an_old_report_is_rendered_in_the_language_chosen(evaluated: Person, chosen: dict[str, str]) -> None:
    evaluated.press("report")
    chosen["open"] = str(Path(evaluated.case.reportFolder) / "report.json")
    chosen["save"] = chosen["open"].replace("report.json", "again.html")
    evaluated.case.reportLanguage = "de"
    evaluated.press("report", "reportRenderButton")
    assert chosen["opened"] == chosen["save"]
    assert '<html lang="de">' in Path(chosen["save"]).read_text(encoding="utf-8")


def test_two_reports_are_compared(evaluated: Person, chosen: dict[str, str], tmp_path: Path) -> None:
    ui = evaluated.page("report").ui
    assert (ui.reportCompareButton.enabled, ui.reportCompareButton.toolTip) == (False, "Write the report first.")
    evaluated.press("report")
    document = json.loads((Path(evaluated.case.reportFolder) / "report.json").read_text(encoding="utf-8"))
    (tmp_path / "other.json").write_text(json.dumps(document), encoding="utf-8")
    chosen["open"], chosen["save"] = str(tmp_path / "other.json"), str(tmp_path / "comparison.html")
    evaluated.press("report", "reportCompareButton")
    assert chosen["opened"] == chosen["save"]
    assert Path(chosen["save"]).read_text(encoding="utf-8").lower().startswith("<!doctype html>")


def test_a_case_without_dicom_files_says_what_to_do(evaluated: Person, chosen: dict[str, str]) -> None:
    evaluated.press("report", "reportExportButton")
    assert "Load the case from its DICOM folder" in str(evaluated.host.take_errors()[0])
    assert not Path(chosen["folder"]).exists()
