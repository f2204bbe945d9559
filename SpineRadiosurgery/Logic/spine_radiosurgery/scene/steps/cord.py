"""Step 4: the cord volume beside a target, and the planning risk volume of the cord."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...cord import MARGIN_MM, CordVolume, cord_volumes, prv
from ...geometry import Structure, sections_along, stage
from ..hierarchy import place_beside
from ..whole import whole_step
from .provenance import note_provenance
from .structures import Segment, add_segmentation

CORD_VOLUME_STEP, RISK_VOLUME_STEP = "cord volume", "planning risk volume"
END_LAYERS = 2
_FACTS = (
    "target_name", "volume_cc", "length_mm", "superior_mm", "inferior_mm", "truncated",
    "missing_superior_mm", "missing_inferior_mm", "missing_cc",
)  # fmt: skip


def create_cord_volume(
    cord: Segment,
    targets: Sequence[Segment],
    *,
    margin_mm: float = MARGIN_MM,
    mode: str = "axial",
    image_node: Any = None,
) -> tuple[Any, tuple[CordVolume, ...]]:
    """Cut the cord volume, one segment a site from head to foot, in a new segmentation.

    Parameters
    ----------
    cord : Segment
    targets : sequence of Segment
    margin_mm, mode
        As in `cord.cord_volumes`.
    image_node : vtkMRMLScalarVolumeNode, optional
        Its voxels are divided for the new label maps.

    Returns
    -------
    vtkMRMLSegmentationNode
        Segment IDs are `SpinalCord_Partial`, or `_1`, `_2`, ... for separate sites.
    tuple of CordVolume
    """
    with stage("Cutting the cord volume", 0.0, 0.4):
        volumes = cord_volumes(
            cord.structure(), [t.structure() for t in targets], margin_mm=margin_mm, mode=mode
        )
    structures = [volume.structure for volume in volumes]
    scene = cord.node.GetScene()
    with whole_step(scene), stage("Adding the cord volume", 0.4, 1.0):
        node = add_segmentation(
            scene,
            f"{cord.name} volume",
            structures,
            {s.name: "cord_volume" for s in structures},
            image_node=image_node,
        )
        inputs = {"cord": cord, **{f"target {n}": t for n, t in enumerate(targets, start=1)}}
        note_provenance(
            node,
            CORD_VOLUME_STEP,
            inputs,
            {
                "margin_mm": margin_mm,
                "mode": mode,
                "volumes": {v.structure.name: _facts(v) for v in volumes},
                "warnings": [text for v in volumes for text in v.warnings],
            },
        )
        place_beside(cord.node, [node])
    return node, volumes


def create_planning_risk_volume(
    cord: Segment, margin_mm: float | Sequence[float], *, image_node: Any = None
) -> Segment:
    """Expand the cord by a margin, as the one segment of a new segmentation.

    Parameters
    ----------
    cord : Segment
    margin_mm : float or six floats (R, L, A, P, S, I)
    image_node : vtkMRMLScalarVolumeNode, optional
        Its voxels are divided for the new label map.
    """
    with stage("Expanding the cord", 0.0, 0.6):
        made = prv(cord.structure(), margin_mm)
    facts = {
        "margin_mm": made.margin_mm,
        "achieved_min_mm": made.achieved_min_mm,
        "achieved_mean_mm": made.achieved_mean_mm,
        "volume_cc": made.volume_cc,
    }
    scene = cord.node.GetScene()
    with whole_step(scene), stage("Adding the risk volume", 0.6, 1.0):
        node = add_segmentation(
            scene,
            f"{made.structure.name} of {cord.name}",
            [made.structure],
            {made.structure.name: "prv"},
            image_node=image_node,
        )
        note_provenance(node, RISK_VOLUME_STEP, {"cord": cord}, facts)
        place_beside(cord.node, [node])
    return Segment(node, made.structure.name)


def _facts(volume: CordVolume) -> dict[str, Any]:
    facts = {name: getattr(volume, name) for name in _FACTS}
    return {**facts, "cross_section_mm2": _cross_section_mm2(volume.structure)}


def _cross_section_mm2(structure: Structure) -> list[float]:
    """Smallest and largest cross-section; without the end layers, which the cut makes thinner."""
    areas = sections_along(structure).area_mm2
    inner = areas[1:-1] if len(areas) > END_LAYERS else areas
    return [float(inner.min()), float(inner.max())]
