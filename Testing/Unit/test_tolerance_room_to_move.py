"""How far the patient may move: the way to the target, and the last step that holds the limit."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from constraint_rows import PARTIAL, WHOLE, constraint, protocol, result
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic_plan import disc, dose_that_ends, linear_dose, plan, tube

from spine_radiosurgery.cord import CordVolume, cord_volumes
from spine_radiosurgery.dose import SetupScenario, StaticDoseModel
from spine_radiosurgery.geometry import Structure
from spine_radiosurgery.tolerance import Constraint, RoomToMove
from spine_radiosurgery.tolerance.setup import robustness
from spine_radiosurgery.tolerance.setup.following import FollowedRow
from spine_radiosurgery.tolerance.setup.room import room_to_move

TARGET, CORD = plan().structures
GRADIENT = 0.4
METRIC = "Mean[Gy]"


@cache
def volume() -> CordVolume:
    (found,) = cord_volumes(CORD, [TARGET])
    return found


@cache
def model(at_origin_gy: float = 8.0, gy_per_mm: float = GRADIENT) -> StaticDoseModel:
    dose = linear_dose(at_origin_gy, gy_per_mm, half_size_mm=50.0)
    return StaticDoseModel([volume().structure, CORD], dose, (0.0, 27.5, 0.0))


def mean_at(distance_mm: float) -> float:
    """What the cord volume really gets when the patient lies that much farther anterior."""
    setup = SetupScenario("moved", (0.0, distance_mm, 0.0))
    found = model().evaluate([setup], {PARTIAL: [METRIC]})
    return float(found.structures[PARTIAL].metrics[METRIC][0])


def followed(rule: Constraint, status: str = "pass") -> FollowedRow:
    nominal = result(
        rule.metric, limit=rule.limit, structure=rule.structure, role=rule.role, group=rule.group,
        status=status,
    )  # fmt: skip
    return FollowedRow(rule, nominal)


def moved(
    *rows: FollowedRow,
    targets: tuple[Structure, ...] = (TARGET,),
    by: StaticDoseModel | None = None,
    rule: str = "decisive_rows",
    cord: CordVolume | None = None,
) -> RoomToMove:
    rules = protocol(*(row.constraint for row in rows), verdict_rule=rule)
    return room_to_move(by or model(), rules, rows, cord or volume(), targets)


def column(right: float, anterior: float, low: float, high: float, radius=5.0) -> Structure:
    heights = np.arange(low + 1.0, high, 2.0)
    return Structure.from_contours("CTV", [disc(right, anterior, h, radius) for h in heights])


def mean(limit: float, **fields) -> Constraint:
    return constraint(METRIC, limit, **fields)


@settings(max_examples=12, deadline=None)
@given(st.floats(8.01, 11.8))
def test_the_limit_holds_at_the_distance_and_not_a_step_farther(limit: float) -> None:
    found = moved(followed(mean(limit)))
    assert found.distance_mm / 0.05 == pytest.approx(round(found.distance_mm / 0.05), abs=1e-6)
    assert mean_at(found.distance_mm) <= limit < mean_at(found.distance_mm + 0.05)


def test_all_is_said_of_a_limit_that_breaks_on_the_way() -> None:
    found = moved(followed(mean(9.0)), followed(mean(9.5, structure=WHOLE, role="whole_cord")))
    assert found.distance_mm == pytest.approx((9.0 - 8.0) / GRADIENT, abs=0.06)
    assert found.direction_ras == pytest.approx((0.0, 1.0, 0.0), abs=1e-9)
    assert (found.direction, found.cord_volume) == ("anterior", PARTIAL)
    assert (found.more_than, found.reason) == (False, "")
    assert found.limit == f"{PARTIAL} Mean[Gy] <= 9 Gy"


def test_all_limits_that_break_at_once_are_named() -> None:
    rows = [followed(mean(9.0, group="g")), followed(constraint("D50%[Gy]", 9.0, group="g"))]
    assert moved(*rows, rule="any_of").limit == (
        f"{PARTIAL} Mean[Gy] <= 9 Gy, {PARTIAL} D50%[Gy] <= 9 Gy"
    )


def test_the_search_ends_at_ten_millimetres() -> None:
    assert moved(followed(mean(8.0 + 9.9 * GRADIENT))).distance_mm == pytest.approx(9.9, abs=0.06)
    found = moved(followed(mean(8.0 + 10.1 * GRADIENT)))
    assert (found.distance_mm, found.more_than, found.limit) == (10.0, True, "")


def test_a_limit_that_is_broken_already_leaves_no_room_in_its_direction() -> None:
    found = moved(followed(mean(7.0), "fail"))
    assert replace(found, direction_ras=(0.0, 1.0, 0.0)) == RoomToMove(
        0.0, False, "anterior", (0.0, 1.0, 0.0), PARTIAL, f"{PARTIAL} Mean[Gy] <= 7 Gy", ""
    )


def without_room(found: RoomToMove) -> tuple:
    assert math.isnan(found.distance_mm)
    return found.cord_volume, found.direction, found.limit, found.more_than, found.reason


def test_without_a_limit_on_the_cord_volume_nothing_is_known() -> None:
    for row in (mean(9.0, role="advisory"), mean(9.0, structure=WHOLE, role="whole_cord")):
        found = moved(followed(row))
        assert without_room(found) == (
            PARTIAL, "", "", False, "no cord limit could be evaluated",
        )  # fmt: skip


def test_from_within_the_target_no_way_leads_toward_it() -> None:
    around = column(0.0, 3.0, -12.0, 12.0, radius=20.0)
    assert without_room(moved(followed(mean(9.0)), targets=(around,))) == (
        PARTIAL, "", "", False, f"the center of {PARTIAL} lies inside the target's outline",
    )  # fmt: skip


def test_beyond_the_dose_grid_the_way_is_not_known_but_said() -> None:
    # The grid ends 6.5 mm anterior of the cord's surface, and somewhere else it is hot.
    by = StaticDoseModel([volume().structure, CORD], dose_that_ends(11), (0.0, 27.5, 0.0))
    found = moved(followed(constraint("Max[Gy]", 6.3)), by=by)
    cord, direction, limit, more_than, reason = without_room(found)
    assert (cord, direction, limit, more_than) == (PARTIAL, "anterior", "", False)
    assert 6.3 <= float(reason.split()[1]) <= 6.5
    assert reason.startswith("beyond ")
    assert reason.endswith(
        f"mm {PARTIAL} leaves the dose grid so far that the verdict depends on the dose outside"
    )


@pytest.mark.parametrize(
    ("targets", "words"),
    [
        ((column(0, 20, -8, 8), column(0, -12, 20, 30)), "anterior"),
        ((column(0, 20, -8, 8), column(0, -12, -8, 8)), "posterior"),
        ((column(0, 20, -8, 8), column(0, -12, 2.5, 12.5)), "anterior"),
        ((column(0, 20, -8, 8), column(0, -12, 1.5, 11.5)), "posterior"),
        ((column(0, 20, 10, 20), column(0, -12, 15, 25)), "anterior"),
        ((column(0, 20, -20, -10), column(0, -12, -25, -15)), "anterior"),
        ((column(20, 0, -8, 8), column(-30, 0, -8, 8)), "right"),
    ],
    ids=["in the plane", "the nearer", "beyond 2 mm", "within 2 mm", "above", "below", "beside"],
)
def test_the_way_leads_to_the_nearest_surface_at_the_cords_height(
    targets: tuple, words: str
) -> None:
    assert moved(followed(mean(7.0), "fail"), targets=targets).direction == words


def test_the_way_starts_at_the_cord_volume_wherever_that_lies() -> None:
    outlines = [disc(30.0, -10.0, h, 4.0) for h in np.arange(-39.0, 40.0, 2.0)]
    near, lower = column(30.0, 12.0, 20.0, 30.0), column(30.0, -26.0, -30.0, -20.0)
    (cord,) = cord_volumes(Structure.from_contours(WHOLE, outlines), [near])
    found = moved(followed(mean(7.0), "fail"), targets=(near, lower), cord=cord)
    assert found.direction_ras == pytest.approx((0.0, 1.0, 0.0), abs=0.05)


def test_the_way_is_a_unit_vector_in_the_axial_plane() -> None:
    found = moved(followed(mean(7.0), "fail"), targets=(column(16.0, 12.0, 6.0, 12.0),))
    assert found.direction_ras == pytest.approx((0.8, 0.6, 0.0), abs=0.03)
    assert math.hypot(*found.direction_ras) == pytest.approx(1.0)
    assert found.direction_ras[2] == 0.0


def test_the_dose_of_the_way_is_that_of_the_place_moved_to() -> None:
    """Beside the target the linear dose does not change; toward posterior it falls."""
    for targets in ((column(20, 0, -8, 8),), (column(0, -20, -8, 8),)):
        assert moved(followed(mean(8.5)), targets=targets).more_than
    diagonal = moved(followed(mean(9.0)), targets=(column(20.0, 20.0, -8.0, 8.0),))
    expected = (9.0 - 8.0) / GRADIENT * math.sqrt(2)
    assert diagonal.distance_mm == pytest.approx(expected, abs=0.15)


def test_nothing_more_is_said_than_is_known() -> None:
    plain = RoomToMove(1.0)
    assert (plain.more_than, plain.direction, plain.cord_volume) == (False, "", "")
    assert (plain.limit, plain.reason) == ("", "")
    assert all(math.isnan(c) for c in plain.direction_ras)


SITES = (
    tube("CTV_T7", anterior=3.0, radius=20.0, low=24.0, high=34.0),
    tube("CTV_T9", anterior=27.5, radius=10.0, low=-34.0, high=-24.0),
)


def test_of_several_sites_what_is_not_known_is_said_first() -> None:
    volumes = cord_volumes(CORD, list(SITES))
    names = [v.structure.name for v in volumes]
    rows = tuple(
        FollowedRow(
            mean(7.0), result(METRIC, structure=n, constraint_structure=PARTIAL, status="fail")
        )
        for n in names
    )
    question = robustness._Question(
        protocol(mean(7.0)), rows, (), SITES, CORD, volumes, {}, prescription_gy=None
    )
    found = robustness._room_to_move(question, model())
    assert found.cord_volume == names[0] == f"{PARTIAL}_1"
    assert found.reason == f"the center of {PARTIAL}_1 lies inside the target's outline"
    known = robustness._room_to_move(replace(question, cord_volumes=volumes[1:]), model())
    assert (known.distance_mm, known.cord_volume) == (0.0, f"{PARTIAL}_2")
