"""`qt.QUiLoader`: loads a .ui file with the stand-ins in the place of Slicer's own widgets."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

from PySide6 import QtCore, QtUiTools
from PySide6.QtCore import QObject


def ui_loader_class(stand_ins: dict[str, type]) -> type:
    """Make the loader class that knows the given stand-ins by their C++ names."""

    class QUiLoader(QtUiTools.QUiLoader):
        """A class without a stand-in is an error that names it."""

        def createWidget(self, class_name: str, parent: Any = None, name: str = "") -> Any:
            if class_name not in stand_ins:
                if class_name.startswith(("qMRML", "ctk", "qSlicer")):
                    text = f"The test host has no stand-in for {class_name} ({name})."
                    _failures(self).append(RuntimeError(text))
                return super().createWidget(class_name, parent, name)
            try:
                widget = stand_ins[class_name](parent)
            except Exception as error:
                _failures(self).append(error)  # Qt would swallow it and leave a gap.
                return None
            QObject.setObjectName(widget, name)
            _made(self).append(widget)
            return widget

        def load(self, file: QtCore.QFile, parent: Any = None) -> Any:
            path = Path(file.fileName())
            tree = ElementTree.parse(path)
            scene_links = _take_scene_links(tree)
            buffer = QtCore.QBuffer()
            buffer.setData(ElementTree.tostring(tree.getroot(), encoding="utf-8"))
            buffer.open(QtCore.QBuffer.ReadOnly)
            self.setWorkingDirectory(QtCore.QDir(str(path.parent)))
            widget = super().load(buffer, parent)
            if _failures(self):
                raise _failures(self)[0]
            if widget is None:
                raise RuntimeError(f"{path.name}: {self.errorString()}")
            _connect_scene(widget, scene_links)
            # Else Python forgets what it made, and Qt is left with the bare C++ widget.
            widget.__dict__["_made_by_loader"] = _made(self)
            return widget

    return QUiLoader


def _made(loader: QObject) -> list[Any]:
    return loader.__dict__.setdefault("_made", [])


def _failures(loader: QObject) -> list[Exception]:
    return loader.__dict__.setdefault("_failures", [])


def _take_scene_links(tree: Any) -> list[dict[str, str]]:
    """Take connections with VTK types out of the file: Qt cannot make them."""
    taken = []
    for connections in tree.iter("connections"):
        for connection in list(connections.findall("connection")):
            ends = {
                tag: connection.findtext(tag) or ""
                for tag in ("sender", "signal", "receiver", "slot")
            }
            if "vtk" in ends["signal"]:
                taken.append(ends)
                connections.remove(connection)
    return taken


def _connect_scene(top: Any, links: list[dict[str, str]]) -> None:
    def find(name: str) -> Any:
        found = top if top.objectName == name else top.findChild(QObject, name)
        if found is None:
            raise RuntimeError(f"The .ui file connects '{name}', which is not in it.")
        return found

    for link in links:
        receiver = getattr(find(link["receiver"]), link["slot"].split("(")[0])
        find(link["sender"]).connect(link["signal"], receiver)
