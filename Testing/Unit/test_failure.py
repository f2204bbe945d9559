"""A recurrence in the plan's dose: closed forms, transforms, the registration's error."""

from __future__ import annotations

import time
from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation
from shapes import (
    affine,
    centred_affine,
    ellipsoid_contours,
    linear_dose,
    occupancy_of,
    prism,
    rectangle,
)

from spine_radiosurgery.assessment.followup import FailureThresholds, measure_failure
from spine_radiosurgery.dose import DoseGrid
from spine_radiosurgery.geometry import InputError, Structure, moved

RX_GY = 20.0
GY_PER_MM = 0.5
DOSE = linear_dose((0.0, GY_PER_MM, 0.0), 10.0, half_width=(40.0, 60.0, 40.0))
END_MM = 61.0 + 1.0
"""Anterior face of the grid: 62 voxels of 2 mm about the origin."""


def isodose_mm(percent):
    """Where along anterior the dose is this percent of the prescription."""
    return (percent / 100 * RX_GY - 10.0) / GY_PER_MM


def box(first_mm, length=10.0, name="Recurrence"):
    """A box of 20 x length x 20 mm from `first_mm` on toward anterior."""
    return prism(rectangle(20.0, length, (0.0, first_mm + length / 2)), 20.0, name=name)


def with_shares(high=None, low=None):
    """A box of which these percent lie in the 90 % or in the 50 % isodose."""
    start = isodose_mm(90) if high is not None else isodose_mm(50)
    share = high if high is not None else low
    return box(start - 10.0 + share / 10.0)


def measured(recurrence, **options):
    return measure_failure(recurrence, DOSE, RX_GY, **options)


def rigid(turn=(0.0, 0.0, 0.0), shift=(0.0, 0.0, 0.0)):
    return affine((1, 1, 1), shift, Rotation.from_euler("xyz", turn, degrees=True))


@pytest.mark.parametrize("share", [0.0, 5.0, 33.3, 80.0, 99.0, 100.0])
def test_the_share_in_an_isodose_is_exact_for_a_box(share):
    assert measured(with_shares(high=share)).share_from(90) == pytest.approx(share, abs=1e-5)


@pytest.mark.parametrize(
    ("recurrence", "pattern"),
    [
        (with_shares(high=80.1), "in_field"),
        (with_shares(high=80.0), "marginal"),
        (with_shares(high=79.9), "marginal"),
        (with_shares(low=100.0), "marginal"),
        (with_shares(low=20.1), "marginal"),
        (with_shares(low=20.0), "marginal"),
        (with_shares(low=19.9), "distant"),
        (with_shares(low=0.0), "distant"),
    ],
)
def test_the_pattern_on_both_sides_of_every_boundary(recurrence, pattern):
    found = measured(recurrence)
    assert (found.pattern, found.reason) == (pattern, "")
    assert found.patterns_within_error == (pattern,)


def test_the_share_in_an_isodose_of_a_ball_is_a_cap():
    radius, depth = 10.0, 6.0
    middle = isodose_mm(90) - radius + depth
    contours = [c + np.array([0.0, middle, 0.0]) for c in ellipsoid_contours((radius,) * 3, 0.5)]
    ball = Structure.from_contours("Ball", contours)
    cap = depth**2 * (3 * radius - depth) / (4 * radius**3)
    assert measured(ball).share_from(90) == pytest.approx(100.0 * cap, abs=0.1)


def test_bands_and_what_lies_outside_make_the_whole():
    for recurrence in (box(0.0, 40.0), box(END_MM - 5.0), box(-30.0, 50.0)):
        found = measured(recurrence)
        total = sum(band.share_percent for band in found.bands) + found.outside_dose_percent
        assert total == pytest.approx(100.0, abs=1e-4)


def test_bands_hold_the_isodoses_of_the_thresholds():
    limits = FailureThresholds(high_percent=87.5, low_percent=45.0)
    found = measured(box(isodose_mm(87.5) - 4.0), thresholds=limits)
    assert found.share_from(87.5) == pytest.approx(60.0, abs=1e-4)
    assert [b.to_percent for b in found.bands[:-1]] == [b.from_percent for b in found.bands[1:]]
    assert found.bands[-1].to_percent is None


def test_dose_in_the_recurrence():
    found = measured(box(0.0))
    doses = found.min_gy, found.mean_gy, found.max_gy, found.d95_gy
    assert doses == pytest.approx((10.0, 12.5, 15.0, 10.25), abs=0.01)


def test_the_part_outside_the_dose_grid_is_open():
    found = measured(box(END_MM - 7.0))
    assert found.outside_dose_percent == pytest.approx(30.0, abs=1e-4)
    assert found.share_from(90) == pytest.approx(70.0, abs=1e-4)
    assert found.pattern == ""
    assert found.patterns_within_error == ("in_field", "marginal")
    assert found.reason == "30 % of it lies outside the dose grid, where the dose is not known"
    assert (found.min_gy, found.mean_gy, found.max_gy, found.d95_gy) == (None,) * 4


