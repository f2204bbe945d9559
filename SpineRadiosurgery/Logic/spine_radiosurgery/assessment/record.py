"""The assessment of a case: what a person chose, what was measured, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..anatomy import in_order
from ..geometry import InputError
from .decision import Decision, decision_for
from .gap import CordGap, GapRemark, gap_remarks
from .grades import Grade, cauda_remark, grade
from .scenarios import FIG_3, SCENARIOS, Scenario, doubt_about, scenario_of

SCHEMA_VERSION = "1.0"


@dataclass(frozen=True)
class Assessment:
    """Choices and measurements of one case; everything else follows from them.

    Attributes
    ----------
    levels : tuple of str
        To be treated; kept from head to foot.
    radiographic, neurological : str
        Codes of the paper's grades.
    gap : CordGap
        Between tumor and cord.
    escc : str
        Code of Bilsky's grade; "" where it was not given.
    scenario : str
        The scenario of Fig. 3 that a person chose; "" takes the one that the levels tell.

    Raises
    ------
    InputError
        A code that is none, no level, or levels that tell no scenario while nobody chose one.
    """

    levels: tuple[str, ...]
    radiographic: str
    neurological: str
    gap: CordGap
    escc: str = ""
    scenario: str = ""

    def __post_init__(self) -> None:
        """Check every choice, and put the levels in order."""
        object.__setattr__(self, "levels", in_order(self.levels))
        grade("radiographic", self.radiographic)
        grade("neurological", self.neurological)
        if self.escc:
            grade("ESCC", self.escc)
        proposed = scenario_of(self.levels)
        if self.scenario:
            doubt_about(self.scenario, self.levels)
        elif not proposed.is_decided:
            raise InputError(f"{proposed.reason} Choose the scenario (a to d) that applies.")

    @property
    def grades(self) -> tuple[Grade, ...]:
        """The chosen grades: radiographic, neurological and, where it was given, ESCC."""
        chosen = grade("radiographic", self.radiographic), grade("neurological", self.neurological)
        return (*chosen, grade("ESCC", self.escc)) if self.escc else chosen

    @property
    def proposed_scenario(self) -> Scenario:
        """What the levels tell."""
        return scenario_of(self.levels)

    @property
    def decided_scenario(self) -> Scenario:
        """What a person chose, else what the levels tell."""
        proposed = self.proposed_scenario
        if self.scenario in ("", proposed.code):
            return proposed
        return Scenario(self.scenario, SCENARIOS[self.scenario], "Chosen by a person.", FIG_3)

    @property
    def decision(self) -> Decision:
        """What the paper says for the two grades."""
        radiographic, neurological = self.grades[:2]
        return decision_for(radiographic, neurological)

    @property
    def gap_remarks(self) -> tuple[GapRemark, ...]:
        """What the sources say of the gap."""
        return gap_remarks(self.gap)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a person should look at again."""
        doubt = doubt_about(self.scenario, self.levels) if self.scenario else ""
        return tuple(text for text in (doubt, cauda_remark(self.grades[0], self.levels)) if text)

    def to_dict(self) -> dict[str, Any]:
        """Return the assessment as JSON types, with the words that go with every choice."""
        proposed, decided = self.proposed_scenario, self.decided_scenario
        radiographic, neurological = self.grades[:2]
        return {
            "schema_version": SCHEMA_VERSION,
            "levels": list(self.levels),
            "radiographic": _graded(radiographic),
            "neurological": _graded(neurological),
            "escc": _graded(self.grades[2]) if self.escc else None,
            "scenario": {
                "decided": decided.code,
                "chosen_by_person": bool(self.scenario),
                "words": decided.words,
                "proposed": proposed.code or None,
                "reason": proposed.reason,
                "citation": decided.citation,
            },
            "cord_gap": {
                **{key: _json(value) for key, value in asdict(self.gap).items()},
                "text": self.gap.text,
                "remarks": [asdict(remark) for remark in self.gap_remarks],
            },
            "decision": asdict(self.decision),
            "remarks": list(self.remarks),
        }

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Assessment:
        """Return the assessment that `to_dict` wrote; words in it are not read but made again.

        Raises
        ------
        InputError
            The document is of another version, or is damaged.
        """
        version = document.get("schema_version")
        if version != SCHEMA_VERSION:
            raise InputError(
                f"The assessment is of version {version}, this program reads {SCHEMA_VERSION}; "
                "record it again."
            )
        try:
            gap, escc, scenario = (document[key] for key in ("cord_gap", "escc", "scenario"))
            return cls(
                levels=tuple(document["levels"]),
                radiographic=document["radiographic"]["code"],
                neurological=document["neurological"]["code"],
                escc=escc["code"] if escc else "",
                scenario=scenario["decided"] if scenario["chosen_by_person"] else "",
                gap=CordGap(
                    gap["tumour"],
                    gap["cord"],
                    gap["gap_mm"],
                    gap["reason"],
                    _place(gap["tumour_ras"]),
                    _place(gap["cord_ras"]),
                ),
            )
        except (KeyError, TypeError) as error:
            raise InputError(f"The assessment is damaged ({error}); record it again.") from error


def _graded(chosen: Grade) -> dict[str, str]:
    kept = ("code", "name", "criterion", "citation")
    return {key: getattr(chosen, key) for key in kept}


def _json(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _place(point: Any) -> tuple[float, ...] | None:
    return None if point is None else tuple(float(x) for x in point)
