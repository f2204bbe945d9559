"""The assessment that goes with a plan: read, completed from the plan, and compared with it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..anatomy import in_order, levels_in_name
from ..assessment.record.files import read_record
from ..assessment.record.record import PatientRecord
from ..case import Prescription
from ..cord import CordVolume
from ..geometry import Structure

AssessmentSource = PatientRecord | Mapping[str, Any] | str | os.PathLike[str]
"""A record, its JSON document, or the file that holds it."""


def assessment_with_plan(
    source: AssessmentSource | None,
    *,
    prescription: Prescription,
    previous_radiation: str,
    volumes: Sequence[CordVolume],
) -> PatientRecord | None:
    """Read a record, and complete what is open in it by what the plan tells.

    Parameters
    ----------
    source : PatientRecord, mapping, path or None
    prescription : Prescription
        The plan's dose and fractions.
    previous_radiation : str
    volumes : sequence of CordVolume
        They know how long their targets are.

    Raises
    ------
    InputError
        The record cannot be read.
    """
    if source is None:
        return None
    record = source if isinstance(source, PatientRecord) else read_record(source)
    context, measured = record.prescription, record.selection.measured
    if context.dose_gy is None and context.fractions is None:
        context = replace(context, dose_gy=prescription.dose_gy, fractions=prescription.fractions)
    if context.previous_radiation == "unknown":
        context = replace(context, previous_radiation=previous_radiation)
    if measured.target_length_mm is None:
        longest = max(v.target_upper_mm - v.target_lower_mm for v in volumes)
        measured = replace(measured, target_length_mm=longest)
    return replace(
        record,
        prescription=context,
        selection=replace(record.selection, measured=measured),
    )


def assessment_warnings(
    record: PatientRecord | None,
    *,
    prescription: Prescription,
    previous_radiation: str,
    targets: Sequence[Structure],
) -> tuple[str, ...]:
    """Say where a record contradicts the plan that it is reported with.

    Parameters
    ----------
    record : PatientRecord or None
    prescription : Prescription
    previous_radiation : str
    targets : sequence of Structure
        Their names may tell levels.
    """
    if record is None:
        return ()
    found = [
        _other_levels(record, targets),
        _other_prescription(record, prescription),
        _other_radiation(record, previous_radiation),
    ]
    return tuple(text for text in found if text)


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
    if "unknown" in (recorded, previous_radiation) or recorded == previous_radiation:
        return ""
    return (
        f"The assessment says {recorded} to earlier irradiation of this region, the evaluation "
        f"was asked to take {previous_radiation}."
    )
