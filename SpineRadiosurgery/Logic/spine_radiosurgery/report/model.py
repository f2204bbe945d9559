"""The one report model: what every page, table, picture and scene is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..assessment.record.record import PatientRecord
from ..case import Case, Prescription
from ..cord import CordVolume, PlanningRiskVolume
from ..dose import BiologicalRow, DoseIndices, DoseSamples, Metric
from ..geometry import Structure, SurfaceDistance
from ..targets import TargetDefinition
from ..tolerance import Constraint, ConstraintResult, Protocol, Robustness, Verdict
from .plan_quality import FallOffs
from .second_opinion import SecondOpinionRow
from .targets.expected import ExpectedStructure
from .targets.review import TargetReview
from .targets.skin import SkinReview

SCHEMA_VERSION = "1.4"


@dataclass(frozen=True)
class StructureMetric:
    """One metric of one structure."""

    structure: str
    metric: Metric


@dataclass(frozen=True, eq=False)
class Report:
    """The evaluation of one plan.

    Attributes
    ----------
    case : Case
    prescription : Prescription
    targets : tuple of Structure
    cord : Structure
    cord_volumes : tuple of CordVolume
        From head to foot.
    samples : mapping of str to DoseSamples
        By structure name; the cord volumes and the planning risk volume by theirs.
    roles : mapping of str to str
        "target", "gtv", "cord", "cord_volume", "prv", "canal", "vertebra", "organ", ...
    metrics : tuple of StructureMetric
    protocol : Protocol
    constraints : tuple of ConstraintResult
        The rows evaluated.
    switched_off : tuple of Constraint
        Rows for this number of fractions that the protocol ships switched off.
    verdict : Verdict
    prv : PlanningRiskVolume or None
        None when it was not asked for.
    indices : DoseIndices or None
        Coverage, conformity and gradient of the first target.
    falloff : FallOffs or None
    cord_gaps : mapping of str to SurfaceDistance
        From each target, by its name, to the cord.
    robustness : Robustness or None
        None when it was left out.
    alpha_beta_gy : float or None
        None when BED and EQD2 were not asked for.
    biology : tuple of BiologicalRow
    target_definitions : tuple of TargetDefinition
        Of the targets that were made from sectors.
    target_reviews : tuple of TargetReview
        Targets with the vertebrae they lie in, where these were split.
    expected_structures : tuple of ExpectedStructure
        Of the target's levels.
    skin : tuple of SkinReview
        Beside targets in the posterior elements.
    assessment : PatientRecord or None
        Grades, selection and follow-up of the patient, as recorded.
    second_opinion : tuple of SecondOpinionRow
        Of another program, where it was asked.
    warnings : tuple of str
        Most important first.
    parameters : mapping
        Every choice that decides a number.
    """

    case: Case
    prescription: Prescription
    targets: tuple[Structure, ...]
    cord: Structure
    cord_volumes: tuple[CordVolume, ...]
    samples: Mapping[str, DoseSamples]
    roles: Mapping[str, str]
    metrics: tuple[StructureMetric, ...]
    protocol: Protocol
    constraints: tuple[ConstraintResult, ...]
    switched_off: tuple[Constraint, ...]
    verdict: Verdict
    prv: PlanningRiskVolume | None = None
    indices: DoseIndices | None = None
    falloff: FallOffs | None = None
    cord_gaps: Mapping[str, SurfaceDistance] = field(default_factory=dict)
    robustness: Robustness | None = None
    alpha_beta_gy: float | None = None
    biology: tuple[BiologicalRow, ...] = ()
    target_definitions: tuple[TargetDefinition, ...] = ()
    target_reviews: tuple[TargetReview, ...] = ()
    expected_structures: tuple[ExpectedStructure, ...] = ()
    skin: tuple[SkinReview, ...] = ()
    assessment: PatientRecord | None = None
    second_opinion: tuple[SecondOpinionRow, ...] = ()
    warnings: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def metric(self, structure: str, name: str) -> Metric:
        """Evaluate any metric of any sampled structure."""
        return self.samples[structure].metric(name, prescription_gy=self.prescription.dose_gy)

    def to_dict(self) -> dict[str, Any]:
        """Return what `report.json` holds."""
        from .document.document import report_document  # document.py needs this module's classes

        return report_document(self)
