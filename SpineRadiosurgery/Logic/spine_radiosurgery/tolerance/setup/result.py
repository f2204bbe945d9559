"""What the setup scenarios say about a plan, and its section in report.json."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from ...case import InputError
from ...dose import (
    SIGMA_DEG,
    SIGMA_MM,
    DoseVolumeBand,
    SetupScenario,
    check_sigma,
    random_scenarios,
)
from ..result import FAIL, NOT_EVALUABLE, ConstraintResult
from .room import RoomToMove
from .scaling import RoomToScale


@dataclass(frozen=True)
class SetupUncertainty:
    """How many setups are drawn at random, and how far they scatter.

    Attributes
    ----------
    scenarios : int
        0 for the systematic set only.
    sigma_mm, sigma_deg : (3,) tuple
        Standard deviations along and about R, A, S.
    seed : int
    """

    scenarios: int = 1000
    sigma_mm: tuple[float, float, float] = SIGMA_MM
    sigma_deg: tuple[float, float, float] = SIGMA_DEG
    seed: int = 0

    def __post_init__(self) -> None:
        for name, value in (("number of setup scenarios", self.scenarios), ("seed", self.seed)):
            if value != int(value) or value < 0:
                raise InputError(f"The {name}, {value}, must be a whole number from 0 up.")
        object.__setattr__(self, "sigma_mm", check_sigma(self.sigma_mm, "mm"))
        object.__setattr__(self, "sigma_deg", check_sigma(self.sigma_deg, "deg"))

    def draw(self) -> tuple[SetupScenario, ...]:
        """Draw the scenarios."""
        if not self.scenarios:
            return ()
        return random_scenarios(
            self.scenarios, sigma_mm=self.sigma_mm, sigma_deg=self.sigma_deg, seed=self.seed
        )


@dataclass(frozen=True)
class Probability:
    """Share of the random setups in which something happens.

    Attributes
    ----------
    probability, standard_error : float
        Of the evaluable scenarios, with the binomial standard error; nan when there is none.
    lowest, highest : float
        The same of all scenarios, if none or all of those that are not evaluable fail.
    violations, not_evaluable, scenarios : int
    """

    probability: float
    standard_error: float
    lowest: float
    highest: float
    violations: int
    not_evaluable: int
    scenarios: int

    @classmethod
    def of(cls, statuses: Sequence[str]) -> Probability:
        """Count the failing and the not evaluable ones."""
        failing, unknown = statuses.count(FAIL), statuses.count(NOT_EVALUABLE)
        known = len(statuses) - unknown
        share = failing / known if known else math.nan
        error = math.sqrt(share * (1 - share) / known) if known else math.nan
        count = len(statuses)
        lowest, highest = ((n / count if count else math.nan) for n in (failing, failing + unknown))
        return cls(share, error, lowest, highest, failing, unknown, count)


@dataclass(frozen=True)
class ViolationProbability:
    """How likely a row is to be violated."""

    structure: str
    metric: str
    comparator: str
    limit: float
    unit: str
    role: str
    group: str
    count: Probability


@dataclass(frozen=True)
class WorstCase:
    """The worst value of a metric over the systematic scenarios.

    Attributes
    ----------
    structure, metric, unit : str
    value : float
        nan when no scenario has a value.
    scenario : str
        Its label.
    nominal : float
        The nominal setup, read as quickly as the scenarios: what `value` is compared with.
    nominal_exact : float
        The nominal setup as the metrics of the report give it.
    not_evaluable : int
        Systematic scenarios without a value.
    """

    structure: str
    metric: str
    unit: str
    value: float
    scenario: str
    nominal: float
    nominal_exact: float
    not_evaluable: int


@dataclass(frozen=True)
class OutsideDose:
    """A structure that leaves the dose grid in some scenarios; that part's dose is unknown."""

    structure: str
    scenarios: int
    largest_percent: float
    scenario: str


@dataclass(frozen=True, eq=False)
class Robustness:
    """A plan against setup errors.

    Attributes
    ----------
    model : str
        What is taken for granted, for the report.
    setup : SetupUncertainty
    systematic, random : int
        Number of scenarios.
    center_ras : (3,) tuple
        Rotation centre.
    worst : mapping of str to WorstCase
        Over the systematic scenarios, by structure and metric.
    probability_of_violation : tuple of ViolationProbability
    verdict : Probability
        Of the deciding rows failing together, by the protocol's rule.
    dvh_band : mapping of str to DoseVolumeBand
        By structure, over the random scenarios (over the systematic ones where there are none).
    volume_cc : mapping of str to float
    outside_dose : tuple of OutsideDose
    room_to_move : RoomToMove
        The smallest over the cord volumes.
    room_to_scale : RoomToScale
    not_evaluated : tuple of ConstraintResult
        Rows on cord and target that were not evaluable to begin with.
    """

    model: str
    setup: SetupUncertainty
    systematic: int
    random: int
    center_ras: tuple[float, float, float]
    worst: Mapping[str, WorstCase]
    probability_of_violation: tuple[ViolationProbability, ...]
    verdict: Probability
    dvh_band: Mapping[str, DoseVolumeBand]
    volume_cc: Mapping[str, float]
    outside_dose: tuple[OutsideDose, ...]
    room_to_move: RoomToMove
    room_to_scale: RoomToScale
    not_evaluated: tuple[ConstraintResult, ...]

    @property
    def sentences(self) -> tuple[str, str]:
        """The two numbers that a planner understands at once."""
        return self.room_to_move.sentence, self.room_to_scale.sentence

    def to_dict(self) -> dict[str, Any]:
        """Return the section `robustness` of report.json; None for what is not known."""
        move, scale = self.room_to_move, self.room_to_scale
        document = {
            "model": self.model,
            "scenarios": self.systematic + self.random,
            "center_ras": self.center_ras,
            "systematic": {"count": self.systematic},
            "monte_carlo": {
                "count": self.random,
                "seed": self.setup.seed,
                "sigma_mm": self.setup.sigma_mm,
                "sigma_deg": self.setup.sigma_deg,
            },
            "worst": {name: asdict(case) for name, case in self.worst.items()},
            "probability_of_violation": [
                {k: v for k, v in asdict(p).items() if k != "count"} | asdict(p.count)
                for p in self.probability_of_violation
            ],
            "verdict": asdict(self.verdict),
            "dvh_band": [
                {"structure": name, "volume_cc": self.volume_cc[name]}
                | {f.name: getattr(band, f.name).tolist() for f in fields(band)}
                for name, band in self.dvh_band.items()
            ],
            "outside_dose": [asdict(o) for o in self.outside_dose],
            "room": {
                "toward_target_mm": move.distance_mm,
                "more_than": move.more_than,
                "toward_target_direction": move.direction,
                "direction_ras": move.direction_ras,
                "cord_volume": move.cord_volume,
                "limit": move.limit,
                "reason": move.reason,
                "scale_factor": scale.factor,
                "scale_limit": scale.limit,
                "scale_reason": scale.reason,
                "sentences": self.sentences,
            },
            "not_evaluated": [
                {"structure": r.structure, "metric": r.metric, "reason": r.reason}
                for r in self.not_evaluated
            ],
        }
        plain: dict[str, Any] = _plain(document)
        return plain


def _plain(value: Any) -> Any:
    """The same with lists for tuples and None for what is not a finite number."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
