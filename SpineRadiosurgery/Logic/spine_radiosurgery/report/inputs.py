"""What an evaluation is asked to do, resolved against the case and checked before any computing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..anatomy import is_below, levels_in_name
from ..case import Case, Prescription, guess_role
from ..cord import CORD_VOLUME
from ..dose import DoseGrid
from ..geometry import InputError, Structure, in_standard_order
from ..targets import TargetDefinition
from ..tolerance import GateNote, check_prescription
from .choices import Choices
from .targets.asking import StructureChoice, TargetChoice, listed


@dataclass(frozen=True, eq=False)
class Question:
    """A resolved evaluation.

    Attributes
    ----------
    case : Case
    targets : tuple of Structure
    cord : Structure
    prescription : Prescription
    notes : tuple of GateNote
        What resolving found.
    """

    case: Case
    targets: tuple[Structure, ...]
    cord: Structure
    prescription: Prescription
    notes: tuple[GateNote, ...]

    @property
    def dose(self) -> DoseGrid:
        """The case's dose; a case without one is refused by `resolve`."""
        assert self.case.dose is not None
        return self.case.dose

    @property
    def mixed_fractionation(self) -> bool:
        """Whether the dose is a sum of plans with different numbers of fractions."""
        read = self.case.parameters
        return (
            read.get("same_fractionation") is False or len(set(read.get("plan_fractions", ()))) > 1
        )

    @property
    def below_t2(self) -> bool | None:
        """Whether the target lies below T2 by its names; None when they name no level."""
        levels = self.levels
        return is_below(levels[0], "T2") if levels else None

    @property
    def below_l2(self) -> bool:
        """Whether the target's names mention a level below L2."""
        return any(is_below(level, "L2") for level in self.levels)

    @property
    def levels(self) -> tuple[str, ...]:
        """Vertebral levels in the target's names, from head to foot."""
        return levels_in_name(" ".join(t.name for t in self.targets))


def resolve(
    case: Case,
    *,
    target: TargetChoice | Sequence[TargetChoice],
    cord: StructureChoice,
    prescription_gy: float | None,
    fractions: int | None,
    override_prescription: bool,
) -> Question:
    """Find structures and prescription.

    Raises
    ------
    InputError
        A structure is missing or unusable, target and cord are the same, there is no dose, no
        prescription, or it contradicts the plan.
    """
    if case.dose is None:
        raise InputError(
            f"Case {case.identifier} has no dose; add the plan's RTDOSE to its folder."
        )
    chosen = listed(target)
    if not chosen:
        raise InputError("No target was named; name at least one target structure.")
    targets = tuple(_find(case, t) for t in chosen)
    the_cord = _find(case, cord)
    for name in (t.name for t in targets):
        if name == the_cord.name:
            raise InputError(
                f"Structure {name} was named as target and as cord; name two structures."
            )
    for structure in (*targets, the_cord):
        if structure.name.startswith(CORD_VOLUME):
            raise InputError(
                f"Structure {structure.name} has the name that the cord volume gets in the report; "
                "rename it, and name the whole contoured cord as cord."
            )
    if len({t.name for t in targets}) < len(targets):
        raise InputError("A target structure was named twice; name each once.")
    prescription = _prescription(case, prescription_gy, fractions)
    note = check_prescription(prescription, case.prescription, override=override_prescription)
    return Question(case, targets, the_cord, prescription, (note,) if note else ())


def as_chosen(question: Question, choices: Choices) -> Question:
    """Return the question with the dose interpolated and the contours joined as chosen.

    All voxels are brought into one index order: the numbers must not depend on how they were
    stored.
    """
    dose = question.dose.in_standard_order().with_interpolation(choices.dose_interpolation)
    linear = choices.between_contours == "linear"

    def prepared(structure: Structure) -> Structure:
        slabs = structure.between_contours == "slabs"
        if linear and slabs and role_of(question, structure) != "ignore":
            return structure.interpolated()
        return in_standard_order(structure)

    # Targets and cord often are the case's own: each is prepared once.
    named = (*question.case.structures, *question.targets, question.cord)
    found = {id(s): prepared(s) for s in {id(s): s for s in named}.values()}
    structures = tuple(found[id(s)] for s in question.case.structures)
    return replace(
        question,
        case=replace(question.case, dose=dose, structures=structures),
        targets=tuple(found[id(t)] for t in question.targets),
        cord=found[id(question.cord)],
    )


def _find(case: Case, choice: TargetChoice) -> Structure:
    if isinstance(choice, TargetDefinition):
        return choice.structure
    return choice if isinstance(choice, Structure) else case.structure(choice)


def _prescription(case: Case, dose_gy: float | None, fractions: int | None) -> Prescription:
    planned = case.prescription
    if dose_gy is None and fractions is None and planned is not None:
        return planned
    if dose_gy is None:
        if planned is None:
            raise InputError(
                "The prescription is not known: the case has no RTPLAN with one; "
                "give the total dose in Gy and the number of fractions."
            )
        dose_gy = planned.dose_gy
    if fractions is None:
        if planned is None:
            raise InputError(
                f"The number of fractions for {dose_gy:g} Gy is not known: the case has no RTPLAN "
                "with one; give it."
            )
        fractions = planned.fractions
    return Prescription(float(dose_gy), int(fractions))


def role_of(question: Question, structure: Structure) -> str:
    """Role in this evaluation: what the caller said, else guessed from name and type."""
    if structure.name in {t.name for t in question.targets}:
        return "target"
    if structure.name == question.cord.name:
        return "cord"
    guess = guess_role(structure)
    # Another cord or CTV is an organ here: only the chosen ones have these roles.
    return {"cord": "other cord", "target": "ctv"}.get(guess, guess)
