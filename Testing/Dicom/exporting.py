"""An image to export to, and shapes whose volume is known, for the tests of exports."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
from builders import CT_SERIES, FRAME, SET_UID, STUDY, hounsfield, write_images, write_structures

from spine_radiosurgery.case import Case
from spine_radiosurgery.dicom.exporting import ExportedStructure
from spine_radiosurgery.geometry import Structure

CORD_CODES = {
    "category": ("123037004", "SCT", "Anatomical Structure"),
    "type": ("2748008", "SCT", "Spinal cord"),
}
ORIGIN = (-40.0, -40.0, 0.0)
CENTER = np.array([1.3, 0.7, 39.4])
"""Of the shapes, RAS: off every voxel and slice."""
SHAPES: dict[str, tuple[Callable[[np.ndarray], np.ndarray], float]] = {
    "Sphere": (lambda p: np.linalg.norm(p, axis=-1) < 12, 4 / 3 * np.pi * 12**3 / 1000),
    "Cube": (lambda p: (np.abs(p) < 9).all(axis=-1), 18**3 / 1000),
    "Cylinder": (
        lambda p: (np.linalg.norm(p[..., :2], axis=-1) < 7) & (np.abs(p[..., 2]) < 13),
        np.pi * 7**2 * 26 / 1000,
    ),
    "Donut": (
        lambda p: (np.abs(np.linalg.norm(p[..., :2], axis=-1) - 8) < 3) & (np.abs(p[..., 2]) < 9),
        np.pi * (11**2 - 5**2) * 18 / 1000,
    ),
    "Plate": (
        lambda p: (
            (np.abs(p[..., 0] * np.cos(0.5) + p[..., 1] * np.sin(0.5)) < 0.8)
            & (np.abs(p[..., 1] * np.cos(0.5) - p[..., 0] * np.sin(0.5)) < 10)
            & (np.abs(p[..., 2]) < 10)
        ),
        1.6 * 20 * 20 / 1000,
    ),
}
"""Inside, by points relative to the center, and volume in cc."""


def write_image(folder: Path, spacing_mm: float = 2.0, *, merged: bool = False) -> Path:
    """A CT of 80 by 80 by 80 mm that the shapes lie in, and if asked a structure set."""
    positions = np.arange(0, 80, spacing_mm).tolist()
    write_images(
        folder / "CT",
        positions,
        origin=ORIGIN,
        stored=lambda n: hounsfield(n % 3, 64, 80),
        PixelSpacing=[1.25, 1.0],
        SliceThickness=spacing_mm,
    )
    if merged:
        write_structures(folder / "RS.dcm")
    return folder


def case_of(*structures: Structure) -> Case:
    uids = {
        "study": STUDY,
        "frame_of_reference": FRAME,
        "image_series": CT_SERIES,
        "structure_set": SET_UID,
    }
    return Case("SRS-TESTCODE", structures, None, uids=uids)


@cache
def shape(name: str, voxel_mm: float = 1.0) -> Structure:
    """A shape as a mask of shares of voxels, its mask's volume within 0.1 % of the shape's."""
    inside, volume_cc = SHAPES[name]
    count = round(30 / voxel_mm)
    matrix = np.diag([voxel_mm, voxel_mm, voxel_mm, 1.0])
    matrix[:3, 3] = CENTER - voxel_mm * (count - 1) / 2 + 0.13
    index = np.stack(np.meshgrid(*3 * [np.arange(count)], indexing="ij"), axis=-1)[..., ::-1]
    centers = index * voxel_mm + matrix[:3, 3] - CENTER
    share = np.zeros(index.shape[:3])
    steps = (np.arange(4) + 0.5) / 4 - 0.5
    for step in itertools.product(steps, repeat=3):
        share += inside(centers + voxel_mm * np.array(step))
    share /= 4**3
    # What the counting of points missed goes into the edges, so that the mask is the shape.
    edges = (share > 0) & (share < 1)
    missing = volume_cc * 1000 / voxel_mm**3 - share.sum()
    share[edges] = np.clip(share[edges] + missing / edges.sum(), 0, 1)
    return Structure.from_mask(name, share, matrix)


def exported(structure: Structure, role: str = "cord", **changes) -> ExportedStructure:
    facts = {
        "structure": structure,
        "name": structure.name,
        "role": role,
        "interpreted_type": "ORGAN",
        "algorithm": "SEMIAUTOMATIC",
        "color": (20, 200, 30),
        **CORD_CODES,
    }
    return ExportedStructure(**{**facts, **changes})
