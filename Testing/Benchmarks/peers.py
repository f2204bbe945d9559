"""This library beside dicompyler-core and plastimatch: same files, same run, a process each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from cord import DOSE_SPACINGS_MM, IDEAL_CC, CordCase, cord_cases
from page import ROOT, Section, Table, number, seconds
from real_data import data_folder

import spine_radiosurgery as sr

HERE = Path(__file__).parent
PEER_PYTHON = ROOT / ".venv-bench" / "bin" / "python"
TOOLS = {
    "this library": ("peer_ours.py", Path(sys.executable)),
    "dicompyler-core": ("peer_dicompyler.py", PEER_PYTHON),
    "plastimatch": ("peer_plastimatch.py", PEER_PYTHON),
}
OFFSETS = 8
PLAN = "spine-srs-L1"


@dataclass(frozen=True)
class Answer:
    """What one tool said about all jobs, or why it said nothing."""

    jobs: Sequence[dict[str, Any]] = ()
    peak_mb: float = float("nan")
    version: str = ""
    missing: str = ""


def ask(tool: str, jobs: Sequence[dict[str, str]]) -> Answer:
    script, python = TOOLS[tool]
    if not python.is_file():
        return Answer(missing="not installed")
    run = subprocess.run(
        [str(python), str(HERE / script)],
        input=json.dumps(jobs),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    if run.returncode != 0:
        lines = run.stderr.strip().splitlines()
        return Answer(missing=lines[-1] if lines else f"exit status {run.returncode}")
    # A tool may talk before it answers.
    found = json.loads(run.stdout[run.stdout.index('{"jobs"') :])
    return Answer(**found)


def job(folder: Path) -> dict[str, str]:
    return {
        "folder": str(folder),
        "structures": str(folder / "RS.dcm"),
        "dose": str(folder / "RD.dcm"),
    }


def section() -> Section:
    return Section(
        "Side by side",
        [
            "The same DICOM files, in the same run, a process for each tool; dicompyler-core and "
            "plastimatch at their defaults but for plastimatch's bins of 0.02 Gy. Time is from "
            "files to figures; ours reads and checks the CT as well. Memory is the peak of the "
            "process. The volume of plastimatch lacks one slice of a structure that stands alone.",
            _cord_table(),
            *_plan_blocks(),
        ],
    )


def _cord_table() -> Table:
    header = [
        "tool, dose grid",
        "volume worst, %",
        "V10Gy worst (mean), points",
        "D10% worst (mean), Gy",
        "time a case",
        "memory, MB",
    ]
    cases = cord_cases(OFFSETS)
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        folders = [_written(case, Path(scratch) / f"case{n}") for n, case in enumerate(cases)]
        for tool in TOOLS:
            answer = ask(tool, [job(folder) for folder in folders])
            rows.extend(_cord_rows(tool, answer, cases))
    return Table(
        f"Cord-like cylinder (V10Gy 10 %, D10% 10 Gy), {OFFSETS} offsets for each dose grid.",
        header,
        rows,
    )


def _written(case: CordCase, folder: Path) -> Path:
    """Write as a DICOM case around a blank image that has a slice at every contour."""
    heights = [float(contour[0, 2]) for contour in case.contours]
    matrix = np.diag([2.0, 2.0, heights[1] - heights[0], 1.0])
    matrix[:3, 3] = (-20, -20, heights[0])
    image = sr.ImageVolume(np.zeros((len(heights), 21, 21), dtype=np.int16), matrix, label="CT")
    cord = sr.Structure.from_contours("SpinalCord", case.contours)
    plan = sr.Prescription(16.0, 1)
    whole = sr.Case(
        identifier="cylinder", structures=(cord,), dose=case.dose, image=image, prescription=plan
    )
    sr.write_dicom_case(whole, folder)
    return folder


def _cord_rows(tool: str, answer: Answer, cases: Sequence[CordCase]) -> list[list[str]]:
    if answer.missing:
        return [[tool, answer.missing, "", "", "", ""]]
    rows = []
    for spacing in DOSE_SPACINGS_MM:
        chosen = [
            found
            for found, case in zip(answer.jobs, cases, strict=True)
            if case.dose_spacing_mm == spacing
        ]
        cords = [found["structures"]["SpinalCord"] for found in chosen]
        volume = 100 * (np.array([cord["volume_cc"] for cord in cords]) / IDEAL_CC - 1)
        v10 = np.array([cord["v10_percent"] for cord in cords]) - 10
        d10 = np.array([cord["d10_gy"] for cord in cords]) - 10
        rows.append(
            [
                f"{tool}, {spacing:g} mm",
                number(np.abs(volume).max()),
                f"{number(np.abs(v10).max())} ({number(v10.mean())})",
                f"{number(np.abs(d10).max(), 3)} ({number(d10.mean(), 3)})",
                seconds(float(np.median([found["time_s"] for found in chosen]))),
                f"{answer.peak_mb:.0f}",
            ]
        )
    return rows


def _plan_blocks() -> list[str | Table]:
    data = data_folder()
    if data is None:
        return [f"`{PLAN}` was not measured: its folder is not beside the checkout."]
    reference = json.loads((data / PLAN / "reference_metrics.json").read_text())
    expected = reference["own"]["structures"]
    rows = []
    for tool in TOOLS:
        answer = ask(tool, [job(data / PLAN / "dicom")])
        if answer.missing:
            rows.append([tool, answer.missing, "", "", "", "", "", ""])
        else:
            rows.append(_plan_row(tool, answer, expected))
    header = [
        "tool",
        "cord D10%",
        "cord D0.035cc",
        "cord V10Gy, points",
        "CTV mean",
        "CTV volume, %",
        "time, all 17 structures",
        "memory, MB",
    ]
    return [
        Table(
            f"`{PLAN}`: difference from the dense sampling that lies beside it (Gy where nothing "
            "is said).",
            header,
            rows,
        )
    ]


def _plan_row(tool: str, answer: Answer, expected: dict[str, dict[str, float]]) -> list[str]:
    found = answer.jobs[0]["structures"]
    cord, target = found["SpinalCord"], found["CTV_L1"]
    cord_truth, target_truth = expected["SpinalCord"], expected["CTV_L1"]
    time_s = seconds(answer.jobs[0]["time_s"])
    if "without_reading_s" in answer.jobs[0]:
        time_s += f" ({seconds(answer.jobs[0]['without_reading_s'])} without reading)"
    return [
        f"{tool} {answer.version}",
        number(cord["d10_gy"] - cord_truth["D10%"], 3),
        number(cord["near_max_gy"] - cord_truth["D0.035cc"], 3),
        number(cord["v10_percent"] - cord_truth["V10Gy_%"], 3),
        number(target["mean_gy"] - target_truth["Dmean"], 3),
        number(100 * (target["volume_cc"] / target_truth["volume_cc"] - 1)),
        time_s,
        f"{answer.peak_mb:.0f}",
    ]
