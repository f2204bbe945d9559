"""Targets and sectors in whose texts a study code stands for the patient."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..anatomy import SECTORS, VertebraSectors
from ..case import Pseudonym
from ..case.hidden_case import hidden_structure, hidden_values
from ..targets import TargetDefinition


def hidden_definition(definition: TargetDefinition, patient: Pseudonym) -> TargetDefinition:
    """Return a target with a patient hidden in its name and in those of what made it."""
    if not patient.sought:
        return definition

    def hide(name: str | None) -> str | None:
        return None if name is None else patient.hide(name)

    levels = tuple(map(patient.hide, definition.levels))
    by_level = dict(zip(definition.levels, levels, strict=True))
    return replace(
        definition,
        structure=hidden_structure(definition.structure, patient),
        levels=levels,
        sectors={by_level[level]: found for level, found in definition.sectors.items()},
        missing={by_level.get(level, level): f for level, f in definition.missing.items()},
        proposals={by_level.get(level, level): f for level, f in definition.proposals.items()},
        involvements={
            by_level.get(level, level): found for level, found in definition.involvements.items()
        },
        overrides=tuple(
            replace(one, level=hide(one.level), reason=patient.hide(one.reason))
            for one in definition.overrides
        ),
        gtv_names=tuple(map(patient.hide, definition.gtv_names)),
        cord_name=hide(definition.cord_name),
        prv_name=hide(definition.prv_name),
        clip_name=hide(definition.clip_name),
        removed_cc={patient.hide(name): cc for name, cc in definition.removed_cc.items()},
        sources=tuple(hidden_sectors(one, patient) for one in definition.sources),
        warnings=tuple(map(patient.hide, definition.warnings)),
        parameters=hidden_values(definition.parameters, patient),
    )


def hidden_sectors(sectors: VertebraSectors, patient: Pseudonym) -> VertebraSectors:
    """Return a split vertebra with a patient hidden in its name and those of its sectors."""
    if not patient.sought:
        return sectors
    parts: dict[str, Any] = {
        name: hidden_structure(getattr(sectors, name), patient) for name in ("vertebra", *SECTORS)
    }
    return replace(sectors, warnings=tuple(map(patient.hide, sectors.warnings)), **parts)
