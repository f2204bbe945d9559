"""Splitting a vertebra into its six sectors: time, memory, and agreement with references."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from page import Section, Table, number, seconds
from scipy.spatial.transform import Rotation
from sectors_masks import (
    PART_OF_SECTOR,
    PARTS,
    LabelledVertebra,
    phantom_vertebra,
    totalseg_bodies,
    tptbox_vertebra,
)

from spine_radiosurgery.anatomy import SECTORS, VertebraSectors, split_vertebra

CHILD = Path(__file__).parent / "sectors_child.py"
TIMED = {
    "phantom L3, 1 mm": "phantom L3 1 0",
    "phantom L3, 1 mm, turned 20° about every axis": "phantom L3 1 20",
    "phantom C5, 1 mm": "phantom C5 1 0",
    "phantom T8, 1 mm": "phantom T8 1 0",
    "phantom L3, 0.5 mm": "phantom L3 0.5 0",
}
TIMED_REAL = {"real L3 (TPTBox), 1 mm": "tptbox 1"}
TURN_DEG = 20.0
TURNED_VOXELS_MM = (1.0, 0.5)
PHANTOM_LEVELS = ("C5", "T2", "T8", "T12", "L3", "L5")
PHANTOM_TURNS_DEG = (
    (30.0, 0.0, 0.0), (0.0, 30.0, 0.0), (0.0, 0.0, 30.0), (20.0, 20.0, 20.0),
)  # fmt: skip


def section() -> Section:
    real = tptbox_vertebra()
    blocks: list[str | Table] = [
        "One vertebra mask in, six sectors out, on one core; best of five runs. Memory is all that "
        "the process holds at most, with Python and its libraries. Bars: 0.5 s and 500 MB at 1 mm.",
        _timed({**TIMED, **(TIMED_REAL if real is not None else {})}),
        "A phantom's vertebra is turned and drawn anew in upright voxels. Bar: 3 %. In 1 mm voxels "
        "the straight mask itself has lost where its walls lie between them: half a voxel is 6 % "
        "of a pedicle.",
        *(_turned_phantoms(voxel_mm) for voxel_mm in TURNED_VOXELS_MM),
    ]
    if real is None:
        blocks.append("The real vertebrae are missing here: ../shared/data is not beside it.")
    else:
        blocks += [
            "Dice against the reference labels of a real L3 (TPTBox's sample). A side is its "
            "pedicle, lamina, transverse and articular processes; the reference's arch is divided "
            "midway between the sided processes. Bars: as it is 0.98, 0.92, 0.92, 0.90; body 0.95 "
            f"resampled to 1, 2 and 3 mm, 0.96 turned by {TURN_DEG:g}° about an axis.",
            _real_parts(real),
            "Automatic masks of 3 mm (TotalSegmentator's example CT) against the body labels of "
            "the same program. Bar: 0.92.",
            _real_bodies(),
        ]
    return Section("Sectors of a vertebra", blocks)


def _timed(cases: dict[str, str]) -> Table:
    rows = []
    for name, argument in cases.items():
        done = subprocess.run(
            [sys.executable, str(CHILD), argument], stdout=subprocess.PIPE, text=True, check=True
        )
        found = json.loads(done.stdout)
        canal = seconds(found["canal_s"]) if "canal_s" in found else "none"
        rows.append(
            [name, f"{found['voxels']:,}", seconds(found["alone_s"]), canal,
             f"{found['memory_mb']:.0f}"]
        )  # fmt: skip
    header = ["vertebra", "voxels around it", "time", "time, canal given", "memory, MB"]
    return Table("Time and memory.", header, rows)


def _turned_phantoms(voxel_mm: float) -> Table:
    rows = []
    for level in PHANTOM_LEVELS:
        upright, drawn = _found_and_drawn(level, voxel_mm, (0.0, 0.0, 0.0))
        turned = [_found_and_drawn(level, voxel_mm, turn) for turn in PHANTOM_TURNS_DEG]
        found_percent = np.max([_change_percent(found, upright) for found, _ in turned], axis=0)
        drawn_percent = np.max([_change_percent(other, drawn) for _, other in turned], axis=0)
        rows.append(
            [
                level,
                *(f"{f:.1f} ({d:.1f})" for f, d in zip(found_percent, drawn_percent, strict=True)),
            ]
        )
    turns = "; ".join(", ".join(f"{a:g}" for a in turn) for turn in PHANTOM_TURNS_DEG)
    return Table(
        f"Largest change of volume in voxels of {voxel_mm:g} mm, %, over turns of ({turns})° about "
        "R, A, S; in brackets that of the sector as the phantom draws it.",
        ["phantom", *(name.replace("_", " ") for name in SECTORS)],
        rows,
    )


def _found_and_drawn(
    level: str, voxel_mm: float, turn_deg: tuple[float, float, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Volumes of a phantom's sectors: as split, and as drawn."""
    shape = phantom_vertebra(level, voxel_mm, turn_deg)
    sectors = split_vertebra(shape.structure())
    found = [sectors.sector(name).volume_cc for name in SECTORS]
    return np.array(found), np.array([shape.volumes_cc[name] for name in SECTORS])


def _change_percent(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    change: NDArray[np.float64] = 100 * np.abs(one / other - 1)
    return change


def _real_parts(real: LabelledVertebra) -> Table:
    cases = {"as it is, 1.5 mm": real}
    cases |= {f"resampled to {mm:g} mm": real.placed(mm) for mm in (1.0, 2.0, 3.0)}
    for axis in "RAS":
        for sign in (1, -1):
            turn = Rotation.from_rotvec(np.radians(sign * TURN_DEG) * np.eye(3)["RAS".index(axis)])
            cases[f"turned {sign * TURN_DEG:+g}° about {axis}, 1 mm"] = real.placed(1.0, turn)
    rows = [[name, *(number(d, 3) for d in _part_dice(case))] for name, case in cases.items()]
    return Table("Dice of the real L3.", ["mask", *PARTS], rows)


def _part_dice(vertebra: LabelledVertebra) -> list[float]:
    sectors = split_vertebra(vertebra.structure())
    found = np.zeros(vertebra.parts.shape, np.uint8)
    for name, part in PART_OF_SECTOR.items():
        found[_mask(sectors, name, found.shape, vertebra.ijk_to_ras)] = part + 1
    return [dice(found == n, vertebra.parts == n) for n in range(1, len(PARTS) + 1)]


def _real_bodies() -> Table:
    rows = []
    for known in totalseg_bodies():
        row = [known.level]
        for canal in (None, known.canal):
            sectors = split_vertebra(known.vertebra, canal)
            body = _mask(sectors, "body", known.body.shape, known.ijk_to_ras)
            row.append(number(dice(body, known.body), 3))
        rows.append(row)
    return Table("Dice of the body.", ["vertebra", "mask alone", "canal given"], rows)


def _mask(
    sectors: VertebraSectors, name: str, shape: Sequence[int], ijk_to_ras: NDArray[np.float64]
) -> NDArray[np.bool_]:
    return sectors.sector(name).mask_on(shape, ijk_to_ras) >= 0.5


def dice(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Twice the common volume by the sum of both."""
    return float(2 * (one & other).sum() / (one.sum() + other.sum()))
