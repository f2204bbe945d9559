"""dicompyler-core on DICOM files: a process of its own, in an environment of its own.

Reads jobs from standard input, writes figures to standard output, both JSON (see `peers.py`).
"""

from __future__ import annotations

import json
import logging
import sys
import time
from importlib.metadata import version

from dicompylercore import dicomparser, dvhcalc
from memory import forget_peak_memory, peak_memory_mb


def figures(job: dict) -> dict:
    start = time.perf_counter()
    found = dicomparser.DicomParser(job["structures"]).GetStructures()
    results = {}
    for number, structure in found.items():
        dvh = dvhcalc.get_dvh(job["structures"], job["dose"], number)
        volume = float(dvh.volume)
        results[structure["name"]] = {
            "volume_cc": volume,
            "mean_gy": float(dvh.mean),
            "d10_gy": float(dvh.statistic("D10").value),
            "near_max_gy": float(dvh.statistic("D0.035cc").value),
            "v10_percent": 100 * float(dvh.statistic("V10Gy").value) / volume if volume else 0.0,
        }
    return {"time_s": time.perf_counter() - start, "structures": results}


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    forget_peak_memory()
    answers = [figures(job) for job in json.load(sys.stdin)]
    found = {"jobs": answers, "peak_mb": peak_memory_mb(), "version": version("dicompyler-core")}
    json.dump(found, sys.stdout)
