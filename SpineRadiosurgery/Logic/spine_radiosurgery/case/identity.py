"""Who the patient is: known to a case only where a person asked for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PatientIdentity:
    """Name and identifiers as in the DICOM files.

    Attributes
    ----------
    patient_name : str
        As DICOM writes it ("Doe^Jane").
    patient_id : str
    birth_date : str
        YYYYMMDD, or "".
    """

    patient_name: str = ""
    patient_id: str = ""
    birth_date: str = ""
