"""Fixtures for what a machine may lack: real cases, a GL library, slicer-core, the test host.

Where it is missing the test is skipped and says so; with ``SPINE_RADIOSURGERY_CI`` set it fails.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).resolve().parent))

if TYPE_CHECKING:
    from host import Host

# The same examples at every run, and no verdict on how busy the machine is.
# `--hypothesis-profile=search` looks for new ones.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None, print_blob=True)
settings.load_profile("repeatable")

ROOT = Path(__file__).resolve().parents[1]

# VTK ends the whole process at its first Render() without a GL library, hence a process of its own.
_RENDER = """
import vtk
window = vtk.vtkRenderWindow()
window.SetOffScreenRendering(1)
window.AddRenderer(vtk.vtkRenderer())
window.Render()
"""


def _missing(reason: str) -> NoReturn:
    if os.environ.get("SPINE_RADIOSURGERY_CI"):
        pytest.fail(f"{reason} (a skip elsewhere, a failure in CI)", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def missing() -> Callable[[str], NoReturn]:
    """Call it with what this machine lacks."""
    return _missing


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The real cases: ``SPINE_RADIOSURGERY_DATA``, else ``../shared/data`` of the checkout."""
    folder = Path(os.environ.get("SPINE_RADIOSURGERY_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        _missing(
            "no real cases: ../shared/data is not beside the checkout "
            "and SPINE_RADIOSURGERY_DATA names no folder"
        )
    return folder


@pytest.fixture(scope="session")
def slicer_core() -> None:
    """Tests that write or read a MRML scene."""
    if importlib.util.find_spec("slicer_core") is None:
        _missing("slicer-core is not installed (no build for Linux on ARM and Intel Macs)")


@pytest.fixture(scope="session")
def gl(slicer_core: None) -> None:
    """Tests that render in three dimensions."""
    probe = subprocess.run(
        [sys.executable, "-c", _RENDER], capture_output=True, check=False, timeout=120
    )
    if probe.returncode != 0:
        _missing(
            "no GL library to render with: libEGL.so.1 (packages libegl1 libegl-mesa0 "
            "libgl1-mesa-dri) or libOSMesa.so (package libosmesa6)"
        )


@pytest.fixture(scope="session")
def runnable_host() -> None:
    """Tests that start the host, here or in a process of their own."""
    from host import why_unavailable

    if reason := why_unavailable():
        _missing(reason)


@pytest.fixture
def host(runnable_host: None) -> Iterator[Host]:
    """MRML and widgets without Slicer; what a slot or an observer raises fails the test."""
    from host import start_host

    running = start_host()
    try:
        yield running
    finally:
        errors = running.take_errors()
        running.stop()
    if errors:
        pytest.fail(f"A slot or an observer raised {errors[0]!r}", pytrace=False)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "real_data" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.real_data)
