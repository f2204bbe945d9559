"""Mechanical stability: SINS and what a vertebra's mask measures of it."""

from __future__ import annotations

from .entry import SinsChoices, VertebraMeasurement
from .measuring import measure_vertebra
from .scale import SINS_CLASSES, SINS_OPTIONS, SINS_TITLES, SinsOption, sins_option
from .sins import SinsComponent, SinsScore, sins_score

__all__ = [
    "SINS_CLASSES",
    "SINS_OPTIONS",
    "SINS_TITLES",
    "SinsChoices",
    "SinsComponent",
    "SinsOption",
    "SinsScore",
    "VertebraMeasurement",
    "measure_vertebra",
    "sins_option",
    "sins_score",
]
