"""The worst setups, and what is asked beside the protocol's rows, from values written by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from constraint_rows import PARTIAL, WHOLE, constraint, protocol, result
from synthetic_plan import plan

from spine_radiosurgery.cord import CordVolume, cord_volumes
from spine_radiosurgery.dose import (
    DoseSamples,
    SetupRobustness,
    SetupScenario,
    StructureRobustness,
)
from spine_radiosurgery.tolerance import Probability, WorstCase
from spine_radiosurgery.tolerance.setup import robustness as room
from spine_radiosurgery.tolerance.setup.following import FollowedRow
from spine_radiosurgery.tolerance.setup.result import OutsideDose

TARGET, CORD = plan().structures
NAN = math.nan
LABELS = ("nominal", "first", "second", "random 1")
SAMPLES = {
    TARGET.name: DoseSamples.from_arrays([20.0], [3.0]),
    PARTIAL: DoseSamples.from_arrays([6.0], [2.0]),
    CORD.name: DoseSamples.from_arrays([7.0], [9.0]),
}


@cache
def volumes() -> tuple[CordVolume, ...]:
    return tuple(cord_volumes(CORD, [TARGET]))


def followed(metric: str, structure: str = PARTIAL, **fields) -> FollowedRow:
    return FollowedRow(
        constraint(metric, structure=structure, **fields),
        result(metric, structure=structure, **fields),
    )


def question(*rows: FollowedRow, others: tuple = (), prescription_gy: float | None = 16.0):
    return room._Question(
        protocol(), rows, others, [TARGET], CORD, volumes(), SAMPLES, prescription_gy
    )


def moved(name: str, values: dict, *, cold: dict | None = None, hot: dict | None = None, share=0.0):
    arrays = {metric: np.array(listed, dtype=np.float64) for metric, listed in values.items()}
    extremes = [
        arrays | {metric: np.array(listed) for metric, listed in (given or {}).items()}
        for given in (cold, hot)
    ]
    outside = np.broadcast_to(np.asarray(share, dtype=np.float64), (4,))
    return StructureRobustness(name, 1.0, arrays, *extremes, outside, np.zeros(1), np.zeros((4, 1)))


def found(*structures: StructureRobustness) -> SetupRobustness:
    scenarios = tuple(SetupScenario(label) for label in LABELS)
    return SetupRobustness(scenarios, np.zeros(3), {s.name: s for s in structures})


SHOWN = {PARTIAL: ("D10%[Gy]", "D0.035cc[Gy]"), TARGET.name: ("D95%[Gy]", "V100%[%]")}


def setups(**of_cord) -> SetupRobustness:
    """Dull values of all that is shown, and on the cord volume what a test is about."""
    cord = {m: [1.0] * 4 for m in SHOWN[PARTIAL]} | of_cord.pop("values", {})
    target = {m: [1.0] * 4 for m in SHOWN[TARGET.name]} | of_cord.pop("target", {})
    return found(moved(PARTIAL, cord, **of_cord), moved(TARGET.name, target))


def worst(asked, setups: SetupRobustness, *statuses: str, count: int = 3) -> dict:
    return room._worst_cases(asked, setups, [s.split() for s in statuses], count)


def test_the_largest_value_on_the_cord_and_the_smallest_in_the_target_are_the_worst() -> None:
    values = {"D10%[Gy]": [5.0, 8.0, 7.0, 9.0]}
    target = {"D95%[Gy]": [15.0, 16.0, 13.0, 1.0], "V100%[%]": [90.0, 70.0, 80.0, 1.0]}
    cases = worst(question(), setups(values=values, target=target))
    assert list(cases) == [f"{s} {m}" for s, metrics in SHOWN.items() for m in metrics]
    assert cases[f"{PARTIAL} D10%[Gy]"] == WorstCase(
        PARTIAL, "D10%[Gy]", "Gy", 8.0, "first", 5.0, 6.0, 0
    )
    assert cases[f"{TARGET.name} D95%[Gy]"] == WorstCase(
        TARGET.name, "D95%[Gy]", "Gy", 13.0, "second", 15.0, 20.0, 0
    )
    assert cases[f"{TARGET.name} V100%[%]"] == WorstCase(
        TARGET.name, "V100%[%]", "%", 70.0, "first", 90.0, 100.0, 0
    )


@pytest.mark.parametrize(("comparator", "value"), [("<=", 8.0), ("<", 8.0), (">=", 3.0)])
def test_the_worst_of_a_row_is_toward_its_limit(comparator: str, value: float) -> None:
    row = followed("CV7Gy[cc]", comparator=comparator)
    moved = setups(values={"CV7Gy[cc]": [5.0, 8.0, 3.0, 0.0]})
    cases = worst(question(row), moved, "pass fail caution fail")
    assert next(iter(cases)) == f"{PARTIAL} CV7Gy[cc]"
    assert cases[f"{PARTIAL} CV7Gy[cc]"].value == value


def test_setups_that_are_open_are_left_out_and_counted() -> None:
    row = followed("Max[Gy]")
    moved = setups(values={"Max[Gy]": [5.0, 9.0, 7.0, 99.0]})
    case = worst(question(row), moved, "pass not_evaluable fail not_evaluable")[
        f"{PARTIAL} Max[Gy]"
    ]
    assert (case.value, case.scenario, case.nominal, case.not_evaluable) == (7.0, "second", 5.0, 1)
    first = worst(question(row), moved, "not_evaluable not_evaluable pass pass")
    case = first[f"{PARTIAL} Max[Gy]"]
    assert math.isnan(case.nominal)
    assert (case.value, case.scenario, case.nominal_exact, case.not_evaluable) == (
        7.0, "second", 6.0, 2,
    )  # fmt: skip


def test_without_an_evaluable_setup_there_is_no_worst() -> None:
    row = followed("Max[Gy]")
    moved = setups(values={"Max[Gy]": [5.0, 9.0, 7.0, 1.0]})
    case = worst(question(row), moved, " ".join(["not_evaluable"] * 3 + ["pass"]))[
        f"{PARTIAL} Max[Gy]"
    ]
    assert (case.scenario, case.not_evaluable) == ("", 3)
    assert math.isnan(case.value)
    assert math.isnan(case.nominal)


def test_a_value_beside_the_rows_is_known_where_what_lies_outside_changes_nothing() -> None:
    metric = "D10%[Gy]"
    found = setups(
        values={metric: [5.0, 6.0, 7.0, NAN]},
        cold={metric: [5.0, 5.5, 7.0, NAN]},
        hot={metric: [5.0, 6.0, 7.5, NAN]},
    )
    case = worst(question(), found, count=4)[f"{PARTIAL} {metric}"]
    assert (case.value, case.scenario, case.not_evaluable) == (5.0, "nominal", 3)


def test_a_metric_that_a_row_is_about_is_not_shown_twice() -> None:
    assert question().shown() == [(s, m) for s, metrics in SHOWN.items() for m in metrics]
    rows = (followed("D10%[Gy]"), followed("V100%[%]", TARGET.name))
    assert question(*rows).shown() == [(PARTIAL, "D0.035cc[Gy]"), (TARGET.name, "D95%[Gy]")]
    assert question(prescription_gy=None).shown() == [
        (PARTIAL, "D10%[Gy]"), (PARTIAL, "D0.035cc[Gy]"), (TARGET.name, "D95%[Gy]"),
    ]  # fmt: skip


def test_the_whole_cord_is_followed_where_a_row_is_on_it() -> None:
    assert [s.name for s in question(followed("Max[Gy]")).structures] == [TARGET.name, PARTIAL]
    asked = question(followed("V9Gy[cc]"), followed("Max[Gy]", WHOLE, role="whole_cord"))
    assert [s.name for s in asked.structures] == [TARGET.name, PARTIAL, WHOLE]
    assert asked.metrics() == {
        TARGET.name: ["D95%[Gy]", "V100%[%]"],
        PARTIAL: ["V9Gy[cc]", "D10%[Gy]", "D0.035cc[Gy]"],
        WHOLE: ["Max[Gy]"],
    }


def test_structures_that_leave_the_dose_are_told_with_their_farthest_setup() -> None:
    leaving = moved(PARTIAL, {}, share=[0.0, 0.25, 0.5, 0.125])
    inside = moved(TARGET.name, {}, share=0.0)
    within = moved(WHOLE, {}, share=[0.0, 0.001, 0.0, 0.0])
    assert room._outside(found(leaving, inside, within)) == (
        OutsideDose(PARTIAL, 3, 50.0, "second"), OutsideDose(WHOLE, 1, 0.1, "first"),
    )  # fmt: skip


def verdict_of(*rows: FollowedRow, others: tuple = ()) -> Probability:
    statuses = ["pass fail fail pass".split(), "pass pass fail fail".split()]
    return room._verdict(question(*rows, others=others), statuses[: len(rows)])


def test_the_verdict_counts_setups_and_not_rows() -> None:
    rows = (followed("Max[Gy]"), followed("V9Gy[%]"))
    assert verdict_of(*rows).violations == 3
    assert verdict_of(rows[0]).violations == 2
    assert verdict_of(followed("Max[Gy]", role="advisory"), rows[1]).violations == 2
    whole = followed("Max[Gy]", WHOLE, role="whole_cord")
    assert verdict_of(rows[0], whole).violations == 3


def test_without_a_limit_on_the_cord_volume_or_with_an_open_one_there_is_no_verdict() -> None:
    row, whole = followed("Max[Gy]"), followed("Max[Gy]", WHOLE, role="whole_cord")
    open_row = result("V9Gy[%]", status="not_evaluable", reason="it is open")
    assert verdict_of(whole).scenarios == 0
    assert verdict_of(row, others=(open_row,)).scenarios == 0
    assert verdict_of(row, others=(replace(open_row, role="whole_cord"),)).scenarios == 4
    assert room._undecided(question(row, others=(open_row,))) == "it is open"
    assert room._undecided(question(row)) == ""


def test_a_probability_repeats_its_row() -> None:
    row = FollowedRow(
        constraint("CV7Gy[cc]"),
        result("CV7Gy[cc]", limit=3.0, comparator=">=", role="advisory", group="g", structure="A"),
    )
    said = room._probability(row, ["fail", "pass"])
    assert (said.structure, said.metric, said.comparator, said.limit) == (
        "A", "CV7Gy[cc]", ">=", 3.0,
    )  # fmt: skip
    assert (said.unit, said.role, said.group, said.count.violations) == ("cc", "advisory", "g", 1)
