"""Step 6 of the panel: the record of step 2 in the report, and whether the report still holds it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from person import Person


def record(person: Person, neurological: str = "b") -> None:
    page = person.open("assess")
    person.type(page.ui.assessLevelsLineEdit, "T8")
    person.grade("II", neurological)
    person.press("assess")


def reported(person: Person) -> Any:
    path = Path(person.case.reportFolder) / "report.json"
    return json.loads(path.read_text(encoding="utf-8"))["assessment"]


def said(person: Person) -> str:
    return person.page("report").ui.reportRecordLabel.text


def state(person: Person) -> tuple[str, str]:
    found = person.workflow.states["report"]
    return found.mark, found.reason


def test_without_a_record_the_report_has_none_and_says_so(evaluated: Person) -> None:
    assert said(evaluated) == "Without an assessment: none is recorded (step 2)."
    evaluated.press("report")
    assert reported(evaluated) is None
    assert state(evaluated) == ("done", "")


def test_the_record_goes_into_the_report(evaluated: Person) -> None:
    record(evaluated)
    assert said(evaluated) == "With the assessment of step 2."
    evaluated.press("report")
    grades = reported(evaluated)["grades"]
    assert (grades["radiographic"], grades["neurological"]) == ("II", "b")
    assert state(evaluated) == ("done", "")


def test_a_report_without_the_latest_record_is_stale(evaluated: Person) -> None:
    evaluated.press("report")
    record(evaluated)
    assert state(evaluated) == ("stale", "the assessment was changed since")
    evaluated.press("report")
    record(evaluated, "c")
    assert state(evaluated) == ("stale", "the assessment was changed since")
    evaluated.press("report")
    assert reported(evaluated)["grades"]["neurological"] == "c"
    assert state(evaluated) == ("done", "")


def test_a_stale_record_is_told_and_the_recorded_one_written(evaluated: Person) -> None:
    record(evaluated)
    evaluated.grade("II", "d")
    assert said(evaluated).startswith("With the assessment as it was recorded; step 2 is stale: ")
    evaluated.press("report")
    assert reported(evaluated)["grades"]["neurological"] == "b"
