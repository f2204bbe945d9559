"""The rooms of the library, the only imports allowed between them, what no file may hold."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "spine_radiosurgery"
LIBRARY = ROOT / "SpineRadiosurgery" / "Logic" / PACKAGE

# Which rooms a room may import. Strict: an arrow is not inherited through another room.
ARROWS: dict[str, set[str]] = {
    "geometry": set(),
    "anatomy": {"geometry"},
    "targets": {"anatomy", "geometry"},
    "cord": {"geometry"},
    "dose": {"geometry"},
    "case": {"geometry", "dose"},
    "tolerance": {"case", "cord", "dose"},
    "assessment": {"geometry", "anatomy", "dose", "case"},
    "phantom": {"geometry", "anatomy", "dose", "case"},
    "resources": set(),
}
NUMERIC_ROOMS = set(ARROWS) - {"resources"}
ARROWS["report"] = set(ARROWS)
ARROWS["dicom"] = {"case", "geometry", "dose", "tolerance"}
ARROWS["scene"] = set(ARROWS)
ARROWS["cohort"] = set(ARROWS) - {"scene"}
# The entry points: the public names, `python -m` and the command line.
ENTRY_POINTS = {"__init__", "__main__", "cli"}

NUMERIC = {"numpy", "scipy"}
LIBRARIES: dict[str, set[str]] = {
    **dict.fromkeys(NUMERIC_ROOMS, NUMERIC),
    "resources": set(),
    "report": NUMERIC | {"jinja2", "markupsafe", "matplotlib", "weasyprint"},
    "dicom": NUMERIC | {"highdicom", "pydicom", "SimpleITK"},
    "scene": NUMERIC | {"slicer", "vtk", "vtkmodules"},
    "cohort": NUMERIC
    | {"dask", "distributed", "filelock", "lifelines", "matplotlib", "pyarrow", "statsmodels"},
    "cli": {"click", "rich", "typer"},
    "__main__": set(),
    "__init__": set(),
}

# Modules of other Slicer extensions, each in the one adapter that may call it.
ADAPTERS = {"slicerrt": {"DICOMLib"}, "totalsegmentator.py": {"TotalSegmentator"}}

SOURCES = sorted(LIBRARY.rglob("*.py"))


def room_of(source: Path) -> str:
    return source.relative_to(LIBRARY).parts[0].removesuffix(".py")


def imported_names(text: str, module: tuple[str, ...], is_package: bool) -> Iterator[str]:
    """Full dotted names of all imports, relative ones resolved, those under TYPE_CHECKING too."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = module if is_package else module[:-1]
                anchor = package[: len(package) - (node.level - 1)]
                base = ".".join([*anchor, *([base] if base else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def imports_of(source: Path) -> Iterator[str]:
    parts = (PACKAGE, *source.relative_to(LIBRARY).with_suffix("").parts)
    is_package = parts[-1] == "__init__"
    return imported_names(
        source.read_text(encoding="utf-8"), parts[:-1] if is_package else parts, is_package
    )


def forbidden_rooms(room: str, imports: Iterator[str]) -> list[str]:
    if room in ENTRY_POINTS:
        return []
    # The version is the package's own and no room's.
    allowed = ARROWS[room] | {room, "__version__"}
    inside = [name for name in imports if name.split(".")[0] == PACKAGE]
    return sorted(name for name in inside if [*name.split("."), ""][1] not in allowed)


def forbidden_libraries(room: str, imports: Iterator[str]) -> list[str]:
    allowed = LIBRARIES[room] | set(sys.stdlib_module_names) | {PACKAGE}
    return sorted(name for name in imports if name.split(".")[0] not in allowed)


def test_every_file_belongs_to_a_room() -> None:
    assert {room_of(source) for source in SOURCES} <= set(ARROWS) | ENTRY_POINTS


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_imports_follow_the_arrows(source: Path) -> None:
    assert forbidden_rooms(room_of(source), imports_of(source)) == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_libraries_stay_in_their_rooms(source: Path) -> None:
    parts = source.relative_to(LIBRARY).parts
    adapted = ADAPTERS.get(parts[1], set()) if parts[0] == "scene" and len(parts) > 1 else set()
    found = forbidden_libraries(room_of(source), imports_of(source))
    assert [name for name in found if name.split(".")[0] not in adapted] == []


@pytest.mark.parametrize(
    "statement",
    [
        "from ..dose import DoseGrid",
        "from .. import dose",
        "import spine_radiosurgery.dose.grid",
        "from spine_radiosurgery import dose",
        "import spine_radiosurgery",
        "from spine_radiosurgery import DoseGrid",
        "if TYPE_CHECKING:\n    from spine_radiosurgery.dose import DoseGrid",
        "def late():\n    from ..dose.grid import DoseGrid",
    ],
)
def test_a_forbidden_arrow_is_seen_however_it_is_written(statement: str) -> None:
    names = imported_names(statement, (PACKAGE, "cord", "volume"), is_package=False)
    assert forbidden_rooms("cord", names)


@pytest.mark.parametrize(
    "statement", ["from .cuts import cut", "from ..geometry import Structure", "from . import cuts"]
)
def test_allowed_arrows_pass(statement: str) -> None:
    names = imported_names(statement, (PACKAGE, "cord", "volume"), is_package=False)
    assert forbidden_rooms("cord", names) == []


def committed_files() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: what is committed is not known")
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = [ROOT / name for name in listing.stdout.split("\0") if name]
    return [path for path in files if path.is_file()]


# Written with brackets so that this file does not hold what it looks for.
MACHINE_PATH = re.compile(r"(?<![\w.}])/(?:wor[k]|tm[p]|roo[t]|hom[e]|op[t]|User[s])/\w")
REGISTRY_HOST = re.compile(
    r"(?:pyp[i]|pythonhoste[d]|npmj[s]|deb\.debia[n])\.org|archive\.ubunt[u]\.com"
)


def test_no_committed_file_names_a_machine_or_a_registry() -> None:
    found = []
    for path in committed_files():
        content = path.read_bytes()
        if b"\0" in content[:8192]:
            continue
        for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), start=1):
            if MACHINE_PATH.search(line) or REGISTRY_HOST.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert found == []


def test_a_python_file_is_one_idea() -> None:
    sizes = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in committed_files()
        if path.suffix == ".py"
    }
    assert {name: size for name, size in sizes.items() if size > 400} == {}
