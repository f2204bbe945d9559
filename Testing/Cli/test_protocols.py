"""`spine-radiosurgery protocols`: copying, checking and comparing sets of constraints."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "Dicom"))
import builders

from spine_radiosurgery import resources
from spine_radiosurgery.tolerance import read_protocol


@pytest.fixture
def run(run_command):
    return run_command


@pytest.fixture
def clinic(run, tmp_path):
    path = tmp_path / "clinic.json"
    status, text, errors = run(
        "protocols", "new", "--from", "ryu-2015", "-o", path, "--identifier", "clinic-spine",
        "--title", "Clinic: spine", "--center", "Clinic X", "--date", "2026-01-31",
    )  # fmt: skip
    assert (status, errors) == (0, "")
    assert "clinic-spine 1, 3 rows" in text
    return path


def edit(path, *replacements):
    text = path.read_text("utf-8")
    for before, after in replacements:
        assert before in text
        text = text.replace(before, after)
    path.write_text(text, "utf-8")


def test_a_new_protocol_is_a_copy_that_says_so(run, clinic):
    found = read_protocol(clinic)
    assert (found.identifier, found.title, found.center) == (
        "clinic-spine", "Clinic: spine", "Clinic X",
    )  # fmt: skip
    assert found.based_on.identifier == "ryu-2015"
    status, text, _ = run("protocols", "show", clinic)
    assert status == 0
    assert f"Based on ryu-2015 1, SHA-256 {found.based_on.sha256}" in text
    assert f"SHA-256 {found.sha256}" in text
    assert "Clinic X, 2026-01-31" in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"--identifier": "ryu-2015"}, "needs an identifier of its own"),
        ({"--identifier": "tg-101"}, "tg-101 comes with the program"),
        ({"--title": ""}, "title is empty"),
        ({"--date": "yesterday"}, "write it as 2026-01-31"),
        ({"--from": "ryu"}, "'ryu' is not known; choose auto, hytec-cord"),
        ({"-o": "mine.txt"}, "must end in .json"),
    ],
)
def test_a_protocol_that_cannot_be_made_leaves_no_file(run, tmp_path, monkeypatch, changes, said):
    monkeypatch.chdir(tmp_path)
    options = {"--from": "ryu-2015", "-o": "m.json", "--identifier": "m", "--title": "M"} | changes
    status, _, errors = run(
        "protocols", "new", *(part for pair in options.items() for part in pair)
    )
    assert (status, errors.count("\n")) == (2, 1)
    assert said in errors
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_not_overwritten(run, clinic):
    before = clinic.read_bytes()
    status, _, errors = run("protocols", "new", "-o", clinic, "--identifier", "a", "--title", "b")
    assert status == 2
    assert "is there already" in errors
    assert clinic.read_bytes() == before


def test_validate_lists_every_complaint(run, clinic):
    edit(
        clinic, ('"limit": 10,', '"limit": "10", "limitt": 1,'), ('"<="', '"=<"'),
        ('"Clinic: spine"', '""'),
    )  # fmt: skip
    status, text, errors = run("protocols", "validate", clinic)
    lines = errors.splitlines()
    assert (status, text, len(lines)) == (2, "", 6)
    assert all(line.startswith("spine-radiosurgery: Protocol file clinic.json") for line in lines)
    assert "title is empty" in lines[0]
    assert "constraint 1 (SpinalCord_Partial V10Gy[%]): limit must be a number" in lines[1]
    assert "key 'limitt' is not known; did you mean 'limit'?" in lines[2]
    assert "constraint 3 (SpinalCord V10Gy[cc]): comparator '=<'" in lines[5]


def test_validate_says_when_a_limit_is_not_its_sources(run, clinic):
    edit(clinic, ('"limit": 10,', '"limit": 12,'))
    status, _, errors = run("protocols", "validate", clinic)
    assert status == 2
    assert "limit is not that of ryu-2015, but the row still cites" in errors


def test_diff_tells_rows_that_came_went_and_changed(run, clinic, tmp_path):
    document = json.loads(clinic.read_text("utf-8"))
    first, second, _ = document["constraints"]
    first |= {"limit": 8, "citation": "Clinic X, 2026", "verified": False}
    document["constraints"] = [first, second, first | {"metric": "V8Gy[%]", "enabled": False}]
    other = tmp_path / "other.json"
    other.write_text(json.dumps(document | {"version": "2"}), "utf-8")
    status, text, _ = run("protocols", "diff", clinic, other)
    assert status == 0
    assert text.splitlines() == [
        "clinic-spine 1 -> clinic-spine 2",
        "version: 1 -> 2",
        "added    row 3: SpinalCord_Partial V8Gy[%] <= 8 % (decides, fractions 1, off)",
        "removed  row 3: SpinalCord V10Gy[cc] <= 0.35 cc (advisory, fractions 1)",
        "changed  row 1: SpinalCord_Partial V10Gy[%]: limit 10 -> 8; citation Ryu S, et al. 2015, "
        "Radiat Oncol J (review of spine radiosurgery) -> Clinic X, 2026; verified yes -> no",
    ]
    assert run("protocols", "diff", clinic, clinic)[1].splitlines()[1] == "no difference"
    assert "based_on: none -> ryu-2015 1 " in run("protocols", "diff", "ryu-2015", clinic)[1]


def test_the_schema_is_printed_as_it_is_published(run):
    status, text, _ = run("protocols", "schema")
    assert status == 0
    published = resources.path("Protocols/protocol.schema.json").read_text("utf-8")
    assert json.loads(text) == json.loads(published)


def test_a_case_is_evaluated_with_the_file(run, clinic, tmp_path):
    edit(
        clinic,
        ('"limit": 10, "unit": "%", "verified": true', '"limit": 1e-3, "unit": "%", '
         '"citation": "Clinic X, decision of 2026", "verified": false'),
    )  # fmt: skip
    case = builders.write_case(tmp_path / "case")
    status, _, errors = run(
        "evaluate", case, "--target", "CTV_L1", "--cord", "SpinalCord", "--output",
        tmp_path / "out", "--no-scene", "--protocol", clinic,
    )  # fmt: skip
    assert (status, errors) == (0, "")
    document = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))
    told = document["provenance"]["protocol"]
    assert (told["title"], told["sha256"]) == ("Clinic: spine", read_protocol(clinic).sha256)
    row = document["constraints"][0]
    assert (row["protocol"], row["limit"], row["citation"], row["verified"]) == (
        "clinic-spine", 1e-3, "Clinic X, decision of 2026", False,
    )  # fmt: skip
    assert str(tmp_path) not in json.dumps(document)
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert told["sha256"] in page
    assert "Clinic: spine" in page


def test_a_disguised_protocol_is_not_evaluated(run, tmp_path):
    path = tmp_path / "ryu-2015.json"
    path.write_bytes(resources.path("Protocols/ryu-2015.json").read_bytes())
    edit(path, ('"limit": 10,', '"limit": 20,'))
    case = builders.write_case(tmp_path / "case")
    status, _, errors = run(
        "evaluate", case, "--target", "CTV_L1", "--cord", "SpinalCord", "--output",
        tmp_path / "out", "--no-scene", "--protocol", path,
    )  # fmt: skip
    assert (status, errors.count("\n")) == (2, 1)
    assert "calls itself ryu-2015 1, but has other rows" in errors
    assert not (tmp_path / "out").exists()
