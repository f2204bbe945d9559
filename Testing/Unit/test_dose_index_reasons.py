"""Indices of plan quality to the digit, with all that is said of them, in a dose along a ramp."""

from __future__ import annotations

import math

import numpy as np
import pytest
from shapes import affine, at, rectangle

from spine_radiosurgery.dose import DoseGrid, DoseSamples, dose_indices
from spine_radiosurgery.dose.plan_quality.indices import _uncertainties
from spine_radiosurgery.dose.plan_quality.isodoses import IsodoseVolume
from spine_radiosurgery.geometry import Structure

RAMP = DoseGrid(np.broadcast_to(np.arange(9.0), (4, 4, 9)), affine((2.0, 2.0, 2.0)))
"""1 Gy a voxel from 0 to 8 Gy toward right, the ends half a voxel farther."""
FULL_CC, HALF_CC = 4 * 4 * 4.5 * 8 / 1000, 4 * 4 * 6.5 * 8 / 1000
"""Volumes of 4 Gy and of 2 Gy."""
TARGET = DoseSamples.from_arrays([3.0, 5.0, 7.0], [0.1, 0.2, 0.2])
NO_TARGET = "the target's outline was not given"
OF_TARGET = (
    "coverage_percent", "rtog_quality", "rtog_homogeneity", "paddick", "paddick_inverse",
    "homogeneity",
)  # fmt: skip


def radius_mm(volume_cc: float) -> float:
    return (1000 * volume_cc * 3 / 4 / math.pi) ** (1 / 3)


def test_each_index_has_its_closed_form() -> None:
    found = dose_indices(TARGET, RAMP, prescription_gy=4.0)
    assert found.values() == pytest.approx(
        {
            "prescription_isodose_cc": FULL_CC,
            "half_prescription_isodose_cc": HALF_CC,
            "coverage_percent": 80.0,
            "rtog_conformity": FULL_CC / 0.5,
            "rtog_quality": 3 / 4,
            "rtog_homogeneity": 7 / 4,
            "paddick": 0.4**2 / (0.5 * FULL_CC),
            "paddick_inverse": 0.5 * FULL_CC / 0.4**2,
            "gradient": HALF_CC / FULL_CC,
            "r50": HALF_CC / 0.5,
            "gradient_distance_mm": radius_mm(HALF_CC) - radius_mm(FULL_CC),
            "homogeneity": (7 - 3) / 5,
            "d2cm_gy": math.nan,
            "d2cm_percent": math.nan,
        },
        nan_ok=True,
    )
    assert found.reasons == {"d2cm_gy": NO_TARGET, "d2cm_percent": NO_TARGET}


def test_isodoses_that_leave_the_grid_are_told_with_their_volumes() -> None:
    ends = "and the indices made of it, are lower bounds or, where they divide by it, upper bounds."
    assert dose_indices(TARGET, RAMP, prescription_gy=4.0).notes == (
        f"The 100 % isodose (4 Gy) leaves the dose grid: its volume of 0.576 cc, {ends}",
        f"The 50 % isodose (2 Gy) leaves the dose grid: its volume of 0.832 cc, {ends}",
    )


def test_a_prescription_that_nothing_receives_is_the_reason_of_four_indices() -> None:
    found = dose_indices(TARGET, RAMP, prescription_gy=16.0)
    grid = "no part of the dose grid receives the prescription of 16 Gy"
    target = "no part of the target receives the prescription of 16 Gy"
    assert found.reasons == {
        "gradient": grid, "gradient_distance_mm": grid,
        "paddick": target, "paddick_inverse": target,
        "d2cm_gy": NO_TARGET, "d2cm_percent": NO_TARGET,
    }  # fmt: skip
    assert (found.coverage_percent, found.rtog_conformity) == (0.0, 0.0)
    assert found.r50 == pytest.approx(4 * 4 * 0.5 * 8 / 1000 / 0.5)


def test_a_target_beside_the_prescription_has_a_paddick_index_of_nothing() -> None:
    cold = DoseSamples.from_arrays([1.0, 2.0], [0.1, 0.1])
    found = dose_indices(cold, RAMP, prescription_gy=4.0)
    assert (found.paddick, found.coverage_percent) == (0.0, 0.0)
    assert math.isnan(found.paddick_inverse)
    assert found.reasons["paddick_inverse"] == (
        "no part of the target receives the prescription of 4 Gy"
    )
    assert "paddick" not in found.reasons


def test_a_target_without_dose_has_no_homogeneity() -> None:
    found = dose_indices(DoseSamples.from_arrays([0.0], [1.0]), RAMP, prescription_gy=4.0)
    assert math.isnan(found.homogeneity)
    assert found.reasons["homogeneity"] == "the median dose of the target is 0 Gy"


def target_beyond(outside_cc: float) -> DoseSamples:
    return DoseSamples.from_arrays([3.0, 5.0], [0.1, 0.3], outside_dose_cc=outside_cc)


