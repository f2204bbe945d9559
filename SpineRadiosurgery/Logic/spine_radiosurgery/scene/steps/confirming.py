"""Step 1: a case is checked, and what the user says of it is kept with its parameter node."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ...case import Prescription
from ...geometry import report_progress
from .case_checks import CaseCheck, CaseMessage, Place, StructureFacts
from .loading import CaseNodes, case_of, planned_prescription
from .provenance import note_provenance, parameters_of, step_of
from .structures import Segment, segment_ids

STEP = "case"
FIRST_LOOK = ("target", "gtv", "ptv", "vertebra", "cord")
"""Roles in the order in which a user looks for them."""


@dataclass(frozen=True)
class CaseAnswers:
    """What the user says of a case.

    Attributes
    ----------
    roles : mapping of str to str
        By segment ID; "ignore" leaves a segment out.
    prescription_gy : float
        0 takes the plan's.
    fractions : int
        0 takes the plan's.
    previous_radiation : str
        Of this region: "unknown", "yes" or "no".
    """

    roles: Mapping[str, str] = field(default_factory=dict)
    prescription_gy: float = 0.0
    fractions: int = 0
    previous_radiation: str = "unknown"


@dataclass(frozen=True)
class Confirmation:
    """A case that was checked and confirmed.

    Attributes
    ----------
    answers : CaseAnswers
    messages : tuple of CaseMessage
    structures : mapping of str to StructureFacts
        By segment ID, of those that are not ignored.
    """

    answers: CaseAnswers
    messages: tuple[CaseMessage, ...]
    structures: Mapping[str, StructureFacts]

    @property
    def place_ras(self) -> Place | None:
        """Where to look first: the middle of a target, else of a tumor, a vertebra or the cord."""
        for role in FIRST_LOOK:
            for segment_id, facts in self.structures.items():
                if self.answers.roles.get(segment_id) == role and facts.place_ras is not None:
                    return facts.place_ras
        return None


def confirm_case(result_node: Any, nodes: CaseNodes, answers: CaseAnswers) -> Confirmation:
    """Check a case, and keep what was found and said with a node.

    Parameters
    ----------
    result_node : vtkMRMLNode
        The case's parameter node.
    nodes : CaseNodes
    answers : CaseAnswers

    Raises
    ------
    InputError
        The dose or the image cannot be read, two structures have the same name, or the
        prescription is impossible.
    """
    report_progress("Reading the case", 0.0)
    case = case_of(nodes.structures, nodes.dose, image=nodes.image, roles=answers.roles)
    names = {
        segment_id: case.shown_name(Segment(nodes.structures, segment_id).name)
        for segment_id in segment_ids(nodes.structures)
    }
    check = CaseCheck(
        case,
        {name: answers.roles.get(segment_id, "") for segment_id, name in names.items()},
        prescription_of(nodes.structures, answers),
    )
    found = check.structures
    facts = {i: found[name] for i, name in names.items() if name in found}
    confirmation = Confirmation(answers, check.messages(), facts)
    inputs = {"image": nodes.image, "dose": nodes.dose, "structures": nodes.structures}
    note_provenance(
        result_node,
        STEP,
        {part: node for part, node in inputs.items() if node is not None},
        asdict(confirmation),
    )
    return confirmation


def confirmation_of(result_node: Any) -> Confirmation | None:
    """Return what was confirmed; None where nothing was."""
    if step_of(result_node) != STEP:
        return None
    written = parameters_of(result_node)
    return Confirmation(
        CaseAnswers(**written["answers"]),
        tuple(CaseMessage(**_placed(message)) for message in written["messages"]),
        {i: StructureFacts(**_placed(facts)) for i, facts in written["structures"].items()},
    )


def prescription_of(structures_node: Any, answers: CaseAnswers) -> Prescription | None:
    """Return the prescription that the user gave, completed by the plan's; None without both.

    Raises
    ------
    InputError
        It is impossible.
    """
    planned = planned_prescription(structures_node)
    dose_gy = answers.prescription_gy or (planned.dose_gy if planned else 0.0)
    fractions = answers.fractions or (planned.fractions if planned else 0)
    if not dose_gy or not fractions:
        return None
    if planned and (dose_gy, fractions) == (planned.dose_gy, planned.fractions):
        return planned
    return Prescription(dose_gy, fractions)


def _placed(written: dict[str, Any]) -> dict[str, Any]:
    """JSON has lists for places."""
    place: Place | None = written["place_ras"] and tuple(written["place_ras"])
    return {**written, "place_ras": place}
