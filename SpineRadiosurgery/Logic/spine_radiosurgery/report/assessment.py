"""The assessment that goes with a plan: read, completed from the plan, and compared with it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..anatomy import in_order, levels_in_name
from ..assessment.answers import UNKNOWN
from ..assessment.record.files import read_record
from ..assessment.record.record import PatientRecord
from ..case import Prescription
from ..geometry import Structure
from .model import Report

AssessmentSource = PatientRecord | Mapping[str, Any] | str | os.PathLike[str]
"""A record, its JSON document, or the file that holds it."""


def with_assessment(report: Report, source: AssessmentSource, previous_radiation: str) -> Report:
    """Put a record beside a plan: what is open in it is completed by what the plan tells.

    Parameters
    ----------
    report : Report
        Without a record.
    source : PatientRecord, mapping or path
    previous_radiation : str
        As the evaluation was asked for.

    Returns
    -------
    Report
        It warns where the record contradicts the plan.

    Raises
    ------
    InputError
        The record cannot be read.
    """
    recorded = source if isinstance(source, PatientRecord) else read_record(source)
    record = _completed(recorded, report, previous_radiation)
    contradictions = (
        _other_levels(record, report.targets),
        _other_prescription(record, report.prescription),
        _other_radiation(record, previous_radiation),
    )
    warnings = [text for text in contradictions if text]
    return replace(report, assessment=record, warnings=(*report.warnings, *warnings))


def _completed(record: PatientRecord, report: Report, previous_radiation: str) -> PatientRecord:
    context, measured = record.prescription, record.selection.measured
    if context.dose_gy is None and context.fractions is None:
        plan = report.prescription
        context = replace(context, dose_gy=plan.dose_gy, fractions=plan.fractions)
    if context.previous_radiation == UNKNOWN:
        context = replace(context, previous_radiation=previous_radiation)
    if measured.target_length_mm is None:
        longest = max(v.target_upper_mm - v.target_lower_mm for v in report.cord_volumes)
        measured = replace(measured, target_length_mm=longest)
    selection = replace(record.selection, measured=measured)
    return replace(record, prescription=context, selection=selection)


def _other_levels(record: PatientRecord, targets: Sequence[Structure]) -> str:
    named = in_order([level for target in targets for level in levels_in_name(target.name)])
    if not named or not record.levels or set(named) == set(record.levels):
        return ""
    return (
        f"The assessment is of {', '.join(record.levels)}, the target of {', '.join(named)}; is it "
        "the record of this patient and site?"
    )


def _other_prescription(record: PatientRecord, prescription: Prescription) -> str:
    context = record.prescription
    recorded = context.dose_gy, context.fractions
    planned = prescription.dose_gy, prescription.fractions
    if all(r is None or r == p for r, p in zip(recorded, planned, strict=True)):
        return ""
    dose = "open" if context.dose_gy is None else f"{context.dose_gy:g} Gy"
    fractions = "open" if context.fractions is None else f"{context.fractions}"
    return (
        f"The assessment records {dose} in {fractions} fraction(s), evaluated are "
        f"{prescription.dose_gy:g} Gy in {prescription.fractions}."
    )


def _other_radiation(record: PatientRecord, previous_radiation: str) -> str:
    recorded = record.prescription.previous_radiation
    if UNKNOWN in (recorded, previous_radiation) or recorded == previous_radiation:
        return ""
    return (
        f"The assessment says {recorded} to earlier irradiation of this region, the evaluation "
        f"was asked to take {previous_radiation}."
    )
