"""A protocol's text and file at their limits: every key, the largest file, the name, the disk."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from constraint_rows import constraint, protocol
from protocol_documents import HEAD, ROW

from spine_radiosurgery.case import InputError
from spine_radiosurgery.tolerance import (
    BasedOn,
    Complaint,
    complaints_of_file,
    protocol_document,
    protocol_files,
    protocol_from_document,
    protocol_text,
    read_protocol,
    write_protocol,
)
from spine_radiosurgery.tolerance.canonical import row_document

MOST = 4_000_000
FULL = protocol(
    constraint(),
    constraint(
        "CV7Gy[cc]", 1500.5, comparator=">=", structure="Lungs", role="organ", caution_limit=1600.0,
        fractions=(5, 3), citation="Another", verified=False, enabled=False, group="g",
        endpoint="Pneumonitis ≥ 3", note="Both.",
    ),
    center="Klinik Süd", date="2026-01-31", note="All.", based_on=BasedOn("a", "1", "0" * 64),
)  # fmt: skip


def test_all_that_a_protocol_holds_is_written_in_one_way() -> None:
    assert protocol_text(FULL) == (
        "{\n"
        '  "schema_version": "1.1",\n'
        '  "identifier": "mine",\n'
        '  "title": "Mine",\n'
        '  "version": "1",\n'
        '  "citation": "A paper",\n'
        '  "center": "Klinik Süd",\n'
        '  "date": "2026-01-31",\n'
        '  "based_on": {"identifier": "a", "version": "1", "sha256": "' + "0" * 64 + '"},\n'
        '  "note": "All.",\n'
        '  "verdict_rule": "decisive_rows",\n'
        '  "constraints": [\n'
        '    {"fractions": [1], "structure": "SpinalCord_Partial", "role": "decides", '
        '"metric": "V10Gy[%]", "comparator": "<=", "limit": 10, "unit": "%", "verified": true},\n'
        '    {"fractions": [5, 3], "structure": "Lungs", "role": "organ", "group": "g", '
        '"metric": "CV7Gy[cc]", "comparator": ">=", "limit": 1500.5, "caution_limit": 1600, '
        '"unit": "cc", "citation": "Another", "verified": false, "enabled": false, '
        '"endpoint": "Pneumonitis ≥ 3", "note": "Both."}\n'
        "  ]\n"
        "}\n"
    )
    assert protocol_from_document(json.loads(protocol_text(FULL))) == FULL


def test_what_says_nothing_is_left_out() -> None:
    assert protocol_document(protocol()) == HEAD | {
        "schema_version": "1.0", "constraints": [ROW],
    }  # fmt: skip
    read = protocol_from_document(protocol_document(protocol()))
    assert (read.note, read.center, read.date, read.based_on) == ("", "", "", None)


@pytest.mark.parametrize(
    "new", [{"center": "X"}, {"date": "2026-01-31"}, {"based_on": BasedOn("a", "1", "0" * 64)}]
)
def test_each_new_key_alone_asks_for_the_new_version(new: dict) -> None:
    assert protocol_document(protocol(**new))["schema_version"] == "1.1"


def test_a_row_by_itself_names_its_source() -> None:
    assert row_document(constraint()) == ROW | {"citation": "A paper"}
    assert row_document(constraint(), "Another") == ROW | {"citation": "A paper"}
    assert row_document(constraint(), "A paper") == ROW


def test_zero_has_no_sign() -> None:
    assert str(row_document(constraint(limit=-0.0))["limit"]) == "0"


def padded(folder: Path, size: int) -> Path:
    path = folder / "large.json"
    path.write_bytes(protocol_text(FULL).encode().ljust(size))
    return path


def test_a_file_of_four_megabytes_is_read_and_a_larger_one_is_not(tmp_path: Path) -> None:
    assert read_protocol(padded(tmp_path, MOST)) == FULL
    with pytest.raises(InputError, match=r"large\.json is larger than 4 MB: no protocol"):
        read_protocol(padded(tmp_path, MOST + 1))


def test_protocols_of_a_folder_come_by_name_without_schemas(tmp_path: Path) -> None:
    for name in ("b.json", "a.json", "c.json", "a.schema.json", "d.txt", ".schema.json"):
        (tmp_path / name).write_text("{}")
    assert [path.name for path in protocol_files(tmp_path)] == ["a.json", "b.json", "c.json"]


def test_all_complaints_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(HEAD | {"title": 3, "constraints": [ROW | {"limit": "x"}]}))
    assert complaints_of_file(path) == (
        Complaint("title must be text, not 3", "title"),
        Complaint(
            'limit must be a number, not "x"', "limit", 1, "SpinalCord_Partial V10Gy[%]"
        ),
    )  # fmt: skip
    path.write_text(protocol_text(FULL))
    assert complaints_of_file(path) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"b": 1, "a": 1, "b": 2, "a": 2, "c": 3}', r"a\.json: key 'a' is there twice in one"),
        ('{"x": [{"b": 1, "b": 1, "b": 1}]}', "key 'b' is there twice in one object; keep one"),
        ('{"x": Infinity}', "Infinity is not a number that a protocol can hold"),
        ('{\n\n "x" 1}', r"a\.json, line 3, column 6: not JSON"),
        ("[" * 100_000, "too deep or too long to be a protocol"),
        ('{"x": ' + "1" * 5000 + "}", "too deep or too long to be a protocol"),
        ("3", r"a\.json must hold one JSON object"),
    ],
)
def test_what_is_no_protocol_is_told_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(InputError, match=said):
        read_protocol(path)


def test_a_missing_file_is_told_in_the_words_of_the_disk(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.json cannot be read: No such file or directory"):
        read_protocol(tmp_path / "none.json")


@pytest.mark.parametrize("name", ["a.json", "a.JSON", "a.Json"])
def test_folders_are_made_for_a_file_whatever_the_case_of_its_suffix(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / "one" / "two" / name
    write_protocol(FULL, path)
    assert path.read_bytes() == protocol_text(FULL).encode()
    assert os.listdir(path.parent) == [name]


def test_a_file_is_written_by_its_name_as_text_too(tmp_path: Path) -> None:
    write_protocol(FULL, str(tmp_path / "a.json"))
    assert read_protocol(str(tmp_path / "a.json")) == FULL


def test_a_disk_that_refuses_is_quoted(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match=r"a\.json cannot be written: (Not a dir|File exists)"):
        write_protocol(FULL, tmp_path / "file" / "two" / "a.json")


def test_the_same_rows_may_be_written_again_under_another_title(tmp_path: Path) -> None:
    write_protocol(FULL, tmp_path / "a.json")
    write_protocol(replace(FULL, title="Other", version="0"), tmp_path / "a.json")
    assert read_protocol(tmp_path / "a.json").title == "Other"
