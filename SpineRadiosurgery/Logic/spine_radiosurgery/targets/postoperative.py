"""Targets after surgery: what was tumour before it, the bone at risk beside it, the bed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from numpy.typing import ArrayLike

from ..anatomy import SECTORS
from ..geometry import InputError, Structure, expanded, margins_mm, moved, rigid_matrix
from .assembly import Recipe
from .decisions import Choice, Decision, chosen_sectors, overridden, present_of
from .definition import Override, TargetDefinition
from .involvement import THRESHOLD, involvement
from .making import Levels, Tumours, as_tuple, defined, target_name
from .rules import Rule
from .sites import Site, label_of, the_site
from .templates import checked_sectors, in_words

RULE_SET = "redmond-2017-postoperative"
EPIDURAL_MARGIN_MM = 5.0
"""Largest cranio-caudal margin of the rule for epidural disease."""

BESIDE: dict[str, tuple[str, ...]] = {
    "body": ("left_pedicle", "right_pedicle"),
    "left_pedicle": ("body", "left_lamina"),
    "right_pedicle": ("body", "right_lamina"),
    "left_lamina": ("left_pedicle", "spinous_process"),
    "right_lamina": ("right_pedicle", "spinous_process"),
    "spinous_process": ("left_lamina", "right_lamina"),
}
"""Sectors that share a border."""

PREOPERATIVE_EXTENT = Rule(
    "preoperative extent and adjacent bone",
    "The target covers the entire pre-operative extent of bony and epidural disease and the "
    "immediately adjacent bony compartments at risk of microscopic extension.",
    "Redmond et al. 2017, Int J Radiat Oncol Biol Phys 97:64-74, abstract",
    True,
    "That a compartment is a sector, and that it is adjacent where it shares a border with an "
    "involved one, is this program's reading.",
)
SURGICAL_BED = Rule(
    "surgical bed",
    "The target volume includes the residual tumor and the surgical bed.",
    "Ryu et al. 2015, Radiat Oncol J 33:1-11, postoperative radiosurgery",
    True,
)
EPIDURAL_MARGIN = Rule(
    "epidural margin",
    "Epidural disease gets a cranio-caudal margin of at most 5 mm.",
    "JCOG2211 trial page",
    True,
    "Read on the trial's page only, not in its protocol.",
)
HARDWARE = Rule(
    "hardware excluded",
    "Implants that the user named are taken out of the target.",
    "the user's choice",
    False,
    "No source was read for excluding implants; tumor behind them is left out with them.",
)


def adjacent_sectors(involved: Iterable[str]) -> tuple[str, ...]:
    """Involved sectors and those that share a border with one of them.

    Raises
    ------
    InputError
        A name is no sector.
    """
    names = checked_sectors(involved)
    return checked_sectors({*names, *(beside for name in names for beside in BESIDE[name])})


def postoperative_target(
    sectors: Levels,
    preoperative: Structure | Sequence[Structure],
    *,
    ras_to_ras: ArrayLike | None = None,
    epidural: Structure | None = None,
    epidural_margin_mm: float = 0.0,
    surgical_bed: Tumours = None,
    residual: Tumours = None,
    hardware: Tumours = None,
    involved: Choice | None = None,
    adjacent_bone: bool = True,
    margin_mm: float | Sequence[float] = 0.0,
    cord: Structure | None = None,
    clip_to: Structure | None = None,
    prv: Structure | None = None,
    name: str | None = None,
    overrides: Sequence[Override] = (),
    threshold: float = THRESHOLD,
) -> TargetDefinition:
    """Make the clinical target volume after surgery.

    Parameters
    ----------
    sectors : VertebraSectors or sequence of VertebraSectors
        Of the vertebrae as they are now; what was removed is missing.
    preoperative : Structure or sequence of Structure
        Bony and epidural tumour before surgery.
    ras_to_ras : array_like, shape (4, 4), optional
        Rigid transform from the pre-operative image to the planning image, RAS mm; the images
        share a frame by default.
    epidural : Structure, optional
        The epidural part before surgery, in the pre-operative image.
    epidural_margin_mm : float
        Added to it to the superior and the inferior side; at most 5.
    surgical_bed, residual, hardware : Structure or sequence of Structure, optional
        In the planning image. Bed and residual tumour are united with the target, hardware is
        taken out of it.
    involved : str, iterable of str, or mapping of level to iterable of str, optional
        Sectors that the tumour was in before surgery. By default those that it involves of the
        vertebra as it is now; what was removed cannot be found so.
    adjacent_bone : bool
        Take the sectors beside the involved ones too.
    margin_mm, cord, clip_to, prv, name, overrides, threshold
        As in `define_target`; the margin goes around the sectors.

    Raises
    ------
    InputError
        The transform is not rigid, the epidural margin is more than 5 mm or has nothing to go
        around, or as in `define_target`.
    """
    site = the_site(sectors)
    _check_epidural(epidural, epidural_margin_mm)
    before = as_tuple(preoperative)
    if not before:
        raise InputError("A postoperative target starts from the pre-operative tumor; give it.")
    if epidural is not None:
        margins = (0.0, 0.0, 0.0, 0.0, epidural_margin_mm, epidural_margin_mm)
        grown = f"{epidural.name} with margin" if epidural_margin_mm else epidural.name
        before = (*before, expanded(epidural, margins, name=grown))
    if ras_to_ras is not None:
        before = tuple(moved(structure, ras_to_ras) for structure in before)
    now = (*as_tuple(residual), *as_tuple(surgical_bed))
    implants = as_tuple(hardware)
    found = {
        label_of(level): involvement(level, before, threshold=threshold) for level in site.levels
    }
    were = {label: one.involved for label, one in found.items()}
    if involved is not None:
        were = chosen_sectors(involved, tuple(were))
    at_risk = {a: adjacent_sectors(n) if adjacent_bone else n for a, n in were.items()}
    wanted = overridden(at_risk, overrides)
    kept, missing = present_of(site, wanted)
    rules = [PREOPERATIVE_EXTENT]
    rules += [SURGICAL_BED] if now else []
    rules += [EPIDURAL_MARGIN] if epidural_margin_mm else []
    rules += [HARDWARE] if implants else []
    decision = Decision(
        site, None, RULE_SET, kept, missing, tuple(rules), {}, found, tuple(overrides)
    )
    recipe = Recipe(
        name or target_name(site),
        decision.parts,
        margins_mm(margin_mm),
        tumours=(*before, *now),
        taken_out=tuple(out for out in (cord, prv, *implants) if out is not None),
        clip_to=clip_to,
    )
    parameters = {
        "preoperative": [structure.name for structure in before],
        "ras_to_ras": None if ras_to_ras is None else rigid_matrix(ras_to_ras).tolist(),
        "epidural_margin_mm": epidural_margin_mm,
        "surgical_bed": [structure.name for structure in as_tuple(surgical_bed)],
        "residual": [structure.name for structure in as_tuple(residual)],
        "hardware": [structure.name for structure in implants],
        "involved_before": {label: list(names) for label, names in were.items()},
        "adjacent_bone": adjacent_bone,
        "threshold": threshold,
    }
    notes = [
        f"Rule {rule.name!r} is not verified: {rule.remark}" for rule in rules if not rule.verified
    ]
    if involved is None:
        notes += _on_removed_bone(site)
    return defined(decision, recipe, cord=cord, prv=prv, parameters=parameters, warnings=notes)


def _on_removed_bone(site: Site) -> list[str]:
    """Say which sectors surgery took, so that their neighbours may be missed."""
    notes = []
    for level in site.levels:
        gone = [in_words(name) for name in SECTORS if name not in level.present]
        if gone:
            notes.append(
                f"{label_of(level)} has no {', '.join(gone)} now: whether the tumor was there "
                "cannot be seen; name the sectors involved before surgery, or add their neighbors."
            )
    return notes


def _check_epidural(epidural: Structure | None, margin_mm: float) -> None:
    if not 0 <= margin_mm <= EPIDURAL_MARGIN_MM:
        raise InputError(
            f"The cranio-caudal margin of epidural disease must be 0 to {EPIDURAL_MARGIN_MM:g} mm, "
            f"not {margin_mm:g} mm (JCOG2211)."
        )
    if margin_mm and epidural is None:
        raise InputError(
            f"The epidural margin of {margin_mm:g} mm has nothing to go around; "
            "give the epidural disease before surgery."
        )
