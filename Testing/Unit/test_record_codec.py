"""Dataclasses to plain JSON and back, by their type hints."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from spine_radiosurgery.assessment.record.codec import MOST_CHARACTERS, from_plain, to_plain
from spine_radiosurgery.geometry import InputError


@dataclass(frozen=True)
class Inner:
    code: str
    size_mm: float | None = None

    def __post_init__(self) -> None:
        if self.code == "bad":
            raise InputError("The code cannot be 'bad'; choose another.")


@dataclass(frozen=True)
class Outer:
    name: str = ""
    count: int = 0
    size_mm: float = 0.0
    is_open: bool = True
    one: Inner | None = None
    sure: Inner = Inner("sure")
    many: tuple[Inner, ...] = ()
    shares: tuple[tuple[str, float], ...] = ()
    words: tuple[str, ...] = ()


FULL = Outer(
    "T8", 3, 1.5, False, Inner("a"), Inner("b", 2.0), (Inner("c"),), (("epidural", 40.0),), ("x",)
)


def test_what_is_written_is_read_again() -> None:
    assert from_plain(Outer, to_plain(FULL)) == FULL


def test_only_json_types_are_written() -> None:
    assert to_plain(FULL)["shares"] == [["epidural", 40.0]]
    assert to_plain(FULL)["one"] == {"code": "a", "size_mm": None}


def test_what_is_left_out_is_as_by_default() -> None:
    assert from_plain(Outer, {}) == Outer()
    assert from_plain(Outer, {"one": {"code": "a"}}).one == Inner("a")


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "The record must be an object with named fields, not []."),
        ({"nam": ""}, "nam is no field of the record; fields there are name, count"),
        ({"one": {"cod": ""}}, "one.cod is no field of the record; fields there are code"),
        ({"many": [{"code": "a"}, {}]}, "many[1].code is missing; give a text there."),
        ({"name": 3}, "name must be a text, not 3."),
        ({"name": None}, "name must be a text, not None."),
        ({"count": "3"}, "count must be a whole number, not '3'."),
        ({"count": 3.5}, "count must be a whole number, not 3.5."),
        ({"count": True}, "count must be a whole number, not True."),
        ({"size_mm": "3"}, "size_mm must be a number, not '3'."),
        ({"size_mm": True}, "size_mm must be a number, not True."),
        ({"size_mm": None}, "size_mm must be a number, not None."),
        ({"is_open": 1}, "is_open must be true or false, not 1."),
        ({"sure": None}, "sure must be an object with named fields, not None."),
        ({"many": {}}, "many must be a list, not {}."),
        ({"words": "x"}, "words must be a list, not 'x'."),
        ({"words": ["x", 1]}, "words[1] must be a text, not 1."),
        ({"shares": [["a"]]}, "shares[0] must be a list of 2 entries, not 1."),
        ({"shares": [["a", "b"]]}, "shares[0][1] must be a number, not 'b'."),
        ({"one": {"code": "bad"}}, "one: The code cannot be 'bad'; choose another."),
        ({"many": [{"code": "bad"}]}, "many[0]: The code cannot be 'bad'; choose another."),
        ({"size_mm": float("nan")}, "size_mm is no usual number"),
        ({"size_mm": float("inf")}, "size_mm is no usual number"),
        ({"size_mm": 10**400}, "size_mm is no usual number"),
        ({"count": -(10**400)}, "count is no usual number"),
        ({"name": "x" * (MOST_CHARACTERS + 1)}, "name has 10001 characters"),
        ({"name": "\ud800"}, "name holds half a character"),
        ({"words": ["x"] * 1001}, "words has 1001 entries"),
        ({"x" * 500: 1}, "x" * 200 + "... is no field"),
    ],
)
def test_what_cannot_be_is_refused_by_its_path(document, message) -> None:
    with pytest.raises(InputError) as refusal:
        from_plain(Outer, document)
    assert str(refusal.value).startswith(message)


def test_numbers_are_taken_as_json_means_them() -> None:
    read = from_plain(Outer, {"count": 3.0, "size_mm": 3})
    assert (read.count, read.size_mm) == (3, 3.0)
    assert (type(read.count), type(read.size_mm)) == (int, float)


def test_a_dataclass_that_stands_alone_has_no_path() -> None:
    with pytest.raises(InputError, match=r"^The code cannot be 'bad'"):
        from_plain(Inner, {"code": "bad"})


@pytest.mark.parametrize("value", [float("nan"), float("-inf"), {1, 2}, object()])
def test_nothing_is_written_that_json_does_not_have(value) -> None:
    with pytest.raises(InputError, match="cannot be written into a record"):
        to_plain({"x": [value]})
