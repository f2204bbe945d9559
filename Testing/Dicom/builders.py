"""Small valid DICOM-RT objects, written with pydicom, for tests that break one thing at a time.

Every writer takes attribute changes as keywords: a value sets the attribute, None removes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence as Items
from pydicom.uid import ExplicitVRLittleEndian

CT_CLASS = "1.2.840.10008.5.1.4.1.1.2"
MR_CLASS = "1.2.840.10008.5.1.4.1.1.4"
REG_CLASS = "1.2.840.10008.5.1.4.1.1.66.1"
DOSE_CLASS = "1.2.840.10008.5.1.4.1.1.481.2"
SET_CLASS = "1.2.840.10008.5.1.4.1.1.481.3"
PLAN_CLASS = "1.2.840.10008.5.1.4.1.1.481.5"
STUDY, FRAME, OTHER_FRAME = "1.2.3.1", "1.2.3.2.11111111", "1.2.3.2.22222222"
CT_SERIES, MR_SERIES = "1.2.3.3", "1.2.3.4"
SET_UID, DOSE_UID, PLAN_UID, REG_UID = "1.2.3.5", "1.2.3.6", "1.2.3.7", "1.2.3.8"
SLICES = tuple(float(z) for z in range(0, 40, 2))
AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def save(path: Path, sop_class: str, uid: str, changes: dict[str, Any], **content: Any) -> Path:
    dataset = FileDataset(str(path), {}, preamble=b"\0" * 128)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = sop_class
    dataset.file_meta.MediaStorageSOPInstanceUID = uid
    content = {
        "SOPClassUID": sop_class,
        "SOPInstanceUID": uid,
        "StudyInstanceUID": STUDY,
        "PatientName": "Secret^Patient",
        "PatientID": "SECRET-1",
        "StudyDate": "20260115",
    } | content
    for keyword, value in (content | changes).items():
        if value is not None:
            setattr(dataset, keyword, value)
    path.parent.mkdir(parents=True, exist_ok=True)
    if int(pydicom.__version__.split(".")[0]) >= 3:
        dataset.save_as(path, enforce_file_format=True)
    else:
        dataset.is_little_endian, dataset.is_implicit_VR = True, False
        dataset.save_as(path, write_like_original=False)
    return path


def item(**values: Any) -> Dataset:
    dataset = Dataset()
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


def hounsfield(index: int, rows: int = 20, columns: int = 24) -> np.ndarray:
    """A different value in every voxel: wrong order or orientation shows."""
    return (np.arange(rows * columns).reshape(rows, columns) + 500 * index).astype(np.int16)


def write_images(
    folder: Path,
    positions: Sequence[float] = SLICES,
    *,
    orientation: Sequence[float] = AXIAL,
    origin: Sequence[float] = (-24.0, -20.0, 0.0),
    series: str = CT_SERIES,
    modality: str = "CT",
    stored: Any = hounsfield,
    **changes: Any,
) -> list[Path]:
    """Write slices along their normal from `origin`; slice n is written under a shuffled name."""
    normal = np.cross(orientation[:3], orientation[3:])
    paths = []
    for n, position in enumerate(positions):
        pixels = stored(n)
        name = f"{modality}_{(7 * n + 3) % 97:02d}.dcm"
        content = {
            "Modality": modality,
            "SeriesInstanceUID": series,
            "SeriesDescription": f"{modality} planning",
            "FrameOfReferenceUID": FRAME,
            "ImagePositionPatient": [float(v) for v in np.add(origin, normal * position)],
            "ImageOrientationPatient": list(orientation),
            "PixelSpacing": [2.0, 1.5],
            "SliceThickness": 2.0,
            "SamplesPerPixel": 1,
            "PhotometricInterpretation": "MONOCHROME2",
            "Rows": pixels.shape[0],
            "Columns": pixels.shape[1],
            "BitsAllocated": 16,
            "BitsStored": 16,
            "HighBit": 15,
            "PixelRepresentation": 1,
            "RescaleSlope": 1,
            "RescaleIntercept": -1000,
            "PixelData": pixels.tobytes(),
        }
        sop_class = MR_CLASS if modality == "MR" else CT_CLASS
        paths.append(save(folder / name, sop_class, f"{series}.{n + 1}", changes, **content))
    return paths


def circle(z: float, radius: float = 5.0, centre: Sequence[float] = (0.0, 0.0)) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    x, y = centre[0] + radius * np.cos(angle), centre[1] + radius * np.sin(angle)
    return np.column_stack([x, y, np.full_like(x, z)]).round(4)


@dataclass
class Roi:
    number: int
    name: str
    contours: Sequence[np.ndarray] | None = None
    geometric_type: str = "CLOSED_PLANAR"
    interpreted_type: str = "ORGAN"
    frame: str = FRAME


def cord() -> Roi:
    return Roi(1, "SpinalCord", [circle(z) for z in SLICES[2:18]])


def target() -> Roi:
    contours = [circle(z, 8.0, (0.0, -11.0)) for z in SLICES[6:12]]
    return Roi(2, "CTV_L1", contours, interpreted_type="CTV")


def write_structures(
    path: Path, rois: Sequence[Roi] | None = None, *, series: str = CT_SERIES, **changes: Any
) -> Path:
    rois = (cord(), target()) if rois is None else rois
    frame = item(
        FrameOfReferenceUID=rois[0].frame if rois else FRAME,
        RTReferencedStudySequence=Items(
            [
                item(
                    ReferencedSOPInstanceUID=STUDY,
                    RTReferencedSeriesSequence=Items([item(SeriesInstanceUID=series)]),
                )
            ]
        ),
    )
    listed = [
        item(
            ROINumber=roi.number,
            ReferencedFrameOfReferenceUID=roi.frame,
            ROIName=roi.name,
            ROIGenerationAlgorithm="MANUAL",
        )
        for roi in rois
    ]
    contours = []
    for roi in rois:
        if roi.contours is None:
            continue
        drawn = [
            item(
                ContourGeometricType=roi.geometric_type,
                NumberOfContourPoints=len(points),
                ContourData=[float(v) for v in np.ravel(points)],
            )
            for points in roi.contours
        ]
        contours.append(
            item(
                ReferencedROINumber=roi.number,
                ROIDisplayColor=[255, 0, 10],
                ContourSequence=Items(drawn),
            )
        )
    observations = [
        item(
            ObservationNumber=roi.number,
            ReferencedROINumber=roi.number,
            RTROIInterpretedType=roi.interpreted_type,
        )
        for roi in rois
    ]
    content = {
        "Modality": "RTSTRUCT",
        "SeriesInstanceUID": "1.2.3.50",
        "StructureSetLabel": "Plan structures",
        "ReferencedFrameOfReferenceSequence": Items([frame]),
        "StructureSetROISequence": Items(listed),
        "ROIContourSequence": Items(contours),
        "RTROIObservationsSequence": Items(observations),
    }
    return save(path, SET_CLASS, changes.get("SOPInstanceUID", SET_UID), changes, **content)


def dose_values(frames: int = 10, rows: int = 12, columns: int = 14) -> np.ndarray:
    """Gy, a different value in every voxel."""
    count = frames * rows * columns
    return np.arange(count, dtype=np.float64).reshape(frames, rows, columns) * 0.01


def plan_reference(uid: str = PLAN_UID, beam: int | None = None) -> Items:
    reference = item(ReferencedSOPClassUID=PLAN_CLASS, ReferencedSOPInstanceUID=uid)
    if beam is not None:
        beams = Items([item(ReferencedBeamNumber=beam)])
        group = item(ReferencedFractionGroupNumber=1, ReferencedBeamSequence=beams)
        reference.ReferencedFractionGroupSequence = Items([group])
    return Items([reference])


def write_dose(
    path: Path, values: np.ndarray | None = None, *, bits: int = 32, **changes: Any
) -> Path:
    values = dose_values() if values is None else values
    scaling = 0.01
    stored = np.rint(values / scaling).astype(
        f"<i{bits // 8}" if values.min() < 0 else f"<u{bits // 8}"
    )
    content = {
        "Modality": "RTDOSE",
        "SeriesInstanceUID": "1.2.3.60",
        "SeriesDescription": "Plan dose",
        "FrameOfReferenceUID": FRAME,
        "ImagePositionPatient": [-19.0, -18.0, 4.0],
        "ImageOrientationPatient": list(AXIAL),
        "PixelSpacing": [3.0, 2.5],
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "NumberOfFrames": values.shape[0],
        "FrameIncrementPointer": 0x3004000C,
        "Rows": values.shape[1],
        "Columns": values.shape[2],
        "BitsAllocated": bits,
        "BitsStored": bits,
        "HighBit": bits - 1,
        "PixelRepresentation": int(values.min() < 0),
        "DoseUnits": "GY",
        "DoseType": "PHYSICAL",
        "DoseSummationType": "PLAN",
        "GridFrameOffsetVector": [3.0 * n for n in range(values.shape[0])],
        "DoseGridScaling": scaling,
        "ReferencedRTPlanSequence": plan_reference(),
        "PixelData": stored.tobytes(),
    }
    return save(path, DOSE_CLASS, changes.get("SOPInstanceUID", DOSE_UID), changes, **content)


def dose_reference(dose_gy: float, description: str = "CTV_L1", kind: str = "TARGET") -> Dataset:
    return item(
        DoseReferenceNumber=1,
        DoseReferenceStructureType="VOLUME",
        DoseReferenceType=kind,
        DoseReferenceDescription=description,
        TargetPrescriptionDose=dose_gy,
    )


def fraction_group(fractions: int, beam_doses: Sequence[float] = ()) -> Dataset:
    beams = [
        item(ReferencedBeamNumber=n, BeamDose=dose, BeamMeterset=100.0)
        for n, dose in enumerate(beam_doses, start=1)
    ]
    return item(
        FractionGroupNumber=1,
        NumberOfFractionsPlanned=fractions,
        NumberOfBeams=len(beams),
        NumberOfBrachyApplicationSetups=0,
        ReferencedBeamSequence=Items(beams),
    )


def write_plan(path: Path, **changes: Any) -> Path:
    content = {
        "Modality": "RTPLAN",
        "SeriesInstanceUID": "1.2.3.70",
        "FrameOfReferenceUID": FRAME,
        "RTPlanLabel": "SRS16",
        "RTPlanGeometry": "PATIENT",
        "DoseReferenceSequence": Items([dose_reference(16.0)]),
        "FractionGroupSequence": Items([fraction_group(1)]),
    }
    return save(path, PLAN_CLASS, changes.get("SOPInstanceUID", PLAN_UID), changes, **content)


def write_registration(
    path: Path, matrix: np.ndarray, *, source: str = OTHER_FRAME, target_frame: str = FRAME
) -> Path:
    """A REG object that maps LPS points of `source` into `target_frame`."""
    step = item(
        FrameOfReferenceTransformationMatrixType="RIGID",
        FrameOfReferenceTransformationMatrix=[float(v) for v in np.ravel(matrix)],
    )
    sequence = [
        item(
            FrameOfReferenceUID=source,
            MatrixRegistrationSequence=Items([item(MatrixSequence=Items([step]))]),
        )
    ]
    return save(
        path, REG_CLASS, REG_UID, {}, Modality="REG", SeriesInstanceUID="1.2.3.80",
        FrameOfReferenceUID=target_frame, RegistrationSequence=Items(sequence),
    )  # fmt: skip


def write_case(folder: Path) -> Path:
    """CT, structures, dose and plan that belong together."""
    write_images(folder / "CT")
    write_structures(folder / "RS.dcm")
    write_dose(folder / "RD.dcm")
    write_plan(folder / "RP.dcm")
    return folder
