"""Records as files."""

from __future__ import annotations

import errno
import json
from dataclasses import replace
from pathlib import Path

import pytest
from record_strategies import filled

from spine_radiosurgery.assessment import Complication, read_record, write_record
from spine_radiosurgery.assessment.record import record_text, study_code
from spine_radiosurgery.assessment.record.document import LARGEST_BYTES
from spine_radiosurgery.geometry import InputError

IDENTIFIED = replace(filled(), treatment_date="2024-03-01", patient_id="4711")


def test_a_file_is_written_and_read(tmp_path) -> None:
    path = tmp_path / "records" / "one.json"
    write_record(filled(), path)
    assert read_record(path) == filled()
    assert read_record(str(path)) == filled()
    assert [p.name for p in path.parent.iterdir()] == ["one.json"]


def test_a_text_is_read(tmp_path) -> None:
    assert read_record(record_text(filled())) == filled()
    assert read_record('\ufeff {"levels": ["T8"]}').levels == ("T8",)


def test_a_byte_order_mark_is_passed_over(tmp_path) -> None:
    path = tmp_path / "one.json"
    path.write_text(record_text(filled()), encoding="utf-8-sig")
    assert read_record(path) == filled()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is no JSON"),
        (b"{", "is no JSON: .* in line 1, column 2"),
        (b"[]", "must be a JSON object"),
        (b"3", "must be a JSON object"),
        (b'{"patient": "\xe4"}', "is not UTF-8"),
        ('{"patient": "a"}'.encode("utf-16"), "is not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"levels": ["T8"], "levels": ["T9"]}', "'levels' stands twice"),
        (b'{"prescription": {"dose_gy": NaN}}', "prescription.dose_gy is no usual number"),
        (b'{"prescription": {"dose_gy": 1e999}}', "prescription.dose_gy is no usual number"),
        (b'{"prescription": {"dose_gy": ' + b"1" * 5000 + b"}}", "thousands of digits"),
        (b'{"patient": "\\ud800"}', "patient holds half a character"),
        (b'{"patient": "' + b"x" * LARGEST_BYTES + b'"}', "larger than 4 MB"),
    ],
)
def test_a_damaged_file_is_refused_with_its_name(tmp_path, content, message) -> None:
    path = tmp_path / "one.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message) as refusal:
        read_record(path)
    assert str(refusal.value).startswith(f"{path}: ")
    assert len(str(refusal.value)) < 400


@pytest.mark.parametrize("source", ["missing.json", ".", "nul\0.json", Path("missing.json")])
def test_what_is_no_file_is_refused(source, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        read_record(source)


def test_an_older_record_is_replaced(tmp_path) -> None:
    path = tmp_path / "one.json"
    write_record(replace(filled(), levels=("T9",)), path)
    write_record(filled(), path)
    assert read_record(path) == filled()


@pytest.mark.parametrize("content", ["", "notes", "[]", '{"title": "something else"}'])
def test_what_is_no_record_is_not_replaced(tmp_path, content) -> None:
    path = tmp_path / "one.json"
    path.write_text(content)
    with pytest.raises(InputError, match="is no record; name another"):
        write_record(filled(), path)
    assert path.read_text() == content


def test_identity_is_not_lost_by_writing_over_it(tmp_path) -> None:
    path = tmp_path / "one.json"
    write_record(IDENTIFIED, path, identify=True)
    with pytest.raises(InputError, match="treatment_date and patient_id, which would be lost"):
        write_record(IDENTIFIED, path)
    assert read_record(path) == IDENTIFIED
    write_record(IDENTIFIED, path, identify=True)


def test_a_full_disk_leaves_the_former_file(tmp_path, monkeypatch) -> None:
    path = tmp_path / "one.json"
    write_record(filled(), path)

    def full(self, content):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InputError, match="No space left on device; nothing was changed"):
        write_record(replace(filled(), levels=("T9",)), path)
    assert read_record(path) == filled()
    assert [p.name for p in tmp_path.iterdir()] == ["one.json"]


def test_a_record_too_long_to_be_read_is_not_written(tmp_path) -> None:
    note = Complication("skin", 1, note="x" * 9_000)
    follow_up = replace(filled().follow_up, complications=(note,) * 500)
    with pytest.raises(InputError, match="longer than 4 MB; shorten its texts"):
        write_record(replace(filled(), follow_up=follow_up), tmp_path / "one.json")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_not_written_over(tmp_path) -> None:
    with pytest.raises(InputError, match="is no record; name another"):
        write_record(filled(), tmp_path)


def test_the_same_record_is_the_same_file(tmp_path) -> None:
    for name in "ab":
        write_record(filled(), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert json.loads((tmp_path / "a").read_text())["patient"] == "SRS-HFZ5CYJT"


def test_study_codes_are_stable_and_tell_patients_apart() -> None:
    assert study_code("4711") == study_code(" 4711 ") == "SRS-Z4TUP56D"
    assert len({study_code(str(number)) for number in range(2000)}) == 2000


def test_a_secret_makes_other_codes() -> None:
    assert study_code("4711", "a") not in (study_code("4711"), study_code("4711", "b"))


def test_a_study_code_is_one_for_records() -> None:
    assert replace(filled(), patient=study_code("\ud800ü")).patient.startswith("SRS-")


@pytest.mark.parametrize("identifier", ["", "  "])
def test_no_identifier_has_no_study_code(identifier) -> None:
    with pytest.raises(InputError, match="There is no patient ID"):
        study_code(identifier)
