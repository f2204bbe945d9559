"""Population bands of dose-volume histograms in a fixed memory, whatever the number of curves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
POINTS_A_PERCENT = 10
"""Volumes are kept to a tenth of a percentage point."""
_LEVELS = 100 * POINTS_A_PERCENT + 1


class CurveBand:
    """How many curves pass through each dose and volume: a histogram with two dimensions.

    Each curve is read at the band's doses and rounded to a tenth of a percentage point, so that a
    quantile is that of numpy (`linear`) to 0.05 points.

    Parameters
    ----------
    doses : (n,) ndarray
        Where the curves are read, rising; any unit.
    """

    def __init__(self, doses: FloatArray) -> None:
        self.doses = doses
        self.curves = 0
        self._counts = np.zeros((len(self.doses), _LEVELS), dtype=np.uint32)
        self._rows = np.arange(len(self.doses))

    def add(self, doses: FloatArray, volume_percent: FloatArray) -> None:
        """Add a cumulative curve, linear between its points and 0 beyond its last one."""
        percent = np.interp(self.doses, doses, volume_percent, right=0.0)
        levels = np.rint(np.clip(percent, 0.0, 100.0) * POINTS_A_PERCENT).astype(np.intp)
        self._counts[self._rows, levels] += 1
        self.curves += 1

    def quantiles(self, shares: Sequence[float] = QUANTILES) -> FloatArray:
        """Return volumes in percent, shape (len(shares), n); nan without a curve."""
        if not self.curves:
            return np.full((len(shares), len(self.doses)), np.nan)
        cumulative = np.cumsum(self._counts, axis=1, dtype=np.int64)
        found = []
        for share in shares:
            place = share * (self.curves - 1)
            low = _value_at(cumulative, int(np.floor(place)))
            high = _value_at(cumulative, int(np.ceil(place)))
            found.append(low + (place - np.floor(place)) * (high - low))
        return np.array(found)


def _value_at(cumulative: NDArray[np.int64], place: int) -> FloatArray:
    """Return the value at a place of each row's sorted values, the first being 0."""
    return np.asarray((cumulative <= place).sum(axis=1) / POINTS_A_PERCENT, dtype=float)
