"""One process for every mutant, forked from the one that has collected the tests."""

from __future__ import annotations

import gc
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

MEMORY_BYTES = 6 * 1024**3
KILLED, SURVIVED, TIMEOUT, NOT_COVERED = "killed", "survived", "timeout", "not covered"


@dataclass(frozen=True)
class Child:
    """A running process and when it has to end (seconds of `time.monotonic`).

    `answers` is the pipe on which it names the test that failed.
    """

    process: int
    answers: int
    started: float
    deadline: float

    def failed(self) -> str:
        """Name of the test that failed; "" where none did. To be asked once, at the end."""
        name = os.read(self.answers, select.PIPE_BUF).decode()
        os.close(self.answers)
        return name

    def status(self) -> str | None:
        """Tell how it ended, None while it runs; one that is too late is ended."""
        if time.monotonic() > self.deadline:
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
            return TIMEOUT
        ended, code = os.waitpid(self.process, os.WNOHANG)
        if not ended:
            return None
        if os.WIFSIGNALED(code):
            late = os.WTERMSIG(code) in {signal.SIGXCPU, signal.SIGKILL}
            return TIMEOUT if late else KILLED
        return SURVIVED if os.WEXITSTATUS(code) == 0 else KILLED


def forked(first_failure: Callable[[], str], limit_s: int) -> Child:
    """Start a child that runs tests.

    Parameters
    ----------
    first_failure
        What the child does; names the test that failed, "" where none did.
    limit_s
        Processor time it may take. Eight times that by the clock: other work on the machine must
        not decide about a mutant.
    """
    sys.stdout.flush()
    started = time.monotonic()
    answers, answer = os.pipe()
    gc.freeze()  # what parent and child share is not to be written to by the collector
    process = os.fork()
    if process:
        os.close(answer)
        return Child(process, answers, started, started + 8 * limit_s)
    status = 1
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        resource.setrlimit(resource.RLIMIT_CPU, (limit_s, limit_s + 5))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        failed = first_failure()
        os.write(answer, failed.encode()[: select.PIPE_BUF])
        status = 1 if failed else 0
    finally:
        # Whatever the mutant raised, also SystemExit: the child must not go on as a second parent.
        os._exit(status)
