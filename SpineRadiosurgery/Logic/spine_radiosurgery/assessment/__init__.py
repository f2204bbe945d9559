"""The assessment of a case after Ryu 2015: grades, scenario, gap to the cord, criterion."""

from __future__ import annotations

from .decision import RADIOSURGERY, SURGICAL_OPINION, UNDEFINED, Decision, decision_for
from .gap import (
    ELIGIBLE_MM,
    SEPARATION_MM,
    CordGap,
    GapRemark,
    gap_remarks,
    measure_cord_gap,
)
from .grades import ESCC, NEUROLOGICAL, RADIOGRAPHIC, Grade, cauda_remark, grade
from .record import SCHEMA_VERSION, Assessment
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
    "ESCC",
    "NEUROLOGICAL",
    "RADIOGRAPHIC",
    "RADIOSURGERY",
    "SCENARIOS",
    "SCHEMA_VERSION",
    "SEPARATION_MM",
    "SURGICAL_OPINION",
    "UNDECIDED",
    "UNDEFINED",
    "Assessment",
    "CordGap",
    "Decision",
    "GapRemark",
    "Grade",
    "Scenario",
    "cauda_remark",
    "decision_for",
    "doubt_about",
    "gap_remarks",
    "grade",
    "levels_from_text",
    "measure_cord_gap",
    "scenario_of",
    "sites_of",
]
