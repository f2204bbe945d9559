"""The case: one patient's plan with its image, structures, dose, prescription and provenance."""

from __future__ import annotations

from ..dose import DoseGrid
from ..geometry import InputError, Structure, whole_file
from .case import Case, ImageVolume, ListedObject, Prescription, SourceFile
from .coverage import DoseCoverage, bounds_ras, dose_coverage
from .hiding import Pseudonym
from .identity import PatientIdentity
from .naming import ROLES, guess_role, rois_of, standard_organs
from .pseudonym import study_code

__all__ = [
    "ROLES",
    "Case",
    "DoseCoverage",
    "DoseGrid",
    "ImageVolume",
    "InputError",
    "ListedObject",
    "PatientIdentity",
    "Prescription",
    "Pseudonym",
    "SourceFile",
    "Structure",
    "bounds_ras",
    "dose_coverage",
    "guess_role",
    "rois_of",
    "standard_organs",
    "study_code",
    "whole_file",
]
