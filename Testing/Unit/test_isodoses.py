"""Volumes of isodoses against closed forms and brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation
from shapes import INDEX_ORDERS, affine, centred_affine, reordered, voxel_centres

from spine_radiosurgery.dose import DoseGrid, isodose_volume, isodose_volume_cc
from spine_radiosurgery.geometry import InputError

TURN = Rotation.from_euler("xyz", (25, -40, 70), degrees=True)
LEVEL_GY = 10.0


def ellipsoid_dose(
    semi_axes: tuple[float, float, float],
    spacing: tuple[float, float, float],
    *,
    shift: NDArray[np.float64],
    interpolation: str,
    turn: Rotation | None = None,
) -> tuple[DoseGrid, float]:
    """A dose linear in the ellipsoids' radius, 10 Gy on these semi-axes, and their volume in cc."""
    reach = max(semi_axes) * (1.25 if turn is None else 1.6)
    shape = tuple(int(np.ceil(2 * reach / edge)) for edge in spacing[::-1])
    matrix = centred_affine(shape, spacing, turn)
    matrix[:3, 3] += shift
    radius = np.linalg.norm(voxel_centres(shape, matrix) / semi_axes, axis=-1)
    dose = DoseGrid(np.maximum(25.0 - 15.0 * radius, 0.0), matrix, interpolation)
    return dose, float(4 / 3 * np.pi * np.prod(semi_axes)) / 1000.0


@pytest.mark.parametrize("spacing", [(1.0, 1.0, 1.0), (2.0, 2.0, 2.0), (2.5, 2.0, 3.0)])
@pytest.mark.parametrize("semi_axes", [(19.3, 19.3, 19.3), (26.0, 15.0, 18.5)])
@pytest.mark.parametrize("turn", [None, TURN], ids=["axial", "oblique"])
def test_cubic_dose_gives_closed_volumes_to_five_hundredths_of_a_percent(
    spacing, semi_axes, turn
) -> None:
    for seed in range(2):
        shift = np.random.default_rng(seed).uniform(-0.5, 0.5, 3) * spacing
        dose, truth = ellipsoid_dose(
            semi_axes, spacing, shift=shift, interpolation="cubic", turn=turn
        )
        found = isodose_volume(dose, LEVEL_GY)
        assert found.volume_cc == pytest.approx(truth, rel=5e-4)
        assert not found.leaves_grid


@pytest.mark.parametrize("spacing", [(1.0, 1.0, 1.0), (2.0, 2.0, 2.0), (2.5, 2.0, 3.0)])
@pytest.mark.parametrize("semi_axes", [(19.3, 19.3, 19.3), (26.0, 15.0, 18.5)])
def test_trilinear_dose_errs_by_no_more_than_it_says(spacing, semi_axes) -> None:
    shift = np.array([0.3, -0.2, 0.4]) * spacing
    dose, truth = ellipsoid_dose(semi_axes, spacing, shift=shift, interpolation="trilinear")
    found = isodose_volume(dose, LEVEL_GY)
    assert abs(found.volume_cc - truth) <= 1.02 * found.uncertainty_cc
    assert found.uncertainty_cc < 0.012 * truth


def test_a_plane_through_a_box_is_cut_exactly() -> None:
    # Half voxels beyond the outer centres keep the outer centres' dose.
    dose = DoseGrid(np.broadcast_to(np.arange(5.0), (3, 4, 5)), affine((2.0, 2.0, 2.0)))
    assert isodose_volume_cc(dose, 1.25) == pytest.approx(3 * 4 * (4 - 1.25 + 0.5) * 8 / 1000)
    assert isodose_volume(dose, 1.25).uncertainty_cc == pytest.approx(0.0, abs=1e-12)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.05, 0.95))
def test_random_trilinear_cells_agree_with_counting_points(seed: int, level: float) -> None:
    values = np.random.default_rng(seed).random((3, 4, 3))
    dose = DoseGrid(values, affine((1.5, 2.0, 3.0), turn=TURN))
    n = 16
    k, j, i = (np.arange(0.5 / n, size, 1 / n) - 0.5 for size in values.shape)
    ijk = np.stack(np.meshgrid(i, j, k, indexing="ij"), axis=-1).reshape(-1, 3)
    counted = (dose.sample(dose.grid.to_ras(ijk)) >= level).mean() * values.size
    found = isodose_volume_cc(dose, level) / (dose.grid.voxel_volume_mm3 / 1000.0)
    assert found == pytest.approx(counted, abs=0.006 * values.size)


@pytest.mark.parametrize("interpolation", ["trilinear", "cubic"])
def test_the_order_of_indices_does_not_matter(interpolation: str) -> None:
    dose, _ = ellipsoid_dose(
        (9.0, 6.0, 7.0), (2.0, 2.5, 3.0), shift=np.array([0.4, 0.1, 0.7]), interpolation="cubic"
    )
    dose = dose.with_interpolation(interpolation)
    expected = isodose_volume_cc(dose, LEVEL_GY)
    for order in INDEX_ORDERS[::5]:
        values, matrix = reordered(dose.values_gy, dose.ijk_to_ras, order)
        found = isodose_volume_cc(DoseGrid(values, matrix, interpolation), LEVEL_GY)
        assert found == pytest.approx(expected, rel=1e-9)


def test_volume_falls_with_the_level_down_to_nothing() -> None:
    dose, _ = ellipsoid_dose(
        (9.0, 6.0, 7.0), (2.0, 2.0, 2.0), shift=np.zeros(3), interpolation="trilinear"
    )
    volumes = [isodose_volume_cc(dose, level) for level in np.linspace(1, 26, 40)]
    assert (np.diff(volumes) <= 1e-12).all()
    assert volumes[-1] == 0.0


def test_an_isodose_that_reaches_the_last_voxel_leaves_the_grid() -> None:
    values = np.zeros((7, 7, 7))
    values[3, 3, 3:] = 5.0
    assert isodose_volume(DoseGrid(values, np.eye(4)), 4.0).leaves_grid
    values[3, 3, 6] = 0.0
    assert not isodose_volume(DoseGrid(values, np.eye(4)), 4.0).leaves_grid


def test_a_uniform_dose_fills_the_grid_at_its_own_level() -> None:
    dose = DoseGrid(np.full((1, 2, 3), 8.0), affine((2, 2, 2)))
    for interpolation in ("trilinear", "cubic"):
        whole = isodose_volume(dose.with_interpolation(interpolation), 8.0)
        assert whole.volume_cc == pytest.approx(6 * 8 / 1000)
        assert whole.leaves_grid


@pytest.mark.parametrize("level", [0.0, -1.0, float("nan")])
def test_a_level_that_is_no_dose_is_refused(level: float) -> None:
    with pytest.raises(InputError, match="positive dose"):
        isodose_volume(DoseGrid(np.ones((2, 2, 2)), np.eye(4)), level)
