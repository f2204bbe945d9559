"""Complaints about protocols where two rules meet: one slip gives one complaint, at its place."""

from __future__ import annotations

from typing import Any

import pytest
from constraint_rows import PARTIAL, constraint, protocol
from protocol_documents import HEAD, ROW

from spine_radiosurgery.case import InputError
from spine_radiosurgery.tolerance import BasedOn, Constraint, Protocol, protocol_complaints
from spine_radiosurgery.tolerance.constraint import row_complaints
from spine_radiosurgery.tolerance.protocol import (
    head_complaints,
    row_conflicts,
    source_complaints,
)

OTHER = ROW | {"metric": "V10Gy[cc]", "unit": "cc"}
LONELY = "group {!r} has one row for {} fraction(s); any_of needs two"


def found(*rows: Any, **head: Any) -> list[tuple[str, int, str]]:
    document = HEAD | {"constraints": list(rows) or [ROW]} | head
    return [(c.field, c.row, c.text) for c in protocol_complaints(document)]


def conflicts(*rows: Constraint, rule: str = "any_of") -> list[tuple[int, str, str]]:
    return list(row_conflicts(enumerate(rows, start=1), rule))


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"limit": -1, "caution_limit": 5}, ["limit"]),
        ({"limit": 101, "caution_limit": 102}, ["limit", "caution_limit"]),
        ({"caution_limit": 101}, ["caution_limit"]),
        ({"comparator": "=", "caution_limit": 9}, ["comparator"]),
        ({"comparator": "=", "caution_limit": 11}, ["comparator"]),
        ({"limit": "x", "caution_limit": 11}, ["limit"]),
        ({"role": "x", "comparator": "="}, ["role", "comparator"]),
    ],
)
def test_a_limit_that_is_none_is_not_compared_with_another(changes: dict, fields: list) -> None:
    assert [field for field, _, _ in found(ROW | changes)] == fields


def test_a_caution_limit_beyond_a_hundred_percent_is_told() -> None:
    assert found(ROW | {"caution_limit": 100.5}) == [
        ("caution_limit", 1, "caution_limit 100.5 % is more than 100 %")
    ]


@pytest.mark.parametrize(
    ("comparator", "caution", "good"),
    [
        ("<=", 9.0, True), ("<=", 10.0, False), ("<=", 11.0, False),
        ("<", 9.0, True), ("<", 10.0, False), ("<", 11.0, False),
        (">=", 9.0, False), (">=", 10.0, False), (">=", 11.0, True),
    ],
)  # fmt: skip
def test_caution_begins_before_the_limit(comparator: str, caution: float, good: bool) -> None:
    row = ROW | {"comparator": comparator, "caution_limit": caution}
    assert (found(row) == []) is good


@pytest.mark.parametrize(("limit", "text"), [(float("nan"), "nan"), (float("inf"), "inf")])
def test_a_limit_is_finite(limit: float, text: str) -> None:
    with pytest.raises(InputError, match=f"limit {text} % must be a number from 0 up, below 1e9"):
        constraint(limit=limit)


def test_a_row_of_no_fractions_is_refused_by_the_constraint_itself() -> None:
    with pytest.raises(InputError, match=r"fractions \[\] must be whole numbers from 1 up"):
        constraint(fractions=())


def test_what_is_missing_is_not_judged() -> None:
    assert list(row_complaints({})) == []
    assert list(row_complaints({"metric": "Max[Gy]"})) == []
    assert list(row_complaints({"limit": 200})) == []
    assert list(head_complaints({})) == list(source_complaints({})) == []


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({"structure": " "}, ("structure", "structure is empty")),
        ({"citation": ""}, ("citation", "citation is empty")),
        (
            {"unit": "cc", "metric": "Max[Gy]"},
            ("unit", "metric Max[Gy] is in Gy, but unit is 'cc'"),
        ),
    ],
)
def test_a_field_is_judged_by_itself(values: dict, wanted: tuple[str, str]) -> None:
    assert list(row_complaints(values)) == [wanted]


@pytest.mark.parametrize("key", ["identifier", "title", "version", "citation"])
def test_a_blank_in_the_head_is_told_with_its_field(key: str) -> None:
    assert list(head_complaints({key: " "})) == [(key, f"{key} is empty")]
    with pytest.raises(InputError, match=f"{key} is empty"):
        protocol(**{key: "\t"})


@pytest.mark.parametrize(
    ("date", "text"),
    [
        ("31.1.2026", "date '31.1.2026' is no day; write it as 2026-01-31"),
        ("2026-01-31 ", "date '2026-01-31 ' is no day; write it as 2026-01-31"),
        ("2026-02-30", "date '2026-02-30' is not in the calendar"),
        ("20260131", "date '20260131' is no day; write it as 2026-01-31"),
    ],
)
def test_a_date_is_a_day_of_the_calendar(date: str, text: str) -> None:
    assert list(head_complaints({"date": date})) == [("date", text)]
    assert list(head_complaints({"date": ""})) == []
    assert list(head_complaints({"date": "2024-02-29"})) == []


def test_an_unknown_rule_is_told_with_those_that_are_known() -> None:
    assert list(head_complaints({"verdict_rule": "x"})) == [
        ("verdict_rule", "verdict_rule 'x' is not known; it is one of decisive_rows, any_of")
    ]


@pytest.mark.parametrize("digest", ["a" * 63, "a" * 65, "A" * 64, "g" * 64, ""])
def test_a_hash_has_64_hexadecimal_digits(digest: str) -> None:
    assert list(source_complaints({"sha256": digest})) == [
        ("sha256", "sha256 must be 64 of the digits 0 to 9 and a to f")
    ]
    with pytest.raises(InputError, match=r"based_on\.sha256: sha256 must be 64"):
        BasedOn("a", "1", digest)


