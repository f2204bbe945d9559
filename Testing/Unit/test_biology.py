"""BED and EQD2 of points, and what is not converted."""

from __future__ import annotations

import numpy as np
import pytest

from spine_radiosurgery.dose import (
    LIMITS_OF_USE,
    DoseSamples,
    bed_gy,
    biological_rows,
    eqd2_gy,
)
from spine_radiosurgery.geometry import InputError


def samples(scale: float = 1.0) -> DoseSamples:
    dose = np.linspace(1.0, 14.0, 200) * scale
    return DoseSamples.from_arrays(dose, np.full(200, 0.01))


@pytest.mark.parametrize(
    ("total", "fractions", "alpha_beta", "bed", "eqd2"),
    [(50.0, 25, 2.0, 100.0, 50.0), (14.0, 1, 2.0, 112.0, 56.0), (24.0, 2, 10.0, 52.8, 44.0)],
)
def test_textbook_values(total, fractions, alpha_beta, bed, eqd2) -> None:
    assert bed_gy(total, fractions, alpha_beta) == pytest.approx(bed)
    assert eqd2_gy(total, fractions, alpha_beta) == pytest.approx(eqd2)


def test_converting_the_dose_of_a_volume_is_reading_the_converted_doses() -> None:
    plain = samples()
    converted = DoseSamples.from_arrays([bed_gy(d, 3, 2.0) for d in plain.dose_gy], plain.weight_cc)
    rows = biological_rows({"Cord": plain}, ["D10%[Gy]", "D0.035cc[Gy]", "Max[Gy]"], 3, 2.0)
    for row in rows:
        assert row.bed_gy == pytest.approx(converted.metric(row.metric).value, rel=1e-3)
        assert row.eqd2_gy == pytest.approx(row.bed_gy / 2.0)
        assert row.dose_gy == plain.metric(row.metric).value


def test_only_doses_of_points_are_converted() -> None:
    asked = ["Mean[Gy]", "V10Gy[%]", "gEUD4[Gy]", "Volume[cc]", "D2%[Gy]", "Min[Gy]", "D2%[Gy]"]
    rows = biological_rows({"A": samples(), "B": samples(2.0)}, asked, 1, 2.0)
    assert [(r.structure, r.metric) for r in rows] == [
        ("A", "D2%[Gy]"), ("A", "Min[Gy]"), ("B", "D2%[Gy]"), ("B", "Min[Gy]"),
    ]  # fmt: skip


def test_a_metric_without_value_keeps_its_reason() -> None:
    (row,) = biological_rows({"Cord": samples()}, ["D5cc[Gy]"], 1, 2.0)
    assert np.isnan([row.dose_gy, row.bed_gy, row.eqd2_gy]).all()
    assert "5 cc" in row.reason


def test_large_fractions_are_marked_as_beyond_the_model() -> None:
    once, twice = (biological_rows({"C": samples()}, ["Max[Gy]"], n, 2.0)[0] for n in (1, 2))
    assert once.beyond_model
    assert not twice.beyond_model


def test_the_warning_quotes_the_paper() -> None:
    assert "not applicable to spine radiosurgery because there is a sharp dose fall-off" in (
        LIMITS_OF_USE
    )


@pytest.mark.parametrize(
    ("total", "fractions", "alpha_beta", "message"),
    [
        (-1.0, 1, 2.0, "negative"),
        (float("nan"), 1, 2.0, "negative"),
        (10.0, 0, 2.0, "fractions"),
        (10.0, 1, 0.0, "alpha/beta"),
        (10.0, 1, float("nan"), "alpha/beta"),
    ],
)
def test_impossible_input_is_refused(total, fractions, alpha_beta, message) -> None:
    for function in (bed_gy, eqd2_gy):
        with pytest.raises(InputError, match=message):
            function(total, fractions, alpha_beta)
