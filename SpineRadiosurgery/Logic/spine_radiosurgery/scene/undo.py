"""Undo and redo of what a step adds to a scene, where the scene's undo is on.

Slicer leaves undo off unless an application or a user turns it on (`scene.SetUndoOn()`). A saved
state holds a copy of every node that is marked for it, and no node is marked by itself. So results
are marked here as they are made; images, and segmentations as large as one, never are: each later
state would copy them.
Redo gives nodes back to the scene but not their place in the subject hierarchy; that is done here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from .hierarchy import place_under

LARGEST_KIB = 64 * 1024
"""Of a segmentation whose step can be undone."""

_places: dict[str, dict[str, int]] = {}
"""Parent items in the hierarchy by node ID, by scene."""


@contextmanager
def undoable(scene: Any, changed: Sequence[Any] = ()) -> Iterator[None]:
    """Let one `scene.Undo()` take back what is done inside; no effect where undo is off.

    A step that adds an image, or a segmentation as large as one, is not undone.
    A step that fails is taken back at once.

    Parameters
    ----------
    scene : vtkMRMLScene
    changed : sequence of vtkMRMLNode
        Nodes that the step changes or whose references to its results must follow, such as a
        parameter node. They stay marked for undo.
    """
    if not scene.GetUndoFlag() or scene.IsBatchProcessing():
        yield
        return
    for node in changed:
        node.SetUndoEnabled(True)
    before = {node.GetID() for node in _nodes(scene)}
    scene.SaveStateForUndo()
    try:
        yield
    except BaseException:
        scene.Undo()
        scene.ClearRedoStack()
        raise
    added = [node for node in _nodes(scene) if node.GetID() not in before]
    if not any(map(_is_large, added)):
        _mark(scene, [node for node in added if not node.GetSingletonTag()])


def _mark(scene: Any, added: Sequence[Any]) -> None:
    places = _places_of(scene)
    hierarchy = scene.GetSubjectHierarchyNode()
    for node in added:
        node.SetUndoEnabled(True)
        item = hierarchy.GetItemByDataNode(node) if hierarchy is not None else 0
        if item:
            places[node.GetID()] = hierarchy.GetItemParent(item)


def _places_of(scene: Any) -> dict[str, int]:
    """The places kept for a scene, which is observed from the first time on."""
    key = scene.__this__
    if key not in _places:
        _places[key] = {}
        for event in (scene.EndUndoEvent, scene.EndRedoEvent):
            scene.AddObserver(event, lambda caller, event: _put_back(caller))
        scene.AddObserver(scene.StartCloseEvent, lambda caller, event: _places[key].clear())
        scene.AddObserver("DeleteEvent", lambda caller, event: _places.pop(key, None))
    return _places[key]


def _put_back(scene: Any) -> None:
    hierarchy = scene.GetSubjectHierarchyNode()
    for node_id, parent in _places[scene.__this__].items():
        node = scene.GetNodeByID(node_id)
        if node is None:
            continue
        place_under(hierarchy, parent, node)


def _is_large(node: Any) -> bool:
    if node.IsA("vtkMRMLVolumeNode"):
        return True
    if not node.IsA("vtkMRMLSegmentationNode"):
        return False
    segmentation = node.GetSegmentation()
    images = {}
    for number in range(segmentation.GetNumberOfSegments()):
        segment = segmentation.GetNthSegment(number)
        image = segment.GetRepresentation(segmentation.GetSourceRepresentationName())
        if image is not None:
            images[image.__this__] = image.GetActualMemorySize()
    return sum(images.values()) > LARGEST_KIB


def _nodes(scene: Any) -> list[Any]:
    return [scene.GetNthNode(number) for number in range(scene.GetNumberOfNodes())]
