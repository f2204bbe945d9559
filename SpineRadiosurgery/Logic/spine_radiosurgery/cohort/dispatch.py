"""Handing cases to workers as they get free, and taking what becomes of them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from .result import FAILED
from .task import Outcome, Task, work

if TYPE_CHECKING:
    from distributed import Client, Future

LOOK_S = 2.0
"""Between two looks whether scheduler and workers are there."""
ALONE_S = 60.0
"""As long the scheduler may have no worker: one that was killed is soon started again."""
KILLED = (
    "Its worker ended again and again while it was evaluated, for want of memory as a rule; give "
    "each worker more (--memory-per-worker-gb) and start again."
)
GONE = "the scheduler is lost"


class LostCluster(Exception):
    """Scheduler or workers are gone; the message is a sentence."""


def evaluated(client: Client, tasks: Iterable[tuple[int, Task]]) -> Iterator[tuple[int, Outcome]]:
    """Have tasks done and give what becomes of each, in the order in which they end.

    As many are handed out as there are threads to work on them: Dask blames every task that waits
    at a worker for that worker's end.

    Parameters
    ----------
    client : Client
    tasks : iterable of (int, Task)
        With a number of the caller's.

    Raises
    ------
    LostCluster
    """
    waiting, ended = iter(tasks), SimpleQueue[int]()
    in_flight: dict[int, Future] = {}
    watch = _Watch(client)
    watch.look()
    while True:
        while len(in_flight) < watch.threads and (given := next(waiting, None)) is not None:
            in_flight[given[0]] = _handed_out(client, *given, ended)
        if not in_flight:
            return
        try:
            number = ended.get(timeout=LOOK_S)
        except Empty:
            watch.look()
            continue
        future = in_flight.pop(number)
        outcome = _outcome(future, watch)
        future.release()
        yield number, outcome
        watch.look_if_due()


def _handed_out(client: Client, number: int, task: Task, ended: SimpleQueue[int]) -> Future:
    from distributed.client import ClosedClientError

    try:
        future = client.submit(work, task, key=(f"evaluate-{task.run}", number), pure=False)
    except ClosedClientError as error:
        raise LostCluster(GONE) from error
    future.add_done_callback(lambda _: ended.put(number))
    return future


def _outcome(future: Future, watch: _Watch) -> Outcome:
    """Fetch what became of a task; the connection may break, and its worker end, meanwhile."""
    # Python's own is another class before Python 3.11.
    from distributed import TimeoutError as DaskTimeoutError

    while True:
        try:
            found = future.result(timeout=LOOK_S)
        except Exception as error:  # the task's own, or whatever a broken connection brings
            if future.status == "error":
                return _not_begun(error)
            if not isinstance(error, DaskTimeoutError):
                raise LostCluster(GONE) from error
            # It is done anew: the worker that kept the answer has ended.
            watch.look()
        else:
            assert isinstance(found, Outcome)
            return found


def _not_begun(error: Exception) -> Outcome:
    from distributed.scheduler import KilledWorker

    if isinstance(error, KilledWorker):
        return Outcome(FAILED, KILLED)
    return Outcome(FAILED, f"The worker could not begin with it ({type(error).__name__}).")


class _Watch:
    """Knows how many threads there are, and when there have been none for too long."""

    def __init__(self, client: Client) -> None:
        self.threads = 1
        self._client = client
        self._looked = self._seen = time.monotonic()

    def look_if_due(self) -> None:
        if time.monotonic() - self._looked > LOOK_S:
            self.look()

    def look(self) -> None:
        self._looked = time.monotonic()
        try:
            workers = self._client.nthreads()
        except Exception as error:  # whatever a broken connection brings
            raise LostCluster("the scheduler does not answer") from error
        if workers:
            self.threads = sum(workers.values())
            self._seen = self._looked
        elif self._looked - self._seen > ALONE_S:
            raise LostCluster(f"there has been no worker for {ALONE_S:g} s")
