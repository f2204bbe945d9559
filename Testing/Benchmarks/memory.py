"""Memory of this process; without numpy, so that a process may be small."""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path


def peak_memory_mb() -> float:
    """Largest memory that this process has held so far.

    Linux hands the parent's peak down to a child in `getrusage`, hence its own account first.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def forget_peak_memory() -> None:
    """Start the account of `peak_memory_mb` anew, where the system can."""
    switch = Path("/proc/self/clear_refs")
    if switch.is_file() and os.access(switch, os.W_OK):
        switch.write_text("5")
