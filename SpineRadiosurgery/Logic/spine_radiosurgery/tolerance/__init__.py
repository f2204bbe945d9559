"""Tolerance: protocols of constraints, their evaluation, the verdict and the safety gate."""

from __future__ import annotations

from .constraint import Constraint
from .evaluation import evaluate_constraint, evaluate_protocol
from .gate import GateNote, check_prescription, check_target_dose
from .protocol import Protocol, choose_protocol
from .reading import protocol_files, read_protocol
from .result import ConstraintResult, EvaluatedStructure
from .setup.result import (
    Probability,
    Robustness,
    SetupUncertainty,
    ViolationProbability,
    WorstCase,
)
from .setup.robustness import assess_robustness
from .setup.room import RoomToMove
from .setup.scaling import RoomToScale
from .verdict import Verdict, decide

__all__ = [
    "Constraint",
    "ConstraintResult",
    "EvaluatedStructure",
    "GateNote",
    "Probability",
    "Protocol",
    "Robustness",
    "RoomToMove",
    "RoomToScale",
    "SetupUncertainty",
    "Verdict",
    "ViolationProbability",
    "WorstCase",
    "assess_robustness",
    "check_prescription",
    "check_target_dose",
    "choose_protocol",
    "decide",
    "evaluate_constraint",
    "evaluate_protocol",
    "protocol_files",
    "read_protocol",
]
