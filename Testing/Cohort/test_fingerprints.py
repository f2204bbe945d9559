from __future__ import annotations

import os
from dataclasses import replace

import pytest

from spine_radiosurgery import resources
from spine_radiosurgery.cohort.fingerprints import (
    FOREIGN,
    UNTOLD,
    parameters_digest,
    read_inputs,
    stamps_of,
)
from spine_radiosurgery.cohort.row import ManifestRow
from spine_radiosurgery.cohort.settings import CohortSettings
from spine_radiosurgery.dicom.foreign import is_foreign
from spine_radiosurgery.dicom.scanning import scan_file
from spine_radiosurgery.geometry import InputError

LONG_AGO_NS = 1_600_000_000 * 10**9


def written(path, content: bytes, mtime_ns: int = LONG_AGO_NS) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, ns=(mtime_ns, mtime_ns))


@pytest.fixture
def row(tmp_path) -> ManifestRow:
    written(tmp_path / "case" / "CT" / "1.dcm", b"image")
    written(tmp_path / "case" / "RD.dcm", b"dose")
    written(tmp_path / "record.json", b"{}")
    return ManifestRow(
        2, "a", tmp_path / "case", ("CTV",), "Cord", assessment=tmp_path / "record.json"
    )


def test_unchanged_files_are_told_by_their_stamps(row, settings) -> None:
    inputs = read_inputs(row, settings)
    assert [file.name for file in inputs.files] == ["case/RD.dcm", "case/CT/1.dcm", "assessment"]
    assert inputs.unchanged(stamps_of(row, settings))


def test_a_file_touched_with_equal_contents_renews_the_stamp_only(row, settings) -> None:
    before = read_inputs(row, settings)
    written(row.folder / "RD.dcm", b"dose", LONG_AGO_NS + 5)
    assert not before.unchanged(stamps_of(row, settings))
    after = read_inputs(row, settings, before)
    assert after.fingerprint == before.fingerprint
    assert after.unchanged(stamps_of(row, settings))


@pytest.mark.parametrize("name", ["RD.dcm", "CT/1.dcm", "CT/2.dcm", "../record.json"])
def test_other_contents_and_new_files_change_the_fingerprint(row, settings, name) -> None:
    before = read_inputs(row, settings)
    written(row.folder / name, b"other", LONG_AGO_NS + 5)
    assert read_inputs(row, settings, before).fingerprint != before.fingerprint


def test_a_file_that_vanished_changes_the_fingerprint(row, settings) -> None:
    before = read_inputs(row, settings)
    (row.folder / "RD.dcm").unlink()
    assert not before.unchanged(stamps_of(row, settings))
    assert read_inputs(row, settings, before).fingerprint != before.fingerprint


def test_a_change_that_no_stamp_shows_is_found_by_the_contents_only(row, settings) -> None:
    before = read_inputs(row, settings)
    written(row.folder / "RD.dcm", b"DOSE")
    assert before.unchanged(stamps_of(row, settings))
    found = read_inputs(row, settings, before, check_contents=True)
    assert found.fingerprint != before.fingerprint


def test_the_stamp_of_a_file_just_written_is_not_trusted(row, settings) -> None:
    (row.folder / "RP.dcm").write_bytes(b"plan")
    files = {file.name: file for file in read_inputs(row, settings).files}
    assert files["case/RP.dcm"].mtime_ns == UNTOLD


@pytest.mark.parametrize("name", [".DS_Store", "MANIFEST.csv", "CT/Thumbs.db", "empty"])
def test_a_new_file_that_is_not_dicom_renews_the_stamps_only(row, settings, name) -> None:
    before = read_inputs(row, settings)
    written(row.folder / name, b"" if name == "empty" else b"case,folder,target" * 20)
    assert not before.unchanged(stamps_of(row, settings))
    after = read_inputs(row, settings, before)
    assert after.fingerprint == before.fingerprint
    assert after.unchanged(stamps_of(row, settings))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("notes.txt", b"notes" * 100),
        ("notes.dcm", b"notes" * 100),
        ("IM0001", b"\0" * 128 + b"DICM" + b"torn"),
        ("IM0002", b"\x08\0\x16\0UI\x02\x001\0"),
        ("IM0003", b"\2\0\0\0torn"),
        ("DICM", b""),
    ],
)
def test_no_file_is_foreign_that_the_reader_reads_or_complains_about(
    tmp_path, name, content
) -> None:
    written(tmp_path / name, content)
    try:
        is_left_alone = scan_file(tmp_path / name, name) is None
    except InputError:
        is_left_alone = False
    assert is_left_alone or not is_foreign(content[:132], name)


