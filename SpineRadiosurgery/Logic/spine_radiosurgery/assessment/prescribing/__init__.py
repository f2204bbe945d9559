"""Prescription context: dose ranges of the papers, fracture risk, cautions."""

from __future__ import annotations

from .cautions import Caution, prescription_cautions
from .entry import CEMENTS, SETTINGS, PrescriptionContext
from .fracture import FractureCondition, FractureRisk, fracture_risk
from .ranges import DoseRange, prescription_ranges

__all__ = [
    "CEMENTS",
    "SETTINGS",
    "Caution",
    "DoseRange",
    "FractureCondition",
    "FractureRisk",
    "PrescriptionContext",
    "fracture_risk",
    "prescription_cautions",
    "prescription_ranges",
]
