"""A small plan whose scene is known: CT and dose on grids of different orientation."""

from __future__ import annotations

import numpy as np

from spine_radiosurgery.case import Case, ImageVolume, Prescription
from spine_radiosurgery.dose import DoseGrid
from spine_radiosurgery.geometry import Structure


def circle(right: float, anterior: float, superior: float, radius_mm: float) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    return np.column_stack(
        [
            right + radius_mm * np.cos(angle),
            anterior + radius_mm * np.sin(angle),
            np.full(120, superior),
        ]
    )


def tube(name: str, anterior: float, radius_mm: float, low: float, high: float, **attributes):
    """A cylinder along the superior axis, contoured every 2.5 mm, caps at `low` and `high`."""
    heights = np.arange(low + 1.25, high, 2.5)
    contours = [circle(3.0, anterior, h, radius_mm) for h in heights]
    return Structure.from_contours(name, contours, **attributes)


def affine(directions, spacing, origin) -> np.ndarray:
    matrix = np.eye(4)
    matrix[:3, :3] = np.asarray(directions, dtype=float) * spacing
    matrix[:3, 3] = origin
    return matrix


def image() -> ImageVolume:
    """64 x 64 x 36 voxels in DICOM's usual supine order, rows to the left and posterior."""
    values = np.random.default_rng(0).integers(-1000, 1500, (36, 64, 64)).astype(np.int16)
    matrix = affine(np.diag([-1, -1, 1]), [1.2, 1.2, 2.5], [40.3, 45.1, -43.75])
    return ImageVolume(values, matrix, "CT", "Planning CT", 2.5)


def dose() -> DoseGrid:
    """Dose that falls by 1 Gy/mm toward posterior; k runs along the body's left."""
    directions = np.array([[0, 0, -1], [0, -1, 0], [1, 0, 0]])
    matrix = affine(directions, [2.5, 2.0, 2.0], [38.0, 40.0, -44.0])
    anterior = 40.0 - 2.0 * np.arange(38)
    profile = np.clip(13.0 + 1.0 * anterior, 0.0, 19.0)
    return DoseGrid(np.broadcast_to(profile[np.newaxis, :, np.newaxis], (36, 38, 36)), matrix)


def plan(**changes) -> Case:
    parts = {
        "identifier": "scene-test",
        "structures": (
            tube("CTV_T8", 14.0, 9.0, -10.0, 10.0, number=1, interpreted_type="CTV"),
            tube("SpinalCord", -8.0, 5.0, -40.0, 40.0, number=2, interpreted_type="ORGAN"),
            tube("Esophagus", 30.0, 4.0, -40.0, 40.0, number=3, color=(10, 200, 30)),
            tube("Lung_L", -25.0, 6.0, -30.0, 30.0, number=4),
        ),
        "dose": dose(),
        "image": image(),
        "prescription": Prescription(16.0, 1, source="RTPLAN"),
        "dose_label": "Plan 16 Gy",
    }
    return Case(**{**parts, **changes})
