"""Which software made a report."""

from __future__ import annotations

import platform
from importlib import metadata

from .. import __version__

GENERATOR = "spine-radiosurgery"
"""How every file of ours names what made it."""
_LIBRARIES = ("numpy", "scipy", "pydicom", "matplotlib", "jinja2")


def generated_by() -> str:
    """Return the program's name and version."""
    return f"{GENERATOR} {__version__}"


def versions() -> dict[str, str]:
    """Versions of the program, of Python and of the libraries that are installed."""
    found = {GENERATOR: __version__, "python": platform.python_version()}
    for library in _LIBRARIES:
        try:
            found[library] = metadata.version(library)
        except metadata.PackageNotFoundError:
            found[library] = "not installed"
    return found