def test_a_small_part_outside_the_dose_grid_does_not_open_the_pattern():
    found = measured(box(END_MM - 9.0))
    assert found.pattern == "in_field"
    assert found.reason == "10 % of it lies outside the dose grid, where the dose is not known"
    assert found.mean_gy is None


def test_wholly_outside_the_dose_grid_nothing_is_known():
    found = measured(box(200.0), registration_error_mm=2.0)
    assert found.outside_dose_percent == 100.0
    assert found.patterns_within_error == ("in_field", "marginal", "distant")
    assert found.text == (
        "Recurrence (4 cc), outside the dose grid: the pattern cannot be told, it may be in-field, "
        "marginal or distant (100 % of it lies outside the dose grid, where the dose is not "
        "known). Where in the anatomy cannot be told: the treated levels are not given."
    )


def test_a_face_on_the_end_of_the_grid_lies_inside():
    assert measured(box(END_MM - 10.0)).outside_dose_percent == 0.0


def test_a_tiny_recurrence_says_what_its_dose_rests_on():
    voxel = Structure.from_mask("Speck", np.ones((1, 1, 1)), affine((0.5, 0.5, 0.5), (0, 30, 0)))
    found = measured(voxel)
    assert found.pattern == "in_field"
    assert found.volume_cc == pytest.approx(0.000125)
    assert found.mean_gy == pytest.approx(25.0, abs=0.01)
    assert found.reason.startswith("it is smaller than one voxel of the dose grid (0.008 cc)")


def test_an_empty_recurrence_is_refused():
    with pytest.raises(InputError, match="The recurrence Recurrence is empty"):
        measured(box(0.0).between(200.0, 210.0))


@pytest.mark.parametrize("prescription", [0.0, -1.0, float("nan")])
def test_a_prescription_that_is_no_dose_is_refused(prescription):
    with pytest.raises(InputError, match="must be a positive dose in Gy"):
        measure_failure(box(0.0), DOSE, prescription)


@pytest.mark.parametrize("share", [0.0, 25.0, 80.0, 100.0])
def test_the_share_inside_the_target_stands_apart(share):
    target = box(5.0 - share / 10.0 + 5.0, 60.0, name="CTV")
    found = measured(box(0.0), target=target)
    assert found.in_target_percent == pytest.approx(share, abs=0.3)
    assert found.pattern == "marginal"


def test_without_a_target_its_share_is_open():
    assert measured(box(0.0)).in_target_percent is None


TURNED = rigid((10.0, -20.0, 35.0), (12.0, -7.0, 40.0))


@pytest.mark.parametrize("to_plan", [rigid(shift=(5.0, 3.0, -8.0)), rigid((0, 0, 30.0)), TURNED])
def test_a_recurrence_brought_back_by_its_transform_is_as_if_never_moved(to_plan):
    there = moved(with_shares(high=60.0), np.linalg.inv(to_plan))
    found = measured(there, to_plan=to_plan, registration="Rigid", registration_error_mm=0.0)
    still = measured(with_shares(high=60.0))
    assert found.share_from(90) == pytest.approx(still.share_from(90), abs=1e-5)
    assert found.mean_gy == pytest.approx(still.mean_gy, abs=1e-6)
    assert (found.pattern, found.reason, found.registration) == ("marginal", "", "Rigid")


def test_the_transform_counts():
    shift = rigid(shift=(0.0, 3.0, 0.0))
    found = measured(with_shares(high=60.0), to_plan=shift, registration_error_mm=0.0)
    assert found.share_from(90) == pytest.approx(90.0, abs=1e-5)


def test_a_motion_of_everything_changes_nothing():
    target = box(10.0, 60.0, name="CTV")
    still = measured(box(isodose_mm(90) - 4.0, name="R"), target=target)
    dose = DoseGrid(DOSE.values_gy, TURNED @ DOSE.ijk_to_ras)
    found = measure_failure(
        moved(box(isodose_mm(90) - 4.0, name="R"), TURNED),
        dose,
        RX_GY,
        target=moved(target, TURNED),
    )
    for one, other in zip(found.bands, still.bands, strict=True):
        assert one.share_percent == pytest.approx(other.share_percent, abs=1e-4)
    assert found.in_target_percent == pytest.approx(still.in_target_percent, abs=0.3)
    assert found.pattern == still.pattern


def test_a_transform_that_deforms_is_refused():
    with pytest.raises(InputError, match="The transform is not rigid"):
        measured(box(0.0), to_plan=np.diag([1.1, 1.0, 1.0, 1.0]))


@pytest.mark.parametrize(
    ("to_plan", "name", "recorded"),
    [
        (None, "", "same image"),
        (None, "Hardened before", "Hardened before"),
        (np.eye(4), "", "a transform"),
        (np.eye(4), "Rigid", "Rigid"),
    ],
)
def test_a_registration_without_its_error_is_said(to_plan, name, recorded):
    found = measured(with_shares(high=60.0), to_plan=to_plan, registration=name)
    said = "the registration's error was not given and is not taken into account"
    assert found.registration == recorded
    assert found.reason == ("" if recorded == "same image" else said)
    assert (found.pattern, found.patterns_within_error) == ("marginal", ("marginal",))


