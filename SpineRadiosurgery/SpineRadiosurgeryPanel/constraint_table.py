"""The table of constraints in the panel: colored verdicts, sorted by a click on a column, copied as text."""

import qt
import slicer
from slicer.i18n import tr as _

from .constraint_rows import LIMIT, MARGIN, STRUCTURE, VALUE, VERDICT, asText, inOrder, readRows
from .table_widgets import HeightFitter, addCopyAction, inLines, placeItem, setColumns
from .verdicts import COLORS


class ConstraintTable:
    """A table widget that shows the constraints of an evaluation.

    :param table: a ``QTableWidget``.
    :param allRowsCheckBox: a ``QCheckBox``; without it rows of other organs that pass are left out.
    :param onRow: called with the ``ConstraintRow`` that the user clicks.
    """

    def __init__(self, table, allRowsCheckBox, onRow):
        self.table, self.allRowsCheckBox, self.onRow = table, allRowsCheckBox, onRow
        self.rows = []
        self.shownRows = []
        self.column, self.descending = None, False
        self._items = []
        self._fitter = HeightFitter(table)
        self._shown = None
        self._headerItems = self._setUpColumns()
        self._titles = [item.text() for item in self._headerItems]
        self._copyAction = addCopyAction(table, self.copySelected)
        table.connect("cellClicked(int,int)", self._onCell)
        table.horizontalHeader().connect("sectionClicked(int)", self.sortBy)
        allRowsCheckBox.connect("toggled(bool)", self._onAllRows)

    def showEvaluation(self, tableNode):
        """Show the constraints of an evaluation in the order that the user has chosen; None for none."""
        shown = None if tableNode is None else (tableNode.GetID(), tableNode.GetMTime())
        if shown != self._shown:
            self._shown = shown
            self.rows = [] if tableNode is None else readRows(tableNode)
            self._fill()

    def sortBy(self, column):
        """Sort by a column; again the other way around; a third time as at first."""
        first = column == VERDICT
        if column != self.column:
            self.column, self.descending = column, first
        elif self.descending == first:
            self.descending = not first
        else:
            self.column, self.descending = None, False
        self._fill()

    def copy(self):
        """Put all rows that are shown on the clipboard."""
        self._copy(self.shownRows)

    def copySelected(self):
        """Put the selected rows on the clipboard; all where none is selected."""
        numbers = sorted({index.row() for index in self.table.selectionModel().selectedRows(0)})
        self._copy([self.shownRows[number] for number in numbers] or self.shownRows)

    def _copy(self, rows):
        slicer.app.clipboard().setText(asText(rows))
        slicer.util.showStatusMessage(_("Rows copied: {count}").format(count=len(rows)), 3000)

    def _setUpColumns(self):
        return setColumns(
            self.table,
            (
                (_("Verdict"), _("Click to sort by gravity")),
                (_("Structure"), _("Click to sort by name")),
                (_("Metric"), _("In TG-263 notation; the unit stands with the value")),
                (_("Value"), _("With its uncertainty; click to sort by number")),
                (_("Limit"), _("At most this much, where it says nothing else; click to sort by number")),
                (
                    _("Margin"),
                    _("Distance of the value from the limit in percent of the limit, negative beyond it"),
                ),
            ),
            stretched=VALUE,
        )

    def _fill(self):
        # Items are named as long as the table holds them: else Slicer's Python may let go of them.
        former, self._items = self._items, []
        quiet = [row for row in self.rows if row.isQuiet]
        shown = [row for row in self.rows if self.allRowsCheckBox.checked or not row.isQuiet]
        self.shownRows = inOrder(shown, self.column, self.descending)
        self.table.setRowCount(len(self.shownRows))
        for number, row in enumerate(self.shownRows):
            self._fillRow(number, row)
        former.clear()
        self._showOrder()
        self._fitter.fit()
        self.allRowsCheckBox.setVisible(bool(quiet))
        self.allRowsCheckBox.text = _("All {count} rows").format(count=len(self.rows))
        self.allRowsCheckBox.toolTip = _(
            "Also show the {count} rows of other organs that pass or cannot be evaluated"
        ).format(count=len(quiet))

    def _fillRow(self, number, row):
        toolTip = "\n".join(row.details())
        for column, text in enumerate(row.cells()):
            shown = inLines(text) if column == STRUCTURE else text
            isNumber = column in (VALUE, LIMIT, MARGIN)
            item = placeItem(self.table, number, column, shown, toolTip, isNumber=isNumber)
            self._items.append(item)
            if column == VERDICT:
                item.setBackground(qt.QBrush(qt.QColor(COLORS[row.status])))
                item.setForeground(qt.QBrush(qt.QColor("#ffffff")))

    def _showOrder(self):
        # An arrow in the title: Qt's own takes its room in every column.
        arrow = " ▾" if self.descending else " ▴"
        for column, (title, item) in enumerate(zip(self._titles, self._headerItems, strict=True)):
            item.setText(title + arrow if column == self.column else title)

    def _onCell(self, row, column):
        self.onRow(self.shownRows[row])

    def _onAllRows(self, checked):
        self._fill()
