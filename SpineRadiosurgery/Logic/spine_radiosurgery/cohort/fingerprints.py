"""What a case's result depends on: its files and its parameters, as one SHA-256."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from .. import __version__
from ..case import study_code
from ..dicom.foreign import START_BYTES, is_foreign
from ..dicom.scanning import LARGEST_FILE_BYTES, MOST_FILES
from ..geometry import InputError
from ..report.model import SCHEMA_VERSION
from ..report.protocols import load_protocol
from ..tolerance import SHIPPED
from .row import ManifestRow
from .settings import CohortSettings

CASE, ASSESSMENT, PROTOCOL = "case", "assessment", "protocol"
FOREIGN = "no DICOM file"
"""Stands for the contents of a file that the reader leaves alone, whatever they are."""
YOUNG_NS = 2_000_000_000
"""A file that was changed this short a time ago may change again within one tick of its clock."""
UNTOLD = -1
"""Stands for a time of change that tells nothing."""
_CHUNK_BYTES = 1 << 20
_NO_INPUT = ("line", "case", "folder", "columns", "problem", "level", "assessment", "protocol")

Stamp = tuple[int, int]
"""Size and time of the last change, ns."""


@dataclass(frozen=True)
class InputFile:
    """One file that was read.

    Attributes
    ----------
    name : str
        "case/" and the relative name with forward slashes; "assessment" or "protocol".
    size : int
        Bytes.
    mtime_ns : int
        `UNTOLD` where it does not tell whether the file changed.
    sha256 : str
        Of the contents, or why the reader leaves them alone; "" where they could not be read.
    """

    name: str
    size: int
    mtime_ns: int
    sha256: str


@dataclass(frozen=True)
class Inputs:
    """All that a result depends on.

    Attributes
    ----------
    files : tuple of InputFile
        By name.
    parameters : str
        SHA-256 (see `parameters_digest`).
    """

    files: tuple[InputFile, ...]
    parameters: str

    @property
    def fingerprint(self) -> str:
        """SHA-256 of names, contents and parameters.

        Neither times of change enter nor files that are not DICOM: systems leave theirs anywhere.
        """
        listed = [[f.name, f.size, f.sha256] for f in self.files if f.sha256 != FOREIGN]
        return _digest([self.parameters, listed])

    def unchanged(self, stamps: Mapping[str, Stamp]) -> bool:
        """Whether sizes and times say that no file is another one."""
        return {f.name: (f.size, f.mtime_ns) for f in self.files if f.sha256} == dict(stamps)

    def are_there(self, row: ManifestRow, settings: CohortSettings) -> bool:
        """Whether there is something of all that a row names; else a drive may be away."""
        named = {CASE}
        if row.assessment is not None:
            named.add(ASSESSMENT)
        if is_file_name(protocol_of(row, settings)):
            named.add(PROTOCOL)
        return named <= {f.name.partition("/")[0] for f in self.files if f.sha256 != FOREIGN}


@dataclass(frozen=True)
class Program:
    """What has to be the same on all machines.

    Attributes
    ----------
    version : str
    protocols : str
        Digest of those that come with it.
    study : str
        Code of the study's secret.
    """

    version: str
    protocols: str
    study: str


def this_program() -> Program:
    """Return what this machine has.

    Raises
    ------
    InputError
        The study's secret cannot be read.
    """
    return Program(__version__, shipped_digest(), study_digest())


def protocol_of(row: ManifestRow, settings: CohortSettings) -> str:
    """Return the row's protocol, or that of all rows where it names none."""
    return settings.protocol if row.protocol == "auto" else row.protocol


def parameters_digest(row: ManifestRow, settings: CohortSettings) -> str:
    """Return the SHA-256 of everything but files that decides a result.

    Parameters
    ----------
    row : ManifestRow
        Its free columns, its name and its level are no input of the evaluation.
    settings : CohortSettings
        Pages and further metrics are none either: `task` asks whether a result has them.

    Raises
    ------
    InputError
        The study's secret cannot be read.
    """
    protocol = protocol_of(row, settings)
    asked = {key: value for key, value in asdict(row).items() if key not in _NO_INPUT}
    for_all = asdict(settings)
    del for_all["pages"], for_all["metrics"], for_all["protocol"]
    return _digest(
        {
            "version": __version__,
            "report": SCHEMA_VERSION,
            "row": asked,
            # Where a plan has no identifiers, the study code is made of the folder's name.
            "folder": Path(os.path.realpath(row.folder)).name,
            "settings": for_all,
            "protocol": Path(protocol).name if is_file_name(protocol) else protocol,
            "shipped": shipped_digest(),
            "study": study_digest(),
        }
    )


