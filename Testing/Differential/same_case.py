"""One small patient in many guises: contours, masks, files, index orders.

Everything lies on numbers that binary fractions and DICOM's decimal strings hold exactly, and the
dose is what the written RTDOSE gives back, so that every guise starts from the same numbers. The
contours run along the edges of the masks' voxels: both are one solid.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from spine_radiosurgery import evaluate, read_dicom_case, write_dicom_case
from spine_radiosurgery.case import Case, ImageVolume, Prescription
from spine_radiosurgery.dose import DoseGrid
from spine_radiosurgery.geometry import Structure
from spine_radiosurgery.report import Report

TARGET, CORD, ORGAN = "CTV_T8", "SpinalCord", "Esophagus"
TYPES = {TARGET: "CTV", CORD: "ORGAN", ORGAN: "ORGAN"}
SHAPE_KJI = (22, 32, 26)
OPTIONS = {
    "previous_radiation": "no",
    "alpha_beta_gy": 2.0,
    "prv_margin_mm": 1.5,
    "metrics": ("D5%[Gy]",),
}

Order = tuple[tuple[int, int, int], tuple[bool, bool, bool]]
ORDERS: tuple[Order, ...] = (
    ((0, 1, 2), (False, False, False)),
    ((0, 1, 2), (True, True, False)),
    ((0, 1, 2), (False, False, True)),
    ((0, 1, 2), (True, False, False)),
    ((2, 0, 1), (False, True, False)),
    ((1, 2, 0), (False, False, True)),
    ((1, 0, 2), (True, False, True)),
    ((2, 1, 0), (True, True, True)),
)
"""Axes along which the new i, j, k run, and which of the old ones are counted backwards; half of
the results are left-handed."""
ALL_ORDERS: tuple[Order, ...] = tuple(
    itertools.product(itertools.permutations(range(3)), itertools.product((False, True), repeat=3))
)


def affine(spacing: tuple[float, ...], origin: tuple[float, ...]) -> np.ndarray:
    matrix = np.diag([*spacing, 1.0])
    matrix[:3, 3] = origin
    return matrix


VOXELS = affine((-2.0, -2.0, 3.0), (25.0, 45.0, -31.5))
"""Of masks and image, in DICOM's usual order."""


def places(shape: tuple[int, ...], ijk_to_ras: np.ndarray) -> tuple[np.ndarray, ...]:
    k, j, i = np.meshgrid(*[np.arange(n) for n in shape], indexing="ij")
    ras = np.stack([i, j, k], axis=-1) @ ijk_to_ras[:3, :3].T + ijk_to_ras[:3, 3]
    return ras[..., 0], ras[..., 1], ras[..., 2]


@cache
def masks() -> dict[str, np.ndarray]:
    """Voxels of target, cord and an organ; none of them is symmetric."""
    right, anterior, superior = places(SHAPE_KJI, VOXELS)
    target = (((right + 2) / 15) ** 2 + ((anterior - 18) / 12) ** 2 <= 1) & (abs(superior) < 10)
    target &= ~((right > 4) & (superior > 3) & (anterior > 22))
    cord = ((right - 1) / 6) ** 2 + ((anterior + 5) / 4.6) ** 2 <= 1
    organ = (((right + 9) / 7) ** 2 + ((anterior - 36) / 5) ** 2 <= 1) & (abs(superior) < 20)
    return {TARGET: target, CORD: cord & (abs(superior) < 26), ORGAN: organ}


