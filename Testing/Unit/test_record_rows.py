"""A record as one line of a cohort's table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from record_strategies import filled, records

from spine_radiosurgery.assessment import PatientRecord, record_row
from spine_radiosurgery.assessment.followup.entry import Complication
from spine_radiosurgery.assessment.followup.failure import Failure
from spine_radiosurgery.assessment.grading.proposal import Compression, GradeProposal
from spine_radiosurgery.assessment.record import record_columns
from spine_radiosurgery.assessment.selection.gap import CordGap

DOCS = Path(__file__).parents[2] / "docs" / "assessment.md"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records(identified=True))
def test_every_row_has_the_same_columns_and_plain_cells(record) -> None:
    row = record_row(record)
    assert tuple(row) == record_columns()
    assert {type(value) for value in row.values()} <= {str, int, float, type(None)}


def test_what_is_open_is_empty() -> None:
    row = {name: value for name, value in record_row(PatientRecord()).items() if value is not None}
    assert row.pop("sins_class") == "stable|potentially unstable|unstable"
    assert row == {
        "sins_minimum": 0,
        "sins_maximum": 18,
        "decision": "undefined",
        "eligibility_met": 0,
        "eligibility_not_met": 0,
        "eligibility_not_evaluable": 9,
        **{name: "not_evaluable" for name in record_columns() if name.startswith("eligible_")},
        "failures": 0,
        "complications": 0,
    }


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("patient", "SRS-HFZ5CYJT"),
        ("levels", "T8"),
        ("index_level", "T8"),
        ("sites", 1),
        ("radiographic", "II"),
        ("neurological", "c"),
        ("escc", "1b"),
        ("rapid_decline", "no"),
        ("scenario", "a"),
        ("scenario_proposed", "a"),
        ("eligible_levels", "met"),
        ("eligible_histology", "met"),
        ("eligible_pain", "met"),
        ("eligible_cord_gap", "not_evaluable"),
        ("dose_gy", 16),
        ("fractions", 1),
        ("setting", "intact"),
        ("fracture_risk", "no"),
        ("pain_baseline", 8),
        ("pain_best", 0),
        ("pain_last", 0),
        ("pain_last_day", 90),
        ("pain_rtog_0631_best", "complete"),
        ("pain_rtog_0631_relief_day", 14),
        ("pain_rtog_0631_relapse_day", None),
        ("pain_rtog_0631_held_day", 90),
        ("pain_consensus_best", "complete"),
        ("epidural_baseline_cc", 4.0),
        ("epidural_last_cc", 1.4),
        ("epidural_last_day", 61),
        ("epidural_change_percent", pytest.approx(-65)),
        ("neurological_before", "c"),
        ("neurological_after", "a"),
        ("neurological_change", "improved"),
        ("ambulatory_before", "no"),
        ("ambulatory_after", "yes"),
        ("ambulation", "regained"),
        ("failures", 1),
        ("failure_day", 300),
        ("failure_pattern", "marginal"),
        ("failure_places", "epidural"),
        ("failure_pattern_measured", None),
        ("local_failure_day", 300),
        ("local_control_day", None),
        ("complications", 1),
        ("pain_flare_day", 2),
        ("myelopathy_day", None),
        ("last_day", 400),
        ("died", None),
    ],
)
def test_the_cells_of_a_record(column, value) -> None:
    assert record_row(filled())[column] == value


def test_proposals_stand_beside_decisions() -> None:
    grades = replace(
        filled().grades,
        proposal=GradeProposal(
            "cord", ("II", "III"), ("1b",), compression=Compression(canal_filled_percent=31.5)
        ),
    )
    row = record_row(replace(filled(), grades=grades))
    assert (row["radiographic"], row["radiographic_proposed"]) == ("II", "II|III")
    assert (row["escc_proposed"], row["canal_filled_percent"]) == ("1b", 31.5)


def test_a_measured_gap_is_a_cell() -> None:
    selection = filled().selection
    measured = replace(selection.measured, cord_gap=CordGap("GTV", "SpinalCord", 4.2))
    row = record_row(replace(filled(), selection=replace(selection, measured=measured)))
    assert (row["cord_gap_mm"], row["eligible_cord_gap"]) == (4.2, "met")


def test_the_first_onset_of_a_complication_counts() -> None:
    fractures = tuple(
        Complication("vertebral_fracture", day, symptomatic, kind)
        for day, symptomatic, kind in ((90, "no", "new"), (60, "yes", "progressive"))
    )
    follow_up = replace(filled().follow_up, complications=fractures)
    row = record_row(replace(filled(), follow_up=follow_up))
    assert (row["complications"], row["vertebral_fracture_day"]) == (2, 60)
    assert (row["fracture_kinds"], row["fracture_symptomatic"]) == ("progressive|new", "yes|no")


@pytest.mark.parametrize(
    ("patterns", "local_failure", "local_control"),
    [
        ({}, None, 400),
        ({100: "distant"}, None, 400),
        ({100: "distant", 200: "in_field", 300: "marginal"}, 200, None),
        ({100: ""}, None, None),
        ({100: "", 200: "in_field"}, None, None),
        ({200: "in_field", 300: ""}, 200, None),
    ],
)
def test_a_local_failure_is_in_field_or_marginal(patterns, local_failure, local_control) -> None:
    failures = tuple(Failure(day, pattern) for day, pattern in patterns.items())
    follow_up = replace(filled().follow_up, failures=failures)
    row = record_row(replace(filled(), follow_up=follow_up))
    assert (row["local_failure_day"], row["local_control_day"]) == (local_failure, local_control)


def test_every_column_is_documented() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert [name for name in record_columns() if f"`{name}`" not in text] == []
