"""The extension as 3D Slicer installs it: `python Testing/tools/installed_tree.py FOLDER`.

CMake configures and installs the checkout against a stand-in for Slicer's macros, so that only
what the file lists name is there.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STUB = ROOT / "Testing" / "Packaging" / "slicer_stub"
MODULES = Path("lib") / "Slicer-5.12" / "qt-scripted-modules"


def cmake() -> str | None:
    """Return the cmake of this environment, else the machine's, else None."""
    here = Path(sys.executable).with_name("cmake")
    return str(here) if here.exists() else shutil.which("cmake")


def run(*arguments: str | Path) -> None:
    """Run cmake; its own words are the error's.

    Raises
    ------
    RuntimeError
        There is no cmake, or it fails.
    """
    program = cmake()
    if program is None:
        raise RuntimeError("There is no cmake: sudo apt install cmake, or pip install cmake.")
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr or done.stdout)


def configure(source: Path, build: Path) -> list[tuple[str, str]]:
    """Configure an extension as Slicer's build does; return what the stand-in wrote down."""
    run(
        "-S", source, "-B", build, f"-DSlicer_DIR={STUB}", "-DBUILD_TESTING=ON",
        f"-DCMAKE_TOOLCHAIN_FILE={STUB / 'no_compiler.cmake'}",
    )  # fmt: skip
    lines = (build / "record.txt").read_text(encoding="utf-8").splitlines()
    return [(key, value) for key, _, value in (line.partition(" ") for line in lines)]


def install(folder: Path, source: Path = ROOT) -> Path:
    """Install the extension; return the folder with the module, where Slicer looks for it."""
    with tempfile.TemporaryDirectory(prefix="extension-build-") as build:
        configure(source, Path(build))
        run("--install", build, "--prefix", folder.resolve())
    return folder.resolve() / MODULES


if __name__ == "__main__":
    print(install(Path(sys.argv[1])))
