"""What a case lacks, before anything is made of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...case import (
    Case,
    DoseCoverage,
    Prescription,
    Structure,
    bounds_ras,
    dose_coverage,
)
from ...dose import sample_dose
from ...geometry import report_progress
from ...tolerance import check_prescription, check_target_dose

DECISIVE = ("target", "gtv", "ptv", "cord", "prv", "canal", "vertebra")
"""Roles of structures that numbers rest on: what is wrong with one of them is said in words."""
COVERED = ("target", "gtv", "ptv", "cord")
"""Roles of structures that the dose should cover."""
WHOLE = ("target", "gtv", "ptv", "vertebra")
"""Roles of structures that should not end with the image."""
AT_THE_END_MM = 0.1

Place = tuple[float, float, float]


@dataclass(frozen=True)
class CaseMessage:
    """Something to know about a case.

    Attributes
    ----------
    text : str
        A sentence.
    place_ras : (float, float, float) or None
        Where to look, RAS mm.
    """

    text: str
    place_ras: Place | None = None


@dataclass(frozen=True)
class StructureFacts:
    """What was found of one structure.

    Attributes
    ----------
    volume_cc : float or None
        None where it cannot be had.
    covered_percent : float or None
        How much of it the dose covers; None without a dose.
    note : str
        In a few words; "" where there is nothing to say.
    place_ras : (float, float, float) or None
        Its middle, RAS mm.
    """

    volume_cc: float | None = None
    covered_percent: float | None = None
    note: str = ""
    place_ras: Place | None = None


@dataclass(frozen=True, eq=False)
class CaseCheck:
    """Looks at a case.

    Attributes
    ----------
    case : Case
    roles : mapping of str to str
        By structure name.
    prescription : Prescription or None
        The one that holds.
    """

    case: Case
    roles: Mapping[str, str]
    prescription: Prescription | None

    @cached_property
    def structures(self) -> dict[str, StructureFacts]:
        """What was found of every structure, by its name."""
        found = {
            name: StructureFacts(note=f"unreadable: {reason}")
            for name, reason in self.case.unusable.items()
        }
        for number, structure in enumerate(self.case.structures):
            report_progress(f"Checking {structure.name}", number / len(self.case.structures))
            found[structure.name] = self._facts(structure)
        return found

    def messages(self) -> tuple[CaseMessage, ...]:
        """Say what a user must know, the case as a whole first."""
        found = (*self._of_the_whole(), *self._of_the_prescription(), *self._of_structures())
        return tuple(dict.fromkeys(found))

    def _of_the_whole(self) -> Iterator[CaseMessage]:
        roles = set(self.roles.values())
        if self.case.dose is None:
            yield CaseMessage("There is no dose; the tolerance (step 5) needs one.")
        elif self.case.image is not None and not self._dose_meets_image():
            yield CaseMessage(
                "The dose lies outside the planning image: they belong to different plans, or a "
                "transform moves one of them."
            )
        if "cord" not in roles:
            yield CaseMessage("No structure has the role cord; the cord volume needs one.")
        if not roles.intersection(WHOLE):
            yield CaseMessage(
                "No structure has the role target, GTV, PTV or vertebra; the target needs one."
            )
        yield from map(CaseMessage, self.case.warnings)

    def _dose_meets_image(self) -> bool:
        assert self.case.image is not None and self.case.dose is not None
        image, dose = bounds_ras(self.case.image.grid), bounds_ras(self.case.dose.grid)
        return bool((np.maximum(image[0], dose[0]) < np.minimum(image[1], dose[1])).all())

    def _of_the_prescription(self) -> Iterator[CaseMessage]:
        if self.prescription is None:
            yield CaseMessage(
                "The prescription is not known: no plan says it; give the dose and the number of "
                "fractions."
            )
            return
        note = check_prescription(self.prescription, self.case.prescription, override=True)
        if note is not None:
            yield CaseMessage(note.text)
        if self.case.dose is None:
            return
        for structure in self._with_role(("target",)):
            samples = sample_dose(structure, self.case.dose, metrics=["D50%[Gy]"])
            median_gy = samples.dose_at_volume(percent=50)
            doubt = check_target_dose(median_gy, self.prescription.dose_gy)
            if doubt is not None:
                yield CaseMessage(f"{structure.name}: {doubt.text}", _middle(structure))

    def _of_structures(self) -> Iterator[CaseMessage]:
        for name, reason in self.case.unusable.items():
            if self.roles.get(name) in DECISIVE:
                yield CaseMessage(reason)
        for structure in self._with_role(DECISIVE):
            middle = _middle(structure)
            for text in structure.warnings:
                yield CaseMessage(text, middle)
            coverage = self._coverage[structure.name]
            wanted = self.roles.get(structure.name) in COVERED
            if wanted and coverage is not None and coverage.sentence:
                yield CaseMessage(coverage.sentence, coverage.rest_ras)
            for end, height_mm in self._cut_ends(structure):
                yield CaseMessage(
                    f"{structure.name} ends with the planning image {end}; it may be cut off.",
                    (middle[0], middle[1], height_mm),
                )

    def _facts(self, structure: Structure) -> StructureFacts:
        coverage = self._coverage[structure.name]
        notes = [f"ends with the image {end}" for end, _ in self._cut_ends(structure)]
        if coverage is not None and not coverage.is_whole:
            notes.append(f"dose covers {coverage.percent:.1f} %")
        return StructureFacts(
            volume_cc=structure.volume_cc,
            covered_percent=None if coverage is None else coverage.percent,
            note="; ".join((*notes, *structure.warnings)),
            place_ras=_middle(structure),
        )

    @cached_property
    def _coverage(self) -> dict[str, DoseCoverage | None]:
        dose = self.case.dose
        return {
            structure.name: None if dose is None else dose_coverage(structure, dose)
            for structure in self.case.structures
        }

    def _with_role(self, roles: tuple[str, ...]) -> Iterator[Structure]:
        return (s for s in self.case.structures if self.roles.get(s.name) in roles)

    def _cut_ends(self, structure: Structure) -> list[tuple[str, float]]:
        """Ends of the image at which a structure ends, that should not, and their heights."""
        if self.case.image is None or self.roles.get(structure.name) not in WHOLE:
            return []
        low, high = structure.extent_mm()
        bottom, top = bounds_ras(self.case.image.grid)[:, 2].tolist()
        ends = []
        if high > top - AT_THE_END_MM:
            ends.append(("above", top))
        if low < bottom + AT_THE_END_MM:
            ends.append(("below", bottom))
        return ends


def _middle(structure: Structure) -> Place:
    right, anterior, superior = structure.bounds_ras().mean(axis=0).tolist()
    return right, anterior, superior
