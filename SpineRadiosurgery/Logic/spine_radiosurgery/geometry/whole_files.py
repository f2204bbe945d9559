"""Files and folders that come whole or not at all; here, so that every room may use it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from .scratch import FORMER, alone_in, bring_back, scratch_folder


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
        made = tuple(stack.enter_context(scratch_folder(path)) / path.name for path in paths)
        yield made
        for unfinished, path in zip(made, paths, strict=True):
            unfinished.replace(path)


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

    Notes
    -----
    Of two runs into one folder the last one stays, whole. What a killed run left behind goes with
    the next one (see `scratch`).

    Raises
    ------
    OSError
        It cannot be written; the former one is then as it was.
    """
    if folder.is_symlink():
        folder = Path(os.path.realpath(folder))
    missing = [parent for parent in folder.parents if not parent.exists()]
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with alone_in(folder.parent):
            bring_back(folder)
        with scratch_folder(folder) as scratch:
            yield scratch
            with alone_in(folder.parent):
                _swap(scratch, folder, keeps)
    finally:
        if not folder.exists():
            _remove_empty(missing)


def _swap(scratch: Path, folder: Path, keeps: Callable[[Path], bool]) -> None:
    # Scratch folders are private; this one is to be as readable as any other new folder.
    umask = os.umask(0)
    os.umask(umask)
    scratch.chmod(0o777 & ~umask)
    if not folder.exists():
        scratch.rename(folder)
        return
    for entry in folder.iterdir():
        if keeps(entry) and not (scratch / entry.name).exists():
            _carry_over(entry, scratch / entry.name)
    with scratch_folder(folder, FORMER) as former:
        folder.rename(former / folder.name)
        try:
            scratch.rename(folder)
        except OSError:
            (former / folder.name).rename(folder)
            raise


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
