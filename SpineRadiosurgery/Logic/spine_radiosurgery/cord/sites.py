"""Where the target reaches along the patient: its parts, joined into sites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..geometry import SPECK_CC, InputError, Part, Structure, connected_parts


@dataclass(frozen=True)
class Site:
    """A stretch of target that has one cord volume.

    Attributes
    ----------
    lower_mm, upper_mm : float
        Extent along the superior axis.
    names : tuple of str
        The target structures that have parts in it.
    """

    lower_mm: float
    upper_mm: float
    names: tuple[str, ...]

    @property
    def length_mm(self) -> float:
        """Length along the superior axis."""
        return self.upper_mm - self.lower_mm


def find_sites(
    targets: Sequence[Structure], margin_mm: float
) -> tuple[tuple[Site, ...], tuple[str, ...]]:
    """Join target parts less than twice the margin apart; the cord between them counts.

    Parameters
    ----------
    targets : sequence of Structure
    margin_mm : float

    Returns
    -------
    sites : tuple of Site
        From head to foot.
    notes : tuple of str
        Specks that were ignored.

    Raises
    ------
    InputError
        Nothing but specks is left.
    """
    kept: list[tuple[Part, str]] = []
    notes: list[str] = []
    for target in targets:
        parts = connected_parts(target)
        specks = [p for p in parts if p.volume_cc < SPECK_CC]
        kept += [(p, target.name) for p in parts if p.volume_cc >= SPECK_CC]
        if specks:
            notes.append(
                f"{target.name}: {len(specks)} part(s) smaller than {SPECK_CC:g} cc "
                f"(together {sum(p.volume_cc for p in specks):.4f} cc) were ignored for its extent."
            )
    if not kept:
        names = ", ".join(t.name for t in targets)
        raise InputError(
            f"Target {names} has no part of at least {SPECK_CC:g} cc; "
            "it is empty or choose another structure."
        )
    kept.sort(key=lambda item: item[0].lower_mm)
    groups: list[list[tuple[Part, str]]] = []
    reach = float("-inf")
    for part, name in kept:
        # A hair of tolerance: parts exactly twice the margin apart are separate.
        if part.lower_mm - reach < 2 * margin_mm - 1e-6:
            groups[-1].append((part, name))
        else:
            groups.append([(part, name)])
        reach = max(reach, part.upper_mm)
    sites = [
        Site(
            min(p.lower_mm for p, _ in group),
            max(p.upper_mm for p, _ in group),
            tuple(dict.fromkeys(name for _, name in group)),
        )
        for group in groups
    ]
    return tuple(reversed(sites)), tuple(notes)
