"""The case: one patient's plan with its image, structures, dose, prescription and provenance."""

from __future__ import annotations

from ..dose import DoseGrid
from ..geometry import InputError, Structure
from .case import Case, ImageVolume, ListedObject, Prescription, SourceFile
from .coverage import DoseCoverage, bounds_ras, dose_coverage
from .naming import ROLES, guess_role, rois_of, standard_organs

__all__ = [
    "ROLES",
    "Case",
    "DoseCoverage",
    "DoseGrid",
    "ImageVolume",
    "InputError",
    "ListedObject",
    "Prescription",
    "SourceFile",
    "Structure",
    "bounds_ras",
    "dose_coverage",
    "guess_role",
    "rois_of",
    "standard_organs",
]
