"""A table whose rows are entries of a list in the draft, edited in place."""

import qt
from slicer.i18n import tr as _

from ..table_widgets import HeightFitter, setColumns
from .fields import ChoiceField, ManyField, NumberField

NUMBER, CHOICE, MANY = "number", "choice", "many"
NUMBER_WIDTH = 54
REMOVE_WIDTH = 26


class Column:
    """A column of a table.

    :param key: what it shows of an entry.
    :param title, toolTip: of its header.
    :param kind: NUMBER, CHOICE or MANY.
    :param choices: pairs of code and label; for CHOICE the first one is open.
    :param openLabel: a function that returns what stands for open, for an entry.
    :param width: in pixels; None takes the room that is left.
    """

    def __init__(self, key, title, toolTip="", kind=NUMBER, *, choices=(), openLabel=None, width=NUMBER_WIDTH):
        self.key, self.title, self.toolTip, self.kind = key, title, toolTip, kind
        self.choices, self.openLabel, self.width = list(choices), openLabel, width

    def choicesFor(self, row):
        """Return the choices for an entry."""
        if self.openLabel is None:
            return self.choices
        return [("", self.openLabel(row)), *self.choices[1:]]


class RowsTable:
    """Shows and edits a list; a row can be removed by the button at its end.

    :param table: a ``QTableWidget``.
    :param addButton: adds an empty row; None for none.
    :param draft: a ``Draft``.
    :param path: the list's place in it.
    :param columns: its ``Column`` objects.
    :param newRow: what the button adds.
    """

    def __init__(self, table, addButton, draft, path, columns, newRow=()):  # noqa: PLR0917
        self.table, self.draft, self.path, self.columns = table, draft, path, columns
        self.newRow = dict(newRow)
        self.rows = []
        titles = [(column.title, column.toolTip) for column in columns]
        stretched = next((n for n, column in enumerate(columns) if column.width is None), len(columns) - 1)
        self._headers = setColumns(table, [*titles, ("", "")], stretched)
        header = table.horizontalHeader()
        header.setMinimumSectionSize(REMOVE_WIDTH)
        for number, width in enumerate([*(column.width for column in columns), REMOVE_WIDTH]):
            if width is not None:
                header.setSectionResizeMode(number, qt.QHeaderView.Fixed)
                header.resizeSection(number, width)
            elif number != stretched:
                header.setSectionResizeMode(number, qt.QHeaderView.Stretch)
        header.setSectionsClickable(False)
        self._fitter = HeightFitter(table)
        if addButton is not None:
            addButton.connect("clicked(bool)", self._onAdd)

    def refresh(self):
        """Show the entries of the draft."""
        entries = self.draft.rows(self.path)
        if len(entries) != len(self.rows):
            self._build(len(entries))
        for number, fields in enumerate(self.rows):
            for column, field in zip(self.columns, fields, strict=True):
                if column.kind == CHOICE:
                    field.setChoices(column.choicesFor(entries[number]))
                elif column.kind == MANY and column.openLabel is not None:
                    field.openLabel = column.openLabel(entries[number])
                field.refresh()
        self.table.setVisible(bool(entries))

    def field(self, row, key):
        """Return the field of a cell."""
        return self.rows[row][[column.key for column in self.columns].index(key)]

    def _build(self, count):
        self.rows = []
        self.table.setRowCount(0)
        self.table.setRowCount(count)
        for number in range(count):
            self.rows.append([self._cell(number, place) for place in range(len(self.columns))])
            self.table.setCellWidget(number, len(self.columns), self._removeButton(number))
        self._fitter.timer.start()

    def _cell(self, row, place):
        column = self.columns[place]
        path = (*self.path, row, column.key)
        if column.kind == NUMBER:
            widget = qt.QLineEdit()
            widget.setFrame(False)
            widget.setAlignment(qt.Qt.AlignRight | qt.Qt.AlignVCenter)
            field = NumberField(widget, self.draft, path)
        elif column.kind == CHOICE:
            widget = qt.QComboBox()
            widget.setSizeAdjustPolicy(qt.QComboBox.AdjustToMinimumContentsLengthWithIcon)
            widget.setMinimumContentsLength(1)
            field = ChoiceField(widget, self.draft, path, column.choices)
        else:
            widget = qt.QToolButton()
            widget.setSizePolicy(qt.QSizePolicy.Ignored, qt.QSizePolicy.Preferred)
            field = ManyField(widget, self.draft, path, column.choices, "")
        widget.toolTip = column.toolTip
        self.table.setCellWidget(row, place, widget)
        return field

    def _removeButton(self, row):
        button = qt.QToolButton()
        button.text = "×"
        button.autoRaise = True
        button.toolTip = _("Remove this row")
        button.connect("clicked(bool)", lambda checked=False, row=row: self.draft.remove(self.path, row))
        return button

    def _onAdd(self, checked=False):
        self.draft.add(self.path, dict(self.newRow))
