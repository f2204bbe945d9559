"""The command `cohort` in processes of its own, with the memory that they take."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

LOOK_S = 0.25
MB = 1e6


@dataclass
class CohortTimes:
    """One run of the command.

    Attributes
    ----------
    cases : int
    workers : int
    seconds : float
        From the first result to the last one, start of the workers not counted.
    whole_s : float
        From the start of the command to its end.
    client_mb, worker_mb : float
        Largest memory of the command's own process and of any worker.
    """

    cases: int
    workers: int
    seconds: float = 0.0
    whole_s: float = 0.0
    client_mb: float = 0.0
    worker_mb: float = 0.0

    @property
    def cases_a_minute(self) -> float:
        return 60 * (self.cases - 1) / self.seconds


def watched(manifest: Path, output: Path, cases: int, workers: int) -> CohortTimes:
    """Run `spine-radiosurgery cohort` and look at it until it ends."""
    found = CohortTimes(cases, workers)
    command = [sys.executable, "-m", "spine_radiosurgery", "cohort", str(manifest)]
    command += ["--output", str(output), "--workers", str(workers)]
    start = time.perf_counter()
    first_s, last_s, done = 0.0, 0.0, 0
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment
    ) as process:
        client = psutil.Process(process.pid)
        while process.poll() is None:
            time.sleep(LOOK_S)
            now_s = time.perf_counter() - start
            results = sum(1 for _ in output.glob("cases/*/state.json"))
            if results > done:
                first_s, last_s, done = first_s or now_s, now_s, results
            _look(client, found)
        complaint = process.stderr.read().decode() if process.stderr else ""
    if process.returncode != 0:
        raise RuntimeError(complaint)
    found.seconds, found.whole_s = last_s - first_s, time.perf_counter() - start
    return found


def _look(client: psutil.Process, found: CohortTimes) -> None:
    try:
        own = client.memory_info().rss / MB
        below = [child.memory_info().rss / MB for child in client.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    found.client_mb = max(found.client_mb, own)
    found.worker_mb = max(found.worker_mb, *below, 0.0)
