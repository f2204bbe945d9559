"""MRML without Slicer: one fresh scene at a time, silent, without GL, beside any application."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import pytest
from scene_plans import image

from spine_radiosurgery.scene.headless import (
    fresh_scene,
    is_running_in_slicer,
    slicer_core_available,
)
from spine_radiosurgery.scene.volumes import volume_node

_QUIET = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from scene_plans import plan
import spine_radiosurgery.scene
assert "slicer" not in sys.modules and "vtk" not in sys.modules
from spine_radiosurgery.report import evaluate
report = evaluate(plan(), target="CTV_T8", cord="SpinalCord")
folder = Path(sys.argv[2])
(folder / "work").mkdir()
os.chdir(folder / "work")
spine_radiosurgery.scene.write_scene(report, folder / "case.mrb")
maps = Path("/proc/self/maps")
loaded = maps.read_text().split() if maps.exists() else []
import slicer
(folder / "found.json").write_text(json.dumps({
    "gl": sorted({p for p in loaded if any(n in p for n in ("libGL", "libEGL", "libOSMesa"))}),
    "globals": [n for n in ("app", "mrmlScene", "modules") if hasattr(slicer, n)],
    "left": os.listdir("."),
}))
"""


@pytest.fixture(scope="module")
def quiet_run(slicer_core, tmp_path_factory):
    folder = tmp_path_factory.mktemp("quiet")
    run = subprocess.run(
        [sys.executable, "-c", _QUIET, str(Path(__file__).parent), str(folder)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return run, folder


def test_nothing_is_printed(quiet_run) -> None:
    run, folder = quiet_run
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert (folder / "case.mrb").stat().st_size > 0


def test_no_gl_library_is_loaded(quiet_run) -> None:
    assert json.loads((quiet_run[1] / "found.json").read_text())["gl"] == []


def test_no_global_of_slicer_is_made_and_no_file_is_left(quiet_run) -> None:
    found = json.loads((quiet_run[1] / "found.json").read_text())
    assert found["globals"] == []
    assert found["left"] == []


def test_scenes_do_not_mix(slicer_core) -> None:
    with fresh_scene() as first:
        volume_node(first, image())
        with fresh_scene() as second:
            assert second is not first
            assert second.GetNumberOfNodesByClass("vtkMRMLScalarVolumeNode") == 0
            volume_node(second, image())
        assert first.GetNumberOfNodesByClass("vtkMRMLScalarVolumeNode") == 1
    with fresh_scene() as third:
        assert third.GetNumberOfNodesByClass("vtkMRMLScalarVolumeNode") == 0


def test_messages_of_vtk_go_to_the_log(slicer_core, caplog, capfd) -> None:
    import vtk

    with fresh_scene() as scene, caplog.at_level(logging.WARNING):
        assert not scene.ReadFromMRB("no such file.mrb", True)
        vtk.vtkImageReslice().Update()
    assert "vtkImageReslice" in caplog.text
    assert capfd.readouterr() == ("", "")
    vtk.vtkImageReslice().Update()
    assert "vtkImageReslice" in capfd.readouterr().err


def test_a_running_application_is_left_as_it_is(slicer_core, monkeypatch) -> None:
    import slicer

    with fresh_scene() as users_scene:
        volume_node(users_scene, image())
        application = object()
        monkeypatch.setattr(slicer, "app", application, raising=False)
        monkeypatch.setattr(slicer, "mrmlScene", users_scene, raising=False)
        assert is_running_in_slicer()
        before = users_scene.GetNumberOfNodes()
        with fresh_scene() as scene:
            assert scene is not users_scene
            assert scene.IsNodeClassRegistered("vtkMRMLSegmentationNode")
            volume_node(scene, image())
        assert slicer.app is application
        assert slicer.mrmlScene is users_scene
        assert users_scene.GetNumberOfNodes() == before


def test_another_package_called_slicer_is_not_taken_for_it(monkeypatch) -> None:
    foreign = ModuleType("slicer")
    monkeypatch.setitem(sys.modules, "slicer", foreign)
    found = {"slicer": ModuleSpec("slicer", None)}
    monkeypatch.setattr("importlib.util.find_spec", found.get)
    assert not slicer_core_available()
