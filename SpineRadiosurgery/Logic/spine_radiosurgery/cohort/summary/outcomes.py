"""Outcomes: times and events, yes and no, from a manifest's columns and from patients' records."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...assessment.followup.pain_classes import CONSENSUS, RESPONSES, RTOG
from .cells import Unreadable, answer_of, months_of
from .outcome_columns import TIME, TITLES, outcome_columns, title_of
from .rates import rate
from .survival import DAYS_A_MONTH, survival_curve

FROM_MANIFEST = (
    "Columns {months} and {event} of the manifest; what an event is and which day the "
    "months count from is the manifest's own definition."
)
LOCAL_DEFINITION = (
    "From treatment to the first in-field or marginal failure of the record (pattern as a person "
    "decided, else as measured); a distant failure, in an untreated vertebra, is no event. Without "
    "one the case is censored on the last day of follow-up. Left open: no follow-up, or a failure "
    "whose pattern is open before any local one. Death is censored."
)
PAIN_DEFINITION = (
    "From treatment to the first visit after relief that surely is no complete or partial response "
    "any more, by {title}; without one the case is censored at the last visit up to which every "
    "one surely was a response. Only cases with certain relief have a curve. The true day lies "
    "between two visits; the later one is taken. Ryu 2008 reports 84 % at one year and a median of "
    "13.3 months after 10 to 16 Gy in one fraction, without saying how relapse was defined."
)
NO_RELIEF = "without relief at any visit"
OPEN, NO_RECORD, UNREADABLE = "open", "no record", "unreadable or only half filled in"

Reading = tuple[float, bool] | str
"""Months and whether the event happened, or why there is neither."""


class TimesToEvent:
    """Times of one outcome, nine bytes a case; what has no time is counted by its reason."""

    def __init__(self, name: str, title: str, source: str, definition: str) -> None:
        self.name, self.title, self.source = name, title, source
        self.definition = definition
        self._months, self._events = array("d"), array("b")
        self._missing: dict[str, int] = {}

    def add(self, found: Reading) -> None:
        """Add one case."""
        if isinstance(found, str):
            self._missing[found] = self._missing.get(found, 0) + 1
            return
        self._months.append(found[0])
        self._events.append(found[1])

    @property
    def is_known(self) -> bool:
        """Whether any case has a time."""
        return bool(self._months)

    def document(self) -> dict[str, Any]:
        """Return the curve and what it is of."""
        return {
            "name": self.name,
            "title": self.title,
            "source": self.source,
            "definition": self.definition,
            "missing": dict(sorted(self._missing.items())),
            **survival_curve(self._months, self._events),
        }


class Answers:
    """Yes and no of one outcome column."""

    def __init__(self, column: str) -> None:
        self.column = column
        self.yes = self.no = self.unknown = self.unreadable = 0

    def add(self, text: str) -> None:
        """Add one case's cell."""
        try:
            answer = answer_of(text)
        except Unreadable:
            self.unreadable += 1
            return
        self.unknown += answer is None
        self.yes += answer is True
        self.no += answer is False

    def document(self) -> dict[str, Any]:
        """Return counts and the rate of yes."""
        counts = {"yes": self.yes, "no": self.no, "open": self.unknown}
        found = {"column": self.column, "title": title_of(self.column), **counts}
        return {**found, "unreadable": self.unreadable, **rate(self.yes, self.yes + self.no)}


class Outcomes:
    """All outcomes of a cohort."""

    def __init__(self, columns: Sequence[str]) -> None:
        found = outcome_columns(columns)
        self._named = [
            (_of_manifest(months, event), months, event) for months, event in found.curves
        ]
        self._recorded = [
            (TimesToEvent(name, title, "records", definition), read)
            for name, title, definition, read in _FROM_RECORDS
        ]
        self._answers = [Answers(c) for c in found.answers]
        self.notes = found.notes

    def add(self, columns: Mapping[str, str], record: Mapping[str, Any]) -> None:
        """Add a case's cells of the manifest and of its record, if there is one."""
        for curve, months, event in self._named:
            curve.add(_from_cells(columns.get(months, ""), columns.get(event, "")))
        for curve, read in self._recorded:
            curve.add(read(record) if record else NO_RECORD)
        for answers in self._answers:
            answers.add(columns.get(answers.column, ""))

    def document(self) -> dict[str, Any]:
        """Return curves with at least one case, and rates of the outcome columns."""
        curves = [curve for curve, _, _ in self._named]
        curves += [curve for curve, _ in self._recorded if curve.is_known]
        return {
            "survival": [curve.document() for curve in curves],
            "outcomes": [answers.document() for answers in self._answers],
        }


def _of_manifest(months: str, event: str) -> TimesToEvent:
    name = months[: -len(TIME)]
    definition = FROM_MANIFEST.format(months=months, event=event)
    return TimesToEvent(name, title_of(name), "manifest", definition)


def _from_cells(months_cell: str, event_cell: str) -> Reading:
    try:
        months, event = months_of(months_cell), answer_of(event_cell)
    except Unreadable:
        return UNREADABLE
    if months is None and event is None:
        return OPEN
    return UNREADABLE if months is None or event is None else (months, event)


def _local_control(record: Mapping[str, Any]) -> Reading:
    failed, held = record.get("local_failure_day"), record.get("local_control_day")
    day = held if failed is None else failed
    return OPEN if day is None or day < 0 else (day / DAYS_A_MONTH, failed is not None)


def _pain_control(definition: str) -> Callable[[Mapping[str, Any]], Reading]:
    def read(record: Mapping[str, Any]) -> Reading:
        relapse = record.get(f"pain_{definition}_relapse_day")
        held = record.get(f"pain_{definition}_held_day")
        day = held if relapse is None else relapse
        if day is not None:
            return day / DAYS_A_MONTH, relapse is not None
        best = {word for word in (record.get(f"pain_{definition}_best") or "").split("|") if word}
        return NO_RELIEF if best and not best & set(RESPONSES) else OPEN

    return read


_FROM_RECORDS = (
    ("local_control", TITLES["local_control"], LOCAL_DEFINITION, _local_control),
    *(
        (
            f"pain_control_{definition}",
            f"{TITLES['pain_control']}, {title}",
            PAIN_DEFINITION.format(title=title),
            _pain_control(definition),
        )
        for definition, title in ((RTOG, "RTOG 0631"), (CONSENSUS, "the international consensus"))
    ),
)
