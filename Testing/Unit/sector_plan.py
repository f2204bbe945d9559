"""A plan around one vertebra whose sectors are known: drawn target, tumour, cord, skin."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
from synthetic_plan import linear_dose, plan, tube
from vertebra_shapes import SECTORS, VertebraShape, make_shape

from spine_radiosurgery.anatomy import VertebraSectors, split_vertebra
from spine_radiosurgery.case import Case
from spine_radiosurgery.geometry import Structure

LEVEL = "T8"
VERTEBRA, DRAWN, TUMOUR = "vertebrae_T8", "CTV_T8", "GTV_T8"


@cache
def shape() -> VertebraShape:
    """The vertebra; its body's centre is the origin."""
    return make_shape(LEVEL)


@cache
def sectors() -> VertebraSectors:
    """The vertebra split by the program."""
    return split_vertebra(shape().structure(), shape().canal_structure())


def truth(name: str, *parts: str, **attributes) -> Structure:
    """A structure made of true sectors."""
    numbers = [SECTORS.index(part) + 1 for part in parts]
    return Structure.from_mask(
        name, np.isin(shape().labels, numbers), shape().ijk_to_ras, **attributes
    )


def ball(name: str, centre_ras, radius_mm: float, **attributes) -> Structure:
    """A ball of 1 mm voxels."""
    size = int(2 * radius_mm) + 3
    matrix = np.eye(4)
    matrix[:3, 3] = np.array(centre_ras) - size // 2
    k, j, i = np.mgrid[0:size, 0:size, 0:size] - size // 2
    return Structure.from_mask(name, i**2 + j**2 + k**2 <= radius_mm**2, matrix, **attributes)


@cache
def sector_case(*drawn: str) -> Case:
    """A case whose drawn target is made of these true sectors; the body by default."""
    canal = shape().canal_structure()
    behind = float(canal.bounds_ras()[:, 1].mean())
    structures = (
        truth(DRAWN, *(drawn or ("body",)), interpreted_type="CTV"),
        ball(TUMOUR, (-8.0, -4.0, 0.0), 4.0, interpreted_type="GTV"),
        tube("SpinalCord", anterior=behind, radius=3.5),
        canal,
        shape().structure(),
        tube("External", anterior=-15.0, radius=58.0, interpreted_type="EXTERNAL"),
        tube("Esophagus", anterior=30.0, radius=5.0),
    )
    dose = linear_dose(at_origin_gy=16.0, half_size_mm=80.0)
    return replace(plan(), structures=structures, dose=dose, image=None)
