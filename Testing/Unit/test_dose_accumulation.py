"""Sums of doses on one grid and on different grids."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation
from shapes import INDEX_ORDERS, affine, linear_dose, reordered, voxel_centres

import spine_radiosurgery as sr
from spine_radiosurgery.dose import DoseGrid, DosePart, sum_doses
from spine_radiosurgery.geometry import InputError

RNG = np.random.default_rng(21)
MATRIX = affine((2.0, 2.0, 3.0), (-10, -12, -15))


def part(values=None, label="A", fractions=1, matrix=MATRIX, **more) -> DosePart:
    values = RNG.random((6, 7, 8)) if values is None else values
    return DosePart(DoseGrid(values, matrix), label, fractions, **more)


def test_doses_on_one_grid_are_added_exactly() -> None:
    first, second = part(), part(label="B", weight=0.5)
    total = sum_doses([first, second])
    expected = first.dose.values_gy + 0.5 * second.dose.values_gy
    assert np.array_equal(total.dose.values_gy, expected)
    assert np.array_equal(total.dose.ijk_to_ras, MATRIX)
    assert not total.resampled
    assert (total.resampling_error_gy, total.lost_cc) == (0.0, 0.0)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.tuples(*[st.floats(0.4, 1.4)] * 3))
def test_linear_doses_on_any_grids_add_up_exactly_where_all_are_known(seed, edges) -> None:
    rng = np.random.default_rng(seed)
    turn = Rotation.from_rotvec(rng.normal(0, 0.3, 3))
    slopes = rng.uniform(-0.2, 0.2, (2, 3))
    wide = linear_dose(slopes[0], 40.0, spacing=3.0, half_width=(25, 25, 25), turn=turn)
    fine = linear_dose(
        slopes[1], 40.0, spacing=edges, half_width=(8, 8, 8), shift=rng.normal(0, 1, 3)
    )
    total = sum_doses([DosePart(wide, "wide", 1), DosePart(fine, "fine", 1)])
    centres = voxel_centres(total.dose.values_gy.shape, total.dose.ijk_to_ras).reshape(-1, 3)
    expected = 80.0 + centres @ slopes.sum(axis=0)
    assert np.allclose(total.dose.values_gy.ravel(), expected, rtol=1e-9)
    assert total.dose.grid.voxel_volume_mm3 == pytest.approx(fine.grid.voxel_volume_mm3)
    assert total.resampling_error_gy == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("turn", [None, Rotation.from_euler("xyz", (10, 20, 30), degrees=True)])
def test_the_sum_is_known_only_where_every_part_is(turn: Rotation | None) -> None:
    coarse = linear_dose((0, 0, 0), 5.0, spacing=4.0, half_width=(10, 12, 14), turn=turn)
    fine = linear_dose((0, 0, 0), 7.0, spacing=1.5, half_width=(16, 9, 16), shift=(4, 0, 0))
    total = sum_doses([DosePart(coarse, "coarse", 1), DosePart(fine, "fine", 1)])
    k, j, i = total.dose.values_gy.shape
    corners = np.array([[a, b, c] for a in (-0.5, i - 0.5) for b in (-0.5, j - 0.5)
                        for c in (-0.5, k - 0.5)])  # fmt: skip
    inner = total.dose.grid.to_ras(corners * 0.999)
    for dose in (coarse, fine):
        assert np.isfinite(dose.sample(inner)).all()
    assert np.allclose(total.dose.values_gy, 12.0)
    whole = np.prod(fine.values_gy.shape) * fine.grid.voxel_volume_mm3 / 1000
    kept = np.prod(total.dose.values_gy.shape) * fine.grid.voxel_volume_mm3 / 1000
    assert total.lost_cc == pytest.approx(whole - kept)
    assert kept > (0.3 if turn is None else 0.15) * whole
    assert "left out" in total.semantics


def test_the_error_of_resampling_is_found_and_said() -> None:
    values = np.zeros((9, 9, 9))
    values[4, 4, 4] = 8.0
    peak = DoseGrid(values, affine((3.0, 3.0, 3.0), (-12, -12, -12)))
    flat = linear_dose((0, 0, 0), 1.0, spacing=2.0, half_width=(10, 10, 10))
    total = sum_doses([DosePart(peak, "peak", 1), DosePart(flat, "flat", 1)])
    points = np.random.default_rng(1).uniform(-8, 8, (20_000, 3))
    off = np.abs(total.dose.sample(points) - peak.sample(points) - 1.0).max()
    assert total.resampled
    assert 0.5 * off < total.resampling_error_gy < 1.5 * off
    assert f"up to {total.resampling_error_gy:.2g} Gy" in total.semantics


def test_other_index_orders_of_one_grid_add_up_exactly() -> None:
    first, second = part(), part(label="B")
    expected = first.dose.values_gy + second.dose.values_gy
    for order in INDEX_ORDERS[1::7]:
        values, matrix = reordered(second.dose.values_gy, MATRIX, order)
        total = sum_doses([first, part(values, "B", matrix=matrix)])
        assert np.allclose(total.dose.values_gy, expected, atol=1e-12)


def test_the_order_of_the_parts_does_not_matter() -> None:
    coarse = DosePart(linear_dose((0.1, 0, 0), 5.0, spacing=3.0), "coarse", 1)
    fine = DosePart(linear_dose((0, 0.1, 0), 7.0, spacing=2.0), "fine", 1)
    one, other = sum_doses([coarse, fine]), sum_doses([fine, coarse])
    assert np.array_equal(one.dose.values_gy, other.dose.values_gy)
    assert np.array_equal(one.dose.ijk_to_ras, other.dose.ijk_to_ras)


@pytest.mark.parametrize(
    ("fractions", "same", "words"),
    [
        ((1, 1), True, "All are given in 1 fraction; the sum is taken to be given in the same"),
        ((5, 5), True, "in 5 fractions"),
        ((1, 5), False, "The parts have different fractionation"),
        ((1, None), False, "not known that all parts have the same number of fractions"),
        ((None, None), False, "no limit is evaluated"),
    ],
)
def test_what_the_sum_means_is_said(fractions, same, words) -> None:
    total = sum_doses([part(fractions=fractions[0]), part(label="B", fractions=fractions[1])])
    assert total.same_fractionation is same
    assert words in total.semantics
    assert "'A'" in total.semantics and "'B'" in total.semantics


def test_scripts_may_sum_plain_grids() -> None:
    dose = part().dose
    total = sr.sum_doses([dose, dose, dose])
    assert np.allclose(total.dose.values_gy, 3 * dose.values_gy)
    assert not total.same_fractionation
    assert "'dose 3' (fractions unknown)" in total.semantics


def test_grids_that_do_not_overlap_are_refused() -> None:
    far = part(label="far", matrix=affine((2, 2, 3), (500, 0, 0)))
    with pytest.raises(InputError, match="'A', 'far' have no box of voxels in common"):
        sum_doses([part(), far])


@pytest.mark.parametrize("doses", [[], [part()]])
def test_fewer_than_two_doses_make_no_sum(doses) -> None:
    with pytest.raises(InputError, match="Two or more"):
        sum_doses(doses)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weight": 0.0}, "weight"),
        ({"weight": float("nan")}, "weight"),
        ({"fractions": 0}, "number"),
    ],
)
def test_an_impossible_part_is_refused(changes, message) -> None:
    with pytest.raises(InputError, match=message):
        part(**changes)
