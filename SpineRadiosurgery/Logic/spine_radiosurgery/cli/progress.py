"""A line on a terminal that says how far the work is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from ..geometry import listening


@contextmanager
def progress_line() -> Iterator[None]:
    """Show the progress of the work inside on standard error, where that is a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    columns = BarColumn(), TaskProgressColumn(), TextColumn("{task.description}", markup=False)
    with Progress(*columns, console=console, transient=True) as line:
        task = line.add_task("", total=1.0)

        def show(text: str, fraction: float) -> None:
            line.update(task, description=text, completed=fraction)

        with listening(show):
            yield
