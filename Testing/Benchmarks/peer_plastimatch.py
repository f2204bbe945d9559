"""plastimatch on DICOM files: its own program, watched by a process that is small itself.

Reads jobs from standard input, writes figures to standard output, both JSON (see `peers.py`).
"""

from __future__ import annotations

import csv
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

BIN_GY = 0.02


def figures(program: str, job: dict) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "dvh.csv"
        options = ["--bin-width", str(BIN_GY), "--num-bins", "1500", "--normalization", "vox"]
        start = time.perf_counter()
        run = subprocess.run(
            [program, "dvh", "--input", job["folder"], "--output-csv", str(table), *options],
            capture_output=True,
            text=True,
            check=True,
        )
        rows = list(csv.reader(table.read_text().splitlines()))
        results = {
            name: curve_figures([float(row[n]) for row in rows[1:]], voxel_cc(run.stdout))
            for n, name in enumerate(rows[0][1:], start=1)
        }
        return {"time_s": time.perf_counter() - start, "structures": results}


def voxel_cc(log: str) -> float:
    """Volume of a voxel, which the log gives as three spacings on a line."""
    line = re.search(r"checking voxel size\.\.\.\s+([\d.]+) ([\d.]+) ([\d.]+)", log)
    if line is None:
        return float("nan")
    across, up, along = (float(edge) for edge in line.groups())
    return across * up * along / 1000


def curve_figures(voxels: list[float], cc: float) -> dict:
    """Figures of a cumulative histogram whose bins start at 0, linear between them."""
    whole = voxels[0]
    mean = BIN_GY * (sum(voxels) - whole / 2) / whole
    return {
        "volume_cc": whole * cc,
        "mean_gy": mean,
        "d10_gy": dose_at(voxels, 0.1 * whole),
        "near_max_gy": dose_at(voxels, 0.035 / cc),
        "v10_percent": 100 * voxels[round(10 / BIN_GY)] / whole,
    }


def dose_at(voxels: list[float], count: float) -> float:
    last = max(n for n, value in enumerate(voxels) if value >= count)
    if last + 1 == len(voxels):
        return last * BIN_GY
    return BIN_GY * (last + (voxels[last] - count) / (voxels[last] - voxels[last + 1]))


if __name__ == "__main__":
    package = find_spec("plastimatch")
    if package is None or package.origin is None:
        sys.exit("plastimatch is not installed")
    binary = str(Path(package.origin).parent / "bin" / "plastimatch")
    answers = [figures(binary, job) for job in json.load(sys.stdin)]
    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    found = {"jobs": answers, "peak_mb": peak_mb, "version": version("plastimatch")}
    json.dump(found, sys.stdout)
