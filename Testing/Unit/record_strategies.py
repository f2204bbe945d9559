"""Records of patients as hypothesis makes them, and one that is filled in by hand."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from spine_radiosurgery.anatomy.levels.column import LEVELS
from spine_radiosurgery.assessment.answers import ANSWERS
from spine_radiosurgery.assessment.followup import entry, failure
from spine_radiosurgery.assessment.followup.follow_up import FollowUp
from spine_radiosurgery.assessment.grading.entry import Grades
from spine_radiosurgery.assessment.grading.grades import ESCC, NEUROLOGICAL, RADIOGRAPHIC
from spine_radiosurgery.assessment.grading.proposal import Compression, GradeProposal
from spine_radiosurgery.assessment.prescribing import entry as prescribing
from spine_radiosurgery.assessment.record import PatientRecord
from spine_radiosurgery.assessment.selection import entry as selecting
from spine_radiosurgery.assessment.selection.gap import CordGap
from spine_radiosurgery.assessment.selection.scenarios import SCENARIOS
from spine_radiosurgery.assessment.stability import entry as stability

ANSWER = st.sampled_from(ANSWERS)
TEXT = st.text(max_size=12)
RADIOGRAPHIC_CODES = [g.code for g in RADIOGRAPHIC]
NEUROLOGICAL_CODES = [g.code for g in NEUROLOGICAL]
ESCC_CODES = [g.code for g in ESCC]


def open_or(codes) -> st.SearchStrategy[str]:
    return st.sampled_from(["", *[code for code in codes if code]])


def number(low: float, high: float) -> st.SearchStrategy[float | None]:
    return st.none() | st.floats(low, high)


def some(values, most: int = 3) -> st.SearchStrategy[tuple]:
    return st.lists(values, max_size=most).map(tuple)


POINT = st.none() | st.tuples(*[st.floats(-500, 500)] * 3)
PERCENT = number(0, 100)
DAY = st.integers(-60, 1500)

COMPRESSION = st.builds(
    Compression,
    tightest_ras=POINT,
    contact_mm2=number(0, 500),
    epidural_cc=number(0, 20),
    canal_filled_percent=PERCENT,
    sac_deformation_percent=PERCENT,
    csf_percent=PERCENT,
    cord_gap_mm=number(0, 30),
)


@st.composite
def proposals(draw):
    return GradeProposal(
        site=draw(st.sampled_from(["", "cord", "cauda"])),
        radiographic=draw(some(st.sampled_from(RADIOGRAPHIC_CODES), 2)),
        escc=draw(some(st.sampled_from(ESCC_CODES), 2)),
        reason=draw(TEXT),
        structures=draw(some(TEXT)),
        compression=draw(COMPRESSION),
    )


GRADES = st.builds(
    Grades,
    radiographic=open_or(RADIOGRAPHIC_CODES),
    neurological=open_or(NEUROLOGICAL_CODES),
    escc=open_or(ESCC_CODES),
    rapid_decline=ANSWER,
    proposal=st.none() | proposals(),
)
SINS = st.builds(
    stability.SinsChoices,
    location=open_or(stability.LOCATIONS),
    pain=open_or(stability.PAINS),
    lesion=open_or(stability.LESIONS),
    alignment=open_or(stability.ALIGNMENTS),
    collapse=open_or(stability.COLLAPSES),
    posterolateral=open_or(stability.POSTEROLATERAL),
    measured=st.none()
    | st.builds(
        stability.VertebraMeasurement,
        vertebra=TEXT,
        collapse_percent=PERCENT,
        collapse_reference=TEXT,
        body_involved_percent=PERCENT,
        right_posterolateral_percent=PERCENT,
        left_posterolateral_percent=PERCENT,
    ),
)
GAP = st.builds(CordGap, TEXT, TEXT, st.floats(0, 30), TEXT, POINT, POINT) | st.builds(
    CordGap, TEXT, TEXT, st.none(), st.text(min_size=1, max_size=9)
)
SELECTION = st.builds(
    selecting.Selection,
    scenario=open_or(SCENARIOS),
    histology=open_or(selecting.HISTOLOGIES),
    primary=TEXT,
    radiosensitivity=open_or(selecting.RADIOSENSITIVITIES),
    systemic_disease=open_or(selecting.SYSTEMIC_STATES),
    performance_ecog=st.none() | st.integers(0, 4),
    fit_for_surgery=ANSWER,
    age_years=number(0, 120),
    mri_days_before=number(0, 3650),
    other_lesions_percent=PERCENT,
    paraspinal_cm=number(0, 50),
    measured=st.builds(
        selecting.SelectionMeasurement,
        cord_gap=st.none() | GAP,
        paraspinal_mm=number(0, 300),
        paraspinal_reason=TEXT,
        target_length_mm=number(0, 300),
    ),
)
PRESCRIPTION = st.builds(
    prescribing.PrescriptionContext,
    dose_gy=number(0.1, 60),
    fractions=st.none() | st.integers(1, 5),
    setting=open_or(prescribing.SETTINGS),
    cement=open_or(prescribing.CEMENTS),
    previous_radiation=ANSWER,
)
VISIT = st.builds(
    entry.Visit,
    day=DAY,
    pain_score=number(0, 10),
    opioid_mg=number(0, 300),
    pain_medication_increased=ANSWER,
    other_sites_worse=ANSWER,
    neurological=open_or(NEUROLOGICAL_CODES),
    ambulatory=ANSWER,
)
VOLUME = st.builds(
    entry.TumourVolume,
    day=DAY,
    volume_cc=st.floats(0, 200),
    kind=st.sampled_from(entry.VOLUME_KINDS),
    structure=TEXT,
)
MEASURED_FAILURE = st.builds(
    failure.FailureMeasurement,
    recurrence=TEXT,
    volume_cc=st.floats(0.01, 100),
    bands=some(
        st.builds(failure.DoseBand, st.floats(0, 90), st.none() | st.just(100.0), st.floats(0, 100))
    ),
    outside_dose_percent=st.floats(0, 100),
    in_target_percent=PERCENT,
    pattern=st.sampled_from(entry.PATTERNS),
    patterns_within_error=st.lists(
        st.sampled_from(entry.PATTERNS), min_size=1, max_size=3, unique=True
    ).map(tuple),
    reason=TEXT,
    min_gy=number(0, 30),
    mean_gy=number(0, 30),
    max_gy=number(0, 30),
    d95_gy=number(0, 30),
    thresholds=st.just(failure.FailureThresholds()),
    prescription_gy=st.floats(1, 30),
    registration=TEXT,
    registration_error_mm=st.floats(0, 5),
    places=some(st.sampled_from(entry.PLACES)),
    place_shares=some(st.tuples(st.sampled_from(entry.PLACES), st.floats(0, 100))),
    place_reason=TEXT,
)
FAILURE = st.builds(
    failure.Failure,
    day=st.integers(1, 1500),
    pattern=open_or(entry.PATTERNS),
    places=some(st.sampled_from(entry.PLACES)),
    measured=st.none() | MEASURED_FAILURE,
)
COMPLICATION = st.integers(1, 1000).flatmap(
    lambda day: (
        st.builds(
            entry.Complication,
            kind=st.just("vertebral_fracture"),
            day=st.just(day),
            symptomatic=ANSWER,
            fracture=st.sampled_from(entry.FRACTURE_KINDS),
            resolved_day=st.none() | st.integers(day, day + 90),
            note=TEXT,
        )
        | st.builds(
            entry.Complication,
            kind=st.sampled_from([k for k in entry.COMPLICATIONS if k != "vertebral_fracture"]),
            day=st.just(day),
            symptomatic=ANSWER,
        )
    )
)
FOLLOW_UP = st.builds(
    FollowUp,
    visits=st.lists(VISIT, max_size=4, unique_by=lambda v: v.day).map(tuple),
    volumes=st.lists(VOLUME, max_size=4, unique_by=lambda v: (v.day, v.kind)).map(tuple),
    failures=some(FAILURE, 2),
    complications=some(COMPLICATION, 2),
    risk_factors=st.builds(entry.RiskFactors, *[ANSWER] * 4),
    last_day=st.none() | st.integers(2000, 3000),
    died=ANSWER,
)
TREATED = st.lists(st.sampled_from(LEVELS), max_size=4, unique=True).map(tuple)


@st.composite
def records(draw, *, identified: bool = False):
    levels = draw(TREATED)
    named = {}
    if identified:
        named = {
            "treatment_date": draw(st.dates(date(1990, 1, 1), date(2090, 1, 1))).isoformat(),
            "patient_name": draw(TEXT),
            "patient_id": draw(TEXT),
        }
    return PatientRecord(
        patient=draw(st.from_regex(r"SRS-[A-Z2-7]{8}", fullmatch=True)),
        levels=levels,
        index_level=draw(st.sampled_from(["", *levels])),
        grades=draw(GRADES),
        sins=draw(SINS),
        selection=draw(SELECTION),
        prescription=draw(PRESCRIPTION),
        follow_up=draw(FOLLOW_UP),
        **named,
    )


def filled() -> PatientRecord:
    """A patient as one might be recorded."""
    visits = (
        entry.Visit(0, 8, 60, neurological="c", ambulatory="no"),
        entry.Visit(14, 4, 60, "no", "no", "b", "yes"),
        entry.Visit(90, 0, 0, "no", "no", "a", "yes"),
    )
    volumes = (entry.TumourVolume(0, 4.0), entry.TumourVolume(61, 1.4))
    return PatientRecord(
        patient="SRS-HFZ5CYJT",
        levels=("T8",),
        grades=Grades("II", "c", "1b", "no"),
        sins=stability.SinsChoices(pain="mechanical", lesion="lytic", alignment="normal"),
        selection=selecting.Selection(histology="other", primary="breast", age_years=61),
        prescription=prescribing.PrescriptionContext(16, 1, "intact", "none", "no"),
        follow_up=FollowUp(
            visits=visits,
            volumes=volumes,
            failures=(failure.Failure(300, "marginal", ("epidural",)),),
            complications=(entry.Complication("pain_flare", 2, "yes", resolved_day=4),),
            last_day=400,
        ),
    )
