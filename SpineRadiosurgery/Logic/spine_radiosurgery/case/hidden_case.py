"""A case in whose texts a study code stands for the patient."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ..geometry import Structure
from .case import Case, SourceFile
from .hiding import Pseudonym


def hidden_case(case: Case, pseudonym: Pseudonym) -> Case:
    """Return a case with a patient hidden in all texts, and without the patient's identity.

    Parameters
    ----------
    case : Case
    pseudonym : Pseudonym
        Where it has nothing to hide the case is returned as it is.
    """
    if not (pseudonym.sought or pseudonym.dates or pseudonym.kept):
        return case
    hide, image, planned = pseudonym.hide, case.image, case.prescription
    texts = [case.dose_label, *(s.name for s in case.structures)]
    return replace(
        case,
        structures=_renamed(case.structures, pseudonym),
        image=None if image is None else replace(image, label=hide(image.label)),
        prescription=None if planned is None else replace(planned, source=hide(planned.source)),
        dose_label=hide(case.dose_label),
        warnings=(*map(hide, case.warnings), *pseudonym.warnings_about(texts)),
        sources=numbered(case.sources),
        listing=tuple(
            replace(one, label=hide(one.label), note=hide(one.note)) for one in case.listing
        ),
        unusable={hide(name): hide(why) for name, why in case.unusable.items()},
        parameters=hidden_values(case.parameters, pseudonym),
        identity=None,
        pseudonym=pseudonym,
    )


def hidden_structure(structure: Structure, pseudonym: Pseudonym) -> Structure:
    """Return a structure with a patient hidden in its name and warnings."""
    name = pseudonym.hide(structure.name)
    warnings = tuple(map(pseudonym.hide, structure.warnings))
    if (name, warnings) == (structure.name, structure.warnings):
        return structure
    return replace(structure, name=name, warnings=warnings)


def hidden_values(value: Any, pseudonym: Pseudonym) -> Any:
    """Return plain values (JSON types) with a patient hidden in all texts."""
    if isinstance(value, str):
        return pseudonym.hide(value)
    if isinstance(value, Mapping):
        return {key: hidden_values(item, pseudonym) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(hidden_values(item, pseudonym) for item in value)
    return value


def numbered(sources: Iterable[SourceFile]) -> tuple[SourceFile, ...]:
    """Return source files called by kind and running number."""
    counted: Counter[str] = Counter()
    found = []
    for source in sources:
        counted[source.kind] += 1
        found.append(replace(source, name=f"{source.kind} {counted[source.kind]}"))
    return tuple(found)


def _renamed(structures: Iterable[Structure], pseudonym: Pseudonym) -> tuple[Structure, ...]:
    counted: Counter[str] = Counter()
    found = []
    for structure in structures:
        hidden = hidden_structure(structure, pseudonym)
        counted[hidden.name] += 1
        again = counted[hidden.name]
        found.append(hidden if again == 1 else hidden.renamed(f"{hidden.name} ({again})"))
    return tuple(found)
