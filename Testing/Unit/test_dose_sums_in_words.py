"""What a sum of doses says of itself, to the letter, and where grids are one."""

from __future__ import annotations

import numpy as np
import pytest
from shapes import affine

from spine_radiosurgery.dose import DoseGrid, DosePart, sum_doses
from spine_radiosurgery.geometry import InputError


def grid(value: float = 2.0, shape=(4, 5, 6), spacing=(2.0, 2.0, 2.0), origin=(0, 0, 0)):
    return DoseGrid(np.full(shape, value), affine(spacing, origin))


def said(*parts: DosePart | DoseGrid) -> str:
    return sum_doses(parts).semantics


def test_parts_of_one_fractionation() -> None:
    first, second = DosePart(grid(), "plan", 3), DosePart(grid(), "boost", 3, weight=0.5)
    found = sum_doses([first, second])
    assert found.semantics == (
        "The dose is the sum of 2 doses: 'plan' (3 fractions) + 0.5 x 'boost' (3 fractions); "
        "physical dose, added up. All are given in 3 fractions; the sum is taken to be given in "
        "the same 3 fractions, each part in every one."
    )
    assert found.same_fractionation
    assert not found.resampled
    assert (found.resampling_error_gy, found.lost_cc) == (0.0, 0.0)
    assert found.dose.values_gy == pytest.approx(3.0)
    assert found.parts == (first, second)


def test_a_single_fraction_is_in_the_singular() -> None:
    text = said(DosePart(grid(), "a", 1), DosePart(grid(), "b", 1))
    assert "'a' (1 fraction) + 'b' (1 fraction);" in text
    assert (
        "All are given in 1 fraction; the sum is taken to be given in the same 1 fraction," in text
    )


def test_unknown_and_different_fractions_are_not_one_fractionation() -> None:
    unknown = sum_doses([grid(), DosePart(grid(), "b", 3)])
    assert "'dose 1' (fractions unknown) + 'b' (3 fractions)" in unknown.semantics
    assert "It is not known that all parts have the same number" in unknown.semantics
    assert not unknown.same_fractionation
    assert not sum_doses([grid(), grid()]).same_fractionation
    different = sum_doses([DosePart(grid(), "a", 1), DosePart(grid(), "b", 3)])
    assert different.semantics.endswith(
        "The parts have different fractionation: metrics are shown, no limit is evaluated."
    )
    assert not different.same_fractionation


def test_grids_that_differ_are_interpolated_to_the_finest_and_cut_to_what_is_known() -> None:
    coarse = grid(3.0, (4, 5, 6), (2.0, 2.0, 2.0))
    fine = grid(1.0, (10, 10, 10), (1.0, 1.0, 1.5), (-0.5, -0.5, -0.25))
    found = sum_doses([coarse, fine])
    # Along S the coarse grid reaches from -1 to 7 mm, the fine one from -1 to 14 mm.
    assert found.dose.grid.shape_kji == (5, 10, 10)
    assert found.dose.values_gy == pytest.approx(4.0)
    assert found.resampled
    assert found.lost_cc == pytest.approx(5 * 10 * 10 * 1.5 / 1000)
    assert found.resampling_error_gy == pytest.approx(0.0, abs=1e-12)
    assert found.semantics.endswith(
        "The grids differ: all were interpolated to the finest (1 x 1 x 1.5 mm), which moves the "
        "dose between its voxels by up to 0 Gy. 0.75 cc of that grid are left out, where not "
        "every part is known."
    )


def test_nothing_is_said_to_be_lost_where_all_is_known() -> None:
    inner = grid(1.0, (3, 3, 3), (1.0, 1.0, 1.0), (2.0, 2.0, 2.0))
    found = sum_doses([grid(), inner])
    assert found.dose.grid.shape_kji == (3, 3, 3)
    assert found.lost_cc == 0.0
    assert "left out" not in found.semantics


def test_grids_within_a_micrometre_are_one() -> None:
    assert not sum_doses([grid(), grid(origin=(0.0009, 0, 0))]).resampled
    assert sum_doses([grid(), grid(origin=(0.0011, 0, 0))]).resampled
    assert sum_doses([grid(), grid(spacing=(2.001, 2.0, 2.0))]).resampled
    assert sum_doses([grid(), grid(shape=(4, 5, 7))]).resampled


def test_the_error_is_that_between_the_voxel_centres() -> None:
    values = np.zeros((1, 1, 9))
    values[0, 0, 4] = 8.0
    peaked = DoseGrid(values, affine((1.0, 4.0, 4.0)))
    shifted = DoseGrid(np.zeros((1, 1, 8)), affine((1.0, 4.0, 4.0), (0.25, 0, 0)))
    found = sum_doses([peaked, shifted])
    # The finest is the first; both are known on its voxels 1 to 7 and read exactly there.
    assert found.dose.values_gy.max() == pytest.approx(8.0)
    assert found.resampling_error_gy == pytest.approx(0.0, abs=1e-12)


def test_weights_and_fractions_are_positive_and_a_sum_has_two_parts() -> None:
    for weight in (0.0, -1.0, np.inf):
        with pytest.raises(InputError, match="weight of dose 'a'"):
            DosePart(grid(), "a", 1, weight=weight)
    with pytest.raises(InputError, match="'a'"):
        DosePart(grid(), "a", 0)
    with pytest.raises(InputError, match="Two or more doses"):
        sum_doses([grid()])
    with pytest.raises(InputError, match="no box of voxels in common"):
        sum_doses([grid(), grid(origin=(50, 0, 0))])
