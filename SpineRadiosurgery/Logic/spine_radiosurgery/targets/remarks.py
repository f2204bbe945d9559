"""What a person should look at before using a target."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..geometry import SPECK_CC, Structure, SurfaceDistance, connected_parts, surface_distance
from .assembly import Assembled, Recipe
from .consensus import RING_TEXT, encircles_cord
from .decisions import Decision
from .sites import label_of
from .templates import in_words

LONGEST_MM = 60.0
"""Ryu et al. 2015: the cord dose tends to be higher for targets longer than 6 cm."""
CLOSE_MM = 3.0
"""RTOG 0631 asks for 3 mm or more between the cord and the edge of epidural disease."""
NOTABLE_CC = 0.01


def remarks(
    decision: Decision,
    recipe: Recipe,
    made: Assembled,
    cord: Structure | None,
    cord_gap: SurfaceDistance | None,
) -> tuple[str, ...]:
    """Collect all remarks on a target, each once."""
    found = [
        *decision.site.notes,
        *(
            f"{label_of(level)}: {text}" if label_of(level) not in text else text
            for level in decision.site.levels
            for text in level.warnings
        ),
        *_on_sectors(decision),
        *_on_tumours(decision, recipe, made.bone),
        *_on_cord(decision, recipe, made, cord, cord_gap),
        *_on_shape(made.structure, len(decision.site.levels)),
    ]
    return tuple(dict.fromkeys(found))


def remarks_on_drawn(
    target: Structure, cord: Structure | None, cord_gap: SurfaceDistance | None
) -> tuple[str, ...]:
    """Collect what a person should look at in a target that was drawn."""
    near = _on_gap(cord, cord_gap) if cord is not None and cord_gap is not None else ()
    return tuple(dict.fromkeys([*target.warnings, *near, *_on_shape(target, 1)]))


def _on_sectors(decision: Decision) -> Iterator[str]:
    for label, names in decision.missing.items():
        yield (
            f"{label} has no {_listed(names)} (removed, cut off or not segmented); "
            "the target does without."
        )
    for label, names in decision.sectors.items():
        if not names and not decision.missing.get(label):
            yield f"No sector of {label} is in the target."
        if encircles_cord(names):
            yield f"At {label} the target {RING_TEXT}."
    for proposal in decision.proposals.values():
        if not proposal.verified and proposal.sectors:
            yield (
                f"The proposal of {proposal.rule_set} for {proposal.vertebra} is not verified: "
                f"{proposal.remark}"
            )


def _on_tumours(decision: Decision, recipe: Recipe, bone: Structure | None) -> Iterator[str]:
    for label, found in decision.involvements.items():
        names = [name for name in found.involved if name not in decision.sectors[label]]
        if names:
            shares = ", ".join(f"{in_words(n)} {100 * found.shares[n]:.0f} %" for n in names)
            yield (
                f"{found.tumour} reaches into sectors of {label} that are not in the target "
                f"({shares}); only the tumor itself is, not the whole sectors."
            )
    if bone is None:
        return
    for tumour in recipe.tumours:
        gap = surface_distance(tumour, bone).distance_mm
        if gap > 0:
            yield (
                f"{tumour.name} lies {gap:.1f} mm from the chosen sectors; "
                "check the level and the registration."
            )


def _on_cord(
    decision: Decision,
    recipe: Recipe,
    made: Assembled,
    cord: Structure | None,
    cord_gap: SurfaceDistance | None,
) -> Iterator[str]:
    for out in recipe.taken_out:
        if made.removed_cc[out.name] >= NOTABLE_CC:
            yield (
                f"{made.removed_cc[out.name]:.2f} cc of {out.name} lay inside the target and were "
                "taken out."
            )
    if cord is None or cord_gap is None:
        if any(recipe.margin_mm):
            yield (
                f"The margin of {_margin_text(recipe.margin_mm)} may reach into the canal: "
                "no cord was given to keep it out."
            )
        return
    low, high = made.structure.extent_mm()
    cord_low, cord_high = cord.extent_mm()
    if cord_low > low or cord_high < high:
        yield (
            f"{cord.name} covers only superior {cord_low:.1f} to {cord_high:.1f} mm, the target "
            f"{low:.1f} to {high:.1f} mm; beyond it nothing was taken out."
        )
    yield from _on_gap(cord, cord_gap)


def _on_gap(cord: Structure, cord_gap: SurfaceDistance) -> Iterator[str]:
    if cord_gap.distance_mm < CLOSE_MM:
        yield (
            f"The target is {cord_gap.distance_mm:.1f} mm from {cord.name}; RTOG 0631 asked for "
            f"{CLOSE_MM:g} mm between the cord and epidural disease."
        )


def _on_shape(target: Structure, levels: int) -> Iterator[str]:
    low, high = target.extent_mm()
    if high - low > LONGEST_MM:
        yield (
            f"The target is {high - low:.0f} mm long; above {LONGEST_MM:g} mm the cord dose tends "
            "to be higher (Ryu et al. 2015)."
        )
    parts = [part for part in connected_parts(target) if part.volume_cc >= SPECK_CC]
    if len(parts) > 1:
        volumes = ", ".join(f"{part.volume_cc:.2f}" for part in reversed(parts))
        several = " (discs are not in it)" if levels > 1 else ""
        yield (
            f"The target has {len(parts)} parts that are not connected{several}, from head to "
            f"foot {volumes} cc."
        )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(in_words(name) for name in names)


def _margin_text(margins: Sequence[float]) -> str:
    if len(set(margins)) == 1:
        return f"{margins[0]:g} mm"
    return " / ".join(f"{margin:g}" for margin in margins) + " mm (R, L, A, P, S, I)"
