"""The rows of the protocol in the editor: a table of all, and the fields of the one that is selected."""

import qt
from slicer.i18n import tr as _

from .protocol_editor_draft import countsIn, inWords, isInstitutional, numberIn
from .table_widgets import placeItem, setColumns
from .wheel import NoWheel

ON, STRUCTURE, METRIC, LIMIT, CAUTION, FRACTIONS, ROLE, VERIFIED, PROBLEM = range(9)
TEXT_FIELDS = {
    "structure": "Structure",
    "metric": "Metric",
    "limit": "Limit",
    "caution_limit": "CautionLimit",
    "fractions": "Fractions",
    "citation": "RowCitation",
    "endpoint": "Endpoint",
    "group": "Group",
    "note": "RowNote",
}
"""Field of a row, and what its line is called in the layout."""


def roleLabels():
    """Return what the roles of rows are called."""
    return {
        "decides": _("decides"),
        "whole_cord": _("whole cord"),
        "advisory": _("advisory"),
        "organ": _("organ"),
    }


class ProtocolRows:
    """Shows the rows of a draft and writes what a person changes in them.

    :param ui: the editor's widgets.
    :param onChanged: called after a change.
    """

    def __init__(self, ui, onChanged):
        self.ui, self.onChanged = ui, onChanged
        self.draft = None
        self.place = -1
        self.isFilling = False
        self._shown, self._items = [], {}
        self._noWheel = NoWheel(ui.protocolTable)
        self._headers = setColumns(ui.protocolTable, _columns(), stretched=PROBLEM)
        # Complaints name rows by their numbers.
        ui.protocolTable.verticalHeader().setVisible(True)
        ui.protocolTable.verticalHeader().setDefaultSectionSize(22)
        self._fillChoices()
        ui.protocolTable.connect("itemSelectionChanged()", self._onSelected)
        for field, name in TEXT_FIELDS.items():
            self._line(name).connect("textChanged(QString)", self._writer(field))
        ui.protocolRoleComboBox.connect("currentIndexChanged(int)", self._onRole)
        ui.protocolComparatorComboBox.connect("currentIndexChanged(int)", self._onComparator)
        ui.protocolVerifiedCheckBox.connect("toggled(bool)", lambda checked: self._put("verified", bool(checked)))
        ui.protocolEnabledCheckBox.connect("toggled(bool)", lambda checked: self._put("enabled", bool(checked)))

    def show(self, draft, complaints, place=None):
        """Show a draft.

        :param complaints: of the draft.
        :param place: of the row to select; by default the one that is.
        """
        self.draft = draft
        self.place = max(0, min(self.place if place is None else place, len(draft.rows) - 1))
        problems = {}
        for complaint in complaints:
            problems.setdefault(complaint.row, complaint.text)
        self.isFilling = True
        self._fillTable(problems)
        self._fillFields()
        self.isFilling = False

    def selected(self):
        """Return the selected row of the draft; None where there is none."""
        rows = self.draft.rows if self.draft is not None else []
        return rows[self.place] if 0 <= self.place < len(rows) else None

    def _fillTable(self, problems):
        table, shown = self.ui.protocolTable, []
        for number, row in enumerate(self.draft.rows):
            values, problem = row.values(), problems.get(number + 1, "")
            shown.append((*_cells(values), problem or _remark(row), bool(problem)))
        if table.rowCount != len(shown):
            table.setRowCount(len(shown))
            self._shown, self._items = [], {}
        for number, cells in enumerate(shown):
            # Rows that stay as they are take no time: TG-101 has 166 of them.
            if self._shown[number : number + 1] != [cells]:
                self._placeRow(number, cells[:-1], cells[-1])
        self._shown = shown
        if table.currentRow() != self.place:
            table.selectRow(self.place)

    def _placeRow(self, number, cells, isWrong):
        for column, text in enumerate(cells):
            item = placeItem(self.ui.protocolTable, number, column, text, text, isNumber=column in {LIMIT, CAUTION})
            if isWrong and column == PROBLEM:
                item.setForeground(qt.QColor("#b3261e"))
            elif cells[ON] != _("on"):
                item.setForeground(qt.QColor("#757575"))
            self._items[number, column] = item

    def _fillFields(self):
        row, ui = self.selected(), self.ui
        ui.protocolRowFrame.setVisible(row is not None)
        if row is None:
            return
        values, isEditable = row.values(), not self.draft.isShipped
        for field, name in TEXT_FIELDS.items():
            line = self._line(name)
            line.readOnly = not isEditable
            if _READERS.get(field, str)(line.text) != values[field]:
                line.text = inWords(values[field])
                line.cursorPosition = 0
        ui.protocolUnitLabel.text = values["unit"]
        ui.protocolRoleComboBox.setCurrentIndex(_indexOf(values["role"], self._roles))
        ui.protocolComparatorComboBox.setCurrentIndex(_indexOf(values["comparator"], self._comparators))
        ui.protocolVerifiedCheckBox.checked = bool(values["verified"])
        ui.protocolVerifiedCheckBox.enabled = isEditable and not isInstitutional(values)
        for widget in (ui.protocolRoleComboBox, ui.protocolComparatorComboBox, ui.protocolEnabledCheckBox):
            widget.enabled = isEditable
        ui.protocolEnabledCheckBox.checked = bool(values["enabled"])

    def _fillChoices(self):
        labels = roleLabels()
        self._roles, self._comparators = list(labels), ["<=", "<", ">="]
        for comboBox, texts in (
            (self.ui.protocolRoleComboBox, labels.values()),
            (self.ui.protocolComparatorComboBox, self._comparators),
        ):
            comboBox.installEventFilter(self._noWheel)
            for text in texts:
                comboBox.addItem(text)

    def _line(self, name):
        return getattr(self.ui, f"protocol{name}LineEdit")

    def _writer(self, field):
        read = _READERS.get(field, str)
        return lambda text: self._put(field, read(text))

    def _onRole(self, index):
        if index >= 0:
            self._put("role", self._roles[index])

    def _onComparator(self, index):
        if index >= 0:
            self._put("comparator", self._comparators[index])

    def _onSelected(self):
        place = self.ui.protocolTable.currentRow()
        if not self.isFilling and place >= 0 and place != self.place:
            self.place = place
            self.onChanged()

    def _put(self, field, value):
        row = self.selected()
        if self.isFilling or row is None or self.draft.isShipped or row.values()[field] == value:
            return
        row.put(field, value)
        self.onChanged()


