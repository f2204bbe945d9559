"""Patient selection: scenario, gap to the cord, eligibility, decision, NOMS headings."""

from __future__ import annotations

from .choosing import decided_scenario, proposed_scenario, scenario_doubt
from .decision import RADIOSURGERY, SURGICAL_OPINION, UNDEFINED, Decision, decision_for
from .eligibility import EligibilityItem, eligibility
from .entry import (
    HISTOLOGIES,
    RADIOSENSITIVITIES,
    SYSTEMIC_STATES,
    Selection,
    SelectionMeasurement,
)
from .gap import ELIGIBLE_MM, SEPARATION_MM, CordGap, GapRemark, gap_remarks, measure_cord_gap
from .measuring import measure_selection
from .noms import NomsHeading, noms
from .paraspinal import ParaspinalExtent, paraspinal_extent
from .remarks import Remark, selection_remarks
from .scenarios import (
    SCENARIOS,
    UNDECIDED,
    Scenario,
    doubt_about,
    levels_from_text,
    scenario_of,
    sites_of,
)

__all__ = [
    "ELIGIBLE_MM",
    "HISTOLOGIES",
    "RADIOSENSITIVITIES",
    "RADIOSURGERY",
    "SCENARIOS",
    "SEPARATION_MM",
    "SURGICAL_OPINION",
    "SYSTEMIC_STATES",
    "UNDECIDED",
    "UNDEFINED",
    "CordGap",
    "Decision",
    "EligibilityItem",
    "GapRemark",
    "NomsHeading",
    "ParaspinalExtent",
    "Remark",
    "Scenario",
    "Selection",
    "SelectionMeasurement",
    "decided_scenario",
    "decision_for",
    "doubt_about",
    "eligibility",
    "gap_remarks",
    "levels_from_text",
    "measure_cord_gap",
    "measure_selection",
    "noms",
    "paraspinal_extent",
    "proposed_scenario",
    "scenario_doubt",
    "scenario_of",
    "selection_remarks",
    "sites_of",
]
