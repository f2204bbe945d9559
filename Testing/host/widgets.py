"""Put `qt`, `ctk` and the qMRML widgets in the place where a module looks for them."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import slicer
from PySide6 import QtCore, QtGui, QtWidgets

from . import ctk_fields, ctk_widgets, node_selector, segment_selector, tables
from .pythonqt import dress_up, is_stand_in
from .ui_loader import ui_loader_class

LOGGER = logging.getLogger(__name__)


def _log_qt_message(kind: Any, context: Any, text: str) -> None:
    serious = kind in (QtCore.QtMsgType.QtCriticalMsg, QtCore.QtMsgType.QtFatalMsg)
    LOGGER.log(logging.ERROR if serious else logging.INFO, "Qt: %s", text)


class qSlicerWidget(node_selector.qMRMLWidget):
    CPP_SIGNALS: ClassVar[dict[str, str]] = node_selector.qMRMLWidget.CPP_SIGNALS


class qMRMLSpinBox(ctk_widgets.ctkDoubleSpinBox):
    CPP_SIGNALS: ClassVar[dict[str, str]] = ctk_widgets.ctkDoubleSpinBox.CPP_SIGNALS
    quantity = ctk_widgets.kept("quantity", str, "")
    unitAwareProperties = ctk_widgets.kept("unitAwareProperties", "QVariant", 0)

    def setMRMLScene(self, scene: object) -> None:
        """Units of the scene are not taken over: a .ui file says decimals and suffix itself."""


class qMRMLSliderWidget(ctk_widgets.ctkSliderWidget):
    CPP_SIGNALS: ClassVar[dict[str, str]] = ctk_widgets.ctkSliderWidget.CPP_SIGNALS
    quantity = ctk_widgets.kept("quantity", str, "")
    unitAwareProperties = ctk_widgets.kept("unitAwareProperties", "QVariant", 0)

    def setMRMLScene(self, scene: object) -> None:
        """Units of the scene are not taken over: a .ui file says decimals and suffix itself."""


def stand_ins() -> dict[str, type]:
    """Return every stand-in by the name of its C++ class."""
    places = (ctk_widgets, ctk_fields, node_selector, segment_selector, tables)
    found = {
        name: kind
        for place in places
        for name, kind in vars(place).items()
        if isinstance(kind, type) and kind.__module__ == place.__name__ and is_stand_in(kind)
    }
    own = (qSlicerWidget, qMRMLSpinBox, qMRMLSliderWidget)
    return {**found, **{kind.__name__: kind for kind in own}}


def install(settings_folder: Path) -> QtWidgets.QApplication:
    """Make `import qt`, `import ctk` and `slicer.qMRML...` work; return Qt's application."""
    application = QtWidgets.QApplication.instance() or QtWidgets.QApplication(["Slicer"])
    QtCore.qInstallMessageHandler(_log_qt_message)
    application.setStyle("Fusion")
    application.setOrganizationName("Test host")
    application.setApplicationName("Slicer")
    QtCore.QSettings.setDefaultFormat(QtCore.QSettings.IniFormat)
    for scope in (QtCore.QSettings.UserScope, QtCore.QSettings.SystemScope):
        QtCore.QSettings.setPath(QtCore.QSettings.IniFormat, scope, str(settings_folder))
    dress_up()
    known = stand_ins()
    qt, ctk = ModuleType("qt"), ModuleType("ctk")
    for module in (QtCore, QtGui, QtWidgets):
        vars(qt).update({name: getattr(module, name) for name in dir(module) if name[0] == "Q"})
    qt.Signal, qt.Slot, qt.Property = QtCore.Signal, QtCore.Slot, QtCore.Property
    qt.QUiLoader = ui_loader_class(known)
    for name, kind in known.items():
        setattr(ctk if name.startswith("ctk") else slicer, name, kind)
    sys.modules["qt"], sys.modules["ctk"] = qt, ctk
    return application


def uninstall() -> None:
    """Take back `install`; Qt's classes keep their manners."""
    for name in stand_ins():
        if hasattr(slicer, name):
            delattr(slicer, name)
    QtCore.qInstallMessageHandler(None)
    for name in ("qt", "ctk"):
        sys.modules.pop(name, None)
