"""The tools that write and install the extension; a machine without CMake skips, CI fails."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

import installed_tree


@pytest.fixture(scope="session")
def cmake(missing: Callable[[str], NoReturn]) -> None:
    """Tests that configure or install the extension."""
    if installed_tree.cmake() is None:
        missing("no cmake: sudo apt install cmake, or pip install cmake")


@pytest.fixture(scope="session")
def installed(cmake: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of scripted modules of an installed extension."""
    return installed_tree.install(tmp_path_factory.mktemp("Extensions") / "SpineRadiosurgery")
