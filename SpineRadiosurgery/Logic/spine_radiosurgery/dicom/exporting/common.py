"""What all exported objects share: patient and study, series, equipment, UIDs of their own."""

from __future__ import annotations

from datetime import datetime

from pydicom.dataset import Dataset

from ... import __version__
from ...case import PatientIdentity
from ..values import printable
from ..writing_common import MANUFACTURER, file_meta, own_uid
from .source import PATIENT, STUDY, ExportSource

DEIDENTIFIED = "Study code for name and ID; original UIDs of the image kept"
CHARACTER_SET = "ISO_IR 192"


def object_uids(kind: str, source: ExportSource, content: str) -> tuple[str, str]:
    """Series and SOP Instance UID of an exported object: others for any other content."""
    parts = (kind, __version__, source.digest, source.series_uid, source.code, content)
    return own_uid("series", *parts), own_uid("object", *parts)


def put_patient_and_study(
    dataset: Dataset, source: ExportSource, identity: PatientIdentity | None
) -> None:
    """Fill in patient and study: the study code, or who the patient is where that is wanted.

    The Study Instance UID is the original's in both cases: it is the link.
    """
    dataset.StudyInstanceUID = source.study_uid
    for keyword in (*PATIENT, *STUDY):
        if keyword in ("IssuerOfPatientID", "StudyDescription"):
            continue
        setattr(dataset, keyword, "")
    if identity is None:
        dataset.PatientName = dataset.PatientID = code_text(source.code)
        dataset.PatientIdentityRemoved = "YES"
        dataset.DeidentificationMethod = DEIDENTIFIED
        return
    original = source.headers[0]
    for keyword in (*PATIENT, *STUDY):
        if original.get(keyword):
            setattr(dataset, keyword, original.get(keyword))
    for keyword, value in (
        ("PatientName", identity.patient_name),
        ("PatientID", identity.patient_id),
        ("PatientBirthDate", identity.birth_date),
    ):
        if value:
            setattr(dataset, keyword, value)


def code_text(code: str) -> str:
    """A study code as a person name and an ID can hold it."""
    return "".join("_" if c in "\\^=" else c for c in printable(code))[:64] or "unknown"


def put_moment(dataset: Dataset, moment: datetime, *keywords: str) -> None:
    """Fill in dates and times (`...Date` and `...Time`) of these attributes."""
    for keyword in ("InstanceCreation", *keywords):
        setattr(dataset, f"{keyword}Date", moment.strftime("%Y%m%d"))
        setattr(dataset, f"{keyword}Time", moment.strftime("%H%M%S"))
    for contribution in dataset.get("ContributingEquipmentSequence") or ():
        contribution.ContributionDateTime = moment.strftime("%Y%m%d%H%M%S")


def new_object(
    class_uid: str,
    uids: tuple[str, str],
    source: ExportSource,
    identity: PatientIdentity | None,
    moment: datetime,
) -> Dataset:
    """Data set with file meta, SOP common, patient, study, series and equipment."""
    dataset = Dataset()
    dataset.file_meta = file_meta(class_uid, uids[1])
    dataset.SpecificCharacterSet = CHARACTER_SET
    dataset.SOPClassUID, dataset.SOPInstanceUID = class_uid, uids[1]
    put_moment(dataset, moment, "Series")
    put_patient_and_study(dataset, source, identity)
    dataset.SeriesInstanceUID = uids[0]
    put_equipment(dataset)
    return dataset


def put_equipment(dataset: Dataset) -> None:
    """Fill in who made the object."""
    dataset.Manufacturer = dataset.ManufacturerModelName = MANUFACTURER
    dataset.SoftwareVersions = __version__
