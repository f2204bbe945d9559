"""`compare`: two reports to one page, whole or not at all, and nobody's file is lost."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "Unit"))
from synthetic_plan import linear_dose, plan

import spine_radiosurgery as sr
from spine_radiosurgery.report.comparison import writing
from spine_radiosurgery.report.pdf import why_no_pdf


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> Path:
    """Folders `first` and `second` with a report.json each."""
    root = tmp_path_factory.mktemp("reports")
    for name, gy_per_mm in (("first", 0.30), ("second", 0.45)):
        case = plan(dose=linear_dose(gy_per_mm=gy_per_mm))
        report = sr.evaluate(case, target="CTV_T8", cord="SpinalCord", robustness=None)
        (root / name).mkdir()
        (root / name / "report.json").write_text(json.dumps(report.to_dict()), encoding="utf-8")
    return root


@pytest.fixture
def run(run_command):
    return partial(run_command, "compare")


def test_folders_or_files_become_a_page(run, reports, tmp_path):
    page = tmp_path / "compare.html"
    status, output, error = run(
        reports / "first", reports / "second" / "report.json", "--output", page
    )
    assert (status, error) == (0, "")
    assert output == f"Comparison: {page}\n"
    html = page.read_text(encoding="utf-8")
    assert "synthetic" in html
    assert 'class="meaning worse"' in html
    assert str(reports) not in html
    assert [p.name for p in tmp_path.iterdir()] == ["compare.html"]


def test_language_date_and_paper_are_chosen(run, reports, tmp_path):
    page = tmp_path / "compare.html"
    options = ("--language", "de", "--date-format", "day-first", "--paper", "letter")
    assert run(reports / "first", reports / "second", "--output", page, *options)[0] == 0
    html = page.read_text(encoding="utf-8")
    assert '<html lang="de">' in html
    assert "size: letter" in html


def test_comparison_of_ours_is_replaced_and_other_files_stay(run, reports, tmp_path):
    page, report, text = (tmp_path / name for name in ("a.html", "report.html", "notes.html"))
    both = (reports / "first", reports / "second")
    assert run(*both, "--output", page)[0] == 0
    assert run(*both, "--output", page)[0] == 0
    report.write_text('<meta name="generator" content="spine-radiosurgery 0.1.0">')
    text.write_text("Notes of somebody")
    for other in (report, text):
        before = other.read_bytes()
        status, _, error = run(*both, "--output", other)
        assert status == 2
        assert "is there and no comparison of ours" in error
        assert other.read_bytes() == before


@pytest.mark.slow
@pytest.mark.skipif(bool(why_no_pdf()), reason=why_no_pdf())
def test_pdf_is_written_beside_and_replaced_only_where_it_is_ours(run, reports, tmp_path):
    page, pdf, other = (tmp_path / name for name in ("a.html", "a.pdf", "b.pdf"))
    both = (reports / "first", reports / "second", "--output", page, "--pdf")
    for _ in range(2):
        assert run(*both, pdf)[0] == 0
    assert pdf.read_bytes().startswith(b"%PDF-")
    other.write_bytes(b"%PDF-1.7 of somebody")
    status, _, error = run(*both, other)
    assert status == 2
    assert "no comparison of ours" in error
    assert other.read_bytes() == b"%PDF-1.7 of somebody"


def test_other_patients_need_an_option(run, reports, tmp_path):
    other = tmp_path / "other.json"
    document = json.loads((reports / "second" / "report.json").read_text(encoding="utf-8"))
    document["case"]["identifier"] = "case-999999"
    other.write_text(json.dumps(document), encoding="utf-8")
    arguments = (reports / "first", other, "--output", tmp_path / "compare.html")
    status, _, error = run(*arguments)
    assert status == 2
    assert "different patients: study codes synthetic and case-999999" in error
    assert not (tmp_path / "compare.html").exists()
    assert run(*arguments, "--allow-different-patients")[0] == 0


@pytest.mark.parametrize(
    ("first", "output", "complaint"),
    [
        ("nowhere", "compare.html", "cannot be read"),
        ("notes.txt", "compare.html", "cannot be used"),
        ("", "compare.html", "cannot be read"),
        (None, "no/such/folder/compare.html", "cannot be written"),
        (None, "", "is a folder; name a file"),
    ],
)
def test_complaint_is_one_line_and_nothing_is_written(
    run, reports, tmp_path, first, output, complaint
):
    (tmp_path / "notes.txt").write_text("{}")
    source = reports / "first" if first is None else tmp_path / first
    status, said, error = run(source, reports / "second", "--output", tmp_path / output)
    assert (status, said) == (2, "")
    assert complaint in error
    assert error.count("\n") == 1
    assert [p.name for p in tmp_path.iterdir()] == ["notes.txt"]


def test_neither_file_is_there_when_the_second_cannot_be_written(reports, tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "why_no_pdf", lambda: "")
    monkeypatch.setattr(writing, "html_to_pdf", lambda html: b"%PDF-")
    first, second = reports / "first", reports / "second"
    with pytest.raises(sr.InputError, match="cannot be written"):
        writing.write_comparison(
            first, second, tmp_path / "a.html", pdf=tmp_path / "missing" / "a.pdf"
        )
    assert list(tmp_path.iterdir()) == []
