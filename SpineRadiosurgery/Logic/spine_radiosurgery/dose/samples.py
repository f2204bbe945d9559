"""Weighted dose samples of a structure: its cumulative dose-volume histogram without bins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..geometry import InputError
from .histogram import CumulativeHistogram

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Metric:
    """One value with its discretisation uncertainty.

    Attributes
    ----------
    name : str
        TG-263 notation.
    value : float
        nan where the metric is undefined; `reason` then says why.
    unit : str
        "Gy", "%" or "cc".
    uncertainty : float
        Half-width of what sampling may have moved the value by; nan where not estimated.
    reason : str
        Why there is no value; "" when there is one.
    """

    name: str
    value: float
    unit: str
    uncertainty: float = float("nan")
    reason: str = ""


@dataclass(frozen=True, eq=False)
class DoseSamples:
    """Dose in a structure as weighted samples.

    Each sample stands for a cell of the structure with a linear dose of mean `dose_gy` that changes
    by `widths_gy` from end to end. The cumulative histogram of the samples is piecewise quadratic
    and is evaluated exactly.

    Attributes
    ----------
    dose_gy : (n,)
        Mean dose of the cells inside the dose grid.
    weight_cc : (n,)
        Volume that each sample stands for; 0 for points that only mark an extreme.
    widths_gy : (n, 2)
        Change of the dose across each cell, along the edge where it changes most and along the
        others together.
    outside_dose_cc : float
        Volume of the structure outside the dose grid; its dose is unknown, not 0.
    hottest_point_ras : (3,) array or None
        Where the largest dose was found.
    coarse : DoseSamples or None
        The same structure sampled more coarsely; what the metrics differ by is their uncertainty.
    """

    dose_gy: FloatArray
    weight_cc: FloatArray
    widths_gy: FloatArray
    outside_dose_cc: float = 0.0
    hottest_point_ras: FloatArray | None = None
    coarse: DoseSamples | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        lengths = {len(self.dose_gy), len(self.weight_cc), len(self.widths_gy)}
        if len(lengths) > 1 or self.dose_gy.ndim != 1 or self.widths_gy.shape[1:] != (2,):
            raise InputError("Dose samples, their volumes and spreads must be equally long lists.")
        if self.outside_dose_cc < 0 or (self.weight_cc < 0).any() or (self.widths_gy < 0).any():
            raise InputError("Volumes and spreads of dose samples cannot be negative.")

    @classmethod
    def from_arrays(
        cls,
        dose_gy: ArrayLike,
        weight_cc: ArrayLike,
        *,
        spread_gy: ArrayLike | None = None,
        outside_dose_cc: float = 0.0,
        hottest_point_ras: FloatArray | None = None,
        coarse: DoseSamples | None = None,
    ) -> DoseSamples:
        """Build from array-likes.

        Parameters
        ----------
        dose_gy, weight_cc : (n,)
        spread_gy : (n,), optional
            Half-width of an even dose in each cell; without it every cell has one dose.
        """
        dose = np.asarray(dose_gy, dtype=np.float64)
        weight = np.asarray(weight_cc, dtype=np.float64)
        spread = np.zeros_like(dose) if spread_gy is None else np.asarray(spread_gy, np.float64)
        widths = np.column_stack([2.0 * spread, np.zeros_like(spread)])
        return cls(dose, weight, widths, float(outside_dose_cc), hottest_point_ras, coarse)

    @classmethod
    def joined(cls, parts: Sequence[DoseSamples]) -> DoseSamples:
        """Put the samples of structures that do not overlap together."""
        hottest = max(parts, key=lambda part: np.nan_to_num(part.max_gy, nan=-1.0))
        coarse = [part.coarse for part in parts if part.coarse is not None]
        return cls(
            np.concatenate([part.dose_gy for part in parts]),
            np.concatenate([part.weight_cc for part in parts]),
            np.concatenate([part.widths_gy for part in parts]),
            outside_dose_cc=sum(part.outside_dose_cc for part in parts),
            hottest_point_ras=hottest.hottest_point_ras,
            coarse=cls.joined(coarse) if len(coarse) == len(parts) else None,
        )

    def with_outside_at(self, dose_gy: float) -> DoseSamples:
        """Return the whole volume, as if the part outside the dose grid had received `dose_gy`."""
        return DoseSamples(
            np.append(self.dose_gy, dose_gy),
            np.append(self.weight_cc, self.outside_dose_cc),
            np.concatenate([self.widths_gy, np.zeros((1, 2))]),
        )

    @cached_property
    def spread_gy(self) -> FloatArray:
        """Half-width of the even dose with the variance of each cell's, (n,)."""
        return 0.5 * np.hypot(self.widths_gy[:, 0], self.widths_gy[:, 1])

    @cached_property
    def covered_cc(self) -> float:
        """Volume inside the dose grid."""
        return float(self.weight_cc.sum())

    @property
    def volume_cc(self) -> float:
        """Volume of the whole structure, inside the dose grid and outside."""
        return self.covered_cc + self.outside_dose_cc

    @property
    def mean_gy(self) -> float:
        """Mean dose of the volume inside the dose grid; nan when there is none."""
        if not self.covered_cc > 0:
            return float("nan")
        return float(self.dose_gy @ self.weight_cc) / self.covered_cc

    @cached_property
    def min_gy(self) -> float:
        """Smallest dose found; nan when nothing lies inside the dose grid."""
        return float(self.dose_gy.min()) if len(self.dose_gy) else float("nan")

    @cached_property
    def max_gy(self) -> float:
        """Largest dose found; nan when nothing lies inside the dose grid."""
        return float(self.dose_gy.max()) if len(self.dose_gy) else float("nan")

    @cached_property
    def histogram(self) -> CumulativeHistogram:
        """The exact cumulative dose-volume histogram of the volume inside the dose grid."""
        return CumulativeHistogram.of_cells(self.dose_gy, self.weight_cc, self.widths_gy)

    def volume_at_dose(self, dose_gy: float) -> float:
        """Volume in cc that receives at least `dose_gy`, of the volume inside the dose grid."""
        return float(self.cumulative([dose_gy])[0])

    def cumulative(self, doses_gy: Iterable[float]) -> FloatArray:
        """Volume in cc that receives at least each of the doses."""
        doses = np.asarray(doses_gy, dtype=np.float64)
        if not len(self.dose_gy):
            return np.zeros_like(doses)
        # The spread of a cell at an extreme must not claim a dose that was not found there.
        volumes = self.histogram.volume_at(doses)
        volumes = np.where(doses > self.max_gy, 0.0, volumes)
        return np.where(doses <= self.min_gy, self.covered_cc, volumes)

    def dose_at_volume(self, *, cc: float | None = None, percent: float | None = None) -> float:
        """Largest dose that a volume receives at least, Gy.

        Parameters
        ----------
        cc : float, optional
            Absolute volume.
        percent : float, optional
            Share of the volume inside the dose grid; 100 gives the minimum. Give one of the two.

        Returns
        -------
        float
            nan when the structure's volume inside the dose grid is smaller than asked.
        """
        if (cc is None) == (percent is None):
            raise InputError("Give the volume either in cc or in percent.")
        asked = cc if cc is not None else self.covered_cc * float(percent or 0.0) / 100.0
        # Rounding of the sum must not make 100 % undefined.
        if not self.covered_cc > 0 or asked > self.covered_cc * (1 + 1e-9) or asked < 0:
            return float("nan")
        if percent == 100:
            return self.min_gy
        dose = self.histogram.dose_at(min(asked, self.covered_cc))
        return float(np.clip(dose, self.min_gy, self.max_gy))

    def metric(self, name: str, *, prescription_gy: float | None = None) -> Metric:
        """Evaluate a metric given in TG-263 notation.

        Percentages of volume refer to the volume inside the dose grid; `V100%` and the like to the
        prescription.

        Raises
        ------
        InputError
            The name is not known.
        """
        from .metrics import evaluate_metric  # metrics.py needs this module's classes

        return evaluate_metric(self, name, prescription_gy)
