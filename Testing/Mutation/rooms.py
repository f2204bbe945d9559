"""The rooms whose code is mutated, the tests that have to notice, what is left alone."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = Path("SpineRadiosurgery", "Logic", "spine_radiosurgery")
"""Within the checkout, and within its copy."""
COPY = ROOT / "build" / "mutation" / "copy"
"""What is tested: a copy, so that the checkout may change while a campaign runs."""
COPIED = (
    "pyproject.toml", "SpineRadiosurgery", "docs/protocols.md", "Testing/Unit",
    "Testing/conftest.py",
)  # fmt: skip
RESULT = ROOT / "build" / "mutation" / "result.json"
REACH = ROOT / "build" / "mutation" / "reach.json"
TABLE = ROOT / "build" / "mutation" / "table.md"
FIGURES = ROOT / "docs" / "benchmarks" / "mutation.json"

ROOMS = ("geometry", "cord", "dose", "tolerance")
# Files of Testing/Unit that are about these rooms. A test of a report or of the phantom would
# notice many a mutant too, but late, and it is no test of these rooms.
PINNING = "pinned_figures"
ALL_ROOMS = ("known_traps", PINNING)
TESTS = {
    "geometry": ("geometry_*", "progress", "skin", "whole_files"),
    "cord": ("cord_*",),
    "dose": ("biology", "dose_*", "equivalent_dose", "falloff", "isodoses", "setup_*"),
    "tolerance": ("constraint*", "protocols_*", "robustness", "tolerance_*", "verdict*"),
}
WANTED = ["-m", "not slow and not real_data", "-k", "not take_no_time"]
"""A test with a time limit of its own would kill whatever runs on a busy machine."""


def sources(root: Path, room: str) -> list[Path]:
    """Source files of a room, relative to the folder of the checkout or its copy."""
    return sorted(path.relative_to(root) for path in (root / LIBRARY / room).rglob("*.py"))


def test_files(root: Path) -> list[str]:
    """Test files of the four rooms, relative to `root`."""
    names = {name for room in ROOMS for name in (*TESTS[room], *ALL_ROOMS)}
    found = {path for name in names for path in (root / "Testing" / "Unit").glob(_pattern(name))}
    return sorted(str(path.relative_to(root)) for path in found)


def is_of_room(test: str, room: str) -> bool:
    """Say whether a test is one of the room's own."""
    file = Path(test.partition("::")[0]).name
    return any(fnmatch(file, _pattern(name)) for name in (*TESTS[room], *ALL_ROOMS))


def _pattern(name: str) -> str:
    return f"test_{name}.py"
