"""`render`: a finished report's page again, in another language, on other paper, as PDF."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "Dicom"))
import builders

import spine_radiosurgery as sr
from spine_radiosurgery.dicom import read_dicom_case
from spine_radiosurgery.report.writing import write_report


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    case = read_dicom_case(builders.write_case(folder / "case"))
    write_report(
        sr.evaluate(case, target="CTV_L1", cord="SpinalCord", robustness=None), folder / "out"
    )
    return folder / "out" / "report.json"


def test_page_made_again_is_the_page_of_the_report(run_command, report, tmp_path):
    status, text, errors = run_command("render", report, "--output", tmp_path / "page.html")
    assert (status, errors) == (0, "")
    assert "page.html" in text
    assert (tmp_path / "page.html").read_bytes() == report.with_name("report.html").read_bytes()


def test_page_is_in_the_language_and_on_the_paper_asked_for(run_command, report, tmp_path):
    run_command(
        "render", report, "--output", tmp_path / "page.html", "--language", "fr",
        "--date-format", "words", "--paper", "letter",
    )  # fmt: skip
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert '<html lang="fr">' in page
    assert "size: letter portrait" in page


def test_pdf_is_written_where_it_can_be(run_command, report, tmp_path):
    pytest.importorskip("weasyprint")
    status, _text, errors = run_command("render", report, "--pdf", tmp_path / "page.pdf")
    assert (status, errors) == (0, "")
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "Name the file to write"),
        (("--output", "page.html", "--language", "xx"), "no language 'xx'"),
        (("--output", "missing/page.html"), "there is no folder missing"),
        (("--output", "page.html", "--pdf", "page.html"), "cannot be both"),
    ],
)
def test_what_cannot_be_written_is_one_line(
    run_command, report, tmp_path, monkeypatch, options, words
):
    monkeypatch.chdir(tmp_path)
    status, _text, errors = run_command("render", report, *options)
    assert status == 2
    assert words in errors
    assert list(tmp_path.iterdir()) == []


def test_report_is_never_overwritten(run_command, report):
    before = report.read_bytes()
    status, _text, errors = run_command("render", report, "--output", report, "--overwrite")
    assert (status, report.read_bytes()) == (2, before)
    assert "is the report itself" in errors


def test_report_of_a_newer_version_asks_for_an_update(run_command, report, tmp_path):
    newer = tmp_path / "report.json"
    found = json.loads(report.read_text(encoding="utf-8")) | {"schema_version": "2.0"}
    newer.write_text(json.dumps(found), encoding="utf-8")
    status, _text, errors = run_command("render", newer, "--output", tmp_path / "page.html")
    assert status == 2
    assert "update spine-radiosurgery" in errors
