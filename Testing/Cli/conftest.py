"""Runs the command line as a user does, in this process."""

from __future__ import annotations

import sys

import pytest

from spine_radiosurgery.cli import main


@pytest.fixture
def run_command(monkeypatch, capsys):
    """Run a command; returns (status, standard output, standard error)."""

    def runner(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["spine-radiosurgery", *map(str, arguments)])
        monkeypatch.setenv("COLUMNS", "200")
        with pytest.raises(SystemExit) as stop:
            main()
        output = capsys.readouterr()
        return int(stop.value.code or 0), output.out, output.err

    return runner
