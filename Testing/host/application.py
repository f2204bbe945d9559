"""`slicer.app`, as far as modules and slicer.util ask it for something."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6 import QtCore, QtWidgets
from PySide6.QtCore import Signal

from .file_io import CoreIOManager
from .modules import ModuleManager
from .mrml import Mrml


class Application(QtCore.QObject):
    """An application without a main window and without a layout manager.

    Parameters
    ----------
    mrml : Mrml
    folder : pathlib.Path
        For temporary files and settings.
    testing : bool
        What `testingEnabled` says. Slicer shows no error and asks nothing in testing mode.
    """

    applicationName = "Slicer"
    majorVersion, minorVersion = 5, 12
    documentationBaseUrl = "documentation:"
    startupCompleted = Signal()
    mrmlSceneChanged = Signal(object)

    def __init__(self, mrml: Mrml, folder: Path, testing: bool) -> None:
        super().__init__()
        self.temporaryPath = str(folder)
        self.slicerHome = str(folder)
        self.translator: Callable[[str, str], str] = lambda context, text: text
        self._mrml = mrml
        self._testing = testing
        self._io = CoreIOManager(mrml.scene, mrml.module_logics)
        self._modules = ModuleManager()

    def applicationLogic(self) -> Any:
        return self._mrml.application_logic

    def mrmlScene(self) -> Any:
        return self._mrml.scene

    def coreIOManager(self) -> CoreIOManager:
        return self._io

    ioManager = coreIOManager

    def moduleManager(self) -> ModuleManager:
        return self._modules

    def layoutManager(self) -> None:
        return None

    def testingEnabled(self) -> bool:
        return self._testing

    def translate(self, context: str, text: str) -> str:
        return self.translator(context, text)

    def settings(self) -> QtCore.QSettings:
        return QtCore.QSettings()

    userSettings = revisionUserSettings = settings

    def moduleDocumentationUrl(self, moduleName: str) -> str:
        return f"{self.documentationBaseUrl}{moduleName}"

    def processEvents(self, *_: Any) -> None:
        QtWidgets.QApplication.processEvents()

    def setOverrideCursor(self, cursor: Any) -> None:
        QtWidgets.QApplication.setOverrideCursor(cursor)

    def restoreOverrideCursor(self) -> None:
        QtWidgets.QApplication.restoreOverrideCursor()

    def overrideCursor(self) -> Any:
        return QtWidgets.QApplication.overrideCursor()

    def topLevelWidgets(self) -> list[Any]:
        return QtWidgets.QApplication.topLevelWidgets()

    def clipboard(self) -> Any:
        return QtWidgets.QApplication.clipboard()

    def pauseRender(self) -> None:
        """Nothing is rendered here."""

    def resumeRender(self) -> None:
        """Nothing is rendered here."""