def outlines(mask: np.ndarray, ijk_to_ras: np.ndarray = VOXELS) -> list[np.ndarray]:
    """Closed RAS polygons along the pixel edges of every layer k."""
    found = []
    for k, plane in enumerate(mask):
        edges: set[tuple[tuple[int, int], tuple[int, int]]] = set()
        for j, i in np.argwhere(plane).tolist():
            corners = ((i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1))
            around = set(zip(corners, (*corners[1:], corners[0]), strict=True))
            shared = {edge for edge in around if edge[::-1] in edges}
            edges = (edges - {edge[::-1] for edge in shared}) | (around - shared)
        steps = dict(edges)
        assert len(steps) == len(edges), "parts touch by a corner"
        while steps:
            first = min(steps)
            loop, at = [first], steps.pop(first)
            while at != first:
                loop.append(at)
                at = steps.pop(at)
            corner = np.array(loop, dtype=float) - 0.5
            straight = 2 * corner == np.roll(corner, 1, axis=0) + np.roll(corner, -1, axis=0)
            ij = corner[~straight.all(axis=1)]
            ijk = np.column_stack([ij, np.full(len(ij), k)])
            found.append(ijk @ ijk_to_ras[:3, :3].T + ijk_to_ras[:3, 3])
    return found


@cache
def planned_dose() -> DoseGrid:
    """A steep, uneven dose around the target, on a lattice of its own."""
    matrix = affine((-2.5, -2.5, 2.5), (50.0, 71.25, -37.5))
    shape = (31, 43, 42)
    right, anterior, superior = places(shape, matrix)
    radius = np.sqrt(((right + 2) / 16) ** 2 + ((anterior - 17) / 13) ** 2 + (superior / 13) ** 2)
    ripple = 1 + 0.02 * np.sin(right / 7 + anterior / 11 + superior / 5)
    return DoseGrid(18.5 / (1 + np.exp((radius - 1.55) * 4.5)) * ripple + 0.05, matrix)


def contoured(dose: DoseGrid | None = None) -> Case:
    """The patient as contours, the image with them."""
    values = np.random.default_rng(1).integers(-100, 300, SHAPE_KJI).astype(np.int16)
    return Case(
        "same",
        tuple(
            Structure.from_contours(name, outlines(mask), number=n, interpreted_type=TYPES[name])
            for n, (name, mask) in enumerate(masks().items(), start=1)
        ),
        dose or planned_dose(),
        ImageVolume(values, VOXELS, "CT", "CT", 3.0),
        Prescription(16.0, 1, "RTPLAN"),
    )


def written(folder: Path) -> Case:
    """Write the patient as DICOM and read the files back: what all guises start from."""
    write_dicom_case(contoured(), folder)
    return read_dicom_case(folder)


def evaluated(case: Case, **changes: Any) -> Report:
    """What the library makes of a guise."""
    return evaluate(case, target=TARGET, cord=CORD, **{**OPTIONS, **changes})


def masked(case: Case, order: Order = ORDERS[0]) -> Case:
    """The same patient with masks for contours, their voxels in another index order."""
    made = {
        name: Structure.from_mask(
            name, *reordered(mask, VOXELS, order), interpreted_type=TYPES[name]
        )
        for name, mask in masks().items()
    }
    numbered = (replace(made[s.name], number=s.number) for s in case.structures)
    return replace(case, structures=tuple(numbered))


def with_dose_order(case: Case, order: Order) -> Case:
    """The same patient with the dose's voxels in another index order."""
    values, matrix = reordered(case.dose.values_gy, case.dose.ijk_to_ras, order)
    return replace(case, dose=DoseGrid(values, matrix))


def reordered(
    values: np.ndarray, ijk_to_ras: np.ndarray, order: Order
) -> tuple[np.ndarray, np.ndarray]:
    """The same voxels at the same places, counted in another order."""
    axes, backwards = order
    matrix = ijk_to_ras.copy()
    for axis in np.flatnonzero(backwards):
        values = np.flip(values, 2 - axis)
        matrix[:3, 3] += matrix[:3, axis] * (values.shape[2 - axis] - 1)
        matrix[:3, axis] *= -1
    matrix[:3, :3] = matrix[:3, :3][:, axes]
    ordered = values.transpose(2, 1, 0).transpose(axes).transpose(2, 1, 0)
    return np.ascontiguousarray(ordered), matrix
