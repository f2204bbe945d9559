"""Vertebrae of boxes, split as they are built: sectors with known volumes and borders."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from shapes import cylinder

from spine_radiosurgery.anatomy import SECTORS, VertebraFrame, VertebraSectors
from spine_radiosurgery.geometry import Grid, OccupancyMask, Structure

# Right, anterior, superior of the canal's centre: lowest and highest corner, mm.
Box = tuple[tuple[float, float, float], tuple[float, float, float]]
BOXES: dict[str, tuple[Box, ...]] = {
    "body": (((-15, 8, -12), (15, 32, 12)),),
    "left_pedicle": (((-14, 0, 0), (-8, 8, 10)),),
    "right_pedicle": (((8, 0, 0), (14, 8, 10)),),
    "left_lamina": (((-14, -8, -6), (-8, 0, 10)), ((-14, -14, -6), (-3, -8, 10))),
    "right_lamina": (((8, -8, -6), (14, 0, 10)), ((3, -14, -6), (14, -8, 10))),
    "spinous_process": (((-3, -30, -6), (3, -8, 6)),),
}
VOLUMES_CC = {
    name: sum(float(np.prod(np.subtract(high, low))) for low, high in boxes) / 1000
    for name, boxes in BOXES.items()
}
LEVEL_MM = 30.0


def box_vertebra(
    level: str | None = "L3",
    centre: Sequence[float] = (0.0, 0.0, 0.0),
    *,
    spacing: Sequence[float] = (1.0, 1.0, 1.0),
    without: Sequence[str] = (),
    name: str | None = None,
    warnings: tuple[str, ...] = (),
) -> VertebraSectors:
    """The sectors of one vertebra on voxels whose faces are the boxes' own at whole spacings."""
    step = np.asarray(spacing, dtype=float)
    low, high = np.array([-18.0, -36.0, -18.0]), np.array([18.0, 36.0, 18.0])
    i, j, k = (int(n) for n in np.round((high - low) / step))
    matrix = np.diag([*step, 1.0])
    matrix[:3, 3] = np.asarray(centre) + low + step / 2
    grid = Grid((k, j, i), matrix)
    name = name or f"vertebrae_{level}"
    middles = [
        grid.to_ras(np.eye(3)[a] * np.arange(n)[:, None])[:, a] - centre[a]
        for a, n in enumerate((i, j, k))
    ]
    values = {}
    for sector in SECTORS:
        mask = np.zeros((k, j, i))
        for start, stop in () if sector in without else BOXES[sector]:
            inside = [(m > a) & (m < b) for m, a, b in zip(middles, start, stop, strict=True)]
            mask[np.ix_(*inside[::-1])] = 1.0
        values[sector] = mask
    sectors = {
        sector: Structure(f"{name} {sector.replace('_', ' ')}", OccupancyMask(mask, grid))
        for sector, mask in values.items()
    }
    whole = Structure(name, OccupancyMask(sum(values.values()), grid))
    frame = VertebraFrame(np.asarray(centre, dtype=float), np.eye(3), 8.0, -8.0, 8.0, -12.0, 12.0)
    return VertebraSectors(
        vertebra=whole, frame=frame, **sectors, quality={}, warnings=warnings, level=level
    )


def column(*levels: str | None, first_mm: float = 0.0, **options: object) -> list[VertebraSectors]:
    """Vertebrae from head to foot, 30 mm apart: discs of 6 mm."""
    return [
        box_vertebra(level, (0.0, 0.0, first_mm - LEVEL_MM * n), **options)
        for n, level in enumerate(levels)
    ]


def box(low: Sequence[float], high: Sequence[float], name: str = "GTV", spacing: float = 0.5):
    """A box as a mask."""
    size = np.round(np.subtract(high, low) / spacing).astype(int)
    matrix = np.diag([spacing, spacing, spacing, 1.0])
    matrix[:3, 3] = np.asarray(low) + spacing / 2
    return Structure.from_mask(name, np.ones(size[::-1]), matrix)


def straight_cord(length: float = 120.0, radius: float = 5.0, name: str = "SpinalCord"):
    """A cord in the middle of the canal."""
    return cylinder(radius, length, spacing=2.0, name=name)
