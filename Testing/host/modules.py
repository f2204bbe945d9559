"""`slicer.modules` and the module manager: C++ logics, and scripted modules with a panel."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import slicer
from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtCore import Property, Signal

from .widgets import qSlicerWidget


class LoadableModule:
    """A module of C++: the real logic of slicer-core, and no panel."""

    def __init__(self, name: str, logic: Any) -> None:
        self.name = name
        self._logic = logic

    def logic(self) -> Any:
        return self._logic

    def widgetRepresentation(self) -> None:
        return None


class FactoryManager:
    def __init__(self, modules: dict[str, Any]) -> None:
        self._modules = modules

    def loadedModuleNames(self) -> tuple[str, ...]:
        return tuple(self._modules)

    def isLoaded(self, name: str) -> bool:
        return name in self._modules


class ModuleManager(QtCore.QObject):
    moduleAboutToBeUnloaded = Signal(str)
    moduleLoaded = Signal(str)
    moduleUnloaded = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[str, Any] = {}

    def module(self, name: str) -> Any:
        return self.known.get(name)

    def factoryManager(self) -> FactoryManager:
        return FactoryManager(self.known)


class qSlicerScriptedLoadableModule:
    """What a scripted module's class gets as `parent`; no attributes that Slicer's has not."""

    __slots__ = (
        "_widget", "acknowledgementText", "associatedNodeTypes", "categories", "contributors",
        "dependencies", "extensions", "helpText", "hidden", "icon", "index", "instance", "name",
        "path", "title",
    )  # fmt: skip

    def __init__(self, path: Path) -> None:
        self.name = path.stem
        self.path = str(path)
        self.title = self.helpText = self.acknowledgementText = ""
        self.categories, self.contributors, self.dependencies = [], [], []
        self.associatedNodeTypes, self.extensions = [], {}
        self.hidden, self.index = False, 0
        self.icon = QtGui.QIcon()
        self._widget: Any = None
        self.instance: Any = None

    def load(self) -> ModuleType:
        """Import the file and make the module's own object, as at Slicer's start."""
        folder = str(Path(self.path).parent)
        if folder not in sys.path:
            sys.path.insert(0, folder)
        module = load_source(self.name, Path(self.path))
        self.instance = getattr(module, self.name)(self)
        return module

    def widgetRepresentation(self) -> Any:
        if self._widget is None:
            self._widget = self.createNewWidgetRepresentation()
        return self._widget

    def createNewWidgetRepresentation(self) -> Any:
        widget = qSlicerScriptedLoadableModuleWidget()
        widget.setMRMLScene(slicer.mrmlScene)
        widget.setPythonSource(self.path)
        widget.setup()
        return widget

    def logic(self) -> None:
        return None


class qSlicerScriptedLoadableModuleWidget(qSlicerWidget):
    """The widget around a panel: hands setup, enter and exit on to the Python object."""

    CPP_SIGNALS: ClassVar[dict[str, str]] = qSlicerWidget.CPP_SIGNALS

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        QtWidgets.QVBoxLayout(self)
        self._path = Path()
        self._self: Any = None
        self._entered = False

    def setPythonSource(self, path: str) -> bool:
        self._path = Path(path)
        name = f"{self._path.stem}Widget"
        self._self = getattr(sys.modules[self._path.stem], name)(self)
        setattr(slicer.modules, name, self._self)
        return True

    def self(self) -> Any:
        return self._self

    def setup(self) -> None:
        self._self.setup()

    def reload(self) -> None:
        self.setPythonSource(str(self._path))
        self.setup()

    def enter(self) -> None:
        self._entered = True
        if hasattr(self._self, "enter"):
            self._self.enter()

    def exit(self) -> None:
        self._entered = False
        if hasattr(self._self, "exit"):
            self._self.exit()

    isEntered = Property(bool, lambda self: self._entered)
    moduleName = Property(str, lambda self: self._path.stem)


def load_source(name: str, path: Path) -> ModuleType:
    """Import a file under a name."""
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
