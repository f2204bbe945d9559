"""Protocols as files: nothing is lost, equal content has one hash, nothing else is overwritten."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from spine_radiosurgery import resources
from spine_radiosurgery.case import InputError
from spine_radiosurgery.report import load_protocol
from spine_radiosurgery.tolerance import (
    SHIPPED,
    Protocol,
    copied_as,
    protocol_document,
    protocol_files,
    protocol_from_document,
    protocol_text,
    read_protocol,
    version_complaint,
    with_row_changed,
    write_protocol,
)

FILES = protocol_files(resources.path("Protocols"))


@pytest.fixture
def clinic() -> Protocol:
    source = load_protocol("hytec-cord", 1)
    return copied_as(source, "clinic", "Clinic", center="Üben & Co", date="2026-01-31")


def test_the_shipped_identifiers_are_those_of_the_folder() -> None:
    assert {path.stem for path in FILES} == set(SHIPPED)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shipped_file_is_its_own_canonical_text(path: Path) -> None:
    protocol = read_protocol(path)
    assert protocol_text(protocol).encode() == path.read_bytes()
    assert protocol.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_document_makes_an_equal_protocol(path: Path) -> None:
    protocol = read_protocol(path)
    assert protocol_from_document(protocol_document(protocol)) == protocol


def test_what_is_written_is_read_again(clinic: Protocol, tmp_path: Path) -> None:
    path = tmp_path / "shared" / "clinic.json"
    write_protocol(clinic, path)
    found = read_protocol(path)
    assert found == clinic
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert os.listdir(path.parent) == ["clinic.json"]


def test_spaces_ends_of_lines_and_order_do_not_change_the_hash(
    clinic: Protocol, tmp_path: Path
) -> None:
    document = protocol_document(clinic)
    turned = dict(reversed(list(document.items())))
    turned["constraints"] = [
        {**dict(reversed(list(row.items()))), "enabled": row.get("enabled", True), "note": ""}
        if not row.get("note")
        else row
        for row in document["constraints"]
    ]
    path = tmp_path / "other.json"
    text = json.dumps(turned, indent=4).replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert read_protocol(path) == clinic
    assert read_protocol(path).sha256 == clinic.sha256


def test_a_whole_number_has_one_way_of_being_written(clinic: Protocol, tmp_path: Path) -> None:
    document = protocol_document(clinic)
    document["constraints"][0] |= {"limit": 14.0, "fractions": [1.0]}
    path = tmp_path / "other.json"
    path.write_text(json.dumps(document), "utf-8")
    assert read_protocol(path).sha256 == clinic.sha256


def test_an_edit_that_is_taken_back_brings_the_hash_back(clinic: Protocol) -> None:
    row = clinic.constraints[0]
    changed = with_row_changed(clinic, 1, limit=13)
    assert changed.sha256 != clinic.sha256
    fields = {key: vars(row)[key] for key in ("limit", "citation", "verified")}
    assert with_row_changed(changed, 1, **fields).sha256 == clinic.sha256


def test_files_without_new_keys_stay_readable_for_older_programs(clinic: Protocol) -> None:
    assert protocol_document(clinic)["schema_version"] == "1.1"
    plain = replace(clinic, center="", date="", based_on=None)
    assert protocol_document(plain)["schema_version"] == "1.0"


@pytest.mark.parametrize("identifier", SHIPPED)
def test_shipped_protocols_are_not_written(identifier: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="comes with the program"):
        write_protocol(load_protocol(identifier, 1), tmp_path / "copy.json")
    assert os.listdir(tmp_path) == []


def test_shipped_files_are_not_overwritten(clinic: Protocol, tmp_path: Path) -> None:
    path = tmp_path / "tg-101.json"
    path.write_bytes((FILES[0].parent / "tg-101.json").read_bytes())
    with pytest.raises(InputError, match="holds tg-101, which comes with the program"):
        write_protocol(clinic, path)
    assert read_protocol(path).identifier == "tg-101"


@pytest.mark.parametrize("content", ["{}", "my shopping list", '{"schema_version": "1.4"}'])
def test_other_files_are_not_overwritten(clinic: Protocol, tmp_path: Path, content: str) -> None:
    path = tmp_path / "report.json"
    path.write_text(content)
    with pytest.raises(InputError, match=r"report\.json is there already and is no protocol"):
        write_protocol(clinic, path)
    assert path.read_text() == content


def test_another_protocol_is_not_overwritten(clinic: Protocol, tmp_path: Path) -> None:
    path = tmp_path / "clinic.json"
    write_protocol(replace(clinic, identifier="other"), path)
    with pytest.raises(InputError, match="holds other, which is another protocol"):
        write_protocol(clinic, path)


def test_the_version_must_rise_when_rows_change(clinic: Protocol, tmp_path: Path) -> None:
    path = tmp_path / "clinic.json"
    write_protocol(clinic, path)
    write_protocol(replace(clinic, title="Another title"), path)
    changed = with_row_changed(clinic, 1, limit=13)
    with pytest.raises(InputError, match="version 1 must be higher than 1: rows of clinic were"):
        write_protocol(changed, path)
    assert read_protocol(path).constraints == clinic.constraints
    write_protocol(replace(changed, version="2"), path)
    assert read_protocol(path).version == "2"


@pytest.mark.parametrize(
    ("former", "now", "rises"),
    [("1", "2", True), ("9", "10", True), ("2", "1.9", False), ("1.2", "1.10", True),
     ("1", "1.1", True), ("2026-01", "2026-02", True), ("2", "2", False)],
)  # fmt: skip
def test_versions_count_as_numbers(clinic: Protocol, former: str, now: str, rises: bool) -> None:
    before = replace(clinic, version=former)
    after = with_row_changed(replace(clinic, version=now), 1, limit=13)
    assert (version_complaint(before, after) == "") is rises


def test_the_rule_of_the_verdict_counts_as_a_change(clinic: Protocol) -> None:
    assert version_complaint(clinic, replace(clinic, verdict_rule="any_of"))


def test_a_protocol_file_ends_in_json(clinic: Protocol, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"must end in \.json"):
        write_protocol(clinic, tmp_path / "clinic.txt")


def test_a_disk_that_refuses_leaves_nothing(clinic: Protocol, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match=r"clinic\.json cannot be written"):
        write_protocol(clinic, tmp_path / "file" / "clinic.json")
    assert os.listdir(tmp_path) == ["file"]
