"""Making targets: one site in one call, separate sites in another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from ..anatomy import VertebraSectors
from ..geometry import (
    InputError,
    Structure,
    margins_mm,
    report_progress,
    stage,
    surface_distance,
)
from . import assembly, lattice
from .assembly import Recipe, assemble
from .decisions import Choice, Decision, decide
from .definition import Override, TargetDefinition
from .involvement import THRESHOLD
from .remarks import remarks
from .sites import NEIGHBOUR_GAP_MM, Site, find_sites, label_of, share_out, the_site

Levels = VertebraSectors | Sequence[VertebraSectors]
Tumours = Structure | Sequence[Structure] | None


def make_target(
    sectors: Levels,
    template: str = "body",
    *,
    gtv: Tumours = None,
    margin_mm: float | Sequence[float] = 0.0,
    cord: Structure | None = None,
    clip_to: Structure | None = None,
    prv: Structure | None = None,
    name: str | None = None,
) -> Structure:
    """Make the clinical target volume that a template asks for.

    The sectors, with a margin where one is asked, are united with the gross tumour; cord and PRV
    are taken out. Parameters and errors as in `define_target`, which also says how it came about.

    Returns
    -------
    Structure
        A mask with partial voxels, interpreted type CTV; its `warnings` want a look.
    """
    return define_target(
        sectors,
        template,
        gtv=gtv,
        margin_mm=margin_mm,
        cord=cord,
        clip_to=clip_to,
        prv=prv,
        name=name,
    ).structure


def define_target(
    sectors: Levels,
    template: str | None = None,
    *,
    gtv: Tumours = None,
    margin_mm: float | Sequence[float] = 0.0,
    margin_around: str = assembly.MARGIN_AROUND[0],
    cord: Structure | None = None,
    clip_to: Structure | None = None,
    prv: Structure | None = None,
    name: str | None = None,
    choice: Choice | None = None,
    consensus: str | None = None,
    overrides: Sequence[Override] = (),
    threshold: float = THRESHOLD,
) -> TargetDefinition:
    """Make a clinical target volume and keep all decisions that led to it.

    The sectors come from a template, from a choice of sectors, or, if neither is given, from the
    consensus rules; overrides change them one by one. Consensus rules named beside a template or a
    choice only propose, so that proposal and decision can be compared.

    Parameters
    ----------
    sectors : VertebraSectors or sequence of VertebraSectors
        One level or several neighbouring ones.
    template : str, optional
        Key of `TEMPLATES` or "dorsal"; "body" if nothing else chooses the sectors.
    gtv : Structure or sequence of Structure, optional
        Gross tumour with its epidural and paraspinal extension; united with the sectors.
    margin_mm : float or sequence of 6 floats
        True millimetres to all sides, or to the patient's right, left, anterior, posterior,
        superior and inferior side.
    margin_around : str
        "sectors": the tumour is united after the margin; "sectors_and_gtv": before it.
    cord, prv : Structure, optional
        Taken out of the target, margin included.
    clip_to : Structure, optional
        The body's outline; nothing outside it is kept.
    name : str, optional
        By default "CTV_" with the levels.
    choice : str, iterable of str, or mapping of level to iterable of str, optional
        Sectors chosen by a person.
    consensus : str, optional
        Key of `RULE_SETS`; needs a GTV.
    overrides : sequence of Override
    threshold : float
        Share of a sector from which the tumour involves it (see `involvement`).

    Raises
    ------
    InputError
        The levels are separate sites (use `make_targets`), a name is unknown, a margin is no
        margin, none of the sectors is there, or nothing is left.
    """
    site = the_site(sectors)
    tumours = as_tuple(gtv)
    decision = decide(
        site,
        template=template,
        choice=choice,
        consensus=consensus,
        overrides=overrides,
        tumours=tumours,
        threshold=threshold,
    )
    recipe = Recipe(
        name or target_name(site),
        decision.parts,
        margins_mm(margin_mm),
        margin_around,
        tumours,
        tuple(out for out in (cord, prv) if out is not None),
        clip_to,
    )
    more = {"threshold": threshold, "consensus": consensus}
    return defined(decision, recipe, cord=cord, prv=prv, parameters=more)


def define_targets(
    levels: Levels, template: str | None = None, *, gtv: Tumours = None, **options: Any
) -> tuple[TargetDefinition, ...]:
    """Make a target for every site that the levels form, from head to foot.

    A tumour goes to the site that it lies nearest to; one with parts at several sites is cut half
    way between them.

    Parameters
    ----------
    levels : VertebraSectors or sequence of VertebraSectors
    template, gtv, **options
        As in `define_target`; `choice` and overrides by level go to the sites with these levels.

    Raises
    ------
    InputError
        As in `define_target`; or one `name` is given for several targets.
    """
    sites = find_sites(levels)
    if options.get("name") and len(sites) > 1:
        raise InputError(
            f"One name ({options['name']}) was given for {len(sites)} separate targets; "
            "leave it out, they are named by their levels."
        )
    _refuse_unknown_levels(sites, options.get("overrides", ()))
    tumours = share_out(as_tuple(gtv), sites)
    return tuple(
        define_target(site.levels, template, gtv=own, **_options_of(site, options, own, template))
        for site, own in zip(sites, tumours, strict=True)
    )


def make_targets(
    levels: Levels, template: str = "body", *, gtv: Tumours = None, **options: Any
) -> tuple[Structure, ...]:
    """Make separate targets for separate sites (see `define_targets`), from head to foot."""
    made = define_targets(levels, template, gtv=gtv, **options)
    return tuple(definition.structure for definition in made)


def defined(
    decision: Decision,
    recipe: Recipe,
    *,
    cord: Structure | None,
    prv: Structure | None,
    parameters: dict[str, Any],
    warnings: Sequence[str] = (),
) -> TargetDefinition:
    """Put a target together and describe it."""
    with stage(f"Making {recipe.name}", 0.0, 0.8):
        made = assemble(recipe)
    report_progress("Measuring the gap to the cord" if cord is not None else "", 0.8)
    gap = surface_distance(made.structure, cord) if cord is not None else None
    texts = tuple(dict.fromkeys((*warnings, *remarks(decision, recipe, made, cord, gap))))
    clip = recipe.clip_to
    return TargetDefinition(
        structure=replace(made.structure, algorithm="SEMIAUTOMATIC", warnings=texts),
        levels=tuple(decision.sectors),
        template=decision.template,
        rule_set=decision.rule_set,
        sectors=decision.sectors,
        missing=decision.missing,
        rules=decision.rules,
        proposals=decision.proposals,
        involvements=decision.involvements,
        overrides=decision.overrides,
        margin_mm=recipe.margin_mm,
        gtv_names=tuple(tumour.name for tumour in recipe.tumours),
        cord_name=cord.name if cord is not None else None,
        prv_name=prv.name if prv is not None else None,
        clip_name=clip.name if clip is not None else None,
        removed_cc=made.removed_cc,
        cord_gap=gap,
        sources=decision.site.levels,
        warnings=texts,
        parameters={**_parameters(decision, recipe, made.structure), **parameters},
    )


def target_name(site: Site) -> str:
    """Name of a site's target: CTV_L2_L3, also if a vertebra's own name begins with CTV."""
    labels = (re.sub(r"(?i)^ctv[ _-]+(?=.)", "", label_of(level)) for level in site.levels)
    return "_".join(("CTV", *labels))


def as_tuple(structures: Tumours) -> tuple[Structure, ...]:
    """One structure, several or none, as a tuple."""
    if structures is None:
        return ()
    return (structures,) if isinstance(structures, Structure) else tuple(structures)


def _parameters(decision: Decision, recipe: Recipe, target: Structure) -> dict[str, Any]:
    low, high = target.extent_mm()
    return {
        "rule_set": decision.rule_set,
        "template": decision.template,
        "sectors": {label: list(names) for label, names in decision.sectors.items()},
        "missing_sectors": {label: list(names) for label, names in decision.missing.items()},
        "overrides": [asdict(override) for override in decision.overrides],
        "margin_mm": list(recipe.margin_mm),
        "margin_around": recipe.margin_around,
        "united_with": [tumour.name for tumour in recipe.tumours],
        "taken_out": [out.name for out in recipe.taken_out],
        "clip_to": recipe.clip_to.name if recipe.clip_to is not None else None,
        "neighbour_gap_mm": NEIGHBOUR_GAP_MM,
        "cell_mm": lattice.CELL_MM if recipe.cuts else None,
        "superior_cell_mm": lattice.SUPERIOR_CELL_MM if recipe.cuts else None,
        "partial_voxels": "united by the angle between surfaces",
        "inferior_mm": low,
        "superior_mm": high,
        "volume_cc": target.volume_cc,
    }


def _refuse_unknown_levels(sites: Sequence[Site], overrides: Sequence[Override]) -> None:
    labels = [label_of(level) for site in sites for level in site.levels]
    for override in overrides:
        if override.level is not None and override.level not in labels:
            raise InputError(
                f"No target has the level {override.level} of an override; "
                f"the levels are {', '.join(labels)}."
            )


def _options_of(
    site: Site, options: dict[str, Any], tumours: Sequence[Structure], template: str | None
) -> dict[str, Any]:
    """The options that concern a site."""
    labels = {label_of(level) for level in site.levels}
    own = dict(options)
    if isinstance(own.get("choice"), dict):
        own["choice"] = {a: names for a, names in own["choice"].items() if a in labels}
    if own.get("overrides"):
        own["overrides"] = [o for o in own["overrides"] if o.level is None or o.level in labels]
    if not tumours and (template is not None or own.get("choice") is not None):
        # Nothing to compare a decision with where there is no tumour.
        own["consensus"] = None
    return own
