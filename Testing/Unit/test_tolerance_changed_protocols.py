"""Copies of a protocol and what two protocols differ in, row by row and claim by claim."""

from __future__ import annotations

from dataclasses import replace

import pytest
from constraint_rows import PARTIAL, constraint, protocol

from spine_radiosurgery.case import InputError
from spine_radiosurgery.tolerance import (
    BasedOn,
    Complaint,
    Constraint,
    Protocol,
    RowChange,
    compare_protocols,
    copied_as,
    unfounded_claims,
    version_complaint,
    with_row,
    with_row_changed,
    without_row,
)

FIRST, SECOND, THIRD = constraint(), constraint("Max[Gy]", 14.0), constraint("V9Gy[cc]", 0.35)
SOURCE = protocol(FIRST, SECOND, THIRD, note="Read it.")


def changed(number: int = 1, **changes) -> Protocol:
    rows = list(SOURCE.constraints)
    rows[number - 1] = replace(rows[number - 1], **changes)
    return replace(SOURCE, identifier="copy", constraints=tuple(rows))


def names(made: Protocol) -> list[str]:
    return [row.metric for row in made.constraints]


def test_a_copy_has_all_it_is_given_and_else_what_its_source_has() -> None:
    given = copied_as(
        SOURCE, "ours", "Ours", version="3", citation="Our paper", center="Here",
        date="2026-01-31", note="Our note",
    )  # fmt: skip
    assert given == Protocol(
        "ours", "Ours", "3", "Our paper", "decisive_rows", SOURCE.constraints, "Our note", "Here",
        "2026-01-31", BasedOn("mine", "1", SOURCE.sha256),
    )  # fmt: skip
    plain = copied_as(replace(SOURCE, version="5", center="There", date="2025-12-31"), "b", "B")
    assert (plain.version, plain.citation, plain.note) == ("1", "A paper", "Read it.")
    assert (plain.center, plain.date) == ("", "")
    assert copied_as(SOURCE, "b", "B", note="").note == ""


def test_a_new_row_is_the_last_or_the_one_it_is_said_to_be() -> None:
    new = constraint("Mean[Gy]", 5.0)
    rest = ["V10Gy[%]", "Max[Gy]", "V9Gy[cc]"]
    assert names(with_row(SOURCE, new)) == [*rest, "Mean[Gy]"]
    for number in (1, 2, 3, 4):
        expected = [*rest[: number - 1], "Mean[Gy]", *rest[number - 1 :]]
        assert names(with_row(SOURCE, new, number)) == expected


@pytest.mark.parametrize("number", [0, 5])
def test_a_new_row_leaves_no_gap(number: int) -> None:
    with pytest.raises(InputError, match="A new row of mine is one of 1 to 4"):
        with_row(SOURCE, constraint("Mean[Gy]", 5.0), number)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_row_is_taken_away_by_its_number(number: int) -> None:
    rest = [*SOURCE.constraints[: number - 1], *SOURCE.constraints[number:]]
    assert list(without_row(SOURCE, number).constraints) == rest


@pytest.mark.parametrize("number", [0, 4])
def test_there_is_no_row_before_the_first_or_after_the_last(number: int) -> None:
    with pytest.raises(InputError, match=f"has no row {number}, but 1 to 3"):
        without_row(SOURCE, number)


def test_only_the_named_row_is_changed() -> None:
    made = with_row_changed(SOURCE, 2, limit=12, note="stricter")
    assert made.constraints == (
        FIRST,
        replace(
            SECOND, limit=12, note="stricter", verified=False,
            citation="Institutional limit, changed from: A paper",
        ),
        THIRD,
    )  # fmt: skip
    assert replace(made, constraints=SOURCE.constraints) == SOURCE


def test_equal_protocols_differ_in_nothing() -> None:
    found = compare_protocols(SOURCE, SOURCE)
    assert (found.fields, found.added, found.removed, found.changed) == ((), (), (), ())
    assert not found.is_clinical


def test_all_fields_beside_the_rows_are_compared_in_their_order() -> None:
    source = BasedOn("a", "1", "0" * 64)
    other = Protocol(
        "b", "B", "2", "C", "any_of", SOURCE.constraints, "n", "Here", "2026-01-31", source
    )
    assert compare_protocols(SOURCE, other).fields == (
        ("identifier", "mine", "b"),
        ("title", "Mine", "B"),
        ("version", "1", "2"),
        ("citation", "A paper", "C"),
        ("center", "", "Here"),
        ("date", "", "2026-01-31"),
        ("based_on", None, source),
        ("note", "Read it.", "n"),
        ("verdict_rule", "decisive_rows", "any_of"),
    )
    assert not compare_protocols(SOURCE, replace(other, verdict_rule="decisive_rows")).is_clinical


