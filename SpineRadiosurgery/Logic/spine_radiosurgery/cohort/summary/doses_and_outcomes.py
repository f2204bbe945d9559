"""Which metric against which outcome: how it is asked for, and the cases' pairs of numbers."""

from __future__ import annotations

import math
import re
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...cord import CORD_VOLUME
from ...dose import parse_metric_name
from ...geometry import InputError
from ...report.subjects import listed_metrics
from .cells import Unreadable, answer_of
from .logistic import logistic_curve
from .outcome_columns import EVENT, OUTCOME, TIME, ends_in, outcome_columns, title_of
from .reading import CaseReading

DEFAULT_METRICS = ("D0.035cc[Gy]", "V10Gy[%]")
"""Of the cord volume against each outcome, where nothing is asked for."""
_ASKED = re.compile(r"\s*(.*\S)\s+([^\s:]+)\s*:\s*(\S.*?)\s*")


@dataclass(frozen=True)
class DoseResponse:
    """A metric of a structure, or of a role's first structure, against an outcome column."""

    structure: str
    metric: str
    outcome: str


def read_dose_response(text: str, columns: Sequence[str]) -> DoseResponse:
    """Read "STRUCTURE_OR_ROLE METRIC:OUTCOME".

    Raises
    ------
    InputError
        It is not written so, the metric is none, or the manifest has no such column or one that
        holds times.

    Examples
    --------
    >>> read_dose_response("cord_volume D10%[Gy]:myelopathy", ["outcome_myelopathy"])
    DoseResponse(structure='cord_volume', metric='D10%[Gy]', outcome='outcome_myelopathy')
    """
    found = _ASKED.fullmatch(text)
    if found is None:
        raise InputError(
            f"The dose-response {text!r} cannot be read; write structure or role, metric and "
            'outcome as "cord_volume D10%[Gy]:outcome_myelopathy".'
        )
    structure, metric, asked = found.groups()
    parse_metric_name(metric)
    outcome = _column(asked, columns)
    if outcome is None or ends_in(outcome, TIME):
        answers = outcome_columns(columns).answers
        known = [c for c in columns if c in answers or ends_in(c, EVENT)]
        held = f"it has {', '.join(known)}" if known else "it has no outcome column"
        why = "which the manifest has no column for" if outcome is None else "which holds times"
        raise InputError(
            f"The dose-response {text!r} names the outcome {asked!r}, {why}; {held}. Outcome "
            f"columns are called {OUTCOME}NAME."
        )
    return DoseResponse(structure, metric, outcome)


def _column(asked: str, columns: Sequence[str]) -> str | None:
    # Capitals count only where two columns differ in nothing else.
    written = {**{c.lower(): c for c in columns}, **{c: c for c in columns}}
    names = (asked, f"{OUTCOME}{asked}")
    return next((written[n] for n in (*names, *map(str.lower, names)) if n in written), None)


def metrics_asked(dose_responses: Iterable[str], columns: Sequence[str]) -> tuple[str, ...]:
    """Return the metrics that dose-responses need beyond those of every report, by name.

    Raises
    ------
    InputError
        As `read_dose_response`.
    """
    asked = [read_dose_response(text, columns) for text in dose_responses]
    return tuple(sorted({one.metric for one in asked if one.metric not in _listed(one)}))


def _listed(asked: DoseResponse) -> tuple[str, ...]:
    """Return what a report lists of the structure anyway; an ROI's role is not known here."""
    is_cord_volume = asked.structure == CORD_VOLUME
    return listed_metrics("cord_volume" if is_cord_volume else asked.structure)


class DoseResponses:
    """Pairs of a metric and an outcome, of cases that have both; ten bytes a case and question."""

    def __init__(self, columns: Sequence[str], asked: Sequence[str] = ()) -> None:
        questions = [read_dose_response(text, columns) for text in asked]
        if not asked:
            questions = [
                DoseResponse("cord_volume", metric, column)
                for column in outcome_columns(columns).answers
                for metric in DEFAULT_METRICS
            ]
        self._pairs = [_Pairs(question) for question in dict.fromkeys(questions)]

    def add(self, columns: Mapping[str, str], case: CaseReading) -> None:
        """Add one evaluated case."""
        for pairs in self._pairs:
            pairs.add(columns, case)

    def document(self) -> list[dict[str, Any]]:
        """Return one curve for each question and number of fractions."""
        return [pairs.document() for pairs in self._pairs]


class _Pairs:
    def __init__(self, question: DoseResponse) -> None:
        self.question = question
        self.values, self.outcomes, self.fractions = array("d"), array("b"), array("i")
        self.without_metric = self.without_outcome = self.unreadable = 0

    def add(self, columns: Mapping[str, str], case: CaseReading) -> None:
        try:
            outcome = answer_of(columns.get(self.question.outcome, ""))
        except Unreadable:
            self.unreadable += 1
            return
        value = case.metric(self.question.structure, self.question.metric)
        is_known = value is not None and math.isfinite(value)
        if outcome is None or value is None or not is_known:
            self.without_outcome += outcome is None
            self.without_metric += outcome is not None
            return
        self.values.append(value)
        self.outcomes.append(outcome)
        self.fractions.append(case.fractions)

    def document(self) -> dict[str, Any]:
        values, outcomes = np.array(self.values), np.array(self.outcomes, dtype=bool)
        fractions = np.array(self.fractions, dtype=int)
        groups = np.unique(fractions).tolist()
        note = ""
        if len(groups) > 1:
            note = (
                "Physical dose in different numbers of fractions is not comparable: each number "
                "of fractions is fitted by itself."
            )
        elif not groups:
            note = "No case has both this metric and this outcome."
        return {
            "structure": self.question.structure,
            "metric": self.question.metric,
            "unit": parse_metric_name(self.question.metric).unit,
            "outcome": self.question.outcome,
            "outcome_title": title_of(self.question.outcome),
            "without_metric": self.without_metric,
            "without_outcome": self.without_outcome,
            "unreadable": self.unreadable,
            "note": note,
            "fits": [
                {
                    "fractions": count,
                    **logistic_curve(values[fractions == count], outcomes[fractions == count]),
                }
                for count in groups
            ],
        }
