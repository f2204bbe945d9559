"""What a node cannot hold by itself: JSON and arrays, in a hidden text node that it refers to.

The record is saved and loaded with the scene and goes along when its node is copied.
"""

from __future__ import annotations

import base64
import io
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...case import InputError
from ..hierarchy import remove_node

PREFIX = "SpineRadiosurgery."
"""Of the node attributes and node references of this program."""
FORMAT = 1
_FASTEST = 1


@dataclass(frozen=True)
class Record:
    """What was written.

    Attributes
    ----------
    document : dict
        JSON types.
    arrays : mapping of str to array
    """

    document: dict[str, Any]
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)


def write_record(node: Any, kind: str, record: Record) -> None:
    """Keep a record with a node of a scene; a former one of this kind is replaced.

    Parameters
    ----------
    node : vtkMRMLNode
    kind : str
        What the record is: "Shapes", "Case", ...
    record : Record
    """
    text_node = node.GetNodeReference(PREFIX + kind)
    if text_node is None:
        text_node = node.GetScene().AddNewNodeByClass("vtkMRMLTextNode", f"{node.GetName()} {kind}")
        text_node.SetHideFromEditors(True)
        node.SetNodeReferenceID(PREFIX + kind, text_node.GetID())
    content = {
        "format": FORMAT,
        "document": record.document,
        "arrays": _packed(record.arrays) if record.arrays else "",
    }
    text_node.SetText(json.dumps(content, separators=(",", ":"), default=plain))


def read_record(node: Any, kind: str) -> Record | None:
    """Return the record of a node; None where it has none of this kind.

    Raises
    ------
    InputError
        It was written by a newer version, or is damaged.
    """
    text_node = node.GetNodeReference(PREFIX + kind)
    if text_node is None or not text_node.GetText():
        return None
    try:
        content = json.loads(text_node.GetText())
        if content["format"] == FORMAT:
            return Record(content["document"], _unpacked(content["arrays"]))
    except (KeyError, ValueError, TypeError, zlib.error) as error:
        raise InputError(
            f"What was kept with {node.GetName()} is damaged ({text_node.GetName()}); "
            "load the case again."
        ) from error
    raise InputError(
        f"{node.GetName()} was made by a newer version of Spine Radiosurgery; update the extension."
    )


def remove_recorded(node: Any) -> None:
    """Remove a node of a scene, and its records, unless a copy of the node has them, too."""
    scene = node.GetScene()
    every = range(node.GetNumberOfNodeReferenceRoles())
    roles = [r for r in map(node.GetNthNodeReferenceRole, every) if r.startswith(PREFIX)]
    kept = [node.GetNodeReference(role) for role in roles]
    remove_node(node)
    others = [scene.GetNthNode(number) for number in range(scene.GetNumberOfNodes())]
    for role, text_node in zip(roles, kept, strict=True):
        if text_node is None or not text_node.IsA("vtkMRMLTextNode"):
            continue
        if not any(other.GetNodeReferenceID(role) == text_node.GetID() for other in others):
            remove_node(text_node)


def plain(value: Any) -> Any:
    """Give numbers and arrays of numpy, and paths, as JSON types."""
    return value.tolist() if hasattr(value, "tolist") else str(value)


def _packed(arrays: Mapping[str, NDArray[Any]]) -> str:
    buffer, named = io.BytesIO(), dict[str, Any](arrays)
    np.savez(buffer, **named)
    return base64.b64encode(zlib.compress(buffer.getvalue(), _FASTEST)).decode("ascii")


def _unpacked(text: str) -> dict[str, NDArray[Any]]:
    if not text:
        return {}
    content = io.BytesIO(zlib.decompress(base64.b64decode(text)))
    with np.load(content, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}
