"""How time and memory grow with the structure and with the dose grid."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from page import Picture, Section, Table, seconds
from pictures import growth_picture

VOLUMES_CC = (1.0, 10.0, 100.0, 1000.0, 10_000.0)
DOSE_VOXELS = (1e5, 1e6, 1e7)
FIXED_CC, FIXED_VOXELS = 10.0, 4e6
CHILD = Path(__file__).parent / "growth_child.py"


@dataclass(frozen=True)
class Growth:
    """One run: its size (cc or voxels), best time, and memory on top of that of the inputs."""

    size: float
    time_s: float
    memory_mb: float


def run(size: float, volume_cc: float, voxels: float, spacing_mm: float) -> Growth:
    done = subprocess.run(
        [sys.executable, str(CHILD), str(volume_cc), str(voxels), str(spacing_mm)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    return Growth(size, found["time_s"], found["memory_mb"])


def section() -> Section:
    runs = {
        "the structure, cc": [run(v, v, FIXED_VOXELS, 2.0) for v in VOLUMES_CC],
        "the dose grid, voxels": [run(n, FIXED_CC, n, 1.0) for n in DOSE_VOXELS],
    }
    growth_picture("growth.png", runs)
    rows = [
        *_rows(runs["the structure, cc"], "{:,.0f} cc, 4,000,000 voxels of 2 mm"),
        *_rows(runs["the dose grid, voxels"], "10 cc, {:,.0f} voxels of 1 mm"),
    ]
    structure, grid = (_power(series) for series in runs.values())
    return Section(
        "Growth",
        [
            "A ball with contours every 2 mm in a smooth hill of dose. Time from contours to "
            "D10%, V10Gy and D0.035cc, best of three; memory is what the process held at most on "
            "top of the inputs. From the smallest to the largest, time grows with the power "
            f"{structure:.2f} of the structure's volume and {grid:.2f} of the number of voxels.",
            Table("Time and memory.", ["size", "time", "memory, MB"], rows),
            Picture("growth.png", "Time and memory against size"),
        ],
    )


def _rows(series: Sequence[Growth], name: str) -> list[list[str]]:
    return [[name.format(g.size), seconds(g.time_s), f"{g.memory_mb:.0f}"] for g in series]


def _power(series: Sequence[Growth]) -> float:
    first, last = series[0], series[-1]
    return float(np.log(last.time_s / first.time_s) / np.log(last.size / first.size))
