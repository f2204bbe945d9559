"""`assess`: records that are checked, completed, printed and tabulated."""

from __future__ import annotations

import csv
import errno
import json
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "Unit"))
from record_strategies import filled

from spine_radiosurgery.assessment import read_record, record_row, write_record
from spine_radiosurgery.assessment.record import record_columns

OTHER = replace(filled(), patient="SRS-2", levels=("T8", "T10"), index_level="T10")
IDENTIFIED = replace(filled(), treatment_date="2024-03-01", patient_name="Doe^Jane")


@pytest.fixture
def run(run_command):
    return partial(run_command, "assess")


@pytest.fixture
def record(tmp_path: Path) -> Path:
    write_record(filled(), tmp_path / "one.json")
    return tmp_path / "one.json"


@pytest.fixture
def other(tmp_path: Path) -> Path:
    write_record(OTHER, tmp_path / "two.json")
    return tmp_path / "two.json"


def refused(result: tuple[int, str, str], *words: str) -> None:
    status, text, message = result
    assert (status, text) == (2, "")
    assert message.count("\n") == 1
    for word in words:
        assert word in message


@pytest.mark.parametrize(
    "words",
    [
        "SRS-HFZ5CYJT: T8",
        "Information for a clinician",
        "The thecal sac is compressed or displaced",
        "Semirigid: T3 to T10",
        "Scenario a: Solitary spine metastasis",
        "Neither myeloma nor lymphoma",
        "Neurological grade c is c or better",
        "Ryu et al. 2015, Radiat Oncol J 33:1-11, Table 1",
        "Neurologic",
        "Systemic",
        "10 to 16 Gy in 1 fraction",
        "65 % less than before treatment",
        "Failure seen on day 300",
        "Pain flare",
        "complete",
    ],
)
def test_a_record_is_printed_with_words_and_sources(run, record, words) -> None:
    status, text, errors = run(record)
    assert (status, errors) == (0, "")
    assert words in text


def test_nothing_of_a_pseudonymous_page_needs_a_study_code(run, tmp_path) -> None:
    write_record(replace(filled(), patient=""), tmp_path / "one.json")
    status, text, _ = run(tmp_path / "one.json")
    assert status == 0
    assert text.startswith("Record without study code: T8")


def test_several_records_are_a_line_each_and_table_2(run, record, other) -> None:
    status, text, errors = run(record, other)
    assert (status, errors) == (0, "")
    lines = text.splitlines()
    assert lines[1].split()[:4] == ["SRS-HFZ5CYJT", "T8", "II/c", "1b"]
    assert lines[2].startswith("SRS-2")
    assert "Ambulatory rate from non-ambulatory patients" in text
    assert "100 % (2/2)" in text
    assert "59 % (19/27)" in text


def test_records_and_table_are_written(run, record, other, tmp_path) -> None:
    out = tmp_path / "out"
    status, text, errors = run(record, other, "--output", out)
    assert (status, errors) == (0, "")
    assert sorted(p.name for p in out.iterdir()) == [
        "SRS-2.json", "SRS-HFZ5CYJT.json", "assessments.csv"
    ]  # fmt: skip
    assert [read_record(out / f"{r.patient}.json") for r in (filled(), OTHER)] == [filled(), OTHER]
    assert json.loads((out / "SRS-2.json").read_text())["derived"]["sins"]["maximum"] > 0
    with (out / "assessments.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(record_columns())
    wanted = {k: "" if v is None else str(v) for k, v in record_row(read_record(other)).items()}
    assert rows[1] == wanted
    assert f"Written: {out / 'assessments.csv'}" in text


def test_outputs_of_ours_are_replaced(run, record, tmp_path) -> None:
    out = tmp_path / "out"
    assert run(record, "--output", out)[0] == 0
    before = {p.name: p.read_bytes() for p in out.iterdir()}
    assert run(out / "SRS-HFZ5CYJT.json", "--output", out)[0] == 0
    assert {p.name: p.read_bytes() for p in out.iterdir()} == before


@pytest.mark.parametrize("name", ["SRS-HFZ5CYJT.json", "assessments.csv"])
def test_what_is_not_ours_stays(run, record, tmp_path, name) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / name).write_text("notes")
    refused(run(record, "--output", out), name)
    assert [(p.name, p.read_text()) for p in out.iterdir()] == [(name, "notes")]


