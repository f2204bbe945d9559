"""The protocols that can be chosen: the module's own, that of the scene, and files used lately."""

import json
from dataclasses import dataclass
from pathlib import Path

import qt
from slicer.i18n import tr as _

PROTOCOLS_FOLDER = Path(__file__).resolve().parents[1] / "Resources" / "Protocols"
AUTO = "auto"
LATELY = "SpineRadiosurgery/ProtocolFiles"
"""Setting: JSON, pairs of path and title of the files used lately, the last one first."""
MOST_FILES = 8


@dataclass(frozen=True)
class ProtocolChoice:
    """A protocol as it is offered.

    identifier - as the library knows it; "" for a file
    title - what it is
    citation - where it comes from
    path - of a file used lately; else ""
    """

    identifier: str
    title: str
    citation: str
    path: str = ""

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


def keptProtocol(case):
    """Return the document of the protocol that the scene keeps for a case; None where there is none."""
    if case is None or not case.protocolText:
        return None
    try:
        document = json.loads(case.protocolText)
    except ValueError:
        return None
    return document if isinstance(document, dict) and "identifier" in document else None


def chosenProtocol(case):
    """Return what a case is evaluated with: "auto", an identifier, or a document."""
    kept = keptProtocol(case)
    return kept if kept is not None and kept["identifier"] == case.protocolName else case.protocolName


def filesUsedLately():
    """Return path and title of the protocol files that were used lately, the last one first."""
    try:
        found = json.loads(qt.QSettings().value(LATELY) or "[]")
        return [(str(path), str(title)) for path, title in found]
    except (TypeError, ValueError):
        # Settings can be edited by hand.
        return []


def rememberFile(path, title):
    """Put a protocol file in front of those used lately."""
    others = [pair for pair in filesUsedLately() if pair[0] != str(path)]
    qt.QSettings().setValue(LATELY, json.dumps([(str(path), title), *others][:MOST_FILES]))


def forgetFile(path):
    """Offer a protocol file no more."""
    qt.QSettings().setValue(LATELY, json.dumps([pair for pair in filesUsedLately() if pair[0] != str(path)]))


class ProtocolLink:
    """The combo box of protocols, for what a case says; used as the other links of a page are.

    :param comboBox: a ``QComboBox``.
    :param onFile: called with the path of a file that the user chooses.
    """

    def __init__(self, comboBox, onFile):
        self.comboBox, self.onFile = comboBox, onFile
        self.shipped = protocolChoices()
        self.choices = []
        self.case = None
        self.isFilling = False
        comboBox.connect("currentIndexChanged(int)", self._onChanged)
        self.refresh()

    def connectCase(self, case):
        """Follow another case; None for none."""
        self.case = case
        self.refresh()

    def refresh(self):
        """Offer what there is, and show what the case says; nothing where that is not offered."""
        self.isFilling = True
        choices = self._offered()
        if choices != self.choices:
            self.choices = choices
            self.comboBox.clear()
            for number, choice in enumerate(choices):
                self.comboBox.addItem(choice.title)
                self.comboBox.setItemData(number, choice.citation, qt.Qt.ToolTipRole)
        name = self.case.protocolName if self.case is not None else ""
        found = [number for number, choice in enumerate(choices) if name and choice.identifier == name]
        self.comboBox.setCurrentIndex(found[0] if found else -1)
        self.isFilling = False

    def showAutomatic(self, fractions):
        """Say what "auto" means for a number of fractions."""
        self.comboBox.setItemText(0, automaticLabel(self.shipped, fractions))

    def chosen(self):
        """Return the choice that is shown; None where there is none."""
        index = self.comboBox.currentIndex
        return self.choices[index] if 0 <= index < len(self.choices) else None

    def _offered(self):
        automatic = _("Chosen by the number of fractions; see the list for the sources.")
        found = [ProtocolChoice(AUTO, automaticLabel(self.shipped, 0), automatic), *self.shipped]
        kept = keptProtocol(self.case)
        known = {choice.identifier for choice in found}
        if kept is not None and kept["identifier"] not in known:
            title = _("{title}, version {version}").format(title=kept.get("title"), version=kept.get("version"))
            found.append(ProtocolChoice(kept["identifier"], title, _("Kept in this scene")))
        for path, title in filesUsedLately():
            label = _("{title} ({file})").format(title=title, file=Path(path).name)
            found.append(ProtocolChoice("", label, path, path))
        return found

    def _onChanged(self, index):
        if self.isFilling or self.case is None or not 0 <= index < len(self.choices):
            return
        choice = self.choices[index]
        if choice.path:
            self.onFile(choice.path)
        else:
            self.case.protocolName = choice.identifier
