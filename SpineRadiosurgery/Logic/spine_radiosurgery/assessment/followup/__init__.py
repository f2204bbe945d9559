"""Follow-up: failure, volume, pain, neurological state, complications."""

from __future__ import annotations

from .ambulation import TABLE_2, AmbulationRow, AmbulationTable, PaperRate, ambulation_table
from .complications import RISK_FACTORS, ComplicationFinding, complication_findings
from .entry import (
    COMPLICATIONS,
    FRACTURE_KINDS,
    PATTERNS,
    PLACES,
    VOLUME_KINDS,
    Complication,
    RiskFactors,
    TumourVolume,
    Visit,
)
from .failure import (
    PATTERN_CITATION,
    PATTERN_WORDS,
    PLACE_WORDS,
    DoseBand,
    Failure,
    FailureMeasurement,
    FailureThresholds,
)
from .failure_dose import pattern_for
from .failure_measuring import measure_failure
from .follow_up import FollowUp
from .neurology import NeurologicalCourse, NeurologicalState, ambulation_remark, neurological_course
from .pain import PAPER_PAIN, PainCourse, PainResponse, PainVisit, pain_course
from .pain_classes import PAIN_CLASSES, PAIN_DEFINITIONS, PainClass, PainCriterion, PainDefinition
from .relief import Relief
from .summary import FailureFinding, FollowUpSummary, follow_up_summary
from .volumes import PAPER_EPIDURAL, VOLUME_TITLES, VolumeCourse, VolumePoint, volume_response

__all__ = [
    "COMPLICATIONS",
    "FRACTURE_KINDS",
    "PAIN_CLASSES",
    "PAIN_DEFINITIONS",
    "PAPER_EPIDURAL",
    "PAPER_PAIN",
    "PATTERNS",
    "PATTERN_CITATION",
    "PATTERN_WORDS",
    "PLACES",
    "PLACE_WORDS",
    "RISK_FACTORS",
    "TABLE_2",
    "VOLUME_KINDS",
    "VOLUME_TITLES",
    "AmbulationRow",
    "AmbulationTable",
    "Complication",
    "ComplicationFinding",
    "DoseBand",
    "Failure",
    "FailureFinding",
    "FailureMeasurement",
    "FailureThresholds",
    "FollowUp",
    "FollowUpSummary",
    "NeurologicalCourse",
    "NeurologicalState",
    "PainClass",
    "PainCourse",
    "PainCriterion",
    "PainDefinition",
    "PainResponse",
    "PainVisit",
    "PaperRate",
    "Relief",
    "RiskFactors",
    "TumourVolume",
    "Visit",
    "VolumeCourse",
    "VolumePoint",
    "ambulation_remark",
    "ambulation_table",
    "complication_findings",
    "follow_up_summary",
    "measure_failure",
    "neurological_course",
    "pain_course",
    "pattern_for",
    "volume_response",
]
