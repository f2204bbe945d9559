"""A record as one line of a cohort's table."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from ..followup.entry import COMPLICATIONS
from ..followup.failure import Failure, FailureMeasurement
from ..followup.neurology import neurological_course
from ..followup.pain import pain_course
from ..followup.pain_classes import CONSENSUS, RTOG
from ..followup.volumes import volume_response
from ..prescribing.fracture import fracture_risk
from ..selection.choosing import decided_scenario, proposed_scenario
from ..selection.decision import decision_for
from ..selection.eligibility import eligibility
from ..selection.scenarios import sites_of
from .derived import baseline_pain, decided_grades, score_of
from .record import PatientRecord

Cell = str | float | int | None

LOCAL_PATTERNS = ("in_field", "marginal")
"""What ends local control; a distant failure, in an untreated vertebra, does not (Ryu 2015)."""
_STATUSES = ("met", "not_met", "not_evaluable")
_UNKNOWN = "unknown"
_SIGNIFICANT_DIGITS = 7


def record_row(record: PatientRecord) -> dict[str, Cell]:
    """Return a record as cells, with the same columns in the same order for every record.

    Columns are `record_columns`; `docs/assessment.md` says what they mean. Nothing in them
    identifies the patient.

    Parameters
    ----------
    record : PatientRecord

    Returns
    -------
    dict
        Column to text or number; None where it is open. Several candidates are joined by "|".
    """
    row: dict[str, Cell] = {}
    for part in _PARTS:
        row.update(part(record))
    return {name: _cell(value) for name, value in row.items()}


def record_columns() -> tuple[str, ...]:
    """Return the columns of every row, in their order."""
    return tuple(record_row(PatientRecord()))


def _identity(record: PatientRecord) -> dict[str, Cell]:
    return {
        "patient": record.patient,
        "levels": _joined(record.levels),
        "index_level": record.index,
        "sites": len(sites_of(record.levels)) or None,
    }


def _graded(record: PatientRecord) -> dict[str, Cell]:
    grades, proposal = record.grades, record.grades.proposal
    compression = proposal.compression if proposal else None
    return {
        "radiographic": grades.radiographic,
        "radiographic_proposed": _joined(proposal.radiographic) if proposal else None,
        "neurological": grades.neurological,
        "rapid_decline": grades.rapid_decline,
        "escc": grades.escc,
        "escc_proposed": _joined(proposal.escc) if proposal else None,
        "canal_filled_percent": compression.canal_filled_percent if compression else None,
        "epidural_contact_mm2": compression.contact_mm2 if compression else None,
    }


def _stable(record: PatientRecord) -> dict[str, Cell]:
    sins, measured = score_of(record), record.sins.measured
    return {
        "sins_minimum": sins.minimum,
        "sins_maximum": sins.maximum,
        "sins_class": _joined(sins.classes),
        "collapse_percent": measured.collapse_percent if measured else None,
        "body_involved_percent": measured.body_involved_percent if measured else None,
    }


def _selected(record: PatientRecord) -> dict[str, Cell]:
    selection, grades = record.selection, decided_grades(record)
    decided = decided_scenario(record.levels, selection).code if record.levels else ""
    proposed = proposed_scenario(record.levels, selection).code if record.levels else ""
    decision = decision_for(
        grades["radiographic"],
        grades["neurological"],
        rapid_decline=record.grades.rapid_decline,
        sins=score_of(record),
    )
    gap = selection.measured.cord_gap
    return {
        "scenario": decided,
        "scenario_proposed": proposed,
        "decision": decision.option,
        "histology": selection.histology,
        "radiosensitivity": selection.radiosensitivity,
        "systemic_disease": selection.systemic_disease,
        "performance_ecog": selection.performance_ecog,
        "age_years": selection.age_years,
        "cord_gap_mm": gap.gap_mm if gap else None,
        "target_length_mm": selection.measured.target_length_mm,
    }


def _eligible(record: PatientRecord) -> dict[str, Cell]:
    items = eligibility(record.levels, record.selection, pain_score=baseline_pain(record))
    statuses = [item.status for item in items]
    return {
        **{f"eligibility_{status}": statuses.count(status) for status in _STATUSES},
        **{f"eligible_{item.key}": item.status for item in items},
    }


def _prescribed(record: PatientRecord) -> dict[str, Cell]:
    context = record.prescription
    return {
        "dose_gy": context.dose_gy,
        "fractions": context.fractions,
        "setting": context.setting,
        "cement": context.cement,
        "previous_radiation": context.previous_radiation,
        "fracture_risk": fracture_risk(context, record.sins, record.index).flag,
    }


def _pain(record: PatientRecord) -> dict[str, Cell]:
    course = pain_course(record.follow_up.visits)
    scored = [visit for visit in course.visits if visit.pain_score is not None]
    by_definition = {response.definition: response for response in course.responses}
    cells: dict[str, Cell] = {
        "pain_baseline": course.baseline_score,
        "pain_best": min((visit.pain_score or 0.0 for visit in scored), default=None),
        "pain_last": scored[-1].pain_score if scored else None,
        "pain_last_day": scored[-1].day if scored else None,
    }
    for name in (RTOG, CONSENSUS):
        response = by_definition.get(name)
        cells[f"pain_{name}_best"] = _joined(response.best) if response else None
        cells[f"pain_{name}_relief_day"] = response.relief.day if response else None
        cells[f"pain_{name}_relapse_day"] = response.relief.relapse_day if response else None
        cells[f"pain_{name}_held_day"] = response.relief.held_until_day if response else None
    return cells


def _epidural(record: PatientRecord) -> dict[str, Cell]:
    courses = [c for c in volume_response(record.follow_up.volumes) if c.kind == "epidural"]
    course = courses[0] if courses else None
    last = course.points[-1] if course and course.points[-1].day > 0 else None
    return {
        "epidural_baseline_cc": course.baseline_cc if course else None,
        "epidural_last_cc": last.volume_cc if last else None,
        "epidural_last_day": last.day if last else None,
        "epidural_change_percent": last.change_percent if last else None,
        "epidural_nadir_change_percent": course.nadir_change_percent if course else None,
    }


def _neurological(record: PatientRecord) -> dict[str, Cell]:
    course = neurological_course(
        record.follow_up.visits, presenting_grade=record.grades.neurological
    )
    return {
        "neurological_before": course.baseline_grade,
        "neurological_after": course.last_grade,
        "neurological_change": course.last_change,
        "ambulatory_before": course.baseline_ambulatory,
        "ambulatory_after": course.last_ambulatory,
        "ambulation": course.last_ambulation,
    }


def _failed(record: PatientRecord) -> dict[str, Cell]:
    failures = sorted(record.follow_up.failures, key=lambda failure: failure.day)
    first = failures[0] if failures else None
    measured = first.measured if first else None
    return {
        "failures": len(failures),
        "failure_day": first.day if first else None,
        "failure_pattern": first.pattern if first else None,
        "failure_pattern_measured": _joined(_patterns(measured)) if measured else None,
        "failure_places": _joined(first.places) if first else None,
        "failure_places_measured": _joined(measured.places) if measured else None,
        **_local_control(record, failures),
    }


def _local_control(record: PatientRecord, failures: Sequence[Failure]) -> dict[str, Cell]:
    """First local failure, or the last day without one; both open where a pattern is."""
    known: dict[str, Cell] = {"local_failure_day": None, "local_control_day": None}
    for failure in failures:
        found = _is_local(failure)
        if found is None:
            return known
        if found:
            return {**known, "local_failure_day": failure.day}
    return {**known, "local_control_day": record.follow_up.followed_days}


def _is_local(failure: Failure) -> bool | None:
    """Return whether a failure is in-field or marginal; None where that is open."""
    patterns = {failure.pattern}
    if not failure.pattern and failure.measured:
        # A pattern that the registration's error makes doubtful is open here.
        patterns = {failure.measured.pattern, *failure.measured.patterns_within_error}
    answers = {pattern in LOCAL_PATTERNS for pattern in patterns if pattern}
    return answers.pop() if len(answers) == 1 else None


def _patterns(measured: FailureMeasurement) -> Sequence[str]:
    return (measured.pattern,) if measured.pattern else measured.patterns_within_error


def _complicated(record: PatientRecord) -> dict[str, Cell]:
    """First onset of each kind; how often there are several is in the record itself."""
    found = record.follow_up.complications
    days = {
        kind: min((one.day for one in found if one.kind == kind), default=None)
        for kind in COMPLICATIONS
    }
    fractures = [one for one in found if one.kind == "vertebral_fracture"]
    return {
        "complications": len(found),
        **{f"{kind}_day": day for kind, day in days.items()},
        "fracture_kinds": _joined([one.fracture for one in fractures if one.fracture]),
        "fracture_symptomatic": _joined([one.symptomatic for one in fractures]),
    }


def _ended(record: PatientRecord) -> dict[str, Cell]:
    return {"last_day": record.follow_up.last_day, "died": record.follow_up.died}


def _cell(value: Cell) -> Cell:
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        # Adding zero turns -0.0 into 0.0.
        return float(f"{value:.{_SIGNIFICANT_DIGITS}g}") + 0.0
    return None if value in ("", _UNKNOWN) else value


def _joined(words: Sequence[str]) -> str:
    return "|".join(dict.fromkeys(words))


_PARTS: tuple[Callable[[PatientRecord], dict[str, Cell]], ...] = (
    _identity,
    _graded,
    _stable,
    _selected,
    _eligible,
    _prescribed,
    _pain,
    _epidural,
    _neurological,
    _failed,
    _complicated,
    _ended,
)
