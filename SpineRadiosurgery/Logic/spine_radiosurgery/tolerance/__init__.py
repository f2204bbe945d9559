"""Tolerance: protocols of constraints, their evaluation, the verdict and the safety gate."""

from __future__ import annotations

from .canonical import protocol_document, protocol_text
from .checking import Complaint, protocol_complaints
from .comparing import ProtocolDifference, RowChange, compare_protocols, unfounded_claims
from .constraint import Constraint
from .editing import changed_row, copied_as, with_row, with_row_changed, without_row
from .evaluation import evaluate_constraint, evaluate_protocol
from .gate import GateNote, check_prescription, check_target_dose
from .protocol import SHIPPED, BasedOn, Protocol, choose_protocol
from .protocol_writing import version_complaint, write_protocol
from .reading import (
    complaints_of_file,
    protocol_files,
    protocol_from_document,
    read_protocol,
)
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
    "SHIPPED",
    "BasedOn",
    "Complaint",
    "Constraint",
    "ConstraintResult",
    "EvaluatedStructure",
    "GateNote",
    "Probability",
    "Protocol",
    "ProtocolDifference",
    "Robustness",
    "RoomToMove",
    "RoomToScale",
    "RowChange",
    "SetupUncertainty",
    "Verdict",
    "ViolationProbability",
    "WorstCase",
    "assess_robustness",
    "changed_row",
    "check_prescription",
    "check_target_dose",
    "choose_protocol",
    "compare_protocols",
    "complaints_of_file",
    "copied_as",
    "decide",
    "evaluate_constraint",
    "evaluate_protocol",
    "protocol_complaints",
    "protocol_document",
    "protocol_files",
    "protocol_from_document",
    "protocol_text",
    "read_protocol",
    "unfounded_claims",
    "version_complaint",
    "with_row",
    "with_row_changed",
    "without_row",
    "write_protocol",
]
