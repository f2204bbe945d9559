"""What the panel's tables of results have in common."""

import qt
from slicer.i18n import tr as _

LONGEST_LINE = 12
"""Characters of a structure's name in a line, where underscores let it be broken."""


def setColumns(table, columns, stretched):
    """Name the columns of a ``QTableWidget``; returns the header's items, to be kept.

    :param columns: pairs of title and tooltip.
    :param stretched: number of the column that takes the room that is left.
    """
    items = []
    table.setColumnCount(len(columns))
    header = table.horizontalHeader()
    for number, (title, toolTip) in enumerate(columns):
        item = qt.QTableWidgetItem(title)
        item.setToolTip(toolTip)
        table.setHorizontalHeaderItem(number, item)
        items.append(item)
        header.setSectionResizeMode(
            number, qt.QHeaderView.Stretch if number == stretched else qt.QHeaderView.ResizeToContents
        )
    header.setSectionsClickable(True)
    header.setHighlightSections(False)
    table.verticalHeader().setVisible(False)
    return items


def placeItem(table, row, column, text, toolTip="", *, isNumber=False):
    """Put a text into a cell; returns the item, to be kept as long as it is shown."""
    item = qt.QTableWidgetItem(text)
    item.setToolTip(toolTip)
    if isNumber:
        item.setTextAlignment(qt.Qt.AlignRight | qt.Qt.AlignVCenter)
    table.setItem(row, column, item)
    return item


def inLines(name):
    """Return the name of a structure with line breaks after underscores, so that its column stays narrow."""
    lines = [""]
    for part in name.replace("_", "_\n").split("\n"):
        if lines[-1] and len(lines[-1]) + len(part) > LONGEST_LINE:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)


class HeightFitter:
    """Keeps a table as high as its rows: the panel scrolls, not the table in it.

    :param table: a ``QTableWidget``.
    """

    def __init__(self, table):
        self.table = table
        # Rows are measured when all columns have got their width.
        self.timer = qt.QTimer(table)
        self.timer.setSingleShot(True)
        self.timer.setInterval(0)
        self.timer.connect("timeout()", self.fit)
        table.horizontalHeader().connect("sectionResized(int,int,int)", self._onResized)

    def fit(self):
        """Measure the rows now."""
        table = self.table
        table.resizeRowsToContents()
        scrollBar = table.horizontalScrollBar()
        height = table.horizontalHeader().height + table.verticalHeader().length() + 2 * table.frameWidth
        table.setFixedHeight(height + (scrollBar.height if scrollBar.isVisible() else 0))

    def _onResized(self, section, before, now):
        self.timer.start()


def addCopyAction(table, onCopy):
    """Let Ctrl+C and the context menu copy; returns the action, to be kept."""
    action = qt.QAction(_("Copy"), table)
    action.setShortcut(qt.QKeySequence("Ctrl+C"))
    action.setShortcutContext(qt.Qt.WidgetShortcut)
    action.connect("triggered(bool)", onCopy)
    table.addAction(action)
    table.setContextMenuPolicy(qt.Qt.ActionsContextMenu)
    return action
