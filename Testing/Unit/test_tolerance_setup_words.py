"""Sentences and counts of the setup robustness, at the limits where they change."""

from __future__ import annotations

import math

import pytest

from spine_radiosurgery.geometry import InputError
from spine_radiosurgery.tolerance import (
    Probability,
    RoomToMove,
    RoomToScale,
    SetupUncertainty,
)


def move(distance_mm: float, **fields) -> str:
    given = {"direction": "anterior-left", "limit": "Cord D10%[Gy] <= 10 Gy"}
    return RoomToMove(distance_mm, **(given | fields)).sentence


def test_room_to_move_is_rounded_down() -> None:
    assert move(1.2) == (
        "The patient may move 1.2 mm toward the target (anterior-left) before the cord limit "
        "breaks (Cord D10%[Gy] <= 10 Gy)."
    )
    assert "may move 1.2 mm" in move(1.2999)
    assert "may move 0.3 mm" in move(0.1 + 0.2)
    assert "may move 0.1 mm" in move(0.1)
    assert "may move less than 0.1 mm" in move(0.05)


def test_room_to_move_may_be_nothing_unknown_or_more_than_was_searched() -> None:
    assert move(0.0) == (
        "The patient may not move toward the target at all (Cord D10%[Gy] <= 10 Gy)."
    )
    assert move(10.0, more_than=True) == (
        "The patient may move more than 10 mm toward the target (anterior-left) before the cord "
        "limit breaks."
    )
    assert RoomToMove(math.nan, reason="no limit").sentence == (
        "How far the patient may move toward the target is not known: no limit."
    )


def test_room_to_scale_is_rounded_down_on_both_sides_of_one() -> None:
    assert RoomToScale(1.239, "A").sentence == (
        "The plan may be scaled by 1.23 before the cord limit breaks (A)."
    )
    assert "may be scaled by 1.00" in RoomToScale(1.0, "A").sentence
    assert "may be scaled by 1.15" in RoomToScale(1.15, "A").sentence
    assert RoomToScale(0.999, "A").sentence == (
        "The plan must be scaled by 0.99 or less to hold the cord limit (A)."
    )
    assert RoomToScale(math.nan, reason="why").sentence == (
        "By which factor the plan may be scaled is not known: why."
    )


def test_a_probability_is_of_the_evaluable_setups_with_its_bounds_of_all() -> None:
    found = Probability.of(["fail"] * 2 + ["not_evaluable"] * 3 + ["pass"] * 4 + ["caution"])
    assert found.probability == pytest.approx(2 / 7)
    assert found.standard_error == pytest.approx(math.sqrt(2 / 7 * 5 / 7 / 7))
    assert (found.lowest, found.highest) == pytest.approx((0.2, 0.5))
    assert (found.violations, found.not_evaluable, found.scenarios) == (2, 3, 10)


def test_a_probability_of_nothing_is_not_known() -> None:
    for statuses, bounds in (([], (math.nan, math.nan)), (["not_evaluable"] * 2, (0.0, 1.0))):
        found = Probability.of(statuses)
        assert math.isnan(found.probability)
        assert math.isnan(found.standard_error)
        assert (found.lowest, found.highest) == pytest.approx(bounds, nan_ok=True)


@pytest.mark.parametrize("field", ["scenarios", "seed"])
@pytest.mark.parametrize("value", [-1, 1.5])
def test_scenarios_and_seed_are_whole_numbers_from_zero_up(field: str, value: float) -> None:
    assert getattr(SetupUncertainty(**{field: 0}), field) == 0
    with pytest.raises(InputError, match=rf"{value}, must be a whole number from 0 up"):
        SetupUncertainty(**{field: value})


def test_the_draw_follows_number_scatter_and_seed() -> None:
    assert SetupUncertainty(scenarios=0).draw() == ()
    still = SetupUncertainty(scenarios=3, sigma_mm=(0.0, 0.0, 2.0), sigma_deg=(0.0, 0.0, 0.0))
    drawn = still.draw()
    assert [s.label for s in drawn] == ["random 1", "random 2", "random 3"]
    assert all(s.shift_mm[:2] == (0.0, 0.0) and s.shift_mm[2] != 0.0 for s in drawn)
    assert all(s.rotation_deg == (0.0, 0.0, 0.0) for s in drawn)
    assert SetupUncertainty(scenarios=3, seed=1).draw() != SetupUncertainty(scenarios=3).draw()
