"""The failure pattern from shares in isodoses: every boundary, and what is left open."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spine_radiosurgery.assessment.followup import (
    PATTERNS,
    FailureMeasurement,
    FailureThresholds,
    pattern_for,
)
from spine_radiosurgery.assessment.followup.failure import DoseBand
from spine_radiosurgery.assessment.followup.failure_dose import IsodoseShares, patterns_between
from spine_radiosurgery.geometry import InputError

LIMITS = FailureThresholds()
GLIOMA = FailureThresholds(high_percent=95.0, low_percent=95.0)


@pytest.mark.parametrize(
    ("high", "low", "pattern"),
    [
        (100.0, 100.0, "in_field"),
        (80.0001, 100.0, "in_field"),
        (80.0, 100.0, "marginal"),
        (79.9999, 80.0, "marginal"),
        (0.0, 100.0, "marginal"),
        (0.0, 20.0, "marginal"),
        (20.0, 20.0, "marginal"),
        (0.0, 19.9999, "distant"),
        (0.0, 0.0, "distant"),
    ],
)
def test_boundaries_of_the_pattern(high, low, pattern):
    assert pattern_for(high, low, LIMITS) == pattern


@pytest.mark.parametrize(
    ("share", "pattern"),
    [(81, "in_field"), (80, "marginal"), (20, "marginal"), (19.9, "distant"), (0, "distant")],
)
def test_with_one_isodose_the_rule_is_that_of_glioma(share, pattern):
    assert pattern_for(share, share, GLIOMA) == pattern


def test_a_recurrence_in_the_fall_off_is_distant_for_glioma_and_marginal_here():
    assert pattern_for(0.0, 0.0, GLIOMA) == "distant"
    assert pattern_for(0.0, 100.0, LIMITS) == "marginal"


@pytest.mark.parametrize(
    ("shares", "patterns"),
    [
        (IsodoseShares(85, 90, 15), ("in_field",)),
        (IsodoseShares(70, 90, 10), ("marginal",)),
        (IsodoseShares(70, 85, 15), ("in_field", "marginal")),
        (IsodoseShares(0, 0, 19), ("distant",)),
        (IsodoseShares(0, 0, 20), ("marginal", "distant")),
        (IsodoseShares(0, 0, 80), ("marginal", "distant")),
        (IsodoseShares(0, 0, 100), PATTERNS),
    ],
)
def test_the_part_outside_the_dose_grid_is_cold_once_and_hot_once(shares, patterns):
    assert shares.patterns(LIMITS) == patterns


@pytest.mark.parametrize(
    ("shares", "patterns"),
    [
        (IsodoseShares(80.1, 100, 0, 0.05, 0.05), ("in_field",)),
        (IsodoseShares(80.1, 100, 0, 0.2, 0.0), ("in_field", "marginal")),
        (IsodoseShares(79.9, 100, 0, 0.2, 0.0), ("in_field", "marginal")),
        (IsodoseShares(0, 20.1, 0, 0.0, 0.2), ("marginal", "distant")),
        (IsodoseShares(0, 19.9, 0, 0.0, 0.05), ("distant",)),
        (IsodoseShares(80.0, 100.0), ("marginal",)),
        (IsodoseShares(0.0, 20.0), ("marginal",)),
    ],
)
def test_a_share_within_its_uncertainty_of_a_limit_leaves_both(shares, patterns):
    assert shares.patterns(LIMITS) == patterns


def test_rounding_does_not_decide():
    assert IsodoseShares(80.0 + 1e-10, 100.0).patterns(LIMITS) == ("marginal",)
    assert IsodoseShares(0.0, 20.0 - 1e-10).patterns(LIMITS) == ("marginal",)


percent = st.floats(0, 100)


@given(percent, percent, percent, percent)
def test_more_dose_never_makes_the_pattern_more_distant(high, low, more_high, more_low):
    high, more_high = sorted((high, more_high))
    low, more_low = sorted((low, more_low))
    low, more_low = max(low, high), max(more_low, more_high)
    colder, hotter = (pattern_for(h, w, LIMITS) for h, w in ((high, low), (more_high, more_low)))
    assert PATTERNS.index(hotter) <= PATTERNS.index(colder)


@given(percent, percent, percent, st.tuples(percent, percent))
def test_whatever_the_uncovered_part_received_its_pattern_is_listed(high, low, outside, split):
    scale = (100.0 - outside) / 100.0
    high, low = sorted((high * scale, low * scale))
    into_high, into_low = sorted(share * outside / 100.0 for share in split)
    found = pattern_for(high + into_high, low + into_low, LIMITS)
    assert found in IsodoseShares(high, low, outside).patterns(LIMITS)


@given(percent, percent, percent, percent)
def test_wider_errors_never_lose_a_pattern(high, low, narrow, wide):
    high, low = sorted((high, low))
    narrow, wide = sorted((narrow, wide))
    few = IsodoseShares(high, low, 0.0, narrow, narrow).patterns(LIMITS)
    many = IsodoseShares(high, low, 0.0, wide, wide).patterns(LIMITS)
    assert set(few) <= set(many)


@pytest.mark.parametrize(
    ("found", "patterns"),
    [
        (("marginal",), ("marginal",)),
        (("distant", "marginal"), ("marginal", "distant")),
        (("distant", "in_field"), PATTERNS),
    ],
)
def test_between_two_patterns_the_third_is_possible(found, patterns):
    assert patterns_between(found) == patterns


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"high_percent": 0.0}, "The high isodose cannot be 0 %"),
        ({"low_percent": float("nan")}, "The low isodose cannot be nan %"),
        ({"in_field_share_percent": 101.0}, "The share for in-field cannot be 101 %"),
        ({"distant_share_percent": -1.0}, "The share for distant cannot be -1 %"),
        ({"high_percent": 40.0}, "The low isodose of 50 % lies above the high one of 40 %"),
        ({"distant_share_percent": 90.0}, "The share for distant, 90 %, is larger than that"),
    ],
)
def test_thresholds_that_contradict_each_other_are_refused(limits, said):
    with pytest.raises(InputError, match=said):
        FailureThresholds(**limits)


MEASURED = FailureMeasurement(
    recurrence="Recurrence",
    volume_cc=4.2,
    bands=(DoseBand(0, 50, 3.0), DoseBand(50, 90, 12.0), DoseBand(90, None, 85.0)),
    outside_dose_percent=0.0,
    in_target_percent=80.0,
    pattern="in_field",
    patterns_within_error=("in_field", "marginal"),
    reason="",
    min_gy=7.0,
    mean_gy=15.0,
    max_gy=18.0,
    d95_gy=8.0,
    thresholds=LIMITS,
    prescription_gy=16.0,
    registration="Follow-up to plan",
    registration_error_mm=2.0,
    places=("same_level", "epidural"),
    place_shares=(("same_level", 70.0), ("epidural", 30.0)),
)


def test_the_text_keeps_dose_registration_and_anatomy_apart():
    assert MEASURED.text == (
        "Recurrence (4.2 cc), 85.0 % in the 90 % isodose, 97.0 % in the 50 % isodose: in-field by "
        "dose. It may be marginal as well within the registration error of 2 mm. Where in the "
        "anatomy, apart from the dose: treated vertebra 70 %, epidural 30 %."
    )


def test_the_text_names_no_error_that_was_not_given():
    found = replace(MEASURED, registration_error_mm=None)
    assert "It may be marginal as well." in found.text


def test_a_pattern_without_candidates_still_has_a_text():
    found = replace(MEASURED, pattern="", patterns_within_error=(), reason="of another program")
    assert "the pattern cannot be told (of another program)" in found.text


def test_the_text_says_why_the_pattern_is_open():
    bands = (DoseBand(0, 50, 0.0), DoseBand(50, 90, 0.0), DoseBand(90, None, 70.0))
    found = replace(
        MEASURED,
        bands=bands,
        outside_dose_percent=30.0,
        pattern="",
        reason="30 % of it lies outside the dose grid",
        place_shares=(),
        places=(),
    )
    assert found.text == (
        "Recurrence (4.2 cc), at least 70.0 % in the 90 % isodose, at least 70.0 % in the 50 % "
        "isodose: the pattern cannot be told, it may be in-field or marginal (30 % of it lies "
        "outside the dose grid)."
    )


def test_a_share_is_never_shown_on_the_other_side_of_its_limit():
    bands = (DoseBand(0, 50, 0.0), DoseBand(50, 90, 19.97), DoseBand(90, None, 80.03))
    assert "80.03 % in the 90 % isodose" in replace(MEASURED, bands=bands).text


@pytest.mark.parametrize(
    "change",
    [
        {"pattern": "central"},
        {"pattern": "", "reason": ""},
        {"patterns_within_error": ("near",)},
        {"places": ("somewhere",)},
        {"place_shares": (("somewhere", 5.0),)},
    ],
)
def test_a_measurement_checks_itself(change):
    with pytest.raises(InputError):
        replace(MEASURED, **change)
