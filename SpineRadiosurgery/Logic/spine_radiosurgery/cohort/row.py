"""One case of a cohort: where it lies and what is asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class ManifestRow:
    """One row of a manifest.

    Attributes
    ----------
    line : int
        In the manifest, for sentences; the header is line 1.
    case : str
        What the case is called in every table; unique in a manifest.
    folder : Path
        With DICOM files; absolute.
    targets : tuple of str
        ROI names; empty where a template makes the target.
    cord : str
    prescription_gy : float or None
        Total dose; None takes the plan's.
    fractions : int or None
    template : str
        "" where the target is drawn.
    vertebrae, gtv : tuple of str
        ROI names.
    protocol : str
        "auto", an identifier, or an absolute path.
    dose : tuple of str
        UIDs or labels; several are summed.
    structures, plan : str
        UID or label; "" where the folder holds one only.
    previous_radiation : str
        "yes", "no" or "unknown".
    override_prescription : bool
    assessment : Path or None
        The patient's record.
    level : str
        Of the target, such as "T8" or "L2,L3"; "" takes it from the target's name.
    columns : mapping of str to str
        Free columns as they stand in the manifest, such as outcomes.
    problem : str
        Why the row cannot be evaluated, a sentence; "" where it can.
    """

    line: int
    case: str
    folder: Path
    targets: tuple[str, ...] = ()
    cord: str = ""
    prescription_gy: float | None = None
    fractions: int | None = None
    template: str = ""
    vertebrae: tuple[str, ...] = ()
    gtv: tuple[str, ...] = ()
    protocol: str = "auto"
    dose: tuple[str, ...] = ()
    structures: str = ""
    plan: str = ""
    previous_radiation: str = "unknown"
    override_prescription: bool = False
    assessment: Path | None = None
    level: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True)
class Manifest:
    """A whole manifest.

    Attributes
    ----------
    rows : tuple of ManifestRow
    columns : tuple of str
        Names of the free columns, in the file's order.
    """

    rows: tuple[ManifestRow, ...]
    columns: tuple[str, ...] = ()
