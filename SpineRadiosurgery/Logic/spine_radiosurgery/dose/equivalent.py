"""The generalised equivalent uniform dose, exact for cells with evenly spread dose."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..geometry import InputError

FloatArray = NDArray[np.float64]


def generalised_equivalent_uniform_dose_gy(
    dose_gy: ArrayLike, weight_cc: ArrayLike, spread_gy: ArrayLike, a: float
) -> float:
    """Return (sum of v_i mean(D^a in cell i))^(1/a), v_i being the cells' shares of the volume.

    Niemierko, Med Phys 26 (1999) 1100: a = 1 is the mean dose, a large a nears the maximum (organs
    in series), a very negative a the minimum (targets). The mean of D^a over a cell is the integral
    over its doses, not the power of its mean dose. Computed with logarithms, so that no exponent
    overflows.

    Parameters
    ----------
    dose_gy, weight_cc, spread_gy : (n,) array_like
        Cells with volume `weight_cc` and doses even over `dose_gy` +- `spread_gy`. A spread that
        reaches below 0 Gy is cut to the dose itself: the mean dose stays what it is.
    a : float
        Not 0.

    Returns
    -------
    float
        Gy; nan without volume; 0 where a is negative and some volume has no dose.

    Raises
    ------
    InputError
        a is 0 or not finite.
    """
    if a == 0 or not np.isfinite(a):
        raise InputError(f"A gEUD is not defined for the exponent a = {a:g}; give another number.")
    weight = np.asarray(weight_cc, dtype=np.float64)
    used = weight > 0
    weight = weight[used]
    dose = np.asarray(dose_gy, dtype=np.float64)[used]
    spread = np.asarray(spread_gy, dtype=np.float64)[used]
    total = float(weight.sum())
    if not total > 0:
        return float("nan")
    dosed = dose > 0
    if not dosed.any() or (a < 0 and not dosed.all()):
        return 0.0
    share, dose, spread = weight[dosed] / total, dose[dosed], spread[dosed]
    powers = a * np.log(dose) + _log_mean_power(np.minimum(spread / dose, 1.0), a)
    peak = float(powers.max())
    if peak == np.inf:
        return 0.0
    return float(np.exp((peak + np.log(share @ np.exp(powers - peak))) / a))


def _log_mean_power(width: FloatArray, a: float) -> FloatArray:
    """Logarithm of the mean of u^a for u even over 1 +- width (0 to 1); inf where it diverges.

    With p = a + 1 the mean is ((1+w)^p - (1-w)^p) / (2 w p), written as the larger of the two
    powers times (1 - exp(-d)) / d * atanh(w) / w with d = 2 |p| atanh(w): nothing cancels, neither
    for narrow cells nor at p = 0.
    """
    p = a + 1.0
    result = np.empty_like(width)
    to_zero = width >= 1.0
    result[to_zero] = np.log(2.0) * a - np.log(p) if p > 0 else np.inf
    w = width[~to_zero]
    half = np.arctanh(w)
    decay = 2.0 * abs(p) * half
    larger = p * (np.log1p(w) if p >= 0 else np.log1p(-w))
    result[~to_zero] = larger + np.log(_ratio(-np.expm1(-decay), decay) * _ratio(half, w))
    return result


def _ratio(above: FloatArray, below: FloatArray) -> FloatArray:
    """Divide two quantities that vanish together; there their ratio is 1."""
    return np.divide(above, below, out=np.ones_like(above), where=below > 0)
