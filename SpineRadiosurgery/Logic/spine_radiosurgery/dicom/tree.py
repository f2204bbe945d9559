"""The headers of a whole folder tree, one file at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..geometry import InputError, report_progress
from .scanning import FILES_BETWEEN, ScannedFile, quiet_pydicom, reason_to_ignore, scan_file


@dataclass(frozen=True)
class TreeFile:
    """One file, or a folder that cannot be listed.

    Attributes
    ----------
    folder : str
        Below the root, with "/"; "" is the root itself.
    name : str
    file : ScannedFile or None
        With the patient in its header; None where it is no DICOM object that can be read.
    reason : str
        Why there is none.
    """

    folder: str
    name: str
    file: ScannedFile | None = None
    reason: str = ""


NOT_DICOM = "not a DICOM file"


def walk_tree(root: Path) -> Iterator[TreeFile]:
    """Read every header below a folder, in the order of the names; nothing is kept.

    Links are not followed out of the tree. A file or folder that cannot be read is given with the
    reason and stops nothing.

    Raises
    ------
    InputError
        The root is no folder or cannot be listed.
    """
    if not root.is_dir():
        what = "is a file, not a folder" if root.exists() else "does not exist"
        raise InputError(f"The folder {root} {what}.")
    unlisted: list[OSError] = []
    number = 0
    for parent, folders, names in os.walk(root, onerror=unlisted.append, followlinks=False):
        folders.sort()
        yield from _unlisted(unlisted, root)
        folder = _below(Path(parent), root)
        for name in sorted(names):
            if number % FILES_BETWEEN == 0:
                report_progress(f"Reading headers: {number:,} files")
            number += 1
            yield _one(Path(parent, name), folder, root)
    yield from _unlisted(unlisted, root)


def _below(path: Path, root: Path) -> str:
    relative = path.relative_to(root).as_posix()
    return "" if relative == "." else relative


def _unlisted(errors: list[OSError], root: Path) -> Iterator[TreeFile]:
    while errors:
        error = errors.pop()
        folder = Path(str(error.filename))
        if folder == root:
            raise InputError(f"The folder {root} cannot be listed: {error.strerror}.")
        yield TreeFile(_below(folder, root), "", None, f"cannot be listed ({error.strerror})")


def _one(path: Path, folder: str, root: Path) -> TreeFile:
    try:
        path.relative_to(root).as_posix().encode("utf-8")
    except UnicodeEncodeError:
        shown = os.fsencode(path.name).decode("utf-8", "replace")
        folder = folder.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        return TreeFile(folder, shown, None, "its name is not UTF-8; rename it")
    try:
        reason = reason_to_ignore(path, root)
        if reason:
            return TreeFile(folder, path.name, None, reason)
        with quiet_pydicom():
            found = scan_file(path, path.name)
    except InputError as error:
        return TreeFile(folder, path.name, None, str(error))
    except OSError as error:  # it vanished since it was listed
        return TreeFile(folder, path.name, None, f"cannot be read ({error.strerror})")
    if found is None or found.kind == "DICOMDIR":
        return TreeFile(folder, path.name, None, "a DICOMDIR" if found else NOT_DICOM)
    return TreeFile(folder, path.name, found)
