"""Dask: a cluster on this machine, or one that is there."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..geometry import InputError
from .fingerprints import this_program
from .task import unlike_here

if TYPE_CHECKING:
    from distributed import Client

GB = 1e9
MEMORY_PER_WORKER_GB = 2.0
"""What a case of usual size takes, with room to spare; decides how many workers there are."""
CONNECTING_S = 15
THIS_MACHINE = "127.0.0.1"
OF_THIS_PROGRAM: dict[str, Any] = {
    # A second worker that dies of the same case tells that the case is at fault.
    "distributed.scheduler.allowed-failures": 1,
    # Nothing is kept in a worker that could be written to disk; one that pauses may never go on.
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": 0.95,
    # Dask's own threshold gives memory back after every array and takes it anew: a third the speed.
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": None,
    "distributed.nanny.pre-spawn-environ.OPENBLAS_NUM_THREADS": 1,
    # Nothing is served by HTTP.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "logging": dict.fromkeys(("distributed", "distributed.client", "tornado"), "critical"),
}


def worker_count(
    workers: int | None,
    memory_per_worker_gb: float | None,
    *,
    cores: int,
    memory_bytes: float,
) -> tuple[int, int]:
    """Return how many workers there are on this machine, and the bytes that each may use.

    Parameters
    ----------
    workers : int or None
        None takes one a core, and fewer where memory does not do.
    memory_per_worker_gb : float or None
        None gives each its share of the memory, and plans with `MEMORY_PER_WORKER_GB`.
    cores : int
    memory_bytes : float

    Raises
    ------
    InputError
        The numbers are not above 0.
    """
    if workers is not None and workers < 1:
        raise InputError(f"The number of workers is {workers}; give 1 or more.")
    if memory_per_worker_gb is not None and not 0 < memory_per_worker_gb < 1e6:
        raise InputError(f"A worker's memory is {memory_per_worker_gb:g} GB; give more than 0.")
    planned = GB * (memory_per_worker_gb or MEMORY_PER_WORKER_GB)
    count = workers or max(1, min(cores, int(memory_bytes // planned)))
    share = memory_bytes / count if memory_per_worker_gb is None else planned
    return count, int(share)


@contextmanager
def connected(
    scheduler: str | None, workers: int | None, memory_per_worker_gb: float | None
) -> Iterator[Client]:
    """Give a client of a cluster.

    Parameters
    ----------
    scheduler : str or None
        Address of one that is there, such as "tcp://10.0.0.1:8786"; None starts one on this
        machine, which listens to this machine only and ends with the block.
    workers : int or None
    memory_per_worker_gb : float or None
        See `worker_count`.

    Raises
    ------
    InputError
        There is no scheduler at the address.
    """
    import dask
    import distributed  # noqa: F401 (its own defaults are lost again if they come inside the block)

    with dask.config.set(OF_THIS_PROGRAM), _quiet():
        if scheduler is None:
            with _local(workers, memory_per_worker_gb) as client:
                yield client
        else:
            with _remote(scheduler) as client:
                yield client


def check_workers(client: Client, output: Path, run: str) -> None:
    """Refuse to begin where a worker cannot work for this run.

    Raises
    ------
    InputError
        It does not see the output folder, or has another version of the program.
    """
    asked = (output, run, this_program())
    try:
        answers: dict[str, Any] = client.run(unlike_here, *asked, on_error="return")
    except Exception as error:
        raise InputError(
            f"The workers could not be asked whether they can work ({type(error).__name__}); "
            "look whether they run."
        ) from error
    for worker, answer in sorted(answers.items()):
        if isinstance(answer, ModuleNotFoundError):
            raise InputError(
                f"The worker {worker} has no {answer.name}; install this program there, too: "
                "pip install 'spine-radiosurgery[cohort]'"
            )
        if isinstance(answer, BaseException):
            raise InputError(
                f"The worker {worker} cannot work ({type(answer).__name__}); look at its log."
            )
        if answer:
            raise InputError(f"The worker {worker} cannot work for this run: {answer}.")


@contextmanager
def _local(workers: int | None, memory_per_worker_gb: float | None) -> Iterator[Client]:
    from dask.system import CPU_COUNT
    from distributed import Client, LocalCluster
    from distributed.system import MEMORY_LIMIT

    _check_loopback()
    count, memory_bytes = worker_count(
        workers, memory_per_worker_gb, cores=CPU_COUNT, memory_bytes=MEMORY_LIMIT
    )
    with (
        LocalCluster(
            n_workers=count,
            threads_per_worker=1,
            processes=True,
            memory_limit=memory_bytes,
            host=THIS_MACHINE,
            # Any free port of this machine: that of Dask's own choice may be taken.
            dashboard_address=f"{THIS_MACHINE}:0",
            worker_dashboard_address=f"{THIS_MACHINE}:0",
            scheduler_kwargs={"dashboard": False},
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client


def _check_loopback() -> None:
    """Refuse to start workers that this machine could not speak to: they would be waited for."""
    try:
        with (
            socket.create_server((THIS_MACHINE, 0)) as server,
            socket.create_connection(server.getsockname()[:2], timeout=CONNECTING_S),
        ):
            return
    except OSError as error:
        raise InputError(
            f"This machine does not reach itself at {THIS_MACHINE} ({error.strerror or error}), "
            "as its workers have to; switch on its loopback network (ip link set lo up)."
        ) from error


@contextmanager
def _remote(scheduler: str) -> Iterator[Client]:
    from distributed import Client

    try:
        client = Client(scheduler, timeout=CONNECTING_S, set_as_default=False)
    except (OSError, ValueError, TypeError, ImportError) as error:
        raise InputError(
            f"No Dask scheduler answers at {scheduler}; give its address, such as "
            "tcp://10.0.0.1:8786, and look whether it runs."
        ) from error
    with client:
        yield client


@contextmanager
def _quiet() -> Iterator[None]:
    """Leave it to this program to say what becomes of workers."""
    loggers = [logging.getLogger(name) for name in OF_THIS_PROGRAM["logging"]]
    former = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, former, strict=True):
            logger.setLevel(level)
