"""Which nodes a selector lists, and when: what lies behind qMRMLNodeComboBox."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import slicer
import vtk

SEGMENT_EVENTS = ("SegmentAdded", "SegmentRemoved", "SegmentModified")


class Observations:
    """What one widget watches. A widget ends it when it is destroyed, as in C++."""

    def __init__(self) -> None:
        self._tags: list[tuple[Any, int]] = []

    def watch(self, target: Any, events: Iterable[Any], callback: Callable[..., None]) -> None:
        for event in events:
            self._tags.append((target, target.AddObserver(event, callback)))

    def watch_segments(self, node: Any, callback: Callable[..., None]) -> None:
        """Watch the segments of a segmentation node instead of what was watched."""
        self.end()
        if node is not None:
            events = [getattr(slicer.vtkSegmentation, name) for name in SEGMENT_EVENTS]
            self.watch(node, events, callback)

    def end(self) -> None:
        for target, tag in self._tags:
            target.RemoveObserver(tag)
        self._tags = []


class NodeList:
    """The nodes of some classes in a scene, with a call whenever they may have changed."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self.scene: Any = None
        self.node_types: list[str] = []
        self.show_hidden = False
        self.show_child_types = True
        self.hidden_child_types: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self._changed = changed
        self._of_scene = Observations()
        self._of_nodes = Observations()

    def observe(self, scene: Any) -> None:
        """Follow another scene, or none."""
        self.end()
        self.scene = scene
        if scene is not None:
            kind = slicer.vtkMRMLScene
            events = (
                kind.NodeAddedEvent,
                kind.NodeRemovedEvent,
                kind.EndBatchProcessEvent,
                kind.EndCloseEvent,
            )
            self._of_scene.watch(scene, events, self._on_event)

    def end(self) -> None:
        """Watch nothing any more."""
        self._of_scene.end()
        self._of_nodes.end()

    def _on_event(self, caller: Any, event: str) -> None:
        if self.scene is not None and not self.scene.IsBatchProcessing():
            self._changed()

    def nodes(self) -> list[Any]:
        """Return the nodes to be listed, in the order of the scene."""
        if self.scene is None:
            return []
        return [node for node in self._of_types() if self._is_listed(node)]

    def _of_types(self) -> list[Any]:
        # The scene tells the nodes of one type in its order, far faster than one asks each node.
        if len(self.node_types) == 1:
            return slicer.util.getNodesByClass(self.node_types[0], self.scene)
        count = self.scene.GetNumberOfNodes()
        return [self.scene.GetNthNode(position) for position in range(count)]

    def watch_names(self, nodes: Iterable[Any]) -> None:
        """Follow names and attributes of what is listed."""
        self._of_nodes.end()
        for node in nodes:
            self._of_nodes.watch(node, (vtk.vtkCommand.ModifiedEvent,), self._on_event)

    def _is_listed(self, node: Any) -> bool:
        if node.GetHideFromEditors() and not self.show_hidden:
            return False
        if not any(node.IsA(kind) for kind in self.node_types):
            return False
        if node.GetClassName() not in self.node_types and (
            not self.show_child_types or any(node.IsA(kind) for kind in self.hidden_child_types)
        ):
            return False
        return all(
            node.GetAttribute(name) is not None and value in (None, node.GetAttribute(name))
            for kind, name, value in self.attributes
            if node.IsA(kind)
        )
