"""Values as `report.json` writes them: plain JSON types, numbers with seven digits."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from pathlib import PurePath
from typing import Any

import numpy as np

from ...geometry import InputError

SIGNIFICANT_DIGITS = 7
"""Enough for every unit; rounding noise of one machine or another lies below."""
NO_VALUE = "the value could not be had"


class Exact(float):
    """A float that is written with all its digits."""


def plain(value: Any) -> Any:
    """Return JSON types only: floats rounded, nan as null, arrays as lists, paths as names."""
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return _scalar(value)


def _scalar(value: Any) -> str | int | float | None:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return float(value) if isinstance(value, Exact) else rounded(value)
    if isinstance(value, PurePath):
        return value.name
    if isinstance(value, date):
        return value.isoformat()
    raise InputError(
        f"A {type(value).__name__} cannot be written to report.json; give plain values."
    )


def rounded(value: float) -> float | None:
    """Round to the document's significant digits; None when not finite."""
    if not math.isfinite(value):
        return None
    # Adding zero turns -0.0 into 0.0.
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}") + 0.0


def uncertainty_of(value: float, uncertainty: float) -> float | None:
    """Three digits of it; what lies below the value's own last digit is 0."""
    if not math.isfinite(uncertainty):
        return None
    if uncertainty < abs(value) * 10.0**-SIGNIFICANT_DIGITS:
        return 0.0
    return float(f"{uncertainty:.3g}")


def reason_of(value: float, reason: str) -> str:
    """Why there is no value; never nothing where there is none."""
    return reason or ("" if math.isfinite(value) else NO_VALUE)
