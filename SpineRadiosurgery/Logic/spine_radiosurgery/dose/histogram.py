"""The cumulative dose-volume histogram of cells with evenly spread dose: exact, without bins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

UNIFORM_GY = 1e-5
"""A cell spread over less than this has one dose; keeps the slopes within double precision."""


@dataclass(frozen=True, eq=False)
class CumulativeHistogram:
    """Volume that receives at least a dose, linear between knots, with steps at them.

    Attributes
    ----------
    knots_gy : (m,)
        Ascending doses.
    at_cc, after_cc : (m,)
        Volume receiving at least the knot's dose, and any more than it.
    """

    knots_gy: FloatArray
    at_cc: FloatArray
    after_cc: FloatArray

    @classmethod
    def of_cells(
        cls, dose_gy: FloatArray, weight_cc: FloatArray, spread_gy: FloatArray
    ) -> CumulativeHistogram:
        """Add up cells with volume `weight_cc` and doses even over `dose_gy` +- `spread_gy`."""
        spread = spread_gy > UNIFORM_GY
        slope = weight_cc[spread] / (2 * spread_gy[spread])
        places = np.concatenate(
            [
                dose_gy[spread] - spread_gy[spread],
                dose_gy[spread] + spread_gy[spread],
                dose_gy[~spread],
            ]
        )
        knots, index = np.unique(places, return_inverse=True)
        n, m = len(slope), len(knots)
        bend = np.bincount(index[: 2 * n], weights=np.concatenate([-slope, slope]), minlength=m)
        step = np.bincount(index[2 * n :], weights=weight_cc[~spread], minlength=m)
        total = float(weight_cc.sum())
        fall = np.cumsum(bend)[:-1] * np.diff(knots) - step[:-1]
        at = np.clip(total + np.concatenate([[0.0], np.cumsum(fall)]), 0.0, total)
        # Rounding must not let the curve rise.
        at = np.minimum.accumulate(at)
        return cls(knots, at, np.maximum(at - step, 0.0))

    def volume_at(self, doses_gy: FloatArray) -> FloatArray:
        """Volume in cc that receives at least each dose."""
        after = np.searchsorted(self.knots_gy, doses_gy, side="left")
        last = len(self.knots_gy) - 1
        k = np.clip(after, 0, last)
        before = np.clip(after - 1, 0, last)
        width = self.knots_gy[k] - self.knots_gy[before]
        share = np.divide(
            doses_gy - self.knots_gy[before], width, out=np.ones_like(doses_gy), where=width > 0
        )
        between = self.after_cc[before] + share * (self.at_cc[k] - self.after_cc[before])
        exact = (self.knots_gy[k] == doses_gy) | (after == 0)
        return np.where(after > last, 0.0, np.where(exact, self.at_cc[k], between))

    def dose_at(self, volume_cc: float) -> float:
        """Largest dose that `volume_cc` receives at least; the volume must not exceed the total."""
        holds = np.searchsorted(-self.at_cc, -volume_cc * (1 - 1e-12), side="right")
        k = max(0, int(holds) - 1)
        if k == len(self.knots_gy) - 1 or self.after_cc[k] < volume_cc:
            return float(self.knots_gy[k])
        drop = self.after_cc[k] - self.at_cc[k + 1]
        share = (self.after_cc[k] - volume_cc) / drop if drop > 0 else 1.0
        return float(self.knots_gy[k] + share * (self.knots_gy[k + 1] - self.knots_gy[k]))
