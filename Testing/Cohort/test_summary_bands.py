"""Population DVH bands: quantiles as numpy's, prescriptions apart."""

from __future__ import annotations

import numpy as np
import pytest
from summary_results import STEP_GY, evaluated, row, straight_curve

from spine_radiosurgery.cohort.summary import SummaryBuilder
from spine_radiosurgery.cohort.summary.bands import QUANTILES, CurveBand


@pytest.mark.parametrize("count", [1, 2, 7, 200])
def test_quantiles_are_those_of_numpy_to_a_twentieth_of_a_point(count) -> None:
    random = np.random.default_rng(count)
    doses = np.arange(40) * 0.5
    curves = 100.0 * np.sort(random.beta(0.7, 0.9, size=(count, 40)), axis=1)[:, ::-1]
    band = CurveBand(doses)
    for curve in curves:
        band.add(doses, curve)
    expected = np.quantile(curves, QUANTILES, axis=0)
    assert np.abs(band.quantiles() - expected).max() <= 0.05 + 1e-9


def test_a_curve_that_ends_early_counts_as_nothing_beyond() -> None:
    band = CurveBand(np.array([0.0, 5.0, 20.0]))
    band.add(np.array([0.0, 5.0, 10.0]), np.array([100.0, 40.0, 0.0]))
    assert band.quantiles((0.5,)).tolist() == [[100.0, 40.0, 0.0]]


def test_no_curve_has_no_quantiles() -> None:
    assert np.isnan(CurveBand(np.arange(3.0)).quantiles()).all()


def summary(*cases):
    builder = SummaryBuilder(())
    for number, changes in enumerate(cases):
        builder.add(row(number), evaluated(number, **changes))
    return builder.document()


def band(bands, role):
    return next(one for one in bands if one["role"] == role)


def test_bands_in_gy_are_those_of_the_curves_at_their_own_doses() -> None:
    maxima = [8.0, 10.0, 11.0, 13.0, 14.0]
    found = summary(*({"cord_max_gy": maximum} for maximum in maxima))["dvh"]["schemes"][0]
    cord = band(found["bands"], "cord_volume")
    curves = [straight_curve(maximum) for maximum in maxima]
    for dose, median in zip(cord["doses"], cord["p50"], strict=True):
        at = round(dose / STEP_GY)
        expected = np.median([curve[at] if at < len(curve) else 0.0 for curve in curves])
        assert median == pytest.approx(expected, abs=0.0501)


def test_prescriptions_are_not_mixed_in_gy() -> None:
    found = summary({}, {}, {"dose_gy": 24.0, "fractions": 3, "cord_max_gy": 18.0})["dvh"]
    schemes = {(s["dose_gy"], s["fractions"]): s for s in found["schemes"]}
    assert {key: s["cases"] for key, s in schemes.items()} == {(16.0, 1): 2, (24.0, 3): 1}
    assert band(schemes[16.0, 1]["bands"], "cord")["curves"] == 2
    assert band(schemes[24.0, 3]["bands"], "cord")["curves"] == 1


def test_relative_bands_hold_all_prescriptions() -> None:
    found = summary({}, {"dose_gy": 24.0, "fractions": 3, "cord_max_gy": 18.0})["dvh"]["relative"]
    cord = band(found, "cord_volume")
    assert cord["curves"] == 2
    # 12 of 16 Gy and 18 of 24 Gy are the same curve in percent of the prescription.
    at_half = cord["doses"].index(50.0)
    assert [cord[name][at_half] for name in ("p05", "p50", "p95")] == pytest.approx(
        [100 / 3] * 3, abs=0.05
    )


def test_several_prescriptions_are_said() -> None:
    assert "2 prescriptions" in summary({}, {"dose_gy": 18.0})["notes"][0]
    assert summary({}, {})["notes"] == []