def test_rows_are_numbered_where_they_are() -> None:
    new = constraint("Mean[Gy]", 5.0)
    longer = with_row(SOURCE, new, 2)
    assert compare_protocols(SOURCE, longer).added == ((2, new),)
    assert compare_protocols(longer, SOURCE).removed == ((2, new),)
    assert compare_protocols(SOURCE, longer).is_clinical
    assert compare_protocols(longer, SOURCE).is_clinical


def test_changes_come_in_the_order_of_the_second_protocol() -> None:
    first, second = replace(FIRST, fractions=(3,)), replace(SECOND, limit=12.0)
    third = replace(THIRD, note="x")
    turned = replace(SOURCE, constraints=(third, second, first))
    assert compare_protocols(SOURCE, turned).changed == (
        RowChange(1, THIRD, third), RowChange(2, SECOND, second), RowChange(3, FIRST, first),
    )  # fmt: skip
    other = replace(SOURCE, constraints=(first, second, third))
    assert [c.number for c in compare_protocols(SOURCE, other).changed] == [1, 2, 3]


def for_fractions(*counts: tuple[int, ...]) -> Protocol:
    rows = [constraint(limit=float(sum(c)), fractions=c) for c in counts]
    return protocol(*rows)


def test_rows_with_the_same_fractions_belong_together_before_those_of_others() -> None:
    found = compare_protocols(for_fractions((1,), (3,)), for_fractions((3,), (5,)))
    assert [(c.before.fractions, c.after.fractions) for c in found.changed] == [((1,), (5,))]
    assert found.added == found.removed == ()


def test_rows_with_other_fractions_belong_together_in_their_order() -> None:
    found = compare_protocols(for_fractions((1,), (3,), (5,)), for_fractions((2,), (4,)))
    assert [(c.before.fractions, c.after.fractions) for c in found.changed] == [
        ((1,), (2,)), ((3,), (4,)),
    ]  # fmt: skip
    assert [number for number, _ in found.removed] == [3]
    assert found.added == ()


def test_the_order_of_fractions_does_not_tell_rows_apart() -> None:
    found = compare_protocols(for_fractions((1, 3), (5,)), for_fractions((7,), (3, 1)))
    assert [(c.before.fractions, c.after.fractions) for c in found.changed] == [
        ((5,), (7,)), ((1, 3), (3, 1)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "claims"),
    [
        ({"limit": 12.0}, "limit"),
        ({"limit": 12.0, "note": "x", "caution_limit": 9.0}, "limit, caution_limit"),
        ({"comparator": "<", "fractions": (2,)}, "fractions, comparator"),
        ({"limit": 12.0, "verified": False}, ""),
        ({"limit": 12.0, "citation": "Our paper"}, ""),
        ({"note": "x", "role": "advisory", "enabled": False}, ""),
    ],
)
def test_a_row_may_not_claim_a_source_that_says_otherwise(changes: dict, claims: str) -> None:
    wanted = Complaint(
        f"{claims} is not that of mine, but the row still cites 'A paper' as verified; give it a "
        "citation of its own, or set verified to false",
        "verified", 1, f"{PARTIAL} V10Gy[%]",
    )  # fmt: skip
    assert unfounded_claims(changed(**changes), SOURCE) == ((wanted,) if claims else ())


def test_a_claim_is_told_with_the_rows_number_in_the_copy() -> None:
    (found,) = unfounded_claims(changed(3, limit=0.5), SOURCE)
    assert (found.row, found.row_name) == (3, f"{PARTIAL} V9Gy[cc]")


def test_versions_of_other_protocols_do_not_count() -> None:
    assert version_complaint(SOURCE, changed(limit=12.0)) == ""
    same_name = replace(changed(limit=12.0), identifier="mine")
    assert version_complaint(SOURCE, same_name) == (
        "version 1 must be higher than 1: rows of mine were changed since"
    )
    assert version_complaint(SOURCE, replace(SOURCE, title="Other")) == ""


@pytest.mark.parametrize(
    ("lower", "higher"),
    [
        ("1.beta", "1.0"), ("1-rc1", "1.1"), ("1-rc1", "1-rc2"), ("1.a", "1.b"), ("1", "1.a"),
        ("1.9", "1.10"), ("0", "0.0"), ("1..9", "1.10"),
    ],
)  # fmt: skip
def test_words_in_a_version_come_before_numbers(lower: str, higher: str) -> None:
    def complaint(former: str, now: str) -> str:
        before, after = (replace(SOURCE, version=v) for v in (former, now))
        return version_complaint(before, replace(after, constraints=(FIRST,)))

    assert complaint(lower, higher) == ""
    assert complaint(higher, lower).startswith(f"version {lower} must be higher than {higher}:")


def test_a_row_says_nothing_that_it_was_not_told() -> None:
    plain = Constraint((1,), "Cord", "organ", "Max[Gy]", "<", 1.0, "Gy", "c", False)
    assert (plain.enabled, plain.group, plain.caution_limit) == (True, "", None)
    assert (plain.endpoint, plain.note, plain.name) == ("", "", "Cord Max[Gy]")