def test_identifying_fields_are_left_out_unless_asked_for(run, tmp_path) -> None:
    path = tmp_path / "one.json"
    write_record(IDENTIFIED, path, identify=True)
    assert run(path, "--output", tmp_path / "pseudonymous")[0] == 0
    assert run(path, "--output", tmp_path / "identified", "--identify")[0] == 0
    written = [
        read_record(tmp_path / d / "SRS-HFZ5CYJT.json") for d in ("pseudonymous", "identified")
    ]
    assert written == [filled(), IDENTIFIED]
    refused(run(path, "--output", tmp_path / "identified"), "treatment_date and patient_name")


@pytest.mark.parametrize("flag", [(), ("--identify",)])
def test_the_page_does_not_name_the_patient(run, tmp_path, flag) -> None:
    write_record(IDENTIFIED, tmp_path / "one.json", identify=True)
    status, text, _ = run(tmp_path / "one.json", *flag)
    assert status == 0
    assert "Doe" not in text
    assert "2024" not in text


def test_one_damaged_record_stops_all(run, record, tmp_path) -> None:
    (tmp_path / "bad.json").write_text('{"grades": {"radiografic": "II"}}')
    out = tmp_path / "out"
    refused(
        run(record, tmp_path / "bad.json", "--output", out),
        "bad.json: grades.radiografic is no field",
    )
    assert not out.exists()


def test_two_records_of_one_patient_are_refused(run, record, tmp_path) -> None:
    write_record(replace(filled(), patient="srs-hfz5cyjt"), tmp_path / "b.json")
    out = tmp_path / "out"
    refused(run(record, tmp_path / "b.json", "--output", out), "Two records", "srs-hfz5cyjt")
    assert not out.exists()


def test_a_record_without_study_code_is_not_written(run, tmp_path) -> None:
    write_record(replace(filled(), patient=""), tmp_path / "one.json")
    refused(run(tmp_path / "one.json", "--output", tmp_path / "out"), "study_code makes one")


def test_a_full_disk_leaves_nothing(run, record, tmp_path, monkeypatch) -> None:
    def full(self, *args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    refused(run(record, "--output", tmp_path / "out"), "No space left on device")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "No record is given; name a JSON file, or write one with --new FILE."),
        (("missing.json",), "missing.json: The record cannot be read: No such file"),
        (("--levels", "T8"), "--patient and --levels go with --new"),
        (("--new", "a.json", "b.json"), "--new writes an empty record and nothing else"),
        (("--new", "a.json", "--output", "out"), "--new writes an empty record and nothing else"),
        (("--new", "a.txt"), "must end in .json"),
        (("--new", "a.json", "--levels", "Q8"), "'Q8' is no vertebral level"),
        (("--new", "a.json", "--patient", "Jane Doe"), "The study code cannot be 'Jane Doe'"),
    ],
)
def test_what_cannot_be_asked_is_refused(run, tmp_path, monkeypatch, arguments, words) -> None:
    monkeypatch.chdir(tmp_path)
    refused(run(*arguments), words)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_record_is_written_to_fill_in(run, tmp_path) -> None:
    path = tmp_path / "new" / "one.json"
    status, text, _ = run("--new", path, "--levels", "T8-T9", "--patient", "SRS-1")
    assert status == 0
    assert text.startswith(f"Written: {path}\n")
    document = json.loads(path.read_text())
    assert "derived" not in document
    assert "treatment_date" not in document
    assert list(document["follow_up"]["visits"][0])[:2] == ["day", "pain_score"]
    assert read_record(path).levels == ("T8", "T9")
    refused(run("--new", path), "is there already")


def test_an_empty_record_may_identify(run, tmp_path) -> None:
    assert run("--new", tmp_path / "one.json", "--identify")[0] == 0
    assert json.loads((tmp_path / "one.json").read_text())["treatment_date"] == ""
