"""Write the file lists of the module's CMakeLists.txt anew from the tree.

3D Slicer's build copies only the files listed there: an unlisted one silently vanishes.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

MODULE = Path(__file__).resolve().parents[2] / "SpineRadiosurgery"
CMAKE_LISTS = MODULE / "CMakeLists.txt"


def listed_text(text: str, module: Path = MODULE) -> str:
    """Return `text` with both lists between their markers replaced by what is in the tree."""
    files = [
        path.relative_to(module).as_posix()
        for path in sorted(module.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    ]
    resources = [name for name in files if name.startswith("Resources/")]
    scripts = [name for name in files if name.endswith(".py") and name not in resources]
    return _replaced(_replaced(text, "scripts", scripts), "resources", resources)


def _replaced(text: str, marker: str, names: Iterable[str]) -> str:
    begin, end = f"  # begin {marker}\n", f"  # end {marker}\n"
    head, rest = text.split(begin)
    tail = rest.split(end)[1]
    return head + begin + "".join(f"  {name}\n" for name in names) + end + tail


if __name__ == "__main__":
    CMAKE_LISTS.write_text(listed_text(CMAKE_LISTS.read_text(encoding="utf-8")), encoding="utf-8")
