"""The only way to a resource file: protocols, terminology and report templates."""

from __future__ import annotations

from pathlib import Path

_LIBRARY = Path(__file__).resolve().parent
# A wheel carries copies inside the package; the extension keeps them where 3D Slicer expects them.
_ROOTS = (_LIBRARY / "_resources", _LIBRARY.parents[1] / "Resources")


def path(name: str) -> Path:
    """Return the absolute path of a resource file or folder.

    Parameters
    ----------
    name : str
        Path below the resource folder with forward slashes, e.g. ``"Protocols/ryu-2015.json"``.

    Raises
    ------
    FileNotFoundError
        If the installation lacks that resource.
    """
    for root in _ROOTS:
        if (root / name).exists():
            return root / name
    raise FileNotFoundError(
        f"The resource {name} is missing from this installation of spine_radiosurgery; "
        "install it again."
    )
