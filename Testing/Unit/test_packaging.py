"""What is shipped is complete: the extension's file lists, its index entry, the wheel."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULE = ROOT / "SpineRadiosurgery"


def test_cmake_lists_hold_every_file_of_the_module() -> None:
    tool = ROOT / "Testing" / "tools" / "update_cmake_lists.py"
    spec = importlib.util.spec_from_file_location("update_cmake_lists", tool)
    assert spec is not None
    assert spec.loader is not None
    update = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(update)
    text = (MODULE / "CMakeLists.txt").read_text(encoding="utf-8")
    assert text == update.listed_text(text), "run `make cmake-lists`"


# The rules of the schema that the entry names, and what the index checks besides.
ENTRY_TYPES = {
    "$schema": str,
    "build_dependencies": list,
    "build_subdirectory": str,
    "category": str,
    "dicom_support_rule": str,
    "enabled": bool,
    "scm_revision": str,
    "scm_type": str,
    "scm_url": str,
    "tier": int,
}
SCHEMA = (
    "https://raw.githubusercontent.com/Slicer/Slicer/main/Schemas/"
    "slicer-extension-catalog-entry-schema-v1.0.2.json#"
)


def test_index_entry_follows_the_schema() -> None:
    entry = json.loads((ROOT / "SpineRadiosurgery.json").read_text(encoding="utf-8"))
    assert {"$schema", "category", "scm_url"} <= set(entry) <= set(ENTRY_TYPES)
    assert [key for key, value in entry.items() if type(value) is not ENTRY_TYPES[key]] == []
    assert all(isinstance(name, str) for name in entry["build_dependencies"])
    assert entry["$schema"] == SCHEMA
    assert entry["category"] == "Radiotherapy"
    assert 1 <= entry["tier"] <= 5


def test_index_entry_names_an_acceptable_repository() -> None:
    entry = json.loads((ROOT / "SpineRadiosurgery.json").read_text(encoding="utf-8"))
    assert re.fullmatch(r"https://[^/]+/[^/]+/Slicer[-_A-Z][\w-]*(\.git)?", entry["scm_url"])


def test_index_entry_cmake_and_s4ext_agree() -> None:
    entry = json.loads((ROOT / "SpineRadiosurgery.json").read_text(encoding="utf-8"))
    cmake = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
    settings = dict(re.findall(r'set\((EXTENSION_\w+) "([^"]*)"\)', cmake))
    lines = (ROOT / "SpineRadiosurgery.s4ext").read_text(encoding="utf-8").splitlines()
    s4ext = dict(line.split(" ", 1) for line in lines if not line.startswith("#"))

    assert "project(SpineRadiosurgery)" in cmake
    assert settings["EXTENSION_DEPENDS"].split() == entry["build_dependencies"]
    assert s4ext["depends"].split() == entry["build_dependencies"]
    assert settings["EXTENSION_CATEGORY"] == entry["category"] == s4ext["category"]
    assert s4ext["scmurl"] == entry["scm_url"] == settings["EXTENSION_HOMEPAGE"] + ".git"
    assert s4ext["scmrevision"] == entry["scm_revision"]
    assert s4ext["description"] == settings["EXTENSION_DESCRIPTION"]


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("CITATION.cff", r"^version: (.+)$"),
        ("SpineRadiosurgery/Logic/spine_radiosurgery/__init__.py", r'^__version__ = "(.+)"$'),
    ],
)
def test_the_version_is_that_of_pyproject(name: str, pattern: str) -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    text = (ROOT / name).read_text(encoding="utf-8")
    wanted = re.findall(r'^version = "(.+)"$', project, re.MULTILINE)
    assert re.findall(pattern, text, re.MULTILINE) == wanted


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "hatchling",
        "build",
        "--target",
        "wheel",
        "--directory",
        str(folder),
    ]
    build = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert build.returncode == 0, build.stderr
    (built,) = folder.glob("*.whl")
    return built


def test_wheel_holds_the_library_and_its_resources(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    library = MODULE / "Logic" / "spine_radiosurgery"
    expected = {
        f"spine_radiosurgery/{path.relative_to(library).as_posix()}"
        for path in library.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    for folder in ("Protocols", "Report", "Terminology"):
        expected |= {
            f"spine_radiosurgery/_resources/{path.relative_to(MODULE / 'Resources').as_posix()}"
            for path in (MODULE / "Resources" / folder).rglob("*")
            if path.is_file()
        }
    assert names == expected
    assert "spine_radiosurgery/_resources/Protocols/ryu-2015.json" in names


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's console script in an environment of its own, with links to its dependencies."""
    folder = tmp_path_factory.mktemp("installed environment")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / "bin" / "python"
    install = [python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True)
    # Links and no .pth line: that would bring along the checkout's library, installed here too.
    packages = next(folder.glob("lib/python*/site-packages"))
    for dependency in Path(sysconfig.get_paths()["purelib"]).iterdir():
        link = packages / dependency.name
        if "spine_radiosurgery" not in dependency.name and not link.exists():
            link.symlink_to(dependency)
    return folder / "bin" / "spine-radiosurgery"


def run(command: Path, *arguments: str, folder: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    result = subprocess.run(
        [command, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr


@pytest.mark.slow
def test_installed_wheel_runs_the_demo_from_another_folder(installed: Path, tmp_path: Path) -> None:
    run(installed, "demo", "--output", "demo", folder=tmp_path)
    assert list((tmp_path / "demo").rglob("report.html"))


@pytest.mark.slow
@pytest.mark.real_data
def test_installed_wheel_evaluates_a_case_from_another_folder(
    installed: Path, tmp_path: Path, real_data: Path
) -> None:
    case = str(real_data / "spine-srs-L1" / "dicom")
    structures = ["--target", "CTV_L1", "--cord", "SpinalCord"]
    prescription = ["--prescription-gy", "16", "--fractions", "1"]
    run(installed, "evaluate", case, *structures, *prescription, "--output", "out", folder=tmp_path)
    assert json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))["verdict"]
