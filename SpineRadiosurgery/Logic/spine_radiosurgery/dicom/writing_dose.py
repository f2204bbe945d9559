"""RT Dose: 32 bit, physical dose of the plan."""

from __future__ import annotations

import numpy as np
from pydicom.dataset import Dataset
from pydicom.tag import Tag

from .writing_axial import axial_stack
from .writing_common import Study, decimal, decimals, reference
from .writing_image import set_pixels
from .writing_plan import RT_PLAN_STORAGE, plan_uid

RT_DOSE_STORAGE = "1.2.840.10008.5.1.4.1.1.481.2"
# The largest stored value leaves room for rounding within 32 bits.
_FULL_SCALE = 4.0e9


def dose_dataset(study: Study) -> Dataset:
    """Dose on its own grid; frame offsets relative to the first frame, ascending."""
    stack = axial_stack(study.dose.values_gy, study.dose.ijk_to_ras)
    scaling = decimal(max(study.dose.max_gy, 1e-3) / _FULL_SCALE)
    dose = study.new_dataset(RT_DOSE_STORAGE, "RTDOSE", 3, study.uid("dose"))
    dose.SeriesDescription = study.plan_label
    dose.ContentDate, dose.ContentTime = study.date, study.time
    dose.InstanceNumber, dose.OperatorsName = 1, ""
    dose.ImagePositionPatient = decimals(stack.positions[0])
    dose.ImageOrientationPatient = decimals(stack.orientation)
    dose.PixelSpacing = [decimal(spacing) for spacing in stack.pixel_spacing_mm]
    dose.SliceThickness = decimal(stack.frame_spacing_mm)
    dose.NumberOfFrames = len(stack.values)
    dose.FrameIncrementPointer = Tag("GridFrameOffsetVector")
    offsets = [frame * stack.frame_spacing_mm for frame in range(len(stack.values))]
    dose.GridFrameOffsetVector = [decimal(offset) for offset in offsets]
    dose.DoseUnits, dose.DoseType = "GY", "PHYSICAL"
    dose.DoseSummationType = study.case.dose_summation
    dose.DoseComment = study.case.dose_label
    dose.DoseGridScaling = scaling
    dose.TissueHeterogeneityCorrection = "IMAGE"
    dose.ReferencedRTPlanSequence = [reference(RT_PLAN_STORAGE, plan_uid(study))]
    set_pixels(dose, np.rint(stack.values / float(scaling)).astype("<u4"))
    return dose
