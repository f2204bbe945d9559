"""What must hold of every input: a clear sentence or a result, in time, in memory, in its place."""

from __future__ import annotations

import os
import re
import resource
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fuzz_readers import WrongResultError
from fuzz_sentences import sentence_problem

from spine_radiosurgery import InputError

MOST_SECONDS = 10.0
MOST_BYTES = 2 * 2**30
_FORBIDDEN = (
    "os.system", "os.exec", "os.posix_spawn", "socket.connect",
    "pickle.find_class", "shutil.rmtree", "os.remove", "os.rename", "os.mkdir", "os.symlink",
    "os.link", "os.truncate", "os.chmod",
)  # fmt: skip
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


@dataclass(frozen=True)
class Judgement:
    """What became of an input.

    Attributes
    ----------
    outcome : str
        "accepted", "refused" or "defect".
    what : str
        The sentence of a refusal, or the kind of a defect, the same for the same cause.
    details : str
        Traceback of a defect.
    seconds : float
        Of processor time.
    peak_bytes : int
        Largest resident memory of the process meanwhile.
    """

    outcome: str
    what: str = ""
    details: str = ""
    seconds: float = 0.0
    peak_bytes: int = 0


class Watch:
    """Sees what Python code writes, starts or connects to while it is on."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.is_on = False
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.is_on:
            return
        if event == "open":
            path, mode, flags = (*arguments, None, None)[:3]
            writes = isinstance(mode, str) and bool(set(mode) & set("wax+"))
            if writes or (isinstance(flags, int) and flags & _WRITING):
                self.seen.append(f"open {path!r} to write")
        elif event == "subprocess.Popen":
            if arguments[0] != sys.executable:  # A Python of ours may try a file.
                self.seen.append(f"subprocess {arguments[0]!r}")
        elif event in _FORBIDDEN:
            self.seen.append(f"{event} {arguments[:1]!r}")

    @contextmanager
    def on(self) -> Iterator[None]:
        self.seen, self.is_on = [], True
        try:
            yield
        finally:
            self.is_on = False


def judged(read: Callable[[Path], None], folder: Path, watch: Watch, scratch: Path) -> Judgement:
    """Let a reader read a folder and judge what it does.

    Parameters
    ----------
    read : callable
    folder : Path
        The input, inside `scratch`.
    watch : Watch
    scratch : Path
        Everything that this process could sensibly write to; nothing in it may change.
    """
    before = _listing(scratch)
    _forget_peak()
    start = time.process_time()
    found = _outcome(read, folder, watch)
    seconds, peak = time.process_time() - start, _peak_bytes()
    if watch.seen:
        found = Judgement("defect", f"writes or starts: {watch.seen[0]}")
    elif _listing(scratch) != before:
        changed = sorted(set(_listing(scratch).items()) ^ set(before.items()))
        found = Judgement("defect", "files changed", str(changed[:5]))
    elif found.outcome != "defect" and seconds > MOST_SECONDS:
        found = Judgement("defect", f"slow: more than {MOST_SECONDS:g} s", found.what)
    elif found.outcome != "defect" and peak > MOST_BYTES:
        found = Judgement("defect", "memory: more than 2 GB", found.what)
    return Judgement(found.outcome, found.what, found.details, seconds, peak)


def _outcome(read: Callable[[Path], None], folder: Path, watch: Watch) -> Judgement:
    try:
        with watch.on():
            read(folder)
    except InputError as error:
        return _refusal(error, folder)
    except WrongResultError as error:
        kind = re.sub(r"[-\d.]+|:.*", "", str(error))
        return Judgement("defect", f"wrong: {kind}", str(error))
    except BaseException as error:
        return Judgement("defect", _kind(error), traceback.format_exc())
    return Judgement("accepted")


def _refusal(error: InputError, folder: Path) -> Judgement:
    sentence = str(error)
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, MemoryError):
            return Judgement("defect", f"memory: {_kind(cause)}", traceback.format_exc())
        cause = cause.__cause__
    problem = sentence_problem(sentence.replace(str(folder), "folder"))
    if problem:
        return Judgement("defect", f"sentence {problem}", f"{sentence}\n{traceback.format_exc()}")
    return Judgement("refused", sentence)


def _kind(error: BaseException) -> str:
    """Name an error by its type and the last place in the library that it came through."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if "spine_radiosurgery" in f.filename] or list(frames)
    place = f"{Path(ours[-1].filename).name}:{ours[-1].name}" if ours else "?"
    return f"{type(error).__name__} in {place}"


def _listing(folder: Path) -> dict[str, tuple[int, int]]:
    found = {}
    for path in folder.rglob("*"):
        status = path.lstat()
        found[str(path)] = (status.st_size, 0 if path.is_dir() else status.st_mtime_ns)
    return found


def _forget_peak() -> None:
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return  # Elsewhere the peak is that of the whole process, which is stricter.


def _peak_bytes() -> int:
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1024
    found = re.search(r"VmHWM:\s*(\d+) kB", status)
    return int(found[1]) * 1024 if found else 0
