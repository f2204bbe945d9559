"""The editor of protocols: a dialog with head, rows, and what is wrong with them."""

from pathlib import Path

import qt
import slicer
from slicer.i18n import tr as _

from .page import UI_FOLDER
from .protocol_editor_draft import ProtocolDraft
from .protocol_editor_rows import ProtocolRows
from .wheel import NoWheel

LAST_FOLDER = "SpineRadiosurgery/ProtocolFolder"
FILES = "JSON (*.json)"
WIDTH, HEIGHT = 900, 680
HEAD_LINES = {
    "title": "Title",
    "identifier": "Identifier",
    "version": "Version",
    "date": "Date",
    "center": "Center",
    "citation": "Citation",
    "note": "Note",
}
"""Field of a protocol, and what its line is called in the layout."""


class ProtocolEditor:
    """A dialog in which a protocol is read, copied, changed, checked and saved.

    :param logic: the module's logic.
    :param onChosen: called with a protocol and its path when it was opened or saved.
    """

    def __init__(self, logic, onChosen):
        self.logic, self.onChosen = logic, onChosen
        self.draft = None
        self.isFilling = False
        self.dialog = qt.QDialog(slicer.util.mainWindow())
        self.dialog.setWindowTitle(_("Protocol"))
        self.dialog.setWindowModality(qt.Qt.WindowModal)
        self._layout = qt.QVBoxLayout(self.dialog)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.widget = slicer.util.loadUI(str(UI_FOLDER / "ProtocolEditor.ui"))
        self._layout.addWidget(self.widget)
        self.ui = slicer.util.childWidgetVariables(self.widget)
        self._rules = {
            "decisive_rows": _("every deciding row counts, the worst wins"),
            "any_of": _("rows of one group stand in for each other"),
        }
        for label in self._rules.values():
            self.ui.protocolVerdictRuleComboBox.addItem(label)
        self._noWheel = NoWheel(self.dialog)
        self.ui.protocolVerdictRuleComboBox.installEventFilter(self._noWheel)
        self.rows = ProtocolRows(self.ui, self.refresh)
        # Kept: nothing else refers to it.
        self._closing = _Closing(self.dialog, self._mayClose)
        self.dialog.installEventFilter(self._closing)
        self._connect()

    # Opening and closing

    def show(self, protocol):
        """Open the dialog with a protocol."""
        self.draft = ProtocolDraft(protocol)
        self.dialog.resize(WIDTH, HEIGHT)
        self.say("")
        self.refresh(place=0)
        self.dialog.show()

    def close(self):
        """Close the dialog; asks where something would be lost."""
        if self._mayClose():
            self.dialog.hide()

    def discard(self):
        """Remove the dialog; another one is opened."""
        self.dialog.removeEventFilter(self._closing)
        self.dialog.hide()
        self.dialog.deleteLater()

    def _mayClose(self):
        if self.draft is None or not self.draft.isChanged():
            return True
        question = _("The changes of this protocol are not saved. Close and lose them?")
        return slicer.util.confirmYesNoDisplay(question)

    # Showing

    def refresh(self, place=None):
        """Show the draft and what is wrong with it."""
        draft, ui = self.draft, self.ui
        complaints = draft.complaints()
        self.isFilling = True
        for field, name in HEAD_LINES.items():
            line = self._line(name)
            if line.text != draft.head[field]:
                line.text = draft.head[field]
                line.cursorPosition = 0
        ui.protocolVerdictRuleComboBox.setCurrentIndex(list(self._rules).index(draft.head["verdict_rule"]))
        self.isFilling = False
        self.rows.show(draft, complaints, place)
        ui.protocolSourceLabel.text = self._sourceInWords()
        self._showProblem(complaints)
        self._showButtons(complaints)

    def say(self, text):
        """Say what was done, or why not."""
        self.ui.protocolMessageLabel.text = text
        self.ui.protocolMessageLabel.setVisible(bool(text))

    def _sourceInWords(self):
        draft, said = self.draft, []
        if draft.isShipped:
            said.append(_("Comes with the program and stays as it is: copy it to edit."))
        source = draft.origin.based_on
        if source is not None:
            said.append(_("Based on {name} {version}.").format(name=source.identifier, version=source.version))
        if draft.path:
            said.append(_("File: {path}").format(path=draft.path))
        if draft.isChanged():
            said.append(_("Not saved yet."))
        return " ".join(said)

    def _showProblem(self, complaints):
        """Say the first complaint about the selected row, else about the whole, else elsewhere."""
        selected = self.rows.place + 1
        order = sorted(complaints, key=lambda complaint: {selected: 0, 0: 1}.get(complaint.row, 2))
        text = ""
        if order:
            first, more = order[0], len(order) - 1
            text = first.sentence(_("Protocol"))
            if more:
                text = _("{sentence} {count} more.").format(sentence=text, count=more)
        self.ui.protocolProblemLabel.text = text
        self.ui.protocolProblemLabel.setVisible(bool(text))
        self.ui.protocolProblemLabel.setStyleSheet("color: #b3261e")

    def _showButtons(self, complaints):
        draft, ui = self.draft, self.ui
        isEditable, row = not draft.isShipped, self.rows.selected()
        for name in HEAD_LINES.values():
            self._line(name).readOnly = not isEditable
        ui.protocolVerdictRuleComboBox.enabled = isEditable
        ui.protocolAddButton.enabled = isEditable
        ui.protocolDuplicateButton.enabled = isEditable and row is not None
        ui.protocolRemoveButton.enabled = isEditable and len(draft.rows) > 1
        ui.protocolResetButton.enabled = isEditable and row is not None and bool(row.changes)
        obstacle = _("Copy it to edit first.") if not isEditable else ""
        if complaints:
            obstacle = complaints[0].sentence(_("Protocol"))
        ui.protocolSaveAsButton.enabled = not obstacle
        ui.protocolSaveAsButton.toolTip = obstacle or _(
            "Write one JSON file, which can be shared, and choose it for the case"
        )
        ui.protocolSaveButton.enabled = not obstacle and bool(draft.path) and draft.isChanged()
        ui.protocolSaveButton.toolTip = obstacle or (
            _("Write {path}").format(path=draft.path) if draft.path else _("It is in no file yet: save it as one.")
        )

    # What a person does

    def _connect(self):
        ui = self.ui
        for button, slot in (
            (ui.protocolOpenButton, self._onOpen),
            (ui.protocolCopyButton, self._onCopy),
            (ui.protocolSaveButton, self._onSave),
            (ui.protocolSaveAsButton, self._onSaveAs),
            (ui.protocolCloseButton, self._onClose),
            (ui.protocolAddButton, self._onAdd),
            (ui.protocolDuplicateButton, self._onDuplicate),
            (ui.protocolRemoveButton, self._onRemove),
            (ui.protocolResetButton, self._onReset),
        ):
            button.connect("clicked(bool)", slot)
        for field, name in HEAD_LINES.items():
            self._line(name).connect("textChanged(QString)", self._writer(field))
        ui.protocolVerdictRuleComboBox.connect("currentIndexChanged(int)", self._onRule)

    def _line(self, name):
        return getattr(self.ui, f"protocol{name}LineEdit")

    def _writer(self, field):
        return lambda text: self._put(field, text)

    def _put(self, field, value):
        if self.isFilling or self.draft is None or self.draft.isShipped:
            return
        self.draft.head[field] = value
        self.refresh()

    def _onRule(self, index):
        if index >= 0:
            self._put("verdict_rule", list(self._rules)[index])

    def _onClose(self, checked=False):
        self.close()

    def _onAdd(self, checked=False):
        self.refresh(place=self.draft.add())

    def _onDuplicate(self, checked=False):
        self.refresh(place=self.draft.duplicate(self.rows.place))

    def _onRemove(self, checked=False):
        self.draft.remove(self.rows.place)
        self.refresh()

    def _onReset(self, checked=False):
        self.rows.selected().reset()
        self.refresh()

    def _onCopy(self, checked=False):
        if self.draft.isChanged() and not slicer.util.confirmYesNoDisplay(
            _("The copy is made of the protocol as it was opened. Lose the changes?")
        ):
            return
        self.draft.copyToEdit()
        self.refresh(place=0)
        self.say(_("This is a copy: give it a title and an identifier, change it, and save it as a file."))

    # Files

    def _onOpen(self, checked=False):
        if not self._mayClose():
            return
        folder = qt.QSettings().value(LAST_FOLDER) or ""
        path = qt.QFileDialog.getOpenFileName(self.dialog, _("Open protocol"), folder, FILES)
        if path:
            self.open(path)

    def open(self, path):
        """Take a protocol from a file into the editor, and choose it for the case."""
        try:
            protocol = self.logic.readProtocol(path)
        except ValueError as error:
            self.say(str(error))
            return
        self._took(protocol, path)
        self.say(_("Opened, and chosen for the case."))

    def _onSave(self, checked=False):
        self.save(self.draft.path)

    def _onSaveAs(self, checked=False):
        folder = qt.QSettings().value(LAST_FOLDER) or ""
        name = f"{self.draft.head['identifier']}.json"
        path = qt.QFileDialog.getSaveFileName(
            self.dialog, _("Save protocol"), f"{folder}/{name}" if folder else name, FILES
        )
        if path:
            self.save(path if Path(path).suffix else f"{path}.json")

    def save(self, path):
        """Write the protocol into a file, and choose it for the case."""
        try:
            protocol = self.draft.protocol()
            self.logic.writeProtocol(protocol, path)
        except ValueError as error:
            self.say(str(error))
            return
        self._took(protocol, path)
        self.say(_("Saved, and chosen for the case: {path}").format(path=path))

    def _took(self, protocol, path):
        self.draft.open(protocol, path)
        qt.QSettings().setValue(LAST_FOLDER, str(Path(path).parent))
        self.onChosen(protocol, str(path))
        self.refresh()


class _Closing(qt.QObject):
    """Asks before the dialog is closed by its window or by Esc.

    :param parent: what it lives as long as.
    :param mayClose: a function that says whether.
    """

    def __init__(self, parent, mayClose):
        qt.QObject.__init__(self, parent)
        self.mayClose = mayClose

    def eventFilter(self, watched, event):
        """Stop what would close the dialog."""
        isEscape = event.type() == qt.QEvent.KeyPress and event.key() == qt.Qt.Key_Escape
        if not (isEscape or event.type() == qt.QEvent.Close) or self.mayClose():
            return False
        event.ignore()
        return True
