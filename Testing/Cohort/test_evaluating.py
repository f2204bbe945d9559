"""A case and the patient's record."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from spine_radiosurgery.assessment import PatientRecord, record_row, write_record
from spine_radiosurgery.assessment.followup.follow_up import FollowUp
from spine_radiosurgery.cohort.evaluating import evaluate_row
from spine_radiosurgery.cohort.fingerprints import Inputs
from spine_radiosurgery.cohort.result import FAILED
from spine_radiosurgery.cohort.row import ManifestRow
from spine_radiosurgery.cohort.storing import read_result, write_result

RECORD = PatientRecord(levels=("T8",), follow_up=FollowUp(last_day=400))


@pytest.fixture
def row(tmp_path: Path) -> ManifestRow:
    """A folder without a plan, and a record."""
    (tmp_path / "a").mkdir()
    write_record(RECORD, tmp_path / "record.json")
    return ManifestRow(2, "a", tmp_path / "a", ("CTV",), "C", assessment=tmp_path / "record.json")


def test_the_record_of_a_case_without_a_plan_is_kept(row, settings, tmp_path) -> None:
    inputs = Inputs((), "parameters")
    result = evaluate_row(row, settings, fingerprint=inputs.fingerprint)
    assert (result.status, result.document) == (FAILED, None)
    assert result.assessment == record_row(RECORD)
    write_result(tmp_path / "out", result, inputs)
    assert read_result(tmp_path / "out", "a") == result


def test_a_record_that_cannot_be_read_is_the_failure(row, settings) -> None:
    row.assessment.write_text("{", encoding="utf-8")
    result = evaluate_row(row, settings)
    assert "record is no JSON" in result.reason and result.assessment == {}


def test_no_record_is_read_of_a_row_with_a_problem(row, settings) -> None:
    result = evaluate_row(replace(row, problem="Line 2 is bad."), settings)
    assert (result.reason, result.assessment) == ("Line 2 is bad.", {})
