"""The prescription against the dose ranges of both papers, every boundary."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spine_radiosurgery.assessment.prescribing import (
    SETTINGS,
    PrescriptionContext,
    prescription_ranges,
)

KEYS = [
    "solitary",
    "rtog_0631",
    "rtog_0631_phase_2",
    "pain_above_14",
    "pain_16_to_24",
    "decompression",
    "separation_single",
    "separation_three",
]


def found(key, dose, fractions=1, setting="intact"):
    ranges = prescription_ranges(PrescriptionContext(dose, fractions, setting))
    return {r.key: r for r in ranges}[key]


CASES = [
    ("solitary", "intact", 1, {9.9: "outside", 10: "within", 16: "within", 16.1: "outside"}),
    ("solitary", "decompression", 1, {9.9: "outside", 10: "within", 16: "within"}),
    (
        "rtog_0631",
        "intact",
        1,
        {8: "outside", 15.9: "outside", 16: "within", 17: "outside", 18: "within", 18.1: "outside"},
    ),
    ("rtog_0631_phase_2", "intact", 1, {15.9: "outside", 16: "within", 16.1: "outside"}),
    ("pain_above_14", "intact", 1, {13.9: "outside", 14: "outside", 14.1: "within", 30: "within"}),
    (
        "pain_16_to_24",
        "intact",
        1,
        {15.9: "outside", 16: "within", 24: "within", 24.1: "outside"},
    ),
    (
        "decompression",
        "decompression",
        1,
        {15.9: "outside", 16: "within", 20: "within", 20.1: "outside"},
    ),
    (
        "separation_single",
        "separation_surgery",
        1,
        {23.9: "outside", 24: "within", 24.1: "outside"},
    ),
    (
        "separation_three",
        "separation_surgery",
        3,
        {23.9: "outside", 24: "within", 27: "within", 30: "within", 30.1: "outside"},
    ),
]
BOUNDARIES = [
    (key, setting, fractions, dose, status)
    for key, setting, fractions, doses in CASES
    for dose, status in doses.items()
]


@pytest.mark.parametrize(("key", "setting", "fractions", "dose", "status"), BOUNDARIES)
def test_every_boundary(key, setting, fractions, dose, status):
    assert found(key, dose, fractions, setting).status == status


@pytest.mark.parametrize(
    ("setting", "applicable"),
    [
        ("intact", KEYS[:5]),
        ("decompression", ["solitary", "pain_above_14", "pain_16_to_24", "decompression"]),
        ("separation_surgery", ["separation_single"]),
        ("postoperative", []),
    ],
)
def test_a_range_is_for_its_setting(setting, applicable):
    ranges = prescription_ranges(PrescriptionContext(16, 1, setting))
    assert [r.key for r in ranges] == KEYS
    assert [r.key for r in ranges if r.status != "not_applicable"] == applicable


@pytest.mark.parametrize("fractions", [2, 4, 5])
@pytest.mark.parametrize("setting", SETTINGS)
def test_no_range_is_for_another_fractionation(fractions, setting):
    ranges = prescription_ranges(PrescriptionContext(24, fractions, setting))
    assert {r.status for r in ranges} == {"not_applicable"}


@pytest.mark.parametrize(
    ("dose", "words"),
    [
        (15, "15 Gy is below it."),
        (16, "16 Gy is such a dose."),
        (17, "17 Gy is between these doses, but neither of them."),
        (18.5, "18.5 Gy is above it."),
    ],
)
def test_two_doses_are_no_interval(dose, words):
    text = found("rtog_0631", dose).text
    assert text.startswith(f"16 or 18 Gy in 1 fraction: {words}")
    assert "8 Gy of conventional radiation, is not radiosurgery" in text


@pytest.mark.parametrize(
    ("key", "dose", "fractions", "setting", "words"),
    [
        ("solitary", 12, 1, "intact", "12 Gy lies within it."),
        ("pain_above_14", 14, 1, "intact", "14 Gy is not above 14 Gy."),
        ("pain_above_14", 12, 1, "intact", "12 Gy is below it."),
        ("separation_three", 27, 3, "separation_surgery", "9 Gy a fraction lies within it."),
        ("separation_three", 27, 1, "separation_surgery", "not for 1 fraction."),
        ("solitary", 12, 5, "intact", "not for 5 fractions."),
        ("decompression", 18, 1, "intact", "not for treatment without surgery."),
        ("solitary", 18, 1, "postoperative", "not for treatment after surgery."),
    ],
)
def test_the_reason_is_said(key, dose, fractions, setting, words):
    assert words in found(key, dose, fractions, setting).text


@pytest.mark.parametrize(
    ("context", "missing"),
    [
        ((None, 1, "intact"), "as dose is not recorded."),
        ((16, None, "intact"), "as number of fractions is not recorded."),
        ((16, 1, ""), "as setting is not recorded."),
        ((None, None, "intact"), "as dose and number of fractions are not recorded."),
        ((None, None, ""), "as dose, number of fractions and setting are not recorded."),
    ],
)
def test_what_is_not_recorded_leaves_it_open(context, missing):
    first = prescription_ranges(PrescriptionContext(*context))[0]
    assert first.status == "open"
    assert missing in first.text


def test_what_is_recorded_may_exclude_a_range_that_is_open():
    statuses = {
        r.key: r.status
        for r in prescription_ranges(PrescriptionContext(None, 3, "separation_surgery"))
    }
    assert statuses.pop("separation_three") == "open"
    assert set(statuses.values()) == {"not_applicable"}


def test_every_range_cites_its_source():
    ranges = {r.key: r for r in prescription_ranges(PrescriptionContext())}
    assert "Ryu et al. 2008" in ranges["solitary"].citation
    assert "Pract Radiat Oncol" in ranges["rtog_0631_phase_2"].citation
    assert "NCT00922974" in ranges["rtog_0631"].citation
    others = set(KEYS) - {"solitary", "rtog_0631_phase_2"}
    assert all("Ryu et al. 2015" in ranges[key].citation for key in others)


def test_a_sum_of_fractions_is_met_in_spite_of_rounding():
    assert found("separation_three", 0.1 * 240, 3, "separation_surgery").status == "within"


@given(st.floats(0.1, 200), st.integers(1, 60), st.sampled_from(SETTINGS[1:]))
def test_a_complete_prescription_is_never_open(dose, fractions, setting):
    ranges = prescription_ranges(PrescriptionContext(dose, fractions, setting))
    assert {r.status for r in ranges} <= {"within", "outside", "not_applicable"}
