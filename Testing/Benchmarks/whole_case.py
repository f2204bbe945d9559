"""A whole case from DICOM in to report out, and a thousand setup scenarios."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from machine import best_of
from page import Section, Table, number, seconds
from real_data import data_folder
from scipy import ndimage

import spine_radiosurgery as sr
from spine_radiosurgery.dose import random_scenarios

CHILD = Path(__file__).parent / "whole_case_child.py"
IMAGE_SHAPE = (150, 512, 512)
CORD_METRICS = ("V10Gy[%]", "D10%[Gy]", "D0.035cc[Gy]")
TARGET_METRICS = ("D95%[Gy]", "V16Gy[%]")


def section() -> Section:
    data = data_folder()
    phantom = sr.make_phantom()
    missing = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "phantom"
        sr.write_dicom_case(enlarged(phantom), folder)
        rows = [_row("phantom", folder, "CTV_T8")]
    if data is None:
        missing = ["`spine-srs-L1` was not measured: its folder is not beside the checkout."]
    else:
        rows.append(_row("spine-srs-L1", data / "spine-srs-L1" / "dicom", "CTV_L1"))
    header = ["case", "size", "read", "evaluate", "write", "whole", "memory, MB"]
    return Section(
        "Whole case",
        [
            "From DICOM files to the report's folder, without case.mrb and PDF, in a fresh "
            "process; the first step includes importing the library. Bar: 5 s for a CT of 512 x "
            "512 x 150 with 20 structures and a dose of 2 mm.",
            Table("DICOM in to report out.", header, rows),
            *missing,
            _scenarios(phantom),
        ],
    )


def enlarged(case: sr.Case) -> sr.Case:
    """The case with its image magnified and surrounded by air to `IMAGE_SHAPE`."""
    image = case.image
    assert image is not None
    finer = ndimage.zoom(image.values, (1, 2, 2), order=0, grid_mode=True, mode="nearest")
    values = np.full(IMAGE_SHAPE, -1000, dtype=image.values.dtype)
    start = [(whole - part) // 2 for whole, part in zip(IMAGE_SHAPE, finer.shape, strict=True)]
    inner = tuple(slice(max(s, 0), max(s, 0) + n) for s, n in zip(start, finer.shape, strict=True))
    cut = tuple(slice(max(-s, 0), max(-s, 0) + n) for s, n in zip(start, IMAGE_SHAPE, strict=True))
    values[inner] = finer[cut]
    # A finer voxel's centre lies a quarter of the coarse voxel before the coarse centre.
    to_coarse = np.diag([0.5, 0.5, 1.0, 1.0])
    to_coarse[:3, 3] = (-0.25 - 0.5 * start[2], -0.25 - 0.5 * start[1], -start[0])
    return replace(
        case, image=replace(image, values=values, ijk_to_ras=image.ijk_to_ras @ to_coarse)
    )


def _row(name: str, folder: Path, target: str) -> list[str]:
    job = json.dumps({"folder": str(folder), "target": target, "cord": "SpinalCord"})
    done = subprocess.run(
        [sys.executable, str(CHILD), job], stdout=subprocess.PIPE, text=True, check=True
    )
    found = json.loads(done.stdout)
    steps = [seconds(found[step]) for step in ("read_s", "evaluate_s", "write_s", "whole_s")]
    return [name, found["size"], *steps, f"{found['peak_mb']:.0f}"]


def _scenarios(case: sr.Case) -> Table:
    """Cord volume and target of the phantom in 1,000 random setups."""
    target = case.structure("CTV_T8")
    cord = sr.cord_volume(case.structure("SpinalCord"), target).structure
    metrics = {cord.name: CORD_METRICS, target.name: TARGET_METRICS}
    centre = target.surface_points(2.0).mean(axis=0)
    scenarios = random_scenarios(1000)

    def work() -> sr.SetupRobustness:
        return sr.setup_robustness(
            (cord, target), case.dose, center_ras=centre, scenarios=scenarios, metrics=metrics
        )

    time_s, found = best_of(3, work)
    exact = sr.sample_dose(cord, case.dose, metrics=CORD_METRICS)
    rows = []
    for name in CORD_METRICS:
        values = found.structures[cord.name].metrics[name]
        low, middle, high = np.percentile(values, (5, 50, 95))
        rows.append(
            [
                f"{cord.name} {name}",
                number(exact.metric(name).value),
                number(middle),
                f"{number(low)} to {number(high)}",
            ]
        )
    return Table(
        f"1,000 six-degree setup scenarios of cord volume and target: {seconds(time_s)} "
        "(best of three; bar 1 s).",
        ["metric", "as planned", "median", "5 to 95 %"],
        rows,
    )
