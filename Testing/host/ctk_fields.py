"""More stand-ins of CTK: paths, combo boxes, buttons with an extra, the message box."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6 import QtGui, QtWidgets
from PySide6.QtCore import Property, Signal, Slot

from .ctk_widgets import kept


class ctkPathLineEdit(QtWidgets.QWidget):
    """A path with its history and a button to look for it."""

    CPP_SIGNALS: ClassVar[dict[str, str]] = {
        "currentPathChanged(QString)": "currentPathChanged",
        "validInputChanged(bool)": "validInputChanged",
    }
    currentPathChanged = Signal(str)
    validInputChanged = Signal(bool)

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._edit = QtWidgets.QComboBox(self)
        self._edit.setEditable(True)
        self._edit.setSizePolicy(QtWidgets.QSizePolicy.Expanding, QtWidgets.QSizePolicy.Fixed)
        self._button = QtWidgets.QToolButton(self)
        self._button.setText("...")
        layout.addWidget(self._edit)
        layout.addWidget(self._button)
        self._edit.editTextChanged.connect(self.currentPathChanged)

    @Slot(str)
    def setCurrentPath(self, path: str) -> None:
        self._edit.setEditText(path)

    @Slot()
    def addCurrentPathToHistory(self) -> None:
        if self._edit.findText(self._edit.currentText) < 0:
            self._edit.addItem(self._edit.currentText)

    def _show_button(self, visible: bool) -> None:
        self._button.setVisible(visible)

    currentPath = Property(str, lambda self: self._edit.currentText, setCurrentPath)
    showBrowseButton = Property(
        bool, lambda self: not self._button.isHidden(), lambda self, value: self._show_button(value)
    )
    showHistoryButton = kept("showHistoryButton", bool, True)
    label = kept("label", str, "")
    settingKey = kept("settingKey", str, "")
    filters = kept("filters", "QVariant", 0)
    options = kept("options", "QVariant", 0)
    nameFilters = kept("nameFilters", "QStringList", [])
    minimumContentsLength = kept("minimumContentsLength", int, 0)


class ctkDirectoryButton(QtWidgets.QWidget):
    CPP_SIGNALS: ClassVar[dict[str, str]] = {"directoryChanged(QString)": "directoryChanged"}
    directoryChanged = Signal(str)

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._button = QtWidgets.QPushButton(self)
        layout.addWidget(self._button)

    @Slot(str)
    def setDirectory(self, directory: str) -> None:
        if directory != self._button.text:
            self._button.setText(directory)
            self.directoryChanged.emit(directory)

    directory = Property(str, lambda self: self._button.text, setDirectory)
    caption = kept("caption", str, "")
    options = kept("options", "QVariant", 0)


class ctkComboBox(QtWidgets.QComboBox):
    """Shows a hint while nothing is selected."""

    CPP_SIGNALS: ClassVar[dict[str, str]] = {}

    @Slot(str)
    def setDefaultText(self, text: str) -> None:
        self.setPlaceholderText(text)

    defaultText = Property(str, lambda self: self.placeholderText, setDefaultText)
    forceDefault = kept("forceDefault", bool, False)
    elideMode = kept("elideMode", "QVariant", 0)
    scrollWheelEffect = kept("scrollWheelEffect", "QVariant", 0)
    currentUserDataAsString = Property(
        str,
        lambda self: str(self.currentData or ""),
        lambda self, value: self.setCurrentIndex(self.findData(value)),
    )


class ctkCheckBox(QtWidgets.QCheckBox):
    CPP_SIGNALS: ClassVar[dict[str, str]] = {}


class ctkPushButton(QtWidgets.QPushButton):
    CPP_SIGNALS: ClassVar[dict[str, str]] = {}
    buttonTextAlignment = kept("buttonTextAlignment", "QVariant", 0)


class ctkCheckablePushButton(ctkPushButton):
    CPP_SIGNALS: ClassVar[dict[str, str]] = {"checkBoxToggled(bool)": "checkBoxToggled"}
    checkBoxToggled = Signal(bool)
    checkState = kept("checkState", "QVariant", 0)
    checkBoxControlsButton = kept("checkBoxControlsButton", bool, True)
    checkBoxControlsButtonToggleState = kept("checkBoxControlsButtonToggleState", bool, True)
    checkBoxUserCheckable = kept("checkBoxUserCheckable", bool, True)


class ctkColorPickerButton(QtWidgets.QPushButton):
    CPP_SIGNALS: ClassVar[dict[str, str]] = {"colorChanged(QColor)": "colorChanged"}
    colorChanged = Signal(QtGui.QColor)

    @Slot(QtGui.QColor)
    def setColor(self, color: QtGui.QColor) -> None:
        if color != self.color:
            self._color = QtGui.QColor(color)
            picture = QtGui.QPixmap(16, 16)
            picture.fill(self._color)
            self.setIcon(QtGui.QIcon(picture))
            self.colorChanged.emit(self._color)

    color = Property(
        QtGui.QColor, lambda self: self.__dict__.get("_color", QtGui.QColor()), setColor
    )
    displayColorName = kept("displayColorName", bool, True)


class ctkMessageBox(QtWidgets.QMessageBox):
    CPP_SIGNALS: ClassVar[dict[str, str]] = {}
    dontShowAgain = kept("dontShowAgain", bool, False)
    dontShowAgainVisible = kept("dontShowAgainVisible", bool, False)
    dontShowAgainSettingsKey = kept("dontShowAgainSettingsKey", str, "")


class ctkFittedTextBrowser(QtWidgets.QTextBrowser):
    CPP_SIGNALS: ClassVar[dict[str, str]] = {}
    collapsibleText = kept("collapsibleText", str, "")
    collapsed = kept("collapsed", bool, True)