@pytest.mark.parametrize("key", ["identifier", "version"])
def test_a_source_is_named(key: str) -> None:
    assert list(source_complaints({key: " "})) == [(key, f"{key} is empty")]


def test_the_same_metric_twice_is_told_at_the_second_row_for_each_number() -> None:
    rows = (constraint(fractions=(1, 3, 5)), constraint("Max[Gy]"), constraint(fractions=(5, 2, 1)))
    text = f"{PARTIAL} V10Gy[%] for {{}} fraction(s) is there twice; keep one"
    wanted = [(3, "metric", text.format(5)), (3, "metric", text.format(1))]
    assert conflicts(*rows, rule="decisive_rows") == wanted
    assert conflicts(constraint(), constraint(structure="SpinalCord", role="organ")) == []


def test_each_lonely_row_of_a_group_is_told_for_its_fractions() -> None:
    rows = (
        constraint(group="b", fractions=(3, 1)),
        constraint("Max[Gy]", group="b", fractions=(1,)),
        constraint("Mean[Gy]", group="a", fractions=(3,)),
    )
    assert conflicts(*rows) == [
        (3, "group", LONELY.format("a", 3)), (1, "group", LONELY.format("b", 3)),
    ]  # fmt: skip
    assert conflicts(*rows, rule="decisive_rows") == []
    with pytest.raises(InputError, match="group 'a' has one row for 3"):
        Protocol("x", "X", "1", "c", "any_of", rows)


@pytest.mark.parametrize(
    ("changes", "lonely"),
    [
        ({"group": "g"}, False),
        ({"group": "g", "enabled": False}, True),
        ({"group": "g", "role": "advisory"}, True),
        ({"group": "h", "role": "advisory"}, True),
        ({}, True),
    ],
)
def test_only_deciding_rows_that_are_on_keep_a_group_company(changes: dict, lonely: bool) -> None:
    found = conflicts(constraint(group="g"), constraint("Max[Gy]", **changes))
    assert found == ([(1, "group", LONELY.format("g", 1))] if lonely else [])


def test_a_conflict_is_told_with_the_rows_name_and_number_past_bad_ones() -> None:
    document = HEAD | {"constraints": [ROW, OTHER | {"limit": -1}, ROW]}
    complaints = protocol_complaints(document)
    assert [(c.row, c.row_name, c.field) for c in complaints] == [
        (2, f"{PARTIAL} V10Gy[cc]", "limit"), (3, f"{PARTIAL} V10Gy[%]", "metric"),
    ]  # fmt: skip
    lonely = HEAD | {"verdict_rule": "any_of", "constraints": [ROW, OTHER | {"group": "g"}]}
    (complaint,) = protocol_complaints(lonely)
    assert (complaint.row, complaint.row_name) == (2, f"{PARTIAL} V10Gy[cc]")


@pytest.mark.parametrize("text", ["\ud800", "a\udfff", "\udc00b"])
def test_half_of_a_pair_of_surrogates_is_no_text(text: str) -> None:
    ((field, row, _),) = found(title=text)
    assert (field, row) == ("title", 0)


@pytest.mark.parametrize("text", ["\ud7ff", "\ue000", "\U0001f600"])
def test_characters_beside_the_surrogates_are_text(text: str) -> None:
    assert found(title=text) == []


@pytest.mark.parametrize(
    ("head", "text"),
    [
        ({"center": 3}, "center must be text, not 3"),
        ({"based_on": 3}, "based_on must be an object, not 3"),
        ({"citation": 3}, "citation must be text, not 3"),
        ({"title": list(range(30))}, f"title must be text, not {str(list(range(30)))[:60]}"),
        ({"note": "", "center": "", "date": ""}, ""),
        ({"schema_version": 1}, "schema_version must be text, not 1"),
    ],
)
def test_a_key_of_the_head_has_its_type(head: dict, text: str) -> None:
    assert [said for _, _, said in found(**head)] == ([text] if text else [])


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"group": 3}, "group must be text, not 3"),
        ({"note": None}, "note must be text, not null"),
        ({"enabled": "no"}, 'enabled must be true or false, not "no"'),
        ({"caution_limit": "9"}, 'caution_limit must be a number, not "9"'),
        ({"group": "", "endpoint": ""}, ""),
    ],
)
def test_a_key_of_a_row_has_its_type(changes: dict, text: str) -> None:
    assert found(ROW | changes) == ([(next(iter(changes)), 1, text)] if text else [])


def test_all_that_a_source_lacks_is_told() -> None:
    wrong = {"identifier": "", "version": 1, "sha256": "x", "of": "y"}
    assert [text for _, _, text in found(based_on=wrong)] == [
        "based_on: identifier is empty",
        "based_on: version must be text, not 1",
        "based_on: key 'of' is not known; did you mean 'version'?",
        "based_on: sha256 must be 64 of the digits 0 to 9 and a to f",
    ]


def test_a_key_like_no_other_is_not_known_either() -> None:
    ((field, _, text),) = found(**{"#": 1})
    assert field == "#"
    assert text.startswith("key '#' is not known; did you mean '")


def test_a_schema_version_that_is_missing_is_one_complaint() -> None:
    document = {k: v for k, v in HEAD.items() if k != "schema_version"} | {"constraints": [ROW]}
    assert [c.text for c in protocol_complaints(document)] == ["key 'schema_version' is missing"]
