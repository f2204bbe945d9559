"""What may befall a command, brought about in its own process: each is called there before it runs.

Real limits of the system wherever there are any; hooks of Python only for the moment.
"""

from __future__ import annotations

import ctypes
import fcntl
import locale
import os
import resource
import signal
import socket
import struct
import sys
import time
from dataclasses import dataclass
from pathlib import Path

_SET_FLAGS, _UP_AND_RUNNING = 0x8914, 0x41
_NEW_MOUNTS, _NEW_NETWORK = 0x00020000, 0x40000000
_PRIVATE_AND_BELOW = 1 << 18 | 1 << 14
_READ_ONLY = 0x1
_OVERRIDES = (1, 2, 3)
"""Capabilities of the superuser to pass over permissions: write, read and search, ownership."""
_CAPABILITY_VERSION = 0x20080522


def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _call(name: str, *arguments: object) -> None:
    if getattr(_library(), name)(*arguments) != 0:
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")


def may(*preparations: object) -> bool:
    """Say whether this process may bring them about, by trying in a child."""
    child = os.fork()
    if child == 0:
        try:
            for prepare in preparations:
                prepare()
        except (OSError, AttributeError):
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


@dataclass(frozen=True)
class SmallDisk:
    """A disk of so many kilobytes at a folder, seen by this process alone; needs the superuser."""

    folder: Path
    kilobytes: int

    def __call__(self) -> None:
        _call("unshare", _NEW_MOUNTS)
        _call("mount", b"none", b"/", None, _PRIVATE_AND_BELOW, None)
        size = f"size={self.kilobytes}k,mode=777".encode()
        _call("mount", b"tmpfs", os.fsencode(self.folder), b"tmpfs", 0, size)


@dataclass(frozen=True)
class SmallFiles:
    """No file may grow beyond so many bytes, as by a quota; anybody may do that."""

    most_bytes: int

    def __call__(self) -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.most_bytes, self.most_bytes))


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("process", ctypes.c_int))


class _Capabilities(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


@dataclass(frozen=True)
class PermissionsHold:
    """Permissions bind this process even where it is the superuser's."""

    def __call__(self) -> None:
        if os.geteuid() != 0:
            return
        header, found = _Header(_CAPABILITY_VERSION, 0), (_Capabilities * 2)()
        _call("capget", ctypes.byref(header), found)
        for number in _OVERRIDES:
            found[0].effective &= ~(1 << number)
            found[0].permitted &= ~(1 << number)
        _call("capset", ctypes.byref(header), found)


@dataclass(frozen=True)
class NoNetwork:
    """No network, not even the machine's own loopback where not wanted; needs the superuser."""

    loopback: bool = False

    def __call__(self) -> None:
        _call("unshare", _NEW_NETWORK)
        if self.loopback:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
                flags = struct.pack("16sh14x", b"lo", _UP_AND_RUNNING)
                fcntl.ioctl(any_socket, _SET_FLAGS, flags)


@dataclass(frozen=True)
class LittleMemory:
    """So many bytes of addresses."""

    most_bytes: int

    def __call__(self) -> None:
        resource.setrlimit(resource.RLIMIT_AS, (self.most_bytes, self.most_bytes))


@dataclass(frozen=True)
class WhenOpened:
    """At the n-th time that a file is opened, just before: it vanishes or changes."""

    file: Path
    time: int
    change: str

    def __call__(self) -> None:
        seen = 0

        def hook(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal seen
            if event == "open" and str(arguments[0]) == str(self.file):
                seen += 1
                if seen == self.time:
                    self._change()

        sys.addaudithook(hook)

    def _change(self) -> None:
        if self.change == "vanishes":
            self.file.unlink()
        elif self.change == "is half":
            os.truncate(self.file, self.file.stat().st_size // 2)
        elif self.change == "is empty":
            os.truncate(self.file, 0)
        else:
            self.file.with_suffix(".other").replace(self.file)


@dataclass(frozen=True)
class KilledWhenRenaming:
    """SIGKILL before the n-th rename below a folder, as by a power cut."""

    folder: Path
    time: int

    def __call__(self) -> None:
        seen = 0

        def hook(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal seen
            if event == "os.rename" and str(arguments[0]).startswith(str(self.folder)):
                seen += 1
                if seen == self.time:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)


@dataclass(frozen=True)
class ClockRunsBackwards:
    """The clock begins in 1975 and loses a minute whenever somebody looks at it."""

    def __call__(self) -> None:
        looks = 0

        def seconds() -> float:
            nonlocal looks
            looks += 1
            return 157_766_400.0 - 60 * looks

        time.time = seconds


@dataclass(frozen=True)
class NumberFormat:
    """The number format of a language, as a program with windows sets it."""

    name: str
    folder: str = ""

    def __call__(self) -> None:
        if self.folder:
            os.environ["LOCPATH"] = self.folder
        locale.setlocale(locale.LC_ALL, self.name)
