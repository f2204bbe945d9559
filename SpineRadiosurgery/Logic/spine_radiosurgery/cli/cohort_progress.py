"""How far a run over many cases is: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from ..cohort.progress import LOOKING, RunProgress

BETWEEN_LINES_S = 10.0


@contextmanager
def cohort_progress(stream: TextIO) -> Iterator[Callable[[RunProgress], None]]:
    """Give what shows the progress of a run.

    Parameters
    ----------
    stream : text file
        Such as standard error.
    """
    console = Console(file=stream, soft_wrap=True, highlight=False)
    if not console.is_terminal:
        yield _Lines(console)
        return
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, TextColumn("{task.fields[rate]}"), console=console) as bar:
        task = bar.add_task(LOOKING, total=None, rate="")

        def show(progress: RunProgress) -> None:
            bar.update(
                task,
                description=progress.stage,
                total=progress.total,
                completed=progress.done,
                rate=rate_text(progress),
            )

        yield show


def rate_text(progress: RunProgress) -> str:
    """Say how many cases a minute are ready, how long the rest takes, and how many failed."""
    rate, remaining = progress.cases_per_minute, progress.remaining_s
    said = [] if rate is None else [f"{rate:.{0 if rate > 100 else 1}f} cases/min"]
    if remaining is not None and progress.done < progress.total:
        said.append(f"{duration(remaining)} left")
    if progress.failed:
        said.append(f"{progress.failed} failed")
    if progress.kept:
        said.append(f"{progress.kept} from before")
    return ", ".join(said)


def duration(seconds: float) -> str:
    """Write a duration such as 42 s, 12 min or 5 h 20 min."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h {minutes % 60} min" if hours < 48 else f"{hours / 24:.1f} days"


class _Lines:
    """A line when a stage begins, and every few seconds."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._stage = ""
        self._said = 0.0

    def __call__(self, progress: RunProgress) -> None:
        now = time.monotonic()
        last = progress.done == progress.total and progress.stage == self._stage
        if progress.stage == self._stage and now - self._said < BETWEEN_LINES_S and not last:
            return
        self._stage, self._said = progress.stage, now
        rate = rate_text(progress)
        text = f"{progress.stage}: {progress.done} of {progress.total}{', ' if rate else ''}{rate}"
        self._console.print(text, markup=False)
