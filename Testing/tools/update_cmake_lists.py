"""Write the file lists of the module's CMakeLists.txt anew from the tree.

3D Slicer's build copies only the files listed there: an unlisted one silently vanishes.
Scripts are all Python files (the module, its panel, the library), resources all of Resources/.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

MODULE = Path(__file__).resolve().parents[2] / "SpineRadiosurgery"
CMAKE_LISTS = MODULE / "CMakeLists.txt"
NOT_SHIPPED = {
    "CMakeLists.txt",
    "Logic/spine_radiosurgery/py.typed",
    "SpineRadiosurgeryPanel/ruff.toml",
}


def files_of(module: Path) -> list[str]:
    """Return the module's files, by name."""
    return [
        path.relative_to(module).as_posix()
        for path in sorted(module.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    ]


def listed_text(text: str, module: Path = MODULE) -> str:
    """Return `text` with both lists between their markers replaced by what is in the tree.

    Raises
    ------
    ValueError
        A file is in neither list: 3D Slicer would not get it.
    """
    files = files_of(module)
    resources = [name for name in files if name.startswith("Resources/")]
    scripts = [name for name in files if name.endswith(".py") and name not in resources]
    # The module first, as in Slicer's own modules.
    scripts.sort(key=lambda name: "/" in name)
    strays = sorted(set(files) - {*resources, *scripts} - NOT_SHIPPED)
    if strays:
        raise ValueError(f"Neither script nor resource, move it to Resources/: {', '.join(strays)}")
    return _replaced(_replaced(text, "scripts", scripts), "resources", resources)


def _replaced(text: str, marker: str, names: Iterable[str]) -> str:
    begin, end = f"  # begin {marker}\n", f"  # end {marker}\n"
    head, rest = text.split(begin)
    tail = rest.split(end)[1]
    return head + begin + "".join(f"  {name}\n" for name in names) + end + tail


if __name__ == "__main__":
    CMAKE_LISTS.write_text(listed_text(CMAKE_LISTS.read_text(encoding="utf-8")), encoding="utf-8")
