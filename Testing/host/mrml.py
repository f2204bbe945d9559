"""The part of 3D Slicer that is real here: scene and logics of slicer-core.

Beside these there are only two things that Slicer's Qt plug-ins do: an item of the subject
hierarchy for every data node, and the slice logics that give every slice view its layers.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import slicer
import vtk

# The name under slicer.modules, and the logic; the order of Slicer, where volumes look up colours.
MODULE_LOGICS = {
    "units": "vtkSlicerUnitsLogic",
    "terminologies": "vtkSlicerTerminologiesModuleLogic",
    "subjecthierarchy": "vtkSlicerSubjectHierarchyModuleLogic",
    "volumes": "vtkSlicerVolumesLogic",
    "models": "vtkSlicerModelsLogic",
    "transforms": "vtkSlicerTransformLogic",
    "tables": "vtkSlicerTablesLogic",
    "texts": "vtkSlicerTextsLogic",
    "markups": "vtkSlicerMarkupsLogic",
    "plots": "vtkSlicerPlotsLogic",
    "segmentations": "vtkSlicerSegmentationsModuleLogic",
    "sequences": "vtkSlicerSequencesLogic",
    "cropvolume": "vtkSlicerCropVolumeLogic",
    "cameras": "vtkSlicerCamerasModuleLogic",
    "viewcontrollers": "vtkSlicerViewControllersLogic",
    "reformat": "vtkSlicerReformatLogic",
    "data": "vtkSlicerDataModuleLogic",
}
# Made by Slicer's plug-ins for no node of these classes.
_WITHOUT_ITEM = (
    "vtkMRMLDisplayNode",
    "vtkMRMLStorageNode",
    "vtkMRMLColorNode",
    "vtkMRMLSubjectHierarchyNode",
)


class Mrml:
    """One scene with everything of slicer-core that works on it.

    Parameters
    ----------
    folder : pathlib.Path
        An empty folder for temporary files and the cache; the caller removes it.
    share : pathlib.Path, optional
        Holds `terminologies/*.json` as Slicer's share folder does. The wheel has none, and the
        terminologies logic complains at every scene without them: without it, it is left out.
    """

    def __init__(self, folder: Path, share: Path | None = None) -> None:
        self.scene = slicer.vtkMRMLScene()
        self.scene.SetVersion("Slicer 5.12.0 0")
        self.scene.SetRootDirectory(str(folder))
        self.errors: list[str] = []
        self._former_window = vtk.vtkOutputWindow.GetInstance()
        vtk.vtkOutputWindow.SetInstance(self._recording_window())
        self._managers = _data_managers(self.scene, folder / "cache")
        _add_crosshair(self.scene)
        self.application_logic = _application_logic(self.scene, folder)
        self.module_logics = self._start_module_logics(share)
        self._observers = [
            self.scene.AddObserver(slicer.vtkMRMLScene.NodeAddedEvent, _node_added),
            self.scene.AddObserver(slicer.vtkMRMLScene.NodeAboutToBeRemovedEvent, _node_removed),
        ]
        slicer.vtkMRMLSliceNode.AddDefaultSliceOrientationPresets(self.scene, True)
        self._layout = slicer.vtkMRMLLayoutLogic()
        self._layout.SetMRMLScene(self.scene)
        self.slice_logics = self._start_slice_logics()

    def _recording_window(self) -> Any:
        window = vtk.vtkOutputWindow()

        @vtk.calldata_type(vtk.VTK_STRING)
        def received(caller: Any, event: str, text: str) -> None:
            self.errors.append(" ".join(text.split()))

        window.AddObserver("ErrorEvent", received)
        window.SetDisplayModeToAlwaysStdErr()
        return window

    def _start_module_logics(self, share: Path | None) -> dict[str, Any]:
        logics = {}
        for name, class_name in MODULE_LOGICS.items():
            shared = share / name if share is not None else None
            if name == "terminologies" and (shared is None or not shared.is_dir()):
                continue
            logic = getattr(slicer, class_name)()
            if shared is not None and shared.is_dir():
                logic.SetModuleShareDirectory(str(shared))
            logic.SetMRMLApplicationLogic(self.application_logic)
            logic.SetMRMLScene(self.scene)
            known_as = class_name.removeprefix("vtkSlicer").removesuffix("Logic")
            self.application_logic.SetModuleLogic(known_as.removesuffix("Module"), logic)
            logics[name] = logic
        return logics

    def _start_slice_logics(self) -> Any:
        """What the layout manager does: one logic for each of the three slice views."""
        collection = vtk.vtkCollection()
        for name in ("Red", "Yellow", "Green"):
            node = self.scene.GetSingletonNode(name, "vtkMRMLSliceNode")
            logic = slicer.vtkMRMLSliceLogic()
            logic.SetMRMLApplicationLogic(self.application_logic)
            logic.SetMRMLScene(self.scene)
            logic.SetSliceNode(node)
            collection.AddItem(logic)
        self.application_logic.SetSliceLogics(collection)
        return collection

    def stop(self) -> None:
        """Empty the scene and cut what holds it."""
        for tag in self._observers:
            self.scene.RemoveObserver(tag)
        self.application_logic.SetSliceLogics(vtk.vtkCollection())
        for position in range(self.slice_logics.GetNumberOfItems()):
            self.slice_logics.GetItemAsObject(position).SetMRMLScene(None)
        self._layout.SetMRMLScene(None)
        self.scene.Clear(1)
        self.application_logic.GetColorLogic().SetMRMLScene(None)
        self.application_logic.SetMRMLScene(None)
        cache, _ = self._managers
        cache.SetMRMLScene(None)
        self.scene.SetDataIOManager(None)
        self.scene.SetCacheManager(None)
        vtk.vtkOutputWindow.GetInstance().RemoveAllObservers()
        vtk.vtkOutputWindow.SetInstance(self._former_window)


def _data_managers(scene: Any, cache_folder: Path) -> tuple[Any, Any]:
    """Without them no bundle (.mrb) can be read."""
    cache_folder.mkdir()
    cache = slicer.vtkCacheManager()
    cache.SetRemoteCacheDirectory(str(cache_folder))
    cache.SetMRMLScene(scene)
    data = slicer.vtkDataIOManager()
    data.SetCacheManager(cache)
    scene.SetDataIOManager(data)
    scene.SetCacheManager(cache)
    return cache, data


def _add_crosshair(scene: Any) -> None:
    crosshair = slicer.vtkMRMLCrosshairNode()
    crosshair.SetCrosshairName("default")
    scene.AddNode(crosshair)


def _application_logic(scene: Any, folder: Path) -> Any:
    logic = slicer.vtkSlicerApplicationLogic()
    logic.SetMRMLScene(scene)
    logic.SetTemporaryPath(str(folder))
    logic.GetColorLogic().SetMRMLScene(scene)
    logic.GetColorLogic().AddDefaultColorNodes()
    logic.SetModuleLogic("Colors", logic.GetColorLogic())
    logic.SetSliceLogics(vtk.vtkCollection())
    logic.SetViewLogics(vtk.vtkCollection())
    return logic


@vtk.calldata_type(vtk.VTK_OBJECT)
def _node_added(scene: Any, event: str, node: Any) -> None:
    if (
        not node.IsA("vtkMRMLStorableNode")
        or node.GetHideFromEditors()
        or any(node.IsA(name) for name in _WITHOUT_ITEM)
    ):
        return
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    if hierarchy is not None and not hierarchy.GetItemByDataNode(node):
        hierarchy.CreateItem(hierarchy.GetSceneItemID(), node)


@vtk.calldata_type(vtk.VTK_OBJECT)
def _node_removed(scene: Any, event: str, node: Any) -> None:
    if node.IsA("vtkMRMLSubjectHierarchyNode") or scene.IsClosing():
        return
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    item = hierarchy.GetItemByDataNode(node) if hierarchy is not None else 0
    if item:
        hierarchy.RemoveItem(item, False, False)
