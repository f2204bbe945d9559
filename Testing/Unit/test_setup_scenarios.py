"""The setup scenarios: which they are, and how they move a point."""

from __future__ import annotations

import numpy as np
import pytest

from spine_radiosurgery.dose import SetupScenario, random_scenarios, systematic_scenarios
from spine_radiosurgery.dose.setup.scenarios import rigid_motions
from spine_radiosurgery.geometry import InputError


def test_systematic_set_is_nominal_18_shifts_8_corners_12_rotations() -> None:
    scenarios = systematic_scenarios()
    shift = np.array([s.shift_mm for s in scenarios])
    turn = np.array([s.rotation_deg for s in scenarios])
    axes_shifted, axes_turned = (shift != 0).sum(axis=1), (turn != 0).sum(axis=1)
    assert scenarios[0].label == "nominal"
    assert axes_shifted[0] == axes_turned[0] == 0
    assert [(axes_shifted == n).sum() for n in (0, 1, 3)] == [13, 18, 8]
    assert [(axes_turned == n).sum() for n in (0, 1)] == [27, 12]
    length = np.linalg.norm(shift, axis=1)
    assert sorted(set(np.round(length[axes_shifted == 1], 9))) == [1.0, 1.5, 2.0]
    assert length[axes_shifted == 3] == pytest.approx(1.5)
    assert sorted(set(turn[turn != 0])) == [-2.0, -1.0, 1.0, 2.0]


def test_systematic_set_is_its_own_mirror_image() -> None:
    motions = {(s.shift_mm, s.rotation_deg) for s in systematic_scenarios()}
    negated = {
        (tuple(-v + 0.0 for v in shift), tuple(-v + 0.0 for v in turn)) for shift, turn in motions
    }
    assert negated == motions


def test_labels_of_the_scenarios_are_unique_and_name_the_direction() -> None:
    labels = {s.label: s for s in systematic_scenarios()}
    assert len(labels) == 39
    assert labels["1.5 mm toward A"].shift_mm == (0.0, 1.5, 0.0)
    assert labels["2 mm toward L"].shift_mm == (-2.0, 0.0, 0.0)
    assert labels["1.5 mm toward RAI"].shift_mm[2] < 0
    assert labels["-2 deg about S"].rotation_deg == (0.0, 0.0, -2.0)


@pytest.mark.parametrize(("axis", "start", "end"), [(0, "A", "S"), (1, "S", "R"), (2, "R", "A")])
def test_positive_rotation_is_right_handed(axis: int, start: str, end: str) -> None:
    degrees = [0.0, 0.0, 0.0]
    degrees[axis] = 90.0
    turns, _ = rigid_motions([SetupScenario("turn", rotation_deg=tuple(degrees))])
    unit = dict(zip("RAS", np.eye(3), strict=True))
    assert turns[0] @ unit[start] == pytest.approx(unit[end], abs=1e-12)


def test_rotations_are_about_r_then_a_then_s() -> None:
    turns, _ = rigid_motions([SetupScenario("turn", rotation_deg=(90.0, 90.0, 0.0))])
    # Anterior goes to superior about R, and on to the right about A.
    assert turns[0] @ [0, 1, 0] == pytest.approx([1, 0, 0], abs=1e-12)


def test_random_scenarios_repeat_with_their_seed_only() -> None:
    assert random_scenarios(20, seed=3) == random_scenarios(20, seed=3)
    assert random_scenarios(20, seed=3) != random_scenarios(20, seed=4)


def test_random_scenarios_scatter_as_asked() -> None:
    drawn = random_scenarios(20_000, sigma_mm=(0.5, 1.0, 2.0), sigma_deg=(0.0, 0.3, 1.0), seed=1)
    scatter = np.std([(*s.shift_mm, *s.rotation_deg) for s in drawn], axis=0)
    assert scatter == pytest.approx([0.5, 1.0, 2.0, 0.0, 0.3, 1.0], rel=0.03)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"count": 0}, "must be 1 or more"),
        ({"sigma_mm": (1.0, -1.0, 1.0)}, "0 mm or more"),
        ({"sigma_deg": (1.0, 1.0)}, "three standard deviations"),
        ({"sigma_mm": (float("nan"), 1.0, 1.0)}, "three standard deviations"),
    ],
)
def test_impossible_setup_uncertainty_is_refused(options: dict, word: str) -> None:
    with pytest.raises(InputError, match=word):
        random_scenarios(**options)


def test_scenario_that_is_not_finite_is_refused() -> None:
    with pytest.raises(InputError, match="three finite numbers"):
        SetupScenario("odd", shift_mm=(0.0, float("inf"), 0.0))
