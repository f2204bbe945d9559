"""The gap between tumor and cord, and what the sources say of it."""

from __future__ import annotations

import numpy as np
import pytest
from shapes import cylinder

from spine_radiosurgery.assessment import CordGap, gap_remarks, measure_cord_gap
from spine_radiosurgery.geometry import InputError

CORD = cylinder(5.0, 80.0, name="SpinalCord")


def tumour(gap_mm, length=20.0, height=0.0):
    return cylinder(8.0, length, centre=(0.0, 13.0 + gap_mm, height), name="GTV_T8")


def gap_of(value, reason=""):
    return CordGap("GTV_T8", "SpinalCord", value, reason)


@pytest.mark.parametrize("truth", [0.5, 1.9, 3.2, 12.0])
def test_the_gap_is_the_smallest_distance(truth):
    found = measure_cord_gap(tumour(truth), CORD)
    assert found.gap_mm == pytest.approx(truth, abs=0.06)
    assert found.reason == ""
    between = np.subtract(found.tumour_ras, found.cord_ras)
    assert np.linalg.norm(between) == pytest.approx(found.gap_mm)
    assert found.text == f"GTV_T8 comes within {found.gap_mm:.1f} mm of SpinalCord."


def test_overlapping_structures_have_no_gap():
    found = measure_cord_gap(tumour(-2.0), CORD)
    assert found.gap_mm == 0.0
    assert found.text == "GTV_T8 touches or overlaps SpinalCord."


@pytest.mark.parametrize(
    ("chosen", "reason"),
    [
        ((None, CORD), "no tumor (GTV) is chosen"),
        ((tumour(3.0), None), "no cord is chosen"),
        ((None, None), "no tumor (GTV) is chosen"),
    ],
)
def test_without_tumor_or_cord_there_is_no_number(chosen, reason):
    found = measure_cord_gap(*chosen)
    assert (found.gap_mm, found.reason) == (None, reason)
    assert found.text == f"The gap between tumor and cord is not evaluable: {reason}."


@pytest.mark.parametrize(("height", "side"), [(60.0, "below"), (-60.0, "above")])
def test_a_cord_that_is_not_beside_the_tumor_gives_no_number(height, side):
    found = measure_cord_gap(tumour(3.0, height=height), CORD)
    assert found.gap_mm is None
    assert found.reason == f"SpinalCord lies wholly {side} GTV_T8 and not beside it"


@pytest.mark.parametrize(
    ("height", "missing"), [(35.0, "5.0 mm at the upper end"), (-35.0, "5.0 mm at the lower end")]
)
def test_a_cord_that_ends_beside_the_tumor_is_said(height, missing):
    found = measure_cord_gap(tumour(4.0, height=height), CORD)
    assert found.gap_mm == pytest.approx(4.0, abs=0.06)
    assert found.reason == f"SpinalCord is missing beside GTV_T8 for {missing}"
    (remark,) = gap_remarks(found)
    assert remark.status == "not_evaluable"
    assert "no cord beside it" in remark.text


@pytest.mark.parametrize(
    ("value", "status", "words"),
    [
        (0.0, "not_met", "not met with 0.0 mm"),
        (1.99, "not_met", "not met with 2.0 mm"),
        (2.0, "not_met", "not met with 2.0 mm"),
        (2.96, "not_met", "not met with 2.96 mm"),
        (3.0, "not_evaluable", "3.00 mm are too near to the limit to tell"),
        (3.04, "not_evaluable", "3.04 mm are too near"),
        (3.06, "met", "met with 3.1 mm"),
        (9.0, "met", "met with 9.0 mm"),
        (None, "not_evaluable", "not evaluable"),
    ],
)
def test_rtog_0631_asks_for_3_mm(value, status, words):
    remark = gap_remarks(gap_of(value, "" if value is not None else "no cord is chosen"))[0]
    assert (remark.status, remark.citation) == (status, "RTOG 0631 (NCT00922974)")
    assert words in remark.text


@pytest.mark.parametrize(
    ("value", "mentioned"), [(0.0, 1), (1.9, 1), (2.0, 0), (2.5, 0), (None, 0)]
)
def test_separation_surgery_is_mentioned_under_2_mm(value, mentioned):
    remarks = gap_remarks(gap_of(value, "" if value is not None else "no cord is chosen"))
    found = [r for r in remarks if "separation surgery" in r.text]
    assert len(found) == mentioned
    assert all(r.status == "information" and "Ryu et al. 2015" in r.citation for r in found)


def test_a_gap_just_below_a_limit_is_not_rounded_up_to_it():
    assert "The gap of 1.996 mm is less than the 2 mm" in gap_remarks(gap_of(1.996))[1].text


@pytest.mark.parametrize("value", [-0.1, float("nan"), float("inf")])
def test_a_gap_that_is_no_distance_is_refused(value):
    with pytest.raises(InputError, match="cannot be"):
        gap_of(value)


def test_no_gap_needs_a_reason():
    with pytest.raises(InputError, match="neither a value nor a reason"):
        gap_of(None)


def test_the_limits_are_those_of_the_targets() -> None:
    """Neither room may import the other."""
    from spine_radiosurgery.assessment.selection import gap
    from spine_radiosurgery.targets import epidural_gap, remarks

    assert (gap.ELIGIBLE_MM, gap.SEPARATION_MM) == (remarks.CLOSE_MM, epidural_gap.SEPARATION_MM)
