"""Dual grade: the scales, what segmentations measure, and the grade they propose."""

from __future__ import annotations

from .entry import Grades
from .grades import ESCC, NEUROLOGICAL, RADIOGRAPHIC, Grade, cauda_remark, grade
from .measuring import propose_grade
from .proposal import CAUDA, CORD, Compression, GradeProposal

__all__ = [
    "CAUDA",
    "CORD",
    "ESCC",
    "NEUROLOGICAL",
    "RADIOGRAPHIC",
    "Compression",
    "Grade",
    "GradeProposal",
    "Grades",
    "cauda_remark",
    "grade",
    "propose_grade",
]
