"""Step 2: the assessment of a case, kept as JSON in a text node of the scene."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...anatomy import in_order, levels_in_name
from ...assessment import Assessment, CordGap, levels_from_text, measure_cord_gap
from ...case import InputError, guess_role
from ..hierarchy import place_beside
from .provenance import note_provenance, step_of
from .structures import Segment, readable_structures

STEP = "assessment"
_TREATED = ("target", "gtv", "ptv")


@dataclass(frozen=True)
class Choices:
    """What a person chose; see `assessment.Assessment`.

    Attributes
    ----------
    levels : str or tuple of str
        A text is read by `assessment.levels_from_text`.
    radiographic, neurological : str
    escc : str
    scenario : str
    """

    levels: str | tuple[str, ...]
    radiographic: str
    neurological: str
    escc: str = ""
    scenario: str = ""

    def with_gap(self, gap: CordGap) -> Assessment:
        """Return the assessment that these choices and a measured gap make.

        Raises
        ------
        InputError
            As `assessment.Assessment`.
        """
        levels = self.levels if isinstance(self.levels, tuple) else levels_from_text(self.levels)
        return Assessment(
            levels, self.radiographic, self.neurological, gap, self.escc, self.scenario
        )


def assess(choices: Choices, tumour: Segment | None, cord: Segment | None) -> Assessment:
    """Measure the gap between tumor and cord, and put it beside what a person chose.

    Parameters
    ----------
    choices : Choices
    tumour, cord : Segment or None
        The gap is not evaluable where one is None.

    Raises
    ------
    InputError
        A choice that is none, or a segment that cannot be read.
    """
    # What a person mistyped is told before anything is measured.
    choices.with_gap(measure_cord_gap(None, None))
    shapes = (None if used is None else used.structure() for used in (tumour, cord))
    return choices.with_gap(measure_cord_gap(*shapes))


def record_assessment(
    scene: Any,
    assessment: Assessment,
    *,
    tumour: Segment | None = None,
    cord: Segment | None = None,
    beside: Any = None,
) -> Any:
    """Keep an assessment in a new text node, as JSON that knows what it was measured on.

    Parameters
    ----------
    scene : vtkMRMLScene
    assessment : Assessment
    tumour, cord : Segment, optional
        What the gap was measured between: the record is out of date when they change.
    beside : vtkMRMLNode, optional
        Node that tells the place in the subject hierarchy.

    Returns
    -------
    vtkMRMLTextNode
    """
    name = f"{', '.join(assessment.levels)} assessment"
    node = scene.AddNewNodeByClass("vtkMRMLTextNode", name)
    node.SetText(json.dumps(assessment.to_dict(), indent=1))
    inputs = {"tumor": tumour, "cord": cord}
    note_provenance(node, STEP, {k: v for k, v in inputs.items() if v is not None}, {})
    if beside is not None:
        place_beside(beside, [node])
    return node


def assessment_of(node: Any) -> Assessment:
    """Return the assessment that a node keeps.

    Parameters
    ----------
    node : vtkMRMLTextNode

    Raises
    ------
    InputError
        The node keeps none, or one that is damaged.
    """
    if step_of(node) != STEP:
        raise InputError(f"{node.GetName()} keeps no assessment; record one first.")
    try:
        document = json.loads(node.GetText() or "")
    except ValueError as error:
        raise InputError(f"{node.GetName()} is damaged; record the assessment again.") from error
    return Assessment.from_dict(document)


def gap_point(node: Any) -> list[float]:
    """Return the tumor's point that is nearest to the cord, RAS mm.

    Parameters
    ----------
    node : vtkMRMLTextNode

    Raises
    ------
    InputError
        The gap was not evaluable, or the node keeps no assessment.
    """
    gap = assessment_of(node).gap
    if gap.tumour_ras is None:
        raise InputError(f"There is no place to show: {gap.reason}.")
    return list(gap.tumour_ras)


def proposed_levels(
    structures_node: Any, chosen: Sequence[Segment] = (), vertebra: Segment | None = None
) -> tuple[str, ...]:
    """Tell the levels to be treated by the names of targets and tumors, else of the vertebra.

    Parameters
    ----------
    structures_node : vtkMRMLSegmentationNode or None
        Its targets and tumors, by name and type, are treated.
    chosen : sequence of Segment
        Further targets and tumors.
    vertebra : Segment, optional
        Where no name of those tells a level.

    Returns
    -------
    tuple of str
        From head to foot; empty where no name tells one.
    """
    found = {} if structures_node is None else readable_structures(structures_node)[0]
    names = [s.name for s in found.values() if guess_role(s) in _TREATED]
    names += [segment.name for segment in chosen]
    levels = [level for name in names for level in levels_in_name(name)]
    if not levels and vertebra is not None:
        levels += levels_in_name(vertebra.name)
    return in_order(levels)