def test_what_needs_the_whole_target_is_not_known_when_some_of_it_lies_outside() -> None:
    found = dose_indices(target_beyond(0.1), RAMP, prescription_gy=4.0)
    reason = "0.1 cc of the target lies outside the dose grid, its dose is not known"
    assert found.reasons == dict.fromkeys(OF_TARGET, reason) | {
        "d2cm_gy": NO_TARGET, "d2cm_percent": NO_TARGET,
    }  # fmt: skip
    assert all(math.isnan(found.values()[name]) for name in OF_TARGET)
    assert found.rtog_conformity == pytest.approx(FULL_CC / 0.5)
    assert found.r50 == pytest.approx(HALF_CC / 0.5)


@pytest.mark.parametrize(("outside_cc", "known"), [(0.9e-4, True), (1e-4, True), (1.1e-4, False)])
def test_a_tenth_of_a_cubic_millimetre_outside_is_rounding(outside_cc: float, known: bool) -> None:
    found = dose_indices(target_beyond(outside_cc), RAMP, prescription_gy=4.0)
    assert ("coverage_percent" not in found.reasons) is known
    assert not known or found.coverage_percent == pytest.approx(75.0)


def box(right: float, size: float) -> Structure:
    return Structure.from_contours(
        "PTV", [at(rectangle(size, size, (right, 3.0)), h) for h in (2.0, 4.0)]
    )


def test_without_two_centimetres_around_the_target_its_dose_there_is_no_more_than_seen() -> None:
    near = dose_indices(TARGET, RAMP, prescription_gy=4.0, target=box(8.0, 4.0))
    reason = "the dose grid does not reach 2 cm from the target"
    assert near.reasons == {"d2cm_gy": reason, "d2cm_percent": reason}
    wide = DoseGrid(np.broadcast_to(np.arange(30.0), (4, 4, 30)), affine((2.0, 2.0, 2.0)))
    far = dose_indices(TARGET, wide, prescription_gy=4.0, target=box(8.0, 4.0))
    assert far.d2cm_gy == 29.0
    assert far.d2cm_percent == pytest.approx(725.0)
    assert far.reasons == {}
    assert far.notes[-1] == (
        "The dose grid does not surround the target by 2 cm: the D2cm dose is the largest inside "
        "the grid, a lower bound."
    )


FULL, HALF = IsodoseVolume(4.0, 10.0, 0.2, False), IsodoseVolume(2.0, 40.0, 1.2, False)
FOUND = {
    "rtog_conformity": 1.25, "coverage_percent": 90.0, "paddick": 0.6, "paddick_inverse": 1.6,
    "gradient": 4.0, "r50": 5.0,
}  # fmt: skip


def test_uncertainties_of_isodoses_are_carried_over_by_their_shares() -> None:
    """2 % of the whole isodose, 3 % of the half one; 0.9 / 1.25 of it lies in the target."""
    of_paddick = 0.02 * (1 + 2 / 0.72)
    assert _uncertainties(FOUND, FULL, HALF) == pytest.approx(
        {
            "prescription_isodose_cc": 0.2,
            "half_prescription_isodose_cc": 1.2,
            "rtog_conformity": 1.25 * 0.02,
            "paddick": 0.6 * of_paddick,
            "paddick_inverse": 1.6 * of_paddick,
            "gradient": 4.0 * 0.05,
            "r50": 5.0 * 0.03,
            "gradient_distance_mm": (radius_mm(40.0) * 0.03 + radius_mm(10.0) * 0.02) / 3,
        }
    )


def test_an_isodose_smaller_than_the_target_has_its_share_too() -> None:
    found = _uncertainties(FOUND | {"rtog_conformity": 0.5, "coverage_percent": 40.0}, FULL, HALF)
    assert found["paddick"] == pytest.approx(0.6 * 0.02 * (1 + 2 / 0.8))


def test_uncertainties_belong_to_the_indices_of_their_names() -> None:
    found = dose_indices(TARGET, RAMP, prescription_gy=4.0)
    assert set(found.uncertainties) < set(found.values())
    assert found.uncertainties == pytest.approx(dict.fromkeys(found.uncertainties, 0.0), abs=1e-12)


@pytest.mark.parametrize(
    ("changes", "full_cc", "unknown"),
    [
        ({"rtog_conformity": 0.0}, 10.0, {"paddick", "paddick_inverse"}),
        ({"coverage_percent": 0.0}, 10.0, {"paddick", "paddick_inverse"}),
        ({"coverage_percent": math.nan}, 10.0, {"paddick", "paddick_inverse"}),
        ({}, 0.0, {
            "rtog_conformity", "paddick", "paddick_inverse", "gradient", "gradient_distance_mm",
        }),
    ],
)  # fmt: skip
def test_of_nothing_no_share_is_known(changes: dict, full_cc: float, unknown: set) -> None:
    full = IsodoseVolume(4.0, full_cc, 0.0, False)
    found = _uncertainties(FOUND | changes, full, HALF)
    assert {name for name, value in found.items() if math.isnan(value)} == unknown
    nowhere = _uncertainties(FOUND, FULL, IsodoseVolume(2.0, 0.0, 0.0, False))
    assert {name for name, value in nowhere.items() if math.isnan(value)} == {
        "gradient", "r50", "gradient_distance_mm",
    }  # fmt: skip
