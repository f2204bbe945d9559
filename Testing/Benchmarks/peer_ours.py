"""This library on DICOM files, in a process of its own like the others.

Reads jobs from standard input, writes figures to standard output, both JSON (see `peers.py`).
"""

from __future__ import annotations

import json
import sys
import time

from memory import forget_peak_memory, peak_memory_mb

import spine_radiosurgery as sr

METRICS = {
    "volume_cc": "Volume[cc]",
    "mean_gy": "Mean[Gy]",
    "d10_gy": "D10%[Gy]",
    "near_max_gy": "D0.035cc[Gy]",
    "v10_percent": "V10Gy[%]",
}


def figures(job: dict) -> dict:
    start = time.perf_counter()
    case = sr.read_dicom_case(job["folder"])
    read = time.perf_counter()
    results = {}
    for structure in case.structures:
        samples = sr.sample_dose(structure, case.dose, metrics=tuple(METRICS.values()))
        results[structure.name] = {key: samples.metric(name).value for key, name in METRICS.items()}
    end = time.perf_counter()
    return {"time_s": end - start, "without_reading_s": end - read, "structures": results}


if __name__ == "__main__":
    forget_peak_memory()
    answers = [figures(job) for job in json.load(sys.stdin)]
    found = {"jobs": answers, "peak_mb": peak_memory_mb(), "version": sr.__version__}
    json.dump(found, sys.stdout)
