"""RT Plan: prescription and fractions, with dummy beams that make the object complete."""

from __future__ import annotations

import numpy as np
from pydicom.dataset import Dataset

from ..case import Structure
from .writing_axial import axial_stack
from .writing_common import FloatArray, Study, decimal, decimals, reference
from .writing_structures import RT_STRUCTURE_STORAGE, roi_numbers, structure_uid

RT_PLAN_STORAGE = "1.2.840.10008.5.1.4.1.1.481.5"
_GANTRY_ANGLES_DEG = range(100, 261, 20)
_HALF_FIELD_MM = 30.0


def plan_uid(study: Study) -> str:
    """SOP Instance UID of the plan."""
    return study.uid("plan")


def plan_dataset(study: Study) -> Dataset:
    """Plan with one fraction group and nine coplanar static beams."""
    plan = study.new_dataset(RT_PLAN_STORAGE, "RTPLAN", 4, plan_uid(study))
    plan.SeriesDescription = plan.RTPlanLabel = plan.RTPlanName = study.plan_label
    plan.OperatorsName = ""
    plan.RTPlanDescription = "Beams are dummies; only prescription and fractions are meant."
    plan.RTPlanDate, plan.RTPlanTime = study.date, study.time
    plan.RTPlanGeometry, plan.InstanceNumber = "PATIENT", 1
    plan.DoseReferenceSequence = [_dose_reference(study)]
    plan.FractionGroupSequence = [_fraction_group(study)]
    plan.PatientSetupSequence = [_setup(study)]
    isocentre = _isocentre_lps(study)
    plan.BeamSequence = [
        _beam(number, angle, isocentre) for number, angle in enumerate(_GANTRY_ANGLES_DEG, start=1)
    ]
    structures = reference(RT_STRUCTURE_STORAGE, structure_uid(study))
    plan.ReferencedStructureSetSequence = [structures]
    plan.ApprovalStatus = "UNAPPROVED"
    return plan


def _targets(study: Study) -> list[tuple[int, Structure]]:
    """Planning, clinical, then gross targets, with their ROI numbers."""
    order = {"PTV": 0, "CTV": 1, "GTV": 2}
    numbered = zip(roi_numbers(study.case.structures), study.case.structures, strict=True)
    targets = [pair for pair in numbered if pair[1].interpreted_type in order]
    return sorted(targets, key=lambda pair: order[pair[1].interpreted_type])


def _dose_reference(study: Study) -> Dataset:
    item = Dataset()
    item.DoseReferenceNumber, item.DoseReferenceUID = 1, study.uid("dose reference")
    targets = _targets(study)
    if targets:
        item.ReferencedROINumber = targets[0][0]
        item.DoseReferenceDescription = targets[0][1].name[:64]
    item.DoseReferenceStructureType = "VOLUME" if targets else "SITE"
    item.DoseReferenceType = "TARGET"
    item.TargetPrescriptionDose = decimal(study.prescription.dose_gy)
    return item


def _fraction_group(study: Study) -> Dataset:
    group = Dataset()
    group.FractionGroupNumber = 1
    group.NumberOfFractionsPlanned = study.prescription.fractions
    group.NumberOfBeams, group.NumberOfBrachyApplicationSetups = len(_GANTRY_ANGLES_DEG), 0
    beams = []
    for number in range(1, len(_GANTRY_ANGLES_DEG) + 1):
        beam = Dataset()
        beam.BeamMeterset, beam.ReferencedBeamNumber = "100", number
        beams.append(beam)
    group.ReferencedBeamSequence = beams
    return group


def _setup(study: Study) -> Dataset:
    setup = Dataset()
    stack = axial_stack(study.image.values, study.image.ijk_to_ras)
    setup.PatientPosition, setup.PatientSetupNumber = stack.patient_position, 1
    return setup


def _isocentre_lps(study: Study) -> FloatArray:
    """Centre of the target, or of the image if there is none."""
    targets = _targets(study)
    if targets:
        centre = targets[0][1].bounds_ras().mean(axis=0)
    else:
        middle = (np.array(study.image.values.shape[::-1]) - 1) / 2
        centre = study.image.grid.to_ras(middle[None])[0]
    return np.round(centre * [-1.0, -1.0, 1.0], 3)


def _beam(number: int, gantry_deg: float, isocentre: FloatArray) -> Dataset:
    beam = Dataset()
    beam.BeamLimitingDeviceSequence = [_jaw(axis) for axis in ("ASYMX", "ASYMY")]
    beam.TreatmentMachineName, beam.PrimaryDosimeterUnit = "DUMMY", "MU"
    beam.SourceAxisDistance = "1000"
    beam.BeamNumber, beam.BeamName = number, f"G{gantry_deg:.0f}"
    beam.BeamType, beam.RadiationType = "STATIC", "PHOTON"
    beam.TreatmentDeliveryType = "TREATMENT"
    beam.NumberOfWedges = beam.NumberOfCompensators = beam.NumberOfBoli = beam.NumberOfBlocks = 0
    beam.FinalCumulativeMetersetWeight, beam.NumberOfControlPoints = "1", 2
    beam.ControlPointSequence = [_first_control_point(gantry_deg, isocentre), _last_control_point()]
    beam.ReferencedPatientSetupNumber = 1
    return beam


def _jaw(axis: str) -> Dataset:
    jaw = Dataset()
    jaw.RTBeamLimitingDeviceType, jaw.NumberOfLeafJawPairs = axis, 1
    return jaw


def _first_control_point(gantry_deg: float, isocentre: FloatArray) -> Dataset:
    point = Dataset()
    point.ControlPointIndex, point.NominalBeamEnergy = 0, "6"
    positions = []
    for axis in ("ASYMX", "ASYMY"):
        position = Dataset()
        position.RTBeamLimitingDeviceType = axis
        position.LeafJawPositions = decimals(np.array([-_HALF_FIELD_MM, _HALF_FIELD_MM]))
        positions.append(position)
    point.BeamLimitingDevicePositionSequence = positions
    point.GantryAngle, point.GantryRotationDirection = decimal(gantry_deg), "NONE"
    point.BeamLimitingDeviceAngle, point.BeamLimitingDeviceRotationDirection = "0", "NONE"
    point.PatientSupportAngle, point.PatientSupportRotationDirection = "0", "NONE"
    point.TableTopEccentricAngle, point.TableTopEccentricRotationDirection = "0", "NONE"
    point.TableTopVerticalPosition = point.TableTopLongitudinalPosition = None
    point.TableTopLateralPosition = None
    point.IsocenterPosition = decimals(isocentre)
    point.CumulativeMetersetWeight = "0"
    return point


def _last_control_point() -> Dataset:
    point = Dataset()
    point.ControlPointIndex, point.CumulativeMetersetWeight = 1, "1"
    return point
