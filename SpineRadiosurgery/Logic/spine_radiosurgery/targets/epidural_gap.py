"""The gap between tumour and cord on every slice: what separation surgery is for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..geometry import InputError, Structure
from .outlines import Outlines, distance_between, outlines_of, planes_of

FloatArray = NDArray[np.float64]

SEPARATION_MM = 2.0
"""Ryu et al. 2015: a small (2 mm) separation between tumour and cord can be helpful."""
STEP_MM = 1.0
LIMIT_TOLERANCE_MM = 1e-6
CITATION = "Ryu et al. 2015, Radiat Oncol J 33:1-11, separation surgery"


@dataclass(frozen=True, eq=False)
class EpiduralGap:
    """The gap on one slice.

    Attributes
    ----------
    superior_mm : float
        Height of the slice.
    gap_mm : float or None
        Smallest distance in the slice; 0 where tumour and cord touch or overlap; None if it is
        not evaluable.
    reason : str
        Why it is not evaluable.
    tumour_ras, cord_ras : (3,) array or None
        The two nearest points; None where there is no gap.
    """

    superior_mm: float
    gap_mm: float | None
    reason: str = ""
    tumour_ras: FloatArray | None = None
    cord_ras: FloatArray | None = None


@dataclass(frozen=True, eq=False)
class EpiduralGaps:
    """The gap on every slice that the tumour reaches, from head to foot.

    Attributes
    ----------
    tumour, cord : str
    rows : tuple of EpiduralGap
    limit_mm : float
        Separation that was aimed at.
    citation : str
    """

    tumour: str
    cord: str
    rows: tuple[EpiduralGap, ...]
    limit_mm: float
    citation: str = CITATION

    @property
    def smallest(self) -> EpiduralGap | None:
        """The row with the smallest gap; None if no row is evaluable."""
        known = [row for row in self.rows if row.gap_mm is not None]
        return min(known, key=lambda row: row.gap_mm or 0.0, default=None)

    @property
    def minimum_mm(self) -> float | None:
        """The smallest gap; None if no row is evaluable."""
        return self.smallest.gap_mm if self.smallest is not None else None

    @property
    def below(self) -> tuple[EpiduralGap, ...]:
        """Rows with less than the separation aimed at."""
        limit = self.limit_mm - LIMIT_TOLERANCE_MM
        return tuple(row for row in self.rows if row.gap_mm is not None and row.gap_mm < limit)

    @property
    def not_evaluable(self) -> tuple[EpiduralGap, ...]:
        """Rows without a gap, with their reasons."""
        return tuple(row for row in self.rows if row.gap_mm is None)

    @property
    def text(self) -> str:
        """The result in one sentence."""
        smallest = self.smallest
        unknown = f"; {len(self.not_evaluable)} not evaluable" if self.not_evaluable else ""
        if smallest is None:
            return f"The gap between {self.tumour} and {self.cord} is not evaluable on any slice."
        return (
            f"The smallest gap between {self.tumour} and {self.cord} in an axial slice is "
            f"{smallest.gap_mm:.1f} mm (superior {smallest.superior_mm:.1f} mm); less than "
            f"{self.limit_mm:g} mm on {len(self.below)} of {len(self.rows)} slices{unknown}."
        )


def epidural_gaps(
    tumour: Structure,
    cord: Structure,
    *,
    step_mm: float | None = None,
    limit_mm: float = SEPARATION_MM,
) -> EpiduralGaps:
    """Measure the gap between tumour and cord on every axial slice of the tumour.

    Between contours the distance is exact; a mask is taken by its iso-lines at occupancy 0.5, as
    in `Structure.contours`. Slices are the tumour's own planes or voxel layers if they are axial,
    else the cord's, else every millimetre.

    Parameters
    ----------
    tumour, cord : Structure
    step_mm : float, optional
        Slices this far apart instead.
    limit_mm : float
        Separation aimed at.

    Raises
    ------
    InputError
        The step or the limit is not positive.
    """
    for what, value in (("step", step_mm), ("separation", limit_mm)):
        if value is not None and not (np.isfinite(value) and value > 0):
            raise InputError(f"The {what} between slices must be more than 0 mm, not {value:g} mm.")
    heights = _heights(tumour, cord, step_mm)
    first, second = outlines_of(tumour, heights), outlines_of(cord, heights)
    cord_reach = cord.extent_mm()
    rows = []
    for height, one, other in zip(heights, first, second, strict=True):
        reason = ""
        if not one:
            reason = f"{tumour.name} has no outline on this slice (missing contours, or too thin)"
        elif not other and not cord_reach[0] <= height <= cord_reach[1]:
            reason = f"{cord.name} ends before this slice"
        elif not other:
            reason = f"{cord.name} has no outline on this slice (missing contours, or too thin)"
        rows.append(EpiduralGap(height, None, reason) if reason else _row(height, one, other))
    return EpiduralGaps(tumour.name, cord.name, tuple(reversed(rows)), limit_mm)


def _heights(tumour: Structure, cord: Structure, step_mm: float | None) -> list[float]:
    """Heights of the slices, ascending, all within the tumour."""
    low, high = tumour.extent_mm()
    if step_mm is None:
        planes = planes_of(tumour)
        if planes is None:
            planes = planes_of(cord)
        if planes is not None and ((planes > low) & (planes < high)).any():
            return sorted(float(h) for h in planes[(planes > low) & (planes < high)])
        step_mm = STEP_MM
    count = max(1, round((high - low) / step_mm))
    return [low + (n + 0.5) * (high - low) / count for n in range(count)]


def _row(height_mm: float, tumour: Outlines, cord: Outlines) -> EpiduralGap:
    gap, on_tumour, on_cord = distance_between(tumour, cord)
    if on_tumour is None or on_cord is None:
        return EpiduralGap(height_mm, 0.0)
    return EpiduralGap(
        height_mm, gap, "", np.append(on_tumour, height_mm), np.append(on_cord, height_mm)
    )
