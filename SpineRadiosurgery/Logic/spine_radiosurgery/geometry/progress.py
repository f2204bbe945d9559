"""How far long work has come: checkpoints that cost nothing unless somebody listens.

Library work calls `report_progress` at short intervals. Whoever runs it, a panel or a terminal,
listens with a function of its own, which may raise `Cancelled` to stop the work between two
checkpoints. No threads are needed for that, and no numbers depend on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, wait
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from threading import get_ident
from typing import Any, TypeVar

T = TypeVar("T")

Listener = Callable[[str, float], None]
"""Gets a short text ("Sampling Heart") and the fraction of the whole work, 0 to 1."""

BEAT_S = 0.1
"""Longest silence while other threads work."""


class Cancelled(Exception):
    """The work was stopped on request.

    It is no `InputError`: nothing that deals with unusable input holds it up.
    """


@dataclass
class _Run:
    """One listener, and the span of the whole work that the present stage takes."""

    listener: Listener
    thread: int
    text: str = ""
    start: float = 0.0
    length: float = 1.0
    reached: float = 0.0
    stopped: bool = False


_RUN: ContextVar[_Run | None] = ContextVar("spine_radiosurgery_progress", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Have a function called at every checkpoint of the work inside.

    It is called in this thread only, with fractions that never go back. What it raises goes through
    the library unchanged and stops what other threads do for the same work; raise `Cancelled`.

    Parameters
    ----------
    listener : callable
        Of a text and a fraction from 0 to 1.
    """
    token = _RUN.set(_Run(listener, get_ident()))
    try:
        yield
    finally:
        _RUN.reset(token)


def report_progress(text: str = "", fraction: float | None = None) -> None:
    """Tell the listener, if there is one, where the work is: a checkpoint.

    Parameters
    ----------
    text : str
        Short, for a user; "" keeps the last one.
    fraction : float, optional
        Of the stage at work, 0 to 1; without it the fraction stays as it is.
    """
    run = _RUN.get()
    if run is None:
        return
    if run.thread != get_ident():
        if run.stopped:
            raise Cancelled
        return
    run.text = text or run.text
    if fraction is not None:
        within = min(max(fraction, 0.0), 1.0)
        run.reached = max(run.reached, run.start + run.length * within)
    try:
        run.listener(run.text, min(run.reached, 1.0))
    except BaseException:
        run.stopped = True
        raise


@contextmanager
def stage(text: str, start: float, end: float) -> Iterator[None]:
    """Let the work inside take a part of the enclosing stage.

    Its own fractions, 0 to 1, are mapped into that part.

    Parameters
    ----------
    text : str
        Reported at its beginning; "" keeps the last one.
    start, end : float
        Fractions of the enclosing stage.
    """
    run = _of_this_thread()
    if run is None:
        yield
        return
    outer = run.start, run.length
    run.start, run.length = run.start + run.length * start, run.length * (end - start)
    try:
        report_progress(text, 0.0)
        yield
        run.reached = max(run.reached, run.start + run.length)
    finally:
        run.start, run.length = outer


def with_progress(
    items: Iterable[T], text: Callable[[T], str] | str = "", every: int = 1
) -> Iterator[T]:
    """Go through items with a checkpoint before every one, or before every few.

    Parameters
    ----------
    items : iterable
    text : str or callable, optional
        Of the checkpoints, or what makes it from an item.
    every : int
        Items between two checkpoints.
    """
    listed: Sequence[T] = items if isinstance(items, Sequence) else tuple(items)
    for number, item in enumerate(listed):
        if number % every == 0 and _RUN.get() is not None:
            report_progress(text(item) if callable(text) else text, number / len(listed))
        yield item


def beside(workers: Executor, work: Callable[..., T], *given: Any) -> Future[T]:
    """Have work done in another thread, which stops at its next checkpoint when this one does."""
    return workers.submit(copy_context().run, work, *given)


def awaited(future: Future[T], text: str = "", fraction: Callable[[], float] | None = None) -> T:
    """Return what another thread computes; there are checkpoints while it is awaited.

    Parameters
    ----------
    future : Future
    text : str
        Of the checkpoints.
    fraction : callable, optional
        Tells how far the work is.
    """
    report_progress(text, fraction() if fraction else None)
    while _of_this_thread() is not None and not wait([future], timeout=BEAT_S).done:
        report_progress(text, fraction() if fraction else None)
    return future.result()


def _of_this_thread() -> _Run | None:
    run = _RUN.get()
    return run if run is not None and run.thread == get_ident() else None
