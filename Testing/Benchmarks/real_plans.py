"""Real plans: the tables of Eclipse and CERR, and the dense sampling beside the spine plans."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from page import Picture, Section, Table, number
from pictures import eclipse_picture
from planar_contours import contours_in, name_in
from real_data import data_folder

import spine_radiosurgery as sr

FloatArray = NDArray[np.float64]

MAIN = ("BODY", "BRAIN", "BRSTEM", "CTV", "GTV", "OrbitLeft", "PTV1", "optBRAIN")
"""Organs and targets of more than a few contours, without OrbitRight and its bogus tail."""
SPINE_PLANS = {"spine-srs-L1": "CTV_L1", "spine-srs-two-levels": "CTV_L2_L3"}
TABLES = {"Eclipse": "EclipseEnt_DvhTable_Eclipse.csv", "CERR": "EclipseEnt_DvhTable_CERR.csv"}


@dataclass(frozen=True, eq=False)
class Curve:
    """A cumulative curve of a table: doses in Gy, volumes in percent, the whole in cc."""

    dose_gy: FloatArray
    percent: FloatArray
    volume_cc: float


def table_of(path: Path) -> dict[str, Curve]:
    """Read pairs of columns, `NAME_DvhArray Dose (Gy)` and `... Value (% of 30.8 cc)`."""
    rows = list(csv.reader(path.read_text().splitlines()))
    curves = {}
    for column in range(0, len(rows[0]) - 1, 2):
        head = re.match(r"(\w+)_DvhArray Value \(% of ([\d.]+) cc\)", rows[0][column + 1])
        assert head is not None, rows[0][column + 1]
        pairs = [(row[column], row[column + 1]) for row in rows[1:] if row[column + 1] != ""]
        dose, percent = np.array(pairs, dtype=np.float64).T
        curves[head[1]] = Curve(dose, percent, float(head[2]))
    return curves


def share_agreeing(theirs: Curve, samples: sr.DoseSamples, maximum_gy: float) -> float:
    """Share of the table's points with gamma <= 1 at 1 % of volume and 1 % of the largest dose.

    As SlicerRT compares its curves: the distance of a point to the nearest place of our curve, with
    these two as units.
    """
    dose = np.arange(0.0, maximum_gy + 1, 0.02)
    percent = 100 * samples.cumulative(dose) / samples.covered_cc
    across = (theirs.dose_gy[:, np.newaxis] - dose) / (0.01 * maximum_gy)
    up = theirs.percent[:, np.newaxis] - percent
    return 100 * float((np.hypot(across, up).min(axis=1) <= 1).mean())


def section() -> Section:
    data = data_folder()
    if data is None:
        missing = "Not measured: the folder with the real plans is not beside the checkout."
        return Section("Real plans", [missing])
    blocks: list[str | Table | Picture] = []
    blocks.extend(_eclipse_blocks(data / "slicerrt"))
    blocks.append(_spine_table(data))
    return Section("Real plans", blocks)


def _eclipse_blocks(folder: Path) -> list[str | Table | Picture]:
    dose = _dose(folder / "EclipseEnt_Dose.nrrd")
    tables = {name: table_of(folder / file) for name, file in TABLES.items()}
    files = {
        _letters(name_in(file)): file
        for file in (folder / "EclipseEnt_Structures.seg").glob("*.vtp")
    }
    rows, differences = [], {}
    for name in tables["Eclipse"]:
        file = files[_letters(name)]
        body = sr.Structure.from_contours(name, contours_in(file), slice_spacing_mm=2.5)
        samples = sr.sample_dose(body, dose)
        shorter = sr.sample_dose(_without_end_caps(body), dose)
        row = [f"**{name}**" if name in MAIN else name, number(samples.volume_cc)]
        for tool, table in tables.items():
            theirs = table[name]
            row += [
                number(theirs.volume_cc),
                number(share_agreeing(theirs, samples, dose.max_gy), 1),
            ]
            if tool == "Eclipse" and name in MAIN:
                ours = 100 * samples.cumulative(theirs.dose_gy) / samples.covered_cc
                differences[name] = (theirs.dose_gy, theirs.percent, ours)
        agreeing = share_agreeing(tables["Eclipse"][name], shorter, dose.max_gy)
        rows.append([*row, number(shorter.volume_cc), number(agreeing, 1)])
    eclipse_picture("eclipse.png", differences)
    header = ["structure", "ours, cc"]
    for tool in TABLES:
        header += [f"{tool}, cc", f"agreeing with {tool}, %"]
    header += ["ours without half slices, cc", "then agreeing with Eclipse, %"]
    return [
        "A head-and-neck plan of Eclipse (SlicerRT's test data; contours and dose grid every "
        "2.5 mm) against the curves of Eclipse and CERR for the same contours. A point of a curve "
        "agrees at gamma <= 1 for 1 % of the volume and 1 % of the plan's largest dose. The bar of "
        "99 % is about the structures in bold. Volumes show that Eclipse added no half slice "
        "beyond the outermost contours in this plan while CERR did, as we do; in structures of "
        "three or four contours that is a quarter to a half of the volume. Without the half slices "
        "ours agree with Eclipse there too. optOptic is five such organs in one ROI, and the "
        "Eclipse table of OrbitRight has a bogus tail.",
        Table("Curves of the Eclipse head-and-neck plan.", header, rows),
        Picture("eclipse.png", "Our curves minus those of Eclipse"),
    ]


def _without_end_caps(body: sr.Structure) -> sr.Structure:
    """The part from the lowest to the highest contour."""
    heights = [float(contour[0, 2]) for contour in body.contours()]
    return body.between(min(heights), max(heights))


def _letters(name: str) -> str:
    """What `Optic Nerve - Rt` and `OpticNerveRt` have in common."""
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _dose(path: Path) -> sr.DoseGrid:
    import SimpleITK as sitk

    image = sitk.ReadImage(str(path))
    turn = np.array(image.GetDirection()).reshape(3, 3)
    lps = np.eye(4)
    lps[:3, :3] = turn * np.array(image.GetSpacing())
    lps[:3, 3] = image.GetOrigin()
    return sr.DoseGrid(sitk.GetArrayFromImage(image), np.diag([-1.0, -1.0, 1.0, 1.0]) @ lps)


def _spine_table(data: Path) -> Table:
    rows = []
    for plan, target in SPINE_PLANS.items():
        case = sr.read_dicom_case(data / plan / "dicom")
        reference = json.loads((data / plan / "reference_metrics.json").read_text())
        expected = reference["own"]["structures"]
        cord = sr.cord_volume(case.structure("SpinalCord"), case.structure(target)).structure
        for structure, key in (
            (case.structure(target), target),
            (case.structure("SpinalCord"), "SpinalCord"),
            (cord, f"SpinalCord_pm6mm|{target}|end_caps"),
        ):
            samples = sr.sample_dose(structure, case.dose)
            rows.append([f"{plan}, {structure.name}", *_differences(samples, expected[key])])
    header = ["structure", "volume, %", "mean, Gy", "D2%, Gy", "D10%, Gy", "D0.035cc, Gy", "V10Gy"]
    return Table(
        "The two spine plans: ours minus the independent dense sampling that lies beside them "
        "(V10Gy in percentage points).",
        header,
        rows,
    )


def _differences(samples: sr.DoseSamples, expected: Mapping[str, float]) -> list[str]:
    def minus(name: str, key: str, digits: int) -> str:
        if key not in expected:
            return "none"
        return number(samples.metric(name).value - expected[key], digits)

    return [
        number(100 * (samples.volume_cc / expected["volume_cc"] - 1)),
        minus("Mean[Gy]", "Dmean", 3),
        minus("D2%[Gy]", "D2%", 3),
        minus("D10%[Gy]", "D10%", 3),
        minus("D0.035cc[Gy]", "D0.035cc", 3),
        minus("V10Gy[%]", "V10Gy_%", 3),
    ]
