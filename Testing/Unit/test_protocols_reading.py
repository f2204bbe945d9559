"""Protocol files are read strictly: a slip of the pen is named, not ignored."""

from __future__ import annotations

import copy
import json
import os
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from protocol_documents import HEAD, ROW

from spine_radiosurgery.case import InputError
from spine_radiosurgery.tolerance import protocol_files, read_protocol
from spine_radiosurgery.tolerance.checking import protocol_complaints

PROTOCOLS = Path(__file__).parents[2] / "SpineRadiosurgery" / "Resources" / "Protocols"
GOOD: dict[str, Any] = HEAD | {"schema_version": "1.0", "constraints": [ROW]}


def write(folder: Path, content: object) -> Path:
    path = folder / "mine.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path


def with_row(**changes: object) -> dict[str, Any]:
    fields = copy.deepcopy(GOOD)
    fields["constraints"][0].update(changes)
    return fields


def complaint(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_protocol(path)
    text = str(caught.value)
    assert "\n" not in text
    assert path.name in text
    return text


def test_a_row_without_a_citation_has_the_protocols(tmp_path: Path) -> None:
    assert read_protocol(write(tmp_path, GOOD)).constraints[0].citation == "A paper"


def test_a_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(GOOD).encode())
    assert read_protocol(path).identifier == "mine"


@pytest.mark.parametrize(("key", "right"), [("limitt", "limit"), ("Metric", "metric")])
def test_a_misspelt_key_of_a_row_is_named_with_the_right_one(
    tmp_path: Path, key: str, right: str
) -> None:
    text = complaint(write(tmp_path, with_row(**{key: 3})))
    assert f"key {key!r}" in text
    assert f"did you mean {right!r}" in text
    assert "constraint 1 (SpinalCord_Partial V10Gy[%])" in text


def test_a_misspelt_key_of_the_protocol_is_named_with_the_right_one(tmp_path: Path) -> None:
    text = complaint(write(tmp_path, {**GOOD, "verdict-rule": "any_of"}))
    assert "did you mean 'verdict_rule'" in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"limit": "10"}, "limit must be a number"),
        ({"limit": True}, "limit must be a number"),
        ({"limit": 10**400}, "limit must be a number"),
        ({"limit": -1}, "limit -1 %"),
        ({"limit": 110}, "more than 100 %"),
        ({"verified": "yes"}, "verified must be true or false"),
        ({"fractions": 1}, "fractions must be a list of whole numbers"),
        ({"fractions": [1.5]}, "fractions must be a list of whole numbers"),
        ({"fractions": [True]}, "fractions must be a list of whole numbers"),
        ({"citation": " "}, "citation is empty"),
        ({"fractions": [0]}, "from 1 up"),
        ({"fractions": [1, 1]}, "twice"),
        ({"metric": "V10[%]"}, "V10[%]"),
        ({"unit": "cc"}, "is in %, but unit is 'cc'"),
        ({"comparator": "=<"}, "comparator '=<'"),
        ({"role": "decide"}, "role 'decide'"),
        ({"structure": " "}, "structure is empty"),
        ({"caution_limit": 12}, "stricter"),
        ({"caution_limit": 10}, "stricter"),
    ],
)
def test_a_wrong_value_in_a_row_is_refused(
    tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    assert said in complaint(write(tmp_path, with_row(**changes)))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"schema_version": "2.0"}, "reads 1.0 and 1.1"),
        ({"verdict_rule": "best_of"}, "verdict_rule 'best_of'"),
        ({"constraints": []}, "constraints is empty"),
        ({"constraints": ["V10Gy"]}, "constraints must be a list of objects"),
        ({"citation": ""}, "citation is empty"),
        ({"title": 3}, "title must be text"),
        ({"constraints": [ROW, {**ROW, "limit": 11}]}, "twice"),
        (
            {"verdict_rule": "any_of", "constraints": [{**ROW, "group": "cord"}]},
            "any_of needs two",
        ),
    ],
)
def test_a_wrong_protocol_is_refused(tmp_path: Path, changes: dict[str, object], said: str) -> None:
    assert said in complaint(write(tmp_path, {**GOOD, **changes}))


@pytest.mark.parametrize("key", ["citation", "constraints", "schema_version"])
def test_a_missing_key_is_named(tmp_path: Path, key: str) -> None:
    fields = {name: value for name, value in GOOD.items() if name != key}
    assert f"key {key!r} is missing" in complaint(write(tmp_path, fields))


def test_broken_json_is_reported_with_its_line(tmp_path: Path) -> None:
    assert "line 2" in complaint(write(tmp_path, '{"title": "x",\n "version" 1}'))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[]", "one JSON object"),
        ('{"title": "a", "title": "b"}', "'title' is there twice"),
        ('{"title": NaN}', "NaN"),
    ],
)
def test_json_that_is_no_protocol_is_refused(tmp_path: Path, content: str, said: str) -> None:
    assert said in complaint(write(tmp_path, content))


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in complaint(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "cannot be read" in complaint(tmp_path / "none.json")


def test_a_caution_limit_may_not_be_looser_than_an_at_least_limit(tmp_path: Path) -> None:
    row = {"metric": "CV7Gy[cc]", "unit": "cc", "comparator": ">=", "limit": 1500}
    assert "stricter" in complaint(write(tmp_path, with_row(**row, caution_limit=1400)))
    assert read_protocol(write(tmp_path, with_row(**row, caution_limit=1600)))


def test_the_schema_lies_beside_the_protocols_and_is_not_one() -> None:
    assert os.fspath(PROTOCOLS / "protocol.schema.json") not in map(
        os.fspath, protocol_files(PROTOCOLS)
    )


@pytest.mark.parametrize("path", protocol_files(PROTOCOLS), ids=lambda path: path.stem)
def test_shipped_protocols_fit_the_published_schema(path: Path) -> None:
    schema = json.loads((PROTOCOLS / "protocol.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(json.loads(path.read_text("utf-8")))


def test_the_schema_refuses_a_misspelt_key() -> None:
    schema = json.loads((PROTOCOLS / "protocol.schema.json").read_text("utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid(GOOD)
    assert not validator.is_valid(with_row(limitt=3))


def test_thousands_of_conflicting_rows_take_no_time():
    start = time.thread_time()
    assert protocol_complaints(GOOD | {"constraints": [ROW] * 8000})
    assert time.thread_time() - start < 5


def test_whatever_a_file_holds_the_message_is_one_short_line(tmp_path):
    row = ROW | {"structure": "a\n" * 5000}
    with pytest.raises(InputError) as caught:
        read_protocol(write(tmp_path, GOOD | {"constraints": [row, row]}))
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 2100
