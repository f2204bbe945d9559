"""Who the patient of a folder is, and hiding that in the texts of its objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pydicom.dataset import Dataset

from ..case import PatientIdentity, Pseudonym, study_code
from ..case.pseudonym import tells_a_patient
from ..geometry import InputError
from .values import items, text

NAMES = ("PatientName", "OtherPatientNames", "PatientBirthName")
IDS = ("PatientID", "OtherPatientIDs", "AccessionNumber", "AdmissionID")
DATES = (
    "PatientBirthDate", "StructureSetDate", "RTPlanDate", "AcquisitionDate", "SeriesDate",
    "ContentDate", "InstanceCreationDate", "StudyDate",
)  # fmt: skip
IDENTIFYING_TAGS = (*NAMES, *IDS, *DATES, "OtherPatientIDsSequence")

MOST_VALUES = 100
LONGEST_VALUE = 200
"""What is longer, or of more values, is no name or ID (PS3.5 allows 64 characters a group)."""

_TEXTS = (
    "StudyDescription", "SeriesDescription", "StructureSetLabel", "StructureSetName",
    "StructureSetDescription", "RTPlanLabel", "RTPlanName", "RTPlanDescription", "DoseComment",
    "ImageComments",
)  # fmt: skip
_TEXTS_OF_ITEMS = {
    "StructureSetROISequence": ("ROIName", "ROIDescription"),
    "RTROIObservationsSequence": ("ROIObservationLabel", "ROIObservationDescription"),
    "DoseReferenceSequence": ("DoseReferenceDescription",),
}


def identity_in(headers: Iterable[Dataset]) -> PatientIdentity:
    """Return name, ID and birth date of the patient, each from the first header that has it."""
    listed = list(headers)

    def first(keyword: str) -> str:
        return next((found for header in listed if (found := text(header, keyword))), "")

    return PatientIdentity(first("PatientName"), first("PatientID"), first("PatientBirthDate"))


def code_of(headers: Sequence[Dataset], folder_name: str) -> str:
    """Return the study code of the patient; without a patient ID that of the study.

    Parameters
    ----------
    headers : sequence of Dataset
        Of one patient, those that count most first.
    folder_name : str
        Stands for the study where no header has a Study Instance UID.
    """
    patient = next((i for h in headers if tells_a_patient(i := text(h, "PatientID"))), "")
    study = next((uid for h in headers if (uid := text(h, "StudyInstanceUID"))), "")
    return study_code(patient or study or folder_name or "no folder")


def pseudonym_in(headers: Iterable[Dataset], code: str) -> Pseudonym:
    """Return what hides the patients of all these headers behind a study code."""
    return Pseudonym.of(code, *identifying_in(headers))


def identifying_in(headers: Iterable[Dataset]) -> tuple[set[str], set[str], set[str]]:
    """Return the names, identifiers and dates that tell the patients of these headers."""
    names: set[str] = set()
    ids: set[str] = set()
    dates: set[str] = set()
    for header in headers:
        for found, keywords in ((names, NAMES), (ids, IDS), (dates, DATES)):
            found |= {value for keyword in keywords for value in _values(header, keyword)}
        ids |= set(_further_ids(header))
    return names, ids, dates


def hide_texts(dataset: Dataset, pseudonym: Pseudonym) -> None:
    """Hide the patient in the labels, names and descriptions that people typed into an object."""
    _hide(dataset, _TEXTS, pseudonym)
    for sequence, keywords in _TEXTS_OF_ITEMS.items():
        try:
            found = items(dataset, sequence, "")
        except InputError:
            continue  # Who needs the sequence says what is wrong with it.
        for item in found:
            _hide(item, keywords, pseudonym)


def _hide(dataset: Dataset, keywords: Iterable[str], pseudonym: Pseudonym) -> None:
    for keyword in keywords:
        found = text(dataset, keyword)
        hidden = pseudonym.hide(found)
        if hidden != found:
            dataset[keyword].value = hidden


def _values(header: Dataset, keyword: str) -> Iterator[str]:
    # Several values stand in one text as pydicom prints a list.
    try:
        value = header.get(keyword)
    except Exception:  # pydicom raises many kinds of errors on malformed bytes
        return
    several = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    for one in several[:MOST_VALUES]:
        if one is not None and str(one).strip():
            yield str(one).strip()[:LONGEST_VALUE]


def _further_ids(header: Dataset) -> Iterator[str]:
    try:
        others = items(header, "OtherPatientIDsSequence", "")
    except InputError:
        return
    for other in others:
        yield from _values(other, "PatientID")
