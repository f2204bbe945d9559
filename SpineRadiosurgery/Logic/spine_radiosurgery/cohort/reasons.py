"""Why a case failed, in a sentence for a table: without the patient, without paths."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

from .. import resources
from ..dicom.scanning import scan_folder
from ..geometry import InputError
from .fingerprints import is_file_name, protocol_of, stamps_of
from .row import ManifestRow
from .settings import CohortSettings

PROBLEM_LOG = "problem.log"
SHORTEST_FILE_NAME = 4
"""Characters; a shorter one may stand in any sentence by chance."""
_OF_THE_INPUT = (
    *(None, errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EINVAL, errno.ENAMETOOLONG),
    *(errno.ELOOP, errno.EEXIST),
)
"""Errors of the system that a wrong name or a damaged file brings about, and brings again."""


def reason_of(error: Exception, row: ManifestRow, settings: CohortSettings) -> str:
    """Say why a case failed.

    Parameters
    ----------
    error : Exception
        An `InputError` is told with the patient, the paths and the names of the files hidden; of
        anything else its kind only.
    row : ManifestRow
    settings : CohortSettings
    """
    if isinstance(error, MemoryError):
        return "The case needs more memory than a worker has; give it more, or less to do."
    if isinstance(error, InputError):
        return hidden(_innermost(error), row, settings)
    if isinstance(error, OSError):
        return f"A file could not be read or written: {error.strerror or type(error).__name__}."
    return (
        f"The program failed ({type(error).__name__}); {PROBLEM_LOG} in the folder of the case's "
        "result says where. Please report it."
    )


def is_passing(error: BaseException | None) -> bool:
    """Whether another try may do: memory or a device was at fault, and not the input."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, MemoryError):
            return True
        if isinstance(error, OSError) and error.errno not in _OF_THE_INPUT:
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False


def hidden(text: str, row: ManifestRow, settings: CohortSettings) -> str:
    """Return a text without the patient's names, file names and paths of the machine."""
    protocol = protocol_of(row, settings)
    files = {row.assessment: "the record"} if row.assessment else {}
    if is_file_name(protocol):
        files[Path(protocol)] = Path(protocol).name
    library = resources.path("Protocols").parent
    for path, instead in {row.folder: "the case's folder", **files, library: "resources"}.items():
        for spelling in sorted({str(path), path.as_posix(), os.path.realpath(path)}, key=len)[::-1]:
            for named in (f"case folder {spelling}", f"folder {spelling}"):
                text = text.replace(named, instead.removeprefix("the "))
            text = text.replace(spelling, instead)
    text = _without_file_names(text, row, settings)
    return " ".join(_without_patient(text, row).split())


def _without_patient(text: str, row: ManifestRow) -> str:
    try:
        return scan_folder(row.folder).pseudonym.hide(text)
    except InputError:
        return text  # a folder that cannot be scanned told no names to the readers either


def _without_file_names(text: str, row: ManifestRow, settings: CohortSettings) -> str:
    try:
        names = sorted(stamps_of(row, settings))
    except InputError:
        return text
    numbered = {name.removeprefix("case/"): n for n, name in enumerate(names, start=1)}
    for name in sorted(numbered, key=len, reverse=True):
        if len(name) >= SHORTEST_FILE_NAME and name in text:
            whole = rf"(?<![\w/]){re.escape(name)}(?!\w)"
            text = re.sub(whole, f"file {numbered[name]} (in order of names)", text)
    return text


def _innermost(error: InputError) -> str:
    # The readers add file names at the end, for the eyes of who sits at the machine.
    while isinstance(error.__cause__, InputError):
        error = error.__cause__
    return str(error)
