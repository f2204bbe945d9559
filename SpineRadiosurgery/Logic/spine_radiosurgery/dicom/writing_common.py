"""What all written DICOM objects share: identifiers, patient, study, frame of reference, saving."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian
from pydicom.valuerep import format_number_as_ds

from ..case import Case, DoseGrid, ImageVolume, InputError, Prescription
from ..geometry import report_progress

FloatArray = NDArray[np.float64]

IMPLEMENTATION_UID = "2.25.195839276428417233206438871593302158841"
MANUFACTURER = "SpineRadiosurgery"


def own_uid(*parts: object) -> str:
    """UID below 2.25 (a 128-bit number) that the same parts give again."""
    text = "|".join(map(str, parts))
    return f"2.25.{int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], 'big')}"


@dataclass(frozen=True, eq=False)
class Study:
    """A complete case with everything that its DICOM objects have in common."""

    case: Case
    image: ImageVolume
    dose: DoseGrid
    prescription: Prescription
    seed: int
    patient_name: str
    date: str
    time: str

    @staticmethod
    def of(case: Case, *, seed: int, patient_name: str, date: str, time: str) -> Study:
        """Check that the case has all that is written.

        Raises
        ------
        InputError
            No CT image, structures, dose or prescription.
        """
        where = f"Case {case.identifier} cannot be written as DICOM:"
        if case.image is None or case.image.modality != "CT":
            raise InputError(f"{where} it has no CT image.")
        if case.dose is None:
            raise InputError(f"{where} it has no dose.")
        if case.prescription is None:
            raise InputError(f"{where} it has no prescription; give dose in Gy and fractions.")
        if not case.structures:
            raise InputError(f"{where} it has no structures.")
        return Study(case, case.image, case.dose, case.prescription, seed, patient_name, date, time)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content and the seed, in hexadecimal."""
        sha = hashlib.sha256(f"{self.seed}|{self.case.identifier}|{self.prescription}".encode())
        for grid in (self.image.ijk_to_ras, self.dose.ijk_to_ras):
            sha.update(np.round(grid, 6).tobytes())
        sha.update(np.ascontiguousarray(self.image.values).tobytes())
        sha.update(np.ascontiguousarray(self.dose.values_gy).tobytes())
        for structure in self.case.structures:
            report_progress()
            sha.update(structure.name.encode())
            for contour in structure.contours():
                sha.update(np.round(contour, 4).tobytes())
        return sha.hexdigest()

    def uid(self, *parts: object) -> str:
        """UID below 2.25 (a 128-bit number) from the content and the given words."""
        return own_uid(self.digest, *parts)

    @property
    def plan_label(self) -> str:
        """Label of the plan, 16 characters at most (SH)."""
        return (self.case.dose_label or "Plan")[:16]

    def new_dataset(self, class_uid: str, modality: str, series: int, instance_uid: str) -> Dataset:
        """Data set with file meta, patient, study, series and equipment modules."""
        dataset = Dataset()
        dataset.file_meta = file_meta(class_uid, instance_uid)
        dataset.SpecificCharacterSet = "ISO_IR 192"
        dataset.SOPClassUID, dataset.SOPInstanceUID = class_uid, instance_uid
        dataset.InstanceCreationDate = dataset.StudyDate = dataset.SeriesDate = self.date
        dataset.InstanceCreationTime = dataset.StudyTime = dataset.SeriesTime = self.time
        dataset.AccessionNumber = dataset.ReferringPhysicianName = ""
        dataset.Modality = modality
        dataset.Manufacturer = dataset.ManufacturerModelName = MANUFACTURER
        dataset.SoftwareVersions, dataset.DeviceSerialNumber = "1", "0"
        dataset.StudyDescription = "Spine radiosurgery, research only"
        dataset.PatientName = self.patient_name
        dataset.PatientID = self.case.identifier[:64]
        dataset.PatientBirthDate = dataset.PatientSex = ""
        dataset.StudyInstanceUID = self.uid("study")
        dataset.SeriesInstanceUID = self.uid("series", modality)
        dataset.StudyID, dataset.SeriesNumber = "1", series
        dataset.FrameOfReferenceUID = self.uid("frame of reference")
        dataset.PositionReferenceIndicator = ""
        return dataset


def reference(class_uid: str, instance_uid: str) -> Dataset:
    """Item that refers to another object."""
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = class_uid, instance_uid
    return item


def decimal(value: float) -> str:
    """Decimal string (DS) of at most 16 characters."""
    return format_number_as_ds(float(value) + 0.0)


def decimals(values: FloatArray) -> list[str]:
    """Decimal strings of several numbers."""
    return [decimal(value) for value in values]


def save(dataset: Dataset, path: Path) -> None:
    """Write a Part 10 file, little endian, in the VR of its header, with pydicom 2 or 3."""
    if int(pydicom.__version_info__[0]) >= 3:
        dataset.save_as(path, enforce_file_format=True)
        return
    dataset.is_little_endian = True
    dataset.is_implicit_VR = dataset.file_meta.TransferSyntaxUID.is_implicit_VR
    dataset.preamble = b"\0" * 128
    dataset.save_as(path, write_like_original=False)


def file_meta(class_uid: str, instance_uid: str) -> FileMetaDataset:
    """Return the file header of an object: what it is, and who wrote it."""
    meta = FileMetaDataset()
    meta.FileMetaInformationVersion = b"\x00\x01"
    meta.MediaStorageSOPClassUID = UID(class_uid)
    meta.MediaStorageSOPInstanceUID = UID(instance_uid)
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = UID(IMPLEMENTATION_UID)
    meta.ImplementationVersionName = "SPINESRS_1"
    return meta