_SHORT = {
    "structure": "structure",
    "metric": "metric",
    "comparator": "comparator",
    "limit": "limit",
    "caution_limit": "caution limit",
    "fractions": "fractions",
    "role": "role",
    "group": "group",
}
"""Fields whose former value stands in the table, by the words of protocol files."""


def _numberOrNone(text):
    found = numberIn(text)
    return None if found == "" else found


_READERS = {"limit": numberIn, "caution_limit": _numberOrNone, "fractions": countsIn}
"""What the text of a line means; elsewhere the text itself."""


def _columns():
    return (
        (_("On"), _("Rows that are off are kept, and never evaluated")),
        (_("Structure"), _("TG-263 name; SpinalCord_Partial is the cord volume")),
        (_("Metric"), ""),
        (_("Limit"), ""),
        (_("Caution"), _("Beyond it, but within the limit, the row is a caution")),
        (_("Fractions"), ""),
        (_("Role"), _("What the row does to the verdict")),
        (_("Verified"), _("The number was read in the source that is cited")),
        (_("Source, or what is to be known"), ""),
    )


def _cells(values):
    unit, caution = values["unit"], values["caution_limit"]
    return (
        _("on") if values["enabled"] else _("off"),
        values["structure"],
        values["metric"],
        f"{values['comparator']} {inWords(values['limit'])} {unit}",
        f"{inWords(caution)} {unit}" if caution is not None else "",
        inWords(values["fractions"]),
        roleLabels().get(values["role"], values["role"]),
        _("yes") if values["verified"] else _("no"),
    )


def _remark(row):
    """Say what was changed in a row, else where its limit is from."""
    values, said = row.values(), []
    if row.isNew:
        said.append(_("new row"))
    else:
        for key in row.changes:
            former = inWords(row.source[key])
            if key in {"limit", "caution_limit"} and former:
                former = f"{former} {row.source['unit']}"
            if key in _SHORT:
                said.append(_("{field} was {former}").format(field=_SHORT[key], former=former or _("none")))
    if isInstitutional(values):
        said.append(_("institutional limit"))
    return "; ".join(said) or values["citation"]


def _indexOf(value, values):
    return values.index(value) if value in values else -1
