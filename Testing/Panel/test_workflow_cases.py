"""Whole cases through the panel by clicks alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from person import Person

if TYPE_CHECKING:
    from host import Host


@pytest.mark.slow
def test_the_demo_case_from_load_to_report(host: Host, module_file: Path, tmp_path: Path, monkeypatch: Any) -> None:
    import slicer

    import spine_radiosurgery as sr

    person = Person(host, module_file)
    person.load_demo()
    person.case.robustness = True
    person.take_steps()
    setup = person.page("tolerance").ui.toleranceSetupLabel.text
    assert "toward the target" in setup
    assert "may be scaled by" in setup
    person.case.reportFolder = str(tmp_path / "report")
    person.press("report")
    assert (tmp_path / "report" / "report.html").is_file()
    assert (tmp_path / "report" / "case.mrb").is_file()
    assert person.marks()["report"] == "done"
    panel = person.widget.logic.evaluation(person.case.constraintsTable)
    person.press("report", "reportScriptButton")
    script = slicer.app.clipboard().text()
    host.close_scene()
    names: dict[str, Any] = {"slicer": slicer}
    exec(script, names)
    assert person.widget.logic.evaluation(names["table"]) == panel
    sr.write_dicom_case(sr.make_phantom(), tmp_path / "dicom")
    expected = sr.evaluate(
        sr.read_dicom_case(tmp_path / "dicom"), vertebrae=["Vertebra_T08"], template="body",
        cord="SpinalCord",
    )  # fmt: skip
    assert panel["verdict"] == expected.to_dict()["verdict"]
    assert panel["cord_volumes"] == expected.to_dict()["cord_volumes"]


@pytest.mark.slow
@pytest.mark.real_data
def test_a_real_plan_from_load_to_report(
    host: Host, module_file: Path, real_data: Path, tmp_path: Path, monkeypatch: Any
) -> None:
    import spine_radiosurgery as sr

    folder = real_data / "spine-srs-L1" / "dicom"
    person = Person(host, module_file)
    page = person.open("case")
    monkeypatch.setattr(page, "_askForFolder", lambda: str(folder))
    person.press("case", "caseLoadButton")
    person.press("case")
    for step in ("target", "cord", "tolerance"):
        person.press(step)
    assert (person.case.targetSegmentID, person.case.cordSegmentID) == ("CTV_L1", "SpinalCord")
    expected = sr.evaluate(sr.read_dicom_case(folder), target="CTV_L1", cord="SpinalCord")
    panel = person.widget.logic.evaluation(person.case.constraintsTable)
    assert panel["verdict"] == expected.to_dict()["verdict"]
    assert panel["cord_volumes"] == expected.to_dict()["cord_volumes"]
    person.case.reportFolder = str(tmp_path / "report")
    person.press("report")
    assert (tmp_path / "report" / "report.html").is_file()
