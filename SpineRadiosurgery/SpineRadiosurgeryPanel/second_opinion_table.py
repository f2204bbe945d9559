"""SlicerRT's numbers beside ours."""

import math

import qt
from slicer.i18n import tr as _

from .constraint_rows import measured
from .table_widgets import HeightFitter, inLines, placeItem, setColumns
from .verdicts import COLORS

OURS, MARK = 2, 5


class SecondOpinionTable:
    """A table widget that shows what SlicerRT makes of the same structures and dose.

    :param table: a ``QTableWidget``.
    """

    def __init__(self, table):
        self.table = table
        self._items = []
        self._fitter = HeightFitter(table)
        self._headerItems = setColumns(
            table,
            (
                (_("Structure"), ""),
                (_("Metric"), _("In TG-263 notation; the unit stands with the value")),
                (_("Ours"), _("Of the volume inside the dose grid, which is what SlicerRT counts")),
                (_("SlicerRT"), ""),
                (_("Diff."), _("SlicerRT's value less ours")),
                ("", _("Whether the difference is no larger than sampling explains")),
            ),
            stretched=OURS,
        )

    def showRows(self, rows):
        """Show rows of the library's ``kept_opinions``; none hide the table."""
        former, self._items = self._items, []
        self.table.setRowCount(len(rows))
        for number, row in enumerate(rows):
            for column, text in enumerate(_texts(row)):
                isNumber = OURS <= column < MARK
                item = placeItem(self.table, number, column, text, row.sentence, isNumber=isNumber)
                self._items.append(item)
            if row.status == "differs":
                mark = self._items[-1]
                mark.setBackground(qt.QBrush(qt.QColor(COLORS["caution"])))
                mark.setForeground(qt.QBrush(qt.QColor("#ffffff")))
        former.clear()
        self.table.setVisible(bool(rows))
        self._fitter.fit()


def _texts(row):
    ours, theirs, difference = (measured(value, math.nan, row.unit) for value in (row.ours, row.theirs, row.difference))
    marks = {"agrees": "✓", "differs": _("differs")}
    return (
        inLines(row.structure),
        row.metric.partition("[")[0] or "–",
        ours,
        theirs,
        difference.replace("-", "−"),
        marks.get(row.status, "–"),
    )
