"""A run of a cohort: evaluate what is missing, then write tables and summary."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ..geometry import InputError, whole_files
from ..report.protocols import load_protocol
from ..report.writing import dump_json
from .clusters import check_workers, connected
from .dispatch import LostCluster, evaluated
from .fingerprints import this_program
from .folder import (
    CASES,
    case_folder,
    check_cohort_folder,
    not_in_manifest,
    occupied,
    write_cohort,
)
from .further import with_metrics
from .libraries import check_libraries
from .progress import EVALUATING, LOOKING, WRITING, CohortRun, OnProgress, RunProgress
from .result import EVALUATED, FAILED, CaseResult
from .row import Manifest, ManifestRow
from .settings import CohortSettings
from .storing import TABLES, read_result, rows_by_folder
from .tables import cohort_tables
from .task import Outcome, Task, kept_outcome

if TYPE_CHECKING:
    from .summary import SummaryBuilder

SUMMARY, PAGE = "summary.json", "summary.html"
LOOKERS = 8
"""Threads that look at sizes and times of files; on a network drive they wait most of the time."""
LOOKED_AT = 200
"""Rows whose files are looked at together."""
REPORTED_S = 0.2
LOST_RESULT = "Its result was changed or removed while the run was at work; start again."


def _silent(progress: RunProgress) -> None:
    return


def run_cohort(
    manifest: Manifest,
    output: str | os.PathLike[str],
    settings: CohortSettings | None = None,
    *,
    scheduler: str | None = None,
    workers: int | None = None,
    memory_per_worker_gb: float | None = None,
    dose_responses: Sequence[str] = (),
    retry_failed: bool = False,
    check_contents: bool = False,
    on_progress: OnProgress = _silent,
) -> CohortRun:
    """Evaluate the cases of a manifest whose results are missing; write tables and summary.

    It may be stopped at any moment, also by force: what is finished stays, and the next run with
    the same folder does the rest. A script that calls it needs `if __name__ == "__main__":`, as
    the workers are processes of their own.

    Parameters
    ----------
    manifest : Manifest
    output : path
        New, empty, or of a former run.
    settings : CohortSettings, optional
    scheduler : str, optional
        Address of a Dask scheduler; by default a cluster on this machine is started.
    workers : int, optional
        Of the cluster on this machine; by default one a core, as far as memory goes.
    memory_per_worker_gb : float, optional
        A worker that takes more is ended; by default each gets its share of the memory.
    dose_responses : sequence of str
        "STRUCTURE_OR_ROLE METRIC:OUTCOME" each.
    retry_failed : bool
        Evaluate cases again that failed before and have not changed since.
    check_contents : bool
        Compare the contents of all files with those of the former run, and not only their sizes
        and times.
    on_progress : callable, optional
        Gets a `RunProgress` several times a second at most.

    Returns
    -------
    CohortRun

    Raises
    ------
    InputError
        Libraries are missing, the protocol or the folder cannot be used, or the run was
        interrupted: by the keyboard, a full disk, or for want of a scheduler or workers.
    """
    check_libraries()
    # It needs libraries that 3D Slicer does not have.
    from .summary import SummaryBuilder, metrics_asked

    folder = Path(output).absolute()
    rows = rows_by_folder(manifest.rows)
    check_cohort_folder(folder, manifest)
    summary = SummaryBuilder(manifest.columns, dose_responses)
    chosen = settings or CohortSettings()
    asked = metrics_asked(dose_responses, manifest.columns)
    chosen = replace(chosen, metrics=(*chosen.metrics, *asked))
    # Else every case would fail with the same sentence.
    load_protocol(chosen.protocol, fractions=1)
    run = _Run(manifest, folder, chosen, on_progress)
    try:
        with occupied(folder) as token:
            write_cohort(folder, manifest, run.settings)
            (folder / CASES).mkdir(exist_ok=True)
            tasks = run.pending(token, retry_failed=retry_failed, check_contents=check_contents)
            if tasks:
                with connected(scheduler, workers, memory_per_worker_gb) as client:
                    check_workers(client, folder, token)
                    run.evaluate(evaluated(client, tasks.items()))
            return run.finish(summary, not_in_manifest(folder, rows))
    except KeyboardInterrupt as error:
        run.stopped("Interrupted", error)
    except LostCluster as error:
        run.stopped(f"The run ended early: {error}", error)
    except OSError as error:
        run.stopped(f"The run ended early: {error.strerror or type(error).__name__}", error)


class _Run:
    """What is known of the cases of a run, by their numbers in the manifest."""

    def __init__(
        self, manifest: Manifest, output: Path, settings: CohortSettings, on_progress: OnProgress
    ) -> None:
        self.settings = settings
        self._manifest = manifest
        self._output = output
        self._on_progress = on_progress
        self._outcomes: dict[int, Outcome] = {}
        self._progress = RunProgress(LOOKING, len(manifest.rows))
        self._started = self._reported = time.monotonic()

    def pending(self, token: str, *, retry_failed: bool, check_contents: bool) -> dict[int, Task]:
        """Return the tasks of the cases that have no result that holds."""
        found: dict[int, Task] = {}
        program = this_program()
        rows = list(enumerate(self._manifest.rows))
        with ThreadPoolExecutor(LOOKERS) as lookers:
            for first in range(0, len(rows), LOOKED_AT):
                tasks = {}
                for number, row in rows[first : first + LOOKED_AT]:
                    if row.problem:
                        self._take(number, Outcome(FAILED, row.problem))
                        continue
                    tasks[number] = Task(
                        row,
                        self.settings,
                        self._output,
                        token,
                        retry_failed,
                        check_contents,
                        program,
                    )
                for number, outcome in zip(
                    tasks, lookers.map(kept_outcome, tasks.values()), strict=True
                ):
                    if outcome is None:
                        found[number] = tasks[number]
                    else:
                        self._take(number, outcome)
        return found

    def evaluate(self, outcomes: Iterator[tuple[int, Outcome]]) -> None:
        """Take what becomes of the cases that are evaluated now."""
        self._started = time.monotonic()
        self._progress = replace(self._progress, stage=EVALUATING, seconds=0.0)
        self._tell(at_once=True)
        for number, outcome in outcomes:
            self._take(number, outcome)

    def finish(self, summary: SummaryBuilder, left: tuple[str, ...]) -> CohortRun:
        """Write tables and summary in one pass over the results."""
        from .summary import render_cohort

        self._progress = replace(self._progress, stage=WRITING)
        self._tell(at_once=True)
        output = self._output
        names = [f"{table}.{ending}" for table in TABLES for ending in ("csv", "parquet")]
        counts = {EVALUATED: 0, FAILED: 0}
        with whole_files(*(output / name for name in names)) as unfinished:
            paths = dict(zip(names, unfinished, strict=True))
            with cohort_tables(paths, self._manifest.columns) as tables:
                for row, result in self._results():
                    counts[result.status] += 1
                    tables.add(row, result)
                    summary.add(row, result)
        # Tables are there also where no page can be made of them.
        with whole_files(output / SUMMARY, output / PAGE) as (numbers, page):
            document = summary.document()
            _write_text(numbers, dump_json(document))
            _write_text(page, render_cohort(document))
        total = len(self._manifest.rows)
        write_cohort(
            output, self._manifest, self.settings, counts={"cases": total, **counts}, left=left
        )
        kept = sum(outcome.kept for outcome in self._outcomes.values())
        return CohortRun(output, total, counts[EVALUATED], counts[FAILED], kept, left)

    def stopped(self, why: str, error: BaseException) -> NoReturn:
        """Say that the run ended early, and that nothing is lost."""
        ready = sum(bool(outcome.fingerprint) for outcome in self._outcomes.values())
        raise InputError(
            f"{why}; {ready} of {len(self._manifest.rows)} cases have a result, which stays in "
            f"{self._output}. Start the same command again to go on."
        ) from error

    def _results(self) -> Iterator[tuple[ManifestRow, CaseResult]]:
        for number, row in enumerate(self._manifest.rows):
            outcome = self._outcomes[number]
            if not outcome.fingerprint:
                yield (
                    row,
                    CaseResult(
                        row.case,
                        FAILED,
                        outcome.reason,
                        seconds=outcome.seconds,
                        assessment=outcome.assessment,
                    ),
                )
                continue
            result = read_result(case_folder(self._output, row.case), row.case)
            if result is None or result.fingerprint != outcome.fingerprint:
                result = CaseResult(row.case, FAILED, LOST_RESULT)
            yield row, with_metrics(result, self.settings.metrics)

    def _take(self, number: int, outcome: Outcome) -> None:
        self._outcomes[number] = outcome
        so_far = self._progress
        new = 0 if outcome.kept else 1
        self._progress = replace(
            so_far,
            kept=so_far.kept + outcome.kept,
            failed=so_far.failed + new * (outcome.status == FAILED),
            evaluated=so_far.evaluated + new * (outcome.status == EVALUATED),
            worked_on=so_far.worked_on + (so_far.stage == EVALUATING),
            seconds=time.monotonic() - self._started,
        )
        self._tell(at_once=self._progress.done == self._progress.total)

    def _tell(self, *, at_once: bool = False) -> None:
        now = time.monotonic()
        if at_once or now - self._reported > REPORTED_S:
            self._reported = now
            self._on_progress(self._progress)


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
