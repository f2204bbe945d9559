"""`slicer.packaging` of Slicer 5.12: says what is missing, and installs nothing."""

from __future__ import annotations

import importlib.metadata
import logging
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement


def load_requirements(path: str | Path) -> list[Requirement]:
    """Read the lines of a requirements file."""
    lines = (line.partition("#")[0].strip() for line in Path(path).read_text().splitlines())
    return [Requirement(line) for line in lines if line]


def pip_check(requirements: Any) -> bool:
    """Say whether everything is installed in a fitting version."""
    return not _missing(requirements)


def pip_ensure(requirements: Any, **options: Any) -> None:
    """Do nothing: Slicer's own skips the installation in testing mode, too."""
    missing = _missing(requirements)
    if missing:
        logging.info("Testing mode: not installed: %s", ", ".join(map(str, missing)))


def pip_install(requirements: Any, **options: Any) -> None:
    """Refuse: a test that gets here would change the machine."""
    raise RuntimeError(f"The test host installs nothing; asked for: {requirements}")


def _missing(requirements: Any) -> list[Requirement]:
    given = [requirements] if isinstance(requirements, (str, Requirement)) else requirements
    wanted = [Requirement(str(one)) for one in given]
    return [one for one in wanted if not _is_installed(one)]


def _is_installed(requirement: Requirement) -> bool:
    if requirement.marker is not None and not requirement.marker.evaluate():
        return True
    try:
        version = importlib.metadata.version(requirement.name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return requirement.specifier.contains(version, prereleases=True)
