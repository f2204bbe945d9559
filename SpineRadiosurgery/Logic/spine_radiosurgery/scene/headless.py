"""MRML without 3D Slicer, from the package slicer-core: one fresh scene at a time.

No `slicer.app`, `slicer.mrmlScene` or `slicer.modules` is made or replaced: every function of this
room takes the scene as an argument. Inside Slicer a fresh scene is a scene beside the user's, with
the node classes that Slicer's modules have registered.

What a real Slicer has and this has not
---------------------------------------
* An application object: `slicer.app` (layout manager, IO manager, settings), `slicer.mrmlScene`,
  `slicer.modules`. Functions of `slicer.util` that need them do not work here.
* Qt: widgets, views and their layout. Slice, plot and layout nodes are only a hint that Slicer
  follows when it opens the scene.
* Subject hierarchy plug-ins: Slicer makes an item for every node that is added and one for every
  segment; here `scene.hierarchy` makes the items of nodes, and Slicer adds those of segments.
* Rendering: nothing here draws, so no GL library is touched.
* The terminologies, colour files and unit settings of Slicer's share folder, CLI modules, the DICOM
  database, Segment Editor effects, and extensions such as SlicerRT.
* Remote data and its cache: the managers are there, since reading a bundle asks for them, and their
  folder is removed at the end.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from .messages import vtk_messages_to_log


def is_running_in_slicer() -> bool:
    """Say whether an application object is there, 3D Slicer's or that of a test host."""
    slicer = sys.modules.get("slicer")
    return hasattr(slicer, "app") and hasattr(slicer, "mrmlScene")


def slicer_core_available() -> bool:
    """Say whether MRML can be used, without importing it.

    Looks for slicer-core's own package: another package on the index is called slicer, too.
    """
    return is_running_in_slicer() or importlib.util.find_spec("slicer_core") is not None


def why_unavailable() -> str:
    """Say why MRML cannot be used here; "" when it can.

    Loads it: a library of the system that VTK links to may be missing although slicer-core is
    installed.
    """
    if not slicer_core_available():
        return "slicer-core is not installed"
    try:
        import slicer  # noqa: F401
    except ImportError as error:
        return f"slicer-core cannot be loaded: {error}"
    return ""


@contextmanager
def fresh_scene() -> Iterator[Any]:
    """Give a new, empty `vtkMRMLScene` with the default colour nodes; it is cleared at the end.

    The user's scene in a running Slicer is not touched.
    """
    with ExitStack() as stack:
        if not is_running_in_slicer():
            stack.enter_context(vtk_messages_to_log())
        import slicer

        scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix="spine-radiosurgery-"))
        scene = slicer.vtkMRMLScene()
        scene.SetVersion(_version())
        # Else a bundle is packed in a folder below the working directory.
        scene.SetRootDirectory(scratch)
        for class_name in ("vtkMRMLSelectionNode", "vtkMRMLInteractionNode"):
            add_singleton(scene, class_name, "Singleton")
        # Slicer's own colour logic asks an application for its share folder.
        colours = slicer.vtkMRMLColorLogic()
        colours.SetMRMLScene(scene)
        helpers = (
            _register_segmentations(scene),
            *_data_managers(scene, Path(scratch) / "cache"),
        )
        colours.AddDefaultColorNodes()
        slicer.vtkMRMLSliceNode.AddDefaultSliceOrientationPresets(scene, True)
        stack.callback(_close, scene, colours, helpers)
        yield scene


def _version() -> str:
    """What a saved scene says it was written by; Slicer warns about other applications."""
    if is_running_in_slicer():
        import slicer

        return str(slicer.mrmlScene.GetVersion())
    numbers = importlib.metadata.version("slicer-core").split(".")[:3]
    return f"Slicer {'.'.join(numbers)} 0"


def add_singleton(scene: Any, class_name: str, tag: str) -> Any:
    """Return the node of which a scene holds only one, made when it is not there."""
    found = scene.GetSingletonNode(tag, class_name)
    if found is not None:
        return found
    # Made by the scene, so that it has the scene's defaults (slice orientations).
    node = scene.CreateNodeByClass(class_name)
    node.UnRegister(None)
    node.SetSingletonTag(tag)
    node.SetName(tag)
    return scene.AddNode(node)


def _register_segmentations(scene: Any) -> Any:
    """Teach a scene the segmentation module's nodes, and the process its conversions."""
    import slicer

    if is_running_in_slicer():
        slicer.mrmlScene.CopyRegisteredNodesToScene(scene)
        return None
    logic = slicer.vtkSlicerSegmentationsModuleLogic()
    logic.SetMRMLScene(scene)
    return logic


def _data_managers(scene: Any, cache_folder: Path) -> tuple[Any, Any]:
    """Reading a bundle fails without them."""
    import slicer

    cache_folder.mkdir()
    cache = slicer.vtkCacheManager()
    cache.SetRemoteCacheDirectory(str(cache_folder))
    cache.SetMRMLScene(scene)
    data = slicer.vtkDataIOManager()
    data.SetCacheManager(cache)
    scene.SetDataIOManager(data)
    scene.SetCacheManager(cache)
    return cache, data


def _close(scene: Any, colours: Any, helpers: tuple[Any, Any, Any]) -> None:
    """Cut what holds the scene, so that its memory goes with it.

    The segmentation logic must live until here; its own way to leave a scene warns.
    """
    scene.Clear(1)
    colours.SetMRMLScene(None)
    _, cache, _ = helpers
    cache.SetMRMLScene(None)
    scene.SetDataIOManager(None)
    scene.SetCacheManager(None)
