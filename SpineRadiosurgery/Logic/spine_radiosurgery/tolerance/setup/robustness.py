"""What setup errors do to the verdict: probabilities, the worst case and the room that is left."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...case import DoseGrid, Structure
from ...cord import CordVolume
from ...dose import (
    DoseSamples,
    SetupRobustness,
    StaticDoseModel,
    StructureRobustness,
    centroid_ras,
    parse_metric_name,
    systematic_scenarios,
)
from ..protocol import Protocol
from ..result import NOT_EVALUABLE, ConstraintResult
from .following import FollowedRow, Outcome, followed_rows
from .result import (
    OutsideDose,
    Probability,
    Robustness,
    SetupUncertainty,
    ViolationProbability,
    WorstCase,
)
from .room import RoomToMove, room_to_move
from .scaling import RoomToScale, room_to_scale

CORD_METRICS = ("D10%[Gy]", "D0.035cc[Gy]")
TARGET_METRICS = ("D95%[Gy]", "V100%[%]")
"""Shown beside the protocol's rows: what the limits are about, and what is lost in the target."""
MODEL = (
    "The anatomy moves as one rigid body, turning about the target's centroid, and the dose stays "
    "where it is: against a dose recalculated for the moved patient this differs by -1.28 ± 3.46 % "
    "(AAPM 2025, abstract 165). Each scenario holds for the whole treatment, so that for several "
    "fractions random errors are overstated. Structures are read as 3000 grains each, V10Gy within "
    "0.3 % of the volume and D10% within 0.1 Gy of the full sampling; compare with the nominal "
    "scenario."
)


@dataclass(frozen=True, eq=False)
class _Question:
    """What is asked, together."""

    protocol: Protocol
    rows: tuple[FollowedRow, ...]
    others: tuple[ConstraintResult, ...]
    targets: Sequence[Structure]
    cord: Structure
    cord_volumes: Sequence[CordVolume]
    samples: Mapping[str, DoseSamples]
    prescription_gy: float | None

    @property
    def structures(self) -> list[Structure]:
        """Targets, cord volumes and, where a row is on it, the whole cord."""
        asked = any(row.nominal.structure == self.cord.name for row in self.rows)
        volumes = [v.structure for v in self.cord_volumes]
        return [*self.targets, *volumes, *([self.cord] if asked else [])]

    def metrics(self) -> dict[str, list[str]]:
        """What is followed, by structure."""
        asked: dict[str, list[str]] = {s.name: [] for s in self.structures}
        for row in self.rows:
            asked[row.nominal.structure].append(row.nominal.metric)
        for name, metric in self.shown():
            asked[name].append(metric)
        return asked

    def shown(self) -> list[tuple[str, str]]:
        """Structures and metrics beside the protocol's rows."""
        rows = {(row.nominal.structure, row.nominal.metric) for row in self.rows}
        beside = [(v.structure.name, m) for v in self.cord_volumes for m in CORD_METRICS]
        known = TARGET_METRICS if self.prescription_gy is not None else TARGET_METRICS[:1]
        beside += [(t.name, m) for t in self.targets for m in known]
        return [pair for pair in beside if pair not in rows]


def assess_robustness(
    protocol: Protocol,
    results: Sequence[ConstraintResult],
    *,
    fractions: int,
    targets: Sequence[Structure],
    cord: Structure,
    cord_volumes: Sequence[CordVolume],
    dose: DoseGrid,
    samples: Mapping[str, DoseSamples],
    prescription_gy: float | None = None,
    setup: SetupUncertainty | None = None,
) -> Robustness:
    """Follow the cord's and the target's rows of a protocol through setup errors.

    Parameters
    ----------
    protocol : Protocol
    results : sequence of ConstraintResult
        Of `evaluate_protocol` in the nominal setup.
    fractions : int
    targets, cord, cord_volumes
        As in the nominal evaluation.
    dose : DoseGrid
    samples : mapping of str to DoseSamples
        Of these structures in the nominal setup, by name.
    prescription_gy : float, optional
    setup : SetupUncertainty, optional

    Returns
    -------
    Robustness
    """
    setup = setup or SetupUncertainty()
    named = {s.name for s in (*targets, cord, *(v.structure for v in cord_volumes))}
    rows, others = followed_rows(protocol, results, fractions, named)
    question = _Question(
        protocol, rows, others, targets, cord, cord_volumes, samples, prescription_gy
    )
    model = StaticDoseModel(question.structures, dose, centroid_ras(targets))
    systematic, random = systematic_scenarios(), setup.draw()
    found = model.evaluate(
        (*systematic, *random), question.metrics(), prescription_gy=prescription_gy
    )
    statuses = [row.statuses(found.structures[row.nominal.structure]) for row in rows]
    drawn = slice(len(systematic), None) if random else slice(None)
    first, second, third = found.center_ras.tolist()
    return Robustness(
        model=MODEL,
        setup=setup,
        systematic=len(systematic),
        random=len(random),
        center_ras=(first, second, third),
        worst=_worst_cases(question, found, statuses, len(systematic)),
        probability_of_violation=tuple(
            _probability(row, listed[len(systematic) :])
            for row, listed in zip(rows, statuses, strict=True)
        ),
        verdict=_verdict(question, [listed[len(systematic) :] for listed in statuses]),
        dvh_band={name: s.band(drawn) for name, s in found.structures.items()},
        volume_cc={name: s.volume_cc for name, s in found.structures.items()},
        outside_dose=_outside(found),
        room_to_move=_room_to_move(question, model),
        room_to_scale=_room_to_scale(question),
        not_evaluated=others,
    )


