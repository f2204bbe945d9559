"""Many inputs in worker processes that may hang, die or run out of memory."""

from __future__ import annotations

import multiprocessing
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from fuzz_inputs import changed_input, sound_inputs, write_files
from fuzz_judging import Judgement, Watch, judged
from fuzz_readers import READERS, use_bases

ROOM_BYTES = 3 * 2**30
"""Of address space beyond what a worker has at its start; a reader may use 2 GB of memory."""
PATIENCE_SECONDS = 20.0
"""Of processor time, or thirty times as long by the clock; who is silent longer hangs."""
STARTING_SECONDS = 600.0
MOST_PER_WORKER = 3000
Task = tuple[str, int]


@dataclass
class Tally:
    """What became of one reader's inputs."""

    inputs: int = 0
    accepted: int = 0
    refused: int = 0
    defects: dict[str, list[int]] = field(default_factory=dict)
    details: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    slowest: tuple[float, int] = (0.0, -1)
    peak: tuple[int, int] = (0, -1)

    def add(self, seed: int, found: Judgement) -> None:
        self.inputs += 1
        self.accepted += found.outcome == "accepted"
        self.refused += found.outcome == "refused"
        if found.outcome == "defect":
            self.defects.setdefault(found.what, []).append(seed)
            self.details.setdefault(found.what, found.details)
        self.seconds += found.seconds
        self.slowest = max(self.slowest, (found.seconds, seed))
        self.peak = max(self.peak, (found.peak_bytes, seed))


def run_campaign(
    tasks: Iterable[Task],
    bases: Path,
    workers: int,
    *,
    until: float | None = None,
    on_result: Callable[[Task, Judgement], None] = lambda task, found: None,
) -> dict[str, Tally]:
    """Run tasks in workers and count what becomes of them.

    Parameters
    ----------
    tasks : iterable of (reader, seed)
    bases : Path
        Sound inputs, as `write_all_bases` left them.
    workers : int
    until : float, optional
        Time (`time.monotonic`) after which no further task is begun.
    on_result : callable
        Called with every task and its judgement.
    """
    tallies: dict[str, Tally] = {}
    queue = iter(tasks)
    crew = [_Worker(bases) for _ in range(workers)]
    try:
        while True:
            for worker in crew:
                if worker.task is None and (until is None or time.monotonic() < until):
                    worker.give(next(queue, None))
            busy = [worker for worker in crew if worker.task is not None]
            if not busy:
                return tallies
            wait([worker.connection for worker in busy], timeout=1.0)
            for worker in busy:
                task, found = worker.task, worker.result()
                if found is not None and task is not None:
                    tallies.setdefault(task[0], Tally()).add(task[1], found)
                    on_result(task, found)
    finally:
        for worker in crew:
            worker.stop()


class _Worker:
    def __init__(self, bases: Path) -> None:
        self.bases = bases
        self.task: Task | None = None
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.scratch = Path(tempfile.mkdtemp(prefix="fuzz-"))
        self.connection, theirs = context.Pipe()
        self.process = context.Process(
            target=_work, args=(theirs, self.bases, self.scratch), daemon=True
        )
        self.process.start()
        theirs.close()
        if not self.connection.poll(STARTING_SECONDS):
            raise RuntimeError("a worker does not start")
        self.connection.recv()
        self.given = 0

    def give(self, task: Task | None) -> None:
        if task is None:
            return
        if self.given >= MOST_PER_WORKER:
            self.stop()
            self._start()
        self.task, self.since, self.used = task, time.monotonic(), _processor_seconds(self.process)
        self.given += 1
        self.connection.send(task)

    def result(self) -> Judgement | None:
        """Return the judgement of the task in work; None while it is not there."""
        try:
            if self.connection.poll():
                found: Judgement = self.connection.recv()
                self.task = None
                return found
        except (EOFError, ConnectionError):
            return self._lost(f"worker died (status {self._status()})")
        used = _processor_seconds(self.process) - self.used
        waited = time.monotonic() - self.since
        if used > PATIENCE_SECONDS or waited > 30 * PATIENCE_SECONDS:
            return self._lost("hang")
        return None

    def _status(self) -> Any:
        self.process.join(5)
        return self.process.exitcode

    def _lost(self, what: str) -> Judgement:
        self.stop()
        self._start()
        self.task = None
        return Judgement("defect", what)

    def stop(self) -> None:
        if self.process.is_alive():
            self.process.kill()
        self.process.join()
        self.connection.close()
        shutil.rmtree(self.scratch, ignore_errors=True)


def _processor_seconds(process: BaseProcess) -> float:
    """Processor time of a process; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _work(connection: Connection, bases: Path, scratch: Path) -> None:
    """Judge inputs until nobody asks any more."""
    use_bases(bases)
    current, temporary = scratch / "current", scratch / "temporary"
    for folder in (current, temporary):
        folder.mkdir()
    os.chdir(current)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # What ITK and numpy say of every other input.
    os.environ["TMPDIR"] = os.environ["HOME"] = tempfile.tempdir = str(temporary)
    sound = {name: sound_inputs(bases, name) for name in READERS if (bases / name).is_dir()}
    watch = Watch()
    for name in sound:  # What is imported or cached at the first input is no matter of that input.
        judge(name, sound[name][0], scratch, watch)
    _limit_memory()
    connection.send("ready")
    while True:
        try:
            reader, seed = connection.recv()
        except EOFError:
            return
        files = changed_input(sound[reader], reader, seed)
        connection.send(judge(reader, files, scratch, watch))


def judge(reader: str, files: dict[str, bytes], scratch: Path, watch: Watch) -> Judgement:
    """Write an input, let its reader read it, and clean up."""
    folder = scratch / "input"
    try:
        write_files(files, folder)
        return judged(READERS[reader].read, folder, watch, scratch)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _limit_memory() -> None:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return
    most = pages * resource.getpagesize() + ROOM_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
