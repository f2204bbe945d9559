"""What setup errors do to the verdict, in doses with closed forms."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm
from synthetic_plan import disc, dose_that_ends, linear_dose, plan, tube

from spine_radiosurgery import resources
from spine_radiosurgery.cord import cord_volumes
from spine_radiosurgery.dose import DoseGrid, sample_dose
from spine_radiosurgery.geometry import InputError, Structure
from spine_radiosurgery.tolerance import (
    Constraint,
    EvaluatedStructure,
    Protocol,
    SetupUncertainty,
    assess_robustness,
    evaluate_protocol,
    read_protocol,
)

GRADIENT = 0.4
FEW = SetupUncertainty(scenarios=20)
NONE = SetupUncertainty(scenarios=0)
TARGET, CORD = plan().structures


def shipped(identifier: str) -> Protocol:
    return read_protocol(resources.path("Protocols") / f"{identifier}.json")


def rule(*rows: dict, verdict_rule: str = "decisive_rows") -> Protocol:
    defaults = {
        "fractions": (1,),
        "structure": "SpinalCord_Partial",
        "role": "decides",
        "comparator": "<=",
        "citation": "test",
        "verified": True,
    }
    return Protocol(
        "test", "Test", "1", "test", verdict_rule, tuple(Constraint(**defaults | r) for r in rows)
    )


D10 = {"metric": "D10%[Gy]", "limit": 10.0, "unit": "Gy"}


def assess(
    dose: DoseGrid,
    protocol: Protocol,
    *,
    targets: tuple[Structure, ...] = (TARGET,),
    setup: SetupUncertainty = NONE,
    **question,
):
    """Robustness of the synthetic plan, and its nominal samples."""
    volumes = cord_volumes(CORD, list(targets))
    structures = (*targets, CORD, *(v.structure for v in volumes))
    samples = {s.name: sample_dose(s, dose) for s in structures}
    results = evaluate_protocol(
        protocol,
        {s.name: EvaluatedStructure(s.name, samples[s.name]) for s in structures},
        fractions=1,
        plan_maximum_gy=dose.max_gy,
        prescription_gy=16.0,
        **question,
    )
    found = assess_robustness(
        protocol,
        results,
        fractions=1,
        targets=targets,
        cord=CORD,
        cord_volumes=volumes,
        dose=dose,
        samples=samples,
        prescription_gy=16.0,
        setup=setup,
    )
    return found, samples


def test_room_to_move_in_a_linear_dose_is_the_distance_to_the_limit() -> None:
    found, samples = assess(linear_dose(8.0, GRADIENT), rule(D10))
    expected = (10.0 - samples["SpinalCord_Partial"].dose_at_volume(percent=10)) / GRADIENT
    assert 0 <= expected - found.room_to_move.distance_mm < 0.07
    assert found.room_to_move.direction == "anterior"
    assert found.room_to_move.direction_ras == pytest.approx((0.0, 1.0, 0.0), abs=0.05)
    assert found.room_to_move.limit == "SpinalCord_Partial D10%[Gy] <= 10 Gy"


def test_room_to_scale_is_the_limit_over_the_value() -> None:
    found, samples = assess(linear_dose(8.0, GRADIENT), rule(D10))
    value = samples["SpinalCord_Partial"].dose_at_volume(percent=10)
    assert found.room_to_scale.factor == pytest.approx(10.0 / value, rel=1e-9)


def test_room_to_scale_of_a_volume_limit_scales_the_plan_onto_it() -> None:
    dose = linear_dose(6.0, GRADIENT)
    found, _ = assess(dose, shipped("ryu-2015"))
    scaled = DoseGrid(dose.values_gy * found.room_to_scale.factor, dose.ijk_to_ras)
    _, samples = assess(scaled, shipped("ryu-2015"))
    volume = samples["SpinalCord_Partial"].metric("V10Gy[%]").value
    assert volume == pytest.approx(10.0, abs=0.05)


def test_broken_limit_leaves_no_room_and_asks_for_a_smaller_dose() -> None:
    found, samples = assess(linear_dose(20.0, GRADIENT), rule(D10))
    value = samples["SpinalCord_Partial"].dose_at_volume(percent=10)
    assert found.room_to_move.distance_mm == 0
    assert found.room_to_scale.factor == pytest.approx(10.0 / value)
    assert "may not move toward the target at all" in found.sentences[0]
    assert "must be scaled by" in found.sentences[1]


def test_room_beyond_the_search_is_said_to_be_more() -> None:
    found, _ = assess(linear_dose(2.0, 0.1), rule(D10))
    assert found.room_to_move.more_than
    assert "more than 10 mm toward the target (anterior)" in found.sentences[0]


def test_sentences_never_promise_more_room_than_there_is() -> None:
    found, _ = assess(linear_dose(8.0, GRADIENT), rule(D10))
    millimetres = float(found.sentences[0].split(" may move ")[1].split(" mm")[0])
    factor = float(found.sentences[1].split(" scaled by ")[1].split()[0])
    assert found.room_to_move.distance_mm - 0.1 < millimetres <= found.room_to_move.distance_mm
    assert found.room_to_scale.factor - 0.01 < factor <= found.room_to_scale.factor


def test_group_of_rows_breaks_when_all_of_them_do() -> None:
    first = {**D10, "group": "any"}
    second = {"metric": "Mean[Gy]", "limit": 10.0, "unit": "Gy", "group": "any"}
    dose = linear_dose(8.0, GRADIENT)
    found, samples = assess(dose, rule(first, second, verdict_rule="any_of"))
    volume = samples["SpinalCord_Partial"]
    assert found.room_to_scale.factor == pytest.approx(10.0 / volume.mean_gy)
    assert found.room_to_move.distance_mm == pytest.approx(
        (10.0 - volume.mean_gy) / GRADIENT, abs=0.07
    )


def test_rows_that_decide_each_break_with_the_first_of_them() -> None:
    second = {"metric": "Mean[Gy]", "limit": 10.0, "unit": "Gy"}
    found, samples = assess(linear_dose(8.0, GRADIENT), rule(D10, second))
    value = samples["SpinalCord_Partial"].dose_at_volume(percent=10)
    assert found.room_to_scale.factor == pytest.approx(10.0 / value)
    assert "D10%" in found.room_to_move.limit


def test_volume_smaller_than_the_limit_holds_at_any_dose() -> None:
    row = {"metric": "V10Gy[cc]", "limit": 50.0, "unit": "cc"}
    found, _ = assess(linear_dose(8.0, GRADIENT), rule(row))
    assert math.isnan(found.room_to_scale.factor)
    assert "no dose breaks the cord limit" in found.room_to_scale.reason


def test_probability_of_violation_is_that_of_the_shift_beyond_the_limit() -> None:
    sigma = 1.5
    setup = SetupUncertainty(2000, sigma_mm=(0.7, sigma, 0.7), sigma_deg=(0.0, 0.0, 0.0), seed=2)
    found, samples = assess(linear_dose(8.0, GRADIENT), rule(D10), setup=setup)
    room = (10.0 - samples["SpinalCord_Partial"].dose_at_volume(percent=10)) / GRADIENT
    count = found.probability_of_violation[0].count
    assert count.scenarios == 2000
    assert count.probability == pytest.approx(norm.sf(room / sigma), abs=4 * count.standard_error)
    assert count.standard_error == pytest.approx(
        math.sqrt(count.probability * (1 - count.probability) / 2000)
    )
    assert found.verdict == count


def test_every_followed_row_is_said_with_its_limit_and_what_it_is_for() -> None:
    found, _ = assess(linear_dose(8.5, GRADIENT), shipped("rtog-0631"), setup=FEW)
    said = [
        (p.structure, p.metric, p.comparator, p.limit, p.unit, p.role, p.group)
        for p in found.probability_of_violation
    ]
    assert said == [
        (c.structure, c.metric, c.comparator, c.limit, c.unit, c.role, c.group)
        for c in shipped("rtog-0631").constraints
        if c.structure.startswith("SpinalCord") and c.enabled
    ]
    assert len(said) == 3


def test_room_of_a_limit_in_percent_of_the_prescription() -> None:
    dose = linear_dose(8.0, GRADIENT)
    percent, _ = assess(dose, rule({"metric": "V62.5%[%]", "limit": 10.0, "unit": "%"}))
    gray, _ = assess(dose, rule({"metric": "V10Gy[%]", "limit": 10.0, "unit": "%"}))
    assert percent.room_to_move.distance_mm == gray.room_to_move.distance_mm > 0
    assert percent.room_to_scale.factor == pytest.approx(gray.room_to_scale.factor)


def test_verdict_of_a_group_fails_only_where_all_its_rows_do() -> None:
    found, _ = assess(linear_dose(8.5, GRADIENT), shipped("rtog-0631"), setup=FEW)
    rows = [p.count.violations for p in found.probability_of_violation if p.role == "decides"]
    assert len(rows) == 2
    assert found.verdict.violations == min(rows)


def test_worst_case_is_the_two_millimetre_shift_up_the_gradient() -> None:
    found, _ = assess(linear_dose(8.0, GRADIENT), rule(D10))
    cord = found.worst["SpinalCord_Partial D10%[Gy]"]
    target = found.worst["CTV_T8 D95%[Gy]"]
    assert (cord.scenario, target.scenario) == ("2 mm toward A", "2 mm toward P")
    assert cord.value - cord.nominal == pytest.approx(2 * GRADIENT, abs=0.02)
    assert target.value - target.nominal == pytest.approx(-2 * GRADIENT, abs=0.02)
    assert cord.nominal == pytest.approx(cord.nominal_exact, abs=0.02)


@pytest.mark.parametrize(
    ("right", "anterior", "words"),
    [
        (25.0, 0.0, "right"),
        (18.0, 18.0, "anterior-right"),
        (-18.0, 18.0, "anterior-left"),
        (-25.0, 0.0, "left"),
        (-18.0, -18.0, "posterior-left"),
        (0.0, -25.0, "posterior"),
        (18.0, -18.0, "posterior-right"),
    ],
)
def test_direction_toward_the_target_is_told_in_words(
    right: float, anterior: float, words: str
) -> None:
    contours = [disc(right, anterior, h, 10.0) for h in np.arange(-11.0, 12.0, 2.0)]
    target = Structure.from_contours("CTV", contours)
    found, _ = assess(linear_dose(5.0, 0.1), rule(D10), targets=(target,))
    assert found.room_to_move.direction == words


def test_room_of_separate_sites_is_the_smallest() -> None:
    targets = (
        tube("CTV_T7", anterior=27.5, radius=10.0, low=24.0, high=34.0),
        tube("CTV_T9", anterior=27.5, radius=10.0, low=-34.0, high=-24.0),
    )
    matrix = np.diag([2.0, 2.0, 2.0, 1.0])
    matrix[:3, 3] = -60.0
    place = -60.0 + 2.0 * np.arange(61)
    along = (
        7.0 + 0.01 * place[:, np.newaxis, np.newaxis] + GRADIENT * place[np.newaxis, :, np.newaxis]
    )
    dose = DoseGrid(np.broadcast_to(np.maximum(along, 0.0), (61, 61, 61)), matrix)
    found, samples = assess(dose, rule(D10), targets=targets)
    upper = samples["SpinalCord_Partial_1"].dose_at_volume(percent=10)
    assert found.room_to_move.cord_volume == "SpinalCord_Partial_1"
    assert found.room_to_move.distance_mm == pytest.approx((10.0 - upper) / GRADIENT, abs=0.08)
    assert found.room_to_scale.factor == pytest.approx(10.0 / upper)


def test_scenario_whose_uncovered_part_could_decide_is_counted_apart() -> None:
    # The cord volume reaches to 18 mm, the grid to 19 mm: shifts up and rotations push it out.
    row = {"metric": "Max[Gy]", "limit": 20.0, "unit": "Gy"}
    setup = SetupUncertainty(200, sigma_mm=(0.0, 0.0, 1.5), sigma_deg=(0.0, 0.0, 0.0))
    dose = linear_dose(8.0, 1.0, half_size_mm=18.0)
    found, _ = assess(dose, rule(row), setup=setup)
    count = found.probability_of_violation[0].count
    beyond = 2 * norm.sf(1.0 / 1.5)
    assert count.violations == 0
    assert count.not_evaluable / 200 == pytest.approx(beyond, abs=0.12)
    assert (count.lowest, count.highest) == (0.0, count.not_evaluable / 200)
    assert any(o.structure == "SpinalCord_Partial" for o in found.outside_dose)
    assert found.worst["SpinalCord_Partial Max[Gy]"].not_evaluable > 0


def test_uncovered_part_that_cannot_decide_leaves_the_scenario_evaluable() -> None:
    row = {"metric": "V10Gy[%]", "limit": 60.0, "unit": "%"}
    setup = SetupUncertainty(50, sigma_mm=(0.0, 0.0, 1.5), sigma_deg=(0.0, 0.0, 0.0))
    found, _ = assess(linear_dose(5.0, 0.2, half_size_mm=18.0), rule(row), setup=setup)
    assert found.outside_dose
    assert found.probability_of_violation[0].count.not_evaluable == 0


def test_room_toward_the_end_of_the_dose_grid_is_not_known() -> None:
    # The grid ends 13 mm anterior of the cord's centre and holds 30 Gy somewhere else.
    row = {"metric": "Max[Gy]", "limit": 6.3, "unit": "Gy"}
    target = tube("CTV", anterior=8.0, radius=3.0, low=-12, high=12)
    found, _ = assess(dose_that_ends(12), rule(row), targets=(target,))
    assert math.isnan(found.room_to_move.distance_mm)
    known_to = float(found.room_to_move.reason.split()[1])
    assert known_to == pytest.approx(8.5, abs=0.2)
    assert "not known" in found.sentences[0]


def test_rows_that_were_not_evaluable_are_listed_and_leave_the_room_unknown() -> None:
    found, _ = assess(linear_dose(8.0, GRADIENT), rule(D10), previous_radiation="yes")
    assert [r.metric for r in found.not_evaluated] == ["D10%[Gy]"]
    assert found.probability_of_violation == ()
    assert math.isnan(found.verdict.probability)
    for room in (found.room_to_move, found.room_to_scale):
        assert "irradiated earlier" in room.reason


def test_switched_off_rows_are_not_followed() -> None:
    off = {"metric": "Mean[Gy]", "limit": 1.0, "unit": "Gy", "enabled": False}
    found, _ = assess(linear_dose(8.0, GRADIENT), rule(D10, off), setup=FEW)
    assert [p.metric for p in found.probability_of_violation] == ["D10%[Gy]"]
    assert found.not_evaluated == ()


def test_whole_cord_that_fails_breaks_the_limit_too() -> None:
    whole = {**D10, "structure": "SpinalCord", "role": "whole_cord", "limit": 9.5}
    found, samples = assess(linear_dose(8.0, GRADIENT), rule(D10, whole))
    value = samples["SpinalCord"].dose_at_volume(percent=10)
    assert found.room_to_scale.limit == "SpinalCord D10%[Gy] <= 9.5 Gy"
    assert found.room_to_scale.factor == pytest.approx(9.5 / value)
    assert found.room_to_move.distance_mm == pytest.approx((9.5 - value) / GRADIENT, abs=0.07)


def test_section_of_the_report_is_strict_json_with_the_counts() -> None:
    found, _ = assess(linear_dose(8.5, GRADIENT), shipped("ryu-2015"), setup=FEW)
    section = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert section["scenarios"] == 59
    assert section["systematic"]["count"] == 39
    assert section["monte_carlo"] == {
        "count": 20,
        "seed": 0,
        "sigma_mm": [0.8, 0.8, 0.8],
        "sigma_deg": [0.5, 0.5, 0.5],
    }
    assert "-1.28 ± 3.46 %" in section["model"]
    band = section["dvh_band"][0]
    assert len(band["dose_gy"]) == len(band["median_cc"]) == len(band["maximum_cc"])
    assert {p["structure"] for p in section["probability_of_violation"]} == {
        "SpinalCord",
        "SpinalCord_Partial",
    }
    assert len(section["room"]["sentences"]) == 2


def test_unknown_numbers_are_null_in_the_report() -> None:
    found, _ = assess(linear_dose(8.0, GRADIENT), rule(D10), previous_radiation="yes")
    section = found.to_dict()
    assert section["room"]["toward_target_mm"] is None
    assert section["room"]["direction_ras"] == [None] * 3
    assert section["verdict"]["probability"] is None


def test_same_seed_gives_the_same_report() -> None:
    first, second = (
        assess(linear_dose(8.5, GRADIENT), shipped("ryu-2015"), setup=FEW)[0] for _ in range(2)
    )
    other, _ = assess(linear_dose(8.5, GRADIENT), shipped("ryu-2015"), setup=replace(FEW, seed=1))
    assert first.to_dict() == second.to_dict()
    assert first.to_dict() != other.to_dict()


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"scenarios": -1}, "number of setup scenarios"),
        ({"scenarios": 1.5}, "whole number"),
        ({"seed": -3}, "seed"),
        ({"sigma_mm": (1.0, 1.0)}, "three standard deviations"),
        ({"sigma_deg": (-1.0, 0.0, 0.0)}, "0 deg or more"),
    ],
)
def test_impossible_setup_uncertainty_is_refused(options: dict, word: str) -> None:
    with pytest.raises(InputError, match=word):
        SetupUncertainty(**options)
