"""Files and folders that come whole or not at all; here, so that every room may use it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path


@contextmanager
def whole_files(*paths: Path) -> Iterator[tuple[Path, ...]]:
    """Give a scratch path for each file; at the end they take the files' places, or vanish.

    Parameters
    ----------
    paths : Path
        In folders that are there; files that are there are replaced.

    Yields
    ------
    tuple of Path
        Each beside its file, with the file's own name.

    Raises
    ------
    OSError
        A file cannot be written; the caller knows what to say of it.
    """
    with ExitStack() as stack:
        made = tuple(Path(stack.enter_context(_beside(path))) / path.name for path in paths)
        yield made
        for unfinished, path in zip(made, paths, strict=True):
            unfinished.replace(path)


def _beside(path: Path) -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give the scratch path of a single file (see `whole_files`)."""
    with whole_files(path) as (unfinished,):
        yield unfinished


def _nothing(entry: Path) -> bool:
    return False


@contextmanager
def whole_folder(folder: Path, *, keeps: Callable[[Path], bool] = _nothing) -> Iterator[Path]:
    """Give a scratch folder that takes a folder's place at the end, or vanishes.

    Parameters
    ----------
    folder : Path
        Folders above it are made, and go again when it does not come about.
    keeps : callable
        Which entries of the former folder are carried over, where the new one has none of their
        name; none by default.

    Raises
    ------
    OSError
        It cannot be written; the former one is then as it was.
    """
    missing = [parent for parent in folder.parents if not parent.exists()]
    scratch: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        yield scratch
        _swap(scratch, folder, keeps)
    finally:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)
        if not folder.exists():
            _remove_empty(missing)


def _swap(scratch: Path, folder: Path, keeps: Callable[[Path], bool]) -> None:
    # mkdtemp makes private folders; this one is to be as readable as any other new folder.
    umask = os.umask(0)
    os.umask(umask)
    scratch.chmod(0o777 & ~umask)
    if not folder.exists():
        scratch.rename(folder)
        return
    for entry in folder.iterdir():
        if keeps(entry) and not (scratch / entry.name).exists():
            _carry_over(entry, scratch / entry.name)
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent)) / folder.name
    folder.rename(old)
    try:
        scratch.rename(folder)
    except OSError:
        old.rename(folder)
        old.parent.rmdir()
        raise
    shutil.rmtree(old.parent, ignore_errors=True)


def _carry_over(entry: Path, to: Path) -> None:
    if entry.is_dir() and not entry.is_symlink():
        shutil.copytree(entry, to, symlinks=True)
    else:
        shutil.copy2(entry, to, follow_symlinks=False)


def _remove_empty(folders: list[Path]) -> None:
    """Remove folders that were made in vain, the innermost first."""
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            return
