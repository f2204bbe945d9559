from __future__ import annotations

import csv
import json
import os
from dataclasses import replace

import pytest

from spine_radiosurgery.cohort import dispatch
from spine_radiosurgery.cohort.folder import case_folder, occupied
from spine_radiosurgery.cohort.row import Manifest
from spine_radiosurgery.cohort.running import run_cohort
from spine_radiosurgery.cohort.storing import RESULT, read_result
from spine_radiosurgery.cohort.task import work
from spine_radiosurgery.dicom import read_dicom_case
from spine_radiosurgery.geometry import InputError
from spine_radiosurgery.report import evaluate

pytestmark = pytest.mark.slow


def first(manifest: Manifest, count: int) -> Manifest:
    return replace(manifest, rows=manifest.rows[:count])


def cases_of(output) -> dict[str, dict[str, str]]:
    with (output / "cases.csv").open(encoding="utf-8", newline="") as stream:
        return {row["case"]: row for row in csv.DictReader(stream)}


def test_a_cohort_from_manifest_to_summary(manifest, settings, scheduler, tmp_path) -> None:
    told = []
    out = tmp_path / "out"
    run = run_cohort(manifest, out, settings, scheduler=scheduler, on_progress=told.append)
    assert (run.total, run.evaluated, run.failed, run.kept) == (5, 4, 1, 0)
    rows = cases_of(out)
    assert list(rows) == [row.case for row in manifest.rows]
    assert rows["broken"]["status"] == "failed"
    assert "RD" in rows["broken"]["reason"] or "file" in rows["broken"]["reason"]
    for told_to_all in (out / "cases.csv", out / "summary.html", out / "cohort.json"):
        text = told_to_all.read_text(encoding="utf-8")
        assert str(tmp_path) not in text
        assert "Miller" not in text
    assert (told[-1].done, told[-1].total) == (5, 5)
    assert json.loads((out / "cohort.json").read_text())["counts"] == {
        "cases": 5,
        "evaluated": 4,
        "failed": 1,
    }
    assert not list(out.glob(".*-*"))


def test_numbers_are_those_of_evaluate(manifest, settings, scheduler, tmp_path) -> None:
    run_cohort(first(manifest, 1), tmp_path / "out", settings, scheduler=scheduler)
    row = manifest.rows[0]
    report = evaluate(
        read_dicom_case(row.folder),
        target=["CTV_T8"],
        cord="SpinalCord",
        prescription_gy=row.prescription_gy,
        fractions=1,
        override_prescription=True,
        robustness=None,
    )
    result = read_result(case_folder(tmp_path / "out", row.case), row.case)
    alone = json.loads(json.dumps(report.to_dict()))
    assert {**result.document, "generated_at": ""} == {**alone, "generated_at": ""}


def test_rows_that_leave_the_manifest_or_have_a_problem(
    manifest, settings, scheduler, tmp_path
) -> None:
    out, (one, two) = tmp_path / "out", manifest.rows[:2]
    run_cohort(first(manifest, 2), out, settings, scheduler=scheduler)
    bad = replace(one, problem="Line 2 of the manifest: no cord.", columns={})
    run = run_cohort(replace(manifest, rows=(bad,)), out, settings, scheduler=scheduler)
    assert (run.total, run.failed, run.not_in_manifest) == (1, 1, ("two",))
    assert (case_folder(out, two.case) / RESULT).is_file()
    assert {case: row["reason"] for case, row in cases_of(out).items()} == {"one": bad.problem}


def test_a_case_that_ends_its_worker_fails_alone(
    manifest, settings, scheduler, tmp_path, monkeypatch
) -> None:
    deadly = lambda task: os._exit(1) if task.row.case == "two" else work(task)  # noqa: E731
    monkeypatch.setattr(dispatch, "work", deadly)
    out = tmp_path / "out"
    run = run_cohort(first(manifest, 4), out, settings, scheduler=scheduler)
    assert (run.evaluated, run.failed) == (3, 1)
    assert cases_of(out)["two"]["reason"] == dispatch.KILLED
    monkeypatch.undo()
    assert run_cohort(first(manifest, 4), out, settings, scheduler=scheduler).evaluated == 4


def test_two_runs_do_not_work_in_one_folder(manifest, settings, tmp_path) -> None:
    with (
        occupied(tmp_path / "out"),
        pytest.raises(InputError, match="Another run works in"),
    ):
        run_cohort(manifest, tmp_path / "out", settings)


def test_a_scheduler_that_is_not_there(manifest, settings, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("spine_radiosurgery.cohort.clusters.CONNECTING_S", 1)
    with pytest.raises(InputError, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        run_cohort(manifest, tmp_path / "out", settings, scheduler="tcp://127.0.0.1:9")


def test_a_folder_of_others_is_refused(manifest, settings, tmp_path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="holds other files and no cohort of ours"):
        run_cohort(manifest, tmp_path, settings)
    with pytest.raises(InputError, match="lies in the folder of case one"):
        run_cohort(manifest, manifest.rows[0].folder / "out", settings)
    assert (tmp_path / "notes.txt").read_text() == "mine"
