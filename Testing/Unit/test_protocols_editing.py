"""Rows are changed honestly: a limit that its source does not give any more does not claim it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from spine_radiosurgery.case import InputError
from spine_radiosurgery.report import load_protocol
from spine_radiosurgery.report.protocols import false_claims
from spine_radiosurgery.tolerance import (
    Protocol,
    compare_protocols,
    copied_as,
    protocol_document,
    with_row,
    with_row_changed,
    without_row,
)


@pytest.fixture
def ryu() -> Protocol:
    return load_protocol("ryu-2015", 1)


@pytest.fixture
def clinic(ryu: Protocol) -> Protocol:
    return copied_as(ryu, "clinic", "Clinic")


def test_a_copy_says_what_it_is_based_on(ryu: Protocol, clinic: Protocol) -> None:
    source = clinic.based_on
    assert source is not None
    assert (source.identifier, source.version, source.sha256) == ("ryu-2015", "1", ryu.sha256)
    assert clinic.constraints == ryu.constraints


def test_a_copy_needs_a_name_of_its_own(ryu: Protocol) -> None:
    with pytest.raises(InputError, match="needs an identifier of its own, such as ryu-2015-clinic"):
        copied_as(ryu, "ryu-2015", "Mine")
    with pytest.raises(InputError, match="title is empty"):
        copied_as(ryu, "mine", " ")
    with pytest.raises(InputError, match="'today' is no day; write it as 2026-01-31"):
        copied_as(ryu, "mine", "Mine", date="today")


@pytest.mark.parametrize(
    "change",
    [
        {"limit": 8},
        {"metric": "V9Gy[%]"},
        {"structure": "SpinalCord"},
        {"fractions": (2,)},
        {"comparator": "<"},
        {"caution_limit": 5},
    ],
)
def test_a_changed_limit_is_an_institutional_one(clinic: Protocol, change: dict[str, Any]) -> None:
    row = with_row_changed(clinic, 1, **change).constraints[0]
    assert not row.verified
    assert row.citation == f"Institutional limit, changed from: {clinic.citation}"
    again = with_row_changed(replace(clinic, constraints=(row,)), 1, note="x", limit=6)
    assert again.constraints[0].citation == row.citation


def test_a_changed_limit_with_a_source_of_its_own_is_what_that_source_says(
    clinic: Protocol,
) -> None:
    row = with_row_changed(clinic, 1, limit=8, citation="Smith 2024, table 2").constraints[0]
    assert (row.citation, row.verified) == ("Smith 2024, table 2", True)


@pytest.mark.parametrize("change", [{"role": "advisory"}, {"enabled": False}, {"note": "x"}])
def test_how_a_limit_is_used_is_the_protocols_own_choice(
    clinic: Protocol, change: dict[str, Any]
) -> None:
    row = with_row_changed(clinic, 1, **change).constraints[0]
    assert (row.citation, row.verified) == (clinic.citation, True)


def test_a_mark_of_a_source_that_says_otherwise_is_refused(clinic: Protocol) -> None:
    with pytest.raises(InputError, match="name its own source") as caught:
        with_row_changed(clinic, 1, limit=8, verified=True)
    assert "Protocol clinic, constraint 1 (SpinalCord_Partial V10Gy[%])" in str(caught.value)


@pytest.mark.parametrize(
    ("number", "change", "said"),
    [
        (1, {"limit": -1}, "constraint 1 (SpinalCord_Partial V10Gy[%]): limit -1 %"),
        (2, {"unit": "Gy"}, "constraint 2 (SpinalCord_Partial V10Gy[cc]): metric V10Gy[cc] is in"),
        (2, {"metric": "V10Gy[%]", "unit": "%"}, "is there twice"),
        (4, {"limit": 1}, "has no row 4, but 1 to 3"),
        (0, {"limit": 1}, "has no row 0"),
        (1, {"limits": 1}, "no field 'limits'"),
    ],
)
def test_a_wrong_change_names_protocol_and_row(
    clinic: Protocol, number: int, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError) as caught:
        with_row_changed(clinic, number, **change)
    assert said in str(caught.value)
    assert "clinic" in str(caught.value) or "field" in said


def test_rows_come_and_go(clinic: Protocol) -> None:
    row = replace(clinic.constraints[0], metric="V8Gy[%]", limit=20)
    longer = with_row(clinic, row, 2)
    assert [c.metric for c in longer.constraints] == [
        "V10Gy[%]", "V8Gy[%]", "V10Gy[cc]", "V10Gy[cc]",
    ]  # fmt: skip
    assert without_row(longer, 2) == clinic
    with pytest.raises(InputError, match="is there twice"):
        with_row(clinic, clinic.constraints[0])
    with pytest.raises(InputError, match="one of 1 to 4"):
        with_row(clinic, row, 6)
    alone = without_row(without_row(clinic, 3), 2)
    with pytest.raises(InputError, match="no constraints"):
        without_row(alone, 1)


def test_a_comparison_tells_added_removed_and_changed_rows(clinic: Protocol) -> None:
    other = with_row_changed(without_row(clinic, 3), 1, limit=8)
    other = with_row(other, replace(clinic.constraints[0], metric="Max[Gy]", unit="Gy", limit=14))
    found = compare_protocols(clinic, replace(other, version="2"))
    assert [row.name for _, row in found.added] == ["SpinalCord_Partial Max[Gy]"]
    assert [(n, row.name) for n, row in found.removed] == [(3, "SpinalCord V10Gy[cc]")]
    assert [(c.number, c.fields) for c in found.changed] == [(1, ("limit", "citation", "verified"))]
    assert found.fields == (("version", "1", "2"),)


def test_other_fractions_are_a_change_of_the_row_and_another_order_is_none() -> None:
    hytec = load_protocol("hytec-cord", 1)
    turned = replace(hytec, constraints=hytec.constraints[::-1])
    assert not compare_protocols(hytec, turned).is_clinical
    found = compare_protocols(hytec, with_row_changed(hytec, 1, fractions=(6,)))
    assert [c.fields[0] for c in found.changed] == ["fractions"]
    assert found.added == found.removed == ()


def test_a_shipped_protocol_with_other_rows_is_refused_under_its_name(ryu: Protocol) -> None:
    disguised = with_row_changed(ryu, 1, limit=12)
    with pytest.raises(InputError, match="calls itself ryu-2015 1, but has other rows"):
        load_protocol(disguised, 1)
    assert load_protocol(ryu, 1) is ryu


def test_a_copy_that_claims_its_source_for_another_limit_is_refused(clinic: Protocol) -> None:
    document = protocol_document(clinic)
    document["constraints"][0]["limit"] = 12
    with pytest.raises(InputError, match=r"constraint 1 .*limit is not that of ryu-2015"):
        load_protocol(document, 1)
    document["constraints"][0]["verified"] = False
    assert load_protocol(document, 1).constraints[0].limit == 12


def test_claims_are_not_judged_against_a_source_that_is_not_there(clinic: Protocol) -> None:
    assert clinic.based_on is not None
    elsewhere = replace(clinic, based_on=replace(clinic.based_on, sha256="0" * 64))
    other = replace(elsewhere, constraints=(replace(clinic.constraints[0], limit=12),))
    assert false_claims(other) == ()
    assert false_claims(replace(other, based_on=None)) == ()
