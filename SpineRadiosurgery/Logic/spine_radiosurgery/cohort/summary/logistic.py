"""Logistic regression of an outcome on one number, and when there is none to be had."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from scipy.stats import norm

from .rates import rate

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

FEWEST = 5
"""Cases with, and cases without the outcome that a curve needs."""
CURVE_POINTS = 81
BINS = 5
_Z_95 = float(norm.ppf(0.975))


def logistic_curve(values: FloatArray, outcome: BoolArray) -> dict[str, Any]:
    """Fit the probability of an outcome: `logit(p) = intercept + slope * value`.

    The band is pointwise, from the linear predictor's standard error. D50 is the value at 50 %,
    its interval that of Fieller: where the band crosses 50 %; it has no end on a side where the
    band does not cross.

    Parameters
    ----------
    values : (n,) ndarray
    outcome : (n,) ndarray of bool

    Returns
    -------
    dict
        Percentages; `reason` says why there is no curve, and then there are only observed rates.
    """
    found = {"cases": len(values), "events": int(outcome.sum()), "observed": _bins(values, outcome)}
    reason = _why_not(values, outcome)
    if reason:
        return {**found, "reason": reason}
    try:
        import statsmodels.api as models
    except ImportError:
        return {**found, "reason": "The library statsmodels is not installed: no curve."}
    # Around the mean and in standard deviations, where the fit is well conditioned.
    center, scale = float(values.mean()), float(values.std())
    design = models.add_constant((values - center) / scale, has_constant="add")
    model = models.GLM(outcome.astype(float), design, family=models.families.Binomial())
    # Its exp(-z) is infinite far out, where the probability is 0 all the same.
    with np.errstate(over="ignore"):
        fitted = model.fit()
    beta, covariance = np.asarray(fitted.params), np.asarray(fitted.cov_params())
    if not (fitted.converged and np.isfinite(covariance).all()):
        return {**found, "reason": "The regression did not converge: no curve."}
    x = np.linspace(values.min(), values.max(), CURVE_POINTS)
    z = (x - center) / scale
    eta = beta[0] + beta[1] * z
    variance = covariance[0, 0] + 2 * z * covariance[0, 1] + z**2 * covariance[1, 1]
    half = _Z_95 * np.sqrt(np.maximum(variance, 0.0))
    slope, error = beta[1] / scale, float(np.sqrt(covariance[1, 1])) / scale
    low, high = _fieller(beta, covariance)
    return {
        **found,
        "reason": "",
        "intercept": beta[0] - slope * center,
        "slope": slope,
        "slope_low": slope - _Z_95 * error,
        "slope_high": slope + _Z_95 * error,
        "p_value": float(2 * norm.sf(abs(slope / error))),
        "d50": center - scale * beta[0] / beta[1] if beta[1] else None,
        "d50_low": None if low is None else center + scale * low,
        "d50_high": None if high is None else center + scale * high,
        "x": x,
        "percent": 100.0 * expit(eta),
        "low_percent": 100.0 * expit(eta - half),
        "high_percent": 100.0 * expit(eta + half),
    }


def _why_not(values: FloatArray, outcome: BoolArray) -> str:
    events = int(outcome.sum())
    rest = len(outcome) - events
    if min(events, rest) < FEWEST:
        which = f"{events} with" if events <= rest else f"{rest} without"
        return (
            f"Of {len(outcome)} cases only {which} the outcome: a curve needs at least {FEWEST} "
            "with and without it."
        )
    if np.ptp(values) <= 1e-9 * max(1.0, float(np.abs(values).max())):
        return f"The metric is {values[0]:.4g} in all cases: no curve."
    yes, no = values[outcome], values[~outcome]
    if yes.min() >= no.max() or no.min() >= yes.max():
        limit = yes.min() if yes.min() >= no.max() else yes.max()
        return (
            f"The metric separates the cases with the outcome from those without (at {limit:.4g}): "
            "a logistic slope has no finite estimate."
        )
    return ""


def _fieller(beta: FloatArray, covariance: FloatArray) -> tuple[float | None, float | None]:
    """Ends of the interval of `-beta[0] / beta[1]`; both None where it is not bounded."""
    a = beta[1] ** 2 - _Z_95**2 * covariance[1, 1]
    b = beta[0] * beta[1] - _Z_95**2 * covariance[0, 1]
    c = beta[0] ** 2 - _Z_95**2 * covariance[0, 0]
    # With a significant slope (a > 0) the roots are real.
    if a <= 0 or b**2 < a * c:
        return None, None
    root = float(np.sqrt(b**2 - a * c))
    return float((-b - root) / a), float((-b + root) / a)


def _bins(values: FloatArray, outcome: BoolArray) -> list[dict[str, Any]]:
    """Observed rates in bins of about as many cases each."""
    if not len(values):
        return []
    edges = np.unique(np.quantile(values, np.linspace(0, 1, BINS + 1)))
    places = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, max(len(edges) - 2, 0))
    rows = []
    for place in np.unique(places).tolist():
        own = places == place
        events, cases = int(outcome[own].sum()), int(own.sum())
        ends = {"from": values[own].min(), "to": values[own].max(), "mean": values[own].mean()}
        rows.append({**ends, "cases": cases, "events": events, **rate(events, cases)})
    return rows
