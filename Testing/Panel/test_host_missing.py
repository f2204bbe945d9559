"""What is missing is named, with what to do."""

from __future__ import annotations

import importlib.util

import pytest

from host import missing


def without(monkeypatch, package):
    find = importlib.util.find_spec
    hidden = lambda name, *rest: None if name == package else find(name, *rest)  # noqa: E731
    monkeypatch.setattr("importlib.util.find_spec", hidden)


@pytest.mark.parametrize("package", ["slicer_core", "PySide6"])
def test_a_missing_package_is_named(monkeypatch, package) -> None:
    without(monkeypatch, package)
    reason = missing.why_unavailable()
    assert package.lower().replace("_", "-") in reason.lower()


def test_without_widgets_only_slicer_core_counts(monkeypatch, slicer_core) -> None:
    without(monkeypatch, "PySide6")
    assert missing.why_unavailable(widgets=False) == ""


def test_a_missing_library_of_the_system_names_the_packages(monkeypatch, host) -> None:
    def fail(name):
        raise ImportError("libEGL.so.1: cannot open shared object file")

    monkeypatch.setattr("importlib.import_module", fail)
    reason = missing.why_unavailable()
    assert "libEGL.so.1" in reason
    assert "sudo apt install libegl1 libgl1 libxkbcommon0" in reason


def test_a_release_that_crashes_is_refused(monkeypatch, host) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda name: missing.BROKEN_PYSIDE)
    monkeypatch.setattr("sys.version_info", (3, 11, 7))
    assert "pip install PySide6-Essentials==" in missing.why_unavailable()
