"""`spine-radiosurgery protocols`: list, show, copy, check and compare sets of constraints."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .. import resources
from ..geometry import InputError
from ..report import load_protocol
from ..report.protocols import false_claims
from ..tolerance import (
    Constraint,
    Protocol,
    ProtocolDifference,
    RowChange,
    compare_protocols,
    complaints_of_file,
    copied_as,
    protocol_files,
    read_protocol,
    write_protocol,
)

app = typer.Typer(help="Protocols: list, show, new, validate, diff, schema.")
UNUSABLE_INPUT = 2
Named = Annotated[str, typer.Argument(help="Identifier or file.")]


def _console() -> Console:
    return Console(soft_wrap=True, highlight=False)


def _say(text: str) -> None:
    _console().print(Text(text))


@app.command("list")
def list_protocols() -> None:
    """List the protocols that come with the program."""
    table = Table(box=None, pad_edge=False)
    for heading in ("identifier", "fractions", "rows", "switched off", "title"):
        table.add_column(heading)
    for path in protocol_files(resources.path("Protocols")):
        protocol = read_protocol(path)
        table.add_row(
            protocol.identifier,
            ", ".join(map(str, protocol.fractions)),
            str(len(protocol.constraints)),
            str(len(protocol.switched_off)),
            Text(protocol.title),
        )
    _console().print(table)


@app.command("show")
def show(protocol: Named) -> None:
    """Show every row of a protocol, where it comes from, and its hash."""
    found = _named(protocol)
    _say(f"{found.identifier} {found.version}: {found.title}")
    _say(found.citation)
    if found.center or found.date:
        _say(", ".join(part for part in (found.center, found.date) if part))
    if found.based_on is not None:
        source = found.based_on
        _say(f"Based on {source.identifier} {source.version}, SHA-256 {source.sha256}")
    table = Table(box=None, pad_edge=False)
    for heading in ("row", "fractions", "structure", "metric", "limit", "role", "state"):
        table.add_column(heading)
    for number, row in enumerate(found.constraints, start=1):
        table.add_row(
            str(number),
            ", ".join(map(str, row.fractions)),
            Text(row.structure),
            Text(row.metric),
            _limit(row),
            row.role,
            _state(row, found),
        )
    _console().print(table)
    _say(f"SHA-256 {found.sha256}")


@app.command("new")
def new(
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="New protocol file (.json).")],
    identifier: Annotated[str, typer.Option(help="What reports call it.")],
    title: Annotated[str, typer.Option(help="What lists call it.")],
    source: Annotated[
        str, typer.Option("--from", help="Protocol to copy: identifier or file.")
    ] = "ryu-2015",
    version: Annotated[str, typer.Option(help="Raise it whenever a row changes.")] = "1",
    center: Annotated[str, typer.Option(help="Who keeps it.")] = "",
    date: Annotated[str, typer.Option(help="Of this version; by default today.")] = "",
    citation: Annotated[
        str, typer.Option(help="Source of rows that name none; by default that of the copied one.")
    ] = "",
    note: Annotated[str | None, typer.Option(help="In place of the copied note.")] = None,
) -> None:
    """Copy a protocol into a new file, to be changed."""
    if output.exists():
        raise InputError(f"{output} is there already; name a new file.")
    copy = copied_as(
        load_protocol(source, 1),
        identifier,
        title,
        version=version,
        citation=citation,
        center=center,
        date=date or datetime.datetime.now().astimezone().date().isoformat(),
        note=note,
    )
    write_protocol(copy, output)
    _say(f"{output}: {copy.identifier} {copy.version}, {len(copy.constraints)} rows")


@app.command("validate")
def validate(file: Annotated[Path, typer.Argument(help="Protocol file (JSON).")]) -> None:
    """Check a protocol file; all that is wrong is listed, a line each, and the status is 2."""
    complaints = complaints_of_file(file) or false_claims(read_protocol(file))
    for complaint in complaints:
        sentence = complaint.sentence(f"Protocol file {file.name}")
        sys.stderr.write(f"spine-radiosurgery: {' '.join(sentence.split())}\n")
    if complaints:
        raise typer.Exit(UNUSABLE_INPUT)
    protocol = read_protocol(file)
    _say(f"{protocol.identifier}: {len(protocol.constraints)} rows, SHA-256 {protocol.sha256}")


@app.command("diff")
def diff(first: Named, second: Named) -> None:
    """Say which rows a second protocol adds, removes and changes."""
    before, after = _named(first), _named(second)
    found = compare_protocols(before, after)
    _say(f"{before.identifier} {before.version} -> {after.identifier} {after.version}")
    for line in _difference_lines(found):
        _say(line)


@app.command("schema")
def schema() -> None:
    """Print the JSON schema of protocol files, for an editor that checks while one types."""
    sys.stdout.write(resources.path("Protocols/protocol.schema.json").read_text("utf-8"))


def _named(protocol: str) -> Protocol:
    """A shipped protocol or a file, which may claim what it is not: one wants to see that."""
    return read_protocol(protocol) if protocol.endswith(".json") else load_protocol(protocol, 1)


def _difference_lines(found: ProtocolDifference) -> list[str]:
    lines = [f"{key}: {_word(old)} -> {_word(new)}" for key, old, new in found.fields]
    lines += [f"added    row {number}: {_row(row)}" for number, row in found.added]
    lines += [f"removed  row {number}: {_row(row)}" for number, row in found.removed]
    lines += [f"changed  row {change.number}: {_change(change)}" for change in found.changed]
    return lines or ["no difference"]


def _row(row: Constraint) -> str:
    fractions = ", ".join(map(str, row.fractions))
    state = "" if row.enabled else ", off"
    return f"{row.name} {_limit(row)} ({row.role}, fractions {fractions}{state})"


def _change(change: RowChange) -> str:
    before, after = vars(change.before), vars(change.after)
    changes = [f"{key} {_word(before[key])} -> {_word(after[key])}" for key in change.fields]
    return f"{change.after.name}: {'; '.join(changes)}"


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, (int, float)):
        return f"{value:g}"
    if value is None or isinstance(value, str):
        return value or "none"
    return " ".join(str(part) for part in vars(value).values())


def _limit(row: Constraint) -> str:
    caution = "" if row.caution_limit is None else f", caution {row.caution_limit:g} {row.unit}"
    return f"{row.comparator} {row.limit:g} {row.unit}{caution}"


def _state(row: Constraint, protocol: Protocol) -> str:
    if not row.enabled:
        return "off: wants checking against its source"
    if row.citation != protocol.citation:
        return f"on: {row.citation}{'' if row.verified else ' (not verified)'}"
    return "on" if row.verified else "on (not verified)"
