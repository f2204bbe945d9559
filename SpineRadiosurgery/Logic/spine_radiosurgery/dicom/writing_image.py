"""CT images."""

from __future__ import annotations

import numpy as np
from pydicom.dataset import Dataset

from ..case import InputError
from ..geometry import with_progress
from .writing_axial import axial_stack
from .writing_common import Study, decimal, decimals

CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2"
_INTERCEPT_HU = -1024


def image_datasets(study: Study) -> list[Dataset]:
    """One CT image a slice, in the order of their positions.

    Raises
    ------
    InputError
        HU outside what 16 bits hold from -1024.
    """
    stack = axial_stack(study.image.values, study.image.ijk_to_ras)
    stored = np.rint(stack.values).astype(np.int64) - _INTERCEPT_HU
    if stored.min() < 0 or stored.max() > 65535:
        raise InputError(
            f"The image of case {study.case.identifier} holds {stack.values.min():g} to "
            f"{stack.values.max():g} HU; DICOM CT takes -1024 to 64511 HU."
        )
    images = []
    planes = tuple(zip(stored, stack.positions, strict=True))
    for number, (plane, position) in enumerate(with_progress(planes), start=1):
        uid = study.uid("image", number)
        image = study.new_dataset(CT_IMAGE_STORAGE, "CT", 1, uid)
        image.SeriesDescription = (study.image.label or "Planning CT")[:64]
        image.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
        image.ContentDate = image.AcquisitionDate = study.date
        image.ContentTime = image.AcquisitionTime = study.time
        image.AcquisitionNumber, image.InstanceNumber = 1, number
        image.Laterality = ""
        image.KVP, image.PatientPosition = "120", stack.patient_position
        image.SliceThickness = decimal(study.image.slice_thickness_mm or stack.frame_spacing_mm)
        image.ImagePositionPatient = decimals(position)
        image.ImageOrientationPatient = decimals(stack.orientation)
        image.SliceLocation = decimal(float(position @ stack.normal))
        image.PixelSpacing = [decimal(spacing) for spacing in stack.pixel_spacing_mm]
        image.RescaleIntercept, image.RescaleSlope = str(_INTERCEPT_HU), "1"
        image.RescaleType = "HU"
        image.WindowCenter, image.WindowWidth = "40", "400"
        set_pixels(image, plane.astype("<u2"))
        images.append(image)
    return images


def set_pixels(dataset: Dataset, stored: np.ndarray) -> None:
    """Fill the image pixel module with unsigned samples of shape (row, column) or (frame, ...)."""
    bits = 8 * stored.dtype.itemsize
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.Rows, dataset.Columns = stored.shape[-2:]
    dataset.BitsAllocated = dataset.BitsStored = bits
    dataset.HighBit, dataset.PixelRepresentation = bits - 1, 0
    dataset.add_new("PixelData", "OW", stored.tobytes())
