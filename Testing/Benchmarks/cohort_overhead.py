"""What Dask adds to a case: the way to a worker and back, in a process of its own."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from spine_radiosurgery.cohort.clusters import connected
from spine_radiosurgery.cohort.dispatch import evaluated
from spine_radiosurgery.cohort.evaluating import evaluate_row
from spine_radiosurgery.cohort.manifest import read_manifest
from spine_radiosurgery.cohort.settings import CohortSettings
from spine_radiosurgery.cohort.task import Task

EMPTY_TASKS = 2000
PLAIN_CASES = 60


def main(manifest: Path) -> None:
    """Print seconds of a case without Dask, and of a task that has nothing to do."""
    rows, settings = read_manifest(manifest).rows, CohortSettings()
    evaluate_row(rows[0], settings)
    start = time.perf_counter()
    for row in rows[:PLAIN_CASES]:
        evaluate_row(row, settings)
    plain_s = (time.perf_counter() - start) / min(PLAIN_CASES, len(rows))
    # Nobody occupies this folder: a worker looks, finds nothing to do, and says so.
    with tempfile.TemporaryDirectory() as nobodys, connected(None, 1, None) as client:
        empty = Task(rows[0], settings, Path(nobodys), "none")
        for _ in evaluated(client, enumerate([empty] * 50)):
            pass
        start = time.perf_counter()
        for _ in evaluated(client, enumerate([empty] * EMPTY_TASKS, start=1000)):
            pass
        overhead_s = (time.perf_counter() - start) / EMPTY_TASKS
    json.dump({"plain_s": plain_s, "overhead_s": overhead_s}, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
