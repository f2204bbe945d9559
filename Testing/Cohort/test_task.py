from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from spine_radiosurgery.assessment import PatientRecord, record_document
from spine_radiosurgery.cohort import evaluating, task
from spine_radiosurgery.cohort.evaluating import REPORT
from spine_radiosurgery.cohort.fingerprints import this_program
from spine_radiosurgery.cohort.folder import RUNNING, case_folder, check_cohort_folder, occupied
from spine_radiosurgery.cohort.reasons import PROBLEM_LOG
from spine_radiosurgery.cohort.result import EVALUATED, FAILED
from spine_radiosurgery.cohort.row import Manifest, ManifestRow
from spine_radiosurgery.cohort.storing import RESULT, read_result
from spine_radiosurgery.cohort.task import CHANGED, NOT_SEEN, Outcome, Task, kept_outcome, work

LONG_AGO_NS = 1_600_000_000 * 10**9


@pytest.fixture
def row(manifest) -> ManifestRow:
    """With files whose times are trusted."""
    for path in manifest.rows[0].folder.rglob("*.dcm"):
        os.utime(path, ns=(LONG_AGO_NS, LONG_AGO_NS))
    return manifest.rows[0]


@pytest.fixture
def output(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def done(output, settings) -> Iterator[Callable[..., Outcome]]:
    """Look at a row as a run does, and work on it if that is needed."""
    with occupied(output) as run:

        def do(row, settings=settings, **options) -> Outcome:
            asked = Task(row, settings, output, run, **options)
            return kept_outcome(asked) or work(asked)

        yield do


def test_a_result_is_kept_as_long_as_nothing_it_depends_on_changes(row, done, output) -> None:
    assert not done(row).kept
    written = (case_folder(output, row.case) / RESULT).stat().st_mtime_ns
    assert done(row).kept
    assert done(replace(row, columns={"=died": "7"})).kept
    os.utime(row.folder / "RP.dcm", ns=(LONG_AGO_NS, LONG_AGO_NS + 1))
    assert done(row).kept
    assert done(row, check_contents=True).kept
    assert (case_folder(output, row.case) / RESULT).stat().st_mtime_ns == written
    started = time.thread_time()
    for _ in range(50):
        assert done(row).kept
    assert time.thread_time() - started < 5.0


def test_a_result_is_made_anew_where_it_does_not_hold(row, done, output) -> None:
    former = done(row).fingerprint
    other = done(replace(row, prescription_gy=20.0))
    assert not other.kept and other.fingerprint != former
    (case_folder(output, row.case) / RESULT).write_bytes(b"damaged")
    assert not done(replace(row, prescription_gy=20.0)).kept
    (row.folder / "RP.dcm").unlink()
    assert not done(replace(row, prescription_gy=20.0)).kept


def test_a_result_serves_that_holds_more_metrics_than_are_asked_for(row, done, settings) -> None:
    assert not done(row, replace(settings, metrics=("D5%[Gy]", "V3Gy[cc]"))).kept
    assert done(row).kept
    assert done(row, replace(settings, metrics=("V3Gy[cc]", "D5%[Gy]", "V3Gy[cc]"))).kept
    assert done(row, replace(settings, metrics=("Mean[Gy]", "D5%[Gy]"))).kept
    assert not done(row, replace(settings, metrics=("D7%[Gy]",))).kept


@pytest.mark.parametrize("away", ["folder", "files", "record"])
def test_a_result_stays_while_the_drive_of_its_files_is_away(row, done, tmp_path, away) -> None:
    record, shelf = tmp_path / "record.json", tmp_path / "shelf"
    record.write_text(json.dumps(record_document(PatientRecord())))
    os.utime(record, ns=(LONG_AGO_NS, LONG_AGO_NS))
    row = replace(row, assessment=record)
    first = done(row)
    assert first.status == EVALUATED
    moved = record if away == "record" else row.folder
    moved.rename(shelf)
    if away == "files":
        row.folder.mkdir()
    outcome = done(row)
    assert (outcome.status, outcome.fingerprint, outcome.kept) == (FAILED, "", False)
    assert outcome.reason
    if away == "files":
        row.folder.rmdir()
    shelf.rename(moved)
    assert done(row) == replace(first, seconds=0.0, kept=True)


def test_a_failure_that_is_not_stored_leaves_the_former_result(
    row, done, settings, monkeypatch
) -> None:
    done(row)

    def fail(*given, **named):
        raise MemoryError

    monkeypatch.setattr(evaluating, "evaluate", fail)
    assert not done(row, replace(settings, margin_mm=5.0)).fingerprint
    assert done(row).kept


def test_a_folder_that_is_a_link_in_a_circle_fails_alone(row, done, output, tmp_path) -> None:
    (tmp_path / "round").symlink_to(tmp_path / "about")
    (tmp_path / "about").symlink_to(tmp_path / "round")
    circle = replace(row, folder=tmp_path / "round")
    check_cohort_folder(output / "new", Manifest((circle,)))
    assert done(circle).reason == "The case's folder does not exist."


def test_a_reason_names_the_folder_as_the_cases(row, done) -> None:
    (row.folder / "RD.dcm").unlink()
    assert done(row).reason.startswith("The case's folder holds no dose (RTDOSE)")


def test_a_failed_case_is_tried_again_on_request(row, done, output) -> None:
    wrong = replace(row, cord="Miller Cord")
    first = done(wrong)
    assert first.status == FAILED and not first.kept
    assert "Miller" not in first.reason
    assert done(wrong).kept
    assert not done(wrong, retry_failed=True).kept


@pytest.mark.slow
def test_pages_are_made_when_they_are_asked_for_later(row, done, output, settings) -> None:
    done(row)
    assert not done(row, replace(settings, pages=True)).kept
    assert (case_folder(output, row.case) / "report" / "report.html").is_file()
    assert done(row).kept
    shutil.rmtree(case_folder(output, row.case) / "report")
    assert not done(row).kept


def test_files_that_change_while_they_are_read_give_no_result(
    row, done, output, monkeypatch
) -> None:
    def evaluate_while_another_writes(row, *given, **named):
        (row.folder / "new.dcm").write_bytes(b"new")
        return evaluating.evaluate_row(row, *given, **named)

    monkeypatch.setattr(task, "evaluate_row", evaluate_while_another_writes)
    assert done(row).reason == CHANGED
    assert read_result(case_folder(output, row.case), row.case) is None


@pytest.mark.parametrize("error", [MemoryError(), OSError(28, "No space left on device")])
def test_what_is_not_the_inputs_fault_is_not_stored(row, done, output, monkeypatch, error) -> None:
    def fail(*given, **named):
        raise error

    monkeypatch.setattr(evaluating, "evaluate", fail)
    outcome = done(row)
    assert (outcome.status, outcome.fingerprint) == (FAILED, "")
    monkeypatch.undo()
    assert done(row).status == EVALUATED


def test_a_defect_of_the_program_is_a_failed_case_with_a_log(
    row, done, output, monkeypatch
) -> None:
    def fail(*given, **named):
        raise KeyError(f"Jane Miller in {row.folder}")

    monkeypatch.setattr(evaluating, "evaluate", fail)
    reason = done(row).reason
    assert "KeyError" in reason and "Miller" not in reason
    log = (case_folder(output, row.case) / PROBLEM_LOG).read_text()
    assert "_report" in log
    assert "Miller" not in log and str(row.folder) not in log


def test_a_worker_that_does_not_see_the_folder(row, settings, tmp_path) -> None:
    assert work(Task(row, settings, tmp_path / "elsewhere", "run")).reason == NOT_SEEN
    assert not (tmp_path / "elsewhere").exists()


def test_a_worker_of_a_run_that_is_over_writes_nothing(row, settings, output) -> None:
    with occupied(output) as former:
        pass
    with occupied(output):
        assert work(Task(row, settings, output, former)).reason == NOT_SEEN
    assert not case_folder(output, row.case).exists()


@pytest.mark.parametrize("other", ["version", "protocols", "study"])
def test_a_worker_with_another_program_stores_nothing(row, settings, output, other) -> None:
    program = replace(this_program(), **{other: "another"})
    with occupied(output) as run:
        outcome = work(Task(row, settings, output, run, program=program))
    assert (outcome.status, outcome.fingerprint) == (FAILED, "")
    assert outcome.reason.startswith("Its worker cannot work for this run: ")
    assert not case_folder(output, row.case).exists()


def test_a_run_that_ends_meanwhile_keeps_the_former_report(
    row, settings, output, monkeypatch
) -> None:
    def evaluate_until_the_run_is_over(*given, folder, **named):
        (folder / REPORT).mkdir()
        (output / RUNNING).unlink()
        return evaluating.evaluate_row(*given, folder=folder, **named)

    monkeypatch.setattr(task, "evaluate_row", evaluate_until_the_run_is_over)
    former = case_folder(output, row.case) / REPORT / "report.json"
    former.parent.mkdir(parents=True)
    former.touch()
    with occupied(output) as run:
        assert work(Task(row, settings, output, run)).reason == NOT_SEEN
    assert [path.name for path in case_folder(output, row.case).iterdir()] == [REPORT]
    assert former.is_file()


def test_a_folder_that_is_not_there_is_told_without_its_path(row, done, tmp_path) -> None:
    reason = done(replace(row, folder=tmp_path / "nothing")).reason
    assert reason == "The case's folder does not exist."
