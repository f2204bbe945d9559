"""Names that people and programs give folders and files."""

from __future__ import annotations

import json
import os
from pathlib import Path

import builders
import pytest
from faulty_commands import OPTIONS

NAMES = {
    "spaces": "a  case with spaces ",
    "umlauts": "Rückenmark ä ß Ω 脊髓",
    "200 letters": "x" * 200,
    "240 bytes": "ä" * 120,
    "leading dash": "-case",
    "line end": "two\nlines",
    "markup": "[bold]{x}%s",
    "no letters": os.fsdecode(b"latin-1-\xe4"),
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_folders_of_every_name(run, ended_well, tmp_path, monkeypatch, name) -> None:
    """Input, output, protocol; relative paths, so that a leading dash is one."""
    monkeypatch.chdir(tmp_path)
    case = builders.write_case(tmp_path / name)
    ended = run("inspect", "--", name)
    ended_well(ended, 0)
    assert "CTV_L1" in ended.out
    protocol = f"./{name[:100]}.json"
    new = ("protocols", "new", "--output", protocol, "--identifier", "ours", "--title", "Ours")
    ended_well(run(*new), 0)
    ended_well(run("protocols", "validate", protocol), 0)
    ended = run("target", f"{case}:CTV_L1", "--output", tmp_path / "out" / f"{name[:100]}.seg.nrrd")
    assert ended.status in (0, 2) and "Traceback" not in ended.err
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


@pytest.mark.parametrize("name", [NAMES["umlauts"], NAMES["240 bytes"], NAMES["no letters"]])
def test_report_into_a_folder_of_such_a_name(evaluate, ended_well, case, tmp_path, name) -> None:
    ended_well(evaluate(case, tmp_path / name), 0)
    assert (tmp_path / name / "report.html").is_file()


def test_links_in_a_circle_and_out_of_the_folder(run, ended_well, case, tmp_path) -> None:
    (case / "a").symlink_to(case / "b")
    (case / "b").symlink_to(case / "a")
    (case / "self.dcm").symlink_to(case / "self.dcm")
    (case / "round").symlink_to(case, target_is_directory=True)
    (case / "passwords.dcm").symlink_to("/etc/passwd")
    os.mkfifo(case / "pipe.dcm")
    ended = run("inspect", case, seconds=30)
    ended_well(ended, 0)
    assert "No problems found" in ended.out
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for arguments in (
        ("inspect", tmp_path / "loop"),
        ("evaluate", tmp_path / "loop", "--output", tmp_path / "out", *OPTIONS),
        ("evaluate", case, "--output", tmp_path / "loop", *OPTIONS),
        ("assess", tmp_path / "loop"),
        ("render", tmp_path / "loop", "--output", tmp_path / "page.html"),
        ("protocols", "validate", tmp_path / "loop"),
    ):
        ended_well(run(*arguments), 2)


def test_output_through_links_lands_where_they_lead(evaluate, ended_well, case, tmp_path) -> None:
    """Below a link, and a link itself, which stays one."""
    (tmp_path / "large disk").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "large disk")
    ended_well(evaluate(case, tmp_path / "link" / "out"), 0)
    assert (tmp_path / "large disk" / "out" / "report.json").is_file()
    (tmp_path / "own").symlink_to(tmp_path / "large disk" / "out")
    ended_well(evaluate(case, tmp_path / "own"), 0)
    assert (tmp_path / "own").is_symlink()
    assert sorted(os.listdir(tmp_path / "large disk")) == ["out"]


def test_output_in_the_input_and_around_it(evaluate, ended_well, case, tmp_path) -> None:
    before = sorted(path for path in case.rglob("*"))
    ended_well(evaluate(case, case), 2)
    assert sorted(path for path in case.rglob("*")) == before
    ended_well(evaluate(case, case / "report"), 0)
    ended_well(evaluate(case, case / "report"), 0)
    kept = {path: path.read_bytes() for path in case.rglob("*.dcm")}
    assert len(kept) == len([path for path in before if path.suffix == ".dcm"])
    # The folder of the demo: the case lies in the report's folder, and stays.
    around = tmp_path / "around"
    (case / "report").rename(around)
    case.rename(around / "dicom")
    ended_well(evaluate(around / "dicom", around), 0)
    assert sorted(os.listdir(around / "dicom")) == ["CT", "RD.dcm", "RP.dcm", "RS.dcm"]


@pytest.mark.parametrize("output", [".", "..", "../here"])
def test_folder_one_is_in_is_not_replaced(
    evaluate, ended_well, case, tmp_path, monkeypatch, output
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    ended = evaluate(case, Path(output))
    ended_well(ended, 2)
    assert "the folder you are in" in ended.err
    assert os.listdir(tmp_path / "here") == []


@pytest.mark.parametrize("content", ["[" * 100_000, '{"generated_by": ' + "{}" * 9, "\0", ""])
def test_output_with_a_report_of_somebody_else(run, ended_well, tmp_path, content) -> None:
    for folder in ("out", "case"):
        (tmp_path / folder).mkdir()
    (tmp_path / "out" / "report.json").write_text(content)
    ended = run("evaluate", tmp_path / "case", "--output", tmp_path / "out", *OPTIONS)
    ended_well(ended, 2)
    assert (tmp_path / "out" / "report.json").read_text() == content
    mask = tmp_path / "mask.nrrd"
    mask.write_text("")
    ended = run(
        "target", mask, "--output", tmp_path / "t.seg.nrrd", "--json", tmp_path / "out/report.json"
    )
    ended_well(ended, 2)
    assert (tmp_path / "out" / "report.json").read_text() == content


def test_endless_files_are_not_read_to_their_end(run, ended_well, tmp_path) -> None:
    endless = tmp_path / "zero.json"
    endless.symlink_to("/dev/zero")
    (tmp_path / "zero.txt").symlink_to("/dev/zero")
    for arguments in (
        ("protocols", "validate", endless),
        ("assess", endless),
        ("render", endless, "--output", tmp_path / "page.html"),
    ):
        ended_well(run(*arguments, seconds=30), 2)
    assert json.dumps(sorted(os.listdir(tmp_path))) == '["zero.json", "zero.txt"]'
