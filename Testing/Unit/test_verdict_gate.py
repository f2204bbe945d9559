"""The safety gate: dose and prescription."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spine_radiosurgery.case import InputError, Prescription
from spine_radiosurgery.tolerance import check_prescription, check_target_dose


@given(percent=st.floats(70.001, 159.999), prescription_gy=st.floats(1, 60))
def test_a_median_near_the_prescription_is_no_matter(
    percent: float, prescription_gy: float
) -> None:
    assert check_target_dose(percent * prescription_gy / 100, prescription_gy) is None


@pytest.mark.parametrize("median_gy", [8.0, 11.1, 25.7, 48.0])
def test_a_median_far_from_the_prescription_is_a_caution(median_gy: float) -> None:
    note = check_target_dose(median_gy, 16.0)
    assert note is not None
    assert note.kind == "caution"
    assert f"{median_gy:.2f} Gy" in note.text
    assert "a single fraction's dose, or the wrong plan?" in note.text


@pytest.mark.parametrize("median_gy", [11.2, 25.6])
def test_the_ends_of_the_range_belong_to_it(median_gy: float) -> None:
    assert check_target_dose(median_gy, 16.0) is None


def test_a_median_that_is_not_known_is_a_caution() -> None:
    note = check_target_dose(float("nan"), 16.0)
    assert note is not None
    assert note.kind == "caution"


def test_a_prescription_that_agrees_with_the_plan_is_no_matter() -> None:
    assert check_prescription(Prescription(24, 3), Prescription(24.004, 3, "RTPLAN")) is None


def test_without_a_plan_there_is_nothing_to_contradict() -> None:
    assert check_prescription(Prescription(24, 3), None) is None


@pytest.mark.parametrize("given_one", [Prescription(8, 3), Prescription(24, 1)])
def test_a_contradiction_is_refused_with_both_prescriptions(given_one: Prescription) -> None:
    with pytest.raises(InputError, match=r"contradicts RTPLAN, 24 Gy in 3 fractions"):
        check_prescription(given_one, Prescription(24, 3, "RTPLAN"))


def test_a_contradiction_that_is_overridden_is_a_warning() -> None:
    note = check_prescription(Prescription(16, 1), Prescription(24, 3, "RTPLAN"), override=True)
    assert note is not None
    assert note.kind == "warning"
    assert "16 Gy in 1 fraction" in note.text
