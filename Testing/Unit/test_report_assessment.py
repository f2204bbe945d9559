"""The patient's record in the report: completed from the plan, compared with it, on the page."""

from __future__ import annotations

import functools
import json
from dataclasses import replace

import jsonschema
import pytest
from hypothesis import given, settings
from page_parts import Page
from record_strategies import records
from synthetic_plan import plan

import spine_radiosurgery as sr
from spine_radiosurgery import resources
from spine_radiosurgery.assessment.record.document import record_document, record_from_document
from spine_radiosurgery.report.figures.volume_response import draw_volume_response
from spine_radiosurgery.report.page.html import render_html

RECORD = {
    "patient": "SRS-0001",
    "levels": ["T8"],
    "grades": {"radiographic": "II", "neurological": "b", "rapid_decline": "no"},
    "sins": {"pain": "mechanical"},
    "selection": {"age_years": 61, "histology": "lymphoma"},
    "follow_up": {
        "visits": [
            {"day": -3, "pain_score": 7, "opioid_mg": 30, "neurological": "b", "ambulatory": "yes"},
            {"day": 90, "pain_score": 2, "opioid_mg": 30, "neurological": "a", "ambulatory": "yes"},
        ],
        "volumes": [{"day": -3, "volume_cc": 2.0}, {"day": 60, "volume_cc": 0.7}],
        "failures": [{"day": 300, "pattern": "marginal", "places": ["epidural"]}],
        "complications": [{"kind": "pain_flare", "day": 1, "resolved_day": 3}],
    },
}


def evaluate(assessment, **options):
    options = {"target": "CTV_T8", "cord": "SpinalCord", "robustness": None, **options}
    return sr.evaluate(plan(), assessment=assessment, **options)


@functools.cache
def reported() -> str:
    return json.dumps(evaluate(RECORD).to_dict())


@pytest.fixture
def document():
    return json.loads(reported())


def text_of(document) -> str:
    text = Page(render_html(document)).text
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


def test_without_a_record_there_is_none():
    document = evaluate(None).to_dict()
    assert document["assessment"] is None
    page = text_of(document)
    assert "Assessment" not in page
    assert "Follow-up" not in page


def test_the_report_keeps_its_schema(document):
    schema = json.loads((resources.path("Report") / "report.schema.json").read_text())
    jsonschema.validate(document, schema)


def test_a_file_a_mapping_and_a_record_are_the_same(tmp_path, document):
    file = tmp_path / "record.json"
    file.write_text(json.dumps(RECORD))
    for source in (file, record_from_document(RECORD)):
        assert evaluate(source).to_dict()["assessment"] == document["assessment"]


def test_what_is_open_is_taken_from_the_plan():
    record = evaluate(RECORD, previous_radiation="no").assessment
    assert (record.prescription.dose_gy, record.prescription.fractions) == (16.0, 1)
    assert record.prescription.previous_radiation == "no"
    assert record.selection.measured.target_length_mm == pytest.approx(24.0)


def test_what_is_recorded_stays():
    given = {
        "prescription": {"dose_gy": 18, "fractions": 1, "previous_radiation": "yes"},
        "selection": {"measured": {"target_length_mm": 70}},
    }
    record = evaluate(RECORD | given, previous_radiation="no").assessment
    assert record.prescription.dose_gy == 18
    assert record.prescription.previous_radiation == "yes"
    assert record.selection.measured.target_length_mm == 70


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"levels": ["T9"]}, "The assessment is of T9, the target of T8"),
        (
            {"prescription": {"dose_gy": 18, "fractions": 1}},
            "records 18 Gy in 1 fraction(s), evaluated are 16 Gy in 1",
        ),
        ({"prescription": {"fractions": 3}}, "records open in 3 fraction(s)"),
        ({"prescription": {"previous_radiation": "yes"}}, "says yes to earlier irradiation"),
    ],
)
def test_a_record_that_contradicts_the_plan_is_a_warning(given, words):
    warnings = evaluate(RECORD | given, previous_radiation="no").warnings
    assert [words in warning for warning in warnings].count(True) == 1


def test_a_record_that_agrees_is_none():
    assert evaluate(RECORD).warnings == evaluate(None).warnings


def test_a_damaged_record_is_refused():
    with pytest.raises(sr.InputError, match=r"grades\.radiografic"):
        evaluate({"grades": {"radiografic": "II"}})


@pytest.mark.parametrize(
    "words",
    [
        "Radiosurgery. Neurological grade b is c or better",
        "Radiographic grade (0 to V)",
        "Neither myeloma nor lymphoma",
        "✕ not met",
        "within",
        "Information for the clinician who decides, not advice to a patient.",
        "Mechanical pain",
        "decided as marginal (epidural)",
        "-65 %",
        "baseline",
        "* From memory, not verified against the source.",
        "partial",
        "improved",
        "Pain flare: onset on day 1",
    ],
)
def test_the_page_tells_what_is_recorded(document, words):
    assert words in text_of(document)


def test_what_a_person_typed_is_escaped():
    hostile = RECORD | {"selection": {"primary": "<script>alert(1)</script>"}}
    html = render_html(evaluate(hostile).to_dict())
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


def test_only_a_follow_up_that_was_recorded_is_shown(document):
    document["assessment"] = record_document(record_from_document(RECORD | {"follow_up": {}}))
    page = text_of(document)
    assert "Assessment" in page
    assert "Follow-up" not in page


def test_remarks_stand_on_the_page():
    document = evaluate(RECORD | {"levels": ["T8", "T9"]}).to_dict()
    page = text_of(document)
    (remark, *_others) = document["assessment"]["derived"]["remarks"]
    assert remark["text"] in page


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(records())
def test_every_record_has_a_page(record):
    document = json.loads(reported())
    document["assessment"] = record_document(record, identify=False)
    assert "Assessment" in text_of(document)


def test_the_volume_response_is_drawn_only_against_a_baseline():
    report = evaluate(RECORD)
    assert draw_volume_response(report).startswith(b"\x89PNG")
    volumes = report.assessment.follow_up.volumes
    later = replace(report.assessment.follow_up, volumes=volumes[1:])
    without = replace(report, assessment=replace(report.assessment, follow_up=later))
    assert draw_volume_response(without) is None
    assert draw_volume_response(evaluate(None)) is None
