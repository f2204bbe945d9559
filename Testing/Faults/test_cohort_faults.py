"""A cohort whose command, workers, disk or network fail: what is finished stays."""

from __future__ import annotations

import csv
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import builders
import pytest
from faulty_machines import NoNetwork, SmallDisk, SmallFiles, may

from waiting import wait_until

pytest.importorskip("distributed")
psutil = pytest.importorskip("psutil")

pytestmark = pytest.mark.slow

CASES = 5
PROGRESS = re.compile(r"(?:Looking|Evaluating|Writing)[^:]*: \d+ of \d+")
ENVIRONMENT = {"PYTHONPATH": os.pathsep.join(sys.path), "OPENBLAS_NUM_THREADS": "1"}


@pytest.fixture(scope="module")
def manifest(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("plans")
    for number in range(CASES):
        builders.write_case(folder / f"Fälle {number}")
    rows = [f"{n};Fälle {n};CTV_L1;SpinalCord;16,0;1" for n in range(CASES)]
    text = "\r\n".join(["case;folder;target;cord;prescription_gy;fractions", *rows, ""])
    (folder / "manifest.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    return folder / "manifest.csv"


def started(manifest: Path, output: Path, prepare=None, workers: int = 1) -> subprocess.Popen:
    """The command as a person starts it; Dask makes processes of its own."""
    arguments = [
        *("cohort", manifest, "--output", output, "--workers", str(workers)),
        *("--no-robustness", "--memory-per-worker-gb", "1.5"),
    ]
    return subprocess.Popen(
        [sys.executable, "-m", "spine_radiosurgery", *map(str, arguments)],
        env={**os.environ, **ENVIRONMENT},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=prepare,  # noqa: PLW1509 - no other thread runs here
        text=True,
    )


def ended(command: subprocess.Popen, seconds: float = 120) -> tuple[int, str]:
    _, errors = command.communicate(timeout=seconds)
    assert "Traceback" not in errors, errors
    return command.returncode, "".join(
        line for line in errors.splitlines(keepends=True) if not PROGRESS.match(line)
    )


def results(output: Path) -> list[Path]:
    return sorted(output.glob("cases/*/state.json"))


def rows(output: Path) -> list[dict[str, str]]:
    with (output / "cases.csv").open(encoding="utf-8-sig", newline="") as stream:
        return [{k: v for k, v in row.items() if k != "seconds"} for row in csv.DictReader(stream)]


def hidden_in(output: Path) -> list[str]:
    return [p.name for p in output.rglob(".*") if p.name != ".lock"]


@pytest.fixture(scope="module")
def undisturbed(manifest, tmp_path_factory) -> list[dict[str, str]]:
    output = tmp_path_factory.mktemp("cohort") / "undisturbed"
    assert ended(started(manifest, output)) == (0, "")
    found = rows(output)
    assert [row["status"] for row in found] == ["evaluated"] * CASES
    return found


def test_killed_and_started_again_gives_the_same(manifest, undisturbed, tmp_path) -> None:
    """It listens to this machine only, a killed worker is replaced, and none outlives it."""
    output = tmp_path / "out"
    command = started(manifest, output)
    wait_until(lambda: results(output), 60)
    family = psutil.Process(command.pid).children(recursive=True)
    listening = [
        c.laddr.ip
        for process in [psutil.Process(command.pid), *family]
        for c in process.net_connections()
        if c.status == psutil.CONN_LISTEN
    ]
    assert listening and set(listening) <= {"127.0.0.1", "::1"}
    # The youngest is the worker itself, below the process that watches it.
    max(family, key=lambda process: process.create_time()).kill()
    before = len(results(output))
    wait_until(lambda: len(results(output)) > before or command.poll() is not None, 60)
    command.kill()
    command.communicate()
    wait_until(lambda: not any(p.is_running() and p.status() != "zombie" for p in family), 60)
    assert {json.loads(state.read_text())["status"] for state in results(output)} == {"evaluated"}
    kept = {state: state.read_bytes() for state in results(output)}
    assert ended(started(manifest, output)) == (0, "")
    assert rows(output) == undisturbed
    assert {state: state.read_bytes() for state in kept} == kept
    assert hidden_in(output) == []


@pytest.mark.parametrize("seed", range(10))
def test_killed_at_random_moments(manifest, undisturbed, tmp_path, seed) -> None:
    output, chance = tmp_path / "out", random.Random(seed)
    for _ in range(2):
        command = started(manifest, output, workers=chance.choice((1, 2)))
        time.sleep(chance.uniform(1.0, 12.0))
        number = chance.choice((signal.SIGKILL, signal.SIGTERM, signal.SIGINT))
        if command.poll() is None:
            command.send_signal(number)
        command.communicate(timeout=60)
    assert ended(started(manifest, output)) == (0, "")
    assert rows(output) == undisturbed
    assert hidden_in(output) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_says_what_is_kept(manifest, tmp_path, number) -> None:
    output = tmp_path / "out"
    command = started(manifest, output)
    wait_until(lambda: results(output), 60)
    command.send_signal(number)
    status, errors = ended(command)
    assert (status, errors.count("\n")) == (2, 1)
    assert "Start the same command again" in errors
    assert hidden_in(output) == []


def test_second_command_in_one_folder_is_refused(manifest, undisturbed, tmp_path) -> None:
    output = tmp_path / "out"
    first = started(manifest, output)
    wait_until((output / "running.json").exists, 60)
    status, errors = ended(started(manifest, output))
    assert (status, errors.count("\n")) == (2, 1)
    assert "Another run works" in errors
    assert ended(first) == (0, "")
    assert rows(output) == undisturbed


@pytest.mark.parametrize("disk", ["small", "quota"])
def test_disk_that_fills_up_is_said_and_what_is_there_holds(
    manifest, undisturbed, tmp_path, disk
) -> None:
    output = tmp_path / "out"
    prepare = SmallFiles(12_000)
    if disk == "small":
        output.mkdir()
        prepare = SmallDisk(output, 60)
        if not may(prepare):
            pytest.skip("only the superuser may mount a small disk")
    status, errors = ended(started(manifest, output, prepare))
    assert (status, errors.count("\n")) in ((2, 1), (0, 0))
    if disk == "small":
        assert (status, "No space left" in errors) == (2, True)
        return
    assert hidden_in(output) == []
    assert ended(started(manifest, output)) == (0, "")
    assert rows(output) == undisturbed


def test_without_a_network_it_runs_and_without_loopback_it_says_so(
    manifest, undisturbed, tmp_path
) -> None:
    """Dask waits for ever for workers that it cannot reach."""
    if not may(NoNetwork()):
        pytest.skip("only the superuser may leave the network")
    status, errors = ended(started(manifest, tmp_path / "out", NoNetwork()))
    assert (status, errors.count("\n")) == (2, 1)
    assert "loopback" in errors
    assert ended(started(manifest, tmp_path / "out", NoNetwork(loopback=True))) == (0, "")
    assert rows(tmp_path / "out") == undisturbed


def test_scheduler_that_goes_away(manifest, undisturbed, tmp_path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    scheduler = subprocess.Popen(
        [sys.executable, "-c", "from distributed.cli.dask_scheduler import main; main()",
         "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"],
        env={**os.environ, **ENVIRONMENT}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    worker = subprocess.Popen(
        [sys.executable, "-c", "from distributed.cli.dask_worker import main; main()",
         f"tcp://127.0.0.1:{port}", "--nthreads", "1", "--no-dashboard", "--death-timeout", "20"],
        env={**os.environ, **ENVIRONMENT}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        cwd=tmp_path,
    )  # fmt: skip
    output = tmp_path / "out"
    try:
        command = subprocess.Popen(
            [sys.executable, "-m", "spine_radiosurgery", "cohort", str(manifest), "--output",
             str(output), "--no-robustness", "--scheduler", f"tcp://127.0.0.1:{port}"],
            env={**os.environ, **ENVIRONMENT}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        wait_until(lambda: results(output) or command.poll() is not None, 60)
        scheduler.kill()
        status, errors = ended(command)
    finally:
        for process in (scheduler, worker):
            process.kill()
            process.wait()
    assert (status, errors.count("\n")) == (2, 1), errors
    assert "Start the same command again" in errors
    assert ended(started(manifest, output)) == (0, "")
    assert rows(output) == undisturbed
