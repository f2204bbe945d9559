"""Small tables of what is met or not: the eligibility checklist and the dose ranges."""

import qt

from ..table_widgets import HeightFitter, placeItem, setColumns
from ..verdicts import COLORS


class Checklist:
    """A table of three columns that is read, not edited.

    :param table: a ``QTableWidget``.
    :param titles: of the columns.
    """

    def __init__(self, table, titles):
        self.table = table
        self._items = []
        self._shown = None
        self._headers = setColumns(table, [(title, "") for title in titles], stretched=0)
        table.horizontalHeader().setSectionsClickable(False)
        self._fitter = HeightFitter(table)

    def show(self, rows):
        """Show rows.

        :param rows: tuples of three texts, a key of ``verdicts.COLORS`` or "" for the last one, and
          the tooltip.
        """
        if rows == self._shown:
            return
        self._shown = list(rows)
        # Items are named as long as the table holds them: else Slicer's Python may let go of them.
        former, self._items = self._items, []
        self.table.setRowCount(len(rows))
        for number, (*texts, color, toolTip) in enumerate(rows):
            for column, text in enumerate(texts):
                item = placeItem(self.table, number, column, text, toolTip)
                item.setTextAlignment(qt.Qt.AlignLeft | qt.Qt.AlignTop)
                self._items.append(item)
            if color:
                item.setForeground(qt.QBrush(qt.QColor(COLORS[color])))
        former.clear()
        self.table.setVisible(bool(rows))
        self._fitter.fit()
