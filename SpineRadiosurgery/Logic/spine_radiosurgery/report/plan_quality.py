"""What a plan is like beside its constraints: indices, fall-off, gap to the cord, biology."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..dose import (
    BiologicalRow,
    DoseIndices,
    DoseSamples,
    FallOff,
    biological_rows,
    dose_indices,
    fall_off,
)
from ..geometry import InputError, SurfaceDistance, report_progress, surface_distance
from .choices import PLANES, FallOffChoice
from .inputs import Question
from .subjects import Subject

SEPARATION_MM = 2.0
"""A gap between tumour and cord that helps radiosurgery; what separation surgery makes."""
SEPARATION_SOURCE = "Ryu et al. 2015, separation surgery"


@dataclass(frozen=True, eq=False)
class FallOffs:
    """The fall-off in both ways of looking at it.

    Attributes
    ----------
    plane : str
        The one asked for, of `choices.PLANES`.
    found : mapping of str to FallOff or str
        By plane; a text says why it could not be measured.
    """

    plane: str
    found: Mapping[str, FallOff | str]

    @property
    def asked(self) -> FallOff | str:
        """The one asked for."""
        return self.found[self.plane]


def indices_of(question: Question, samples: Mapping[str, DoseSamples]) -> DoseIndices:
    """Indices of the first target against the prescription."""
    report_progress("Working out indices")
    target = question.targets[0]
    return dose_indices(
        samples[target.name],
        question.dose,
        prescription_gy=question.prescription.dose_gy,
        target=target,
    )


def fall_offs_of(question: Question, choice: FallOffChoice) -> FallOffs:
    """Fall-off from the first target toward the cord, in axial planes and in any direction."""
    found: dict[str, FallOff | str] = {}
    for plane in PLANES:
        try:
            found[plane] = fall_off(
                question.targets[0],
                question.cord,
                question.dose,
                prescription_gy=question.prescription.dose_gy,
                from_percent=choice.from_percent,
                to_percent=choice.to_percent,
                plane=plane,
                toward=choice.toward,
            )
        except InputError as error:
            found[plane] = str(error)
    return FallOffs(choice.plane, found)


def cord_gaps_of(question: Question) -> dict[str, SurfaceDistance]:
    """Smallest distance between each target and the cord, by the target's name."""
    return {t.name: surface_distance(t, question.cord) for t in question.targets}


def biology_of(
    question: Question,
    subjects: Sequence[Subject],
    samples: Mapping[str, DoseSamples],
    alpha_beta_gy: float | None,
) -> tuple[BiologicalRow, ...]:
    """BED and EQD2 of the listed doses of every structure; nothing where they are not wanted.

    Raises
    ------
    InputError
        The dose is a sum of plans with different fractionation.
    """
    if alpha_beta_gy is None:
        return ()
    if question.mixed_fractionation:
        raise InputError(
            "The dose is a sum of plans with different fractionation: BED and EQD2 cannot be had "
            "from it; leave out alpha/beta."
        )
    rows: list[BiologicalRow] = []
    for subject in subjects:
        name = subject.structure.name
        rows += biological_rows(
            {name: samples[name]},
            subject.metrics,
            question.prescription.fractions,
            alpha_beta_gy,
        )
    return tuple(rows)
