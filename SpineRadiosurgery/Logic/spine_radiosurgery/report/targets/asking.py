"""Which vertebrae and which target an evaluation is asked about, found, split and made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...anatomy import VertebraSectors, split_vertebra
from ...case import Case, guess_role
from ...geometry import InputError, Structure
from ...targets import TargetDefinition, define_targets

StructureChoice = str | Structure
TargetChoice = str | Structure | TargetDefinition
VertebraChoice = str | Structure | VertebraSectors


@dataclass(frozen=True, eq=False)
class TargetQuestion:
    """Vertebrae, tumours and the definitions of those targets that were made here.

    Attributes
    ----------
    vertebrae : tuple of VertebraSectors
    gtv : tuple of Structure
        Named by the caller, else those of the case.
    definitions : tuple of TargetDefinition
    notes : tuple of str
        What a reader should know about the choices.
    """

    vertebrae: tuple[VertebraSectors, ...] = ()
    gtv: tuple[Structure, ...] = ()
    definitions: tuple[TargetDefinition, ...] = ()
    notes: tuple[str, ...] = ()


def label_of(sectors: VertebraSectors) -> str:
    """Level of a vertebra, or its structure's name where the level is not known."""
    return sectors.level or sectors.vertebra.name


def listed(choice: TargetChoice | Sequence[TargetChoice] | None) -> list[TargetChoice]:
    """Return one or several choices as a list."""
    if choice is None:
        return []
    return [choice] if isinstance(choice, str | Structure | TargetDefinition) else list(choice)


def ask_targets(
    case: Case,
    *,
    target: TargetChoice | Sequence[TargetChoice] | None,
    cord: StructureChoice,
    vertebrae: Sequence[VertebraChoice],
    template: str | None,
    margin_mm: float | Sequence[float],
    gtv: StructureChoice | Sequence[StructureChoice] | None,
    between_contours: str,
) -> tuple[list[TargetChoice], TargetQuestion]:
    """Split the vertebrae and, where a template was named, make the target.

    Returns
    -------
    list of str, Structure or TargetDefinition
        The targets to evaluate.
    TargetQuestion

    Raises
    ------
    InputError
        A structure is missing or cannot be split, both a target and a template were named, or
        neither.
    """
    chosen = listed(target)
    if chosen and template is not None:
        raise InputError(
            "A target and a template were both named; name the target that was drawn, or the "
            "vertebra and the template to make one."
        )
    if not chosen and (template is None or not vertebrae):
        raise InputError(
            "No target was named; name a target structure, or a vertebra and the template to make "
            "one from it."
        )
    the_cord = cord if isinstance(cord, Structure) else case.structure(cord)
    split = tuple(split_in_case(case, v, the_cord, between_contours) for v in vertebrae)
    labels = [label_of(s) for s in split]
    twice = next((label for label in labels if labels.count(label) > 1), None)
    if twice is not None:
        raise InputError(f"Vertebra {twice} was named twice; name each once.")
    tumours, notes = _tumours(case, gtv, template)
    if template is None:
        given = tuple(t for t in chosen if isinstance(t, TargetDefinition))
        sources = tuple(s for d in given for s in d.sources)
        own = {label_of(s) for s in sources}
        split = (*sources, *(s for s in split if label_of(s) not in own))
        return chosen, TargetQuestion(split, tumours, given, notes)
    united = tumours if gtv is not None else ()
    made = define_targets(split, template, gtv=united, margin_mm=margin_mm, cord=the_cord)
    made = tuple(renamed_beside(case, d, template) for d in made)
    return list(made), TargetQuestion(split, tumours, made, notes)


def renamed_beside(case: Case, made: TargetDefinition, template: str) -> TargetDefinition:
    """Give a made target a name of its own beside the case's structures."""
    if not case.has(made.name):
        return made
    return replace(made, structure=made.structure.renamed(f"{made.name}_{template}"))


def split_in_case(
    case: Case,
    choice: VertebraChoice,
    cord: Structure | None,
    between_contours: str = "slabs",
) -> VertebraSectors:
    """Split a vertebra with the canal that the case has there and, at its height, the cord."""
    if isinstance(choice, VertebraSectors):
        return choice
    vertebra = choice if isinstance(choice, Structure) else case.structure(choice)
    if between_contours == "linear":
        vertebra = vertebra.interpolated()
    canal = next((s for s in case.structures if _is_canal(s) and _meet(s, vertebra)), None)
    if cord is not None and not _meet(cord, vertebra):
        cord = None
    return split_vertebra(vertebra, canal, cord=cord)


def _is_canal(structure: Structure) -> bool:
    """Whether it is the bony canal; the thecal sac is narrower."""
    return guess_role(structure) == "canal" and "anal" in structure.name.lower()


def _meet(structure: Structure, vertebra: Structure) -> bool:
    """Whether a structure reaches through half of the vertebra's height."""
    low, high = structure.extent_mm()
    bottom, top = vertebra.extent_mm()
    return min(high, top) - max(low, bottom) >= (top - bottom) / 2


def _tumours(
    case: Case, gtv: StructureChoice | Sequence[StructureChoice] | None, template: str | None
) -> tuple[tuple[Structure, ...], tuple[str, ...]]:
    """The tumours asked for, else those that the case's names and types tell."""
    if gtv is not None:
        named = [gtv] if isinstance(gtv, str | Structure) else list(gtv)
        return tuple(g if isinstance(g, Structure) else case.structure(g) for g in named), ()
    found = tuple(s for s in case.structures if guess_role(s) == "gtv")
    return found, () if template is None else made_without([s.name for s in found])


def made_without(tumours: Sequence[str]) -> tuple[str, ...]:
    """Return the note on tumours, by name, that a target made by a template does not take in."""
    if not tumours:
        return ()
    return (
        f"The target was made without {', '.join(tumours)}; name the tumor to unite it with the "
        "target.",
    )
