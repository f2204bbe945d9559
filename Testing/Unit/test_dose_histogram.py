"""The exact histogram of cells with a linear dose."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spine_radiosurgery.dose.histogram import CumulativeHistogram

DOSES = np.linspace(0, 12, 241)


def box_curve(middle: float, widths: tuple[float, float], count: int = 1500) -> np.ndarray:
    """Share of a rectangle with linear dose at or above each of `DOSES`, by counting points."""
    places = (np.arange(count) + 0.5) / count - 0.5
    dose = np.sort((middle + widths[0] * places[:, np.newaxis] + widths[1] * places).ravel())
    return 1.0 - np.searchsorted(dose, DOSES) / len(dose)


@pytest.mark.parametrize("widths", [(4.0, 4.0), (4.0, 1.0), (3.0, 0.4)])
def test_a_rectangle_has_the_curve_of_its_points(widths: tuple[float, float]) -> None:
    curve = CumulativeHistogram.of_cells(np.array([5.0]), np.array([2.0]), np.array([widths]))
    assert np.allclose(curve.volume_at(DOSES), 2.0 * box_curve(5.0, widths), atol=2e-3)


def test_rectangles_side_by_side_have_the_curve_of_the_whole() -> None:
    """4 x 4 cells of a square whose dose rises along its diagonal: no trace of the lattice."""
    places = (np.arange(4) + 0.5) / 4 - 0.5
    doses = (6 + 4 * places[:, np.newaxis] + 4 * places).ravel()
    cells = CumulativeHistogram.of_cells(doses, np.full(16, 1 / 16), np.full((16, 2), 1.0))
    whole = CumulativeHistogram.of_cells(np.array([6.0]), np.ones(1), np.array([[4.0, 4.0]]))
    assert np.allclose(cells.volume_at(DOSES), whole.volume_at(DOSES), atol=1e-12)


def test_cells_of_one_dose_make_steps() -> None:
    curve = CumulativeHistogram.of_cells(np.array([3.0, 7.0]), np.ones(2), np.zeros((2, 2)))
    assert np.allclose(curve.volume_at(np.array([2.9, 3.0, 3.1, 7.0, 7.1])), [2, 2, 1, 1, 0])
    assert curve.dose_at(1.0) == 7.0 and curve.dose_at(1.001) == 3.0


cells = st.lists(
    st.tuples(
        st.floats(0, 40),
        st.floats(1e-4, 1),
        st.one_of(st.just(0.0), st.floats(1e-9, 6)),
        st.one_of(st.just(0.0), st.floats(1e-9, 6)),
    ),
    min_size=1,
    max_size=30,
)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(cells=cells, share=st.floats(0, 1))
def test_it_falls_keeps_its_volume_and_reads_both_ways(
    cells: list[tuple[float, ...]], share: float
) -> None:
    table = np.array(cells)
    curve = CumulativeHistogram.of_cells(table[:, 0], table[:, 1], table[:, 2:])
    volumes = curve.volume_at(np.linspace(-10, 60, 400))
    assert (np.diff(volumes) <= 0).all()
    assert volumes[0] == pytest.approx(table[:, 1].sum()) and volumes[-1] == 0
    asked = share * table[:, 1].sum()
    at = curve.dose_at(asked)
    assert curve.volume_at(np.array([at - 1e-7]))[0] >= asked - 1e-6
    assert curve.volume_at(np.array([at + 1e-4]))[0] <= asked + 1e-3 * table[:, 1].sum() + 1e-3


def test_the_whole_volume_receives_the_smallest_dose() -> None:
    """Where the curve starts flat, too: a square whose dose rises along its diagonal."""
    curve = CumulativeHistogram.of_cells(np.array([5.0]), np.ones(1), np.array([[1.0, 1.0]]))
    assert curve.dose_at(1.0) == pytest.approx(4.0, abs=1e-5)