def is_file_name(protocol: str) -> bool:
    """Whether a protocol is named by its file."""
    return protocol.lower().endswith(".json")


@lru_cache(maxsize=1)
def shipped_digest() -> str:
    """Return the SHA-256 of the protocols that come with the program: "auto" may take any."""
    return _digest([load_protocol(identifier, 1).sha256 for identifier in SHIPPED])


def study_digest() -> str:
    """Return a code that is another one where the study's secret is."""
    return study_code("secret of the study")


def stamps_of(row: ManifestRow, settings: CohortSettings) -> dict[str, Stamp]:
    """Return size and time of change of every input file, by `InputFile.name`.

    Files that are not there, or vanish meanwhile, are left out.

    Raises
    ------
    InputError
        The folder holds too many files.
    """
    return {name: stamp for name, path in _paths(row, settings) if (stamp := _stamp(path))}


def read_inputs(
    row: ManifestRow,
    settings: CohortSettings,
    known: Inputs | None = None,
    *,
    check_contents: bool = False,
) -> Inputs:
    """Hash the contents of all input files.

    Parameters
    ----------
    row : ManifestRow
    settings : CohortSettings
    known : Inputs, optional
        Of a former run: files whose size and time of change are as they were are not read again.
    check_contents : bool
        Read them all the same.

    Returns
    -------
    Inputs
        With the stamps as they were before the contents were read.

    Raises
    ------
    InputError
        The folder holds too many files.
    """
    former = {} if known is None or check_contents else {file.name: file for file in known.files}
    files = []
    for name, path in _paths(row, settings):
        stamp = _stamp(path)
        if stamp is None:
            continue
        file = former.get(name)
        if file is None or not file.sha256 or (file.size, file.mtime_ns) != stamp:
            is_old = stamp[1] < time.time_ns() - YOUNG_NS
            told = stamp[1] if is_old else UNTOLD
            is_record_or_protocol = name in (ASSESSMENT, PROTOCOL)
            contents = (
                _contents(path) if is_record_or_protocol else _contents_of_case(path, row.folder)
            )
            file = InputFile(name, stamp[0], told, contents)
        files.append(file)
    return Inputs(tuple(files), parameters_digest(row, settings))


def _paths(row: ManifestRow, settings: CohortSettings) -> Iterator[tuple[str, Path]]:
    found = 0
    for parent, folders, names in os.walk(row.folder, followlinks=False):
        folders.sort()
        found += len(names)
        if found > MOST_FILES:
            raise InputError(
                f"The case's folder holds more than {MOST_FILES} files: name one patient's folder."
            )
        for name in sorted(names):
            path = Path(parent, name)
            yield f"{CASE}/{path.relative_to(row.folder).as_posix()}", path
    if row.assessment is not None:
        yield ASSESSMENT, row.assessment
    protocol = protocol_of(row, settings)
    if is_file_name(protocol):
        yield PROTOCOL, Path(protocol)


def _stamp(path: Path) -> Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _contents_of_case(path: Path, folder: Path) -> str:
    """Return the SHA-256 of a file, or why the reader leaves it alone; "" where it cannot."""
    # `Path.resolve` stumbles over links in a circle.
    if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(
        os.path.realpath(folder)
    ):
        return "a link out of the folder"
    try:
        if not path.is_file():
            return "no regular file"
        if path.stat().st_size > LARGEST_FILE_BYTES:
            return "too large"
        with path.open("rb") as stream:
            if is_foreign(stream.read(START_BYTES), path.name):
                return FOREIGN
    except OSError:
        return ""
    return _contents(path)


def _contents(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                digest.update(chunk)
    except OSError:
        return ""
    return digest.hexdigest()


def _digest(document: Any) -> str:
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
