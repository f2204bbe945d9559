"""What docs/assessment.md shows is so: its record is read, its output printed, its code runs."""

from __future__ import annotations

import json
import re

import pytest

from spine_radiosurgery import read_record, resources


@pytest.fixture
def page(repository) -> str:
    return (repository / "docs" / "assessment.md").read_text(encoding="utf-8")


def block(page: str, language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", page, flags=re.DOTALL)
    return found


def test_the_example_is_a_record_by_reader_and_schema(page) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((resources.path("Report") / "assessment.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(json.loads(block(page, "json")))
    assert read_record(block(page, "json")).index == "T8"


def test_the_output_is_what_is_printed(page, run_command, tmp_path) -> None:
    (tmp_path / "record.json").write_text(block(page, "json"), encoding="utf-8")
    status, text, _ = run_command("assess", tmp_path / "record.json")
    assert status == 0
    printed = {" ".join(line.split()) for line in text.splitlines()}
    shown = [" ".join(line.split()) for line in block(page, "text").splitlines()]
    assert [line for line in shown if line != "..." and line not in printed] == []


def test_the_python_example_runs(page, tmp_path, monkeypatch, capsys) -> None:
    (tmp_path / "record.json").write_text(block(page, "json"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    exec(compile(block(page, "python"), "assessment.md", "exec"), {})  # the project's own text
    assert "Neurological grade c" in capsys.readouterr().out
    assert read_record("checked.json") == read_record("record.json")


@pytest.mark.parametrize("option", ["--epidural-volume", "--registration-error-mm", "--identify"])
def test_the_options_are_those_of_the_command(page, run_command, option) -> None:
    assert option in page
    assert option in run_command("assess", "--help")[1]
