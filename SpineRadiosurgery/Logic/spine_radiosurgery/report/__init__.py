"""Evaluation of a plan and everything that is written about it.

`report.writing` is imported by itself where files are written: it needs jinja2 and matplotlib,
which 3D Slicer does not bundle.
"""

from __future__ import annotations

from .evaluation import evaluate
from .model import Report, StructureMetric
from .protocols import load_protocol

__all__ = ["Report", "StructureMetric", "evaluate", "load_protocol"]
