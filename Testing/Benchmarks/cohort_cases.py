"""Small plans by the hundred: geometries of their own, each with doses of several strengths."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pydicom

import spine_radiosurgery as sr

HEADER = ("case", "folder", "target", "cord", "prescription_gy", "fractions")
GEOMETRIES = 50
SLICE_MM = 4.0
DOSE_MM = 2.5
PRESCRIPTION_GY = 16.0
Row = tuple[str, str, str, str, str, str]


def write_cases(folder: Path, count: int) -> list[Row]:
    """Write plans; those of one geometry share its images by hard links."""
    rows: list[Row] = []
    for number in range(count):
        geometry, strength = number % GEOMETRIES, number // GEOMETRIES
        place = folder / f"case-{number:06d}"
        if strength == 0:
            sr.write_dicom_case(_plan(geometry), place, seed=geometry)
        else:
            _with_other_dose(folder / f"case-{geometry:06d}", place, 1 + 0.004 * strength)
        rows.append((place.name, place.name, "CTV_T8", "SpinalCord", "16", "1"))
    return rows


def write_manifest(path: Path, rows: Iterable[Row]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(rows)
    return path


def _plan(seed: int) -> sr.Case:
    """A round cord behind a round target; the dose falls off toward the cord."""
    random = np.random.default_rng(seed)
    cord_radius_mm, target_radius_mm = random.uniform(3.8, 5.2), random.uniform(11, 15)
    gap_mm = random.uniform(2, 5)
    center_mm = cord_radius_mm + gap_mm + target_radius_mm
    return sr.Case(
        identifier="synthetic",
        structures=(
            _tube("CTV_T8", center_mm, target_radius_mm, 12.0),
            _tube("SpinalCord", 0.0, cord_radius_mm, 36.0),
        ),
        dose=_dose(center_mm, target_radius_mm, random.uniform(3, 5)),
        image=_image(),
        prescription=sr.Prescription(PRESCRIPTION_GY, 1),
    )


def _tube(name: str, anterior_mm: float, radius_mm: float, reach_mm: float) -> sr.Structure:
    angle = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    heights = np.arange(-reach_mm + SLICE_MM / 2, reach_mm, SLICE_MM)
    across, ahead = radius_mm * np.cos(angle), anterior_mm + radius_mm * np.sin(angle)
    return sr.Structure.from_contours(
        name, [np.column_stack([across, ahead, np.full(72, h)]) for h in heights]
    )


def _dose(center_mm: float, radius_mm: float, falloff_mm: float) -> sr.DoseGrid:
    """Prescription at the target's surface, half of it two fall-off lengths further."""
    half = 45.0
    place = np.arange(-half, half + DOSE_MM, DOSE_MM)
    up, ahead, right = np.meshgrid(place, place, place, indexing="ij")
    beyond = np.maximum(np.hypot(right, ahead - center_mm) - radius_mm, np.abs(up) - 14.0)
    values = 1.2 * PRESCRIPTION_GY / (1 + 0.2 * np.exp(beyond / falloff_mm * np.log(3.5)))
    matrix = np.diag([DOSE_MM] * 3 + [1.0])
    matrix[:3, 3] = -half
    return sr.DoseGrid(values, matrix)


def _image() -> sr.ImageVolume:
    matrix = np.diag([4.0, 4.0, SLICE_MM, 1.0])
    matrix[:3, 3] = -62.0, -62.0, -38.0
    return sr.ImageVolume(np.zeros((20, 32, 32), dtype=np.int16), matrix)


def _with_other_dose(first: Path, folder: Path, factor: float) -> None:
    for source in sorted(first.rglob("*.dcm")):
        to = folder / source.relative_to(first)
        to.parent.mkdir(parents=True, exist_ok=True)
        if source.name != "RD.dcm":
            os.link(source, to)
            continue
        dose = pydicom.dcmread(source)
        dose.DoseGridScaling = f"{float(dose.DoseGridScaling) * factor:.10g}"
        dose.save_as(to)
