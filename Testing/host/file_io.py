"""`slicer.app.coreIOManager()`: files to nodes and back, by readers and writers of slicer-core."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import slicer

LABELMAP, SINGLE_FILE = 0x1, 0x8
"""Options of vtkSlicerVolumesLogic.AddArchetypeVolume."""

_EXTENSIONS = {
    "SceneFile": (".mrml", ".mrb"),
    "SegmentationFile": (".seg.nrrd", ".seg.nhdr", ".seg.vtm"),
    "MarkupsFile": (".mrk.json", ".fcsv"),
    "TableFile": (".tsv", ".csv", ".schema.csv"),
    "TransformFile": (".h5", ".tfm"),
    "ModelFile": (".vtk", ".vtp", ".stl", ".obj", ".ply"),
    "TextFile": (".txt", ".json", ".xml"),
    "VolumeFile": (".nrrd", ".nhdr", ".nii", ".nii.gz", ".mha", ".mhd", ".dcm"),
}


class CoreIOManager:
    """The methods of qSlicerCoreIOManager that slicer.util calls."""

    def __init__(self, scene: Any, module_logics: dict[str, Any]) -> None:
        self._scene = scene
        self._logics = module_logics
        self._readers = {
            "SceneFile": self._read_scene,
            "VolumeFile": self._read_volume,
            "SegmentationFile": self._read_segmentation,
            "MarkupsFile": self._read_markups,
            "ModelFile": self._read_model,
            "TransformFile": self._read_transform,
            "TableFile": self._read_table,
            "TextFile": self._read_text,
        }

    def fileType(self, fileName: str) -> str:
        """Return the file type whose longest extension fits."""
        found = [
            (len(extension), fileType)
            for fileType, extensions in _EXTENSIONS.items()
            for extension in extensions
            if str(fileName).lower().endswith(extension)
        ]
        return max(found)[1] if found else "NoFile"

    def fileWriterFileType(self, node: Any) -> str:
        """Return what slicer.util.saveNode asks for; every node goes to its own storage node."""
        return "NodeFile"

    def loadNodes(
        self,
        fileType: str,
        properties: dict[str, Any],
        loadedNodes: Any = None,
        userMessages: Any = None,
    ) -> bool:
        """Read a file into the scene; return whether it succeeded."""
        if fileType not in self._readers:
            return False
        path = Path(properties["fileName"])
        name = properties.get("name") or path.name.split(".")[0]
        if fileType == "SceneFile":
            return self._read_scene(path, properties, userMessages)
        node = self._readers[fileType](path, name, properties, userMessages)
        if node is None:
            return False
        if loadedNodes is not None:
            loadedNodes.AddItem(node)
        return True

    def saveNodes(
        self, fileType: str, properties: dict[str, Any], userMessages: Any = None
    ) -> bool:
        """Write the scene or one node; return whether it succeeded."""
        path = Path(properties["fileName"])
        if fileType == "SceneFile":
            return self._write_scene(path, userMessages)
        node = self._scene.GetNodeByID(properties["nodeID"])
        if node.IsA("vtkMRMLTextNode"):
            node.SetForceCreateStorageNode(True)
        node.AddDefaultStorageNode(str(path))
        storage = node.GetStorageNode()
        storage.SetFileName(str(path))
        if "useCompression" in properties:
            storage.SetUseCompression(int(properties["useCompression"]))
        return bool(storage.WriteData(node))

    def _read_scene(self, path: Path, properties: dict[str, Any], messages: Any) -> bool:
        clear = bool(properties.get("clear", False))
        if path.suffix == ".mrb":
            return bool(self._scene.ReadFromMRB(str(path), clear, messages))
        self._scene.SetURL(str(path))
        return bool(self._scene.Connect(messages) if clear else self._scene.Import(messages))

    def _write_scene(self, path: Path, messages: Any) -> bool:
        if path.suffix == ".mrb":
            return bool(self._scene.WriteToMRB(str(path), None, messages))
        if path.suffix == ".mrml":
            self._scene.SetURL(str(path))
            return bool(self._scene.Commit(str(path), messages))
        path.mkdir(parents=True, exist_ok=True)
        return bool(self._scene.SaveSceneToSlicerDataBundleDirectory(str(path), None, messages))

    def _read_volume(self, path: Path, name: str, properties: dict[str, Any], _: Any) -> Any:
        options = LABELMAP if properties.get("labelmap") else 0
        if properties.get("singleFile"):
            options |= SINGLE_FILE
        return self._logics["volumes"].AddArchetypeVolume(str(path), name, options)

    def _read_segmentation(self, path: Path, name: str, _: dict[str, Any], __: Any) -> Any:
        logic = self._logics["segmentations"]
        if not path.name.lower().endswith((".nii", ".nii.gz", ".mha", ".mhd")):
            return logic.LoadSegmentationFromFile(str(path), True, name)
        labels = self._logics["volumes"].AddArchetypeVolume(str(path), name, LABELMAP)
        if labels is None:
            return None
        node = self._scene.AddNewNodeByClass("vtkMRMLSegmentationNode", name)
        imported = logic.ImportLabelmapToSegmentationNode(labels, node)
        self._scene.RemoveNode(labels)
        if not imported:
            self._scene.RemoveNode(node)
            return None
        node.CreateDefaultDisplayNodes()
        return node

    def _read_markups(self, path: Path, name: str, _: dict[str, Any], messages: Any) -> Any:
        nodeID = self._logics["markups"].LoadMarkups(str(path), name, messages)
        return self._scene.GetNodeByID(nodeID) if nodeID else None

    def _read_model(self, path: Path, *_: Any) -> Any:
        return self._logics["models"].AddModel(str(path))

    def _read_transform(self, path: Path, *_: Any) -> Any:
        return self._logics["transforms"].AddTransform(str(path), self._scene)

    def _read_table(self, path: Path, name: str, *_: Any) -> Any:
        return self._logics["tables"].AddTable(str(path), name)

    def _read_text(self, path: Path, name: str, *_: Any) -> Any:
        node = slicer.vtkMRMLTextNode()
        node.SetName(name)
        node.SetForceCreateStorageNode(True)
        self._scene.AddNode(node)
        node.AddDefaultStorageNode(str(path))
        if node.GetStorageNode().ReadData(node):
            return node
        self._scene.RemoveNode(node)
        return None
