"""Stand-ins for qMRMLTableView and qMRMLSegmentsTableView, as far as a panel uses them."""

from __future__ import annotations

from typing import Any, ClassVar

import vtk
from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtCore import Property, QItemSelection, Qt, Signal, Slot

from .ctk_widgets import kept
from .node_list import Observations
from .node_selector import qMRMLWidget


class qMRMLTableView(QtWidgets.QTableView):
    """Shows a table node, and follows it."""

    CPP_SIGNALS: ClassVar[dict[str, str]] = {"mrmlSceneChanged(vtkMRMLScene*)": "mrmlSceneChanged"}
    mrmlSceneChanged = Signal(object)

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._scene: Any = None
        self._node: Any = None
        self._followed = Observations()
        self.destroyed.connect(self._followed.end)
        self._items = QtGui.QStandardItemModel(self)
        self._sorted = QtCore.QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self._items)
        self.setModel(self._sorted)

    def mrmlScene(self) -> Any:
        return self._scene

    @Slot(object)
    def setMRMLScene(self, scene: Any) -> None:
        if scene is not self._scene:
            self._scene = scene
            self.mrmlSceneChanged.emit(scene)

    def mrmlTableNode(self) -> Any:
        return self._node

    @Slot(object)
    def setMRMLTableNode(self, node: Any) -> None:
        self._followed.end()
        self._node = node
        if node is not None:
            self._followed.watch(node, (vtk.vtkCommand.ModifiedEvent,), lambda *_: self._fill())
        self._fill()

    def _fill(self) -> None:
        self._items.clear()
        if self._node is None:
            return
        columns = range(self._node.GetNumberOfColumns())
        self._items.setHorizontalHeaderLabels([self._node.GetColumnName(c) for c in columns])
        for row in range(self._node.GetNumberOfRows()):
            cells = [QtGui.QStandardItem(self._node.GetCellText(row, c)) for c in columns]
            for cell in cells:
                cell.setEditable(not self._node.GetLocked())
            self._items.appendRow(cells)

    def tableModel(self) -> Any:
        return self._items

    def sortFilterProxyModel(self) -> Any:
        return self._sorted

    @Slot()
    def copySelection(self) -> None:
        rows: dict[int, list[str]] = {}
        for index in sorted(self.selectedIndexes(), key=lambda i: (i.row(), i.column())):
            rows.setdefault(index.row(), []).append(str(index.data() or ""))
        text = "\n".join("\t".join(cells) for cells in rows.values())
        QtGui.QGuiApplication.clipboard().setText(text)

    transposed = kept("transposed", bool, False)
    firstRowLocked = kept("firstRowLocked", bool, False)
    firstColumnLocked = kept("firstColumnLocked", bool, False)


