"""A small case, and commands that run in processes of their own."""

from __future__ import annotations

import itertools
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "Dicom"))
sys.path.insert(0, str(Path(__file__).parent))
import builders
from faulty_commands import OPTIONS, Ended, Preparation, Running, server, started


@pytest.fixture(scope="session", autouse=True)
def interruptible() -> Iterator[None]:
    """Let Ctrl-C reach the commands, also where a script started the tests in the background.

    Shells have such jobs ignore it, and so do all processes that these start.
    """
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


@pytest.fixture
def case(tmp_path) -> Path:
    return builders.write_case(tmp_path / "case")


@pytest.fixture(scope="session")
def context():
    if not hasattr(os, "fork"):
        pytest.skip("the children are forked, which this system cannot")
    return server()


@pytest.fixture(scope="session")
def start(context, tmp_path_factory) -> Callable[..., Running]:
    """Start a command and go on."""
    folder, numbers = tmp_path_factory.mktemp("printed"), itertools.count()

    def starter(*arguments: object, prepare: Preparation | None = None) -> Running:
        return started(context, arguments, prepare, folder / str(next(numbers)))

    return starter


@pytest.fixture(scope="session")
def run(start) -> Callable[..., Ended]:
    """Run a command to its end."""

    def runner(
        *arguments: object, prepare: Preparation | None = None, seconds: float = 60
    ) -> Ended:
        return start(*arguments, prepare=prepare).ended(seconds)

    return runner


@pytest.fixture(scope="session")
def evaluate(run) -> Callable[..., Ended]:
    """Evaluate a case of the builders into a folder."""

    def evaluator(case: Path, output: Path, *more: object, **options) -> Ended:
        return run("evaluate", case, "--output", output, *OPTIONS, *more, **options)

    return evaluator


@pytest.fixture(scope="session")
def ended_well() -> Callable[..., None]:
    """Check that a command ended with a status and at most one line, and no traceback."""

    def check(ended: Ended, status: int) -> None:
        assert (ended.status, ended.err.count("\n")) == (status, 1 if status else 0), ended.err
        assert "Traceback" not in ended.err
        assert not status or ended.err.startswith("spine-radiosurgery: ")

    return check
