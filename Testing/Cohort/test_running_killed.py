from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from spine_radiosurgery.cohort.folder import case_folder
from spine_radiosurgery.cohort.manifest import read_manifest
from spine_radiosurgery.cohort.running import run_cohort
from spine_radiosurgery.cohort.storing import RESULT, STATE, TABLES, read_result
from spine_radiosurgery.geometry import InputError
from waiting import wait_until

pytestmark = pytest.mark.slow


def command(manifest: Path, output: Path) -> list[str]:
    return [
        *(sys.executable, "-m", "spine_radiosurgery", "cohort", str(manifest)),
        *("--output", str(output), "--workers", "1", "--no-robustness"),
    ]


def timeless(folder: Path, manifest) -> dict[str, object]:
    """All that a run wrote, but for times."""
    found: dict[str, object] = {}
    for table in TABLES[1:]:
        for ending in ("csv", "parquet"):
            found[f"{table}.{ending}"] = (folder / f"{table}.{ending}").read_bytes()
    with (folder / "cases.csv").open(encoding="utf-8", newline="") as stream:
        found["cases"] = [{**cells, "seconds": ""} for cells in csv.DictReader(stream)]
    found["cohort"] = (folder / "cohort.json").read_bytes()
    found["summary"] = json.loads((folder / "summary.json").read_text())
    for row in manifest.rows:
        result = read_result(case_folder(folder, row.case), row.case)
        assert result is not None
        document = {**(result.document or {}), "generated_at": ""}
        found[row.case] = replace(result, seconds=0.0, document=document)
    return found


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_a_run_that_is_killed_goes_on_where_it_was(
    manifest, write_manifest, settings, scheduler, tmp_path
) -> None:
    file = write_manifest(replace(manifest, rows=manifest.rows[1:4]), tmp_path / "m.csv")
    asked, out = read_manifest(file), tmp_path / "out"
    with subprocess.Popen(command(file, out), stderr=subprocess.DEVNULL) as run:
        wait_until(lambda: list(out.glob(f"cases/*/{STATE}")), 120)
        os.kill(run.pid, signal.SIGKILL)
    finished = {path: path.stat().st_mtime_ns for path in out.glob(f"cases/*/{RESULT}")}
    assert 1 <= len(finished) < len(asked.rows)
    assert not (out / "cases.csv").exists()
    again = subprocess.run(command(file, out), capture_output=True, text=True, check=True)
    assert f"{len(finished)} kept from before" in again.stdout
    assert f"Evaluating: {len(asked.rows)} of {len(asked.rows)}" in again.stderr
    assert {path: path.stat().st_mtime_ns for path in finished} == finished
    undisturbed = tmp_path / "undisturbed"
    run_cohort(asked, undisturbed, settings, scheduler=scheduler)
    assert timeless(out, asked) == timeless(undisturbed, asked)


def test_ctrl_c_keeps_what_is_finished(manifest, settings, scheduler, tmp_path) -> None:
    def interrupt(progress) -> None:
        if progress.evaluated:
            raise KeyboardInterrupt

    some, out = replace(manifest, rows=manifest.rows[:3]), tmp_path / "out"
    with pytest.raises(InputError, match=r"Interrupted; 1 of 3 cases have a result.*go on"):
        run_cohort(some, out, settings, scheduler=scheduler, on_progress=interrupt)
    assert run_cohort(some, out, settings, scheduler=scheduler).kept >= 1


def test_a_lost_scheduler_ends_the_run_with_a_sentence(
    manifest, settings, tmp_path, monkeypatch
) -> None:
    from spine_radiosurgery.cohort.clusters import connected

    monkeypatch.setattr("spine_radiosurgery.cohort.clusters.CONNECTING_S", 2)
    with connected(None, 1, None) as client:
        address, closed = client.scheduler.address, []

        def close(progress) -> None:
            if progress.stage == "Evaluating" and not closed:
                closed.append(client.cluster.close())

        with pytest.raises(InputError, match=r"The run ended early: the scheduler .* go on"):
            run_cohort(manifest, tmp_path / "out", settings, scheduler=address, on_progress=close)


@pytest.mark.parametrize("noticed", [False, True])
def test_a_scheduler_lost_while_an_answer_is_fetched(
    manifest, settings, tmp_path, monkeypatch, noticed
) -> None:
    from distributed import Future

    from spine_radiosurgery.cohort.clusters import connected

    fetch = Future.result
    with connected(None, 1, None) as client:

        def fetch_from_nobody(future, timeout=None):
            client.cluster.close()
            wait_until(lambda: not noticed or future.status == "cancelled")
            return fetch(future, timeout)

        monkeypatch.setattr(Future, "result", fetch_from_nobody)
        with pytest.raises(InputError, match=r"ended early: the scheduler is lost; .* go on"):
            run_cohort(manifest, tmp_path / "out", settings, scheduler=client.scheduler.address)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_a_worker_that_ends_before_its_answer_is_fetched(
    manifest, settings, tmp_path, monkeypatch
) -> None:
    from distributed import Future

    from spine_radiosurgery.cohort.clusters import connected

    notify, noticed = Future.add_done_callback, []
    with connected(None, 1, None) as client:

        def notify_late(future, told) -> None:
            def late(ended) -> None:
                try:
                    if not noticed:
                        for process in client.run(os.getpid).values():
                            os.kill(process, signal.SIGKILL)
                        wait_until(lambda: ended.status != "finished")
                        noticed.append(ended.status)
                finally:
                    told(ended)

            notify(future, late)

        monkeypatch.setattr(Future, "add_done_callback", notify_late)
        # Shorter than a worker takes to start again.
        monkeypatch.setattr("spine_radiosurgery.cohort.dispatch.LOOK_S", 0.05)
        some = replace(manifest, rows=manifest.rows[:2])
        run = run_cohort(some, tmp_path / "out", settings, scheduler=client.scheduler.address)
    assert noticed == ["lost"]
    assert (run.evaluated, run.failed) == (2, 0)