class qMRMLSegmentsTableView(qMRMLWidget):
    """One row a segment: shown or not, colour, name."""

    SHOWN, COLOUR, NAME = range(3)
    CPP_SIGNALS: ClassVar[dict[str, str]] = {
        **qMRMLWidget.CPP_SIGNALS,
        "selectionChanged(QItemSelection,QItemSelection)": "selectionChanged",
        "segmentAboutToBeModified(QString)": "segmentAboutToBeModified",
    }
    selectionChanged = Signal(QItemSelection, QItemSelection)
    segmentAboutToBeModified = Signal(str)

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._table = QtWidgets.QTableWidget(0, 3, self)
        self._table.setHorizontalHeaderLabels(["", "", "Name"])
        self._table.horizontalHeader().setStretchLastSection(True)
        self._table.setSelectionBehavior(QtWidgets.QAbstractItemView.SelectRows)
        layout.addWidget(self._table)
        self._node: Any = None
        self._followed = Observations()
        self.destroyed.connect(self._followed.end)
        self._hidden_ids: list[str] = []
        self._ids: list[str] = []
        self._table.itemChanged.connect(self._item_changed)
        self._table.selectionModel().selectionChanged.connect(self.selectionChanged)

    def segmentationNode(self) -> Any:
        return self._node

    @Slot(object)
    def setSegmentationNode(self, node: Any) -> None:
        self._node = node
        self._followed.watch_segments(node, lambda *_: self._fill())
        self._fill()

    def _fill(self) -> None:
        segmentation = self._node.GetSegmentation() if self._node is not None else None
        every = list(segmentation.GetSegmentIDs()) if segmentation is not None else []
        self._ids = [segment_id for segment_id in every if segment_id not in self._hidden_ids]
        self._table.blockSignals(True)
        self._table.setRowCount(len(self._ids))
        for row, segment_id in enumerate(self._ids):
            self._fill_row(row, segment_id, segmentation.GetSegment(segment_id))
        self._table.resizeColumnsToContents()
        self._table.blockSignals(False)

    def _fill_row(self, row: int, segment_id: str, segment: Any) -> None:
        display = self._node.GetDisplayNode()
        shown = QtWidgets.QTableWidgetItem()
        visible = display is not None and display.GetSegmentVisibility(segment_id)
        shown.setCheckState(Qt.Checked if visible else Qt.Unchecked)
        colour = QtWidgets.QTableWidgetItem()
        colour.setBackground(QtGui.QColor.fromRgbF(*segment.GetColor()))
        name = QtWidgets.QTableWidgetItem(segment.GetName())
        for column, item in ((self.SHOWN, shown), (self.COLOUR, colour), (self.NAME, name)):
            self._table.setItem(row, column, item)

    def _item_changed(self, item: Any) -> None:
        segment_id = self._ids[item.row()]
        if item.column() == self.SHOWN and self._node.GetDisplayNode() is not None:
            visible = item.checkState() == Qt.Checked
            self._node.GetDisplayNode().SetSegmentVisibility(segment_id, visible)
        if item.column() == self.NAME and not self.readOnly:
            self.segmentAboutToBeModified.emit(segment_id)
            self._node.GetSegmentation().GetSegment(segment_id).SetName(item.text())

    def tableWidget(self) -> Any:
        return self._table

    def selectedSegmentIDs(self) -> list[str]:
        rows = {index.row() for index in self._table.selectedIndexes()}
        return [self._ids[row] for row in sorted(rows)]

    def setSelectedSegmentIDs(self, segment_ids: list[str]) -> None:
        self._table.clearSelection()
        for row, segment_id in enumerate(self._ids):
            if segment_id in segment_ids:
                self._table.selectRow(row)

    def clearSelection(self) -> None:
        self._table.clearSelection()

    def setHideSegments(self, segment_ids: list[str]) -> None:
        self._hidden_ids = list(segment_ids)
        self._fill()

    def hideSegments(self) -> list[str]:
        return list(self._hidden_ids)

    def displayedSegmentIDs(self) -> list[str]:
        return list(self._ids)

    def rowForSegmentID(self, segment_id: str) -> int:
        return self._ids.index(segment_id) if segment_id in self._ids else -1

    def segmentIDForRow(self, row: int) -> str:
        return self._ids[row] if 0 <= row < len(self._ids) else ""

    def _column(column: int) -> Property:
        return Property(
            bool,
            lambda self: not self._table.isColumnHidden(column),
            lambda self, value: self._table.setColumnHidden(column, not value),
        )

    visibilityColumnVisible = _column(SHOWN)
    colorColumnVisible = _column(COLOUR)
    del _column

    segmentCount = Property(int, lambda self: len(self._ids))
    headerVisible = Property(
        bool,
        lambda self: not self._table.horizontalHeader().isHidden(),
        lambda self, value: self._table.horizontalHeader().setVisible(value),
    )
    selectionMode = kept("selectionMode", int, 3)
    readOnly = kept("readOnly", bool, False)
    opacityColumnVisible = kept("opacityColumnVisible", bool, True)
    statusColumnVisible = kept("statusColumnVisible", bool, False)
    layerColumnVisible = kept("layerColumnVisible", bool, False)
    filterBarVisible = kept("filterBarVisible", bool, False)
    textFilter = kept("textFilter", str, "")
    jumpToSelectedSegmentEnabled = kept("jumpToSelectedSegmentEnabled", bool, False)
