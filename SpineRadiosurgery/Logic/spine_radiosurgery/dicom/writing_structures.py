"""RT Structure Set: every structure as closed planar contours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydicom.charset import default_encoding
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import Tag

from ..case import Structure
from ..geometry import report_progress, with_progress
from .writing_common import FloatArray, Study, reference
from .writing_image import CT_IMAGE_STORAGE

RT_STRUCTURE_STORAGE = "1.2.840.10008.5.1.4.1.1.481.3"
STUDY_COMPONENT = "1.2.840.10008.3.1.2.3.1"
CONTOUR_DATA = Tag("ContourData")
_ON_SLICE_MM = 0.01
_GREY = (160, 160, 160)


def structure_uid(study: Study) -> str:
    """SOP Instance UID of the structure set."""
    return study.uid("structures")


def structure_dataset(study: Study, images: Sequence[Dataset]) -> Dataset:
    """Structure set that refers to the CT images; contours in LPS, 0.0001 mm."""
    dataset = study.new_dataset(RT_STRUCTURE_STORAGE, "RTSTRUCT", 2, structure_uid(study))
    dataset.SeriesDescription = "Structures"
    dataset.OperatorsName = ""
    dataset.StructureSetLabel = dataset.StructureSetName = "Structures"
    dataset.StructureSetDate, dataset.StructureSetTime = study.date, study.time
    dataset.InstanceNumber = 1
    dataset.ReferencedFrameOfReferenceSequence = [_frame_of_reference(study, images)]
    numbers = roi_numbers(study.case.structures)
    rois, contours, observations = [], [], []
    numbered = tuple(zip(numbers, study.case.structures, strict=True))
    for number, structure in with_progress(numbered, lambda pair: f"Writing {pair[1].name}"):
        rois.append(_roi(study, number, structure))
        contours.append(_contours(number, structure, images))
        observations.append(_observation(number, structure))
    dataset.StructureSetROISequence = rois
    dataset.ROIContourSequence = contours
    dataset.RTROIObservationsSequence = observations
    dataset.ApprovalStatus = "UNAPPROVED"
    return dataset


def roi_numbers(structures: Sequence[Structure]) -> list[int]:
    """The structures' own ROI numbers if all have different ones, else 1, 2, ..."""
    own = [structure.number for structure in structures if structure.number is not None]
    if len(own) == len(structures) == len(set(own)):
        return own
    return list(range(1, len(structures) + 1))


def _frame_of_reference(study: Study, images: Sequence[Dataset]) -> Dataset:
    series = Dataset()
    series.SeriesInstanceUID = images[0].SeriesInstanceUID
    series.ContourImageSequence = [
        reference(CT_IMAGE_STORAGE, image.SOPInstanceUID) for image in images
    ]
    whole = reference(STUDY_COMPONENT, images[0].StudyInstanceUID)
    whole.RTReferencedSeriesSequence = [series]
    frame = Dataset()
    frame.FrameOfReferenceUID = study.uid("frame of reference")
    frame.RTReferencedStudySequence = [whole]
    return frame


def _roi(study: Study, number: int, structure: Structure) -> Dataset:
    roi = Dataset()
    roi.ROINumber, roi.ROIName = number, structure.name[:64]
    roi.ReferencedFrameOfReferenceUID = study.uid("frame of reference")
    roi.ROIGenerationAlgorithm = structure.algorithm
    return roi


def _observation(number: int, structure: Structure) -> Dataset:
    observation = Dataset()
    observation.ObservationNumber = observation.ReferencedROINumber = number
    observation.RTROIInterpretedType = structure.interpreted_type
    observation.ROIInterpreter = ""
    return observation


def _contours(number: int, structure: Structure, images: Sequence[Dataset]) -> Dataset:
    normal = np.cross(
        np.array(images[0].ImageOrientationPatient[:3], float),
        np.array(images[0].ImageOrientationPatient[3:], float),
    )
    heights = np.array([[float(c) for c in i.ImagePositionPatient] for i in images]) @ normal
    items = []
    for index, contour in enumerate(structure.contours(), start=1):
        report_progress()
        lps = contour * [-1.0, -1.0, 1.0]
        item = Dataset()
        image = _image_of(lps, normal, heights, images)
        if image is not None:
            item.ContourImageSequence = [reference(CT_IMAGE_STORAGE, image.SOPInstanceUID)]
        item.ContourGeometricType = "CLOSED_PLANAR"
        item.NumberOfContourPoints, item.ContourNumber = len(lps), index
        item[CONTOUR_DATA] = contour_data(lps)
        # As if it had been read like this: pydicom then writes the text as it is.
        item.set_original_encoding(False, True, default_encoding)
        items.append(item)
    contour_item = Dataset()
    contour_item.ROIDisplayColor = list(structure.color or _GREY)
    contour_item.ContourSequence = items
    contour_item.ReferencedROINumber = number
    return contour_item


def contour_data(lps: FloatArray) -> RawDataElement:
    """Coordinates as encoded text: pydicom takes seconds to check as many numbers one by one."""
    text = "\\".join([f"{value:.4f}" for value in lps.ravel().tolist()])
    value = (text + " " * (len(text) % 2)).encode("ascii")
    return RawDataElement(CONTOUR_DATA, "DS", len(value), value, 0, False, True)


def _image_of(
    lps: FloatArray, normal: FloatArray, heights: FloatArray, images: Sequence[Dataset]
) -> Dataset | None:
    """CT image in whose plane the whole contour lies."""
    along = lps @ normal
    nearest = int(np.argmin(np.abs(heights - along[0])))
    return images[nearest] if np.abs(along - heights[nearest]).max() <= _ON_SLICE_MM else None
