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
from .reading import read_dicom_case
from .shapes import read_structure
from .writing import write_dicom_case

__all__ = [
    "DoseChoice",
    "DoseFacts",
    "GridFacts",
    "InspectedObject",
    "Inspection",
    "PlanFacts",
    "StructureFacts",
    "inspect_folder",
    "read_dicom_case",
    "read_structure",
    "write_dicom_case",
]
