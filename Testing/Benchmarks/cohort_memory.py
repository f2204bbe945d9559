"""How the command's own memory grows with the cases, in a process of its own."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import psutil
from cohort_cases import write_manifest

from spine_radiosurgery.cohort.manifest import read_manifest
from spine_radiosurgery.cohort.progress import EVALUATING, RunProgress
from spine_radiosurgery.cohort.running import run_cohort

CASES = 5000
FILLED = 2000
"""Dask's logs grow up to a fixed length; after so many cases they have it."""


def main() -> None:
    """Print MB taken by the first cases and bytes a case of the later ones; all fail at once."""
    process = psutil.Process()
    course: list[tuple[int, int]] = []

    def show(progress: RunProgress) -> None:
        if progress.stage == EVALUATING:
            course.append((progress.done, process.memory_info().rss))

    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        names = (f"case-{number:06d}" for number in range(CASES))
        rows = ((name, "none", "CTV_T8", "SpinalCord", "16", "1") for name in names)
        manifest = read_manifest(write_manifest(folder / "failing.csv", rows))
        run_cohort(manifest, folder / "out", workers=2, on_progress=show)
    first, last = course[0], course[-1]
    filled = next(look for look in course if look[0] >= FILLED)
    later = (last[1] - filled[1]) / (last[0] - filled[0])
    json.dump({"first_mb": (filled[1] - first[1]) / 1e6, "later_bytes_a_case": later}, sys.stdout)


if __name__ == "__main__":
    main()
