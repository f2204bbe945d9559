"""SlicerRT: import and export of DICOM-RT, isodoses, and its dose-volume histogram.

Every call to SlicerRT is in this package. Its numbers are a second opinion; ours come from our own
engine. Nothing here is needed to evaluate a plan.

Where the calls were read
-------------------------
SlicerRT has no release branches: the Extensions Index of 5.10, 5.12 and main all build its branch
master. Read at df6ef69c (2026-07-15), and compared with 0ba0a4e9 (2025-11-11, when Slicer 5.10 came
out) and 1365d033 (2026-06-23, when 5.12 did). The headers named here do not differ between the
three; of the sources only messages and titles do, which are translated since df6ef69c.

* `histograms`: DoseVolumeHistogram/MRML/vtkMRMLDoseVolumeHistogramNode.h and
  DoseVolumeHistogram/Logic/vtkSlicerDoseVolumeHistogramModuleLogic.h and .cxx.
* `surfaces`: Isodose/MRML/vtkMRMLIsodoseNode.h, Isodose/Logic/vtkSlicerIsodoseModuleLogic.h, .cxx.
* `importing`, `exporting`: DicomRtImportExport/DicomRtImportExportPlugin.py and
  Logic/vtkSlicerDicomRtImportExportModuleLogic.cxx; of Slicer, DICOMLib/DICOMUtils.py and
  DICOMLib/Widgets/qSlicerDICOMExportable.h at v5.10.0, v5.12.3 and 583e9b37 (2026-08-21).
* `doses`: SlicerRtCommon/vtkSlicerRtCommon.cxx (names of attributes).

Methods that take or return `std::map`, or fill a `std::vector` by reference, cannot be called from
Python and are not used; vectors of strings by value can.
"""

from __future__ import annotations

from .doses import dose_unit, is_dose_volume, mark_as_dose
from .exporting import export_rtstruct
from .histograms import histogram_series, remove_histograms
from .importing import LEFT_OUT, LoadedNodes, load_dicom_folder
from .installation import available, why_unavailable
from .second_opinion import ADVICE, METRICS, MetricPair, SecondOpinion, second_opinion
from .surfaces import isodose_surfaces

__all__ = [
    "ADVICE",
    "LEFT_OUT",
    "METRICS",
    "LoadedNodes",
    "MetricPair",
    "SecondOpinion",
    "available",
    "dose_unit",
    "export_rtstruct",
    "histogram_series",
    "is_dose_volume",
    "isodose_surfaces",
    "load_dicom_folder",
    "mark_as_dose",
    "remove_histograms",
    "second_opinion",
    "why_unavailable",
]
