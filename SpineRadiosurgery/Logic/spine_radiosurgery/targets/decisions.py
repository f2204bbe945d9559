"""Which sectors of each level a target takes: by template, by consensus rule or by a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..anatomy import VertebraSectors
from ..geometry import InputError, Structure
from .consensus import Proposal, propose_sectors
from .definition import Override
from .involvement import Involvement, involvement
from .rules import Rule
from .sites import Site, label_of
from .templates import RULE_SET, TEMPLATES, checked_sectors, in_words, template_of

Choice = str | Iterable[str] | Mapping[str, Iterable[str]]

TEMPLATE_TEXTS = {
    "body": "Template A: the entire body of the involved vertebra.",
    "body_and_pedicles": "Template B, dotted line: the body and the pedicles with a generous "
    "margin.",
    "whole_vertebra": "Template B, solid line: anterior and posterior elements.",
    "posterior_elements": "Template C: spinous process and laminae.",
}
TEMPLATE_REMARKS = {
    "body_and_pedicles": "The source gives no millimeters for the margin.",
    "posterior_elements": "Our lamina sectors hold the transverse and articular processes too.",
}
TEMPLATE_CITATION = "Ryu et al. 2015, Radiat Oncol J 33:1-11, figure 1 (RTOG 0631)"
CHOSEN = "chosen"


@dataclass(frozen=True, eq=False)
class Decision:
    """The sectors to take, and why (fields as in `TargetDefinition`)."""

    site: Site
    template: str | None
    rule_set: str
    sectors: dict[str, tuple[str, ...]]
    missing: dict[str, tuple[str, ...]]
    rules: tuple[Rule, ...]
    proposals: dict[str, Proposal]
    involvements: dict[str, Involvement]
    overrides: tuple[Override, ...]

    @property
    def parts(self) -> tuple[tuple[VertebraSectors, tuple[str, ...]], ...]:
        """Each level with its sectors."""
        return tuple((level, self.sectors[label_of(level)]) for level in self.site.levels)


def decide(
    site: Site,
    *,
    template: str | None,
    choice: Choice | None,
    consensus: str | None,
    overrides: Sequence[Override],
    tumours: Sequence[Structure],
    threshold: float,
) -> Decision:
    """Decide on the sectors of every level of a site.

    Raises
    ------
    InputError
        Template and choice at once, a consensus rule without a tumour, an unknown name, or none of
        the wanted sectors is there.
    """
    labels = tuple(label_of(level) for level in site.levels)
    if template is not None and choice is not None:
        raise InputError("Sectors come from a template or from a choice of sectors, not from both.")
    if consensus is not None and not tumours:
        raise InputError(
            f"The rules {consensus} start from the gross tumor; give the GTV or use a template."
        )
    found = {
        label_of(level): involvement(level, tumours, threshold=threshold)
        for level in (site.levels if tumours else ())
    }
    proposals = {
        label: propose_sectors(one, consensus) for label, one in found.items() if consensus
    }
    if template is None and choice is None and consensus is None:
        template = "body"
    rules: tuple[Rule, ...] = ()
    if template is not None:
        template = template_of(template)
        wanted = dict.fromkeys(labels, TEMPLATES[template])
        rule_set, rules = RULE_SET, (template_rule(template),)
    elif choice is not None:
        wanted = chosen_sectors(choice, labels)
        rule_set = CHOSEN
    else:
        wanted = {label: proposals[label].sectors for label in labels}
        rule_set = str(consensus)
        rules = tuple(_rule_of(proposal) for proposal in proposals.values() if proposal.sectors)
    wanted = overridden(wanted, overrides)
    sectors, missing = present_of(site, wanted)
    refuse_nothing(sectors, missing)
    return Decision(
        site, template, rule_set, sectors, missing, rules, proposals, found, tuple(overrides)
    )


def template_rule(template: str) -> Rule:
    """Return the template as a rule with its source."""
    remark = TEMPLATE_REMARKS.get(template, "")
    return Rule(template, TEMPLATE_TEXTS[template], TEMPLATE_CITATION, True, remark)


def overridden(
    wanted: Mapping[str, tuple[str, ...]], overrides: Sequence[Override]
) -> dict[str, tuple[str, ...]]:
    """Apply a person's decisions; the later one holds.

    Raises
    ------
    InputError
        An override names a level that the target does not have.
    """
    result = {label: set(names) for label, names in wanted.items()}
    for override in overrides:
        if override.level is not None and override.level not in result:
            raise InputError(
                f"The target has no level {override.level} to change the "
                f"{in_words(override.sector)} of; it has {', '.join(result)}."
            )
        for label in result if override.level is None else (override.level,):
            if override.included:
                result[label].add(override.sector)
            else:
                result[label].discard(override.sector)
    return {label: checked_sectors(names) for label, names in result.items()}


def present_of(
    site: Site, wanted: Mapping[str, tuple[str, ...]]
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Part the wanted sectors into those that the vertebrae have and those that they lack."""
    there = {label_of(level): level.present for level in site.levels}
    sectors = {a: tuple(n for n in names if n in there[a]) for a, names in wanted.items()}
    missing = {a: tuple(n for n in names if n not in there[a]) for a, names in wanted.items()}
    return sectors, {label: names for label, names in missing.items() if names}


def refuse_nothing(
    sectors: Mapping[str, tuple[str, ...]], missing: Mapping[str, tuple[str, ...]]
) -> None:
    """Refuse a target without any sector.

    Raises
    ------
    InputError
    """
    if any(sectors.values()):
        return
    lacking = "; ".join(
        f"{label} has no {', '.join(in_words(name) for name in names)}"
        for label, names in missing.items()
    )
    if lacking:
        raise InputError(f"No sector is left for the target: {lacking}; choose another template.")
    raise InputError(
        f"No sector of {', '.join(sectors)} is chosen: the tumor involves none or all were left "
        "out; choose a template or sectors."
    )


def chosen_sectors(choice: Choice, labels: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Sectors chosen by a person, for every level.

    Raises
    ------
    InputError
        A name is no sector, or a level is not the target's.
    """
    if not isinstance(choice, Mapping):
        return dict.fromkeys(labels, checked_sectors(choice))
    unknown = [label for label in choice if label not in labels]
    if unknown:
        raise InputError(
            f"Sectors were chosen for {', '.join(unknown)}, but the target has {', '.join(labels)}."
        )
    return {label: checked_sectors(choice.get(label, ())) for label in labels}


def _rule_of(proposal: Proposal) -> Rule:
    return Rule(
        f"{proposal.rule_set}, {proposal.vertebra}",
        proposal.rule,
        proposal.citation,
        proposal.verified,
        proposal.remark,
    )
