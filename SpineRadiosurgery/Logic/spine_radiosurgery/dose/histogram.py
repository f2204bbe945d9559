"""The cumulative dose-volume histogram of cells with linear dose: exact, without bins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

POINT_SHARE = 1e-6
"""A cell whose dose spans less than this share of the largest dose has one dose."""
FLAT_SHARE = 1e-3
SLENDER = 0.05
"""Cells that span less than `FLAT_SHARE` of the largest dose, or almost nothing along their second
width, have an even dose; finer shapes of them would only cost double precision."""


@dataclass(frozen=True, eq=False)
class CumulativeHistogram:
    """Volume that receives at least a dose: quadratic between knots, with steps at them.

    In a box with a linear dose the dose is the sum of three even spreads. The two widest are kept
    (a trapezoid), the third joins the second by its variance.

    Attributes
    ----------
    knots_gy : (m,)
        Ascending doses; may repeat.
    at_cc, after_cc : (m,)
        Volume receiving at least the knot's dose, and any more than it.
    density, slope : (m,)
        Volume per Gy just above each knot, and its change per Gy up to the next.
    """

    knots_gy: FloatArray
    at_cc: FloatArray
    after_cc: FloatArray
    density: FloatArray
    slope: FloatArray

    @classmethod
    def of_cells(
        cls, dose_gy: FloatArray, weight_cc: FloatArray, widths_gy: FloatArray
    ) -> CumulativeHistogram:
        """Add up cells.

        Parameters
        ----------
        dose_gy, weight_cc : (n,)
            Mean dose and volume of each cell.
        widths_gy : (n, 2)
            How much the dose changes along the widest edge, and along the others.
        """
        scale = float(np.abs(dose_gy).max(initial=0.0))
        wide, narrow = widths_gy.max(axis=1), widths_gy.min(axis=1)
        even = (wide < FLAT_SHARE * scale) | (narrow < SLENDER * wide)
        even |= wide * narrow < np.finfo(np.float64).tiny
        wide = np.where(even, np.hypot(wide, narrow), wide)
        point = even & (wide <= POINT_SHARE * scale)
        even &= ~point
        shaped = ~(even | point)
        bent = weight_cc[shaped] / (wide[shaped] * narrow[shaped])
        outer = 0.5 * (wide[shaped] + narrow[shaped])
        inner = 0.5 * (wide[shaped] - narrow[shaped])
        middle = dose_gy[shaped]
        level = weight_cc[even] / wide[even]
        half = 0.5 * wide[even]
        places = (middle - outer, middle - inner, middle + inner, middle + outer)
        ends = (dose_gy[even] - half, dose_gy[even] + half)
        return cls._summed(
            np.concatenate([*places, *ends, dose_gy[point]]),
            np.concatenate([bent, -bent, -bent, bent]),
            np.concatenate([level, -level]),
            weight_cc[point],
            float(weight_cc.sum()),
        )

    @classmethod
    def _summed(
        cls,
        places: FloatArray,
        bends: FloatArray,
        jumps: FloatArray,
        steps: FloatArray,
        total_cc: float,
    ) -> CumulativeHistogram:
        """Integrate changes of slope, of density and of volume, given at `places` in this order."""
        order = np.argsort(places)
        knots = places[order]
        n, m = len(bends), len(bends) + len(jumps)

        def sorted_in(values: FloatArray, start: int) -> FloatArray:
            spread = np.zeros(len(places))
            spread[start : start + len(values)] = values
            return spread[order]

        slope = np.cumsum(sorted_in(bends, 0))
        width = np.diff(knots)
        rise = np.concatenate([[0.0], np.cumsum(slope[:-1] * width)])
        density = np.maximum(rise + np.cumsum(sorted_in(jumps, n)), 0.0)
        step = sorted_in(steps, m)
        fall = (density[:-1] + 0.5 * slope[:-1] * width) * width + step[:-1]
        at = total_cc - np.concatenate([[0.0], np.cumsum(fall)])
        # Rounding must not let the curve rise or leave its range.
        curve = np.clip(np.stack([at, at - step], axis=1), 0.0, total_cc)
        curve = np.minimum.accumulate(curve.ravel()).reshape(-1, 2)
        return cls(knots, curve[:, 0], curve[:, 1], density, slope)

    def volume_at(self, doses_gy: FloatArray) -> FloatArray:
        """Volume in cc that receives at least each dose."""
        doses: FloatArray = np.asarray(doses_gy, dtype=np.float64)
        following = np.searchsorted(self.knots_gy, doses, side="left")
        k = np.clip(following - 1, 0, None)
        upper = np.minimum(following, len(self.knots_gy) - 1)
        past = doses - self.knots_gy[k]
        between = self.after_cc[k] - (self.density[k] + 0.5 * self.slope[k] * past) * past
        between = np.clip(between, self.at_cc[upper], self.after_cc[k])
        on_knot = (self.knots_gy[upper] == doses) | (following == 0)
        found = np.where(on_knot, self.at_cc[upper], between)
        return np.where(following >= len(self.knots_gy), 0.0, found)

    def dose_at(self, volume_cc: float) -> float:
        """Largest dose that `volume_cc` receives at least; the volume must not exceed the total."""
        holds = np.searchsorted(-self.at_cc, -volume_cc * (1 - 1e-12), side="right")
        k = max(0, int(holds) - 1)
        excess = float(self.after_cc[k]) - volume_cc
        if k == len(self.knots_gy) - 1 or excess <= 0:
            return float(self.knots_gy[k])
        density, slope = float(self.density[k]), float(self.slope[k])
        root = np.sqrt(max(density**2 + 2.0 * slope * excess, 0.0))
        width = float(self.knots_gy[k + 1] - self.knots_gy[k])
        past = 2.0 * excess / (density + root) if density + root > 0 else width
        return float(self.knots_gy[k] + min(past, width))
