"""The protocols that can be chosen, with their titles; read from the module's resources."""

import json
from dataclasses import dataclass
from pathlib import Path

from slicer.i18n import tr as _

PROTOCOLS_FOLDER = Path(__file__).resolve().parents[1] / "Resources" / "Protocols"
AUTO = "auto"


@dataclass(frozen=True)
class ProtocolChoice:
    """A protocol as it is offered.

    identifier - as the library knows it
    title - what it is
    citation - where it comes from
    """

    identifier: str
    title: str
    citation: str

    @property
    def shortTitle(self):
        """The title's first words: "Ryu 2015"."""
        return self.title.partition(":")[0]


def protocolChoices():
    """Return the protocols of the module by name; the library checks one when it is used."""
    found = []
    for path in sorted(PROTOCOLS_FOLDER.glob("*.json")):
        if not path.name.endswith(".schema.json"):
            content = json.loads(path.read_text(encoding="utf-8"))
            found.append(ProtocolChoice(content["identifier"], content["title"], content["citation"]))
    return found


def resolvedProtocol(name, fractions):
    """Return the identifier of the protocol that a choice means; "" where that is not known yet."""
    if name != AUTO:
        return name
    if not fractions:
        return ""
    from spine_radiosurgery.tolerance import choose_protocol

    return choose_protocol(fractions)


def automaticLabel(choices, fractions):
    """Return what the automatic choice is called, with the protocol that it means."""
    identifier = resolvedProtocol(AUTO, fractions)
    meant = [choice.shortTitle for choice in choices if choice.identifier == identifier]
    return _("auto: {protocol}").format(protocol=meant[0]) if meant else _("auto")
