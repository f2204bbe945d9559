"""Kaplan-Meier curves with 95 % bands and numbers at risk."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...assessment.followup.days import DAYS_A_MONTH

__all__ = ["DAYS_A_MONTH", "survival_curve"]

FloatArray = NDArray[np.float64]

LANDMARKS_MONTHS = (3.0, 6.0, 12.0, 24.0, 36.0, 60.0)
_TICKS_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240)
_MOST_TICKS = 8
_ROUNDING = 1e-9
MOST_STEPS, MOST_CENSORED = 1000, 300
"""Points of a curve in the document, and marks of censored cases; more marks are not drawn."""


def survival_curve(months: ArrayLike, events: ArrayLike) -> dict[str, Any]:
    """Return the Kaplan-Meier estimate of what is still without the event.

    The band is pointwise, from the log-log transform of Greenwood's variance (lifelines); it is nan
    where the curve is at 100 or 0 %, and its transform infinite. The median and its interval are
    where the curve and its limits first come to 50 %; inf where they do not. Numbers at risk are
    those with a time of at least the tick's.

    Parameters
    ----------
    months : (n,) array_like
        To the event, or to the last day known without.
    events : (n,) array_like of bool

    Returns
    -------
    dict
        Percentages; `reason` says why there is no curve, or no band.
    """
    times, happened = np.asarray(months, dtype=float), np.asarray(events, dtype=bool)
    count = {"cases": len(times), "events": int(happened.sum())}
    if not len(times):
        return {**count, **_nothing("No case has a time and an answer.")}
    try:
        from lifelines import KaplanMeierFitter
    except ImportError:
        return {**count, **_nothing("The library lifelines is not installed: no curve.")}
    fitted = KaplanMeierFitter(alpha=0.05).fit(times, happened)
    at = fitted.survival_function_.index.to_numpy(dtype=float)
    survival = fitted.survival_function_.to_numpy(dtype=float)[:, 0]
    # lifelines gives bands of no width there.
    is_between = (survival > 0.0) & (survival < 1.0)
    low, high = np.where(is_between, fitted.confidence_interval_.to_numpy(dtype=float).T, np.nan)
    end = float(times.max())
    steps = _steps(at, survival, end)
    ticks = _ticks(end)
    return {
        **count,
        "reason": "" if happened.any() else "No event: a band is not defined.",
        "end_months": end,
        "months": at[steps],
        "percent": 100.0 * survival[steps],
        "low_percent": 100.0 * low[steps],
        "high_percent": 100.0 * high[steps],
        "censored": _censored(times[~happened], at, survival),
        "at_risk": [{"months": tick, "cases": int((times >= tick).sum())} for tick in ticks],
        "landmarks": [
            _landmark(month, at, np.array([survival, low, high]), times)
            for month in LANDMARKS_MONTHS
            if month <= end
        ],
        "median_months": _median(at, survival),
        "median_low_months": _median(at, low),
        "median_high_months": _median(at, high),
    }


def _nothing(reason: str) -> dict[str, Any]:
    return {"reason": reason, "months": [], "at_risk": [], "landmarks": [], "censored": []}


def _median(at: FloatArray, share: FloatArray) -> float:
    # The curve is a product of rounded shares: 3 of 6 may come out a little above one half.
    halved = np.nonzero(share <= 0.5 + _ROUNDING)[0]
    return float(at[halved[0]]) if len(halved) else math.inf


def _steps(at: FloatArray, survival: FloatArray, end: float) -> NDArray[np.intp]:
    """Places where the curve changes, the first and the last; at most `MOST_STEPS` of them."""
    changes = np.nonzero(np.diff(survival, prepend=2.0))[0]
    if len(changes) > MOST_STEPS:
        grid = np.linspace(0.0, end, MOST_STEPS)
        changes = np.searchsorted(at, grid, side="right") - 1
    return np.unique(np.append(changes, len(at) - 1))


def _censored(times: FloatArray, at: FloatArray, survival: FloatArray) -> list[list[float]]:
    if len(times) > MOST_CENSORED:
        return []
    unique = np.unique(times)
    places = np.searchsorted(at, unique, side="right") - 1
    return np.column_stack([unique, 100.0 * survival[places]]).tolist()


def _ticks(end: float) -> list[int]:
    step = next((s for s in _TICKS_MONTHS if end / s < _MOST_TICKS), _TICKS_MONTHS[-1])
    return list(range(0, math.floor(end) + 1, step))


def _landmark(
    month: float, at: FloatArray, curves: FloatArray, times: FloatArray
) -> dict[str, Any]:
    place = int(np.searchsorted(at, month, side="right")) - 1
    names = ("percent", "low_percent", "high_percent")
    return {
        "months": month,
        **dict(zip(names, (100.0 * curves[:, place]).tolist(), strict=True)),
        "at_risk": int((times >= month).sum()),
    }
