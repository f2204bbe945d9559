"""New nodes of a scene: all of a step's, or none when it fails or is cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .hierarchy import remove_node


@contextmanager
def whole_step(scene: Any) -> Iterator[None]:
    """Take back the nodes that were added inside if anything is raised.

    Singletons stay: others rely on them as soon as they are there.

    Parameters
    ----------
    scene : vtkMRMLScene
    """
    before = {node.GetID() for node in _nodes(scene)}
    try:
        yield
    except BaseException:
        added = [node for node in _nodes(scene) if node.GetID() not in before]
        for node in reversed(added):
            if node.GetScene() is scene and not node.GetSingletonTag():
                remove_node(node)
        raise


def _nodes(scene: Any) -> list[Any]:
    return [scene.GetNthNode(number) for number in range(scene.GetNumberOfNodes())]
