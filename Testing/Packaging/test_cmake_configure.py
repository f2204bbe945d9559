"""The extension configures as in Slicer's build, here against a stand-in for Slicer's macros."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from installed_tree import ROOT, configure
from update_extension_card import Card

pytestmark = pytest.mark.usefixtures("cmake")


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    return configure(ROOT, tmp_path_factory.mktemp("a build"))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The extension without its history and tests, to be damaged."""
    for name in ("CMakeLists.txt", "SpineRadiosurgery"):
        source = ROOT / name
        shutil.copytree(source, tmp_path / name) if source.is_dir() else shutil.copy(
            source, tmp_path
        )
    return tmp_path


def test_the_module_is_built_and_both_its_tests_are_registered(
    record: list[tuple[str, str]],
) -> None:
    assert [value for key, value in record if key == "module"] == ["SpineRadiosurgery"]
    assert [value for key, value in record if key == "test"] == [
        "py_nomainwindow_qSlicerSpineRadiosurgeryModuleGenericTest",
        "py_SpineRadiosurgery",
    ]


def test_the_package_is_configured_last_with_the_card(record: list[tuple[str, str]]) -> None:
    card = Card.read()
    keys = [key for key, _ in record]
    assert [value for key, value in record if key == "included"] == ["GENERATE_CONFIG", "CPACK"]
    assert keys.index("included") > max(i for i, key in enumerate(keys) if key == "test")
    said = dict(record)
    assert said["name"] == card.name
    assert said["HOMEPAGE"] == card.homepage
    assert said["DEPENDS"] == "SlicerRT"
    assert said["ICONURL"] == card.raw(card.icon)
    assert said["SCREENSHOTURLS"] == card.screenshot_addresses


@pytest.mark.parametrize(
    "name",
    [
        "SpineRadiosurgery.py",
        "Logic/spine_radiosurgery/cord/volume.py",
        "Resources/Icons/SpineRadiosurgery.png",
    ],
)
def test_a_missing_file_stops_the_configuration(copy: Path, name: str) -> None:
    (copy / "SpineRadiosurgery" / name).unlink()
    with pytest.raises(RuntimeError, match="nonexistent"):
        configure(copy, copy / "build")


def test_an_unknown_keyword_stops_the_configuration(copy: Path) -> None:
    lists = copy / "SpineRadiosurgery" / "CMakeLists.txt"
    text = lists.read_text(encoding="utf-8")
    lists.write_text(text.replace("  NAME ${", "  RUBBISH\n  NAME ${"), encoding="utf-8")
    with pytest.raises(RuntimeError, match=r"Unknown\s+keywords"):
        configure(copy, copy / "build")
