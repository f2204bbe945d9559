"""The section `robustness` of report.json, key by key, from a robustness made by hand."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from spine_radiosurgery.dose import DoseVolumeBand
from spine_radiosurgery.geometry import InputError
from spine_radiosurgery.tolerance import (
    ConstraintResult,
    Probability,
    Robustness,
    RoomToMove,
    RoomToScale,
    SetupUncertainty,
    ViolationProbability,
    WorstCase,
)
from spine_radiosurgery.tolerance.setup.result import OutsideDose

LIMIT = "Cord V10Gy[%] <= 10 %"
SENTENCES = [
    "The patient may move 1.2 mm toward the target (anterior-left) before the cord limit breaks "
    f"({LIMIT}).",
    f"The plan may be scaled by 1.10 before the cord limit breaks ({LIMIT}).",
]


def refused() -> ConstraintResult:
    return ConstraintResult(
        protocol="p", group="", role="decides", structure="Cord_2", constraint_structure="Cord",
        metric="V8Gy[%]", comparator="<=", limit=10.0, caution_limit=None, value=math.nan,
        unit="%", uncertainty=math.nan, outside_dose_cc=1.0, status="not_evaluable",
        reason="it is cut off", citation="c", note="", verified=True, enabled=True,
    )  # fmt: skip


def robustness(**changes) -> Robustness:
    given = {
        "model": "what is taken for granted",
        "setup": SetupUncertainty(4, sigma_mm=(1, 2, 3), sigma_deg=(0.1, 0.2, 0.3), seed=7),
        "systematic": 39,
        "random": 4,
        "center_ras": (1.0, 2.0, 3.0),
        "worst": {
            "Cord V10Gy[%]": WorstCase("Cord", "V10Gy[%]", "%", 9.0, "2 mm toward A", 5.0, 5.5, 2)
        },
        "probability_of_violation": (
            ViolationProbability(
                "Cord", "V10Gy[%]", "<=", 10.0, "%", "decides", "g",
                Probability(0.5, 0.25, 0.375, 0.625, 3, 1, 8),
            ),
        ),
        "verdict": Probability(0.25, 0.125, 0.1, 0.2, 1, 2, 4),
        "dvh_band": {"Cord": DoseVolumeBand(*np.arange(12.0).reshape(6, 2))},
        "volume_cc": {"Cord": 4.5, "CTV": 20.0},
        "outside_dose": (OutsideDose("CTV", 3, 12.5, "2 mm toward S"),),
        "room_to_move": RoomToMove(
            1.25, direction="anterior-left", direction_ras=(-0.6, 0.8, 0.0),
            cord_volume="Cord_1", limit=LIMIT,
        ),
        "room_to_scale": RoomToScale(1.105, LIMIT),
        "not_evaluated": (refused(),),
    }  # fmt: skip
    return Robustness(**(given | changes))


SECTION = {
    "model": "what is taken for granted",
    "scenarios": 43,
    "center_ras": [1.0, 2.0, 3.0],
    "systematic": {"count": 39},
    "monte_carlo": {
        "count": 4,
        "seed": 7,
        "sigma_mm": [1.0, 2.0, 3.0],
        "sigma_deg": [0.1, 0.2, 0.3],
    },
    "worst": {
        "Cord V10Gy[%]": {
            "structure": "Cord",
            "metric": "V10Gy[%]",
            "unit": "%",
            "value": 9.0,
            "scenario": "2 mm toward A",
            "nominal": 5.0,
            "nominal_exact": 5.5,
            "not_evaluable": 2,
        }
    },
    "probability_of_violation": [
        {
            "structure": "Cord",
            "metric": "V10Gy[%]",
            "comparator": "<=",
            "limit": 10.0,
            "unit": "%",
            "role": "decides",
            "group": "g",
            "probability": 0.5,
            "standard_error": 0.25,
            "lowest": 0.375,
            "highest": 0.625,
            "violations": 3,
            "not_evaluable": 1,
            "scenarios": 8,
        }
    ],
    "verdict": {
        "probability": 0.25,
        "standard_error": 0.125,
        "lowest": 0.1,
        "highest": 0.2,
        "violations": 1,
        "not_evaluable": 2,
        "scenarios": 4,
    },
    "dvh_band": [
        {
            "structure": "Cord",
            "volume_cc": 4.5,
            "dose_gy": [0.0, 1.0],
            "minimum_cc": [2.0, 3.0],
            "low_cc": [4.0, 5.0],
            "median_cc": [6.0, 7.0],
            "high_cc": [8.0, 9.0],
            "maximum_cc": [10.0, 11.0],
        }
    ],
    "outside_dose": [
        {
            "structure": "CTV",
            "scenarios": 3,
            "largest_percent": 12.5,
            "scenario": "2 mm toward S",
        }
    ],
    "room": {
        "toward_target_mm": 1.25,
        "more_than": False,
        "toward_target_direction": "anterior-left",
        "direction_ras": [-0.6, 0.8, 0.0],
        "cord_volume": "Cord_1",
        "limit": LIMIT,
        "reason": "",
        "scale_factor": 1.105,
        "scale_limit": LIMIT,
        "scale_reason": "",
        "sentences": SENTENCES,
    },
    "not_evaluated": [{"structure": "Cord_2", "metric": "V8Gy[%]", "reason": "it is cut off"}],
}


@pytest.mark.parametrize("key", SECTION)
def test_each_part_of_the_section_has_its_keys_and_values(key: str) -> None:
    assert robustness().to_dict()[key] == SECTION[key]


def test_the_section_has_no_other_parts_and_stays_as_it_is_in_a_file() -> None:
    section = robustness().to_dict()
    assert list(section) == list(SECTION)
    assert json.loads(json.dumps(section)) == section


def test_reasons_stand_where_there_is_no_room() -> None:
    found = robustness(
        room_to_move=RoomToMove(math.nan, reason="why not"),
        room_to_scale=RoomToScale(math.nan, reason="nor here"),
    )
    assert found.to_dict()["room"] == {
        "toward_target_mm": None,
        "more_than": False,
        "toward_target_direction": "",
        "direction_ras": [None, None, None],
        "cord_volume": "",
        "limit": "",
        "reason": "why not",
        "scale_factor": None,
        "scale_limit": "",
        "scale_reason": "nor here",
        "sentences": list(found.sentences),
    }


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_finite_number_is_null_wherever_it_stands(value: float) -> None:
    case = WorstCase("Cord", "D1cc[Gy]", "Gy", value, "", value, 5.0, 39)
    band = DoseVolumeBand(*np.full((6, 2), value))
    section = robustness(worst={"a": case}, dvh_band={"Cord": band}).to_dict()
    assert section["worst"]["a"]["value"] is None
    assert section["worst"]["a"]["nominal_exact"] == 5.0
    assert section["dvh_band"][0]["low_cc"] == [None, None]


def test_a_thousand_setups_of_the_residual_error_are_drawn_unless_told_otherwise() -> None:
    assert SetupUncertainty() == SetupUncertainty(1000, (0.8, 0.8, 0.8), (0.5, 0.5, 0.5), 0)


def test_scatters_are_kept_as_three_numbers() -> None:
    given = SetupUncertainty(3, np.array([1, 2, 3]), [4, 5, 6])
    assert (given.sigma_mm, given.sigma_deg) == ((1.0, 2.0, 3.0), (4.0, 5.0, 6.0))
    assert isinstance(given.sigma_mm, tuple)
    assert isinstance(given.sigma_deg, tuple)


@pytest.mark.parametrize("unit", ["mm", "deg"])
def test_an_impossible_scatter_is_refused_in_its_unit(unit: str) -> None:
    with pytest.raises(InputError, match=rf"of 0 {unit} or more, not \(-1\.0, 0\.0, 0\.0\)"):
        SetupUncertainty(**{f"sigma_{unit}": (-1.0, 0.0, 0.0)})
