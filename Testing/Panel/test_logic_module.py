"""The module's file, its logic and its packages in the test host."""

from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from host import Host

NAME = "SpineRadiosurgery"


@pytest.fixture
def module(host: Host, module_file: Path) -> Any:
    return host.load_module(module_file)


def test_the_module_says_what_it_is(host: Host, module: Any) -> None:
    import slicer

    parent = getattr(slicer.modules, f"{NAME}Instance").parent
    assert (parent.title, parent.categories) == ("Spine Radiosurgery", ["Radiotherapy"])
    assert parent.dependencies == []
    assert "not a medical device" in parent.helpText
    assert "Ryu" in parent.acknowledgementText


def test_the_library_of_the_extension_lies_in_front(module: Any, module_file: Path) -> None:
    assert sys.path[0] == str(module_file.parent / "Logic")


def test_the_logic_works_without_a_panel(module: Any) -> None:
    logic = module.SpineRadiosurgeryLogic()
    with pytest.raises(ValueError, match="Nothing was evaluated in this scene yet"):
        logic.evaluation()


def test_the_logic_is_there_although_the_panel_cannot_be_made(module: Any, monkeypatch) -> None:
    from slicer.ScriptedLoadableModule import ScriptedLoadableModuleWidget

    def broken(widget: Any) -> None:
        raise RuntimeError("no panel")

    monkeypatch.setattr(ScriptedLoadableModuleWidget, "setup", broken)
    widget = module.SpineRadiosurgeryWidget.__new__(module.SpineRadiosurgeryWidget)
    with pytest.raises(RuntimeError, match="no panel"):
        widget.setup()
    assert isinstance(widget.logic, module.SpineRadiosurgeryLogic)


def test_slicer_finds_the_logic_by_the_modules_name(host: Host, module: Any) -> None:
    import slicer

    assert host.widget(NAME).logic is slicer.util.getModuleLogic(NAME)


def test_reload_reads_the_packages_anew(host: Host, module: Any) -> None:
    host.widget(NAME).logic.changesSince(module.SpineRadiosurgeryLogic().createParameterNode())
    before = sys.modules["spine_radiosurgery"], sys.modules["SpineRadiosurgeryPanel.logic"]
    logic = host.reload(NAME).logic
    assert sys.modules.get("spine_radiosurgery") is not before[0]
    assert sys.modules["SpineRadiosurgeryPanel.logic"] is not before[1]
    assert type(logic) is sys.modules["SpineRadiosurgeryPanel.logic"].SpineRadiosurgeryLogic


def test_cases_have_parameter_nodes_of_their_own(host: Host, module: Any) -> None:
    logic = module.SpineRadiosurgeryLogic()
    first = logic.getParameterNode()
    second = module.SpineRadiosurgeryParameterNode(host.scene.AddNode(logic.createParameterNode()))
    first.parameterNode.SetName("one")
    second.parameterNode.SetName("two")
    assert (logic.getParameterNode().caseName, second.caseName) == ("one", "two")
    assert (second.template, second.cordMarginMm, second.previousRadiation) == (
        "body", 6.0, "unknown",
    )  # fmt: skip


class Asked:
    """Stands for Slicer's ways to install; nothing is installed."""

    def __init__(self) -> None:
        self.requirements: list[str] = []
        self.constraints = ""

    def pip_ensure(self, requirements: list[str], *, constraints: Path, requester: str) -> None:
        self.requirements = [*requirements, requester]
        self.constraints = Path(constraints).read_text()

    def pip_install(self, arguments: list[str]) -> None:
        self.requirements = arguments[:-2]
        assert arguments[-2] == "-c"
        self.constraints = Path(arguments[-1]).read_text()


@pytest.fixture
def packages(module: Any, monkeypatch) -> Any:
    """The module's `report_packages`, with one package missing until it was asked for."""
    room = sys.modules["SpineRadiosurgeryPanel.report_packages"]
    missing = [["matplotlib>=3.8"], []]
    monkeypatch.setattr(room, "missingReportPackages", lambda: missing.pop(0))
    return room


def test_with_all_packages_nothing_is_asked(module: Any) -> None:
    pytest.importorskip("matplotlib")
    pytest.importorskip("jinja2")
    room = sys.modules["SpineRadiosurgeryPanel.report_packages"]
    assert room.missingReportPackages() == []
    room.ensureReportPackages()


def test_missing_packages_are_asked_for_and_others_keep_their_versions(packages: Any, monkeypatch) -> None:
    import slicer.packaging

    asked = Asked()
    monkeypatch.setattr(slicer.packaging, "pip_ensure", asked.pip_ensure)
    packages.ensureReportPackages()
    assert asked.requirements == ["matplotlib>=3.8", "Spine Radiosurgery"]
    assert f"numpy=={importlib.metadata.version('numpy')}\n" in asked.constraints


@pytest.mark.parametrize("agrees", [True, False])
def test_slicer_5_10_asks_first(packages: Any, monkeypatch, tmp_path: Path, agrees: bool) -> None:
    asked = Asked()
    application = SimpleNamespace(testingEnabled=lambda: False, temporaryPath=str(tmp_path))
    tools = SimpleNamespace(confirmOkCancelDisplay=lambda _: agrees, pip_install=asked.pip_install)
    monkeypatch.setattr(packages, "slicer", SimpleNamespace(app=application, util=tools))
    monkeypatch.setattr(packages, "_hasPackaging", lambda: False)
    if agrees:
        packages.ensureReportPackages()
        assert asked.requirements == ["matplotlib>=3.8"]
        assert "numpy==" in asked.constraints
    else:
        with pytest.raises(RuntimeError, match="were not installed"):
            packages.ensureReportPackages()
        assert asked.requirements == []
