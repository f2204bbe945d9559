"""Cumulative dose-volume curves of many setups at once, and the metrics read from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...geometry import InputError
from ..metric_names import MetricName

FloatArray = NDArray[np.float64]

BINS = 2048
"""Steps of the dose axis up to the largest dose: 0.01 Gy at 20 Gy."""
ROUNDING = 1e-9
"""Smaller shares of the volume are rounding of the sums."""


@dataclass(frozen=True, eq=False)
class Curves:
    """Cumulative dose-volume curves on a common, fine dose axis, one a setup.

    Attributes
    ----------
    volume_cc : (b, BINS + 1)
        Volume inside the dose grid that receives at least `step_gy` times the column's number.
    step_gy : float
    mean_gy, min_gy, max_gy : (b,)
        nan where nothing lies inside the dose grid.
    covered_cc : (b,)
        Volume inside the dose grid; percent metrics refer to it.
    """

    volume_cc: FloatArray
    step_gy: float
    mean_gy: FloatArray
    min_gy: FloatArray
    max_gy: FloatArray
    covered_cc: FloatArray

    @classmethod
    def of(
        cls,
        dose_gy: NDArray[np.float32],
        spread_gy: NDArray[np.float32],
        volume_cc: FloatArray,
        share_inside: FloatArray,
        largest_gy: float,
    ) -> Curves:
        """Add up grains with doses even over dose +- spread.

        Parameters
        ----------
        dose_gy, spread_gy : (b, n)
        volume_cc : (n,)
            0 for points that only mark an extreme.
        share_inside : (b, n)
            Share of each grain inside the dose grid, 0..1.
        largest_gy : float
            End of the dose axis; no dose is larger.
        """
        setups = len(dose_gy)
        step = max(largest_gy, 1e-6) / BINS
        low = np.clip(dose_gy - spread_gy, 0.0, np.float32(largest_gy))
        high = np.clip(dose_gy + spread_gy, 0.0, np.float32(largest_gy))
        # Ends are rounded to the axis, by less than the dose is known to.
        first = (low * np.float32(1 / step) + np.float32(0.5)).astype(np.intp)
        last = (high * np.float32(1 / step) + np.float32(0.5)).astype(np.intp)
        last = np.maximum(last, first + 1)
        weight, inside = volume_cc * share_inside, share_inside > 0
        slope = weight / (last - first)
        columns = BINS + 3
        row = np.arange(setups, dtype=np.intp)[:, np.newaxis] * columns
        size = setups * columns
        bend = np.bincount((last + row).ravel(), slope.ravel(), size)
        bend -= np.bincount((first + row).ravel(), slope.ravel(), size)
        covered = weight.sum(axis=1)
        fall = np.cumsum(bend.reshape(setups, columns), axis=1)[:, :BINS]
        volume = np.empty((setups, BINS + 1))
        volume[:, 0] = covered
        np.cumsum(fall, axis=1, out=volume[:, 1:])
        volume[:, 1:] += covered[:, np.newaxis]
        np.clip(volume, 0.0, covered[:, np.newaxis], out=volume)
        volume[volume < ROUNDING * covered[:, np.newaxis]] = 0.0
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = (weight * dose_gy).sum(axis=1) / covered
        return cls(
            volume,
            step,
            mean,
            _nan_if_infinite(np.where(inside, dose_gy, np.inf).min(axis=1)),
            _nan_if_infinite(np.where(inside, dose_gy, -np.inf).max(axis=1)),
            covered,
        )

    def chosen(self, which: NDArray[np.bool_]) -> Curves:
        """Return the curves of some setups."""
        return Curves(
            self.volume_cc[which],
            self.step_gy,
            self.mean_gy[which],
            self.min_gy[which],
            self.max_gy[which],
            self.covered_cc[which],
        )

    def with_outside_at(self, dose_gy: float, outside_cc: FloatArray) -> Curves:
        """The whole volume, as if the part outside the dose grid had received `dose_gy`."""
        volume = self.volume_cc.copy()
        stop = int(np.clip(round(dose_gy / self.step_gy), 0, BINS)) + 1
        volume[:, :stop] += outside_cc[:, np.newaxis]
        total = self.covered_cc + outside_cc
        known = np.nan_to_num(self.mean_gy) * self.covered_cc
        return Curves(
            volume,
            self.step_gy,
            (known + outside_cc * dose_gy) / total,
            np.fmin(self.min_gy, dose_gy),
            np.fmax(self.max_gy, dose_gy),
            total,
        )

    def volume_at(self, dose_gy: float) -> FloatArray:
        """Volume in cc that receives at least a dose, (b,)."""
        place = dose_gy / self.step_gy
        if place >= BINS:
            return np.where(place > BINS, 0.0, self.volume_cc[:, BINS])
        n = int(place)
        share = place - n
        return (1 - share) * self.volume_cc[:, n] + share * self.volume_cc[:, n + 1]

    def dose_at(self, volume_cc: FloatArray) -> FloatArray:
        """Largest dose that a volume receives at least, (b,); nan where there is less volume."""
        asked = np.broadcast_to(volume_cc, self.covered_cc.shape) * (1 - 1e-9)
        held = (self.volume_cc >= asked[:, np.newaxis]).sum(axis=1) - 1
        n = np.clip(held, 0, BINS - 1)
        row = np.arange(len(asked))
        above, below = self.volume_cc[row, n], self.volume_cc[row, n + 1]
        share = np.clip((above - asked) / np.maximum(above - below, 1e-300), 0.0, 1.0)
        dose = np.where(held == BINS, BINS, n + share) * self.step_gy
        return np.where((held < 0) | ~(self.covered_cc > 0), np.nan, dose)

    def metric(self, name: MetricName, prescription_gy: float | None = None) -> FloatArray:
        """Values of a metric, (b,); nan where it is undefined.

        Raises
        ------
        InputError
            A metric that needs more than the curves, or a prescription that is not known.
        """
        if name.kind == "D":
            if name.at == 0:
                return self.max_gy
            if name.at_unit == "%" and name.at == 100:
                return self.min_gy
            percent = self.covered_cc / 100.0
            return self.dose_at(name.at * percent if name.at_unit == "%" else np.array(name.at))
        if name.kind in ("V", "CV"):
            dose = name.at
            if name.at_unit == "%":
                if prescription_gy is None:
                    raise InputError(f"{name.name} needs the prescription; give its dose in Gy.")
                dose *= prescription_gy / 100.0
            volume = self.volume_at(dose)
            if name.kind == "CV":
                volume = self.covered_cc - volume
            with np.errstate(invalid="ignore", divide="ignore"):
                value = volume if name.unit == "cc" else 100.0 * volume / self.covered_cc
            return np.where(self.covered_cc > 0, value, np.nan)
        if name.kind == "gEUD":
            return self._equivalent_uniform_dose(name.at)
        known = {"Mean": self.mean_gy, "Max": self.max_gy, "Min": self.min_gy}
        if name.kind not in known:
            raise InputError(
                f"{name.name} cannot be followed through setup scenarios; leave it out."
            )
        return known[name.kind]

    def _equivalent_uniform_dose(self, exponent: float) -> FloatArray:
        """Niemierko's (mean of dose ** a) ** (1 / a); 0 where a < 0 and any dose is 0."""
        doses = (np.arange(BINS + 1) + 0.5) / BINS
        held = -np.diff(self.volume_cc, axis=1, append=0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = held @ doses**exponent / self.covered_cc
            equivalent: FloatArray = mean ** (1 / exponent) * BINS * self.step_gy
        return equivalent


def _nan_if_infinite(values: FloatArray) -> FloatArray:
    return np.where(np.isfinite(values), values, np.nan)
