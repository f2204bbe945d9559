"""The console's page and script do what they say."""

from __future__ import annotations

import re
import runpy
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from test_logic_module import NAME

if TYPE_CHECKING:
    from host import Host

DOCS = Path(__file__).resolve().parents[2] / "docs"


def _blocks() -> list[str]:
    text = (DOCS / "console.md").read_text(encoding="utf-8")
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


@pytest.mark.slow
def test_every_block_of_the_page_runs(host: Host, module_file: Path) -> None:
    import slicer

    host.load_module(module_file)
    names: dict[str, Any] = {"slicer": slicer}
    for block in _blocks():
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


def test_every_method_of_the_logic_has_an_example(host: Host, module_file: Path) -> None:
    logic = host.load_module(module_file).SpineRadiosurgeryLogic()
    methods = [getattr(logic, name) for name in dir(logic) if not name.startswith("_")]
    own = [m for m in methods if getattr(m, "__module__", "").startswith(f"{NAME}Panel")]
    without = [m.__name__ for m in own if f"logic.{m.__name__}(" not in (m.__doc__ or "")]
    assert without == ["getParameterNode"]
