"""Single files that are written whole or not at all, over an older one only if that is ours."""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Callable
from pathlib import Path

from .. import __version__
from ..geometry import InputError, whole_file

GENERATOR = f"spine-radiosurgery {__version__}"
OWNER_FIELD = "SpineRadiosurgery_GeneratedBy"
"""NRRD field that says who wrote the file; 3D Slicer drops it when it saves an edited one."""

_MARK = b"spine-radiosurgery "
_PNG_HEAD = 33
"""Bytes of a PNG's signature and header; text may follow."""
_NIFTI_DESCRIPTION = slice(148, 228)


def check_own_file(path: Path) -> None:
    """Refuse an output file that would take the place of somebody else's.

    Ours are told by what they hold: segmentations edited in 3D Slicer are no longer ours.

    Raises
    ------
    InputError
        The path is a folder, lies under a file or in a folder that cannot be written, or holds
        something that this program did not write.
    """
    if path.is_dir():
        raise InputError(f"Output {path} is a folder; name a file.")
    if path.exists() and not _is_ours(path):
        raise InputError(
            f"Output {path} exists and is not a file of ours (or was changed since by another "
            "program); name a new file."
        )
    parent = next(folder for folder in path.absolute().parents if folder.exists())
    if not parent.is_dir():
        raise InputError(f"Output {path} lies under {parent}, which is a file; choose another.")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise InputError(f"Output {path} cannot be written: no permission in {parent}.")


def write_own_file(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a scratch file beside `path` that then takes its place.

    Parameters
    ----------
    path : Path
        Folders above it are made.
    write : callable
        Gets the scratch file's path, which has the same ending.

    Raises
    ------
    InputError
        See `check_own_file`; or the disk is full, and nothing was changed.
    """
    check_own_file(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as unfinished:
            write(unfinished)
    except OSError as error:
        raise InputError(
            f"Output {path} could not be written: {error.strerror or error}; nothing was changed."
        ) from error


def write_own_bytes(path: Path, content: bytes) -> None:
    """Write a whole file (see `write_own_file`)."""
    write_own_file(path, lambda scratch: scratch.write_bytes(content))


def signed_png(png: bytes) -> bytes:
    """Return a PNG picture with a text field that says who wrote it."""
    body = b"tEXtSoftware\0" + GENERATOR.encode("latin-1")
    chunk = (len(body) - 4).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")
    return png[:_PNG_HEAD] + chunk + png[_PNG_HEAD:]


def _is_ours(path: Path) -> bool:
    name = path.name.lower()
    if not path.is_file():
        return False
    try:
        if name.endswith(".json"):
            document = json.loads(path.read_text(encoding="utf-8"))
            by = document.get("generated_by", "") if isinstance(document, dict) else ""
            return str(by).encode().startswith(_MARK)
        opened = gzip.open if name.endswith(".gz") else open
        with opened(path, "rb") as file:
            head = file.read(4096)
    except (OSError, ValueError, EOFError, RecursionError, zlib.error):
        return False
    if name.endswith(".png"):
        return head[_PNG_HEAD + 4 :].startswith(b"tEXtSoftware\0" + _MARK)
    if name.endswith((".nii", ".nii.gz")):
        return head[_NIFTI_DESCRIPTION].startswith(_MARK)
    return f"\n{OWNER_FIELD}:=".encode() + _MARK in head
