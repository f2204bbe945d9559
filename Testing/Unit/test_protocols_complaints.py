"""Everything that is wrong with a protocol at once: each complaint with its field and row."""

from __future__ import annotations

from typing import Any

import pytest
from protocol_documents import HEAD, ROW

from spine_radiosurgery.tolerance import Complaint, protocol_complaints


def found(*rows: Any, **head: Any) -> list[tuple[str, int, str]]:
    document = HEAD | {"constraints": list(rows) or [ROW]} | head
    return [(c.field, c.row, c.text) for c in protocol_complaints(document)]


def of_row(**changes: Any) -> list[tuple[str, str]]:
    return [(field, text) for field, row, text in found(ROW | changes) if row == 1]


def test_a_good_protocol_has_no_complaints() -> None:
    assert found() == []
    assert protocol_complaints([]) == (
        Complaint("it must hold one JSON object with the keys of a protocol", "", 0, ""),
    )


def test_keys_of_the_head_are_known_there_and_of_their_type() -> None:
    assert found(titel="x") == [("titel", 0, "key 'titel' is not known; did you mean 'title'?")]
    assert found(title="") == [("title", 0, "title is empty")]
    assert found(title=3) == [("title", 0, "title must be text, not 3")]
    without = {k: v for k, v in HEAD.items() if k != "version"} | {"constraints": [ROW]}
    assert [(c.field, c.text) for c in protocol_complaints(without)] == [
        ("version", "key 'version' is missing")
    ]
    assert found(constraints=3) == [
        ("constraints", 0, "constraints must be a list of objects, not 3")
    ]


def test_versions_of_the_schema() -> None:
    assert found(schema_version="9")[0][0::2] == (
        "schema_version",
        "schema_version '9' is not known; this program reads 1.0 and 1.1",
    )
    assert found(schema_version="1.0", center="Ours") == [
        ("center", 0, "key 'center' needs schema_version '1.1'")
    ]
    assert found(center="Ours") == []


def test_what_a_protocol_is_based_on() -> None:
    good = {"identifier": "ryu-2015", "version": "1", "sha256": "a" * 64}
    assert found(based_on=good) == []
    assert found(based_on={k: v for k, v in good.items() if k != "version"}) == [
        ("based_on", 0, "based_on: key 'version' is missing")
    ]
    ((field, row, text),) = found(based_on=good | {"sha256": "a"})
    assert (field, row) == ("based_on", 0)
    assert text.startswith("based_on: ")


@pytest.mark.parametrize(
    ("changes", "field", "text"),
    [
        ({"fractions": []}, "fractions", "fractions is empty"),
        ({"fractions": [0]}, "fractions", "fractions [0] must be whole numbers from 1 up"),
        ({"fractions": [1.5]}, "fractions", "fractions must be a list of whole numbers, not [1.5]"),
        ({"fractions": [3, 3]}, "fractions", "fractions [3, 3] name one number twice"),
        ({"limit": "10"}, "limit", 'limit must be a number, not "10"'),
        ({"limit": True}, "limit", "limit must be a number, not true"),
        ({"limit": 1e9}, "limit", "limit must be a number, not 1000000000.0"),
        ({"limit": -1}, "limit", "limit -1 % must be a number from 0 up, below 1e9"),
        ({"limit": 100.5}, "limit", "limit 100.5 % is more than 100 %"),
        ({"verified": 1}, "verified", "verified must be true or false, not 1"),
        ({"unit": "Gy"}, "unit", "metric V10Gy[%] is in %, but unit is 'Gy'"),
        ({"structure": " "}, "structure", "structure is empty"),
        (
            {"caution_limit": 10},
            "caution_limit",
            "caution_limit 10 % must be stricter than the limit 10 %",
        ),
        (
            {"caution_limit": 11},
            "caution_limit",
            "caution_limit 11 % must be stricter than the limit 10 %",
        ),
        (
            {"role": "x"},
            "role",
            "role 'x' is not known; it is one of decides, whole_cord, advisory, organ",
        ),
        ({"comparator": "="}, "comparator", "comparator '=' is not known; it is one of <=, <, >="),
    ],
)  # fmt: skip
def test_a_row_says_its_field_and_what_is_wrong(changes: dict, field: str, text: str) -> None:
    assert of_row(**changes) == [(field, text)]


@pytest.mark.parametrize(
    "changes",
    [
        {"fractions": [1.0, 5]}, {"limit": 0}, {"limit": 100}, {"caution_limit": 9.99},
        {"comparator": ">=", "caution_limit": 11}, {"enabled": False}, {"limit": 99.5},
        {"metric": "D0.035cc[Gy]", "unit": "Gy", "limit": 999999999},
    ],
)  # fmt: skip
def test_values_at_the_limits_are_good(changes: dict) -> None:
    assert of_row(**changes) == []


def test_digits_of_other_scripts_are_none() -> None:
    ((field, text),) = of_row(metric="V\u0661\u0660Gy[%]")
    assert field == "metric"
    assert text.startswith("Metric 'V??Gy[%]' is not known")


def test_rows_are_numbered_and_named() -> None:
    document = HEAD | {"constraints": [ROW, ROW | {"limit": None}, {"structure": "Cord"}]}
    places = {(c.row, c.row_name) for c in protocol_complaints(document)}
    assert places == {(2, "SpinalCord_Partial V10Gy[%]"), (3, "Cord")}


def test_a_bad_row_is_told_even_where_the_head_has_no_citation() -> None:
    assert [place[:2] for place in found(ROW | {"limit": -1}, citation="")] == [
        ("citation", 0),
        ("limit", 1),
    ]


def test_a_complaint_is_a_sentence_with_its_place() -> None:
    assert Complaint("it is wrong.").sentence("File a") == "File a: it is wrong."
    assert Complaint("is it?").sentence("File a") == "File a: is it?"
    assert Complaint("x", "limit", 2).sentence("File a") == "File a, constraint 2: x."
    named = Complaint("x", "limit", 2, "Cord Max[Gy]").sentence("File a")
    assert named == "File a, constraint 2 (Cord Max[Gy]): x."
