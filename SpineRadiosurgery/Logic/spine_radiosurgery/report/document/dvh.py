"""Dose-volume histograms in `report.json`, so that its page can be made from it alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..model import Report
from ..tables import DVH_STEP_GY, dose_axis

_DIGITS = 3
"""After the decimal point of a percentage: finer than any screen or sheet of paper shows."""


def dvh_document(report: Report) -> dict[str, Any]:
    """Return the cumulative curves: percent of the volume inside the dose grid at fixed steps.

    Value `n` of a curve belongs to `n * dose_step_gy`. Structures outside the dose have no curve.
    """
    return {
        "dose_step_gy": DVH_STEP_GY,
        "curves": [
            {
                "structure": name,
                "role": report.roles.get(name, "organ"),
                "covered_cc": samples.covered_cc,
                "max_gy": samples.max_gy,
                "volume_percent": np.round(
                    100.0 * samples.cumulative(dose_axis(samples.max_gy)) / samples.covered_cc,
                    _DIGITS,
                ).tolist(),
            }
            for name, samples in report.samples.items()
            if samples.covered_cc > 0
        ],
    }
