"""What a DICOM object is and what it says it belongs to, without the object."""

from __future__ import annotations

from dataclasses import dataclass

from pydicom.dataset import Dataset

from ..geometry import InputError
from .doses import PARTIAL_DOSES, PLAN_DOSES, referenced_plans
from .scanning import ScannedFile
from .values import items, text


@dataclass(frozen=True, slots=True)
class Relations:
    """A file of a tree, in some hundred bytes.

    Attributes
    ----------
    kind, uid : str
    patient, study, series : str
        Patient ID (never to be shown), study and series; empty where absent.
    frames : tuple of str
        Frames of reference that it lies in; of a registration those that it joins.
    refers_to : tuple of str
        Plans of a dose, structure sets of a plan.
    summation : str
        Of a dose.
    date : str
        YYYY-MM-DD; to sort by, never to be shown.
    problem : str
        Why it can be no part of a case, "" where it can.
    """

    kind: str
    uid: str
    patient: str
    study: str
    series: str
    frames: tuple[str, ...] = ()
    refers_to: tuple[str, ...] = ()
    summation: str = ""
    date: str = ""
    problem: str = ""


def relations_of(file: ScannedFile) -> Relations:
    """Return what a file says it belongs to; what is malformed becomes its problem."""
    refers_to: tuple[str, ...] = ()
    problem = "" if file.uid else "it has no SOP Instance UID"
    frames: tuple[str, ...] = ()
    try:
        frames = _frames(file)
        if file.kind == "RTDOSE":
            refers_to = referenced_plans(file.header, file.name)
            problem = problem or _no_plan_dose(file)
        elif file.kind == "RTPLAN":
            refers_to = _structure_sets(file.header, file.name)
    except InputError as error:
        problem = str(error)
    return Relations(
        file.kind,
        file.uid,
        file.patient,
        file.text("StudyInstanceUID"),
        file.text("SeriesInstanceUID"),
        frames,
        refers_to,
        file.text("DoseSummationType").upper(),
        file.date,
        problem,
    )


def _frames(file: ScannedFile) -> tuple[str, ...]:
    found = [file.frame_uid]
    for keyword in ("ReferencedFrameOfReferenceSequence", "RegistrationSequence"):
        found += [text(i, "FrameOfReferenceUID") for i in items(file.header, keyword, file.name)]
    return tuple(dict.fromkeys(uid for uid in found if uid))


def _structure_sets(header: Dataset, name: str) -> tuple[str, ...]:
    references = items(header, "ReferencedStructureSetSequence", name)
    found = (text(reference, "ReferencedSOPInstanceUID") for reference in references)
    return tuple(dict.fromkeys(uid for uid in found if uid))


def _no_plan_dose(file: ScannedFile) -> str:
    """Say why a dose is not a plan's, in Gy; it is as strict as `read_dose` without a choice."""
    summation = file.text("DoseSummationType").upper()
    units = file.text("DoseUnits").upper()
    if not summation:
        return "it does not say whether it is the plan's whole dose (DoseSummationType is missing)"
    if summation not in (*PLAN_DOSES, *PARTIAL_DOSES):
        return f"a dose of summation type {summation} is not the plan's whole dose"
    if file.text("DoseType").upper() == "ERROR":
        return "it is a map of dose differences (DoseType ERROR)"
    if units != "GY":
        return f"its doses are not in Gy (DoseUnits is '{units or 'missing'}')"
    return ""
