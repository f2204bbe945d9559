"""One patient's plan, as read; nothing here is computed from the dose."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..dose import DoseGrid
from ..geometry import Grid, InputError, Structure
from .hiding import Pseudonym
from .identity import PatientIdentity

MAXIMUM_DOSE_PER_FRACTION_GY = 100.0
"""A larger dose a fraction is a unit error (cGy), not a prescription."""


@dataclass(frozen=True)
class Prescription:
    """What was prescribed.

    Attributes
    ----------
    dose_gy : float
        Total dose over all fractions, Gy.
    fractions : int
    source : str
        Where the figures come from ("RTPLAN", "given by the user").
    """

    dose_gy: float
    fractions: int
    source: str = "given by the user"

    def __post_init__(self) -> None:
        if not np.isfinite(self.dose_gy) or self.dose_gy <= 0:
            raise InputError(
                f"The prescription of {self.dose_gy:g} Gy must be a positive dose in Gy."
            )
        if self.fractions != int(self.fractions) or self.fractions < 1:
            raise InputError(f"The number of fractions, {self.fractions}, must be 1 or more.")
        per_fraction = self.dose_gy / self.fractions
        if per_fraction > MAXIMUM_DOSE_PER_FRACTION_GY:
            raise InputError(
                f"The prescription of {self.dose_gy:g} Gy in {self.fractions} fraction(s) is "
                f"{per_fraction:g} Gy a fraction, more than {MAXIMUM_DOSE_PER_FRACTION_GY:g} Gy; "
                "give the total dose in Gy, not in cGy."
            )


@dataclass(frozen=True, eq=False)
class ImageVolume:
    """The planning image.

    Attributes
    ----------
    values : (k, j, i) array
        Hounsfield units (CT) or signal (MR).
    ijk_to_ras : (4, 4)
    modality, label : str
    slice_thickness_mm : float or None
    """

    values: NDArray[Any]
    ijk_to_ras: NDArray[np.float64]
    modality: str = "CT"
    label: str = ""
    slice_thickness_mm: float | None = None

    def __post_init__(self) -> None:
        if self.values.ndim != 3:
            raise InputError(f"Image {self.label}: three axes expected, found {self.values.ndim}.")
        object.__setattr__(self, "ijk_to_ras", self.grid.ijk_to_ras)

    @property
    def grid(self) -> Grid:
        """The image's voxel grid."""
        k, j, i = self.values.shape
        return Grid((k, j, i), np.asarray(self.ijk_to_ras, dtype=np.float64))


@dataclass(frozen=True)
class SourceFile:
    """One input file, named relative to the case's folder."""

    name: str
    sha256: str
    kind: str


@dataclass(frozen=True)
class ListedObject:
    """One object found in the case's folder, used or not, and why."""

    kind: str
    uid: str
    label: str
    used: bool
    note: str = ""


@dataclass(frozen=True, eq=False)
class Case:
    """One patient's plan.

    Attributes
    ----------
    identifier : str
        Study code, pseudonymous by default.
    structures : tuple of Structure
        With unique names.
    dose : DoseGrid or None
    image : ImageVolume or None
    prescription : Prescription or None
        From RTPLAN, where there is one.
    dose_label, dose_summation : str
        What the dose is ("PLAN", "MULTI_PLAN", "BEAM sum", ...).
    warnings : tuple of str
        Sentences for the reader of the report.
    sources : tuple of SourceFile
    listing : tuple of ListedObject
    unusable : mapping of str to str
        ROIs that cannot be used, each with the sentence that says why.
    parameters : mapping
        Choices made while reading, for the provenance.
    uids : mapping of str to str
        DICOM identifiers that exports need (study, frame_of_reference, image_series, ...).
    identity : PatientIdentity or None
        None unless a person asked to keep name and identifiers.
    pseudonym : Pseudonym
        What hid the patient in the texts above: structures are found by their original names, too.
        Never written anywhere.
    """

    identifier: str
    structures: tuple[Structure, ...]
    dose: DoseGrid | None
    image: ImageVolume | None = None
    prescription: Prescription | None = None
    dose_label: str = ""
    dose_summation: str = "PLAN"
    warnings: tuple[str, ...] = ()
    sources: tuple[SourceFile, ...] = ()
    listing: tuple[ListedObject, ...] = ()
    unusable: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    uids: Mapping[str, str] = field(default_factory=dict)
    identity: PatientIdentity | None = None
    pseudonym: Pseudonym = field(default_factory=Pseudonym, repr=False)

    def __post_init__(self) -> None:
        names = [s.name for s in self.structures]
        twice = sorted({n for n in names if names.count(n) > 1})
        if twice:
            raise InputError(
                f"Case {self.identifier}: structure {twice[0]} is there twice; rename one."
            )

    def has(self, name: str) -> bool:
        """Say whether a usable structure of this name is there."""
        shown = self.shown_name(name)
        return any(s.name == shown for s in self.structures)

    def shown_name(self, name: str) -> str:
        """Return the name that a structure has here, where a patient's name may be hidden in it."""
        known = {s.name for s in self.structures} | set(self.unusable)
        return name if name in known else self.pseudonym.hide(name)

    def structure(self, name: str) -> Structure:
        """Return the structure of this name.

        Raises
        ------
        InputError
            Not there (the nearest names are offered), or there but unusable (the reason).
        """
        shown = self.shown_name(name)
        for structure in self.structures:
            if structure.name == shown:
                return structure
        if shown in self.unusable:
            raise InputError(self.unusable[shown])
        names = [s.name for s in self.structures]
        by_lower = {n.lower(): n for n in names}
        near = [
            by_lower[n] for n in difflib.get_close_matches(name.lower(), by_lower, n=3, cutoff=0.5)
        ]
        if near:
            hint = f"did you mean {' or '.join(near)}?"
        else:
            hint = f"there are: {', '.join(names) or 'none'}."
        raise InputError(f"Structure {name} is not in case {self.identifier}; {hint}")
