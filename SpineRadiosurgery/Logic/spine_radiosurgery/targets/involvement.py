"""Which sectors of a vertebra a tumour involves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..anatomy import SECTORS, VertebraSectors
from ..geometry import Grid, InputError, Structure
from .assembly import base_grid
from .lattice import grid_around, occupancy
from .overlaps import overlaps
from .sites import label_of
from .templates import in_words
from .uniting import united

FloatArray = NDArray[np.float64]

THRESHOLD = 0.01
"""Share of a sector inside the tumour from which it is involved: a hundredth is more than what the
outlines of two structures that only touch have in common."""
TUMOUR_SHARE = 0.10
"""A sector that holds this share of the tumour's bony part is involved, however large it is."""
LATERAL_SHARE = 0.80
"""The body is involved on one side if that half holds this share of the tumour in it."""
DIFFUSE_SHARE = 0.50
"""The body is diffusely involved from this share of its volume."""
TOUCHED = 1e-6


@dataclass(frozen=True, eq=False)
class Involvement:
    """How far a tumour reaches into the six sectors.

    Attributes
    ----------
    vertebra, tumour : str
        Level (or structure) and names of the tumour's structures.
    shares : mapping of str to float
        Share of each present sector's volume inside the tumour, 0..1.
    tumour_cc : mapping of str to float
        Volume of the tumour in each present sector.
    outside_cc : float
        Volume of the tumour outside the vertebra: epidural, paraspinal or in other levels.
    involved : tuple of str
        Sectors that count as involved.
    body_pattern : str
        Where in the body: "", "part", "left", "right" or "diffuse". The consortium's words, but
        the limits between them (`LATERAL_SHARE`, `DIFFUSE_SHARE`) are this program's own.
    threshold : float
    """

    vertebra: str
    tumour: str
    shares: Mapping[str, float]
    tumour_cc: Mapping[str, float]
    outside_cc: float
    involved: tuple[str, ...]
    body_pattern: str
    threshold: float
    left_share_of_body_tumour: float | None = field(default=None)

    @property
    def text(self) -> str:
        """The involved sectors with their shares, in words."""
        if not self.involved:
            return f"{self.tumour} involves no sector of {self.vertebra}"
        named = ", ".join(
            f"{in_words(name)} ({100 * self.shares[name]:.0f} %)" for name in self.involved
        )
        return f"{self.tumour} involves the {named} of {self.vertebra}"


def involvement(
    sectors: VertebraSectors,
    gtv: Structure | Sequence[Structure],
    *,
    threshold: float = THRESHOLD,
) -> Involvement:
    """Find the sectors that a gross tumour volume involves.

    A sector is involved if the tumour fills at least `threshold` of it, or if it holds a tenth of
    the tumour inside the vertebra (a small lesion in a large body). With a threshold of 0 every
    sector that the tumour overlaps is involved.

    Parameters
    ----------
    sectors : VertebraSectors
    gtv : Structure or sequence of Structure
        United first.
    threshold : float
        Share of a sector's volume, 0..1.

    Raises
    ------
    InputError
        The threshold is no share, or there is no tumour.
    """
    if not 0 <= threshold <= 1:
        raise InputError(
            f"The threshold of involvement is a share between 0 and 1, not {threshold:g}."
        )
    tumours = [gtv] if isinstance(gtv, Structure) else list(gtv)
    if not tumours:
        raise InputError("Involved sectors are found from a gross tumor volume; none was given.")
    base = base_grid(sectors)
    grid = grid_around([sectors.vertebra], base, fine=True)
    tumour = _tumour_on(tumours, grid)
    cc = grid.voxel_volume_mm3 / 1000.0
    parts = overlaps(sectors, tumour, grid)
    volumes = {name: float(part.sum()) * cc for name, part in parts.items()}
    shares = {n: min(1.0, volumes[n] / sectors.sector(n).volume_cc) for n in sectors.present}
    inside = parts.get("body", np.zeros(grid.shape_kji))
    total = sum(volumes.values())
    involved = tuple(
        name
        for name in SECTORS
        if name in shares
        and shares[name] > TOUCHED
        and (shares[name] >= threshold or volumes[name] >= TUMOUR_SHARE * total)
    )
    left = _left_share(sectors, inside, grid)
    return Involvement(
        label_of(sectors),
        " + ".join(t.name for t in tumours),
        shares,
        volumes,
        max(0.0, _volume_cc(tumours, base) - total),
        involved,
        _pattern(shares.get("body", 0.0), left) if "body" in involved else "",
        threshold,
        left,
    )


def _tumour_on(tumours: Sequence[Structure], grid: Grid) -> FloatArray:
    values = occupancy(tumours[0], grid)
    for tumour in tumours[1:]:
        values = united(values, occupancy(tumour, grid), grid)
    return values


def _volume_cc(tumours: Sequence[Structure], base: Grid) -> float:
    """Volume of the union."""
    if len(tumours) == 1:
        return tumours[0].volume_cc
    grid = grid_around(tumours, base, fine=True)
    return float(_tumour_on(tumours, grid).sum()) * grid.voxel_volume_mm3 / 1000.0


def _left_share(sectors: VertebraSectors, tumour: FloatArray, grid: Grid) -> float | None:
    """Share of the body's tumour on the patient's left of the vertebra's own mid-plane."""
    kji = np.argwhere(tumour > 0)
    if not len(kji):
        return None
    weight = tumour[tuple(kji.T)]
    right = sectors.frame.local(grid.to_ras(kji[:, ::-1]))[:, 0]
    return float(weight[right < 0].sum() / weight.sum())


def _pattern(share: float, left: float | None) -> str:
    if share >= DIFFUSE_SHARE:
        return "diffuse"
    if left is not None and left >= LATERAL_SHARE:
        return "left"
    if left is not None and left <= 1 - LATERAL_SHARE:
        return "right"
    return "part"
