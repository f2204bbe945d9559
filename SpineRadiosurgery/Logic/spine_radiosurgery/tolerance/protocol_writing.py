"""Writing protocol files: whole or not at all, and never over anything else."""

from __future__ import annotations

import re
from pathlib import Path

from ..case import InputError, whole_file
from .canonical import protocol_text
from .comparing import compare_protocols
from .protocol import SHIPPED, Protocol
from .reading import read_protocol


def write_protocol(protocol: Protocol, path: str | Path) -> None:
    """Write a protocol as one JSON file in its canonical text, so that it can be shared.

    Parameters
    ----------
    protocol : Protocol
    path : path
        Must end in `.json`; folders above it are made. A file that is there is replaced only if it
        is the same protocol in a lower version, or says the same of every row.

    Raises
    ------
    InputError
        It is a protocol that comes with the program, the file holds something else, rows changed
        and the version did not rise, or the disk refuses. Nothing was then changed.
    """
    path = Path(path)
    _check_name(protocol, path)
    if path.exists():
        _check_replaceable(protocol, path)
    content = protocol_text(protocol).encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as unfinished:
            unfinished.write_bytes(content)
    except OSError as error:
        why = error.strerror or str(error)
        raise InputError(f"Protocol file {path.name} cannot be written: {why}.") from error


def version_complaint(former: Protocol, protocol: Protocol) -> str:
    """Say that rows were changed under a version that is used already; "" when all is well.

    Parameters
    ----------
    former, protocol : Protocol
        With other identifiers they are other protocols, whose versions do not count.
    """
    if former.identifier != protocol.identifier:
        return ""
    if not compare_protocols(former, protocol).is_clinical:
        return ""
    if _rank(protocol.version) > _rank(former.version):
        return ""
    return (
        f"version {protocol.version} must be higher than {former.version}: "
        f"rows of {protocol.identifier} were changed since"
    )


def _check_name(protocol: Protocol, path: Path) -> None:
    if path.suffix.lower() != ".json":
        raise InputError(f"Protocol file {path.name} must end in .json.")
    if protocol.identifier in SHIPPED:
        raise InputError(
            f"{protocol.identifier} comes with the program and stays as it is; "
            "copy it under an identifier of your own."
        )


def _check_replaceable(protocol: Protocol, path: Path) -> None:
    try:
        former = read_protocol(path)
    except InputError as error:
        raise InputError(
            f"{path.name} is there already and is no protocol that can be read; "
            "choose another name."
        ) from error
    if former.identifier != protocol.identifier:
        owner = "comes with the program" if former.identifier in SHIPPED else "is another protocol"
        raise InputError(
            f"{path.name} is there already and holds {former.identifier}, which {owner}; "
            "choose another name."
        )
    complaint = version_complaint(former, protocol)
    if complaint:
        raise InputError(f"Protocol file {path.name}: {complaint}.")


def _rank(version: str) -> list[tuple[int, int, str]]:
    """Parts of a version to compare: 2 comes before 10, and 1.2 before 1.2.1."""
    parts = re.findall(r"[0-9]+|[^0-9.]+", version)
    return [(1, int(part), "") if part.isdecimal() else (0, 0, part) for part in parts]
