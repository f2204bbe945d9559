"""The protocol that a plan is evaluated with: a shipped one, a file, or one made in code."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .. import resources
from ..geometry import InputError
from ..tolerance import (
    SHIPPED,
    Complaint,
    Protocol,
    choose_protocol,
    protocol_files,
    protocol_from_document,
    read_protocol,
    unfounded_claims,
    version_complaint,
)

ProtocolChoice = str | Path | Protocol | Mapping[str, Any]
"""Identifier or "auto", protocol file, protocol, or what a file holds."""


def load_protocol(protocol: ProtocolChoice, fractions: int) -> Protocol:
    """Return the protocol that a choice means.

    Parameters
    ----------
    protocol : str, path, Protocol or mapping
        "auto" chooses by fractions; a text that ends in `.json` is a file.
    fractions : int

    Raises
    ------
    InputError
        It is not known, cannot be used, or claims to be what it is not (see `false_claims`).
    """
    if isinstance(protocol, str) and not protocol.lower().endswith(".json"):
        return _shipped(choose_protocol(fractions, protocol))
    where = "Protocol"
    if isinstance(protocol, Mapping):
        found = protocol_from_document(protocol)
    elif isinstance(protocol, Protocol):
        found = protocol
    else:
        found = read_protocol(protocol)
        where = f"Protocol file {Path(protocol).name}"
    for complaint in false_claims(found):
        raise InputError(complaint.sentence(where))
    return found


def false_claims(protocol: Protocol) -> tuple[Complaint, ...]:
    """Say where a protocol passes off limits of its own as published ones.

    Parameters
    ----------
    protocol : Protocol

    Returns
    -------
    tuple of Complaint
        It has identifier and version of a shipped protocol, but other rows; or it is a copy of a
        shipped protocol in which a limit is another, but cites the source of the former one as
        verified. Nothing is said where the source is not the one that comes with this program.
    """
    if protocol.identifier in SHIPPED:
        source = _shipped(protocol.identifier)
        if protocol.version != source.version or not version_complaint(source, protocol):
            return ()
        text = (
            f"it calls itself {protocol.identifier} {protocol.version}, but has other rows than "
            "the one that comes with the program; give it an identifier of its own"
        )
        return (Complaint(text, "identifier"),)
    based_on = protocol.based_on
    if based_on is None or based_on.identifier not in SHIPPED:
        return ()
    source = _shipped(based_on.identifier)
    return unfounded_claims(protocol, source) if source.sha256 == based_on.sha256 else ()


def _shipped(identifier: str) -> Protocol:
    path = resources.path("Protocols") / f"{identifier}.json"
    # A name with slashes would lead elsewhere.
    if path not in protocol_files(path.parent):
        known = [path.stem for path in protocol_files(resources.path("Protocols"))]
        raise InputError(
            f"Protocol {identifier!r} is not known; choose auto, {', '.join(known)}, "
            "or give a protocol file ending in .json."
        )
    return read_protocol(path)
