"""Results as DICOM objects that refer to the original planning image: RTSTRUCT, SEG, SR."""

from __future__ import annotations

from .packages import why_no_highdicom
from .rtstruct import export_rtstruct
from .segmentation import export_seg
from .source import ExportSource, read_export_source
from .structured_report import export_sr
from .structures import ExportedStructure, ExportResult, WrittenStructure

__all__ = [
    "ExportResult",
    "ExportSource",
    "ExportedStructure",
    "WrittenStructure",
    "export_rtstruct",
    "export_seg",
    "export_sr",
    "read_export_source",
    "why_no_highdicom",
]
