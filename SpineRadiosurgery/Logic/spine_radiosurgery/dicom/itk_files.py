"""What keeps SimpleITK to one file, and to decimal points, in what it reads from elsewhere."""

from __future__ import annotations

import locale
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..geometry import InputError

LARGEST_HEADER_BYTES = 2**20
_VOXELS_ELSEWHERE = re.compile(
    rb"^[ \t]*(?:data ?file|ElementDataFile)[ \t]*[:=](.*)$", re.I | re.M
)
_IN_THE_FILE = "local"


@contextmanager
def decimal_points() -> Iterator[None]:
    """Let the libraries below read and write 2.5 where the program around them says 2,5.

    A program with windows may take over the number format of the person's language; ITK then
    reads the 2.5 mm of a text header as 2 mm.
    """
    former = locale.setlocale(locale.LC_NUMERIC)
    locale.setlocale(locale.LC_NUMERIC, "C")
    try:
        yield
    finally:
        locale.setlocale(locale.LC_NUMERIC, former)


def check_voxels_beside(file: Path) -> None:
    """Refuse an NRRD or MetaImage header that takes a file of another folder for its voxels.

    Raises
    ------
    InputError
        It names several files or one that lies elsewhere; or it cannot be read.
    """
    try:
        with file.open("rb") as stream:
            start = stream.read(LARGEST_HEADER_BYTES)
    except OSError as error:
        raise InputError(f"{file.name} cannot be read: {error.strerror or error}.") from error
    lines = start.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    for found in _VOXELS_ELSEWHERE.findall(lines.split(b"\n\n", 1)[0]):
        named = os.fsdecode(found.strip())
        if named.lower() == _IN_THE_FILE:
            return
        if not _is_beside(file, named):
            raise InputError(
                f"{file.name} names {named or 'nothing'} as the file of its voxels; they are read "
                "from one file in the same folder only."
            )


def _is_beside(file: Path, named: str) -> bool:
    if not named or re.search(r"[/\\\0]|^list\b", named, re.IGNORECASE):
        return False
    voxels = os.path.realpath(file.parent / named)
    return os.path.dirname(voxels) == os.path.realpath(file.parent)
