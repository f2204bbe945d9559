"""A recurrence in the plan's dose: shares of it in isodoses, and the patterns that follow."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...dose import (
    DoseGrid,
    DoseSamples,
    SetupScenario,
    centroid_ras,
    sample_dose,
    setup_robustness,
)
from ...geometry import Structure
from .entry import PATTERNS
from .failure import DoseBand, FailureThresholds

BAND_EDGES_PERCENT = (0.0, 20.0, 50.0, 70.0, 80.0, 90.0, 95.0, 100.0)
"""Isodoses between which shares are shown; those of the thresholds join them."""
DECIMALS = 6
"""Of shares in percent: what rounding leaves below does not decide."""


@dataclass(frozen=True)
class IsodoseShares:
    """Shares of a whole recurrence in the two isodoses that bound the fall-off, percent of volume.

    Attributes
    ----------
    high, low : float
        Known to lie in the high and the low isodose.
    outside : float
        Outside the dose grid: may lie in both, in one or in none.
    high_uncertainty, low_uncertainty : float
        By how much sampling may have moved the shares.
    """

    high: float
    low: float
    outside: float = 0.0
    high_uncertainty: float = 0.0
    low_uncertainty: float = 0.0

    def patterns(self, thresholds: FailureThresholds) -> tuple[str, ...]:
        """Patterns that are possible, in the order of `PATTERNS`; one where it can be told.

        The pattern is taken with the uncovered part at 0 Gy and in the high isodose, each with the
        shares at the end of their uncertainty. Both shares change steadily from the one to the
        other, so that what lies between two patterns is possible, too.
        """
        least = pattern_for(
            _share(self.high - self.high_uncertainty),
            _share(self.low - self.low_uncertainty),
            thresholds,
        )
        most = pattern_for(
            _share(self.high + self.outside + self.high_uncertainty),
            _share(self.low + self.outside + self.low_uncertainty),
            thresholds,
        )
        return patterns_between((least, most))


def pattern_for(
    high_share_percent: float, low_share_percent: float, thresholds: FailureThresholds
) -> str:
    """Name the pattern of a recurrence by its shares in the two isodoses.

    In-field: more than 80 % in the high isodose (90 %). Distant: less than 20 % in the low isodose
    (50 %), the fall-off and what it encloses. Marginal: everything between, exactly 80 % and
    exactly 20 % too.

    The 80 and 20 % are borrowed from glioma (McDonald 2011; Paulsson 2014) and are not validated
    for the spine. There both shares are of one isodose; here the distant pattern has one of its
    own, since the paper (Ryu 2015) calls marginal what lies in the fall-off outside of the target,
    which may hold none of the high isodose.

    Parameters
    ----------
    high_share_percent, low_share_percent : float
        Of the recurrence's volume.
    thresholds : FailureThresholds

    Returns
    -------
    str
        One of `PATTERNS`.
    """
    if high_share_percent > thresholds.in_field_share_percent:
        return "in_field"
    if low_share_percent < thresholds.distant_share_percent:
        return "distant"
    return "marginal"


def patterns_between(found: Sequence[str]) -> tuple[str, ...]:
    """All patterns from the first to the last of those found, in the order of `PATTERNS`."""
    places = [PATTERNS.index(pattern) for pattern in found]
    return PATTERNS[min(places) : max(places) + 1]


def read_dose(
    recurrence: Structure,
    dose: DoseGrid,
    prescription_gy: float,
    thresholds: FailureThresholds,
) -> tuple[DoseSamples, IsodoseShares]:
    """Sample the dose in a recurrence until its shares in the two isodoses are exact enough."""
    names = [_metric(p) for p in (thresholds.high_percent, thresholds.low_percent)]
    samples = sample_dose(
        recurrence, dose, metrics=(*names, "D95%[Gy]"), prescription_gy=prescription_gy
    )
    volume = samples.volume_cc
    # A face that lies on the grid's end may stick out by its rounding.
    outside = 100.0 * samples.outside_dose_cc / volume
    if not samples.covered_cc > 0:
        return samples, IsodoseShares(0.0, 0.0, 100.0)
    read = [samples.metric(name, prescription_gy=prescription_gy) for name in names]
    high, low = (100.0 * m.value / volume for m in read)
    high_uncertainty, low_uncertainty = (100.0 * m.uncertainty / volume for m in read)
    return samples, IsodoseShares(high, low, _share(outside), high_uncertainty, low_uncertainty)


def dose_bands(
    samples: DoseSamples, prescription_gy: float, thresholds: FailureThresholds
) -> tuple[DoseBand, ...]:
    """Shares of the whole recurrence between isodoses, from the coldest."""
    edges = sorted({*BAND_EDGES_PERCENT, thresholds.high_percent, thresholds.low_percent})
    volumes = samples.cumulative(np.array(edges) * prescription_gy / 100.0)
    shares = -np.diff(np.append(volumes, 0.0)) * 100.0 / samples.volume_cc
    ends = itertools.zip_longest(edges, edges[1:])
    return tuple(
        DoseBand(low, high, _share(share))
        for (low, high), share in zip(ends, shares.tolist(), strict=True)
    )


def patterns_when_shifted(
    recurrence: Structure,
    dose: DoseGrid,
    prescription_gy: float,
    thresholds: FailureThresholds,
    error_mm: float,
) -> tuple[str, ...]:
    """Patterns that occur as the recurrence is shifted by the registration's error.

    By its length toward and against R, A and S and along all diagonals between them, 26 in all.
    Read as setup scenarios are, which gives shares within 0.3 percentage points (see
    `dose.setup_robustness`); the dose stays where it is. Rotations are not tried.
    """
    high, low = (_metric(p) for p in (thresholds.high_percent, thresholds.low_percent))
    read = setup_robustness(
        [recurrence],
        dose,
        center_ras=centroid_ras([recurrence]),
        scenarios=_shifts(error_mm),
        metrics={recurrence.name: (high, low)},
        prescription_gy=prescription_gy,
    ).structures[recurrence.name]
    rows = zip(
        np.nan_to_num(read.if_cold[high]) * 100.0 / read.volume_cc,
        np.nan_to_num(read.if_cold[low]) * 100.0 / read.volume_cc,
        read.outside_share * 100.0,
        strict=True,
    )
    found = [p for row in rows for p in IsodoseShares(*row).patterns(thresholds)]
    return patterns_between(found)


def _shifts(length_mm: float) -> list[SetupScenario]:
    directions = [d for d in itertools.product((-1, 0, 1), repeat=3) if any(d)]
    shifts = []
    for direction in directions:
        right, anterior, superior = length_mm * np.array(direction) / np.linalg.norm(direction)
        shift = float(right), float(anterior), float(superior)
        shifts.append(SetupScenario(f"{length_mm:g} mm toward {direction}", shift))
    return shifts


def _metric(percent: float) -> str:
    return f"V{percent:f}%[cc]"


def _share(percent: float) -> float:
    # Adding zero turns -0 into 0.
    return float(np.clip(round(percent, DECIMALS), 0.0, 100.0)) + 0.0
