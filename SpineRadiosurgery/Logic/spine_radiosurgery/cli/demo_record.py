"""The made patient's record: measured on the phantom, the rest made up."""

from __future__ import annotations

from ..anatomy import are_contiguous, level_of, split_vertebra
from ..assessment.followup.entry import Complication, RiskFactors, TumourVolume, Visit
from ..assessment.followup.follow_up import FollowUp
from ..assessment.grading.entry import Grades
from ..assessment.measuring import with_measurements
from ..assessment.prescribing.entry import PrescriptionContext
from ..assessment.record.record import PatientRecord
from ..assessment.selection.entry import Selection
from ..assessment.stability.entry import SinsChoices
from ..case import Case, Prescription, guess_role
from ..geometry import Structure


def demo_record(case: Case, level: str) -> PatientRecord:
    """Return the record of the phantom patient.

    What a person would choose and what became of the patient is made up; grade, vertebra, gap and
    lengths are measured, dose and first volume are the plan's.

    Parameters
    ----------
    case : Case
        A phantom, with its target, tumor, cord, sac, canal and vertebrae.
    level : str
        The treated one.
    """
    canal, cord = case.structure("SpinalCanal"), case.structure("SpinalCord")
    tumour = case.structure(f"GTV_{level}")
    split = {
        found: split_vertebra(structure, canal, cord=cord)
        for structure in case.structures
        if guess_role(structure) == "vertebra"
        and (found := level_of(structure.name))
        and (found == level or are_contiguous((found, level)))
        and structure.name.startswith("Vertebra")
    }
    return with_measurements(
        _made_up(case.identifier, level, case.prescription, tumour),
        tumour=tumour,
        cord=cord,
        canal=canal,
        thecal_sac=case.structure("ThecalSac"),
        sectors=split[level],
        neighbours=[one for found, one in split.items() if found != level],
        target=case.structure(f"CTV_{level}"),
    )


def _made_up(
    study_code: str, level: str, prescription: Prescription | None, tumour: Structure
) -> PatientRecord:
    return PatientRecord(
        patient=study_code,
        levels=(level,),
        grades=Grades(radiographic="0", neurological="b", escc="0", rapid_decline="no"),
        sins=SinsChoices(pain="occasional", lesion="lytic", alignment="normal"),
        selection=Selection(
            histology="other",
            primary="made up",
            systemic_disease="controlled",
            performance_ecog=1,
            age_years=60,
            mri_days_before=9,
            other_lesions_percent=0,
        ),
        prescription=PrescriptionContext(
            dose_gy=prescription.dose_gy if prescription else None,
            fractions=prescription.fractions if prescription else None,
            setting="intact",
            cement="none",
            previous_radiation="no",
        ),
        follow_up=FollowUp(
            visits=(
                Visit(-2, pain_score=6, opioid_mg=20, neurological="b", ambulatory="yes"),
                Visit(
                    14,
                    pain_score=3,
                    opioid_mg=20,
                    other_sites_worse="no",
                    neurological="b",
                    ambulatory="yes",
                ),
                Visit(
                    90,
                    pain_score=0,
                    opioid_mg=0,
                    other_sites_worse="no",
                    neurological="a",
                    ambulatory="yes",
                ),
            ),
            volumes=(
                TumourVolume(-2, round(tumour.volume_cc, 2), "tumour", tumour.name),
                TumourVolume(90, 1.2, "tumour"),
                TumourVolume(400, 0.9, "tumour"),
            ),
            complications=(Complication("pain_flare", 1, symptomatic="yes", resolved_day=3),),
            risk_factors=RiskFactors(surgery="no", diabetes="no"),
            last_day=400,
        ),
    )
