"""Stand-in for qMRMLSegmentSelectorWidget: a segmentation and one of its segments."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6 import QtWidgets
from PySide6.QtCore import Property, Signal, Slot

from .ctk_widgets import kept
from .node_list import Observations
from .node_selector import qMRMLNodeComboBox, qMRMLWidget


class qMRMLSegmentSelectorWidget(qMRMLWidget):
    CPP_SIGNALS: ClassVar[dict[str, str]] = {
        **qMRMLWidget.CPP_SIGNALS,
        "currentNodeChanged(vtkMRMLNode*)": "currentNodeChanged",
        "currentNodeChanged(bool)": "_validityChanged",
        "currentSegmentChanged(QString)": "currentSegmentChanged",
        "segmentSelectionChanged(QStringList)": "segmentSelectionChanged",
    }
    currentNodeChanged = Signal(object)
    _validityChanged = Signal(bool)
    currentSegmentChanged = Signal(str)
    segmentSelectionChanged = Signal("QStringList")

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._nodes = qMRMLNodeComboBox(self)
        self._nodes.addEnabled = self._nodes.removeEnabled = False
        self._nodes.nodeTypes = ["vtkMRMLSegmentationNode"]
        self._segments = QtWidgets.QComboBox(self)
        self._message = QtWidgets.QLabel(self)
        for widget in (self._nodes, self._segments, self._message):
            layout.addWidget(widget)
        self._current_id = ""
        self._followed = Observations()
        self.destroyed.connect(self._followed.end)
        self._nodes.currentNodeChanged.connect(self._node_changed)
        self._segments.currentIndexChanged.connect(self._segment_changed)
        self.mrmlSceneChanged.connect(self._nodes.setMRMLScene)
        self._fill()

    def _node_changed(self, node: Any) -> None:
        self._followed.watch_segments(node, lambda *_: self._fill())
        self._fill()
        self.currentNodeChanged.emit(node)
        self._validityChanged.emit(node is not None)

    def _fill(self) -> None:
        node = self.currentNode()
        segmentation = node.GetSegmentation() if node is not None else None
        ids = list(segmentation.GetSegmentIDs()) if segmentation is not None else []
        self._segments.blockSignals(True)
        self._segments.clear()
        if ids and self.noneEnabled:
            self._segments.addItem("None", "")
        for segment_id in ids:
            self._segments.addItem(segmentation.GetSegment(segment_id).GetName(), segment_id)
        keep = self._current_id in ids or (self.noneEnabled and not self._current_id)
        self._segments.setCurrentIndex(self._segments.findData(self._current_id) if keep else -1)
        self._segments.blockSignals(False)
        self._segments.setVisible(bool(ids))
        empty = "No node is selected" if node is None else "No segments in segmentation"
        self._message.setText("" if ids else empty)
        self._message.setVisible(not ids)
        if ids and not keep:
            self._segments.setCurrentIndex(1 if self.noneEnabled else 0)

    def _segment_changed(self, index: int) -> None:
        if self.currentNode() is not None:
            self._current_id = self._segments.itemData(index) or ""
            self.currentSegmentChanged.emit(self._current_id)

    def currentNode(self) -> Any:
        return self._nodes.currentNode()

    def currentNodeID(self) -> str:
        return self._nodes.currentNodeID

    @Slot(object)
    def setCurrentNode(self, node: Any) -> None:
        self._nodes.setCurrentNode(node)

    @Slot(str)
    def setCurrentNodeID(self, node_id: str) -> None:
        self._nodes.setCurrentNodeID(node_id)

    def currentSegmentID(self) -> str:
        return self._current_id

    @Slot(str)
    def setCurrentSegmentID(self, segment_id: str) -> None:
        row = self._segments.findData(segment_id or "")
        if row >= 0:
            self._segments.setCurrentIndex(row)

    def _set_none_enabled(self, enabled: bool) -> None:
        self._nodes.noneEnabled = enabled
        self._fill()

    noneEnabled = Property(bool, lambda self: self._nodes.noneEnabled, _set_none_enabled)
    segmentationNodeSelectorVisible = Property(
        bool,
        lambda self: not self._nodes.isHidden(),
        lambda self, value: self._nodes.setVisible(value),
    )
    editEnabled = kept("editEnabled", bool, False)
    horizontalLayout = kept("horizontalLayout", bool, False)
    selectNodeUponCreation = kept("selectNodeUponCreation", bool, True)
