"""Clinical targets: templates of RTOG 0631, consensus rules, margins, targets after surgery."""

from __future__ import annotations

from .consensus import Proposal, encircles_cord, propose_sectors
from .definition import Override, TargetDefinition
from .epidural_gap import EpiduralGap, EpiduralGaps, epidural_gaps
from .involvement import Involvement, involvement
from .making import define_target, define_targets, make_target, make_targets
from .postoperative import adjacent_sectors, postoperative_target
from .remarks import remarks_on_drawn
from .rules import RULE_SETS, Rule, RuleSet
from .templates import TEMPLATES, template_of

__all__ = [
    "RULE_SETS",
    "TEMPLATES",
    "EpiduralGap",
    "EpiduralGaps",
    "Involvement",
    "Override",
    "Proposal",
    "Rule",
    "RuleSet",
    "TargetDefinition",
    "adjacent_sectors",
    "define_target",
    "define_targets",
    "encircles_cord",
    "epidural_gaps",
    "involvement",
    "make_target",
    "make_targets",
    "postoperative_target",
    "propose_sectors",
    "remarks_on_drawn",
    "template_of",
]
