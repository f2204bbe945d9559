"""The case: one patient's plan with its image, structures, dose, prescription and provenance."""

from __future__ import annotations

from ..dose import DoseGrid
from ..geometry import InputError, Structure
from .case import Case, ImageVolume, ListedObject, Prescription, SourceFile
from .naming import ROLES, guess_role, rois_of, standard_organs

__all__ = [
    "ROLES",
    "Case",
    "DoseGrid",
    "ImageVolume",
    "InputError",
    "ListedObject",
    "Prescription",
    "SourceFile",
    "Structure",
    "guess_role",
    "rois_of",
    "standard_organs",
]
