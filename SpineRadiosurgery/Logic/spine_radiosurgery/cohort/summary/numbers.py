"""Numbers over all cases: quantiles, histograms and what lies far out, by number of fractions."""

from __future__ import annotations

import heapq
import math
from array import array
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .bands import QUANTILES
from .dvh import NAMES
from .reading import CaseReading

FloatArray = NDArray[np.float64]

MOST_OUTLIERS = 10
FENCE = 1.5
"""Tukey's fence, in interquartile ranges beyond the quartile."""
FEWEST_FOR_FENCE = 12
_BINS = 24
_FINEST = 0.005
"""Smallest width of a bin, as a share of the values: equal values are one bin that is seen."""
_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Number:
    """One number of a case.

    Attributes
    ----------
    key : str
    title, unit : str
    structure, metric : str
        A role and a metric's name; both "" for what is no metric.
    worse : str
        "high" or "low": the side on which outliers are listed.
    limit : float or None
        Drawn into the histogram of single fractions.
    """

    key: str
    title: str
    unit: str
    structure: str
    metric: str
    worse: str
    limit: float | None = None


NUMBERS = (
    Number("cord_d10", "Cord volume D10%", "Gy", "cord_volume", "D10%[Gy]", "high", 10.0),
    Number("cord_d0035", "Cord volume D0.035cc", "Gy", "cord_volume", "D0.035cc[Gy]", "high"),
    Number("cord_v10", "Cord volume V10Gy", "%", "cord_volume", "V10Gy[%]", "high", 10.0),
    Number("cord_v10cc", "Cord volume V10Gy", "cc", "cord_volume", "V10Gy[cc]", "high", 0.35),
    Number("target_d95", "Target D95%", "Gy", "target", "D95%[Gy]", "low"),
    Number("target_v100", "Target V100%", "%", "target", "V100%[%]", "low"),
    Number("falloff", "Fall-off 90 to 50 %, median", "mm", "", "", "high"),
)


class Numbers:
    """A column of numbers for each of `NUMBERS`; eight bytes a case and number."""

    def __init__(self) -> None:
        self.fractions = array("i")
        self._columns = {number.key: array("d") for number in NUMBERS}
        self._far: dict[tuple[str, int], list[tuple[float, str]]] = {}
        self.falloff_bounds = 0

    def add(self, case: CaseReading, name: str) -> None:
        """Add one case; what is open is nan."""
        self.fractions.append(case.fractions)
        self.falloff_bounds += case.has_falloff_bound
        for number in NUMBERS:
            value = case.falloff_mm
            if number.metric:
                value = case.metric(number.structure, number.metric)
            self._columns[number.key].append(math.nan if value is None else value)
            if value is not None:
                self._keep(number, case.fractions, value, name)

    def column(self, key: str) -> FloatArray:
        """Return the values of a number, nan where it is open, shape (cases,)."""
        return np.array(self._columns[key])

    def document(self) -> list[dict[str, Any]]:
        """Return for each number its quantiles, histogram and outliers by number of fractions."""
        fractions = np.array(self.fractions, dtype=int)
        return [self._one(number, self.column(number.key), fractions) for number in NUMBERS]

    def _keep(self, number: Number, fractions: int, value: float, name: str) -> None:
        far = self._far.setdefault((number.key, fractions), [])
        heapq.heappush(far, (value if number.worse == "high" else -value, name))
        if len(far) > MOST_OUTLIERS:
            heapq.heappop(far)

    def _one(
        self, number: Number, values: FloatArray, fractions: NDArray[np.int_]
    ) -> dict[str, Any]:
        known = np.isfinite(values)
        edges = nice_edges(values[known])
        groups = []
        for count in np.unique(fractions[known]).tolist():
            own = values[known & (fractions == count)]
            quantiles = np.quantile(own, QUANTILES)
            groups.append(
                {
                    "fractions": count,
                    "cases": len(own),
                    **dict(zip(NAMES, quantiles.tolist(), strict=True)),
                    "minimum": own.min(),
                    "maximum": own.max(),
                    "counts": np.histogram(own, edges)[0].tolist(),
                    "outliers": self._outliers(number, count, own),
                }
            )
        return {
            "key": number.key,
            "title": number.title,
            "unit": number.unit,
            "structure": number.structure,
            "metric": number.metric,
            "limit": number.limit,
            "open": int((~known).sum()),
            "edges": edges.tolist(),
            "groups": groups,
        }

    def _outliers(self, number: Number, fractions: int, values: FloatArray) -> list[Any]:
        if len(values) < FEWEST_FOR_FENCE:
            return []
        low, high = np.quantile(values, (0.25, 0.75))
        sign = 1.0 if number.worse == "high" else -1.0
        fence = sign * (high if sign > 0 else low) + FENCE * (high - low)
        far = sorted(self._far[number.key, fractions], key=lambda item: (-item[0], item[1]))
        return [{"case": name, "value": sign * value} for value, name in far if value > fence]


def nice_edges(values: FloatArray) -> FloatArray:
    """Return edges of about 24 bins at round numbers; no value lies outside."""
    if not len(values):
        return np.array([0.0, 1.0])
    low, high = float(values.min()), float(values.max())
    width = max((high - low) / _BINS, _FINEST * max(abs(low), abs(high)), _FINEST)
    exponent = math.floor(math.log10(width))
    power = 10.0**exponent
    step = next(f * power for f in _NICE if f * power >= width * (1 - 1e-9))
    first, last = math.floor(low / step), math.ceil(high / step)
    # Rounded, as 7 * 0.1 is above 0.7; and a value may still lie a last digit beyond.
    edges = np.round(step * np.arange(first, max(last, first + 1) + 1), 1 - exponent)
    edges[0], edges[-1] = min(edges[0], low), max(edges[-1], high)
    return np.asarray(edges, dtype=float)
