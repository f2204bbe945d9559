"""Write docs/command-line.md from what `--help` of every command says.

`python Testing/tools/write_command_line.py` after a change of the command line; a test compares.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from unittest.mock import patch

from typer import Typer
from typer.testing import CliRunner

from spine_radiosurgery.cli.app import app

PAGE = Path(__file__).resolve().parents[2] / "docs" / "command-line.md"
PROGRAM = "spine-radiosurgery"
HEAD = """# Command line

`spine-radiosurgery COMMAND`, also `python -m spine_radiosurgery COMMAND`; in a clone after
`make demo` it is `.venv/bin/spine-radiosurgery`. This page is what `--help` says;
`python Testing/tools/write_command_line.py` writes it.

Exit status 0: done, whatever the verdict. 2: unusable input, with one line on standard error that
says what is wrong, where, and what to do; nothing half-written is left behind. A structure is a ROI
of the case; where a command takes one from elsewhere it is a file, `FILE:LABEL` or
`DICOM_FOLDER:ROI`.
"""
# A line of a list: name and type, after two spaces the words; what is too long wraps.
ENTRY = re.compile(r"  (\S.*?)(?:\s{2,}(\S.*))?$")


def help_of(words: list[str], application: Typer = app) -> str:
    """Return what `--help` prints, one line an entry."""
    # Typer takes the width from the terminal, at most 80 without this.
    with patch.dict(os.environ, {"COLUMNS": "1000", "TERMINAL_WIDTH": "1000"}):
        result = CliRunner().invoke(
            application,
            [*words, "--help"],
            prog_name=PROGRAM,
            terminal_width=1000,
            max_content_width=1000,
        )
    if result.exit_code:
        raise ValueError(f"{' '.join(words)} --help: {result.output}")
    return str(result.output)


def parts_of(text: str) -> dict[str, list[str]]:
    """Return the lines of a help text by their heading; those before the first under ""."""
    parts: dict[str, list[str]] = {"": []}
    heading = ""
    for line in text.splitlines():
        if re.fullmatch(r"\w[\w ]*:", line):
            heading = line[:-1]
            parts[heading] = []
        elif line.strip():
            parts[heading].append(line)
    return parts


def entries_of(lines: list[str]) -> list[tuple[str, str]]:
    """Return names with their words."""
    entries: list[tuple[str, str]] = []
    for line in lines:
        found = ENTRY.match(line) if not line.startswith("   ") else None
        if found:
            entries.append((found[1], found[2] or ""))
        else:
            name, words = entries[-1]
            entries[-1] = (name, f"{words} {line.strip()}".strip())
    return entries


def commands_of(words: list[str]) -> list[list[str]]:
    """Return the commands below these words, those of groups by their full words."""
    names = [name for name, _ in entries_of(parts_of(help_of(words)).get("Commands", []))]
    found = []
    for name in names:
        deeper = commands_of([*words, name])
        found += deeper or [[*words, name]]
    return found


def section(words: list[str]) -> str:
    """Write the section of a command."""
    parts = parts_of(help_of(words))
    usage, *description = (line.strip() for line in parts[""])
    rows = [
        f"| `{name.strip()}` | {_escaped(text)} |"
        for heading in ("Arguments", "Options")
        for name, text in entries_of(parts.get(heading, []))
        if name != "--help"
    ]
    table = ["| | |", "| --- | --- |", *rows, ""] if rows else []
    call = usage.removeprefix("Usage: ")
    lines = [f"## {' '.join(words)}", "", *description, "", f"`{call}`", "", *table]
    return "\n".join(lines)


def _escaped(text: str) -> str:
    # GitHub would take <...> for a tag.
    return text.replace("|", "\\|").replace("<", "&lt;")


def page() -> str:
    """Return the page."""
    sections = [section(words) for words in commands_of([])]
    return "\n".join([HEAD, *sections]).rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
