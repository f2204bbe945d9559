"""Many cases: how many a minute, on how many workers, in how much memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from cohort_cases import write_cases, write_manifest
from cohort_watch import MB, CohortTimes, watched
from page import Section, Table
from real_data import data_folder

SYNTHETIC_CASES = int(os.environ.get("COHORT_CASES", "1000"))
OVERHEAD = Path(__file__).parent / "cohort_overhead.py"
MEMORY = Path(__file__).parent / "cohort_memory.py"
REAL = (
    ("spine-srs-L1", "spine-srs-L1/dicom", "CTV_L1", "SpinalCord", "16", "1"),
    ("spine-srs-two-levels", "spine-srs-two-levels/dicom", "CTV_L2_L3", "SpinalCord", "24", "3"),
    ("openkbp-pt_146", "openkbp_dicomrt/pt_146", "PTV70", "SpinalCord", "70", "35"),
)
PLANNED_CASES, PLANNED_MACHINES = 100_000, 50
HEADER = (
    "cases", "workers", "cases a minute", "s a case and worker", "scaling", "whole run, s",
    "memory of a worker, MB", "of the command, MB",
)  # fmt: skip


def section() -> Section:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        rows = write_cases(folder, SYNTHETIC_CASES)
        manifest = write_manifest(folder / "synthetic.csv", rows)
        synthetic = _runs(manifest, folder / "synthetic", len(rows))
        again_s = watched(manifest, folder / "synthetic-2", len(rows), 2).whole_s
        stored_kb = _stored_bytes(folder / "synthetic-2") / len(rows) / 1e3
        overhead, memory = _figures(OVERHEAD, str(manifest)), _figures(MEMORY)
        real, missing = _real(folder)
    return Section(
        "Cohorts",
        [
            f"`spine-radiosurgery cohort` on {SYNTHETIC_CASES:,} synthetic plans (20 slices, a "
            "dose of 50,000 voxels, two structures, setup robustness included) and on the real "
            "ones, on a Dask cluster of one and of two workers, a thread each. A minute counts "
            "from the first result to the last; the whole run has the start of the workers, "
            "tables and summary, too. Scaling is the rate against one worker; both cores of this "
            "machine also run the scheduler and the command itself.",
            Table("Synthetic plans.", HEADER, [_row(run, synthetic[0]) for run in synthetic]),
            f"A case takes {1000 * overhead['plain_s']:.0f} ms in a plain loop without Dask (the "
            "first 60 cases); a "
            f"task that has nothing to do takes {1000 * overhead['overhead_s']:.1f} ms on its way "
            "to a worker and back. Started again with everything done, the command looks at the "
            f"files, writes tables and summary anew and ends after {again_s:.0f} s "
            f"({1000 * again_s / SYNTHETIC_CASES:.0f} ms a case). A result takes "
            f"{stored_kb:.0f} kB on disk. The command itself takes {memory['first_mb']:.0f} "
            "MB more with the first 2,000 cases, as Dask's logs fill up to their fixed length, and "
            f"{memory['later_bytes_a_case'] / 1e3:.1f} kB for each further one, mostly its row of "
            "the manifest (cases that fail at once); the libraries for tables and summary take 100 "
            "MB at its end.",
            *([Table("Real plans.", HEADER, [_row(run, real[0]) for run in real])] if real else []),
            *missing,
            _planned(real or synthetic, {**overhead, **memory}, again_s, stored_kb),
        ],
    )


def _runs(manifest: Path, output: Path, cases: int) -> list[CohortTimes]:
    return [watched(manifest, output.with_name(f"{output.name}-{n}"), cases, n) for n in (1, 2)]


def _real(folder: Path) -> tuple[list[CohortTimes], list[str]]:
    data = data_folder()
    if data is None:
        return [], ["The real plans were not measured: their folder is not beside the checkout."]
    # Twice each: a rate counts from the first result to the last.
    rows = [
        (f"{case}-{n}", str(data / place), *asked) for n in (1, 2) for case, place, *asked in REAL
    ]
    manifest = write_manifest(folder / "real.csv", rows)
    return _runs(manifest, folder / "real", len(rows)), []


def _figures(script: Path, *arguments: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, str(script), *arguments],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )
    return dict(json.loads(done.stdout))


def _stored_bytes(output: Path) -> int:
    return sum(path.stat().st_size for path in output.glob("cases/*/*"))


def _row(run: CohortTimes, single: CohortTimes) -> list[str]:
    return [
        f"{run.cases:,}",
        str(run.workers),
        f"{run.cases_a_minute:.0f}" if run.cases_a_minute >= 20 else f"{run.cases_a_minute:.1f}",
        f"{60 * run.workers / run.cases_a_minute:.2f}",
        f"{run.cases_a_minute / single.cases_a_minute:.2f}",
        f"{run.whole_s:.0f}",
        f"{run.worker_mb:.0f}",
        f"{run.client_mb:.0f}",
    ]


def _planned(
    runs: list[CohortTimes], figures: dict[str, float], again_s: float, stored_kb: float
) -> str:
    both = runs[-1]
    hours = PLANNED_CASES / PLANNED_MACHINES / both.cases_a_minute / 60
    sent_h = PLANNED_CASES * figures["overhead_s"] / 3600
    after_h = PLANNED_CASES * again_s / SYNTHETIC_CASES / 3600
    gb = PLANNED_CASES * stored_kb / 1e6
    memory_gb = both.worker_mb * MB / 1e9
    command_gb = (both.client_mb * MB + PLANNED_CASES * figures["later_bytes_a_case"]) / 1e9
    return (
        f"**{PLANNED_CASES:,} cases on {PLANNED_MACHINES} machines.** With machines like this one "
        f"(two workers each, {both.cases_a_minute:.0f} real plans a minute), "
        f"{PLANNED_CASES // PLANNED_MACHINES:,} plans a machine take about {hours:.1f} hours; more "
        "cores a machine divide that, as cases share nothing. One scheduler hands out "
        f"{PLANNED_CASES:,} tasks in {sent_h:.1f} hours of its own time all in all, so that it is "
        f"idle most of the run; 100 workers ask it for a case every "
        f"{60 / (PLANNED_MACHINES * both.cases_a_minute):.2f} s together. Plan {memory_gb:.1f} GB "
        f"of memory a worker for plans like the real ones, {command_gb:.1f} GB for the command, "
        f"and {gb:.0f} GB on disk for the results. Tables and summary are written by the command "
        f"alone in one pass and take about {after_h:.1f} hours; so does each "
        "start with everything done. What decides in practice is the file "
        "server: a plan of 150 slices has some 80 MB to read twice (contents are hashed before "
        f"they are evaluated), {PLANNED_CASES * 0.16 / 1e3:,.0f} TB in all, or "
        f"{PLANNED_CASES * 160 / hours / 3600:,.0f} MB/s over that time; copies on the machines' "
        "own disks, or fewer workers, if it cannot. Killed workers, machines or commands lose the "
        "cases in work and nothing else; start the command again. Nothing of this paragraph was "
        "run on 50 machines: it is arithmetic from the figures above."
    )
