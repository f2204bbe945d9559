"""DICOM-RT in and out; LPS lives in this room only."""

from __future__ import annotations

from .doses import DoseChoice
from .inspection import (
    DoseFacts,
    GridFacts,
    InspectedObject,
    Inspection,
    PlanFacts,
    StructureFacts,
    inspect_folder,
)
from .label_maps import read_label_map
from .reading import read_dicom_case
from .shapes import read_structure
from .transforms import read_transform
from .writing import write_dicom_case
from .writing_segmentations import Segment, WrittenSegment, write_segmentation

__all__ = [
    "DoseChoice",
    "DoseFacts",
    "GridFacts",
    "InspectedObject",
    "Inspection",
    "PlanFacts",
    "Segment",
    "StructureFacts",
    "WrittenSegment",
    "inspect_folder",
    "read_dicom_case",
    "read_label_map",
    "read_structure",
    "read_transform",
    "write_dicom_case",
    "write_segmentation",
]
