"""`report.json`: its keys, its schema, its bytes."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from synthetic_plan import linear_dose, plan, tube

import spine_radiosurgery as sr
from spine_radiosurgery import resources
from spine_radiosurgery.case import Prescription, SourceFile
from spine_radiosurgery.geometry import InputError
from spine_radiosurgery.report.document.document import report_document
from spine_radiosurgery.report.document.values import plain
from spine_radiosurgery.tolerance import SetupUncertainty

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
PROMISED = {
    "": "schema_version generated_by research_use_only case prescription target cord_volumes "
    "cord_volume verdict metrics constraints falloff robustness warnings provenance",
    "case": "identifier image dose structures",
    "prescription": "dose_gy fractions",
    "target": "name volume_cc length_mm V100%[%] D95%[Gy] indices",
    "cord_volume": "name target volume_cc superior_mm inferior_mm length_mm truncated "
    "outside_dose_cc",
    "verdict": "status reason decided_by",
    "falloff": "from_percent to_percent toward plane median_mm min_mm max_mm rays not_reached_90 "
    "not_reached_50",
    "provenance": "versions parameters input_files protocol",
}
PROMISED_ROWS = {
    "cord_volumes": PROMISED["cord_volume"],
    "metrics": "structure metric value unit",
    "constraints": "protocol group role structure metric comparator limit value unit uncertainty "
    "status reason citation verified",
}


def evaluate(**changes):
    options = {"robustness": None, "protocol": "auto", **changes.pop("options", {})}
    return sr.evaluate(plan(**changes), target="CTV_T8", cord="SpinalCord", **options)


@pytest.fixture(scope="module")
def report():
    return evaluate(dose=linear_dose(at_origin_gy=9.0))


@pytest.fixture(scope="module")
def validator():
    schema = json.loads((resources.path("Report") / "report.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("part", PROMISED)
def test_every_promised_key_is_there(report, part):
    document = report_document(report)
    assert set(PROMISED[part].split()) <= set(document[part] if part else document)


@pytest.mark.parametrize("part", PROMISED_ROWS)
def test_every_row_has_the_promised_keys(report, part):
    rows = report_document(report)[part]
    assert rows
    for row in rows:
        assert set(PROMISED_ROWS[part].split()) <= set(row)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"image": None},
        {"prescription": Prescription(24.0, 3, "RTPLAN")},
        {"options": {"protocol": "rtog-0631"}},
        {"options": {"robustness": SetupUncertainty(scenarios=20)}},
        {"options": {"alpha_beta_gy": 2.0, "prv_margin_mm": 2.0, "dose_interpolation": "cubic"}},
        {"dose": linear_dose(at_origin_gy=4.0, gy_per_mm=0.8)},
        {
            "parameters": {"plan_fractions": [1, 5]},
            "options": {"robustness": SetupUncertainty(scenarios=20)},
        },
        {"sources": (SourceFile("sub/RD.dcm", "0f" * 32, "RTDOSE"),), "unusable": {"X": "empty."}},
    ],
    ids=[
        "plain",
        "no image",
        "three fractions",
        "switched-off rows",
        "setup robustness",
        "asked extras",
        "rays that cross",
        "sum of different fractionation",
        "sources",
    ],
)
def test_document_follows_its_schema(validator, changes):
    document = json.loads(json.dumps(evaluate(**changes).to_dict(), allow_nan=False))
    assert [e.message for e in validator.iter_errors(document)] == []


def test_schema_refuses_a_misspelt_key(validator, report):
    document = report.to_dict()
    document["verdict"]["reasn"] = document["verdict"].pop("reason")
    assert not validator.is_valid(document)


def test_two_evaluations_differ_by_nothing_but_their_time(report):
    again = evaluate(dose=linear_dose(at_origin_gy=9.0))
    first, second = (json.dumps(report_document(r, generated_at=MOMENT)) for r in (report, again))
    assert first == second


def test_numbers_have_seven_significant_digits():
    assert plain([1 / 3, np.float32(2.5), -0.0]) == [0.3333333, 2.5, 0.0]


def test_value_that_is_not_finite_is_null():
    assert plain({"a": math.nan, "b": np.array([math.inf, 1.0])}) == {"a": None, "b": [None, 1.0]}


def test_paths_lose_their_folders():
    assert plain({"file": Path("somewhere") / "private" / "limits.json"}) == {"file": "limits.json"}


def test_values_of_unknown_kind_are_refused():
    with pytest.raises(InputError, match="object cannot be written"):
        plain({"thing": object()})


def test_value_just_beyond_its_limit_is_not_written_as_the_limit(report):
    row = replace(report.constraints[0], value=10.00000001, limit=10.0, status="fail")
    document = report_document(replace(report, constraints=(row,)))
    assert document["constraints"][0]["value"] == 10.00000001


def test_missing_value_has_a_reason():
    small = tube("Speck", anterior=30.0, radius=0.5, low=-2.0, high=2.0)
    report = evaluate(structures=(*plan().structures, small))
    row = next(
        m
        for m in report.to_dict()["metrics"]
        if (m["structure"], m["metric"]) == ("Speck", "D0.035cc[Gy]")
    )
    assert row["value"] is None
    assert "less than 0.035 cc" in row["reason"]


def test_first_cord_volume_is_the_cord_volume(report):
    document = report.to_dict()
    assert document["cord_volume"] == document["cord_volumes"][0]


def test_switched_off_limits_are_listed_apart():
    document = evaluate(options={"protocol": "rtog-0631"}).to_dict()
    assert document["switched_off"]
    assert not any(row["verified"] for row in document["switched_off"])
