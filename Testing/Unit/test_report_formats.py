"""Numbers of the report page: their digits say how well they are known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spine_radiosurgery.report.page.formats import (
    format_difference,
    format_index,
    format_margins,
    format_measured,
    format_place,
    format_share,
    format_signed,
)


def measured(value, uncertainty, unit="Gy", **limits):
    return format_measured({"value": value, "uncertainty": uncertainty, "unit": unit, **limits})


@pytest.mark.parametrize(
    ("value", "unit", "explained", "words"),
    [
        (0.051, "Gy", None, "+0.05 Gy"),
        (-1.31, "%", 0.8, "−1.3 %"),
        (-0.84, "%", 0.8, "−0.84 %"),
        (0.78, "%", 0.8, "+0.78 %"),
        (-0.0004, "Gy", 0.03, "0.00 Gy"),
        (0.0, "cc", 0.0, "0.000 cc"),
        (0.004, "%", 0.001, "+0.004 %"),
    ],
)
def test_difference_is_not_rounded_onto_what_is_explained(value, unit, explained, words):
    assert format_difference(value, unit, explained) == words


@pytest.mark.parametrize(
    ("value", "uncertainty", "unit", "words"),
    [
        (8.634, 0.0071, "Gy", ("8.63", "± 0.01 Gy")),
        (8.634, 0.031, "Gy", ("8.63", "± 0.04 Gy")),
        (8.634, 0.31, "Gy", ("8.6", "± 0.4 Gy")),
        (0.4034, 0.0021, "%", ("0.40", "± 0.01 %")),
        (35.123, 0.2, "%", ("35.1", "± 0.2 %")),
        (0.0112, 0.00004, "cc", ("0.011", "± 0.001 cc")),
        (10.89, 0.0, "Gy", ("10.89", "± 0.00 Gy")),
        (10.89, None, "Gy", ("10.89 Gy", "")),
        (None, None, "Gy", ("–", "")),
    ],
)
def test_value_has_as_many_digits_as_its_uncertainty(value, uncertainty, unit, words):
    assert measured(value, uncertainty, unit) == words


def test_value_is_never_rounded_onto_its_limit():
    assert measured(10.004, 0.3, "%", limit=10.0) == ("10.004", "± 0.3 %")
    assert measured(12.398, 0.3, limit=14.0, caution_limit=12.4)[0] == "12.398"


@given(st.floats(0, 50), st.sampled_from(["Gy", "%", "cc"]))
def test_uncertainty_is_never_understated(uncertainty, unit):
    _, text = measured(20.0, uncertainty, unit)
    assert float(text.split()[1]) >= uncertainty - 1e-9


@pytest.mark.parametrize(
    ("value", "unit", "uncertainty", "words"),
    [
        (34.271, "cc", 0.04, ("34.3", "± 0.1 cc")),
        (0.9123, "", 0.004, ("0.912", "± 0.004")),
        (0.9123, "", None, ("0.912", "")),
        (11.234, "Gy", None, ("11.2 Gy", "")),
        (None, "", None, ("–", "")),
    ],
)
def test_index_has_its_unit_and_uncertainty(value, unit, uncertainty, words):
    assert format_index(value, unit, uncertainty) == words


def test_place_is_said_in_letters_of_the_patient():
    assert format_place([3.14, -12.0, -34.0]) == "R 3.1, P 12.0, I 34.0 mm"
    assert format_place(None) == ""


def test_negative_distance_has_a_true_minus():
    assert format_signed(-1.54) == "−1.5"


@pytest.mark.parametrize(
    ("share", "words"),
    [
        ({"probability": 0.032, "standard_error": 0.0056}, "3.2 ± 0.6 %"),
        ({"probability": 0.0, "standard_error": 0.0}, "0.0 %"),
        ({"probability": None, "standard_error": None}, "–"),
        ({"not_evaluable": 10, "lowest": 0.01, "highest": 0.06}, "1.0 to 6.0 %"),
    ],
)
def test_probability_has_its_standard_error_or_its_range(share, words):
    assert format_share({"not_evaluable": 0, **share}) == words


def test_uneven_margin_names_its_sides():
    assert format_margins([2.0] * 6) == "2 mm"
    assert format_margins([2, 2, 1, 3, 4, 4]) == "R 2, L 2, A 1, P 3, S 4, I 4 mm"
