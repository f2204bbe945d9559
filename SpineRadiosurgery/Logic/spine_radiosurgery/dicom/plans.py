"""RTPLAN: prescription and fractions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydicom.dataset import Dataset

from ..case import Prescription
from ..geometry import InputError
from .values import items, number, text, whole


@dataclass(frozen=True)
class ReadPlan:
    """A plan as read.

    Attributes
    ----------
    label : str
    fractions : int or None
        Fractions planned, over all fraction groups.
    target_doses : tuple of (str, float)
        Target prescription doses in Gy, each with what it is for.
    beam_dose_gy : float or None
        Sum of the beams' doses over all fractions, where every beam states one.
    beam_numbers : tuple of int
        Beams that the fraction groups deliver.
    warnings : tuple of str
    """

    label: str
    fractions: int | None
    target_doses: tuple[tuple[str, float], ...]
    beam_dose_gy: float | None
    beam_numbers: tuple[int, ...]
    warnings: tuple[str, ...]

    def prescription(self, file: str) -> tuple[Prescription | None, tuple[str, ...]]:
        """Return the prescription and what had to be decided to get it.

        The highest target prescription dose counts. Without one, the beams' doses are summed. An
        absurd one (zero, more than 100 Gy a fraction) is not used, and that is said.
        """
        if self.fractions is None:
            return None, (
                f"{file}: the plan does not say how many fractions it has; the prescription must be"
                " given.",
            )
        warnings: tuple[str, ...] = ()
        if self.target_doses:
            what, dose_gy = max(self.target_doses, key=lambda pair: pair[1])
            source = f"RTPLAN '{self.label}', target prescription dose of {what}"
            if len({dose for _, dose in self.target_doses}) > 1:
                listed = ", ".join(f"{name} {dose:g} Gy" for name, dose in self.target_doses)
                warnings = (
                    f"{file}: the plan prescribes several doses ({listed}); the highest is taken.",
                )
        elif self.beam_dose_gy is not None:
            dose_gy = self.beam_dose_gy
            source = f"RTPLAN '{self.label}', sum of the beams' doses"
            warnings = (
                f"{file}: the plan states no target prescription dose; {dose_gy:g} Gy is the sum of"
                " its beams' doses, at the point they refer to.",
            )
        else:
            return None, (f"{file}: the plan states no prescription dose; it must be given.",)
        try:
            return Prescription(dose_gy, self.fractions, source), warnings
        except InputError as error:
            return None, (*warnings, f"{file}: the plan's prescription is not used. {error}")


@dataclass(frozen=True)
class PlanOfCase:
    """A plan that the case's dose belongs to: SOP Instance UID, file name, content."""

    uid: str
    file: str
    plan: ReadPlan


def read_plan(
    dataset: Dataset, label: str, file: str, roi_names: Mapping[int, str] | None = None
) -> ReadPlan:
    """Read prescription doses (named by ROI where `roi_names` tells), fractions and beams."""
    warnings = []
    groups = items(dataset, "FractionGroupSequence", file)
    planned = [whole(group, "NumberOfFractionsPlanned", file) for group in groups]
    stated = [count for count in planned if count]
    fractions = sum(stated) if stated else None
    if len(stated) > 1:
        warnings.append(
            f"{file}: the plan has {len(stated)} fraction groups"
            f" ({', '.join(str(n) for n in stated)} fractions); {fractions} fractions in all."
        )
    return ReadPlan(
        label,
        fractions,
        _target_doses(dataset, file, roi_names or {}),
        _beam_dose_gy(groups, file),
        tuple(
            beam
            for group in groups
            for reference in items(group, "ReferencedBeamSequence", file)
            if (beam := whole(reference, "ReferencedBeamNumber", file)) is not None
            and _delivers(reference, file)
        ),
        tuple(warnings),
    )


def _target_doses(
    dataset: Dataset, file: str, roi_names: Mapping[int, str]
) -> tuple[tuple[str, float], ...]:
    doses = []
    for reference in items(dataset, "DoseReferenceSequence", file):
        dose_gy = number(reference, "TargetPrescriptionDose", file)
        if dose_gy is None or text(reference, "DoseReferenceType").upper() == "ORGAN_AT_RISK":
            continue
        roi = whole(reference, "ReferencedROINumber", file)
        name = text(reference, "DoseReferenceDescription") or (
            roi_names.get(roi, f"ROI {roi}") if roi is not None else "the target"
        )
        doses.append((name, dose_gy))
    return tuple(doses)


def _delivers(reference: Dataset, file: str) -> bool:
    """Say whether a beam delivers dose: setup beams have no meterset."""
    return number(reference, "BeamMeterset", file) != 0


def _beam_dose_gy(groups: Sequence[Dataset], file: str) -> float | None:
    """Return dose a fraction times fractions, summed; None where a beam does not state its dose."""
    total = 0.0
    for group in groups:
        fractions = whole(group, "NumberOfFractionsPlanned", file) or 0
        for reference in items(group, "ReferencedBeamSequence", file):
            if not _delivers(reference, file):
                continue
            dose_gy = number(reference, "BeamDose", file)
            if dose_gy is None:
                return None
            total += dose_gy * fractions
    return total if total > 0 else None
