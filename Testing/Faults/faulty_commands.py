"""Runs commands in children of a process that has the library loaded already: milliseconds each.

A child may limit itself, become another user or leave the network before it runs the command;
nothing of that reaches the tests. What it prints goes into files, as on a machine without terminal.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from spine_radiosurgery.cli import main

Preparation = Callable[[], None]
OPTIONS = ("--target", "CTV_L1", "--cord", "SpinalCord", "--no-scene", "--no-robustness")
PRELOADED = (
    "spine_radiosurgery.cli",
    "spine_radiosurgery",
    "matplotlib.pyplot",
    "SimpleITK",
    "scipy.ndimage",
)


@dataclass(frozen=True)
class Ended:
    """How a command ended: a negative status is the signal that ended it."""

    status: int
    out: str
    err: str


@dataclass
class Running:
    process: multiprocessing.process.BaseProcess
    folder: Path

    def kill(self) -> None:
        """Also where it has ended by itself meanwhile."""
        self.process.kill()

    def ended(self, seconds: float = 60.0) -> Ended:
        self.process.join(seconds)
        if self.process.is_alive():
            self.kill()
            self.process.join()
            raise TimeoutError(f"still running after {seconds} s: {self._text('err')}")
        return Ended(int(self.process.exitcode or 0), self._text("out"), self._text("err"))

    def _text(self, name: str) -> str:
        with contextlib.suppress(FileNotFoundError):
            return (self.folder / name).read_text(encoding="utf-8", errors="replace")
        return ""


def server() -> multiprocessing.context.BaseContext:
    """Return the context whose server process forks the children."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*PRELOADED])
    return context


def started(
    context: multiprocessing.context.BaseContext,
    arguments: Sequence[object],
    prepare: Preparation | None,
    folder: Path,
) -> Running:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o777)
    process = context.Process(
        target=_command, args=([str(a) for a in arguments], prepare, folder, os.getcwd())
    )
    process.start()
    return Running(process, folder)


def _command(arguments: list[str], prepare: Preparation | None, folder: Path, working: str) -> None:
    os.chdir(working)
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666), number)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)
    sys.argv = ["spine-radiosurgery", *arguments]
    if prepare is not None:
        prepare()
    main()
