"""A plan small enough to know every answer: cord and target in a dose linear along anterior."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from spine_radiosurgery.case import Case, ImageVolume, Prescription
from spine_radiosurgery.dose import DoseGrid
from spine_radiosurgery.geometry import Structure

SLICES_MM = np.arange(-40.0, 41.0, 2.0)


def disc(right: float, anterior: float, superior: float, radius: float, points: int = 180):
    """A circle in an axial plane, RAS mm."""
    angle = np.linspace(0, 2 * np.pi, points, endpoint=False)
    return np.column_stack(
        [
            right + radius * np.cos(angle),
            anterior + radius * np.sin(angle),
            np.full(points, superior),
        ]
    )


def tube(name, *, anterior=0.0, radius=4.5, low=-40.0, high=40.0, spacing=2.0, **attributes):
    """A cylinder of axial contours whose half-slice caps end at `low` and `high`."""
    heights = np.arange(low + spacing / 2, high, spacing)
    return Structure.from_contours(
        name, [disc(0, anterior, h, radius) for h in heights], **attributes
    )


def linear_dose(at_origin_gy=5.0, gy_per_mm=0.4, half_size_mm=60.0, spacing_mm=2.0) -> DoseGrid:
    """Dose that rises linearly toward anterior and never falls below 0."""
    n = int(2 * half_size_mm / spacing_mm) + 1
    matrix = np.diag([spacing_mm] * 3 + [1.0])
    matrix[:3, 3] = -half_size_mm
    anterior = -half_size_mm + spacing_mm * np.arange(n)
    profile = np.clip(at_origin_gy + gy_per_mm * anterior, 0.0, None)
    return DoseGrid(np.broadcast_to(profile[np.newaxis, :, np.newaxis], (n, n, n)), matrix)


def dose_that_ends(rows: int) -> DoseGrid:
    """5 Gy at the cord, 0.1 Gy/mm; from 10 mm behind it, `rows` 2 mm apart; one voxel has 30 Gy."""
    whole = linear_dose(5.0, 0.1)
    values = whole.values_gy[:, 25 : 25 + rows].copy()
    values[0, 0, 0] = 30.0
    matrix = whole.ijk_to_ras.copy()
    matrix[1, 3] = -10.0
    return DoseGrid(values, matrix)


def image() -> ImageVolume:
    """A small image around the plan."""
    matrix = np.diag([4.0, 4.0, 2.0, 1.0])
    matrix[:3, 3] = -60.0, -60.0, -60.0
    return ImageVolume(np.zeros((61, 31, 31), dtype=np.int16), matrix, label="CT")


def plan(**changes) -> Case:
    """A 16 Gy plan in one fraction: cord 65 mm2, target 27 mm anterior of it."""
    case = Case(
        identifier="synthetic",
        structures=(
            tube(
                "CTV_T8", anterior=27.5, radius=12.0, low=-12.0, high=12.0, interpreted_type="CTV"
            ),
            tube("SpinalCord"),
        ),
        dose=linear_dose(),
        image=image(),
        prescription=Prescription(16.0, 1, "RTPLAN"),
    )
    return replace(case, **changes)
