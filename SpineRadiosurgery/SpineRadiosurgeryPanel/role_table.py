"""The table of a case's structures: what each is taken for, its volume, and what is to be known."""

import qt
from slicer.i18n import tr as _

from .table_widgets import inLines, placeItem, setColumns
from .wheel import NoWheel

NAME, ROLE, VOLUME, NOTE = range(4)
MOST_HEIGHT = 260
"""In pixels: the table of a plan with many structures scrolls."""


def roleLabels():
    """Return what the roles are called, by role, the decisive ones first."""
    return {
        "target": _("target"),
        "gtv": _("GTV"),
        "ptv": _("PTV"),
        "vertebra": _("vertebra"),
        "cord": _("cord"),
        "prv": _("PRV of the cord"),
        "canal": _("canal"),
        "nerve_root": _("nerve root"),
        "organ": _("organ"),
        "external": _("external"),
        "ignore": _("ignore"),
    }


class RoleTable:
    """Shows structures and lets a person say what they are.

    :param table: a ``QTableWidget``.
    :param onRole: called with a segment ID and the role that was chosen for it.
    :param onOpened: called with a segment ID when its row was double-clicked.
    """

    def __init__(self, table, onRole, onOpened):
        self.table, self.onRole = table, onRole
        self.labels = roleLabels()
        self.values = list(self.labels)
        self.isFilling = False
        self._names = []
        self._shown = None
        self._combos = {}
        self._kept = []
        self._wheelIsForTheTable = NoWheel(table)
        self._headers = setColumns(
            table,
            (
                (_("Structure"), ""),
                (_("Role"), _("Guessed from name, type and terminology; choose another if it is wrong")),
                (_("cc"), _("Volume, known once the case was checked")),
                (_("Note"), ""),
            ),
            stretched=NOTE,
        )
        table.connect("cellDoubleClicked(int,int)", lambda row, column: onOpened(self._names[row][0]))

    def show(self, names, roles, facts):
        """Show structures.

        :param names: pairs of segment ID and name.
        :param roles: role by segment ID.
        :param facts: by segment ID, of those that were checked.
        """
        order = {role: number for number, role in enumerate(self.values)}
        if sorted(names) != sorted(self._names):
            # Where the user changes a role its row stays where it is.
            self._names = sorted(names, key=lambda pair: order[roles[pair[0]]])
            self._shown = None
            self._fillRows()
        if self._shown == (roles, facts):
            return
        self._shown = (dict(roles), dict(facts))
        self.isFilling = True
        for segmentID, _name in self._names:
            self._combos[segmentID].setCurrentIndex(order[roles[segmentID]])
        self.isFilling = False
        self._fillFacts(facts)
        self._fitHeight()

    def _fillRows(self):
        self.table.setRowCount(0)
        self.table.setRowCount(len(self._names))
        self._combos, self._kept = {}, []
        for row, (segmentID, name) in enumerate(self._names):
            self._kept.append(placeItem(self.table, row, NAME, inLines(name), toolTip=name))
            self.table.setCellWidget(row, ROLE, self._comboBox(segmentID))

    def _comboBox(self, segmentID):
        comboBox = qt.QComboBox()
        comboBox.installEventFilter(self._wheelIsForTheTable)
        for label in self.labels.values():
            comboBox.addItem(label)
        comboBox.connect("currentIndexChanged(int)", lambda index, of=segmentID: self._onChosen(of, index))
        self._combos[segmentID] = comboBox
        return comboBox

    def _fitHeight(self):
        self.table.resizeRowsToContents()
        rows = self.table.horizontalHeader().height + self.table.verticalHeader().length()
        self.table.setFixedHeight(min(rows + 2 * self.table.frameWidth, MOST_HEIGHT))

    def _fillFacts(self, facts):
        for row, (segmentID, _name) in enumerate(self._names):
            found = facts.get(segmentID)
            known = found is not None and found.volume_cc is not None
            volume = f"{found.volume_cc:.2f}" if known else ""
            # A percent sign stays with its number.
            note = found.note.replace(" %", "\u00a0%") if found is not None else ""
            self._kept.append(placeItem(self.table, row, VOLUME, volume, isNumber=True))
            self._kept.append(placeItem(self.table, row, NOTE, note, toolTip=note))

    def _onChosen(self, segmentID, index):
        if not self.isFilling and index >= 0:
            self.onRole(segmentID, self.values[index])
