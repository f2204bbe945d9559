"""Which nodes a result was made from, and whether they have changed since."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from ... import __version__
from ...case import InputError
from ...geometry import report_progress
from .fingerprints import transform_digest
from .records import PREFIX, plain
from .remembered import remembered_segment_digest, remembered_volume_digest
from .structures import Segment, segment_ids

STEP, VERSION, PARAMETERS, INPUTS = "Step", "Version", "Parameters", "Inputs"
INPUT_REFERENCE = f"{PREFIX}Input."
"""How the roles of references to inputs begin."""
Input = Any
"""A `Segment`, a whole segmentation node, a volume node, or a transform node."""


def note_provenance(
    result_node: Any, step: str, inputs: Mapping[str, Input], parameters: Mapping[str, Any]
) -> None:
    """Write into a result's attributes how it was made.

    Parameters
    ----------
    result_node : vtkMRMLNode
    step : str
        "splitting", "target", "cord volume", "tolerance", ...
    inputs : mapping of str to Segment, or node of segmentation, volume or transform
        By the part they play; the result refers to their nodes.
    parameters : mapping
        JSON types.
    """
    listed = _noted(inputs)
    _refer(result_node, inputs)
    for key, value in (
        (STEP, step),
        (VERSION, __version__),
        (PARAMETERS, json.dumps(dict(parameters), default=plain)),
        (INPUTS, json.dumps(listed)),
    ):
        result_node.SetAttribute(PREFIX + key, value)


def note_changed_inputs(result_node: Any, inputs: Mapping[str, Input | None]) -> None:
    """Note some inputs of a result anew; the others stay as they were noted.

    Parameters
    ----------
    result_node : vtkMRMLNode
    inputs : mapping of str to Segment, node or None
        By part; None forgets one.
    """
    given = {part: used for part, used in inputs.items() if used is not None}
    former = _listed(result_node)
    listed = {**{p: entry for p, entry in former.items() if p not in inputs}, **_noted(given)}
    for part in former.keys() - listed.keys():
        result_node.SetNodeReferenceID(_reference(part), None)
    _refer(result_node, given)
    result_node.SetAttribute(PREFIX + INPUTS, json.dumps(listed))


def step_of(node: Any) -> str:
    """Return the step that made a node; "" where this program did not make it."""
    return node.GetAttribute(PREFIX + STEP) or ""


def parameters_of(result_node: Any) -> dict[str, Any]:
    """Return the parameters of a result."""
    found: dict[str, Any] = json.loads(result_node.GetAttribute(PREFIX + PARAMETERS) or "{}")
    return found


def inputs_of(result_node: Any) -> dict[str, Input]:
    """Return the inputs of a result that are still in the scene, by their parts."""
    found: dict[str, Input] = {}
    for part, entry in _listed(result_node).items():
        node = result_node.GetNodeReference(_reference(part))
        if node is not None:
            segment = entry["segment"]
            found[part] = node if segment is None else Segment(node, segment)
    return found


def parts_of(result_node: Any) -> tuple[str, ...]:
    """Return the parts that inputs of a result play, those gone from the scene, too."""
    return tuple(_listed(result_node))


def changes_since(result_node: Any, *, thorough: bool = False) -> tuple[str, ...]:
    """Say what was changed or removed since a result was made; nothing when it is up to date.

    Parameters
    ----------
    result_node : vtkMRMLNode
    thorough : bool
        Compare every voxel again, also of nodes that say that they were not modified.
    """
    inputs = inputs_of(result_node)
    found = []
    for part, entry in _listed(result_node).items():
        report_progress()
        name = entry["segment"] or entry["node"]
        used = inputs.get(part)
        if used is None or (isinstance(used, Segment) and not _is_there(used)):
            found.append(f"{part} {name} was removed")
        elif not _is_same(used, entry["sha256"], thorough):
            found.append(f"{part} {name} was changed")
    return tuple(found)


def _noted(inputs: Mapping[str, Input]) -> dict[str, dict[str, Any]]:
    """What inputs are now; read before anything is written, as one may be unreadable."""
    noted = {}
    for part, used in inputs.items():
        report_progress()
        noted[part] = {
            "node": _node_of(used).GetName(),
            "segment": used.segment_id if isinstance(used, Segment) else None,
            "sha256": _digest(used, afresh=True),
        }
    return noted


def _refer(result_node: Any, inputs: Mapping[str, Input]) -> None:
    for part, used in inputs.items():
        result_node.SetNodeReferenceID(_reference(part), _node_of(used).GetID())


def _node_of(used: Input) -> Any:
    return used.node if isinstance(used, Segment) else used


def _listed(result_node: Any) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(result_node.GetAttribute(PREFIX + INPUTS) or "{}")
    return found


def _reference(part: str) -> str:
    return f"{INPUT_REFERENCE}{part.replace(' ', '_')}"


def _is_there(segment: Segment) -> bool:
    return segment.node.GetSegmentation().GetSegment(segment.segment_id) is not None


def _is_same(used: Input, digest: str, thorough: bool) -> bool:
    try:
        return _digest(used, afresh=thorough) == digest
    except InputError:
        # It was readable when the result was made.
        return False


def _digest(used: Input, *, afresh: bool) -> str:
    if isinstance(used, Segment):
        return remembered_segment_digest(used.node, used.segment_id, afresh=afresh)
    if used.IsA("vtkMRMLSegmentationNode"):
        digests = {i: remembered_segment_digest(used, i, afresh=afresh) for i in segment_ids(used)}
        return hashlib.sha256(
            json.dumps(digests, sort_keys=True).encode("ascii", "replace")
        ).hexdigest()
    if used.IsA("vtkMRMLTransformNode"):
        return transform_digest(used)
    return remembered_volume_digest(used, afresh=afresh)
