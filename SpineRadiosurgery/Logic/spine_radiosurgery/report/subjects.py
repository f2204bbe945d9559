"""Which structures an evaluation looks at, their dose, and what the limits call them."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from ..case import Case, standard_organs
from ..cord import CORD_VOLUME, CordVolume, PlanningRiskVolume
from ..dose import DoseSamples, sample_dose
from ..geometry import InputError, Structure, awaited, beside, report_progress
from ..tolerance import EvaluatedStructure, Protocol
from .findings import outside_dose
from .inputs import Question, role_of

ALWAYS = ("Volume[cc]", "Mean[Gy]", "Max[Gy]", "D2%[Gy]", "D98%[Gy]", "D0.03cc[Gy]", "D0.035cc[Gy]")
CORD = (
    "D10%[Gy]",
    "D0.35cc[Gy]",
    "D1.2cc[Gy]",
    *(f"V{dose}Gy[{unit}]" for dose in (7, 10, 14, 18) for unit in ("%", "cc")),
)
TARGET = ("D95%[Gy]", "V100%[%]")
_BY_ROLE = {"target": TARGET, "cord": CORD, "cord_volume": CORD, "prv": CORD}
END_TOLERANCE_MM = 0.1
"""An organ that comes this close to the image's first or last face is taken as cut off there."""


@dataclass(frozen=True, eq=False)
class Subject:
    """A structure whose dose is evaluated.

    Attributes
    ----------
    structure : Structure
    role : str
        "target", "cord", "cord_volume", "prv", or as `role_of` says.
    metrics : tuple of str
        That the report lists.
    """

    structure: Structure
    role: str
    metrics: tuple[str, ...]


def listed_metrics(role: str) -> tuple[str, ...]:
    """Return the metrics that a report lists of a structure of this role, whatever is asked for."""
    return (*ALWAYS, *_BY_ROLE.get(role, ()))


def subjects_of(
    question: Question,
    volumes: Sequence[CordVolume],
    prv: PlanningRiskVolume | None,
    further: Sequence[str],
) -> list[Subject]:
    """Every structure that gets metrics; the question's own first."""
    chosen: list[tuple[Structure, str]] = [(t, "target") for t in question.targets]
    chosen += [(v.structure, "cord_volume") for v in volumes]
    chosen.append((question.cord, "cord"))
    if prv is not None:
        chosen.append((prv.structure, "prv"))
    names = {s.name for s, _ in chosen}
    for structure in question.case.structures:
        role = role_of(question, structure)
        if structure.name not in names and role != "ignore":
            chosen.append((structure, role))
    return [
        Subject(s, role, tuple(dict.fromkeys((*listed_metrics(role), *further))))
        for s, role in chosen
    ]


def sample_subjects(
    question: Question, subjects: Sequence[Subject], rules: Protocol
) -> dict[str, DoseSamples]:
    """Sample the dose finely enough for every metric that is listed or limited.

    Raises
    ------
    InputError
        A target or cord volume lies wholly outside the dose grid.
    """
    limited = _limited_metrics(question, subjects, rules)

    def sampled(subject: Subject) -> DoseSamples:
        asked = (*subject.metrics, *limited.get(subject.structure.name, ()))
        return sample_dose(
            subject.structure,
            question.dose,
            metrics=tuple(dict.fromkeys(asked)),
            prescription_gy=question.prescription.dose_gy,
        )

    # Large structures take longest: they go first, so that the workers end together.
    by_size = sorted(subjects, key=_volume_cc, reverse=True)
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as workers:
        asked = {s.structure.name: beside(workers, sampled, s) for s in by_size}
        found = {
            name: awaited(samples, f"Sampling {name}", lambda: _share_done(asked.values()))
            for name, samples in asked.items()
        }
    for subject in subjects:
        structure, samples = subject.structure, found[subject.structure.name]
        if subject.role in ("target", "cord_volume") and not samples.covered_cc > 0:
            low, high = structure.extent_mm()
            raise InputError(
                f"Structure {structure.name} (S {low:.1f} to {high:.1f} mm, "
                f"{samples.volume_cc:.3g} cc) lies wholly outside the dose grid; "
                "choose the dose that belongs to this plan."
            )
    return {s.structure.name: found[s.structure.name] for s in subjects}


def _volume_cc(subject: Subject) -> float:
    report_progress()
    return subject.structure.volume_cc


def _share_done(futures: Collection[Future[DoseSamples]]) -> float:
    return sum(future.done() for future in futures) / len(futures)


def _limited_metrics(
    question: Question, subjects: Sequence[Subject], rules: Protocol
) -> dict[str, list[str]]:
    """Metrics that the protocol's rows need, by the structures' own names."""
    by_standard = standard_organs(s.structure.name for s in subjects if s.role not in _BY_ROLE)
    by_standard["SpinalCord"] = (question.cord.name,)
    by_standard[CORD_VOLUME] = tuple(s.structure.name for s in subjects if s.role == "cord_volume")
    found: dict[str, list[str]] = {}
    for row in rules.constraints_for(question.prescription.fractions):
        for name in by_standard.get(row.structure, ()):
            found.setdefault(name, []).append(row.metric)
    return found


def constraint_structures(
    question: Question,
    volumes: Sequence[CordVolume],
    prv: PlanningRiskVolume | None,
    samples: Mapping[str, DoseSamples],
) -> dict[str, EvaluatedStructure]:
    """What the protocol's structures are in this case, by their TG-263 names."""
    found = {"SpinalCord": EvaluatedStructure(question.cord.name, samples[question.cord.name])}
    for volume in volumes:
        name = volume.structure.name
        outside = outside_dose(question, volume, samples[name])
        cautions = (*volume.shortfalls, *([outside] if outside else []))
        found[name] = EvaluatedStructure(name, samples[name], cautions=cautions)
    if prv is not None:
        name = prv.structure.name
        found[name] = EvaluatedStructure(name, samples[name])
    taken = {question.cord.name, *(t.name for t in question.targets)}
    others = [s.name for s in question.case.structures if s.name in samples and s.name not in taken]
    for standard, names in standard_organs(others).items():
        parts = [question.case.structure(n) for n in names]
        joined = DoseSamples.joined([samples[n] for n in names]) if len(names) > 1 else None
        found[standard] = EvaluatedStructure(
            " + ".join(names),
            joined or samples[names[0]],
            truncated_organ=any(_is_cut_off(question.case, part) for part in parts),
        )
    for name, reason in question.case.unusable.items():
        for standard in standard_organs([name]):
            found.setdefault(standard, EvaluatedStructure(name, None, missing_reason=reason))
    return found


def _is_cut_off(case: Case, structure: Structure) -> bool:
    """Whether an organ touches the first or the last face of the image along the superior axis."""
    if case.image is None:
        return False
    k, j, i = case.image.values.shape
    corners = case.image.grid.to_ras(
        [[a, b, c] for a in (-0.5, i - 0.5) for b in (-0.5, j - 0.5) for c in (-0.5, k - 0.5)]
    )
    low, high = structure.extent_mm()
    bottom, top = float(corners[:, 2].min()), float(corners[:, 2].max())
    return low <= bottom + END_TOLERANCE_MM or high >= top - END_TOLERANCE_MM
