"""A folder for each case, with links to its files and nothing else."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

from ...geometry import InputError, report_progress, whole_folder
from .cases import TOO_MANY, FoundCase, FoundCases
from .places import files_of

_WIDTH = 4


def check_sorted_folder(root: Path, into: Path) -> None:
    """Refuse a folder that holds something, or that would be looked through next time.

    Raises
    ------
    InputError
    """
    if into.exists() and not into.is_dir():
        raise InputError(f"--sort-into {into} is a file; name a new folder.")
    if into.is_dir() and any(into.iterdir()):
        raise InputError(f"--sort-into {into} is not empty; name a new folder.")
    if into.resolve().is_relative_to(root.resolve()):
        raise InputError(
            f"--sort-into {into} lies in {root}, whose cases it would double; name a folder beside."
        )


def sort_into(found: FoundCases, into: str | os.PathLike[str]) -> FoundCases:
    """Make a folder of every case with hard links to its files, or copies where links cannot be.

    Parameters
    ----------
    found : FoundCases
    into : path
        New or empty. It comes about with all cases or not at all.

    Returns
    -------
    FoundCases
        The same cases in their new folders.

    Raises
    ------
    InputError
        The folder cannot be used, a file has vanished, or the disk is full.
    """
    folder = Path(into).absolute()
    check_sorted_folder(found.root, folder)
    try:
        with whole_folder(folder) as scratch:
            for number, row in enumerate(found.rows):
                report_progress(f"Sorting {row.case}", number / len(found.rows))
                _fill(scratch / row.case, row, found.root)
    except OSError as error:
        what = error.filename or folder
        raise InputError(
            f"--sort-into {folder} could not be made: {what}: {error.strerror or error}; nothing "
            "was written."
        ) from error
    return replace(found, rows=tuple(_moved(row, folder) for row in found.rows))


def _fill(folder: Path, row: FoundCase, root: Path) -> None:
    folder.mkdir()
    counted: Counter[str] = Counter()
    below = row.folder.relative_to(root).as_posix()
    for kind, path in files_of("" if below == "." else below, row.instances, row.images):
        counted[kind] += 1
        # Names of files may tell a patient.
        _link(root / path, folder / f"{kind}_{counted[kind]:0{_WIDTH}}.dcm")


def _link(file: Path, to: Path) -> None:
    source = file.resolve()
    try:
        os.link(source, to)
    except FileNotFoundError:
        raise
    except OSError:  # another disk, or a file system without links
        shutil.copy2(source, to)


def _moved(row: FoundCase, folder: Path) -> FoundCase:
    kinds = Counter(one.relations.kind for one in row.instances)
    return replace(
        row,
        folder=folder / row.case,
        structures=row.structures if kinds["RTSTRUCT"] > 1 else "",
        plan=row.plan if kinds["RTPLAN"] > 1 else "",
        dose=row.dose if kinds["RTDOSE"] > 1 else (),
        remarks=tuple(remark for remark in row.remarks if remark != TOO_MANY),
        shared=False,
    )
