"""One plan from DICOM to report, in a process of its own: `whole_case_child.py JOB.json`."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path


def main(job: dict[str, str]) -> None:
    start = time.perf_counter()
    import spine_radiosurgery as sr
    import spine_radiosurgery.cli
    from spine_radiosurgery.report.writing import write_report

    case = sr.read_dicom_case(job["folder"])
    read = time.perf_counter()
    report = sr.evaluate(case, target=job["target"], cord=job["cord"])
    evaluated = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        write_report(report, Path(folder) / "report")
        written = time.perf_counter()
    from memory import peak_memory_mb

    shape = " x ".join(str(n) for n in case.image.values.shape[::-1])
    result = {
        "size": f"CT {shape}, {len(case.structures)} structures",
        "read_s": read - start,
        "evaluate_s": evaluated - read,
        "write_s": written - evaluated,
        "whole_s": written - start,
        "peak_mb": peak_memory_mb(),
    }
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
