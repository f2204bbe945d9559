"""What pip installs is complete: the wheel and its version."""

from __future__ import annotations

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
