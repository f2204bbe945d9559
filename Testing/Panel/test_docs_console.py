"""The console's page and scripts do what they say, on a patient of coarse voxels without organs."""

from __future__ import annotations

import json
import re
import runpy
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from test_logic_module import NAME

if TYPE_CHECKING:
    from host import Host

DOCS = Path(__file__).resolve().parents[2] / "docs"
COARSE = {"pixel_spacing_mm": 1.5, "slice_spacing_mm": 3.0}
LEFT_OUT = (
    "PTV_T8", "VB_T07", "VB_T08", "VB_T09", "Vertebra_T07",
    "Lung_R", "Lung_L", "Heart", "Esophagus", "A_Aorta", "V_Azygos", "External",
)  # fmt: skip


def _blocks(page: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def patient() -> Any:
    """What the page needs of the demo patient; all of it would take four times as long."""
    import spine_radiosurgery as sr

    made = sr.make_phantom(sr.SpinePhantom(**COARSE))
    return replace(made, structures=tuple(s for s in made.structures if s.name not in LEFT_OUT))


@pytest.fixture
def workplace(patient: Any, tmp_path: Path, monkeypatch: Any) -> Path:
    """An empty folder to work in, where this patient is the demo's."""
    from spine_radiosurgery import phantom

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(phantom, "make_phantom", lambda parameters: patient)
    return tmp_path


def _write_plan(patient: Any, folder: Path, names: Sequence[str] = ("CTV_T8", "SpinalCord")) -> None:
    import spine_radiosurgery as sr

    structures = tuple(patient.structure(name) for name in names)
    sr.write_dicom_case(replace(patient, structures=structures), folder)


@pytest.mark.slow
def test_every_block_of_the_page_runs(host: Host, module_file: Path, patient: Any, workplace: Path) -> None:
    import slicer

    host.load_module(module_file)
    _write_plan(patient, workplace / "plan")
    names: dict[str, Any] = {"slicer": slicer}
    for block in _blocks("console.md"):
        needed = re.match(r"# needs (\w+)", block)
        if needed:
            with pytest.raises(ValueError, match=f"{needed[1]} is not installed"):
                exec(block, names)
        else:
            exec(block, names)
    assert names["evaluation"]["verdict"]["status"] == "pass"
    assert (names["volumeID"], names["prvID"]) == ("SpinalCord_Partial", "SpinalCord_PRV")
    assert names["proposedSectors"].sectors == ("body",)
    assert names["failure"]["registration"] == "Follow-up to plan"
    assert names["record"]["follow_up"]["failures"][0]["measured"] == names["failure"]
    assert names["chart"].GetNumberOfPlotSeriesNodes() == 2
    isodoses = [model.GetName() for model in names["models"]]
    assert isodoses == ["8 Gy (50 %)", "14.4 Gy (90 %)", "16 Gy (100 %)"]
    for written in ("constraints.csv", "report/report.html", "report-de.html", "comparison.html"):
        assert (workplace / written).stat().st_size > 0
    assert "(limit 8 %)" in names["logic"].evaluation(names["strict"])["verdict"]["reason"]
    assert {path.stem for path in (workplace / "dicom").iterdir()} == {"exports", *names["kinds"]}
    assert host.vtk_errors == []


@pytest.mark.slow
@pytest.mark.real_data
def test_the_script_evaluates_a_plan(
    host: Host, module_file: Path, real_data: Path, tmp_path: Path, monkeypatch: Any, capsys: Any
) -> None:
    host.load_module(module_file)
    report = tmp_path / "report"
    plan = [str(real_data / "spine-srs-L1" / "dicom"), "CTV_L1", "SpinalCord"]
    monkeypatch.setattr(sys, "argv", ["six_steps.py", *plan, "--report", str(report)])
    runpy.run_path(str(DOCS / "scripts" / "six_steps.py"))
    assert capsys.readouterr().out.startswith("pass: ")
    assert (report / "report.html").is_file()


@pytest.mark.slow
def test_the_batch_tells_what_became_of_every_plan(
    host: Host, module_file: Path, patient: Any, workplace: Path, monkeypatch: Any, capsys: Any
) -> None:
    host.load_module(module_file)
    _write_plan(patient, workplace / "plans" / "first")
    (workplace / "plans" / "empty").mkdir()
    done = {"verdict": {"status": "pass", "reason": "of yesterday"}, "cord_volumes": []}
    (workplace / "reports" / "done").mkdir(parents=True)
    (workplace / "reports" / "done" / "report.json").write_text(json.dumps(done), encoding="utf-8")
    (workplace / "plans" / "done").mkdir()
    asked = ["plans", "CTV_T8", "SpinalCord", "--reports", "reports"]
    monkeypatch.setattr(sys, "argv", ["batch.py", *asked])
    runpy.run_path(str(DOCS / "scripts" / "batch.py"))
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(",")[0] for line in lines] == ["done: pass", "empty: not evaluated", "first: pass"]
    summary = (workplace / "reports" / "summary.csv").read_text(encoding="utf-8").splitlines()
    assert len(summary) == 4
    assert (workplace / "reports" / "first" / "report.html").is_file()
    assert not (workplace / "reports" / "empty").exists()


def test_every_method_of_the_logic_has_an_example(host: Host, module_file: Path) -> None:
    logic = host.load_module(module_file).SpineRadiosurgeryLogic()
    methods = [getattr(logic, name) for name in dir(logic) if not name.startswith("_")]
    own = [m for m in methods if getattr(m, "__module__", "").startswith(f"{NAME}Panel")]
    without = [m.__name__ for m in own if f"logic.{m.__name__}(" not in (m.__doc__ or "")]
    assert without == ["getParameterNode"]
