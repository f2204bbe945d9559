"""The record of a patient and its JSON document."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from record_strategies import filled, records

from spine_radiosurgery.assessment import (
    FollowUp,
    TumourVolume,
    read_record,
    record_document,
    record_row,
)
from spine_radiosurgery.assessment.record import PatientRecord, record_text
from spine_radiosurgery.assessment.record.codec import to_plain
from spine_radiosurgery.geometry import InputError

SLOW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SLOW
@given(records())
def test_a_record_survives_json(record) -> None:
    text = record_text(record)
    assert read_record(text) == record
    assert record_text(read_record(text)) == text


def test_equal_records_have_equal_documents() -> None:
    assert json.dumps(to_plain({"tightest_ras": (0.0, -0.0)})) == '{"tightest_ras": [0.0, 0.0]}'


@SLOW
@given(records(identified=True))
def test_an_identified_record_survives_json(record) -> None:
    assert read_record(json.loads(record_text(record, identify=True))) == record


@SLOW
@given(records(identified=True))
def test_a_pseudonymous_document_has_none_of_the_identifying_fields(record) -> None:
    anonymous = replace(record, patient_name="Jane Doe", patient_id="MRN-4711")
    text = record_text(anonymous)
    assert anonymous.treatment_date not in text
    assert "Jane" not in text
    assert "MRN" not in text
    assert read_record(text) == replace(record, treatment_date="", patient_name="", patient_id="")


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"patient_id": "SRS-HFZ5CYJT"}, "ID, which is its study code"),
        ({"patient_id": "srs-hfz5cyjt "}, "ID, which is its study code"),
        ({"patient_name": "BREAST"}, None),
        ({"patient_name": "Doe^Jane"}, None),
        ({"patient_id": "T8"}, None),
        ({"patient_id": "unknown"}, None),
    ],
)
def test_a_name_or_id_does_not_stay_where_it_can_be_seen(changes, where) -> None:
    record = replace(filled(), **changes)
    if where is None:
        assert "patient_id" not in record_document(record)
        return
    with pytest.raises(InputError, match=where):
        record_document(record)
    assert record_document(record, identify=True)["patient_id"] == changes["patient_id"]


@pytest.mark.parametrize("name", ["Doe^Jane", "doe jane", "DOE JANE"])
def test_a_name_in_a_text_is_seen(name) -> None:
    selection = replace(filled().selection, primary="breast (Doe Jane, Ward 3)")
    record = replace(filled(), selection=selection, patient_name=name)
    with pytest.raises(InputError, match="patient's name, which stands in one of its texts"):
        record_document(record)


def test_the_document_says_what_it_is() -> None:
    document = record_document(filled())
    assert document["schema_version"] == "1.0"
    assert document["research_use_only"] is True
    assert document["generated_by"].startswith("spine-radiosurgery ")


def test_what_follows_is_in_the_document_but_not_read_back() -> None:
    document = record_document(filled())
    assert document["derived"]["grades"]["radiographic"]["name"] == "thecal sac compressed"
    document["derived"] = {"grades": "anything"}
    assert read_record(document) == filled()


@pytest.mark.parametrize(
    ("part", "keys"),
    [
        ("", "grades sins scenario eligibility decision noms prescription follow_up remarks"),
        ("grades", "radiographic neurological escc"),
        ("scenario", "decided chosen_by_person proposed"),
        ("prescription", "ranges cautions"),
    ],
)
def test_the_parts_of_what_follows(part, keys) -> None:
    derived = record_document(filled())["derived"]
    assert list(derived[part] if part else derived) == keys.split()


def test_an_empty_record_leaves_everything_open() -> None:
    derived = record_document(PatientRecord())["derived"]
    assert derived["grades"] == {"radiographic": None, "neurological": None, "escc": None}
    assert derived["scenario"] is None
    assert derived["decision"]["option"] == "undefined"
    assert (derived["sins"]["minimum"], derived["sins"]["maximum"]) == (0, 18)
    assert {item["status"] for item in derived["eligibility"]} == {"not_evaluable"}
    assert derived["remarks"] == []


def test_a_change_of_next_to_nothing_is_open() -> None:
    volumes = (TumourVolume(0, 1e-310), TumourVolume(61, 9.0))
    record = replace(filled(), follow_up=FollowUp(volumes=volumes))
    (course,) = record_document(record)["derived"]["follow_up"]["volumes"]
    assert course["points"][1]["change_percent"] is None
    assert record_row(record)["epidural_change_percent"] is None


def test_days_may_be_written_as_dates() -> None:
    record = read_record(
        {
            "treatment_date": "2024-02-28",
            "follow_up": {
                "visits": [{"date": "2024-03-01", "pain_score": 3}, {"day": -1}],
                "volumes": [{"date": "2024-02-28", "volume_cc": 4}],
                "failures": [{"date": "2025-02-28"}],
                "complications": [
                    {"kind": "skin", "date": "2024-03-08", "resolved_date": "2024-03-18"}
                ],
                "last_date": "2025-03-01",
            },
        }
    )
    follow_up = record.follow_up
    assert [visit.day for visit in follow_up.visits] == [-1, 2]
    assert [volume.day for volume in follow_up.volumes] == [0]
    assert [failure.day for failure in follow_up.failures] == [366]
    assert [(c.day, c.resolved_day) for c in follow_up.complications] == [(9, 19)]
    assert follow_up.last_day == 367
    assert record_document(record)["follow_up"]["visits"][1]["day"] == 2


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (
            {"follow_up": {"visits": [{"date": "2024-03-01"}]}},
            r"follow_up.visits\[0\].date needs a treatment_date",
        ),
        (
            {"treatment_date": "2024-03-01", "follow_up": {"visits": [{"date": "March"}]}},
            r"follow_up.visits\[0\].date cannot be 'March'; write it as 2024-05-31",
        ),
        (
            {
                "treatment_date": "2024-03-01",
                "follow_up": {"visits": [{"date": "2024-03-02", "day": 1}]},
            },
            r"follow_up.visits\[0\].date stands beside day",
        ),
        (
            {"treatment_date": "2024-02-30"},
            "The treatment date cannot be '2024-02-30'",
        ),
        (
            {"treatment_date": "1.3.2024", "follow_up": {"last_date": "2024-03-02"}},
            "treatment_date cannot be '1.3.2024'",
        ),
        ({"treatment_date": "2024-W09-5"}, "The treatment date cannot be"),
        (
            {"follow_up": {"visits": [{"day": 1}, {"day": 1}]}},
            "follow_up: A visit is recorded twice",
        ),
        ({"grades": {"radiografic": "II"}}, "grades.radiografic is no field of the record"),
        ({"grades": {"radiographic": "VI"}}, "grades: 'VI' is no radiographic grade"),
        ({"levels": ["T8"], "index_level": "T9"}, "The index level 'T9' is not among the levels"),
        ({"levels": ["Q3"]}, "Q3"),
        ({"patient": "Jane Doe"}, "The study code cannot be 'Jane Doe'"),
        ({"patient": "../x"}, "The study code cannot be"),
        ({"patient": "x" * 65}, "The study code cannot be"),
        ({"patient": "-x"}, "The study code cannot be"),
        ({"schema_version": "2.0"}, "The record is of version 2.0, this program reads 1.0"),
        ({"schema_version": "0.9"}, "The record is of version 0.9"),
        ({"schema_version": 1.0}, "schema_version cannot be '1.0'"),
        ({"schema_version": None}, "schema_version cannot be 'None'"),
    ],
)
def test_a_damaged_document_is_refused_by_a_sentence(document, message) -> None:
    with pytest.raises(InputError, match=message):
        read_record(document)


def test_a_later_minor_version_is_read() -> None:
    assert read_record({"schema_version": "1.7", "levels": ["T8"]}).levels == ("T8",)


@pytest.mark.parametrize("code", ["a", "SRS-HFZ5CYJT", "study_1.patient-2", "x" * 64])
def test_study_codes(code) -> None:
    assert PatientRecord(patient=code).patient == code


@pytest.mark.parametrize(
    ("levels", "index_level", "index"),
    [((), "", ""), (("T8",), "", "T8"), (("T8", "L1"), "", ""), (("L1", "T8"), "L1", "L1")],
)
def test_the_index_level(levels, index_level, index) -> None:
    assert PatientRecord(levels=levels, index_level=index_level).index == index


def test_levels_are_kept_from_head_to_foot() -> None:
    assert PatientRecord(levels=("L1", "T12", "L1")).levels == ("T12", "L1")


def remark_keys(record: PatientRecord) -> list[str]:
    return [remark["key"] for remark in record_document(record)["derived"]["remarks"]]


def test_what_should_be_looked_at_again_is_remarked() -> None:
    record = replace(filled(), follow_up=FollowUp())
    assert remark_keys(record) == []
    assert remark_keys(replace(record, levels=("T8", "T10"))) == ["index_level"]
    assert remark_keys(replace(record, levels=("L3",))) == ["cauda"]
    doubtful = replace(record, selection=replace(record.selection, scenario="b"))
    assert remark_keys(doubtful) == ["scenario"]
    assert "Scenario b was chosen" in record_document(doubtful)["derived"]["remarks"][0]["text"]


@pytest.mark.parametrize(
    ("decided", "visit", "words"),
    [
        ("c", {"neurological": "d"}, "the visit before treatment says d"),
        ("c", {"ambulatory": "no"}, "Before treatment: grade c with a patient who does not walk"),
        ("c", {"neurological": "c", "ambulatory": "yes"}, ""),
        ("", {"neurological": "d"}, ""),
    ],
)
def test_a_grade_that_the_visit_before_contradicts_is_remarked(decided, visit, words) -> None:
    document = {
        "levels": ["T8"],
        "grades": {"neurological": decided},
        "follow_up": {"visits": [{"day": -1, **visit}]},
    }
    remarks = record_document(read_record(document))["derived"]["remarks"]
    found = [remark["text"] for remark in remarks if remark["key"] == "presentation"]
    assert len(found) == bool(words)
    assert all(words in text for text in found)


def test_a_measurement_counts_only_where_the_index_level_is_told() -> None:
    measured = {"measured": {"vertebra": "VB", "level": "L2", "collapse_percent": 60}}
    several = {"levels": ["L2", "L3"], "sins": measured}
    components = record_document(read_record(several))["derived"]["sins"]["components"]
    assert {part["source"] for part in components} == {"open"}
