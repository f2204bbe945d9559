"""Start the host, load a scripted module, use its panel, photograph it, and stop again."""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace, TracebackType
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import slicer
import slicer.util
from PySide6 import QtCore, QtTest, QtWidgets

from . import modules, slicer_python, web_widget, widgets
from .application import Application
from .mrml import Mrml

PANEL_WIDTH = 420


class Host:
    """A running host; one at a time. `stop` leaves the process as it was.

    Attributes
    ----------
    scene : vtkMRMLScene
    app : Application
    errors : list of BaseException
        What slots and observers raised: Qt and VTK swallow it, a test must not.
    vtk_errors : list of str
        What VTK reported as errors.
    """

    def __init__(self, share: Path | None = None, testing: bool = True) -> None:
        if hasattr(slicer, "app"):
            raise RuntimeError("An application is running already; stop it first.")
        self._former_modules = dict(sys.modules)
        self._former_path = list(sys.path)
        self._former_hook = sys.excepthook
        self._scratch = tempfile.TemporaryDirectory(prefix="spine-radiosurgery-host-")
        folder = Path(self._scratch.name)
        # Qt and VTK objects hold one another: collected at the end, not whenever Python likes.
        self._collected_before = gc.isenabled()
        gc.disable()
        # What other tests hold need not be searched for garbage when this host ends.
        gc.freeze()
        self.errors: list[BaseException] = []
        sys.excepthook = self._remember
        self._qt = widgets.install(folder / "settings")
        QtCore.QSettings().setValue("Developer/SelfTestDisplayMessageDelay", 0)
        self._mrml = Mrml(folder, share)
        self.app = Application(self._mrml, folder, testing)
        self._set_globals()
        slicer_python.install()

    def _set_globals(self) -> None:
        slicer.app = self.app
        slicer.mrmlScene = self._mrml.scene
        slicer.modules = SimpleNamespace()
        slicer.qSlicerScriptedLoadableModule = modules.qSlicerScriptedLoadableModule
        slicer.qSlicerScriptedLoadableModuleWidget = modules.qSlicerScriptedLoadableModuleWidget
        slicer.qSlicerWebWidget = web_widget.qSlicerWebWidget
        for name, logic in self._mrml.module_logics.items():
            self._register(name, modules.LoadableModule(name, logic))

    def _register(self, name: str, module: Any) -> None:
        setattr(slicer.modules, name.lower(), module)
        self.app.moduleManager().known[name] = module

    def _remember(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        self.errors.append(error)
        self._former_hook(kind, error, trace)

    @property
    def scene(self) -> Any:
        return self._mrml.scene

    @property
    def vtk_errors(self) -> list[str]:
        return self._mrml.errors

    def take_errors(self) -> list[BaseException]:
        """Return what slots and observers raised, and forget it."""
        taken, self.errors[:] = list(self.errors), []
        return taken

    # ---- modules

    def load_module(self, path: str | Path) -> ModuleType:
        """Load a scripted module's file as Slicer does at its start: no panel yet."""
        module = modules.qSlicerScriptedLoadableModule(Path(path).resolve())
        self._register(module.name, module)
        loaded = module.load()
        setattr(slicer.modules, f"{module.name}Instance", module.instance)
        return loaded

    def widget(self, module_name: str) -> Any:
        """Return the module's Python widget, shown and entered; made when first asked for."""
        panel = self.panel(module_name)
        if not panel.isEntered:
            panel.show()
            panel.enter()
            self.settle()
        return panel.self()

    def panel(self, module_name: str) -> Any:
        """Return the Qt widget that holds a module's panel, made when first asked for."""
        return self.app.moduleManager().module(module_name).widgetRepresentation()

    def leave(self, module_name: str) -> None:
        """Go to another module."""
        self.panel(module_name).exit()
        self.panel(module_name).hide()
        self.settle()

    def reload(self, module_name: str) -> Any:
        """Press the module's Reload button; return the new Python widget."""
        self.panel(module_name).self().onReload()
        self.settle()
        return self.panel(module_name).self()

    # ---- the scene

    def close_scene(self) -> None:
        """What File / Close Scene does."""
        self.scene.Clear(0)
        self.settle()

    def save_scene(self, path: str | Path) -> None:
        if not slicer.util.saveScene(str(path)):
            raise RuntimeError(f"The scene could not be saved to {path}.")

    def load_scene(self, path: str | Path) -> None:
        """Load a scene in the place of the present one."""
        slicer.util.loadScene(str(path), {"clear": True})
        self.settle()

    # ---- a person

    def settle(self, milliseconds: int = 0) -> None:
        """Let Qt do what is waiting."""
        if milliseconds:
            QtTest.QTest.qWait(milliseconds)
        for _ in range(3):
            QtWidgets.QApplication.sendPostedEvents(None, QtCore.QEvent.DeferredDelete)
            QtWidgets.QApplication.processEvents()

    def click(self, button: Any) -> None:
        """Click as a person can: only what is shown and enabled."""
        if not button.isVisible() or not button.isEnabled():
            raise AssertionError(
                f"'{button.objectName}' cannot be clicked: "
                f"{'hidden' if not button.isVisible() else 'disabled'} ({button.toolTip})"
            )
        button.click()
        self.settle()

    def translate_with(self, translator: Callable[[str, str], str]) -> None:
        """Translate (context, text); what then still reads English never went through `_()`."""
        self.app.translator = translator

    def screenshot(
        self, widget: Any, path: str | Path, width: int = PANEL_WIDTH, height: int | None = None
    ) -> Path:
        """Write a PNG of a widget at a width in pixels, as high as it wants to be."""
        target = getattr(widget, "parent", widget)
        target = widget if callable(target) else target
        target.show()
        target.resize(width, height or 10)
        self.settle()
        target.resize(width, height or max(target.sizeHint().height(), self._height_for(target)))
        self.settle()
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        if not target.grab().save(str(path)):
            raise RuntimeError(f"The picture could not be written to {path}.")
        return path

    @staticmethod
    def _height_for(widget: Any) -> int:
        layout = widget.layout()
        wants = layout is not None and layout.hasHeightForWidth()
        return layout.heightForWidth(widget.width) if wants else 0

    # ---- the end

    def stop(self) -> None:
        """Close panels and scene, and take every global back."""
        for name, module in self.app.moduleManager().known.items():
            if getattr(module, "_widget", None) is not None:
                self.app.moduleManager().moduleAboutToBeUnloaded.emit(name)
                module._widget = None
        for widget in QtWidgets.QApplication.topLevelWidgets():
            widget.close()
            widget.deleteLater()
        self.settle()
        self._mrml.stop()
        slicer_python.uninstall()
        widgets.uninstall()
        for name in (
            "app", "mrmlScene", "modules",
            "qSlicerScriptedLoadableModule", "qSlicerScriptedLoadableModuleWidget",
            "qSlicerWebWidget",
        ):  # fmt: skip
            delattr(slicer, name)
        sys.excepthook = self._former_hook
        sys.path[:] = self._former_path
        self._restore_python_modules()
        self._scratch.cleanup()
        gc.collect()
        gc.unfreeze()
        if self._collected_before:
            gc.enable()

    def _restore_python_modules(self) -> None:
        """Undo reloads, so that other tests meet the classes they imported."""
        former = self._former_modules
        replaced = {name for name, module in former.items() if sys.modules.get(name) is not module}
        packages = {name.partition(".")[0] for name in replaced}
        for name in list(sys.modules):
            if name not in former and name.partition(".")[0] in packages:
                del sys.modules[name]
        sys.modules.update({name: former[name] for name in replaced})
        for name in self._loaded_names():
            sys.modules.pop(name, None)

    def _loaded_names(self) -> list[str]:
        """Return the scripted modules and the packages beside them."""
        known = self.app.moduleManager().known.values()
        folders = [Path(module.path).parent for module in known if hasattr(module, "path")]
        return [
            name
            for name, module in sys.modules.items()
            if name not in self._former_modules
            and (file := getattr(module, "__file__", None))
            and any(Path(file).is_relative_to(folder) for folder in folders)
            and name.partition(".")[0] not in {m.partition(".")[0] for m in self._former_modules}
        ]


def start_host(share: str | Path | None = None, *, testing: bool = True) -> Host:
    """Start the host; `share` is a folder with `terminologies/*.json`, `testing` Slicer's mode."""
    return Host(Path(share) if share is not None else None, testing)
