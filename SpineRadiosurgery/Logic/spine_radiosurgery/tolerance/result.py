"""What goes into the evaluation of a constraint and what comes out."""

from __future__ import annotations

from dataclasses import dataclass

from ..dose import DoseSamples

PASS, CAUTION, FAIL, NOT_EVALUABLE = "pass", "caution", "fail", "not_evaluable"
SEVERITY = (PASS, CAUTION, NOT_EVALUABLE, FAIL)
"""Ascending: the last one found in a set is the set's."""


@dataclass(frozen=True, eq=False)
class EvaluatedStructure:
    """A structure with its dose.

    Attributes
    ----------
    name : str
        The ROI's own name.
    samples : DoseSamples or None
        None when the structure cannot be evaluated; `missing_reason` then says why.
    truncated_organ : bool
        It touches the end of the image, so its whole volume is not known.
    cautions : tuple of str
        Sentences that turn a pass into a caution (a truncated cord volume).
    missing_reason : str or None
    """

    name: str
    samples: DoseSamples | None
    truncated_organ: bool = False
    cautions: tuple[str, ...] = ()
    missing_reason: str | None = None


@dataclass(frozen=True)
class ConstraintResult:
    """One row of the report's constraints.

    Attributes
    ----------
    protocol, group, role : str
    structure : str
        The ROI's own name; the constraint's where there is no such ROI.
    constraint_structure : str
        The name in the protocol (TG-263).
    metric, comparator, unit : str
    limit : float
    caution_limit : float or None
    value, uncertainty : float
        Unrounded; nan where there is none. Of the volume inside the dose grid.
    outside_dose_cc : float
        Volume of the structure that the value does not know of; nan without a structure.
    status : str
        "pass", "caution", "fail" or "not_evaluable".
    reason : str
        Why it is not evaluable, or what the caution is; may be "" for pass and fail.
    citation, note : str
    verified, enabled : bool
    """

    protocol: str
    group: str
    role: str
    structure: str
    constraint_structure: str
    metric: str
    comparator: str
    limit: float
    caution_limit: float | None
    value: float
    unit: str
    uncertainty: float
    outside_dose_cc: float
    status: str
    reason: str
    citation: str
    note: str
    verified: bool
    enabled: bool


def worst(statuses: tuple[str, ...]) -> str:
    """Return the gravest of some statuses: fail > not_evaluable > caution > pass."""
    return max(statuses, key=SEVERITY.index)
