"""The recipes for plain Python run from top to bottom in an empty folder."""

from __future__ import annotations

import csv
import re
import shlex
import sys
from pathlib import Path

import pytest

from spine_radiosurgery.cli import main


def _blocks(repository: Path, language: str) -> list[str]:
    text = (repository / "docs" / "cookbook.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


@pytest.mark.slow
def test_every_recipe_runs(repository, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    for block in _blocks(repository, "python"):
        exec(compile(block, "cookbook.md", "exec"), names)  # the project's own text

    assert names["report"].verdict.status == "pass"
    with Path("summary.csv").open(newline="", encoding="utf-8") as file:
        assert [row[:2] for row in csv.reader(file)] == [
            ["empty", "not evaluated"],
            ["first", "pass"],
            ["second", "pass"],
        ]
    assert names["strict"].protocol.identifier == "clinic-cord"
    assert names["risk"].achieved_min_mm == pytest.approx(1.5, abs=0.2)
    assert names["failure"].pattern == "in_field"
    assert names["again"].volume_cc == pytest.approx(names["body"].volume_cc, rel=0.02)
    for written in ("metrics.csv", "report/report.html", "letter.html", "comparison.html"):
        assert Path(written).stat().st_size > 0

    files = [path.suffix for path in Path("dicom").iterdir()]
    assert files.count(".dcm") == len(names["kinds"])

    for line in _blocks(repository, "bash"):
        monkeypatch.setattr(sys, "argv", shlex.split(line.replace("\\\n", " ")))
        with pytest.raises(SystemExit) as stop:
            main()
        assert not stop.value.code
