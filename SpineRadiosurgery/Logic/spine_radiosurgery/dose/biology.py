"""Biologically effective dose and its 2 Gy equivalent: an option, never what a limit is held to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..geometry import InputError
from .metric_names import parse_metric_name
from .samples import DoseSamples

LARGEST_FRACTION_GY = 10.0
"""Above this dose a fraction the linear-quadratic model is questioned (DOI
10.1007/s00066-020-01713-w)."""
LIMITS_OF_USE = (
    "BED and EQD2 do not describe a spinal cord with a steep dose gradient in it: Ryu et al. 2015 "
    "call the BED calculation 'not applicable to spine radiosurgery because there is a sharp dose "
    "fall-off within the spinal cord'. Each value here is that of one point's dose. The "
    f"linear-quadratic model itself is questioned above about {LARGEST_FRACTION_GY:g} Gy a "
    "fraction. No limit is held against these values."
)
"""To be shown wherever these values are."""
POINT_KINDS = ("D", "Max", "Min")
"""Metrics that are the dose of a point; a mean or a gEUD of doses cannot be converted."""


@dataclass(frozen=True)
class BiologicalRow:
    """A dose metric with its biologically effective dose.

    Attributes
    ----------
    structure, metric : str
    dose_gy, bed_gy, eqd2_gy : float
        nan where the metric has no value.
    bed_uncertainty_gy, eqd2_uncertainty_gy : float
        From the metric's own uncertainty; nan where not estimated.
    beyond_model : bool
        The dose a fraction is above `LARGEST_FRACTION_GY`.
    reason : str
        Why there is no value.
    """

    structure: str
    metric: str
    dose_gy: float
    bed_gy: float
    eqd2_gy: float
    bed_uncertainty_gy: float
    eqd2_uncertainty_gy: float
    beyond_model: bool
    reason: str = ""


def bed_gy(total_gy: float, fractions: int, alpha_beta_gy: float) -> float:
    """Return the biologically effective dose n d (1 + d / (alpha/beta)), Gy.

    Linear-quadratic model without a time factor (Fowler, Br J Radiol 62 (1989) 679), d = total / n.

    Raises
    ------
    InputError
        A negative dose, less than one fraction, or an alpha/beta that is not positive.
    """
    _check(total_gy, fractions, alpha_beta_gy)
    return total_gy * (1.0 + total_gy / fractions / alpha_beta_gy)


def eqd2_gy(total_gy: float, fractions: int, alpha_beta_gy: float) -> float:
    """Return the dose in 2 Gy fractions with the same effect, D (d + alpha/beta)/(2 + alpha/beta).

    Raises
    ------
    InputError
        As `bed_gy`.
    """
    _check(total_gy, fractions, alpha_beta_gy)
    return total_gy * (total_gy / fractions + alpha_beta_gy) / (2.0 + alpha_beta_gy)


def biological_rows(
    samples: Mapping[str, DoseSamples],
    metrics: Sequence[str],
    fractions: int,
    alpha_beta_gy: float,
) -> tuple[BiologicalRow, ...]:
    """Convert the metrics that are the dose of a point: D metrics, `Max[Gy]` and `Min[Gy]`.

    BED rises with dose, so the dose that the hottest volume receives at least has the BED that it
    receives at least: the conversion is exact point by point. It is not for means, gEUD and V
    metrics; those are left out. All of a point's dose is taken to come in equal fractions: not for
    sums of plans with different fractionation. Show `LIMITS_OF_USE` beside the rows.

    Parameters
    ----------
    samples : mapping of str to DoseSamples
        By structure name.
    metrics : sequence of str
        TG-263 notation; asked of every structure.
    fractions : int
    alpha_beta_gy : float

    Raises
    ------
    InputError
        An unknown metric, less than one fraction, or an alpha/beta that is not positive.
    """
    _check(0.0, fractions, alpha_beta_gy)
    wanted = [name for name in metrics if parse_metric_name(name).kind in POINT_KINDS]
    return tuple(
        _row(structure, name, sampled, fractions, alpha_beta_gy)
        for structure, sampled in samples.items()
        for name in dict.fromkeys(wanted)
    )


def _row(
    structure: str, name: str, sampled: DoseSamples, fractions: int, alpha_beta_gy: float
) -> BiologicalRow:
    metric = sampled.metric(name)
    nan = float("nan")
    if np.isnan(metric.value):
        return BiologicalRow(structure, name, nan, nan, nan, nan, nan, False, metric.reason)
    per_fraction = metric.value / fractions
    # The slope of BED over dose carries the metric's uncertainty over.
    bed_uncertainty = metric.uncertainty * (1.0 + 2.0 * per_fraction / alpha_beta_gy)
    return BiologicalRow(
        structure,
        name,
        metric.value,
        bed_gy(metric.value, fractions, alpha_beta_gy),
        eqd2_gy(metric.value, fractions, alpha_beta_gy),
        bed_uncertainty,
        bed_uncertainty / (1.0 + 2.0 / alpha_beta_gy),
        per_fraction > LARGEST_FRACTION_GY,
    )


def _check(total_gy: float, fractions: int, alpha_beta_gy: float) -> None:
    if not total_gy >= 0:
        raise InputError(f"The dose of {total_gy:g} Gy must not be negative.")
    if fractions < 1 or fractions != int(fractions):
        raise InputError(f"The number of fractions, {fractions}, must be 1 or more.")
    if not (np.isfinite(alpha_beta_gy) and alpha_beta_gy > 0):
        raise InputError(f"The alpha/beta of {alpha_beta_gy:g} Gy must be a positive dose in Gy.")
