"""Dose-volume histograms of all cases: a band for each prescription, and one relative to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .bands import QUANTILES, CurveBand, FloatArray
from .reading import CaseReading

ROLES = ("target", "cord_volume", "cord", "prv")
MOST_SCHEMES = 12
"""Prescriptions with bands of their own: they bound the memory."""
TO_PERCENT = 170.0
"""Bands end at this dose, in percent of the prescription."""
RELATIVE_STEP_PERCENT = 0.5
_STEPS_GY = (0.1, 0.2, 0.5, 1.0)
_MOST_DOSES = 600
_DIGITS = 2
NAMES = tuple(f"p{round(100 * share):02d}" for share in QUANTILES)

Scheme = tuple[float, int]
"""Prescribed total dose in Gy, and fractions."""


class DvhBands:
    """Bands of each role by prescription, and of all prescriptions relative to them."""

    def __init__(self) -> None:
        self.cases: dict[Scheme, int] = {}
        self._absolute: dict[Scheme, dict[str, CurveBand]] = {}
        self._relative: dict[str, CurveBand] = {}

    def add(self, case: CaseReading) -> None:
        """Add the curves of the first target, its cord volume, the cord and its PRV."""
        scheme = (case.prescription_gy, case.fractions)
        self.cases[scheme] = self.cases.get(scheme, 0) + 1
        if scheme not in self._absolute and len(self._absolute) < MOST_SCHEMES:
            self._absolute[scheme] = {}
        own = self._absolute.get(scheme)
        for role in ROLES:
            percent = case.curve(role)
            if percent is None:
                continue
            doses = np.asarray(case.dose_step_gy * np.arange(len(percent)), dtype=float)
            if own is not None:
                if role not in own:
                    own[role] = CurveBand(_doses(case.prescription_gy))
                own[role].add(doses, percent)
            if role not in self._relative:
                self._relative[role] = CurveBand(_steps(TO_PERCENT, RELATIVE_STEP_PERCENT))
            self._relative[role].add(doses * (100.0 / case.prescription_gy), percent)

    def document(self) -> dict[str, Any]:
        """Return the bands; prescriptions with most cases first."""
        ordered = sorted(self.cases.items(), key=lambda item: (-item[1], item[0]))
        return {
            "schemes": [
                {
                    "dose_gy": scheme[0],
                    "fractions": scheme[1],
                    "cases": cases,
                    "bands": _bands(self._absolute[scheme]) if scheme in self._absolute else [],
                }
                for scheme, cases in ordered
            ],
            "relative": _bands(self._relative),
        }


def _doses(prescription_gy: float) -> FloatArray:
    end = TO_PERCENT / 100.0 * prescription_gy
    step = next((s for s in _STEPS_GY if end / s <= _MOST_DOSES), end / _MOST_DOSES)
    return _steps(end, step)


def _steps(end: float, step: float) -> FloatArray:
    # Products of whole numbers, so that they are the doses of the curves.
    return np.asarray(step * np.arange(int(end / step + 1e-9) + 1), dtype=float)


def _bands(found: Mapping[str, CurveBand]) -> list[dict[str, Any]]:
    bands = []
    for role in ROLES:
        if role not in found:
            continue
        band = found[role]
        quantiles = np.round(band.quantiles(), _DIGITS)
        end = _end(quantiles)
        bands.append(
            {
                "role": role,
                "curves": band.curves,
                "doses": np.round(band.doses[:end], 6).tolist(),
                **{name: row[:end].tolist() for name, row in zip(NAMES, quantiles, strict=True)},
            }
        )
    return bands


def _end(quantiles: np.ndarray) -> int:
    """Where even the highest quantile has come to 0, that point included."""
    above = np.nonzero(quantiles.max(axis=0) > 0)[0]
    return min(int(above[-1]) + 2, quantiles.shape[1]) if len(above) else 1
