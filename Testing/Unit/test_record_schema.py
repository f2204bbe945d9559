"""The published schema and the reader take and refuse the same documents."""

from __future__ import annotations

import copy
import json
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from record_strategies import filled, records

from spine_radiosurgery import resources
from spine_radiosurgery.assessment import PatientRecord, read_record, record_document
from spine_radiosurgery.geometry import InputError

jsonschema = pytest.importorskip("jsonschema")

SCHEMA = json.loads((resources.path("Report") / "assessment.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
ABOUT = {"schema_version", "generated_by", "research_use_only", "derived"}
DATES = {"date": "day", "resolved_date": "resolved_day", "last_date": "last_day"}


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records(identified=True))
def test_every_document_follows_it(record) -> None:
    VALIDATOR.validate(record_document(record, identify=True))


def test_what_follows_is_described() -> None:
    assert list(SCHEMA["properties"]["derived"]["properties"]) == list(
        record_document(PatientRecord())["derived"]
    )


def recorded_classes() -> dict[str, type]:
    """Every dataclass of a record, by the field that holds it."""
    found: dict[str, type] = {}

    def walk(kind: Any, name: str) -> None:
        if is_dataclass(kind):
            found[name] = kind
            for field, hint in get_type_hints(kind).items():
                walk(hint, f"{name}.{field}".removeprefix("."))
        for inner in get_args(kind):
            walk(inner, name)

    walk(PatientRecord, "")
    return found


CLASSES = recorded_classes()


def described(name: str) -> dict[str, Any]:
    """The object of the schema that a field holds."""
    found = SCHEMA
    for step in name.split(".") if name else ():
        found = resolved(resolved(found)["properties"][step])
    return resolved(found)


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in part:
        return resolved(SCHEMA["$defs"][part["$ref"].rpartition("/")[2]])
    if "anyOf" in part and "properties" not in part:
        return resolved(part["anyOf"][-1])
    return resolved(part["items"]) if part.get("type") == "array" else part


@pytest.mark.parametrize("name", CLASSES)
def test_it_knows_every_field(name) -> None:
    names = {field.name for field in fields(CLASSES[name])}
    assert set(described(name)["properties"]) - {*ABOUT, *DATES} == names
    assert described(name)["additionalProperties"] is False


@pytest.mark.parametrize("name", CLASSES)
def test_it_asks_for_what_has_no_default(name) -> None:
    needed = {
        field.name
        for field in fields(CLASSES[name])
        if field.default is MISSING and field.default_factory is MISSING
    }
    asked = set(described(name).get("required", ()))
    asked |= {"day"} if "oneOf" in described(name) else set()
    assert asked == needed


def changed(path: str, value: Any) -> dict[str, Any]:
    document = copy.deepcopy(record_document(filled()))
    document["treatment_date"] = "2024-03-01"
    *steps, last = (int(step) if step.isdigit() else step for step in path.split("."))
    part: Any = document
    for step in steps:
        part = part[step]
    if value is MISSING:
        del part[last]
    else:
        part[last] = value
    return document


GOOD: list[tuple[str, Any]] = [
    ("patient", ""),
    ("levels", []),
    ("schema_version", "1.4"),
    ("schema_version", MISSING),
    ("grades", {}),
    (
        "grades.proposal",
        {"radiographic": ["II", "III"], "compression": {"tightest_ras": [1, 2, 3]}},
    ),
    ("sins.measured", {"collapse_percent": 12}),
    ("selection.measured.cord_gap", {"tumour": "", "cord": "", "gap_mm": None, "reason": "none"}),
    ("selection.measured.cord_gap", {"tumour": "", "cord": "", "gap_mm": 0}),
    ("prescription.dose_gy", 16),
    ("prescription.fractions", 3.0),
    ("follow_up.visits.0", {"day": 0}),
    ("follow_up.visits.0", {"date": "2024-03-01"}),
    ("follow_up.failures.0.places", ["remote", "epidural"]),
    ("follow_up.complications.0", {"kind": "vertebral_fracture", "day": 9, "fracture": "new"}),
    ("follow_up.last_day", None),
    ("derived", {"anything": 1}),
]
BAD: list[tuple[str, Any]] = [
    ("grades.proposal", {"radiographic": ["VI"]}),
    ("grades.proposal", {"escc": ["1d"]}),
    ("grades.proposal", {"site": "thorax"}),
    ("patint", "x"),
    ("patient", "Jane Doe"),
    ("patient", None),
    ("levels", "T8"),
    ("levels", ["t8"]),
    ("levels", [8]),
    ("index_level", "T"),
    ("treatment_date", "1 March 2024"),
    ("schema_version", "2.0"),
    ("schema_version", 1),
    ("grades", []),
    ("grades", None),
    ("grades.radiographic", "2"),
    ("grades.radiographic", None),
    ("grades.rapid_decline", "maybe"),
    ("grades.rapid_decline", True),
    ("grades.proposal", {"compression": None}),
    ("grades.proposal", {"compression": {"tightest_ras": [1, "2", 3]}}),
    ("grades.proposal", {"compression": {"csf": 3}}),
    ("sins.location", "middle"),
    ("sins.measured", {"collapse_percent": "12"}),
    ("selection.histology", "unknown"),
    ("selection.age_years", -1),
    ("selection.age_years", 121),
    ("selection.performance_ecog", 2.5),
    ("selection.performance_ecog", 5),
    ("selection.measured", None),
    ("selection.measured.cord_gap", {"tumour": "", "cord": "", "gap_mm": None}),
    ("selection.measured.cord_gap", {"tumour": "", "cord": "", "gap_mm": -1}),
    ("selection.measured.cord_gap", {"tumour": "", "gap_mm": 1}),
    ("prescription.dose_gy", 0),
    ("prescription.dose_gy", True),
    ("prescription.fractions", 0),
    ("prescription.setting", "other"),
    ("follow_up.visits", {}),
    ("follow_up.visits.0", {}),
    ("follow_up.visits.0", {"day": 0.5}),
    ("follow_up.visits.0", {"day": 1, "date": "2024-03-02"}),
    ("follow_up.visits.0", {"date": "2 March"}),
    ("follow_up.visits.0.pain_score", 11),
    ("follow_up.visits.0.pain", 1),
    ("follow_up.visits.0.day", 99999),
    ("follow_up.volumes.0.volume_cc", -1),
    ("follow_up.volumes.0.volume_cc", MISSING),
    ("follow_up.volumes.0.kind", "bone"),
    ("follow_up.failures.0.pattern", "central"),
    ("follow_up.failures.0.places", ["spine"]),
    ("follow_up.failures.0.measured", {}),
    ("follow_up.complications.0.kind", "fever"),
    ("follow_up.complications.0.fracture", "new"),
    ("follow_up.complications.0.resolved_date", "2024-04-01"),
    ("follow_up.risk_factors.diabetes", "type 2"),
    ("follow_up.last_day", "never"),
    ("follow_up.died", ""),
]


def words(value) -> str:
    # What stands for a field that is taken away has another text in every process.
    return "missing" if value is MISSING else str(value)


@pytest.mark.parametrize(("path", "value"), GOOD, ids=words)
def test_both_take_a_good_document(path, value) -> None:
    document = changed(path, value)
    VALIDATOR.validate(document)
    read_record(document)


@pytest.mark.parametrize(("path", "value"), BAD, ids=words)
def test_both_refuse_a_damaged_document(path, value) -> None:
    document = changed(path, value)
    assert not VALIDATOR.is_valid(document)
    with pytest.raises(InputError):
        read_record(document)
