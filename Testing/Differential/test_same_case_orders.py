"""The same patient with voxels counted in other orders, and lying elsewhere: the same numbers.

Nothing changes beyond rounding; what does for a turned patient is listed with `TURNED`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import same_case
from hypothesis import given, settings
from hypothesis import strategies as st
from reported_numbers import (
    SETUP,
    Numbers,
    assert_same,
    numbers_of,
    of_a_turned_patient,
    without,
    without_places,
)

from spine_radiosurgery.case import Case
from spine_radiosurgery.dose import DoseGrid
from spine_radiosurgery.geometry import moved


def taken(case: Case, matrix: np.ndarray) -> Case:
    """The patient where a rigid transform takes structures and dose."""
    dose = DoseGrid(case.dose.values_gy, matrix @ case.dose.ijk_to_ras)
    structures = (replace(moved(s, matrix), number=s.number) for s in case.structures)
    return replace(case, structures=tuple(structures), dose=dose, image=None)


def rigid(degrees: float, shift_mm: tuple[float, float, float]) -> np.ndarray:
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    matrix = np.eye(4)
    matrix[:2, :2] = [[cosine, -sine], [sine, cosine]]
    matrix[:3, 3] = shift_mm
    return matrix


def test_other_orders_of_masks_and_dose(case: Case, of_masks: Numbers) -> None:
    turned = same_case.with_dose_order(
        same_case.masked(case, same_case.ORDERS[3]), same_case.ORDERS[6]
    )
    assert_same(of_masks, numbers_of(same_case.evaluated(turned)))


@pytest.mark.slow
@pytest.mark.parametrize("order", same_case.ORDERS)
def test_all_orders(
    case: Case, of_contours: Numbers, of_masks: Numbers, order: same_case.Order
) -> None:
    assert_same(
        of_contours, numbers_of(same_case.evaluated(same_case.with_dose_order(case, order)))
    )
    masks = same_case.masked(case, order)
    assert_same(of_masks, numbers_of(same_case.evaluated(masks)))
    for other in same_case.ORDERS[1::2]:
        both = same_case.with_dose_order(masks, other)
        found = numbers_of(same_case.evaluated(both, robustness=None))
        assert_same(without(of_masks, SETUP), found)


@given(
    dose_order=st.sampled_from(same_case.ALL_ORDERS),
    mask_order=st.sampled_from(same_case.ALL_ORDERS),
    shift=st.tuples(*[st.floats(-150, 150)] * 3),
)
@settings(max_examples=3)
def test_any_order_and_any_place(
    case: Case,
    of_masks: Numbers,
    dose_order: same_case.Order,
    mask_order: same_case.Order,
    shift: tuple[float, float, float],
) -> None:
    ordered = same_case.with_dose_order(same_case.masked(case, mask_order), dose_order)
    found = numbers_of(same_case.evaluated(taken(ordered, rigid(0, shift)), robustness=None))
    assert_same(without_places(without(of_masks, SETUP)), without_places(found))


@pytest.mark.slow
@given(degrees=st.floats(-180, 180), shift=st.tuples(*[st.floats(-150, 150)] * 3))
@settings(max_examples=6)
def test_a_turned_patient(
    case: Case, of_contours: Numbers, degrees: float, shift: tuple[float, float, float]
) -> None:
    found = numbers_of(same_case.evaluated(taken(case, rigid(degrees, shift)), robustness=None))
    assert_same(of_a_turned_patient(of_contours), of_a_turned_patient(found))
    # Start points lie 0.5 mm apart on the target: some of them see the cord or do not.
    assert found["fall-off axial median_mm"] == pytest.approx(
        of_contours["fall-off axial median_mm"], abs=0.25
    )
