"""All results of a case as the segments of one segmentation, for exports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...case import InputError, Structure
from ..hierarchy import place_beside
from ..segments import role_of
from .structures import Segment, add_segmentation, structures_of


def collect_results(
    results: Sequence[Any], *, drawn: Sequence[Segment] = (), image_node: Any = None
) -> Any:
    """Copy the segments of several results into one new segmentation.

    Parameters
    ----------
    results : sequence of vtkMRMLSegmentationNode
        Made by the steps of this program.
    drawn : sequence of Segment
        Targets that a person has drawn.
    image_node : vtkMRMLScalarVolumeNode, optional
        Its voxels are divided for the label maps.

    Returns
    -------
    vtkMRMLSegmentationNode

    Raises
    ------
    InputError
        There is nothing to copy.
    """
    found: dict[str, tuple[Structure, str]] = {}
    for node in results:
        for segment_id, structure in structures_of(node).items():
            found[structure.name] = structure, role_of(node, segment_id)
    for segment in drawn:
        found[segment.name] = segment.structure(), "target"
    if not found:
        raise InputError("There is no result to export yet; make the target first.")
    beside = results[0] if results else drawn[0].node
    node = add_segmentation(
        beside.GetScene(),
        "Spine radiosurgery results",
        [structure for structure, _ in found.values()],
        {name: role for name, (_, role) in found.items()},
        image_node=image_node,
    )
    place_beside(beside, [node])
    return node
