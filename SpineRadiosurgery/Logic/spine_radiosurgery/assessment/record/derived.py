"""What follows from a record: grades in words, SINS, decision, eligibility, course."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..followup.neurology import ambulation_remark, neurological_course
from ..followup.pain import pain_course
from ..followup.summary import follow_up_summary
from ..grading.grades import TABLE_1, Grade, cauda_remark, grade
from ..prescribing.cautions import prescription_cautions
from ..prescribing.ranges import prescription_ranges
from ..selection.choosing import decided_scenario, proposed_scenario
from ..selection.decision import decision_for
from ..selection.eligibility import eligibility
from ..selection.noms import noms
from ..selection.remarks import Remark, selection_remarks
from ..sources import RYU_2015
from ..stability.sins import SinsScore, sins_score
from ..words import listed
from .codec import to_plain
from .record import PatientRecord

CAUDA_CITATION = f"{RYU_2015}, grading system of spinal cord compression"
"""Its text and Fig. 4; Table 1 is silent on the cauda equina."""
_SCALES = {"radiographic": "radiographic", "neurological": "neurological", "escc": "ESCC"}
"""Field of the grades to its scale."""


def derived(record: PatientRecord) -> dict[str, Any]:
    """Return everything that follows from a record, as JSON types; each part with its source.

    Parameters
    ----------
    record : PatientRecord

    Returns
    -------
    dict
        `grades`, `sins`, `scenario`, `eligibility`, `decision`, `noms`, `prescription`,
        `follow_up` and `remarks`. Open is None, for a grade or for a scenario without levels.
    """
    grades, sins = decided_grades(record), score_of(record)
    parts = {
        "grades": grades,
        "sins": sins,
        "scenario": _scenario(record),
        "eligibility": eligibility(
            record.levels, record.selection, pain_score=baseline_pain(record)
        ),
        "decision": decision_for(
            grades["radiographic"],
            grades["neurological"],
            rapid_decline=record.grades.rapid_decline,
            sins=sins,
        ),
        "noms": noms(record.grades, record.selection, record.prescription, sins, record.follow_up),
        "prescription": {
            "ranges": prescription_ranges(record.prescription),
            "cautions": prescription_cautions(
                record.prescription, grades=record.grades, sins=record.sins, level=record.index
            ),
        },
        "follow_up": follow_up_summary(
            record.follow_up, presenting_grade=record.grades.neurological
        ),
        "remarks": remarks(record),
    }
    plain: dict[str, Any] = to_plain(parts, infinite_is_open=True)
    return plain


def decided_grades(record: PatientRecord) -> dict[str, Grade | None]:
    """Return the grades that a person decided on, by field; None where one is open."""
    codes = {field: getattr(record.grades, field) for field in _SCALES}
    return {field: grade(_SCALES[field], code) if code else None for field, code in codes.items()}


def score_of(record: PatientRecord) -> SinsScore:
    """Return the SINS of the index level; a measurement is none where that level is open."""
    is_open = bool(record.levels) and not record.index
    choices = replace(record.sins, measured=None) if is_open else record.sins
    return sins_score(choices, record.index)


def baseline_pain(record: PatientRecord) -> float | None:
    """Return the last pain score on or before the day of treatment; None where there is none."""
    return pain_course(record.follow_up.visits).baseline_score


def remarks(record: PatientRecord) -> tuple[Remark, ...]:
    """Return what a person should look at again; an empty citation stands for this program."""
    return (
        *_on_index(record),
        *selection_remarks(record.levels, record.selection),
        *_on_cauda(record),
        *_on_presentation(record),
        *_beside_proposal(record, "radiographic"),
        *_beside_proposal(record, "escc"),
    )


def _scenario(record: PatientRecord) -> dict[str, Any] | None:
    if not record.levels:
        return None
    proposed = proposed_scenario(record.levels, record.selection)
    return {
        "decided": decided_scenario(record.levels, record.selection),
        "chosen_by_person": bool(record.selection.scenario),
        "proposed": proposed,
    }


def _on_index(record: PatientRecord) -> tuple[Remark, ...]:
    if record.index or not record.levels:
        return ()
    text = (
        f"{len(record.levels)} levels are treated ({', '.join(record.levels)}), but index_level "
        "does not tell which of them is graded and scored."
    )
    return (Remark("index_level", text, ""),)


def _on_cauda(record: PatientRecord) -> tuple[Remark, ...]:
    radiographic = decided_grades(record)["radiographic"]
    if radiographic is None:
        return ()
    text = cauda_remark(radiographic, (record.index,) if record.index else record.levels)
    return (Remark("cauda", text, CAUDA_CITATION),) if text else ()


def _on_presentation(record: PatientRecord) -> tuple[Remark, ...]:
    """Say that the decided neurological grade does not fit the visit before treatment."""
    decided = record.grades.neurological
    before = neurological_course(record.follow_up.visits)
    told = before.baseline_grade
    if decided and told and told != decided:
        text = (
            f"The neurological grade was decided as {decided}, which the decision follows; the "
            f"visit before treatment says {told}."
        )
        return (Remark("presentation", text, ""),)
    text = ambulation_remark(decided, before.baseline_ambulatory)
    return (Remark("presentation", f"Before treatment: {text}", TABLE_1),) if text else ()


def _beside_proposal(record: PatientRecord, field: str) -> tuple[Remark, ...]:
    """Say that a decided grade is none of those that segmentations proposed."""
    proposal = record.grades.proposal
    decided = getattr(record.grades, field)
    proposed = getattr(proposal, field) if proposal else ()
    if not decided or not proposed or decided in proposed:
        return ()
    text = (
        f"The {_SCALES[field]} grade was decided as {decided}; segmentations proposed "
        f"{listed(proposed, 'or')}."
    )
    return (Remark("proposal", text, ""),)