def test_a_transform_on_the_same_image_is_refused():
    with pytest.raises(InputError, match="leave out one of the two"):
        measured(box(0.0), to_plan=np.eye(4), registration="same image")


@pytest.mark.parametrize("error", [-1.0, 101.0, float("nan")])
def test_an_error_that_is_no_length_is_refused(error):
    with pytest.raises(InputError, match="Registration error cannot be"):
        measured(box(0.0), registration_error_mm=error)


@pytest.mark.parametrize(
    ("recurrence", "error", "patterns"),
    [
        (with_shares(high=60.0), 0.0, ("marginal",)),
        (with_shares(high=60.0), 1.9, ("marginal",)),
        (with_shares(high=60.0), 2.1, ("in_field", "marginal")),
        (with_shares(high=95.0), 1.4, ("in_field",)),
        (with_shares(high=95.0), 1.6, ("in_field", "marginal")),
        (with_shares(low=5.0), 1.4, ("distant",)),
        (with_shares(low=5.0), 1.6, ("marginal", "distant")),
        (with_shares(low=5.0), 40.0, ("in_field", "marginal", "distant")),
        (box(END_MM - 9.0), 0.0, ("in_field",)),
        (box(END_MM - 9.0), 2.0, ("in_field", "marginal")),
    ],
)
def test_patterns_that_occur_within_the_error(recurrence, error, patterns):
    found = measured(recurrence, registration="Rigid", registration_error_mm=error)
    assert found.patterns_within_error == patterns
    assert found.pattern in patterns


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.floats(-40, 40), st.floats(0, 4), st.floats(0, 4))
def test_a_larger_error_loses_no_pattern_in_a_steady_dose(first_mm, error, more):
    few, many = (
        set(measured(box(first_mm), registration_error_mm=e).patterns_within_error)
        for e in (error, error + more)
    )
    assert few <= many


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.floats(-40, 40), st.floats(0.01, 10.0))
def test_a_recurrence_nearer_to_the_dose_has_larger_shares(first_mm, by_mm):
    far, near = measured(box(first_mm)), measured(box(first_mm + by_mm))
    for percent in (50, 90, 100):
        assert near.share_from(percent) >= far.share_from(percent) - 1e-5


def ball_dose():
    """100 % in a ball of 12 mm about the origin, falling by 2 Gy/mm around it."""
    k, j, i = np.meshgrid(*[np.arange(-30.0, 31.0, 2.0)] * 3, indexing="ij")
    fall = 2.0 * np.maximum(np.sqrt(i**2 + j**2 + k**2) - 12.0, 0.0)
    return DoseGrid(np.maximum(RX_GY - fall, 0.0), affine((2, 2, 2), (-30.0,) * 3))


@pytest.mark.parametrize("direction", [(1, 0, 0), (0, -1, 0), (0, 1, 1), (-1, -1, 1)])
@pytest.mark.parametrize("start_mm", [2.0, 6.0, 12.0])
def test_a_recurrence_shifted_by_the_error_has_one_of_the_patterns(direction, start_mm):
    dose, recurrence = ball_dose(), box(start_mm)
    shift = 3.0 * np.array(direction) / np.linalg.norm(direction)
    found = measure_failure(recurrence, dose, RX_GY, registration_error_mm=3.0)
    there = measure_failure(recurrence, dose, RX_GY, to_plan=rigid(shift=shift))
    assert set(there.patterns_within_error) <= set(found.patterns_within_error)


def test_the_measurement_is_plain():
    found = asdict(measured(with_shares(high=60.0), to_plan=np.eye(4), registration_error_mm=1.0))
    plain = (str, float, int, type(None), tuple, dict)
    assert all(type(value) in plain for value in found.values())
    assert all(type(v) in plain for band in found["bands"] for v in band.values())


@pytest.mark.parametrize("kind", ["contours", "mask"])
def test_five_cc_on_a_grid_of_2_mm_take_less_than_a_second(kind):
    radius = 10.6
    grid = centred_affine((48, 48, 48), (0.5, 0.5, 0.5))
    if kind == "mask":
        values = occupancy_of(lambda p: (p**2).sum(-1) < radius**2, (48, 48, 48), grid, 1)
        ball = Structure.from_mask("Ball", values, grid)
    else:
        ball = Structure.from_contours("Ball", ellipsoid_contours((radius,) * 3, radius / 5))
    start = time.thread_time()
    measured(ball, registration="Rigid", registration_error_mm=2.0, target=box(-20.0, 40.0))
    assert time.thread_time() - start < 1.0


def test_thresholds_are_recorded():
    limits = replace(FailureThresholds(), in_field_share_percent=50.0)
    found = measured(with_shares(high=60.0), thresholds=limits)
    assert (found.pattern, found.thresholds) == ("in_field", limits)