def _worst_cases(
    question: _Question, found: SetupRobustness, statuses: Sequence[Sequence[str]], count: int
) -> dict[str, WorstCase]:
    """Over the first `count` scenarios, the nominal one leading."""
    labels = [s.label for s in found.scenarios[:count]]
    targets = {t.name for t in question.targets}
    asked = [
        (
            row.nominal.structure,
            row.nominal.metric,
            row.nominal.comparator == ">=",
            np.array([status != NOT_EVALUABLE for status in listed]),
        )
        for row, listed in zip(question.rows, statuses, strict=True)
    ]
    asked += [
        (structure, metric, structure in targets, _evaluable(found.structures[structure], metric))
        for structure, metric in question.shown()
    ]
    cases: dict[str, WorstCase] = {}
    for structure, metric, lower_is_worse, known in asked:
        cases[f"{structure} {metric}"] = _worst(
            question,
            found.structures[structure],
            metric,
            labels=labels,
            known=known[:count],
            lower_is_worse=lower_is_worse,
        )
    return cases


def _evaluable(followed: StructureRobustness, metric: str) -> NDArray[np.bool_]:
    """Scenarios in which the part outside the dose grid cannot change the value."""
    value = followed.metrics[metric]
    same = np.isclose(value, followed.if_cold[metric]) & np.isclose(value, followed.if_hot[metric])
    return np.asarray(np.isfinite(value) & same)


def _worst(
    question: _Question,
    followed: StructureRobustness,
    metric: str,
    *,
    labels: Sequence[str],
    known: NDArray[np.bool_],
    lower_is_worse: bool,
) -> WorstCase:
    values = followed.metrics[metric][: len(labels)]
    exact = question.samples[followed.name].metric(metric, prescription_gy=question.prescription_gy)
    beyond = np.where(known, -values if lower_is_worse else values, -np.inf)
    at = int(np.argmax(beyond))
    return WorstCase(
        structure=followed.name,
        metric=metric,
        unit=parse_metric_name(metric).unit,
        value=float(values[at]) if known.any() else math.nan,
        scenario=labels[at] if known.any() else "",
        nominal=float(values[0]) if known[0] else math.nan,
        nominal_exact=exact.value,
        not_evaluable=int((~known).sum()),
    )


def _probability(row: FollowedRow, statuses: Sequence[str]) -> ViolationProbability:
    nominal = row.nominal
    return ViolationProbability(
        structure=nominal.structure,
        metric=nominal.metric,
        comparator=nominal.comparator,
        limit=nominal.limit,
        unit=nominal.unit,
        role=nominal.role,
        group=nominal.group,
        count=Probability.of(statuses),
    )


def _verdict(question: _Question, statuses: Sequence[Sequence[str]]) -> Probability:
    """How likely the deciding rows are to fail together."""
    outcome = Outcome(question.protocol, question.rows)
    if not outcome.decides or _undecided(question):
        return Probability.of([])
    deciding = [
        listed for row, listed in zip(question.rows, statuses, strict=True) if row in outcome.rows
    ]
    return Probability.of([outcome.status(together) for together in zip(*deciding, strict=True)])


def _undecided(question: _Question) -> str:
    """Why the deciding rows give no verdict in the nominal setup; "" when they do."""
    return next((r.reason for r in question.others if r.role == "decides"), "")


def _room_to_move(question: _Question, model: StaticDoseModel) -> RoomToMove:
    """The smallest room over the cord volumes."""
    if _undecided(question):
        return RoomToMove(math.nan, reason=_undecided(question))
    rooms = [
        room_to_move(
            model,
            question.protocol,
            [
                r
                for r in question.rows
                if r.nominal.structure in (v.structure.name, question.cord.name)
            ],
            v,
            question.targets,
            prescription_gy=question.prescription_gy,
        )
        for v in question.cord_volumes
    ]
    # What is not known may be smaller than what is known: it is said first.
    return min(rooms, key=lambda room: (not math.isnan(room.distance_mm), room.distance_mm))


def _room_to_scale(question: _Question) -> RoomToScale:
    if _undecided(question):
        return RoomToScale(math.nan, reason=_undecided(question))
    return room_to_scale(
        question.protocol,
        question.rows,
        question.samples,
        prescription_gy=question.prescription_gy,
    )


def _outside(found: SetupRobustness) -> tuple[OutsideDose, ...]:
    leaving = []
    for name, structure in found.structures.items():
        share = structure.outside_share
        if (share > 0).any():
            at = int(np.argmax(share))
            leaving.append(
                OutsideDose(
                    structure=name,
                    scenarios=int((share > 0).sum()),
                    largest_percent=100.0 * float(share[at]),
                    scenario=found.scenarios[at].label,
                )
            )
    return tuple(leaving)
