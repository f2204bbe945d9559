"""What the machine may do to a command, as one line on standard error and an exit status."""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

UNUSABLE_INPUT = 2


def complain(message: str) -> NoReturn:
    """End with one line on standard error and the status of unusable input."""
    _give_up_output()
    with suppress(OSError):
        sys.stderr.write(f"spine-radiosurgery: {' '.join(message.split())}\n")
    sys.exit(UNUSABLE_INPUT)


@contextmanager
def told_in_a_line() -> Iterator[None]:
    """Let what a machine lacks end in a line: disk, memory, rights, somebody who listens."""
    try:
        yield
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        # Such as `| head`: whoever listened has heard enough.
        _give_up_output()
        sys.exit(0)
    except OSError as error:
        what = error.filename or "What was to be printed"
        complain(f"{what} could not be read or written: {error.strerror or error}.")
    except UnicodeEncodeError as error:
        complain(
            f"{error.object[:60]!a} holds letters that came in wrong; set the terminal's "
            "language to one in UTF-8, such as LC_ALL=C.UTF-8."
        )
    except MemoryError:
        complain("This needs more memory than the computer has free; close other programs.")


@contextmanager
def careful_streams() -> Iterator[None]:
    """Print on every terminal, and let the end of a batch job clean up as Ctrl-C does.

    A terminal of few letters gets codes for the others; being terminated interrupts.
    """
    if sys.stdout is None:  # such as `>&-`
        sys.stdout = open(os.devnull, "w", encoding="utf-8")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)


def _give_up_output() -> None:
    """Keep Python from writing again, at its end, what could not be written."""
    if not isinstance(sys.stdout, io.TextIOWrapper):
        return
    try:
        sys.stdout.flush()
    except OSError:
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
