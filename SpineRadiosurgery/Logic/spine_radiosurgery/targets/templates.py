"""The target templates of RTOG 0631: which sectors of a vertebra each one takes."""

from __future__ import annotations

from collections.abc import Iterable

from ..anatomy import SECTORS
from ..geometry import InputError

TEMPLATES: dict[str, tuple[str, ...]] = {
    "body": ("body",),
    "body_and_pedicles": ("body", "left_pedicle", "right_pedicle"),
    "whole_vertebra": SECTORS,
    "posterior_elements": ("left_lamina", "right_lamina", "spinous_process"),
}
"""Figure 1 of Ryu et al. 2015: A; B, dotted, with a generous margin; B, solid; C."""
ALIASES = {"dorsal": "posterior_elements"}
RULE_SET = "rtog-0631"


def template_of(name: str) -> str:
    """Return the template's own name for a name or an alias of it.

    Raises
    ------
    InputError
        There is no such template.
    """
    asked = name.strip().lower().replace("-", "_").replace(" ", "_")
    template = ALIASES.get(asked, asked)
    if template not in TEMPLATES:
        raise InputError(
            f"There is no target template {name!r}; choose one of {', '.join(TEMPLATES)}."
        )
    return template


def in_words(sector: str) -> str:
    """Name a sector in a sentence: `left_pedicle` is the left pedicle."""
    return sector.replace("_", " ")


def checked_sectors(sectors: str | Iterable[str]) -> tuple[str, ...]:
    """Sector names in the order of `anatomy.SECTORS`, each once.

    Raises
    ------
    InputError
        One of them is no sector.
    """
    given = [sectors] if isinstance(sectors, str) else list(sectors)
    for name in given:
        if name not in SECTORS:
            raise InputError(
                f"There is no sector {name!r} of a vertebra; choose from {', '.join(SECTORS)}."
            )
    return tuple(name for name in SECTORS if name in given)
