"""Sizes of the vertebrae and of the spinal cord, level by level.

Sources of the columns, as collected in the project's fact base (section "Vertebral geometry"):
cord: Frostell 2016 (C5, T8, L3 segment) and AJNR 11:369 (C2, C4, C7); cervical canal: dry-bone
series at C2 and C4; thoracic canal and pedicle width: Kaur (PMC4857161); pedicle height: Turkish CT
series; T2 and T9 body heights and lamina: Egwu; lumbar canal: Gujarat dry-bone series; L5 heights,
canal and pedicle: ijssurgery Table 6. Body endplate width and depth are Panjabi 1991/92 quoted from
memory and not checked against the papers; the posterior elements' lengths and angles are inferred
to look like textbook anatomy. Values in between are interpolated linearly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

LEVELS: tuple[str, ...] = (
    *(f"C{n}" for n in range(1, 8)),
    *(f"T{n}" for n in range(1, 13)),
    *(f"L{n}" for n in range(1, 6)),
    "S1",
)
FIRST_TARGET, LAST_TARGET = LEVELS.index("C3"), LEVELS.index("L5")
# The cord ends at the disc below L1.
CONUS_TIP = LEVELS.index("L1") + 0.5

_Table = tuple[tuple[str, float], ...]

_CORD_WIDTH: _Table = (
    ("C2", 12.4), ("C4", 14.0), ("C5", 13.3), ("C7", 11.4), ("T2", 9.4), ("T8", 8.3), ("T11", 9.4),
    ("L1", 7.5),
)  # fmt: skip
_CORD_DEPTH: _Table = (
    ("C2", 8.8), ("C4", 8.7), ("C5", 7.4), ("C7", 7.4), ("T2", 6.6), ("T8", 6.3), ("T11", 7.2),
    ("L1", 6.2),
)  # fmt: skip
_COLUMNS: dict[str, _Table] = {
    "body_width_mm": (
        ("C3", 15.8), ("C5", 18.0), ("T1", 24.5), ("T4", 24.5), ("T8", 30.0), ("T12", 39.0),
        ("L1", 41.2), ("L3", 42.0), ("L5", 47.3),
    ),
    "body_depth_mm": (
        ("C3", 15.0), ("C5", 16.0), ("T1", 18.5), ("T4", 23.3), ("T8", 28.0), ("T12", 32.8),
        ("L1", 34.1), ("L5", 34.7),
    ),
    "anterior_height_mm": (
        ("C3", 10.0), ("C5", 10.4), ("C7", 12.0), ("T2", 16.9), ("T9", 18.8), ("T12", 22.0),
        ("L1", 24.5), ("L3", 27.0), ("L5", 30.3),
    ),
    "posterior_height_mm": (
        ("C3", 11.1), ("C5", 11.2), ("C7", 12.6), ("T2", 17.6), ("T9", 20.5), ("T12", 24.0),
        ("L1", 26.0), ("L3", 27.0), ("L5", 26.3),
    ),
    "disc_height_mm": (
        ("C3", 4.5), ("C7", 4.5), ("T2", 3.5), ("T8", 4.0), ("L1", 7.5), ("L4", 10.0),
    ),
    "canal_width_mm": (
        ("C2", 21.6), ("C4", 20.4), ("C7", 22.0), ("T4", 18.5), ("T8", 17.0), ("T11", 19.5),
        ("L1", 22.6), ("L3", 24.0), ("L5", 27.0),
    ),
    "canal_depth_mm": (
        ("C2", 14.4), ("C4", 12.8), ("C7", 14.0), ("T1", 16.0), ("T8", 17.0), ("L1", 16.5),
        ("L5", 15.6),
    ),
    "pedicle_width_mm": (
        ("C3", 5.0), ("C7", 6.5), ("T1", 7.5), ("T4", 4.5), ("T8", 5.0), ("T12", 8.3), ("L3", 10.0),
        ("L5", 16.1),
    ),
    "pedicle_height_mm": (
        ("C3", 6.8), ("T1", 7.2), ("T8", 11.0), ("T12", 11.7), ("L1", 14.0), ("L5", 12.9),
    ),
    "lamina_thickness_mm": (("C3", 3.5), ("C7", 4.5), ("T2", 6.0), ("T8", 6.5), ("L5", 7.5)),
    "lamina_height_mm": (("C3", 10.0), ("C7", 13.0), ("T5", 17.1), ("L1", 20.0), ("L5", 16.0)),
    "spinous_length_mm": (
        ("C3", 13.0), ("C5", 14.0), ("C7", 28.0), ("T1", 30.0), ("T7", 38.0), ("T11", 24.0),
        ("L1", 26.0), ("L3", 29.0), ("L5", 22.0),
    ),
    "spinous_droop_deg": (
        ("C3", 12.0), ("C7", 20.0), ("T3", 40.0), ("T7", 55.0), ("T10", 35.0), ("T12", 12.0),
        ("L1", 5.0), ("L5", 5.0),
    ),
    "spinous_height_mm": (("C3", 7.0), ("T1", 8.0), ("T8", 9.0), ("T12", 15.0), ("L3", 20.0)),
    "transverse_span_mm": (
        ("C3", 46.0), ("C6", 52.0), ("T1", 74.0), ("T8", 62.0), ("T12", 46.0), ("L1", 66.0),
        ("L3", 86.0), ("L5", 84.0),
    ),
    # Positive points backward: thoracic processes do, cervical ones run forward.
    "transverse_sweep_deg": (("C3", -25.0), ("C7", 5.0), ("T2", 30.0), ("T10", 45.0), ("L1", 15.0)),
}  # fmt: skip


@dataclass(frozen=True)
class VertebraSizes:
    """Dimensions of one vertebra in mm, angles in degrees."""

    body_width_mm: float
    body_depth_mm: float
    anterior_height_mm: float
    posterior_height_mm: float
    disc_height_mm: float
    canal_width_mm: float
    canal_depth_mm: float
    pedicle_width_mm: float
    pedicle_height_mm: float
    lamina_thickness_mm: float
    lamina_height_mm: float
    spinous_length_mm: float
    spinous_droop_deg: float
    spinous_height_mm: float
    transverse_span_mm: float
    transverse_sweep_deg: float

    @property
    def height_mm(self) -> float:
        """Mean height of the body."""
        return 0.5 * (self.anterior_height_mm + self.posterior_height_mm)


def vertebra_sizes(level: float) -> VertebraSizes:
    """Sizes at a level given as index into `LEVELS`; fractions lie between two vertebrae.

    `disc_height_mm` is that of the disc below the vertebra.
    """
    return VertebraSizes(**{name: float(_at(table, level)) for name, table in _COLUMNS.items()})


def canal_size_mm(
    level: FloatArray,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Canal width and depth, and depth of the vertebral body before it, at each level index."""
    return (
        _at(_COLUMNS["canal_width_mm"], level),
        _at(_COLUMNS["canal_depth_mm"], level),
        _at(_COLUMNS["body_depth_mm"], level),
    )


def cord_size_mm(
    level: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Transverse and antero-posterior diameter of the spinal cord at each level index.

    From mid L1 the conus tapers to nothing at the disc below it.
    """
    tip = np.clip((CONUS_TIP - level) / 0.5, 0.0, 1.0) ** 0.5
    return _at(_CORD_WIDTH, level) * tip, _at(_CORD_DEPTH, level) * tip


def _at(table: _Table, level: ArrayLike) -> FloatArray:
    knots = [LEVELS.index(name) for name, _ in table]
    values = np.interp(np.asarray(level, float), knots, [value for _, value in table])
    return np.asarray(values, dtype=np.float64)
