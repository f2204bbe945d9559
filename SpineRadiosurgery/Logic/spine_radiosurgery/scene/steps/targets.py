"""Step 3, second half: sectors and a template into a target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from ...case import Case, InputError, Structure
from ...geometry import OccupancyMask, SurfaceDistance, stage, surface_distance
from ...report.targets.asking import made_without, renamed_beside
from ...targets import (
    Override,
    Proposal,
    TargetDefinition,
    define_target,
    involvement,
    propose_sectors,
    remarks_on_drawn,
)
from ..hierarchy import place_beside
from ..whole import whole_step
from .provenance import inputs_of, note_provenance, parameters_of, step_of
from .records import PREFIX, Record, write_record
from .roles import guessed_roles
from .splitting import sectors_of, source_of
from .structures import Segment, add_segmentation, is_as_made, readable_structures

STEP, DRAWN_STEP = "target", "drawn target"
DRAWN = "DrawnTarget"
FACTS = "facts"


@dataclass(frozen=True)
class TargetOptions:
    """How a target is made; see `targets.define_target`.

    Attributes
    ----------
    template : str or None
        None leaves the choice to `choice` or to the consensus rules.
    margin_mm : float or six floats (R, L, A, P, S, I)
    margin_around : str
        "sectors" or "sectors_and_gtv".
    choice : tuple of str or None
        Sectors that a person chose.
    consensus : str or None
        Rule set to propose sectors by.
    overrides : tuple of Override
    name : str or None
    """

    template: str | None = "body"
    margin_mm: float | tuple[float, ...] = 0.0
    margin_around: str = "sectors"
    choice: tuple[str, ...] | None = None
    consensus: str | None = None
    overrides: tuple[Override, ...] = ()
    name: str | None = None


def create_target(
    sectors_nodes: Sequence[Any],
    options: TargetOptions | None = None,
    *,
    gtv: Sequence[Segment] = (),
    cord: Segment | None = None,
    prv: Segment | None = None,
    clip_to: Segment | None = None,
    near: Segment | None = None,
    image_node: Any = None,
) -> Segment:
    """Make a target from sectors, as the one segment of a new segmentation.

    Parameters
    ----------
    sectors_nodes : sequence of vtkMRMLSegmentationNode
        Of neighbouring vertebrae, made by `split_segment`.
    options : TargetOptions, optional
    gtv : sequence of Segment
        United with the sectors.
    cord, prv : Segment, optional
        Taken out of the target.
    clip_to : Segment, optional
        The body's outline.
    near : Segment, optional
        A cord that is not taken out of the target, but to which the gap is measured.
    image_node : vtkMRMLScalarVolumeNode, optional
        Its voxels are divided for the new label map.

    Raises
    ------
    InputError
        As `targets.define_target`.
    """
    chosen = options or TargetOptions()
    others = {"cord": cord, "prv": prv, "clip": clip_to}
    inputs = {
        **{f"sectors {n}": node for n, node in enumerate(sectors_nodes, start=1)},
        **{f"gtv {n}": tumour for n, tumour in enumerate(gtv, start=1)},
        **{part: segment for part, segment in others.items() if segment is not None},
    }
    with stage("Making the target", 0.0, 0.6):
        made = _defined(inputs, chosen)
    with stage("", 0.6, 0.65):
        made = renamed_beside(_around(sectors_nodes[0]), made, chosen.template or made.rule_set)
    scene = sectors_nodes[0].GetScene()
    with whole_step(scene), stage("Adding the target", 0.65, 1.0):
        node = add_segmentation(
            scene,
            f"{made.name} target",
            [made.structure],
            {made.name: "target"},
            image_node=image_node,
        )
        facts = _facts_of_made(made, near)
        facts["warnings"] += () if gtv else made_without(_tumours_around(inputs, near))
        note_provenance(node, STEP, inputs, {**asdict(chosen), FACTS: facts})
        place_beside(sectors_nodes[0], [node])
    return Segment(node, made.name)


def facts_of(result_node: Any) -> dict[str, Any]:
    """Return what was measured of a target when it was made or taken.

    Parameters
    ----------
    result_node : vtkMRMLNode
        Of `create_target`, or the note of `take_drawn_target`.

    Returns
    -------
    dict
        "name", "volume_cc", "length_mm" (along the patient's superior axis), "cord" and
        "cord_gap_mm" (None where there was no cord), "levels", "sectors" (by level), "warnings".
        Empty where nothing was measured.
    """
    found: dict[str, Any] = parameters_of(result_node).get(FACTS, {})
    return found


def take_drawn_target(case_node: Any, target: Segment, cord: Segment | None = None) -> Any:
    """Measure a target that was drawn, and note it with the node of a case.

    Parameters
    ----------
    case_node : vtkMRMLNode
        Any node of the scene that stands for the case.
    target : Segment
    cord : Segment, optional

    Returns
    -------
    vtkMRMLTextNode
        The note: a result whose input is the target. A former note is replaced.
    """
    structure = target.structure()
    near = cord.structure() if cord is not None else None
    gap = surface_distance(structure, near) if near is not None else None
    facts = {
        **_measured(structure, near, gap),
        "levels": [],
        "sectors": {},
        "warnings": list(remarks_on_drawn(structure, near, gap)),
    }
    write_record(case_node, DRAWN, Record({}))
    note = drawn_target_note(case_node)
    note_provenance(note, DRAWN_STEP, {"target": target}, {FACTS: facts})
    return note


def drawn_target_note(case_node: Any) -> Any:
    """Return the note of the drawn target that a case took; None where it took none."""
    return case_node.GetNodeReference(PREFIX + DRAWN)


def drawn_target_of(case_node: Any) -> Segment | None:
    """Return the drawn target that a case took; None where it took none or it is gone."""
    note = drawn_target_note(case_node)
    found = None if note is None else inputs_of(note).get("target")
    return found if isinstance(found, Segment) else None


def forget_drawn_target(case_node: Any) -> None:
    """Take back `take_drawn_target`."""
    note = drawn_target_note(case_node)
    if note is not None:
        note.GetScene().RemoveNode(note)


def definition_of(target: Segment) -> TargetDefinition | None:
    """Return how a target came about, made again from its sectors.

    None for a target that was drawn, was edited since, or whose inputs have changed so that the
    same options would make another one.
    """
    if step_of(target.node) != STEP or not is_as_made(target.node):
        return None
    try:
        made = _defined(inputs_of(target.node), _options(target.node))
    except InputError:
        # What it was made from is gone: the target stands for itself.
        return None
    structure = target.structure()
    if not _are_equal(made.structure, structure):
        return None
    return replace(made, structure=made.structure.renamed(structure.name))


def propose(sectors_node: Any, gtv: Sequence[Segment], rule_set: str | None = None) -> Proposal:
    """Propose sectors for the target by consensus rules, from where the tumour lies.

    Parameters
    ----------
    sectors_node : vtkMRMLSegmentationNode
    gtv : sequence of Segment
        At least one.
    rule_set : str, optional
        Key of `targets.RULE_SETS`.
    """
    found = involvement(sectors_of(sectors_node), [tumour.structure() for tumour in gtv])
    return propose_sectors(found) if rule_set is None else propose_sectors(found, rule_set)


def _defined(inputs: Mapping[str, Any], options: TargetOptions) -> TargetDefinition:
    def structure(part: str) -> Structure | None:
        return inputs[part].structure() if part in inputs else None

    levels = [sectors_of(node) for part, node in inputs.items() if part.startswith("sectors ")]
    return define_target(
        levels,
        options.template,
        gtv=[s.structure() for part, s in inputs.items() if part.startswith("gtv ")] or None,
        margin_mm=options.margin_mm,
        margin_around=options.margin_around,
        cord=structure("cord"),
        prv=structure("prv"),
        clip_to=structure("clip"),
        name=options.name,
        choice=options.choice,
        consensus=options.consensus,
        overrides=options.overrides,
    )


def _facts_of_made(made: TargetDefinition, near: Segment | None) -> dict[str, Any]:
    cord, gap, name = None, made.cord_gap, made.cord_name
    if gap is None and near is not None:
        cord = near.structure()
        gap, name = surface_distance(made.structure, cord), cord.name
    return {
        **_measured(made.structure, cord, gap),
        "cord": name,
        "levels": list(made.levels),
        "sectors": {level: list(names) for level, names in made.sectors.items()},
        "warnings": list(made.warnings),
    }


def _measured(
    structure: Structure, cord: Structure | None, gap: SurfaceDistance | None
) -> dict[str, Any]:
    low, high = structure.extent_mm()
    return {
        "name": structure.name,
        "volume_cc": structure.volume_cc,
        "length_mm": high - low,
        "cord": cord.name if cord is not None else None,
        "cord_gap_mm": gap.distance_mm if gap is not None else None,
    }


def _options(target_node: Any) -> TargetOptions:
    found = {k: v for k, v in parameters_of(target_node).items() if k != FACTS}
    margin, choice = found["margin_mm"], found["choice"]
    return TargetOptions(
        **{
            **found,
            "margin_mm": tuple(margin) if isinstance(margin, list) else margin,
            "choice": None if choice is None else tuple(choice),
            "overrides": tuple(Override(**entry) for entry in found["overrides"]),
        }
    )


def _around(sectors_node: Any) -> Case:
    """The structures beside the vertebra that was split, whose names are taken."""
    vertebra, _ = source_of(sectors_node)
    found = {} if vertebra is None else readable_structures(vertebra.node)[0]
    return Case(sectors_node.GetName(), tuple(found.values()), None)


def _tumours_around(inputs: Mapping[str, Any], near: Segment | None) -> list[str]:
    """Names of the tumours in the segmentations of the vertebrae and of the cord."""
    vertebrae = [source_of(node)[0] for part, node in inputs.items() if part.startswith("sectors ")]
    used = [s for s in (*vertebrae, inputs.get("cord"), near) if s is not None]
    nodes = {s.node.GetID(): s.node for s in used}
    return [
        Segment(node, segment_id).name
        for node in nodes.values()
        for segment_id, role in guessed_roles(node).items()
        if role == "gtv"
    ]


def _are_equal(one: Structure, other: Structure) -> bool:
    a, b = one.shape, other.shape
    return (
        isinstance(a, OccupancyMask)
        and isinstance(b, OccupancyMask)
        and a.values.shape == b.values.shape
        and bool((a.values == b.values).all())
        and bool(np.allclose(a.grid.ijk_to_ras, b.grid.ijk_to_ras, atol=1e-6))
    )