def test_records_and_protocols_are_inputs_though_they_are_not_dicom(
    row, settings, tmp_path
) -> None:
    (tmp_path / "link.json").symlink_to(tmp_path / "record.json")
    linked = replace(row, assessment=tmp_path / "link.json")
    before = read_inputs(linked, settings)
    assert before.files[-1].sha256 not in (FOREIGN, "a link out of the folder")
    written(tmp_path / "record.json", b"{ }", LONG_AGO_NS + 5)
    assert read_inputs(linked, settings, before).fingerprint != before.fingerprint


def test_links_in_a_circle_are_left_alone(row, settings, tmp_path) -> None:
    (row.folder / "round").symlink_to(row.folder / "about")
    (row.folder / "about").symlink_to(row.folder / "round")
    assert "case/round" not in {file.name for file in read_inputs(row, settings).files}
    circle = replace(row, folder=row.folder / "round", assessment=None)
    assert not read_inputs(circle, settings).are_there(circle, settings)


def test_a_link_out_of_the_folder_is_not_read(row, settings, tmp_path) -> None:
    (row.folder / "out").symlink_to(tmp_path / "record.json")
    files = {file.name: file for file in read_inputs(row, settings).files}
    assert files["case/out"].sha256 == "a link out of the folder"


@pytest.mark.parametrize(
    "change",
    [
        {"targets": ("PTV",)},
        {"cord": "Cord2"},
        {"prescription_gy": 18.0},
        {"fractions": 3},
        {"template": "body"},
        {"protocol": "tg-101"},
        {"previous_radiation": "yes"},
        {"dose": ("1.2",)},
    ],
)
def test_what_is_asked_of_a_row_is_a_parameter(row, settings, change) -> None:
    assert parameters_digest(replace(row, **change), settings) != parameters_digest(row, settings)


@pytest.mark.parametrize(
    "change", [{"columns": {"died": "1"}}, {"case": "b"}, {"line": 7}, {"level": "T8"}]
)
def test_outcomes_and_names_are_no_parameters(row, settings, change) -> None:
    assert parameters_digest(replace(row, **change), settings) == parameters_digest(row, settings)


def test_settings_are_parameters_but_for_pages_and_metrics(row) -> None:
    digest = parameters_digest(row, CohortSettings())
    assert parameters_digest(row, CohortSettings(margin_mm=5.0)) != digest
    assert parameters_digest(row, CohortSettings(protocol="tg-101")) != digest
    assert parameters_digest(row, CohortSettings(pages=True)) == digest
    assert parameters_digest(row, CohortSettings(metrics=("D5%[Gy]",))) == digest


def test_a_number_counts_however_it_is_written(row) -> None:
    whole = CohortSettings(margin_mm=6, alpha_beta_gy=2)
    broken = CohortSettings(margin_mm=6.0, alpha_beta_gy=2.0)
    assert parameters_digest(row, whole) == parameters_digest(row, broken)


def test_the_secret_of_the_study_is_a_parameter(row, settings, monkeypatch) -> None:
    digest = parameters_digest(row, settings)
    monkeypatch.setenv("SPINE_RADIOSURGERY_STUDY_SECRET", "of this center")
    assert parameters_digest(row, settings) != digest


def test_a_protocol_file_is_an_input(row, settings, tmp_path) -> None:
    protocol = tmp_path / "ours.json"
    protocol.write_bytes((resources.path("Protocols") / "ryu-2015.json").read_bytes())
    named = replace(row, protocol=str(protocol))
    before = read_inputs(named, settings)
    protocol.write_bytes(protocol.read_bytes().replace(b"0.35", b"0.36"))
    assert read_inputs(named, settings, before).fingerprint != before.fingerprint
