"""Grains: volume, centroid and second moments of what they are gathered from, exactly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spine_radiosurgery.dose.setup import grains as room
from spine_radiosurgery.dose.setup.grains import Grains, cells_as_grains, grouped, importance
from spine_radiosurgery.geometry import Structure


def box(sides_mm: tuple[float, float, float], spacing_mm: float) -> Structure:
    """A box of whole voxels from the origin."""
    shape = tuple(round(side / spacing_mm) for side in reversed(sides_mm))
    matrix = np.diag([spacing_mm] * 3 + [1.0])
    matrix[:3, 3] = spacing_mm / 2
    return Structure.from_mask("Box", np.ones(shape), matrix)


def moments(grains: Grains) -> tuple[float, np.ndarray, np.ndarray]:
    """Volume, centroid and second moments of all together."""
    one = grains.gathered(np.zeros(len(grains.volumes_cc), dtype=np.int64))
    return float(one.volumes_cc[0]), one.centres_ras[0], one.covariance_mm2[0]


@pytest.mark.parametrize("most", [10**9, 1])
def test_a_box_keeps_its_volume_centroid_and_moments(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "MOST_CELLS", most)
    sides = (12.0, 18.0, 24.0)
    volume, centre, covariance = moments(cells_as_grains(box(sides, 2.0)))
    assert volume == pytest.approx(np.prod(sides) / 1000, rel=1e-9)
    assert centre == pytest.approx(np.divide(sides, 2), abs=1e-9)
    assert covariance == pytest.approx(np.diag(np.square(sides) / 12), abs=1e-6)


def test_too_many_cells_are_gathered_by_the_boxes_of_a_lattice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(room, "FINE_CELLS", 60)
    structure = box((6.0, 8.0, 10.0), 1.0)
    monkeypatch.setattr(room, "MOST_CELLS", 10**9)
    cells = cells_as_grains(structure)
    monkeypatch.setattr(room, "MOST_CELLS", 1)
    grains = cells_as_grains(structure)
    step = (480.0 / 60) ** (1 / 3)
    place = np.floor((cells.centres_ras - cells.centres_ras.min(axis=0)) / step)
    places = {tuple(p) for p in place.tolist()}
    assert len(grains.volumes_cc) == len(places)
    for centre, volume in zip(grains.centres_ras, grains.volumes_cc, strict=True):
        own = np.floor((centre - cells.centres_ras.min(axis=0)) / step)
        inside = (place == own).all(axis=1)
        assert volume == pytest.approx(cells.volumes_cc[inside].sum())
        assert centre == pytest.approx(
            np.average(cells.centres_ras[inside], axis=0, weights=cells.volumes_cc[inside])
        )


@given(st.integers(1, 60), st.integers(0, 2**32 - 1))
def test_gathering_keeps_the_moments_of_all(count: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    roots = random.normal(size=(count, 3, 3))
    grains = Grains(
        random.uniform(-20, 20, (count, 3)),
        random.uniform(0.1, 2, count),
        roots @ roots.transpose(0, 2, 1),
    )
    group = np.unique(random.integers(0, 7, count), return_inverse=True)[1].ravel()
    for found, wanted in zip(moments(grains.gathered(group)), moments(grains), strict=True):
        assert found == pytest.approx(wanted, rel=1e-9, abs=1e-9)


def test_two_grains_make_one_of_the_distance_between_them() -> None:
    grains = Grains(np.array([[0.0, 0, 0], [4.0, 0, 0]]), np.array([3.0, 1.0]), np.zeros((2, 3, 3)))
    one = grains.gathered(np.array([0, 0]))
    assert one.centres_ras.tolist() == [[1.0, 0, 0]]
    assert one.volumes_cc.tolist() == [4.0]
    assert one.covariance_mm2.tolist() == [np.diag([3.0, 0, 0]).tolist()]


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_parts_are_cut_across_the_longest_axis_and_hold_the_same(axis: int) -> None:
    points = np.zeros((6144, 3))
    points[:, axis] = np.arange(6144)
    part = grouped(points, np.ones(6144))
    assert part.tolist() == np.repeat(np.arange(3072), 2).tolist()


def test_parts_hold_the_same_mass_and_are_almost_as_compact_as_cubes() -> None:
    random = np.random.default_rng(4)
    points, mass = random.uniform(size=(60_000, 3)), random.uniform(0.5, 1.5, 60_000)
    part = grouped(points, mass)
    held = np.bincount(part, mass)
    assert len(held) == 3072
    assert abs(held / held.mean() - 1).max() < 0.2
    middle = np.stack([np.bincount(part, mass * c) / held for c in points.T], axis=1)
    apart = np.sqrt(np.average(((points - middle[part]) ** 2).sum(axis=1), weights=mass))
    of_a_cube = np.sqrt(3 / 12) * 3072 ** (-1 / 3)
    assert apart < 1.15 * of_a_cube


def test_the_hot_end_is_wanted_finely_and_the_cold_end_of_a_target_more_so() -> None:
    volumes = np.ones(100)
    steep = importance(np.linspace(0, 10, 100), volumes)
    assert steep.tolist() == [2.0] * 10 + [1.0] * 80 + [4.0] * 10
    even = importance(np.linspace(9, 10, 100), volumes)
    assert even.tolist() == [8.0] * 10 + [1.0] * 80 + [4.0] * 10


def test_the_hot_half_cc_counts_where_it_is_more_than_a_tenth_and_never_more_than_half() -> None:
    doses = np.arange(100.0)
    assert (importance(doses, np.full(100, 1 / 64)) == 4.0).sum() == 32
    assert (importance(doses, np.full(100, 1 / 1024)) == 4.0).sum() == 50


def test_the_order_of_the_cells_does_not_matter() -> None:
    random = np.random.default_rng(1)
    doses, order = random.uniform(0, 10, 200), random.permutation(200)
    volumes = random.uniform(0.5, 1.5, 200)
    assert importance(doses[order], volumes[order]) == pytest.approx(
        importance(doses, volumes)[order]
    )
