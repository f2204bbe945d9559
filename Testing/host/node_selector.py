"""Stand-ins for qMRMLWidget and qMRMLNodeComboBox."""

from __future__ import annotations

from typing import Any, ClassVar

import slicer
from PySide6 import QtWidgets
from PySide6.QtCore import Property, Qt, Signal, Slot

from .ctk_fields import ctkComboBox
from .ctk_widgets import kept
from .node_list import NodeList

KIND, NODE_ID = Qt.UserRole, Qt.UserRole + 1
NONE_ROW, NODE_ROW, ACTION_ROW = "none", "node", "action"


class qMRMLWidget(QtWidgets.QWidget):
    """Hands its scene to the widgets that are connected to it."""

    CPP_SIGNALS: ClassVar[dict[str, str]] = {"mrmlSceneChanged(vtkMRMLScene*)": "mrmlSceneChanged"}
    mrmlSceneChanged = Signal(object)

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._scene: Any = None

    def mrmlScene(self) -> Any:
        return self._scene

    def setMRMLScene(self, scene: Any) -> None:
        if scene is not self._scene:
            self._scene = scene
            self.mrmlSceneChanged.emit(scene)


class qMRMLNodeComboBox(QtWidgets.QWidget):
    """A combo box of nodes: perhaps "None", the nodes, then what can be done with them.

    The rows lie in a real combo box, so that what is current after a node came or went is decided
    by Qt, as in Slicer. Without a scene it is disabled.
    """

    CPP_SIGNALS: ClassVar[dict[str, str]] = {
        "currentNodeChanged(vtkMRMLNode*)": "currentNodeChanged",
        "currentNodeChanged(bool)": "_validityChanged",
        "currentNodeIDChanged(QString)": "currentNodeIDChanged",
        "nodeActivated(vtkMRMLNode*)": "nodeActivated",
        "nodeAdded(vtkMRMLNode*)": "nodeAdded",
        "nodeAddedByUser(vtkMRMLNode*)": "nodeAddedByUser",
        "nodeAddedByUserAction(vtkMRMLNode*)": "nodeAddedByUserAction",
        "nodeAboutToBeEdited(vtkMRMLNode*)": "nodeAboutToBeEdited",
        "currentNodeRenamed(QString)": "currentNodeRenamed",
    }
    currentNodeChanged = Signal(object)
    _validityChanged = Signal(bool)
    currentNodeIDChanged = Signal(str)
    nodeActivated = Signal(object)
    nodeAdded = Signal(object)
    nodeAddedByUser = Signal(object)
    nodeAddedByUserAction = Signal(object)
    nodeAboutToBeEdited = Signal(object)
    currentNodeRenamed = Signal(str)

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._box = ctkComboBox(self)
        self._box.setSizePolicy(QtWidgets.QSizePolicy.Expanding, QtWidgets.QSizePolicy.Fixed)
        layout.addWidget(self._box)
        self._list = NodeList(self._follow_scene)
        self._flags = {"none": False, "add": True, "remove": True, "edit": False, "rename": False}
        self._none_display = "None"
        self._labels: dict[str, str] = {}
        self._base_names: dict[str, str] = {}
        self._wanted_id: str | None = None
        self._announced_id = ""
        self._silent = False
        self._box.currentIndexChanged.connect(self._current_changed)
        self._box.activated.connect(self._row_activated)
        self.destroyed.connect(self._list.end)
        self.setEnabled(False)

    # ---- the scene

    def mrmlScene(self) -> Any:
        return self._list.scene

    def setMRMLScene(self, scene: Any) -> None:
        if scene is self._list.scene:
            return
        self._silent = True
        self._list.observe(scene)
        self._rebuild()
        if self._wanted_id is not None:
            self._select(self._wanted_id)
        self._wanted_id = None
        self._silent = False
        self.setEnabled(scene is not None)
        self._current_changed()

    def _rebuild(self) -> None:
        """Fill the combo box anew, and keep what was current."""
        current = self.currentNodeID
        was_silent, self._silent = self._silent, True
        self._box.clear()
        if self._list.scene is not None:
            if self._flags["none"]:
                self._box.addItem(self._none_display, NONE_ROW)
            before = self._box.currentIndex
            for text in self._actions():
                self._box.addItem(text, ACTION_ROW)
            self._box.setCurrentIndex(before)
            self._add_rows(announce=False)
            self._select_if_listed(current)
        self._box.setDefaultText(f"Select a {self._label()}")
        self._silent = was_silent
        self._current_changed()

    def _follow_scene(self) -> None:
        """Take rows of nodes that went, add rows of nodes that came, write names anew."""
        listed = {node.GetID(): node for node in self._list.nodes()}
        for row in reversed(range(self._box.count)):
            node_id = self._box.itemData(row, NODE_ID)
            if self._box.itemData(row, KIND) == NODE_ROW and node_id not in listed:
                self._box.removeItem(row)
        self._add_rows(announce=True)
        for row in range(self._box.count):
            node = listed.get(self._box.itemData(row, NODE_ID))
            if node is not None and self._box.itemText(row) != node.GetName():
                self._box.setItemText(row, node.GetName())

    def _add_rows(self, announce: bool) -> None:
        there = {self._box.itemData(row, NODE_ID) for row in range(self._box.count)}
        nodes = self._list.nodes()
        self._list.watch_names(nodes)
        for node in nodes:
            if node.GetID() in there:
                continue
            row = self._box.count - len(self._actions())
            self._box.insertItem(row, node.GetName() or "", NODE_ROW)
            self._box.setItemData(row, node.GetID(), NODE_ID)
            if announce:
                self.nodeAdded.emit(node)

    def _actions(self) -> list[str]:
        label = self._label()
        texts = {
            "rename": f"Rename current {label}",
            "edit": f"Edit current {label}",
            "add": f"Create new {label}",
            "remove": f"Delete current {label}",
        }
        return [text for flag, text in texts.items() if self._flags[flag]]

    def _label(self) -> str:
        kind = self._list.node_types[0] if self._list.node_types else ""
        return self.nodeTypeLabel(kind)

    # ---- what is current

    def _current_changed(self, row: int = 0) -> None:
        if self._silent:
            return
        if self._box.itemData(self._box.currentIndex, KIND) == ACTION_ROW:
            self._box.setCurrentIndex(self._last_node_row())
            return
        node = self.currentNode()
        node_id = node.GetID() if node is not None else ""
        if node_id != self._announced_id:
            self._announced_id = node_id
            self.currentNodeChanged.emit(node)
            self._validityChanged.emit(node is not None)
            self.currentNodeIDChanged.emit(node_id)

    def _last_node_row(self) -> int:
        rows = [row for row in range(self._box.count) if self._box.itemData(row, KIND) == NODE_ROW]
        return rows[-1] if rows else (0 if self._flags["none"] else -1)

    def _row_activated(self, row: int) -> None:
        if self._box.itemData(row, KIND) in (NODE_ROW, NONE_ROW):
            self.nodeActivated.emit(self.currentNode())

    def _select(self, node_id: str) -> None:
        if not self._select_if_listed(node_id):
            self._box.setCurrentIndex(0 if self._flags["none"] else -1)

    def _select_if_listed(self, node_id: str) -> bool:
        row = self._box.findData(node_id, NODE_ID) if node_id else -1
        if row >= 0:
            self._box.setCurrentIndex(row)
        return row >= 0

    def currentNode(self) -> Any:
        node_id = self.currentNodeID
        return self._list.scene.GetNodeByID(node_id) if node_id else None

    @Slot(object)
    def setCurrentNode(self, node: Any) -> None:
        if node is not None and not isinstance(node, slicer.vtkMRMLNode):
            raise ValueError(f"setCurrentNode: a node or None is wanted, not {node!r}.")
        self.setCurrentNodeID(node.GetID() if node is not None else "")

    @Slot(str)
    def setCurrentNodeID(self, node_id: str) -> None:
        if self._list.scene is None:
            self._wanted_id = node_id or ""
        self._select(node_id or "")

    @Slot(int)
    def setCurrentNodeIndex(self, index: int) -> None:
        self.setCurrentNode(self.nodeFromIndex(index))

    def nodeCount(self) -> int:
        return len(self._list.nodes())

    def nodeFromIndex(self, index: int) -> Any:
        nodes = self._list.nodes()
        return nodes[index] if 0 <= index < len(nodes) else None

    # ---- what a person does with nodes

    @Slot()
    def addNode(self, node_type: str | None = None) -> Any:
        kind = node_type or (self._list.node_types[0] if self._list.node_types else "")
        if self._list.scene is None or kind not in self._list.node_types:
            return None
        node = self._list.scene.CreateNodeByClass(kind)
        node.UnRegister(None)
        base = self._base_names.get(kind) or node.GetName() or node.GetDefaultNodeNamePrefix()
        node.SetName(self._list.scene.GetUniqueNameByString(base))
        for _, name, value in self._list.attributes:
            node.SetAttribute(name, value or "")
        node = self._list.scene.AddNode(node)
        if self.selectNodeUponCreation:
            self.setCurrentNode(node)
        self.nodeAddedByUser.emit(node)
        return node

    @Slot()
    def removeCurrentNode(self) -> None:
        self._list.scene.RemoveNode(self.currentNode())

    @Slot()
    def editCurrentNode(self) -> None:
        self.nodeAboutToBeEdited.emit(self.currentNode())

    # ---- what is listed

    def addAttribute(self, node_type: str, name: str, value: Any = None) -> None:
        text = None if value is None else str(value)
        self._list.attributes.append((node_type, name, text))
        self._rebuild()

    def removeAttribute(self, node_type: str, name: str) -> None:
        kept_ones = [item for item in self._list.attributes if item[:2] != (node_type, name)]
        self._list.attributes = kept_ones
        self._rebuild()

    def setNodeTypeLabel(self, label: str, node_type: str) -> None:
        self._labels[node_type] = label
        self._rebuild()

    def nodeTypeLabel(self, node_type: str) -> str:
        if node_type in self._labels:
            return self._labels[node_type]
        scene = self._list.scene
        found = scene.GetTypeDisplayNameByClassName(node_type) if scene and node_type else ""
        return found or "node"

    def setNodeTypes(self, node_types: Any) -> None:
        self._list.node_types = [kind for kind in node_types if kind]
        self._rebuild()

    def _set_filter(self, name: str, value: Any) -> None:
        setattr(self._list, name, value)
        self._rebuild()

    def _set_flag(self, name: str, value: bool) -> None:
        if self._flags[name] != value:
            self._flags[name] = value
            self._rebuild()

    def _set_none_display(self, text: str) -> None:
        self._none_display = text
        self._rebuild()

    def setBaseName(self, base: str, node_type: str = "") -> None:
        for kind in [node_type] if node_type else self._list.node_types:
            self._base_names[kind] = base

    def _flag(name: str) -> Property:
        return Property(
            bool, lambda self: self._flags[name], lambda self, value: self._set_flag(name, value)
        )

    noneEnabled = _flag("none")
    addEnabled = _flag("add")
    removeEnabled = _flag("remove")
    editEnabled = _flag("edit")
    renameEnabled = _flag("rename")
    del _flag

    currentNodeID = Property(
        str,
        lambda self: self._box.itemData(self._box.currentIndex, NODE_ID) or "",
        setCurrentNodeID,
    )
    nodeTypes = Property("QStringList", lambda self: self._list.node_types, setNodeTypes)
    showHidden = Property(
        bool,
        lambda self: self._list.show_hidden,
        lambda self, value: self._set_filter("show_hidden", value),
    )
    showChildNodeTypes = Property(
        bool,
        lambda self: self._list.show_child_types,
        lambda self, value: self._set_filter("show_child_types", value),
    )
    hideChildNodeTypes = Property(
        "QStringList",
        lambda self: self._list.hidden_child_types,
        lambda self, value: self._set_filter("hidden_child_types", list(value)),
    )
    noneDisplay = Property(str, lambda self: self._none_display, _set_none_display)
    baseName = Property(
        str,
        lambda self: next(iter(self._base_names.values()), ""),
        lambda self, value: self.setBaseName(value),
    )
    selectNodeUponCreation = kept("selectNodeUponCreation", bool, True)
    interactionNodeSingletonTag = kept("interactionNodeSingletonTag", str, "Singleton")
    sizeAdjustPolicy = kept("sizeAdjustPolicy", "QVariant", 0)
