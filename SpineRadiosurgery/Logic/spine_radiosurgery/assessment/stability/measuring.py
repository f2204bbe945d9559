"""What masks measure of a vertebra's stability: collapse and the tumor's share of its sectors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...anatomy import VertebraSectors
from ...geometry import Structure
from .collapse import measure_collapse
from .entry import VertebraMeasurement

FloatArray = NDArray[np.float64]

INVOLVED_PERCENT = 1.0
"""Share of a pedicle or lamina inside the tumor from which it is involved: a hundredth is more than
what the outlines of two structures that only touch have in common (as for targets)."""

_UNDIVIDED = 1e-6
_LEAST_ALONE = 0.25


def measure_vertebra(
    sectors: VertebraSectors,
    tumour: Structure | None = None,
    *,
    neighbours: Sequence[VertebraSectors] = (),
) -> VertebraMeasurement:
    """Measure what SINS asks of a vertebra and its tumor.

    Parameters
    ----------
    sectors : VertebraSectors
    tumour : Structure, optional
        Without it the shares inside it are open.
    neighbours : sequence of VertebraSectors
        The vertebrae above and below, whose heights tell what to expect.

    Returns
    -------
    VertebraMeasurement
        Open where a sector is missing: it may be destroyed by tumor, or removed.
    """
    collapse = measure_collapse(sectors, neighbours)
    body = right = left = None
    if tumour is not None:
        inside = _inside(sectors, tumour)
        body = _share(sectors.body, inside)
        right, left = (_side_share(sectors, side, inside) for side in ("right", "left"))
    return VertebraMeasurement(
        vertebra=sectors.vertebra.name,
        collapse_percent=collapse.percent,
        collapse_reference=collapse.reference,
        body_involved_percent=body,
        right_posterolateral_percent=right,
        left_posterolateral_percent=left,
        level=sectors.level or "",
        tumour=tumour.name if tumour is not None else "",
        collapse_uncertainty_percent=collapse.uncertainty_percent,
        collapse_compared=collapse.compared,
    )


def _inside(sectors: VertebraSectors, tumour: Structure) -> FloatArray:
    """Share of each of the vertebra's voxels inside the tumor."""
    grid = sectors.vertebra.mask.grid
    return np.asarray(tumour.mask_on(grid.shape_kji, grid.ijk_to_ras), dtype=np.float64)


def _share(sector: Structure, inside: FloatArray) -> float | None:
    """Percent of a sector inside the tumor; None where there is no sector."""
    return _percent(sector.mask.values, inside)


def _side_share(sectors: VertebraSectors, side: str, inside: FloatArray) -> float | None:
    """The larger share of pedicle and lamina of a side; None if a missing one could have more."""
    whole = sectors.vertebra.mask.values
    parts = (sectors.sector(f"{side}_pedicle"), sectors.sector(f"{side}_lamina"))
    shares = [_percent(_undivided(part.mask.values, whole), inside) for part in parts]
    known = [share for share in shares if share is not None]
    largest = max(known, default=0.0)
    return largest if len(known) == len(parts) or largest >= INVOLVED_PERCENT else None


def _undivided(sector: FloatArray, whole: FloatArray) -> FloatArray:
    """Leave out voxels that a border cuts: in them a tumor of the body would involve pedicles.

    In coarse masks they are most of a pedicle; then those of which it holds the larger part count.
    """
    alone = np.where(sector > whole - _UNDIVIDED, sector, 0.0)
    if alone.sum() >= _LEAST_ALONE * sector.sum():
        return alone
    return np.where(sector >= 0.5 * whole, sector, 0.0)


def _percent(weight: FloatArray, inside: FloatArray) -> float | None:
    total = float(weight.sum())
    if total == 0:
        return None
    return float(np.clip(100 * (weight * inside).sum() / total, 0, 100))
