"""The generalised equivalent uniform dose against brute force and its own limits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spine_radiosurgery.dose import generalised_equivalent_uniform_dose_gy as geud
from spine_radiosurgery.geometry import InputError

RNG = np.random.default_rng(11)
DOSE = RNG.uniform(2.0, 18.0, 40)
WEIGHT = RNG.uniform(0.1, 2.0, 40)
SPREAD = RNG.uniform(0.0, 1.0, 40) * DOSE


def brute_force(dose, weight, spread, a, points=20_000):
    """Mean of D^a over many doses in each cell."""
    places = (np.arange(points) + 0.5) / points * 2 - 1
    doses = np.asarray(dose)[:, np.newaxis] + np.asarray(spread)[:, np.newaxis] * places
    mean = (doses**a).mean(axis=1) @ weight / np.sum(weight)
    return mean ** (1 / a)


@pytest.mark.parametrize("a", [0.3, 1.0, 2.0, 4.0, 12.5, -0.5, -2.0, -1.0, -8.0])
def test_cells_with_even_spread_give_the_integral(a: float) -> None:
    spread = 0.8 * SPREAD
    assert geud(DOSE, WEIGHT, spread, a) == pytest.approx(
        brute_force(DOSE, WEIGHT, spread, a), rel=2e-6
    )


def test_one_cell_from_zero_has_the_closed_form() -> None:
    # Mean of D^a over 0..2d is (2d)^a / (a + 1).
    assert geud([5.0], [1.0], [5.0], 3.0) == pytest.approx((1000.0 / 4.0) ** (1 / 3), rel=1e-14)
    assert geud([5.0], [1.0], [5.0], -0.5) == pytest.approx((10.0**-0.5 / 0.5) ** -2, rel=1e-14)


def test_exponent_one_is_the_mean_and_uniform_dose_is_itself() -> None:
    assert geud(DOSE, WEIGHT, SPREAD, 1.0) == pytest.approx(np.average(DOSE, weights=WEIGHT))
    for a in (-500.0, -1.0, 0.01, 3.0, 500.0):
        assert geud([7.0, 7.0], [1.0, 2.0], [0.0, 0.0], a) == pytest.approx(7.0, rel=1e-12)


@pytest.mark.parametrize("width", [1e-12, 1e-8, 1e-4])
@pytest.mark.parametrize("a", [-1.0, -1.0 + 1e-9, 2.0, -40.0])
def test_narrow_cells_lose_no_digits(width: float, a: float) -> None:
    # To second order the mean of D^a is d^a (1 + a (a - 1) w^2 / 6).
    expected = 9.0 * (1 + a * (a - 1) * width**2 / 6) ** (1 / a)
    assert geud([9.0], [0.7], [9.0 * width], a) == pytest.approx(expected, rel=1e-13)


def test_large_exponents_near_the_extremes_without_overflow() -> None:
    high = np.max(DOSE + 0.5 * SPREAD)
    low = np.min(DOSE - 0.5 * SPREAD)
    assert geud(DOSE, WEIGHT, 0.5 * SPREAD, 1e6) == pytest.approx(high, rel=1e-4)
    assert geud(DOSE, WEIGHT, 0.5 * SPREAD, -1e6) == pytest.approx(low, rel=1e-4)


def test_volume_without_dose_makes_a_negative_exponent_zero() -> None:
    assert geud([0.0, 10.0], [1.0, 1.0], [0.0, 0.0], -2.0) == 0.0
    assert geud([5.0, 10.0], [1.0, 1.0], [5.0, 0.0], -2.0) == 0.0
    assert geud([0.0, 10.0], [1.0, 1.0], [0.0, 0.0], 2.0) == pytest.approx(50**0.5)
    assert geud([0.0, 10.0], [0.0, 1.0], [0.0, 0.0], -2.0) == pytest.approx(10.0)


def test_no_volume_has_no_value_and_exponent_zero_is_refused() -> None:
    assert np.isnan(geud([], [], [], 2.0))
    assert np.isnan(geud([3.0], [0.0], [0.0], 2.0))
    for a in (0.0, float("nan"), float("inf")):
        with pytest.raises(InputError, match="exponent"):
            geud([3.0], [1.0], [0.0], a)


@given(st.floats(-30, 30).filter(lambda a: abs(a) > 0.01), st.floats(0.01, 20), st.floats(1.01, 3))
def test_it_scales_with_the_dose_and_rises_with_the_exponent(
    a: float, factor: float, step: float
) -> None:
    value = geud(DOSE, WEIGHT, SPREAD, a)
    assert geud(factor * DOSE, WEIGHT, factor * SPREAD, a) == pytest.approx(
        factor * value, rel=1e-9
    )
    larger = a * step if a > 0 else a / step
    assert geud(DOSE, WEIGHT, SPREAD, larger) >= value * (1 - 1e-9)
