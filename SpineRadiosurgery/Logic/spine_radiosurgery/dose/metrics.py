"""Metrics of dose samples by their names, with what sampling may have moved them by."""

from __future__ import annotations

import numpy as np

from .equivalent import generalised_equivalent_uniform_dose_gy
from .metric_names import MetricName, parse_metric_name
from .samples import DoseSamples, Metric

DOSE_WINDOW = (0.98, 0.99, 1.0, 1.01, 1.02)
VOLUME_WINDOW = 0.1
"""Two samplings are compared around the asked dose or volume too: at one place alone their curves
may cross by chance."""
SAFETY = 2.0
"""Two samplings' difference times this holds the true error in 19 of 20 cases (docs/benchmarks)."""


def evaluate_metric(samples: DoseSamples, name: str, prescription_gy: float | None) -> Metric:
    """Evaluate a metric given in TG-263 notation.

    The uncertainty is twice the largest difference to the coarser sampling around the asked dose
    or volume: sampling only, neither contouring nor dose calculation.

    Raises
    ------
    InputError
        The name is not known.
    """
    parsed = parse_metric_name(name)
    reason = _undefined(samples, parsed, prescription_gy)
    if reason:
        return Metric(name, float("nan"), parsed.unit, reason=reason)
    value = _value(samples, parsed, prescription_gy)
    return Metric(name, value, parsed.unit, _uncertainty(samples, parsed, prescription_gy))


def _undefined(samples: DoseSamples, name: MetricName, prescription_gy: float | None) -> str:
    if name.kind == "Volume":
        return ""
    if not samples.covered_cc > 0:
        return "no part of the structure lies inside the dose grid"
    if name.kind == "D" and name.at_unit == "cc" and name.at > samples.covered_cc * (1 + 1e-9):
        return (
            f"the structure has {samples.covered_cc:.4g} cc inside the dose grid, "
            f"less than {name.at:g} cc"
        )
    if name.kind in ("V", "CV") and name.at_unit == "%" and prescription_gy is None:
        return "the prescription is not known"
    return ""


def _dose(name: MetricName, prescription_gy: float | None) -> float:
    """The dose that a V metric asks for, Gy."""
    return name.at * (prescription_gy or 0.0) / 100.0 if name.at_unit == "%" else name.at


def _value(samples: DoseSamples, name: MetricName, prescription_gy: float | None) -> float:
    if name.kind == "D":
        asked = {"cc": name.at} if name.at_unit == "cc" else {"percent": name.at}
        return samples.dose_at_volume(**asked)
    if name.kind in ("V", "CV"):
        volume = samples.volume_at_dose(_dose(name, prescription_gy))
        if name.kind == "CV":
            volume = samples.covered_cc - volume
        return volume if name.unit == "cc" else 100.0 * volume / samples.covered_cc
    if name.kind == "gEUD":
        return generalised_equivalent_uniform_dose_gy(
            samples.dose_gy, samples.weight_cc, samples.spread_gy, name.at
        )
    return {
        "Volume": samples.volume_cc,
        "Mean": samples.mean_gy,
        "Max": samples.max_gy,
        "Min": samples.min_gy,
    }[name.kind]


def _uncertainty(samples: DoseSamples, name: MetricName, prescription_gy: float | None) -> float:
    """`SAFETY` times the largest difference to the coarser sampling; nan without one."""
    coarse = samples.coarse
    if coarse is None or _undefined(coarse, name, prescription_gy):
        return float("nan")
    if name.kind == "D" and not (name.at_unit == "%" and name.at == 100):
        most = 100.0 if name.at_unit == "%" else min(samples.covered_cc, coarse.covered_cc)
        unit = "percent" if name.at_unit == "%" else "cc"
        # Near the coldest dose the curve turns over as little volume as near the hottest.
        reach = VOLUME_WINDOW * min(name.at, max(most - name.at, 0.0))
        places = [{unit: min(name.at + n * reach, most)} for n in (-1.0, -0.5, 0.0, 0.5, 1.0)]
        apart = [abs(samples.dose_at_volume(**p) - coarse.dose_at_volume(**p)) for p in places]
        return SAFETY * max(apart)
    if name.kind in ("V", "CV"):
        doses = _dose(name, prescription_gy) * np.array(DOSE_WINDOW)
        apart_cc = float(np.abs(samples.cumulative(doses) - coarse.cumulative(doses)).max())
        share = 1.0 if name.unit == "cc" else 100.0 / samples.covered_cc
        return SAFETY * share * apart_cc
    values = [_value(s, name, prescription_gy) for s in (samples, coarse)]
    return SAFETY * abs(values[0] - values[1])
