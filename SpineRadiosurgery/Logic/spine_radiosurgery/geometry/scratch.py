"""Scratch folders beside what they will become, known from others, and cleared after a kill."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has other locks; there, nothing is cleared
    fcntl = None  # type: ignore[assignment]

UNFINISHED, FORMER = ".unfinished", ".former"
"""How the names of folders end that a killed run may leave behind."""
_NAME_SHOWN = 40
"""Letters of a name that its scratch folder repeats: names may be as long as the disk allows."""


@contextmanager
def scratch_folder(path: Path, ending: str = UNFINISHED) -> Iterator[Path]:
    """Give a new private folder beside a path; it is gone at the end, unless it was renamed.

    What runs that were killed left there under this name goes, too: as long as a run lives, it
    holds a lock on its folder.

    Raises
    ------
    OSError
        It cannot be made.
    """
    _clear(path)
    made = Path(tempfile.mkdtemp(prefix=_prefix(path), dir=path.parent))
    with _locked(made):
        # Only now has it the name by which others would clear it.
        scratch = made.with_name(made.name + ending)
        try:
            made.rename(scratch)
            yield scratch
        finally:
            # A former folder goes only once there is another in its place.
            if ending != FORMER or path.exists():
                for left in (made, scratch):
                    shutil.rmtree(left, ignore_errors=True)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Wait until no other run replaces a folder in this one; where the system has such locks."""
    with _locked(folder, alone=True):
        yield


def bring_back(path: Path) -> None:
    """Put a folder back that a run was replacing when it was killed; to be called `alone_in`."""
    if not path.exists():
        for entry in _left(path, FORMER):
            if (entry / path.name).exists() and _is_abandoned(entry):
                (entry / path.name).rename(path)
                entry.rmdir()
                return


def _clear(path: Path) -> None:
    for entry in _left(path, UNFINISHED):
        if _is_abandoned(entry):
            shutil.rmtree(entry, ignore_errors=True)
    if path.exists():
        for entry in _left(path, FORMER):
            if _is_abandoned(entry):
                shutil.rmtree(entry, ignore_errors=True)


def _prefix(path: Path) -> str:
    return f".{path.name[:_NAME_SHOWN]}-"


def _left(path: Path, ending: str) -> list[Path]:
    with os.scandir(path.parent) as entries:
        return [
            Path(entry.path)
            for entry in entries
            if entry.name.startswith(_prefix(path))
            and entry.name.endswith(ending)
            and entry.is_dir(follow_symlinks=False)
        ]


def _is_abandoned(entry: Path) -> bool:
    """Whether nobody holds its lock; where that cannot be told, somebody may."""
    if fcntl is None:
        return False
    try:
        number = os.open(entry, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(number)
    return True


@contextmanager
def _locked(folder: Path, *, alone: bool = False) -> Iterator[None]:
    if fcntl is None:
        yield
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        # Network drives may refuse; a kill then leaves its folder for a person to remove.
        with suppress(OSError):
            fcntl.flock(number, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield
    finally:
        os.close(number)
